/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Nodes that several surveys want to know about are visited once: same address, port, server name,
 * EHLO name and wishes for TLS. What was seen is shared; what it proves is each survey's own. Over
 * all surveys there is never more than one connection to an address at a time (or as many as the
 * limits say), and what goes wrong before TLS is not tried again under another name. */
#ifndef PROBE_SHARED_NODES_H
#define PROBE_SHARED_NODES_H

#include "base/held_up.h"
#include "io/crowd.h"
#include "probe/turns.h"
#include "probe/visit.h"

/* How long what was seen counts: of a node that let us in, and of one that did not. */
#define SHARED_SEEN_FOR (3600 * USEC_PER_SEC)
#define SHARED_FAILED_FOR (300 * USEC_PER_SEC)

struct shared_nodes_spec {
	struct turn_limits turns;
	size_t kept;         /* nodes that no survey asks about at the moment */
	struct crowd *crowd; /* in which the visits are */
	struct tls_context *context;
	enum tls_raw_keys raw_keys; /* of its settings */
	int64_t tls_now;            /* the same: dates are judged at this time */
};

struct shared_nodes;

/* It lives in the arena; nodes have memory of their own. */
struct shared_nodes *shared_nodes_new(struct arena *arena, const struct shared_nodes_spec *spec);

/* Let go of what is kept; all surveys have left. Accepts NULL. */
void shared_nodes_free(struct shared_nodes *nodes, usec now);

struct shared_counts {
	size_t wanted;      /* visits that surveys asked for */
	size_t connections; /* visits made */
	size_t active;
	size_t kept;
};
struct shared_counts shared_nodes_counts(const struct shared_nodes *nodes);

/* One survey among those that share. */
struct sharer {
	struct shared_nodes *nodes;
	struct crowd_child *child; /* woken when something it waits for is there */
	struct held_up *held_up;   /* counts also waiting for a turn somewhere; the child is woken when
								  it is over */
	struct guest *guests;
};

/* The survey is done, and so is everybody who reads its report. */
void sharer_leave(struct sharer *sharer, usec now);

struct guest;

/* The wish to know what a visit would see. The specification is borrowed for the guest's life,
 * which ends with sharer_leave(). */
struct guest *guest_new(
	struct arena *arena, struct sharer *sharer, const struct visit_spec *spec, usec now);

bool guest_is_done(const struct guest *guest);

/* As visit_is_connected() and visit_write(). What was seen is borrowed until sharer_leave(); what
 * it proves is the arena's. A node whose turn never came is not chosen. */
bool guest_is_connected(const struct guest *guest);
void guest_write(const struct guest *guest, struct report_node *node);

#endif
