/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_FAKE_SCENARIO_H
#define TESTS_FAKE_SCENARIO_H
/* The text of a scenario as lines of a keyword and the rest. A line that starts with a blank
 * belongs to the "smtpd" line above it; '#' starts a comment line; a final backslash joins. The
 * first comment is the title. */
#include "pool.h"
#include <stdbool.h>

struct scenario_line {
	int number;
	bool indented;
	const char *keyword; /* of an indented line: empty */
	const char *rest;
};

struct scenario {
	const char *title;
	struct scenario_line *line;
	size_t n;
};

void scenario_read(struct scenario *scenario, struct pool *pool, const char *text);
/* The whole of a file, or NULL. */
char *scenario_load(struct pool *pool, const char *path);

#endif
