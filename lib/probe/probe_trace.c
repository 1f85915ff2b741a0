/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The events of one probe, filled in and sent. */
#include "probe/probe_trace.h"

#include <stdio.h>

#include "tls/postfix_words.h"

static void emit(const struct probe_trace *trace, struct event event) {
	event.node = trace->id;
	event.pass = trace->pass;
	event.peer = trace->peer;
	trace_emit(trace->trace, &event);
}

void probe_trace_text(const struct probe_trace *trace, enum event_kind kind, const char *text) {
	emit(trace, (struct event){.kind = kind, .text = {text}});
}

static bool opens_session(enum smtp_stage stage) {
	return stage == SMTP_STAGE_EHLO || stage == SMTP_STAGE_STARTTLS || stage == SMTP_STAGE_TLS_EHLO;
}

void probe_trace_said(const struct probe_trace *trace, enum event_kind kind, enum smtp_stage stage,
	struct span line) {
	emit(trace, (struct event){.kind = kind, .bytes = {line}, .number = {opens_session(stage)}});
}

void probe_trace_phase(
	const struct probe_trace *trace, enum event_kind kind, const char *phase, int64_t took) {
	emit(trace, (struct event){.kind = kind, .text = {phase}, .number = {took}});
}

void probe_trace_lines(const struct probe_trace *trace, enum smtp_stage stage,
	const struct smtp_reply *reply, size_t *shown) {
	for (; *shown < reply->n_lines; ++*shown) {
		probe_trace_said(trace, EVENT_SMTP_RECEIVED, stage, reply->lines[*shown]);
	}
}

static const char *exchange(enum smtp_stage stage, enum mail_protocol protocol) {
	switch (stage) {
	case SMTP_STAGE_GREETING:
	case SMTP_STAGE_TLS_GREETING:
		return "reading server greeting";
	case SMTP_STAGE_EHLO:
	case SMTP_STAGE_TLS_EHLO:
		return protocol == MAIL_LMTP ? "sending LHLO" : "sending EHLO";
	case SMTP_STAGE_STARTTLS:
		return "sending STARTTLS";
	case SMTP_STAGE_HANDSHAKE:
	case SMTP_STAGE_QUIT:
	case SMTP_STAGE_END:
		break;
	}
	return "sending QUIT command";
}

static enum event_lost lost_at(enum smtp_stage stage) {
	switch (stage) {
	case SMTP_STAGE_GREETING:
	case SMTP_STAGE_TLS_GREETING:
	case SMTP_STAGE_EHLO:
	case SMTP_STAGE_TLS_EHLO:
		return EVENT_LOST_ELSEWHERE;
	case SMTP_STAGE_STARTTLS:
		return EVENT_LOST_STARTTLS;
	case SMTP_STAGE_HANDSHAKE:
	case SMTP_STAGE_QUIT:
	case SMTP_STAGE_END:
		break;
	}
	return EVENT_LOST_QUIT;
}

void probe_trace_lost(const struct probe_trace *trace, const char *what, enum smtp_stage stage) {
	char words[80];
	(void)snprintf(words, sizeof words, "%s while %s", what, exchange(stage, trace->protocol));
	emit(trace,
		(struct event){.kind = EVENT_SMTP_FAILED, .text = {words}, .number = {0, lost_at(stage)}});
}

void probe_trace_refused(
	const struct probe_trace *trace, const struct smtp_talk *talk, struct span quoted) {
	emit(trace, (struct event){.kind = EVENT_SMTP_FAILED,
					.text = {talk->err.text},
					.bytes = {quoted},
					.number = {talk->refusal_code}});
}

void probe_trace_anonymous(const struct probe_trace *trace, const struct tls_facts *facts) {
	if (facts != NULL && facts->proof.status == TLS_STATUS_ANONYMOUS) {
		probe_trace_text(trace, EVENT_TLS_ANONYMOUS, NULL);
	}
}

void probe_trace_chain(const struct probe_trace *trace, const struct tls_facts *facts) {
	if (trace->trace == NULL || facts == NULL) {
		return;
	}
	for (size_t i = 0; i < facts->n_chain; i++) {
		const struct tls_cert *cert = &facts->chain[i];
		emit(trace, (struct event){.kind = EVENT_TLS_CHAIN,
						.bytes = {cert->subject, cert->issuer, cert->fingerprint[TLSA_CERT],
							cert->fingerprint[TLSA_SPKI], cert->der},
						.number = {(int64_t)i, (int64_t)facts->n_chain}});
	}
}

void probe_trace_policy(
	const struct probe_trace *trace, const struct tls_policy *policy, enum tls_level wished) {
	if (trace->trace == NULL) {
		return;
	}
	bool fallback = policy->reason == POLICY_NO_TLSA || policy->reason == POLICY_TLSA_UNUSABLE ||
					policy->reason == POLICY_NOT_APPLICABLE;
	emit(trace, (struct event){.kind = EVENT_POLICY,
					.text = {tls_level_name(policy->level), tls_policy_reason_text(policy->reason),
						tls_policy_finger_text(policy)},
					.number = {fallback && wished != TLS_LEVEL_DANE_ONLY ? 1 : 0}});
}

void probe_trace_unreachable(
	const struct probe_trace *trace, const char *destination, const struct result *result) {
	if (trace->trace == NULL) {
		return;
	}
	const struct node_name *peer = trace->peer;
	bool timeout = result->err.kind == ERR_TIMEOUT;
	const char *why = timeout ? "Connection timed out" : result->err.text;
	char port[8] = "";
	char reason[700];
	if (peer->port != 0) {
		(void)snprintf(port, sizeof port, ":%u", peer->port);
	}
	(void)snprintf(
		reason, sizeof reason, "connect to %s[%s]%s: %s", peer->host, peer->address, port, why);
	emit(trace, (struct event){.kind = EVENT_NODE_FAILED, .text = {destination, reason}});
}

enum probe_stage probe_stage_of(enum smtp_stage stage) {
	switch (stage) {
	case SMTP_STAGE_GREETING:
		return PROBE_GREETING;
	case SMTP_STAGE_EHLO:
		return PROBE_EHLO;
	case SMTP_STAGE_STARTTLS:
		return PROBE_STARTTLS;
	case SMTP_STAGE_HANDSHAKE:
		return PROBE_HANDSHAKE;
	case SMTP_STAGE_TLS_GREETING:
		return PROBE_TLS_GREETING;
	case SMTP_STAGE_TLS_EHLO:
		return PROBE_TLS_EHLO;
	case SMTP_STAGE_QUIT:
		return PROBE_QUIT;
	case SMTP_STAGE_END:
		break;
	}
	return PROBE_FINISHED;
}
