/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The part of a probe that speaks SMTP: what is sent and what came back. */
#include "probe/probe_internal.h"

static void wait_reply(struct probe *probe, usec now) {
	bool greeting =
		probe->talk.stage == SMTP_STAGE_GREETING || probe->talk.stage == SMTP_STAGE_TLS_GREETING;
	const struct survey_times *times = &probe->spec->manner.times;
	smtp_reply_restart(&probe->parser, probe->arena);
	probe->lines_shown = 0;
	probe_wait_for(probe, WAIT_REPLY, now, greeting ? times->greeting : times->command);
}

/* A command and its reply share one deadline. */
static void start_sending(struct probe *probe, usec now) {
	probe->unsent = span_of(probe->talk.command);
	struct span shown = {probe->unsent.at, probe->unsent.len < 2 ? 0 : probe->unsent.len - 2};
	probe_trace_said(&probe->trace, EVENT_SMTP_SENT, probe->talk.stage, shown);
	wait_reply(probe, now);
	probe->waiting = WAIT_SEND;
}

enum progress probe_act(struct probe *probe, enum smtp_action action, usec now) {
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
		return probe_start_handshake(probe, now);
	case SMTP_ACT_CLOSE:
		break;
	}
	return probe_finish(probe);
}

/* The EHLO inside TLS is done with, whatever came of it. */
static void tell_certificates(struct probe *probe, enum smtp_stage stage) {
	if (stage == SMTP_STAGE_TLS_EHLO) {
		probe_trace_anonymous(&probe->trace, probe->result.tls);
		probe_trace_chain(&probe->trace, probe->result.tls);
	}
}

enum progress probe_give_up(struct probe *probe, usec now) {
	enum smtp_stage stage = probe->talk.stage;
	enum smtp_action action = smtp_talk_lost(&probe->talk);
	if (action == SMTP_ACT_QUIT) {
		tell_certificates(probe, stage);
	}
	return probe_act(probe, action, now);
}

enum progress probe_step_send(struct probe *probe, usec now) {
	while (probe->unsent.len > 0) {
		size_t done = 0;
		struct err err = {0};
		enum conn_step step = conn_write(&probe->conn, probe->unsent, &done, &err);
		if (step == CONN_WANT_READ || step == CONN_WANT_WRITE) {
			return probe_blocked(probe, step);
		}
		if (step != CONN_DONE) {
			return probe_broken(probe, step, &err, now);
		}
		probe->unsent.at += done;
		probe->unsent.len -= done;
	}
	if (probe->leaving && !probe->spec->manner.wait_for_quit) {
		return probe_start_shutdown(probe, now);
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
	struct span quoted = talk->refusal;
	if (probe->spec->habits->quotes_whole_replies && probe->trace.trace != NULL) {
		quoted =
			smtp_reply_joined(probe->arena, &probe->parser.reply, probe->spec->manner.line_max);
	}
	probe_trace_refused(&probe->trace, talk, quoted);
}

/* Go on behind a reply, or behind what is none. */
static enum progress answered(
	struct probe *probe, enum smtp_stage stage, enum smtp_action action, usec now) {
	note_refusal(probe);
	if (action != SMTP_ACT_CLOSE || stage == SMTP_STAGE_QUIT) {
		tell_certificates(probe, stage);
	}
	return stage == SMTP_STAGE_QUIT ? probe_start_shutdown(probe, now)
									: probe_act(probe, action, now);
}

static enum progress replied(struct probe *probe, usec now) {
	measure_reply(probe, now);
	enum smtp_stage stage = probe->talk.stage;
	return answered(probe, stage, smtp_talk_reply(&probe->talk, &probe->parser.reply), now);
}

static enum progress not_smtp(struct probe *probe, usec now) {
	enum smtp_stage stage = probe->talk.stage;
	return answered(probe, stage, smtp_talk_garbage(&probe->talk, &probe->parser), now);
}

enum progress probe_step_reply(struct probe *probe, usec now) {
	for (;;) {
		struct span input = {probe->input + probe->input_at, probe->input_len - probe->input_at};
		size_t used = 0;
		enum smtp_progress progress = smtp_reply_feed(&probe->parser, input, &used);
		probe->input_at += used;
		probe->result.reply_begun = progress == SMTP_NOT_YET && probe->parser.octets > 0;
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
			return probe_blocked(probe, step);
		}
		if (step != CONN_DONE) {
			return probe_broken(probe, step, &err, now);
		}
	}
}
