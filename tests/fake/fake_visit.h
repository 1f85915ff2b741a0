/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Visits that happen on paper: linked in place of lib/probe/visit.c, they take as long as a table
 * says and let in whom it says. What the survey tells and does is written down line by line. */
#ifndef TESTS_FAKE_FAKE_VISIT_H
#define TESTS_FAKE_FAKE_VISIT_H

#include "base/text.h"
#include "probe/visit.h"

struct fake_host {
	const char *address; /* NULL ends the table */
	usec takes;
	bool refuses;
	size_t moves; /* steps in which something is done, before it waits */
};

/* The survey's trace must be that of a stage; all else starts as zero. */
struct fake_stage {
	struct trace trace;
	struct text *lines;            /* what was told, NULL: nobody wants to know */
	const struct fake_host *hosts; /* NULL: everybody lets in at once */
	size_t n_running;
	size_t most_running;
	size_t n_started;
	usec last_start;
	bool doubled; /* two visits at one address at the same time */
	const char *running[64];
};

/* A stage that writes into lines (which may be NULL). */
struct fake_stage fake_stage_new(struct text *lines, const struct fake_host *hosts);

#endif
