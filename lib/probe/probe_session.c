/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The part of a probe that keeps facts about TLS sessions and their resumption. */
#include "probe/probe_internal.h"
#include "probe/probe_tls.h"

static void note_injection(struct probe *probe) {
	struct smtp_facts *facts = &probe->talk.facts;
	size_t len = probe->input_len - probe->input_at;
	if (len == 0) {
		size_t got = 0;
		if (conn_read(&probe->conn, probe->input, sizeof probe->input, &got, NULL) != CONN_DONE) {
			return;
		}
		probe->input_at = 0;
		len = got;
	}
	struct span bytes = {probe->input + probe->input_at, len};
	facts->injected_octets += len;
	bytes.len = len > SMTP_LINE_MAX ? SMTP_LINE_MAX : len;
	facts->injected = arena_copy_span(probe->arena, bytes);
	probe->input_at = probe->input_len = 0;
}

enum progress probe_start_handshake(struct probe *probe, usec now) {
	const struct probe_spec *spec = probe->spec;
	if (spec->manner.mode == SMTP_TLS_STARTTLS) {
		note_injection(probe);
	}
	probe->tls_spec = probe_tls_spec(spec->policy, spec->wish);
	probe->tls_spec.key_type = spec->key_type;
	probe->tls_spec.hello = spec->hello;
	probe->tls_spec.session_peer = spec->session_peer;
	probe->tls_spec.session_time = now;
	probe->tls_spec.session_name = smtp_reply_first_word(&probe->talk.facts.ehlo);
	struct tls_listener listener = {spec->trace, spec->peer, spec->id, spec->pass};
	probe->conn.tls = tls_new(probe->context, probe->arena, &probe->tls_spec, probe->conn.fd,
		&listener, &probe->result.err);
	probe_wait_for(probe, WAIT_HANDSHAKE, now, spec->manner.times.command);
	return probe->conn.tls == NULL ? probe_finish(probe) : PROGRESS_MOVED;
}

enum progress probe_step_handshake(struct probe *probe) {
	struct err err = {0};
	enum conn_step step = conn_handshake(&probe->conn, &err);
	if (step == CONN_WANT_READ || step == CONN_WANT_WRITE) {
		return probe_blocked(probe, step);
	}
	probe->result.tls = tls_facts_of(probe->conn.tls);
	if (step != CONN_DONE) {
		probe->result.net_errno = probe->conn.error_number;
		err_set(&err, ERR_TLS, "the connection was closed in the TLS handshake");
		probe->result.err = err;
		return probe_finish(probe);
	}
	probe->waiting = WAIT_SECURED;
	return PROGRESS_MOVED;
}

/* A step of its own, because the handshake's computing counts too and each step has one "now". */
enum progress probe_step_secured(struct probe *probe, usec now) {
	probe->result.times.tls = now - probe->asked_at;
	probe_trace_phase(&probe->trace, EVENT_PHASE, "TLS handshake", probe->result.times.tls);
	return probe_act(probe, smtp_talk_secured(&probe->talk), now);
}

enum progress probe_start_shutdown(struct probe *probe, usec now) {
	if (probe->conn.tls == NULL || probe->spec->ending == TLS_ENDING_FAST) {
		return probe_finish(probe);
	}
	probe_wait_for(probe, WAIT_SHUTDOWN, now, probe->spec->manner.times.command);
	return PROGRESS_MOVED;
}

/* Whatever comes of it: all that was to be learned is known. */
enum progress probe_step_shutdown(struct probe *probe) {
	enum conn_step step = conn_shutdown(&probe->conn);
	bool goes_on = step == CONN_WANT_READ || step == CONN_WANT_WRITE;
	return goes_on ? probe_blocked(probe, step) : probe_finish(probe);
}
