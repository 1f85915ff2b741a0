/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* When two visits would see the same: then one of them is enough. */
#ifndef PROBE_VISIT_WISH_H
#define PROBE_VISIT_WISH_H

#include "probe/visit.h"

/* A copy of the specification and of all it points to; nobody listens to it. */
void visit_wish_copy(struct visit_spec *to, struct arena *arena, const struct visit_spec *from);

/* Do both go to the same address and port? */
bool visit_wish_same_place(const struct visit_spec *a, const struct visit_spec *b);

/* Is it said in the same words up to the start of TLS? What goes wrong before does so for both. */
bool visit_wish_same_words(const struct visit_spec *a, const struct visit_spec *b);

/* Is the same TLS session asked for, with the same records? What else certificates must prove is
 * left aside: that is found out without another session. */
bool visit_wish_same_session(const struct visit_spec *a, const struct visit_spec *b);

/* Must the certificates prove the same? Where the sessions are the same. */
bool visit_wish_same_demand(const struct visit_spec *a, const struct visit_spec *b);

/* The same number for the same place and session. */
uint64_t visit_wish_hash(const struct visit_spec *spec);

/* The octets of the address alone, and a number for them. */
struct span visit_wish_address(const struct visit_spec *spec);
uint64_t visit_wish_address_hash(const struct visit_spec *spec);

#endif
