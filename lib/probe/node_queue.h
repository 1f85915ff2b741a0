/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* From hosts to the addresses that are visited, and in which order: who is next, as far as the
 * answers that are in allow to say. */
#ifndef PROBE_NODE_QUEUE_H
#define PROBE_NODE_QUEUE_H

#include "probe/hosts.h"
#include "probe/nodes.h"
#include "probe/visits.h"

struct queued_host {
	bool listed;             /* its addresses are among the nodes, or it has none */
	bool decided;            /* what TLSA says about it is known */
	enum host_progress tlsa; /* once decided */
	bool told;               /* the listener knows its TLSA records, or why there are none */
};

struct node_queue {
	struct arena *arena;
	const struct survey_spec *spec;
	struct lookups *lookups;
	struct report *report;
	struct host_rules rules;
	struct nodes nodes;
	usec started;
	struct queued_host *hosts; /* as in the report */
	size_t n_listed;           /* hosts */
	struct node **list;        /* in the order they are tried */
	size_t n;
	size_t n_taken;
	size_t n_heard;   /* all at once: 1 and the answers looked at; 0 before the first look */
	bool any_refused; /* a host was left out although it may have addresses */
	bool all_listed;  /* no other nodes will come */
};

/* The hosts are known: ask for all that is known to be needed. */
void node_queue_open(struct node_queue *queue, usec now);

/* Turn hosts into nodes, as far as it is their turn. */
enum progress node_queue_advance(struct node_queue *queue, usec now);

/* The next node to visit, decided and told about; NULL when the field has no room, or nobody's
 * turn has come. *progress tells of nodes given up. */
struct node *node_queue_next(
	struct node_queue *queue, const struct visits *visits, enum progress *progress, usec now);

/* A sender stays with the first host that lets it in, whatever comes then. */
void node_queue_close(struct node_queue *queue);

/* True when there will be no other node. */
bool node_queue_is_over(const struct node_queue *queue);

/* Put the nodes into the report, in the order they are tried. */
void node_queue_write(const struct node_queue *queue);

#endif
