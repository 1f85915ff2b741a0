/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_SCENARIO_FLEET_WORDS_H
#define TESTS_SCENARIO_FLEET_WORDS_H
/* A command of check_smtp_tls, made into one of smtp-tls-fleet with a list of one line that is to
 * come to the same. */
#include "../fake/words.h"

struct fleet_words {
	struct words plugin; /* with JSON, and without what a fleet has no use for */
	struct words fleet;
	const char *line; /* of the list: the domain, and the options that a line may have */
};

/* NULL, or why it cannot be said to a fleet. The list will be the file of this path. */
const char *fleet_words_make(
	struct fleet_words *both, struct pool *pool, const struct words *words, const char *list);

#endif
