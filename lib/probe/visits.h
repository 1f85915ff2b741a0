/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Which visits are under way: a window over the nodes, and never two of them at one address.
 * One at a time is a window of 1. */
#ifndef PROBE_VISITS_H
#define PROBE_VISITS_H

#include "probe/nodes.h"
#include "probe/shared_nodes.h"

#define VISITS_WINDOW_MAX 32U
/* After so many visits have moved, everybody's descriptors are looked at again: handshakes take
 * their time, and an answer that lies unread that long would count as late. */
#define VISITS_BATCH 4U

/* One that is under way: of our own, or one that is shared with other surveys. */
struct visit_slot {
	struct visit *visit;
	struct guest *guest;
	struct node *node;
	bool asleep; /* it was asked what it waits for, and neither has come */
	struct pollfd waits;
	usec wake;
};

struct visits {
	struct arena *arena;
	struct sharer *sharer; /* NULL: all connections are our own */
	struct visit_slot visits[VISITS_WINDOW_MAX];
	size_t n;
	size_t window;
	size_t turn; /* whose turn it is */
	bool let_in; /* some visit that is over was connected */
};

/* True when this node may be visited now. */
bool visits_has_room(const struct visits *visits);
bool visits_is_busy_at(const struct visits *visits, const char *address);

void visits_start(struct visits *visits, struct node *node, struct tls_context *context, usec now);

/* Let the visits work that have something to do, each in its turn. Those that are over are written
 * into their nodes, and the listener hears of those that gave no session. */
enum progress visits_step(
	struct visits *visits, const struct nodes *nodes, const struct pollfd *fds, size_t n, usec now);

size_t visits_watch(const struct visits *visits, struct pollfd *fds, size_t max, usec *wake);

/* Write what is known of the visits that are not over. */
void visits_write(struct visits *visits);

/* Close all connections. */
void visits_clear(struct visits *visits);

#endif
