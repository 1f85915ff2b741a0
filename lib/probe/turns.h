/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose turn it is to connect: so many connections at a time, so many of them to one address, and
 * these not too soon one after the other. In the order asked, but nobody waits for an address that
 * is not his. */
#ifndef PROBE_TURNS_H
#define PROBE_TURNS_H

#include "io/crowd.h"

struct turn_limits {
	size_t connections; /* at a time */
	size_t per_address; /* of them, to one address */
	usec interval;      /* between two beginnings at one address; 0: none */
};

struct turns;
struct place;

/* Part of whoever waits; all-zero before it asks. */
struct turn {
	struct span address; /* octets that are equal where the address is; they outlive the turn */
	/* The turn has come; it may be given back here and then. Called in a step of its own. */
	void (*begin)(struct turn *turn, usec now);

	struct turns *turns;
	struct place *place; /* NULL: neither waits nor has its turn */
	bool begun;
	struct turn *next;
};

struct turns *turns_new(struct arena *arena, struct crowd *crowd, const struct turn_limits *limits);

void turns_ask(struct turns *turns, struct turn *turn);

/* Give it back, whether it has come or not. */
void turn_end(struct turn *turn, usec now);

#endif
