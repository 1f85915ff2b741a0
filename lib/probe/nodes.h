/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The addresses of one host, each with the decision what it must prove: ready to be visited. Also
 * what the listener is told when a node is taken or given up. */
#ifndef PROBE_NODES_H
#define PROBE_NODES_H

#include "probe/report.h"
#include "probe/survey_spec.h"
#include "probe/visit.h"

struct node {
	struct report_node report; /* goes into the report in the end */
	struct node_name peer;
	struct node_address address;
	struct visit_spec visit;
	size_t host; /* index of node.host in the report */
	bool taken;  /* a visit was started, or it was given up */
	bool given_up;
};

/* What nodes are made from. All borrowed. */
struct nodes {
	struct arena *arena;
	const struct survey_spec *spec;
	struct node_order order;
	const struct report *report;
	const struct origin *origin;
	struct trace *trace;
	int n_made; /* the next one's number in events */
};

/* One node for each address of the host, in order, as far as there is room for them. Returns
 * how many addresses there are. */
size_t nodes_make(struct nodes *nodes, size_t host, size_t room, struct node **list);

/* Decide what the node must prove; its host's TLSA is known by now. Tells the listener. */
void nodes_decide(const struct nodes *nodes, struct node *node);

/* Tell the listener which TLSA records of the host count. */
void nodes_tell_records(const struct nodes *nodes, const struct node *node);

/* Tell the listener that the visit gave no session. */
void nodes_tell_failed(const struct nodes *nodes, const struct node *node);

/* Tell the listener that nothing more comes from this node. */
void nodes_tell_done(const struct nodes *nodes, const struct node *node);

/* Tell the listener that a host cannot be tried, at one of its addresses or (NULL) at all. */
void nodes_tell_unusable(
	const struct nodes *nodes, const struct report_host *host, const struct node *node);

#endif
