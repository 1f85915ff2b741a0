/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* MTA-STS policies: what is read, what is refused and why, which hosts are covered. */
#include "smtp/sts_policy.h"

#include "base/text.h"
#include "unit.h"

#define GOOD "version: STSv1\nmode: enforce\nmx: mx1.example.org\nmax_age: 604800\n"
/* A label of 63 octets, and a name of 253. */
#define LABEL63 "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz0"
#define NAME253                                                                                    \
	LABEL63 "." LABEL63 "." LABEL63 ".abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvw" \
			"xy"
#define HEAD "version: STSv1\nmode: enforce\nmax_age: 604800\n"

/* fault NULL: the policy is valid. */
static const struct {
	const char *body;
	const char *fault;
	size_t line;
} bodies[] = {
	{GOOD, NULL, 0},
	{"version: STSv1\r\nmode: testing\r\nmx: *.example.org\r\nmax_age: 0\r\n", NULL, 0},
	{"version:STSv1\nmode:none\nmax_age:1", NULL, 0},
	{"mode: enforce\nmax_age: 31557600\nmx: a.b\nversion: STSv1", NULL, 0},
	{GOOD "mode: nonsense\nversion: STSv2\nmax_age: x\n", NULL, 0}, /* the first counts */
	{GOOD "new-field.1: any thing\n", NULL, 0},
	{GOOD "comment: gr\xc3\xbc\xc3\x9f dich\n", NULL, 0},
	{GOOD "\n\n", NULL, 0},
	{"version: STSv1  \nmode: enforce\t\nmx: a.example  \nmax_age: 5 \n", NULL, 0},
	{HEAD "mx: " LABEL63 ".example.org\n", NULL, 0},
	{HEAD "mx: " LABEL63 "1.example.org\n", "mx is neither", 4},
	{HEAD "mx: " NAME253 "\n", NULL, 0},
	{HEAD "mx: *." NAME253 "\n", NULL, 0},
	{HEAD "mx: " NAME253 "z\n", "mx is neither", 4},
	{HEAD "mx: example.org-\n", "mx is neither", 4},
	{GOOD "x: a\x7fz\n", "a value has a control character", 5},
	{HEAD "mx: *.*.example.org\n", "mx is neither", 4},
	{HEAD "mx: .example.org\n", "mx is neither", 4},
	{HEAD "mx: *\n", "mx is neither", 4},
	{HEAD "mx: *.\n", "mx is neither", 4},
	{HEAD "mx: mx*.example.org\n", "mx is neither", 4},
	{HEAD "mx: mx1.example.org.\n", "mx is neither", 4},
	{HEAD "mx: mx1 example.org\n", "mx is neither", 4},
	{HEAD "mx: -a.example.org\n", "mx is neither", 4},
	{HEAD "mx: a-.example.org\n", "mx is neither", 4},
	{HEAD "mx:\n", "a field has no value", 4},
	{HEAD, "it has no mx", 0},
	{"", "it has no version", 0},
	{"mode: none\nmax_age: 5\n", "it has no version", 0},
	{"version: STSv1\nmax_age: 5\nmx: a.b\n", "it has no mode", 0},
	{"version: STSv1\nmode: none\n", "it has no max_age", 0},
	{"version: STSv2\n", "the version is not STSv1", 1},
	{"version: stsv1\n", "the version is not STSv1", 1},
	{"version: STSv1\nmode: Enforce\n", "the mode is none of", 2},
	{"version: STSv1\nmax_age: -5\n", "max_age is not a number", 2},
	{"version: STSv1\nmax_age: 1e5\n", "max_age is not a number", 2},
	{"version: STSv1\nmax_age: 00000000001\n", "max_age is not a number", 2},
	{"version: STSv1\nmax_age: 31557601\n", "max_age is above", 2},
	{"version: STSv1\nmax_age: 9999999999\n", "max_age is above", 2},
	{"<html><body>404</body></html>\n", "a line has no \":\"", 1},
	{"<html lang=en:us>\n", "a field has a malformed name", 1},
	{GOOD "a_very_long_name_of_more_than_thirty_two_letters: x\n", "a field has a malformed name",
		5},
	{GOOD " x: y\n", "a field has a malformed name", 5},
	{GOOD "x: a\x01z\n", "a value has a control character", 5},
	{"version: STSv1\rmode: enforce\n", "a value has a control character", 1},
};

