#include "probe/probe_trace.h"

#include <stdio.h>

static void emit(const struct probe_trace *trace, struct event event) {
	event.probe = trace->id;
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

void probe_trace_lost(const struct probe_trace *trace, const char *what, enum smtp_stage stage) {
	char words[80];
	(void)snprintf(words, sizeof words, "%s while %s", what, exchange(stage, trace->protocol));
	probe_trace_text(trace, EVENT_SMTP_FAILED, words);
}

void probe_trace_refused(const struct probe_trace *trace, const struct smtp_talk *talk) {
	emit(trace, (struct event){.kind = EVENT_SMTP_FAILED,
					.text = {talk->err.text},
					.bytes = {talk->refusal},
					.number = {talk->refusal_code}});
}

void probe_trace_anonymous(const struct probe_trace *trace, const struct tls_facts *facts) {
	if (facts != NULL && facts->status == TLS_STATUS_ANONYMOUS) {
		probe_trace_text(trace, EVENT_TLS_ANONYMOUS, NULL);
	}
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
