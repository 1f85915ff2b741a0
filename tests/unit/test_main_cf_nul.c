/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* main.cf with a NUL in it. */
#include "config/main_cf.h"
#include "unit.h"

static const struct {
	struct span text;
	const char *value; /* of x */
	const char *lines; /* NULL: no warning */
} nuls[] = {
	{{(const uint8_t *)"x=1\0"
					   "2\ny=3",
		 9},
		"1", "1"},
	{{(const uint8_t *)"y=1\nx=1\n 2\0"
					   "3\n\n",
		 14},
		"1 2", "2-4"},
	{{(const uint8_t *)"#\0\nx=1\ny=2", 10}, "1", "2"},
	{{(const uint8_t *)"x=1\ny=2\n#\0", 10}, "1", "2-3"},
	{{(const uint8_t *)"x=1\n", 4}, "1", NULL},
};

START_TEST(a_nul_ends_a_value_and_is_told_of) {
	struct main_cf *cf = main_cf_new(unit_arena());
	ck_assert(main_cf_parse(cf, nuls[_i].text, "f", NULL));
	const char *value = NULL;
	const char *warning = NULL;
	ck_assert(main_cf_value(cf, "x", &value, &warning, NULL));
	ck_assert_str_eq(value, nuls[_i].value);
	size_t n = 0;
	const char *const *warnings = main_cf_warnings(cf, &n);
	ck_assert_uint_eq(n, nuls[_i].lines != NULL);
	if (n > 0) {
		char wanted[100];
		snprintf(wanted, sizeof wanted, "f, line %s: text after null byte may be ignored",
			nuls[_i].lines);
		ck_assert_str_eq(warnings[0], wanted);
	}
}
END_TEST

UNIT_MAIN("main_cf_nul", tcase_add_loop_test(
							 tc, a_nul_ends_a_value_and_is_told_of, 0, sizeof nuls / sizeof *nuls);)
