/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Plugin output: the status line with performance data, finding and node lines, the catalogue. */
#ifndef RENDER_RENDER_PLUGIN_H
#define RENDER_RENDER_PLUGIN_H

#include "base/text.h"
#include "verdict/verdict.h"

#define OUTPUT_MAX 8000U /* bytes of output in all, but with -vvv */
#define OUTPUT_MAX_VERY_VERBOSE (256U * 1024U)

enum perfdata_style { PERFDATA_RANGES, PERFDATA_PLAIN, PERFDATA_NONE };

/* "SMTP_TLS OK - ... | time=..." without a line end: the only line with a '|'. */
void render_status_line(
	struct text *text, const struct verdict *verdict, enum perfdata_style perfdata);

/* Is good advice about a healthy host (finding_is_advice()) told too? */
enum line_detail { LINE_NEWS, LINE_ADVICE };

/* "[STATE] finding: node: text" lines, one per TLSA record where these are the trouble, and then
 * one line per node, worst first, when there is more
 * than one node or any finding that is told, be it only for information; each ended by a newline.
 * At most 128 of each kind. */
void render_details(struct text *text, const struct verdict *verdict, enum line_detail detail);

/* The status line, without a line end, for what ends before a verdict: a usage or local error. The
 * message may hold what the user wrote: it is made harmless. */
void render_unknown(struct text *text, const char *message);

/* The --list-findings table with the states in force at this level. */
void render_findings_list(struct text *text, const struct limits *limits, enum tls_level level);

/* What one finding means, whom it hurts, what to do and where it is written; with its state in
 * force at this level. */
void render_explanation(
	struct text *text, enum finding_id id, const struct limits *limits, enum tls_level level);

/* The state that a finding counts for by default, at this level and with what the user assigned. */
enum state render_state_in_force(
	const struct limits *limits, enum finding_id id, enum tls_level level);

/* Performance data alone, without the '|'. */
void render_perfdata(struct text *text, const struct verdict *verdict, enum perfdata_style style);

#endif
