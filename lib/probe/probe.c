/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The probe as a source: connect, talk, shake hands, say goodbye; deadlines. */
#include "probe/probe_internal.h"

enum progress probe_finish(struct probe *probe) {
	if (probe->conn.tls != NULL && probe->result.tls != NULL) {
		probe->result.tls = tls_facts_of(probe->conn.tls);
	}
	if (probe->result.err.kind == ERR_NONE) {
		probe->result.stage = PROBE_FINISHED;
	}
	conn_close(&probe->conn);
	probe->waiting = WAIT_NOTHING;
	return PROGRESS_DONE;
}

enum progress probe_broken(
	struct probe *probe, enum conn_step step, const struct err *err, usec now) {
	if (!probe->leaving) {
		if (step == CONN_CLOSED) {
			err_set(&probe->result.err, ERR_NET, "the connection was closed");
		} else {
			probe->result.err = *err;
		}
		probe->result.net_errno = probe->conn.error_number;
	}
	probe_trace_lost(&probe->trace, "lost connection", probe->talk.stage);
	return probe_give_up(probe, now);
}

static enum progress timed_out(struct probe *probe, usec now) {
	if (!probe->leaving) {
		err_set(&probe->result.err, ERR_TIMEOUT, "timed out");
	}
	if (probe->waiting == WAIT_HANDSHAKE) {
		probe->result.tls = tls_facts_of(probe->conn.tls);
		probe_trace_text(&probe->trace, EVENT_TLS_FAILED, "Connection timed out");
	} else if (probe->waiting == WAIT_SEND || probe->waiting == WAIT_REPLY) {
		probe_trace_lost(&probe->trace, "timeout", probe->talk.stage);
		return probe_give_up(probe, now);
	}
	return probe_finish(probe);
}

void probe_wait_for(struct probe *probe, enum waiting waiting, usec now, usec granted) {
	probe->waiting = waiting;
	probe->asked_at = now;
	probe->deadline = deadline_after(now, granted);
	if (probe->result.err.kind == ERR_NONE) {
		probe->result.stage = probe_stage_of(probe->talk.stage);
	}
}

enum progress probe_blocked(struct probe *probe, enum conn_step step) {
	probe->poll_events = step == CONN_WANT_WRITE ? POLLOUT : POLLIN;
	return PROGRESS_WAITING;
}

static enum progress connected(struct probe *probe, enum conn_step step, usec now) {
	struct result *result = &probe->result;
	if (step == CONN_WANT_WRITE) {
		return probe_blocked(probe, step);
	}
	if (step != CONN_DONE) {
		result->local_fault = probe->conn.local_fault;
		result->net_errno = probe->conn.error_number;
		return probe_finish(probe);
	}
	result->connected = true;
	result->times.connect = now - probe->asked_at;
	probe_trace_phase(&probe->trace, EVENT_CONNECTED, NULL, result->times.connect);
	const struct probe_spec *spec = probe->spec;
	struct smtp_talk_spec talk = {
		spec->protocol, spec->manner.mode, spec->manner.helo, spec->habits, spec->errand};
	if (talk.helo == NULL) {
		talk.helo = conn_local_literal(&probe->conn, probe->arena);
	}
	return probe_act(probe, smtp_talk_start(&probe->talk, &talk), now);
}

static enum progress step_start(struct probe *probe, usec now) {
	const struct probe_spec *spec = probe->spec;
	probe->waiting = WAIT_CONNECT;
	probe->asked_at = now;
	probe->deadline = deadline_after(now, spec->manner.times.connect);
	probe->result.stage = PROBE_CONNECTING;
	probe_trace_text(&probe->trace, EVENT_CONNECTING, spec->tries);
	return connected(probe,
		conn_open(&probe->conn, spec->sockaddr, spec->sockaddr_len, &probe->result.err), now);
}

static enum progress step_connect(struct probe *probe, usec now) {
	return connected(probe, conn_opened(&probe->conn, &probe->result.err), now);
}

