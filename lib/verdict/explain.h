/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What a finding means to somebody who meets it for the first time: one table beside the catalogue.
 */
#ifndef VERDICT_EXPLAIN_H
#define VERDICT_EXPLAIN_H

#include "verdict/findings.h"

/* Sentences; every finding has all four. */
struct explanation {
	const char *meaning;
	const char *harm;      /* whom it hurts, and how */
	const char *remedy;    /* what to do */
	const char *reference; /* where it is written: sections of RFCs, or an option of the program */
};

const struct explanation *finding_explanation(enum finding_id id);

#endif
