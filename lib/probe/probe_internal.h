/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of a probe share. Nothing outside of them includes it. */
#ifndef PROBE_PROBE_INTERNAL_H
#define PROBE_PROBE_INTERNAL_H

#include "probe/conn.h"
#include "probe/probe.h"
#include "probe/probe_trace.h"

/* What is waited for right now; what is said comes from smtp_talk. */
enum waiting {
	WAIT_START,
	WAIT_CONNECT,
	WAIT_SEND,
	WAIT_REPLY,
	WAIT_HANDSHAKE,
	WAIT_SECURED,
	WAIT_SHUTDOWN,
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

/* probe.c: from one wait to the next. */

/* Wait for something that was asked now, as long as granted. */
void probe_wait_for(struct probe *probe, enum waiting waiting, usec now, usec granted);
/* The operation cannot go on without the peer. */
enum progress probe_blocked(struct probe *probe, enum conn_step step);
/* The stream ended or broke while something was awaited. */
enum progress probe_broken(
	struct probe *probe, enum conn_step step, const struct err *err, usec now);
enum progress probe_finish(struct probe *probe);

/* probe_dialogue.c: commands and replies. */

/* Do what the conversation asks for. */
enum progress probe_act(struct probe *probe, enum smtp_action action, usec now);
/* Whatever was awaited does not come: go on where that is possible. */
enum progress probe_give_up(struct probe *probe, usec now);
enum progress probe_step_send(struct probe *probe, usec now);
enum progress probe_step_reply(struct probe *probe, usec now);

/* probe_session.c: TLS, from the handshake to its end. */
enum progress probe_start_handshake(struct probe *probe, usec now);
enum progress probe_step_handshake(struct probe *probe);
enum progress probe_step_secured(struct probe *probe, usec now);
/* The dialogue is over: end TLS as the specification says. */
enum progress probe_start_shutdown(struct probe *probe, usec now);
enum progress probe_step_shutdown(struct probe *probe);

#endif