static enum progress step_waiting(struct probe *probe, usec now) {
	switch (probe->waiting) {
	case WAIT_START:
		return step_start(probe, now);
	case WAIT_CONNECT:
		return step_connect(probe, now);
	case WAIT_SEND:
		return probe_step_send(probe, now);
	case WAIT_REPLY:
		return probe_step_reply(probe, now);
	case WAIT_HANDSHAKE:
		return probe_step_handshake(probe);
	case WAIT_SECURED:
		return probe_step_secured(probe, now);
	case WAIT_SHUTDOWN:
		return probe_step_shutdown(probe);
	case WAIT_NOTHING:
		break;
	}
	return PROGRESS_DONE;
}

static enum progress probe_step(
	struct source *source, const struct pollfd *fds, size_t n, usec now) {
	struct probe *probe = (struct probe *)source;
	(void)fds;
	(void)n;
	enum progress progress = step_waiting(probe, now);
	if (progress == PROGRESS_WAITING && now >= probe->deadline) {
		return timed_out(probe, now);
	}
	return progress;
}

static size_t probe_watch(
	struct source *source, struct pollfd *fds, size_t max, usec now, usec *wake) {
	(void)now;
	const struct probe *probe = (const struct probe *)source;
	*wake = usec_min(*wake, probe->deadline);
	if (max == 0 || probe->conn.fd < 0) {
		return 0;
	}
	fds[0] = (struct pollfd){probe->conn.fd, probe->poll_events, 0};
	return 1;
}

struct probe *probe_new(
	struct arena *arena, const struct probe_spec *spec, struct tls_context *context, usec now) {
	static const struct source_ops ops = {probe_watch, probe_step};
	struct probe *probe = arena_alloc(arena, sizeof *probe);
	probe->source.ops = &ops;
	probe->spec = spec;
	probe->trace =
		(struct probe_trace){spec->trace, spec->peer, spec->id, spec->pass, spec->protocol};
	probe->context = context;
	probe->arena = arena;
	probe->conn.fd = -1;
	probe->conn.tcp_window = spec->manner.tcp_window;
	probe->parser.line_max = spec->manner.line_max;
	probe->deadline = now;
	probe->result.times = (struct probe_times){-1, -1, -1, -1, -1};
	return probe;
}

struct source *probe_source(struct probe *probe) {
	return &probe->source;
}

bool probe_is_connected(const struct probe *probe) {
	return probe->result.connected;
}

struct result probe_glance(const struct probe *probe) {
	struct result result = probe->result;
	result.smtp = probe->talk.facts;
	return result;
}

struct result probe_result(struct probe *probe) {
	struct result result = probe_glance(probe);
	if (probe->conn.tls != NULL) {
		result.tls = tls_facts_of(probe->conn.tls);
	}
	return result;
}

/* Do something to each reply: those that the facts have, and one that was never complete. */
static void each_reply(
	struct probe *probe, void (*act)(struct arena *arena, struct smtp_reply *reply)) {
	struct smtp_facts *facts = &probe->talk.facts;
	struct smtp_reply *replies[] = {
		&facts->greeting, &facts->ehlo, &facts->starttls, &facts->tls_ehlo, &facts->quit};
	struct smtp_reply *last = &probe->parser.reply;
	bool is_fact = last->octets == NULL;
	for (size_t i = 0; i < sizeof replies / sizeof *replies; i++) {
		is_fact = is_fact || replies[i]->octets == last->octets;
		act(probe->arena, replies[i]);
	}
	if (!is_fact) {
		smtp_reply_drop(probe->arena, last);
	}
}

void probe_shorten(struct probe *probe) {
	if (probe->result.refusal.len > 0) {
		probe->result.refusal = arena_copy_span(probe->arena, probe->result.refusal);
	}
	each_reply(probe, smtp_reply_shorten);
}

void probe_drop_replies(struct probe *probe) {
	probe->result.refusal = (struct span){NULL, 0};
	each_reply(probe, smtp_reply_drop);
}

void probe_free(struct probe *probe) {
	if (probe != NULL) {
		conn_close(&probe->conn);
	}
}