START_TEST(a_policy_is_read_or_refused_with_the_line) {
	struct sts_policy policy =
		sts_policy_read(unit_arena(), unit_guarded(span_of(bodies[_i].body)));
	if (bodies[_i].fault == NULL) {
		ck_assert_msg(policy.valid, "%s: %s", bodies[_i].body, policy.fault);
		ck_assert_ptr_null(policy.fault);
		return;
	}
	ck_assert_msg(!policy.valid, "%s", bodies[_i].body);
	ck_assert_msg(strncmp(policy.fault, bodies[_i].fault, strlen(bodies[_i].fault)) == 0, "%s: %s",
		bodies[_i].body, policy.fault);
	ck_assert_uint_eq(policy.line, bodies[_i].line);
}
END_TEST

START_TEST(no_prefix_reads_too_far) {
	struct span body = span_of(bodies[_i].body);
	for (size_t n = 0; n <= body.len; n++) {
		sts_policy_read(unit_arena(), unit_guarded((struct span){body.at, n}));
	}
}
END_TEST

START_TEST(the_values_are_those_of_the_first_fields) {
	struct sts_policy policy = sts_policy_read(unit_arena(),
		span_of("version: STSv1\nmode: testing\nmx: a.example\nmx: *.b.example\nmax_age: 86400\n"
				"mode: enforce\nmax_age: 1\n"));
	ck_assert(policy.valid);
	ck_assert_int_eq(policy.mode, STS_MODE_TESTING);
	ck_assert_uint_eq(policy.max_age, 86400);
	ck_assert_uint_eq(policy.n_mx, 2);
	ck_assert(span_equal(policy.mx[1], span_of("*.b.example")));
	ck_assert_str_eq(sts_mode_name(policy.mode), "testing");
}
END_TEST

START_TEST(a_nul_is_no_end) {
	static const char body[] = "version: STSv1\nmode: enforce\nmx: a.b\0.c\nmax_age: 5\n";
	struct span all = {(const uint8_t *)body, sizeof body - 1};
	struct sts_policy policy = sts_policy_read(unit_arena(), all);
	ck_assert(!policy.valid);
	ck_assert_str_eq(policy.fault, "a value has a control character");
}
END_TEST

START_TEST(size_and_patterns_have_a_limit) {
	struct arena *arena = unit_arena();
	struct span large = {arena_alloc(arena, STS_POLICY_OCTETS_MAX + 1), STS_POLICY_OCTETS_MAX + 1};
	ck_assert_str_eq(sts_policy_read(arena, large).fault, "it is larger than 64 KiB");
	struct text full = text_new(arena, STS_POLICY_OCTETS_MAX);
	text_add(&full, GOOD "comment: ");
	while (full.len < STS_POLICY_OCTETS_MAX) {
		text_add(&full, "x");
	}
	ck_assert(sts_policy_read(arena, span_of(full.at)).valid);
	for (size_t extra = 0; extra < 2; extra++) {
		struct text body = text_new(arena, STS_POLICY_OCTETS_MAX);
		text_add(&body, HEAD);
		for (size_t i = 0; i < STS_POLICY_MX_MAX + extra; i++) {
			text_addf(&body, "mx: mx%zu.example\n", i);
		}
		struct sts_policy policy = sts_policy_read(arena, span_of(body.at));
		ck_assert_int_eq(policy.valid, extra == 0);
	}
}
END_TEST

static const struct {
	const char *pattern;
	const char *host;
	bool covers;
} hosts[] = {
	{"mx1.example.org", "mx1.example.org", true},
	{"MX1.example.org", "mx1.EXAMPLE.org.", true},
	{"mx1.example.org", "mx2.example.org", false},
	{"mx1.example.org", "a.mx1.example.org", false},
	{"*.example.org", "mx1.example.org", true},
	{"*.example.org", "mx1.example.org.", true},
	{"*.example.org", "a.b.example.org", false},
	{"*.example.org", "example.org", false},
	{"*.example.org", ".example.org", false},
	{"*.example.org", "badexample.org", false},
	{"*.example.org", "", false},
	{"a", "", false},
};

START_TEST(a_pattern_covers_one_label) {
	ck_assert_int_eq(
		sts_pattern_covers(span_of(hosts[_i].pattern), hosts[_i].host), hosts[_i].covers);
	struct span pattern = span_of(hosts[_i].pattern);
	struct sts_policy policy = {.mx = &pattern, .n_mx = 1};
	ck_assert_int_eq(sts_policy_covers(&policy, hosts[_i].host), hosts[_i].covers);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

UNIT_MAIN("sts_policy",
		  tcase_add_loop_test(tc, a_policy_is_read_or_refused_with_the_line, 0, COUNT(bodies));
		  tcase_add_loop_test(tc, no_prefix_reads_too_far, 0, COUNT(bodies));
		  tcase_add_test(tc, the_values_are_those_of_the_first_fields);
		  tcase_add_test(tc, a_nul_is_no_end); tcase_add_test(tc, size_and_patterns_have_a_limit);
		  tcase_add_loop_test(tc, a_pattern_covers_one_label, 0, COUNT(hosts));)
