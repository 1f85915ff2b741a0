/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The judge: report + limits + now -> findings, one state, metrics. Pure: same input, same output.
 * The only place where facts become good or bad. */
#ifndef VERDICT_VERDICT_H
#define VERDICT_VERDICT_H

#include "base/arena.h"
#include "base/phrase.h"
#include "base/text.h"
#include "probe/report.h"
#include "verdict/cause.h"
#include "verdict/limits.h"
#include "verdict/senders.h"

/* What a finding is about. */
struct subject {
	const struct report_node *node; /* NULL: the run or `host` */
	const struct report_host *host; /* NULL: the run */
	enum tls_key_type key_type; /* whose certificate; TLS_KEY_ANY: the one shown first, or none */
};

struct finding_names {
	const struct span *at;
	size_t n;
	size_t n_all; /* n, or more where the rest was not kept */
};

/* One finding, as data: nothing in it is escaped, and its subject is not in its words. */
struct finding {
	enum finding_id id;
	enum state state;
	struct subject subject;
	struct phrase text;   /* what is wrong, and why */
	struct phrase remedy; /* what to do; goes behind "; ". Empty: nothing to be told */
	enum cause cause;     /* what TLSRPT reports call it */

	/* What its kind has of these. */
	struct phrase record; /* to be published, as in a zone file, " and " between several; empty:
							 none */
	struct finding_names wanted;
	struct finding_names seen;
	int depth;            /* of the certificate in question, -1: none */
	int code;             /* of the reply that refused, 0: none */
	bool dated;           /* seconds_left is known */
	int64_t seconds_left; /* until something expires, negative: since it has */
};

/* A node that was probed, and the worst of the findings about it and its host. */
struct judged_node {
	const struct report_node *node;
	enum state state;
};

/* One number; order and labels are fixed. */
struct metric {
	const char *label;
	double value;
	enum metric_unit {
		METRIC_SECONDS_FINE,
		METRIC_SECONDS,
		METRIC_PLAIN
	} unit;                      /* s with 6 decimals; whole s; none */
	const struct range *warning; /* NULL: none, or none that can change the state */
	const struct range *critical;
	struct bound {
		bool set;
		double value;
	} min, max;
};

#define METRICS_MAX 32U

/* What one kind of sender does. */
struct sender_row {
	enum sender sender;
	struct sender_view domain;
	const struct report_node *decides; /* the node by which */
	struct sender_view *nodes;         /* at each of the table's nodes */
};

struct sender_table {
	struct sender_row rows[SENDER_COUNT]; /* of whom it can be told */
	size_t n;
	const struct report_node **nodes; /* those that were looked at, in the order they are tried */
	size_t n_nodes;
};

struct verdict {
	const struct report *report;
	int64_t now;
	enum state state;
	struct finding *findings; /* worst first, errors before thresholds; informational ones last */
	size_t n_findings;
	struct judged_node *nodes; /* worst first */
	size_t n_nodes;
	const struct report_node *leading; /* whose line a good verdict leads with, NULL: nobody's */
	size_t n_counted; /* of the nodes, those that were to be reached: --down-ok excuses some */
	size_t n_fine;    /* of these, those without anything worse than OK */
	const struct sender_table *senders; /* NULL: not wanted */
	struct metric metrics[METRICS_MAX];
	size_t n_metrics;
};

/* Judge. now is in seconds since the epoch, the same that dates were verified at. */
struct verdict judge(
	struct arena *arena, const struct report *report, const struct limits *limits, int64_t now);

/* The records that name the hosts: "MX" or "SRV". */
static inline const char *route_word(const struct report *report) {
	return report->spec->srv_service != NULL ? "SRV" : "MX";
}

/* The usable record of the host by which what will be deployed would be verified; NULL: none. A key
 * or request, which has no proof, is held against 3 1 x. */
const struct tlsa *next_covering(
	const struct report_host *host, const struct tls_next *next, const struct tls_proof *proof);

/* What the certificates of file `file` of the report's `next` prove; NULL: not known. */
const struct tls_proof *next_proof_of(const struct report_host *host, size_t file);

/* The session with a certificate of this type: the node's own for TLS_KEY_ANY. NULL when no
 * certificate came. */
const struct tls_facts *shown_facts(const struct report_node *node, enum tls_key_type type);

#endif
