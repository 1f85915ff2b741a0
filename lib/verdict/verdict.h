/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The judge: report + limits + now -> findings, one state, metrics. Pure: same input, same output.
 * The only place where facts become good or bad. */
#ifndef VERDICT_VERDICT_H
#define VERDICT_VERDICT_H

#include "base/arena.h"
#include "base/text.h"
#include "probe/report.h"
#include "verdict/limits.h"

#define QUOTE_MAX 200U /* characters of a quoted remote item */

/* One finding. `text` is one sentence that names cause and, where there is one, the remedy, but not
 * the node (see verdict_subject()); remote bytes in it are already escaped for plugin output. */
struct finding {
	enum finding_id id;
	enum state state;
	const struct report_node *node; /* NULL: about the run or about `host` */
	const struct report_host *host; /* NULL: about the run */
	const char *text;
};

/* One line about a node that was probed: what was reached, whatever the findings are. */
struct node_line {
	const struct report_node *node;
	enum state state; /* the worst of the findings about it and its host */
	const char *text; /* "Verified by DANE-EE 3 1 1, TLSv1.3, certificate expires in 61 days" */
};

/* One number for performance data; order and labels are fixed. */
struct metric {
	const char *label;
	double value;
	enum metric_unit {
		METRIC_SECONDS_FINE,
		METRIC_SECONDS,
		METRIC_PLAIN
	} unit;              /* s with 6 decimals; whole s; none */
	const char *warning; /* threshold text (range), NULL */
	const char *critical;
	const char *min; /* NULL */
	const char *max;
};

#define METRICS_MAX 32U

struct verdict {
	enum state state;
	const char *summary;      /* what leads the status line, behind "SMTP_TLS STATE - " */
	struct finding *findings; /* worst first, errors before thresholds; informational ones last */
	size_t n_findings;
	struct node_line *nodes; /* those probed, worst first */
	size_t n_nodes;
	size_t n_counted; /* of these, those that were to be reached: --down-ok excuses some */
	size_t n_fine;    /* of these, those without anything worse than OK */
	struct metric metrics[METRICS_MAX];
	size_t n_metrics;
};

/* Judge. now is in seconds since the epoch, the same that dates were verified at. */
struct verdict judge(
	struct arena *arena, const struct report *report, const struct limits *limits, int64_t now);

/* Append what a finding or a line is about: "mx1.example.org[192.0.2.1]:25: ", "mx1.example.org: ",
 * "unix:/path: "; nothing for the run (both NULL). */
void verdict_subject(
	struct text *text, const struct report_node *node, const struct report_host *host);

#endif
