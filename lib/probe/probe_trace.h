/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What a probe tells its listener, in one place: the words posttls-finger uses for each event. */
#ifndef PROBE_PROBE_TRACE_H
#define PROBE_PROBE_TRACE_H

#include "base/event.h"
#include "probe/result.h"
#include "probe/tls_policy.h"
#include "smtp/smtp_talk.h"

/* Who listens, and about which node. */
struct probe_trace {
	struct trace *trace; /* NULL: nobody */
	const struct node_name *peer;
	int id;
	int pass;
	enum mail_protocol protocol;
};

void probe_trace_text(const struct probe_trace *trace, enum event_kind kind, const char *text);

/* An event with a duration in microseconds. */
void probe_trace_phase(
	const struct probe_trace *trace, enum event_kind kind, const char *phase, int64_t took);

/* A command, or one line of the answer to it, in this stage. */
void probe_trace_said(
	const struct probe_trace *trace, enum event_kind kind, enum smtp_stage stage, struct span line);

/* The reply lines from *shown on; advances *shown. */
void probe_trace_lines(const struct probe_trace *trace, enum smtp_stage stage,
	const struct smtp_reply *reply, size_t *shown);

/* "timeout while sending EHLO", "lost connection while reading server greeting". */
void probe_trace_lost(const struct probe_trace *trace, const char *what, enum smtp_stage stage);

/* The refusal recorded in the talk, and what is quoted of it: "EHLO rejected: 502 ...". */
void probe_trace_refused(
	const struct probe_trace *trace, const struct smtp_talk *talk, struct span quoted);

/* What the session is to demand of the peer, and why, where this level was wished for. */
void probe_trace_policy(
	const struct probe_trace *trace, const struct tls_policy *policy, enum tls_level wished);

/* The node gave no session: nothing was connected to. */
void probe_trace_unreachable(
	const struct probe_trace *trace, const char *destination, const struct result *result);

/* Tell of a server without a certificate; nothing when it has one. */
void probe_trace_anonymous(const struct probe_trace *trace, const struct tls_facts *facts);

/* The certificates as sent; nothing without any. */
void probe_trace_chain(const struct probe_trace *trace, const struct tls_facts *facts);

/* The probe stage that a stage of the conversation belongs to. */
enum probe_stage probe_stage_of(enum smtp_stage stage);

#endif
