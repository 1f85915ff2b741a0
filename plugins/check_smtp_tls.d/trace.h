/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What -v shows: engine events as lines, kept for the end or written as they happen. How much is
 * shown is decided here and nowhere else. */
#ifndef CHECK_SMTP_TLS_TRACE_H
#define CHECK_SMTP_TLS_TRACE_H

#include "base/event.h"
#include "check_smtp_tls.d/output.h"
#include "probe/report.h"
#include "render/render_finger.h"

/* Nodes that are probed at the same time would tell their stories all mixed up. */
enum trace_order {
	TRACE_AS_IT_HAPPENS,
	TRACE_BY_NODE /* what is about one node stays together */
};

struct trace_plan {
	unsigned show; /* of enum finger_show; FINGER_CHAIN alone: nothing but certificates */
	enum trace_order order;
	size_t max;          /* bytes kept; certificates come on top */
	struct output *live; /* write at once, a node's lines when it is done; NULL: keep */
};

/* Lines that wait to be printed. */
struct trace_block {
	struct text lines;
	size_t dropped; /* lines that did not fit */
	size_t untold;  /* messages of TLS that came behind these, and were not decoded */
};

struct verbose_trace {
	struct trace trace; /* first: the engines know only this */
	struct arena *arena;
	struct trace_plan plan;
	struct finger_style style;
	struct text lines;                           /* of one event */
	struct trace_block run;                      /* about no node, or in the order of time */
	struct trace_block *nodes[REPORT_NODES_MAX]; /* by what events carry as `probe` */
	struct text chains;
	size_t kept;           /* bytes in all blocks */
	size_t chains_dropped; /* certificates there was no room for */
};

/* What is shown at this verbosity (1 to 3), with what --log chose: of enum finger_show. */
unsigned trace_show(int verbosity, unsigned log);

struct verbose_trace trace_new(struct arena *arena, const struct trace_plan *plan);

/* Append what was kept, the nodes in the order of the report, cut at a line so that the whole text
 * stays below the plan's bytes, and say how much was left out; then the certificates, whole. */
void trace_print(const struct verbose_trace *trace, struct text *text, const struct report *report);

#endif
