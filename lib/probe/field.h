/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Which visits are under way: a window over the candidates, and never two of them at one address.
 * One at a time is a window of 1. */
#ifndef PROBE_FIELD_H
#define PROBE_FIELD_H

#include "probe/candidates.h"

#define FIELD_WINDOW_MAX 32U
/* After so many visits have moved, everybody's descriptors are looked at again: handshakes take
 * their time, and an answer that lies unread that long would count as late. */
#define FIELD_BATCH 4U

struct field_visit {
	struct visit *visit;
	struct candidate *candidate;
	bool asleep; /* it was asked what it waits for, and neither has come */
	struct pollfd waits;
	usec wake;
};

struct field {
	struct arena *arena;
	struct field_visit visits[FIELD_WINDOW_MAX];
	size_t n;
	size_t window;
	size_t turn; /* whose turn it is */
	bool let_in; /* some visit that is over was connected */
};

/* True when this candidate may be visited now. */
bool field_has_room(const struct field *field);
bool field_is_busy_at(const struct field *field, const char *address);

void field_start(
	struct field *field, struct candidate *candidate, struct tls_context *context, usec now);

/* Let the visits work that have something to do, each in its turn. Those that are over are written
 * into their candidates, and the listener hears of those that gave no session. */
enum progress field_step(struct field *field, const struct candidates *candidates,
	const struct pollfd *fds, size_t n, usec now);

size_t field_watch(const struct field *field, struct pollfd *fds, size_t max, usec *wake);

/* Write what is known of the visits that are not over. */
void field_write(struct field *field);

/* Close all connections. */
void field_clear(struct field *field);

#endif
