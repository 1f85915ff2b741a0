/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Why an answer does not validate, as far as it shows with checking disabled. Private to this room.
 */
#ifndef VERDICT_BOGUS_H
#define VERDICT_BOGUS_H

#include "verdict/judging.h"

struct bogus_cause {
	struct phrase words; /* "the signature over TLSA expired 10 days ago (2026-11-19)"; empty: not
							known */
	const char *remedy;  /* static; NULL: none */
	int64_t date;        /* since when, or until when; 0: none */
};

struct bogus_cause bogus_cause(const struct judging *judging, const struct dns_question *question);

#endif
