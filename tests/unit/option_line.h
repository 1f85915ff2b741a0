/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A command line in one string, for the tests of options. */
#ifndef TESTS_UNIT_OPTION_LINE_H
#define TESTS_UNIT_OPTION_LINE_H

#include "unit.h"

#include "check_smtp_tls.d/options.h"

#define ARGS_MAX 24
#define SRC __FILE__ /* a file that exists and can be read */

/* Split at blanks; "" in the line stands for an empty argument. */
static inline enum options_outcome parse_with(struct settings *settings, struct arena *arena,
	const char *line, const char *mail_config, struct err *err) {
	char *copy = arena_copy_string(arena, line);
	char *argv[ARGS_MAX + 1] = {"check_smtp_tls"};
	int argc = 1;
	while (*copy != '\0') {
		size_t len = strcspn(copy, " ");
		char *end = copy + len + (copy[len] != '\0');
		ck_assert_int_lt(argc, ARGS_MAX);
		argv[argc++] = strncmp(copy, "\"\"", len) == 0 ? arena_alloc(arena, 1)
													   : arena_copy_text(arena, copy, len);
		copy = end;
	}
	*err = (struct err){0};
	return options_parse(settings, arena, &(struct arguments){argc, argv, mail_config, NULL}, err);
}

static inline enum options_outcome parse(
	struct settings *settings, struct arena *arena, const char *line, struct err *err) {
	return parse_with(settings, arena, line, NULL, err);
}

#endif
