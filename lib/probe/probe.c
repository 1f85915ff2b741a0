#include "probe/probe.h"

#include "probe/conn.h"
#include "probe/probe_tls.h"
#include "probe/probe_trace.h"

/* What is waited for right now; what is said comes from smtp_talk. */
enum waiting {
	WAIT_START,
	WAIT_CONNECT,
	WAIT_SEND,
	WAIT_REPLY,
	WAIT_HANDSHAKE,
	WAIT_SECURED,
	WAIT_NOTHING
};

struct probe {
	struct source source;
	const struct probe_spec *spec;
	struct probe_trace trace;
	struct tls_context *context;
	struct arena *arena;
	struct conn conn;
	struct smtp_talk talk;
	struct smtp_reply_parser parser;
	struct tls_spec tls_spec;
	struct result result;
	enum waiting waiting;
	short poll_events; /* what the last blocked operation wants */
	usec deadline;     /* of what is waited for; set when it was asked */
	usec asked_at;
	bool leaving;        /* QUIT is being sent: nothing after it is an error */
	struct span unsent;  /* rest of the command */
	size_t lines_shown;  /* of the reply being read */
	uint8_t input[4096]; /* received and not yet parsed */
	size_t input_at;
	size_t input_len;
};

static enum progress finish(struct probe *probe) {
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

/* The stream ended or broke while something was awaited. */
static enum progress broken(struct probe *probe, enum conn_step step, const struct err *err) {
	if (!probe->leaving) {
		if (step == CONN_CLOSED) {
			err_set(&probe->result.err, ERR_NET, "the connection was closed");
		} else {
			probe->result.err = *err;
		}
		probe->result.net_errno = probe->conn.error_number;
	}
	probe_trace_lost(&probe->trace, "lost connection", probe->talk.stage);
	return finish(probe);
}

static enum progress timed_out(struct probe *probe) {
	if (!probe->leaving) {
		err_set(&probe->result.err, ERR_TIMEOUT, "timed out");
	}
	if (probe->waiting == WAIT_HANDSHAKE) {
		probe->result.tls = tls_facts_of(probe->conn.tls);
		probe_trace_text(&probe->trace, EVENT_TLS_FAILED, "Connection timed out");
	} else if (probe->waiting != WAIT_CONNECT) {
		probe_trace_lost(&probe->trace, "timeout", probe->talk.stage);
	}
	return finish(probe);
}

/* --- from one wait to the next --- */

static void wait_for(struct probe *probe, enum waiting waiting, usec now, usec granted) {
	probe->waiting = waiting;
	probe->asked_at = now;
	probe->deadline = deadline_after(now, granted);
	if (probe->result.err.kind == ERR_NONE) {
		probe->result.stage = probe_stage_of(probe->talk.stage);
	}
}

static void wait_reply(struct probe *probe, usec now) {
	bool greeting =
		probe->talk.stage == SMTP_STAGE_GREETING || probe->talk.stage == SMTP_STAGE_TLS_GREETING;
	const struct survey_times *times = &probe->spec->times;
	smtp_reply_restart(&probe->parser, probe->arena);
	probe->lines_shown = 0;
	wait_for(probe, WAIT_REPLY, now, greeting ? times->greeting : times->command);
}

/* A command and its reply share one deadline. */
static void start_sending(struct probe *probe, usec now) {
	probe->unsent = span_of(probe->talk.command);
	struct span shown = {probe->unsent.at, probe->unsent.len < 2 ? 0 : probe->unsent.len - 2};
	probe_trace_said(&probe->trace, EVENT_SMTP_SENT, probe->talk.stage, shown);
	wait_reply(probe, now);
	probe->waiting = WAIT_SEND;
}

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

static enum progress start_handshake(struct probe *probe, usec now) {
	const struct probe_spec *spec = probe->spec;
	if (spec->mode == SMTP_TLS_STARTTLS) {
		note_injection(probe);
	}
	probe->tls_spec = probe_tls_spec(spec->policy, spec->wish);
	struct tls_listener listener = {spec->trace, spec->peer, spec->id, spec->pass};
	probe->conn.tls = tls_new(probe->context, probe->arena, &probe->tls_spec, probe->conn.fd,
		&listener, &probe->result.err);
	wait_for(probe, WAIT_HANDSHAKE, now, spec->times.command);
	return probe->conn.tls == NULL ? finish(probe) : PROGRESS_MOVED;
}

static enum progress act(struct probe *probe, enum smtp_action action, usec now) {
	switch (action) {
	case SMTP_ACT_READ:
		wait_reply(probe, now);
		return PROGRESS_MOVED;
	case SMTP_ACT_QUIT:
		probe->leaving = true;
		start_sending(probe, now);
		return PROGRESS_MOVED;
	case SMTP_ACT_SEND:
		start_sending(probe, now);
		return PROGRESS_MOVED;
	case SMTP_ACT_HANDSHAKE:
		return start_handshake(probe, now);
	case SMTP_ACT_CLOSE:
		break;
	}
	return finish(probe);
}

/* --- the four waits --- */

static enum progress blocked(struct probe *probe, enum conn_step step) {
	probe->poll_events = step == CONN_WANT_WRITE ? POLLOUT : POLLIN;
	return PROGRESS_WAITING;
}

static enum progress connected(struct probe *probe, enum conn_step step, usec now) {
	struct result *result = &probe->result;
	if (step == CONN_WANT_WRITE) {
		return blocked(probe, step);
	}
	if (step != CONN_DONE) {
		result->local_fault = probe->conn.local_fault;
		result->net_errno = probe->conn.error_number;
		return finish(probe);
	}
	result->connected = true;
	result->times.connect = now - probe->asked_at;
	probe_trace_phase(&probe->trace, EVENT_CONNECTED, NULL, result->times.connect);
	struct smtp_talk_spec talk = {probe->spec->protocol, probe->spec->mode, probe->spec->helo};
	if (talk.helo == NULL) {
		talk.helo = conn_local_literal(&probe->conn, probe->arena);
	}
	return act(probe, smtp_talk_start(&probe->talk, &talk), now);
}

static enum progress step_start(struct probe *probe, usec now) {
	const struct probe_spec *spec = probe->spec;
	probe->waiting = WAIT_CONNECT;
	probe->asked_at = now;
	probe->deadline = deadline_after(now, spec->times.connect);
	probe->result.stage = PROBE_CONNECTING;
	probe_trace_text(&probe->trace, EVENT_CONNECTING, NULL);
	return connected(probe,
		conn_open(&probe->conn, spec->sockaddr, spec->sockaddr_len, &probe->result.err), now);
}

static enum progress step_connect(struct probe *probe, usec now) {
	return connected(probe, conn_opened(&probe->conn, &probe->result.err), now);
}

static enum progress step_send(struct probe *probe, usec now) {
	(void)now;
	while (probe->unsent.len > 0) {
		size_t done = 0;
		struct err err = {0};
		enum conn_step step = conn_write(&probe->conn, probe->unsent, &done, &err);
		if (step == CONN_WANT_READ || step == CONN_WANT_WRITE) {
			return blocked(probe, step);
		}
		if (step != CONN_DONE) {
			return broken(probe, step, &err);
		}
		probe->unsent.at += done;
		probe->unsent.len -= done;
	}
	if (probe->leaving && !probe->spec->wait_for_quit) {
		return finish(probe);
	}
	probe->waiting = WAIT_REPLY;
	return PROGRESS_MOVED;
}

static void measure_reply(struct probe *probe, usec now) {
	enum smtp_stage stage = probe->talk.stage;
	usec took = now - probe->asked_at;
	usec *kept = probe_time_of(&probe->result.times, stage);
	if (kept != NULL) {
		*kept = took;
	}
	const char *name = smtp_stage_name(stage, probe->spec->protocol);
	probe_trace_phase(&probe->trace, EVENT_PHASE, name, took);
}

/* The first refusal, or the first grammar error, is what the result tells of. */
static void note_refusal(struct probe *probe) {
	const struct smtp_talk *talk = &probe->talk;
	if (talk->err.kind == ERR_NONE || probe->result.err.kind != ERR_NONE) {
		return;
	}
	probe->result.err = talk->err;
	probe->result.refusal = talk->refusal;
	probe->result.refusal_code = talk->refusal_code;
	probe->result.refusal_stage = talk->failed_stage;
	probe_trace_refused(&probe->trace, talk);
}

static enum progress replied(struct probe *probe, usec now) {
	measure_reply(probe, now);
	if (probe->talk.stage == SMTP_STAGE_TLS_EHLO) {
		probe_trace_anonymous(&probe->trace, probe->result.tls);
	}
	enum smtp_action action = smtp_talk_reply(&probe->talk, &probe->parser.reply);
	note_refusal(probe);
	return act(probe, action, now);
}

static enum progress not_smtp(struct probe *probe, usec now) {
	enum smtp_action action = smtp_talk_garbage(&probe->talk, &probe->parser);
	note_refusal(probe);
	return act(probe, action, now);
}

static enum progress step_reply(struct probe *probe, usec now) {
	for (;;) {
		struct span input = {probe->input + probe->input_at, probe->input_len - probe->input_at};
		size_t used = 0;
		enum smtp_progress progress = smtp_reply_feed(&probe->parser, input, &used);
		probe->input_at += used;
		probe_trace_lines(
			&probe->trace, probe->talk.stage, &probe->parser.reply, &probe->lines_shown);
		if (progress == SMTP_COMPLETE) {
			return replied(probe, now);
		}
		if (progress == SMTP_NEVER) {
			return not_smtp(probe, now);
		}
		probe->input_at = probe->input_len = 0;
		struct err err = {0};
		enum conn_step step =
			conn_read(&probe->conn, probe->input, sizeof probe->input, &probe->input_len, &err);
		if (step == CONN_WANT_READ || step == CONN_WANT_WRITE) {
			return blocked(probe, step);
		}
		if (step != CONN_DONE) {
			return broken(probe, step, &err);
		}
	}
}

static enum progress step_handshake(struct probe *probe) {
	struct err err = {0};
	enum conn_step step = conn_handshake(&probe->conn, &err);
	if (step == CONN_WANT_READ || step == CONN_WANT_WRITE) {
		return blocked(probe, step);
	}
	probe->result.tls = tls_facts_of(probe->conn.tls);
	if (step != CONN_DONE) {
		probe->result.net_errno = probe->conn.error_number;
		err_set(&err, ERR_TLS, "the connection was closed in the TLS handshake");
		probe->result.err = err;
		return finish(probe);
	}
	probe->waiting = WAIT_SECURED;
	return PROGRESS_MOVED;
}

/* A step of its own, because the handshake's computing counts too and each step has one "now". */
static enum progress step_secured(struct probe *probe, usec now) {
	probe->result.times.tls = now - probe->asked_at;
	probe_trace_phase(&probe->trace, EVENT_PHASE, "TLS handshake", probe->result.times.tls);
	return act(probe, smtp_talk_secured(&probe->talk), now);
}

static enum progress step_waiting(struct probe *probe, usec now) {
	switch (probe->waiting) {
	case WAIT_START:
		return step_start(probe, now);
	case WAIT_CONNECT:
		return step_connect(probe, now);
	case WAIT_SEND:
		return step_send(probe, now);
	case WAIT_REPLY:
		return step_reply(probe, now);
	case WAIT_HANDSHAKE:
		return step_handshake(probe);
	case WAIT_SECURED:
		return step_secured(probe, now);
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
		return timed_out(probe);
	}
	return progress;
}

static size_t probe_watch(struct source *source, struct pollfd *fds, size_t max, usec *wake) {
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

struct result probe_result(struct probe *probe) {
	struct result result = probe->result;
	result.smtp = probe->talk.facts;
	if (probe->conn.tls != NULL) {
		result.tls = tls_facts_of(probe->conn.tls);
	}
	return result;
}

void probe_free(struct probe *probe) {
	if (probe != NULL) {
		conn_close(&probe->conn);
	}
}
