/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Visits that happen on paper, in place of lib/probe/visit.c and guest_proof.c: each takes as long
 * as the stage says, and nobody hears of them. What happened is counted. */
#ifndef TESTS_UNIT_PAPER_VISITS_H
#define TESTS_UNIT_PAPER_VISITS_H

#include "probe/visit.h"

#define PAPER_VISITS_MAX 64

struct paper_stage {
	size_t n_visits;
	size_t n_running;
	size_t most_running;
	size_t most_at_one; /* address */
	size_t n_freed_early;
	const char *running[PAPER_VISITS_MAX];
	const char *fails; /* an address where nobody is */
	usec takes;
	bool looks_on; /* reconnects, key types and a large ClientHello are looked at, too */
	size_t n_proofs;
	usec starts[PAPER_VISITS_MAX];
};
extern struct paper_stage paper;

#endif
