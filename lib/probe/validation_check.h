/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether the resolver validates, whether it can say that something does not exist, and what is
 * wrong with an answer that does not validate: each asked at most once, and only when there is a
 * reason to. */
#ifndef PROBE_SELF_TEST_H
#define PROBE_SELF_TEST_H

#include "probe/lookups.h"
#include "probe/survey_spec.h"

struct validation_check {
	const struct survey_spec *spec;
	struct lookups *lookups;
	struct dns_question *question; /* NULL: not asked */
	struct dns_question *denial;   /* about a name that cannot exist; NULL: not asked */
	/* What a bogus answer is to be explained by; NULL: not asked. */
	struct dns_question *bogus; /* that answer */
	struct dns_question *keys;  /* DNSKEY of the zone that signed it */
	struct dns_question *ds;    /* DS, where it is not signed: at its name, then of its zone */
	bool ds_of_zone;            /* it is the latter, or there is none to ask for */
	size_t n_heard;             /* answers looked at for a reason to doubt */
	bool told;                  /* the listener knows the outcome */
};

/* A name that the root does not have (RFC 6761 6.4): every resolver has to deny it. */
#define VALIDATION_CHECK_NO_NAME "invalid"

/* Ask when an answer that came meanwhile gives a reason to; tell the listener when the test fails.
 * False with posttls-finger's words when the question to ask is none. */
bool validation_check_advance(struct validation_check *test, usec now, struct err *err);

bool validation_check_is_pending(const struct validation_check *test);

/* Split "[type:]name", type ns without one; ERR_USAGE names the value and what is allowed. */
bool validation_check_parse(
	struct dns_question *question, struct arena *arena, const char *spec, struct err *err);

#endif
