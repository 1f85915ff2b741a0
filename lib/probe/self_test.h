/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether the resolver validates: asked at most once, and only when there is a reason to doubt. */
#ifndef PROBE_SELF_TEST_H
#define PROBE_SELF_TEST_H

#include "probe/lookups.h"
#include "probe/survey.h"

struct self_test {
	const struct survey_spec *spec;
	struct lookups *lookups;
	struct dns_question *question; /* NULL: not asked */
	size_t n_heard;                /* answers looked at for a reason to doubt */
	bool told;                     /* the listener knows the outcome */
};

/* Ask when an answer that came meanwhile gives a reason to; tell the listener when the test fails.
 * False with posttls-finger's words when the question to ask is none. */
bool self_test_advance(struct self_test *test, usec now, struct err *err);

bool self_test_is_pending(const struct self_test *test);

#endif
