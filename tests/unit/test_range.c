/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Ranges and what lies in them. */
#include "verdict/range.h"

#include <math.h>

#include "unit.h"

#define COUNT(table) (int)(sizeof(table) / sizeof *(table))

static const struct {
	const char *text;
	double start;
	double end;
	bool inside;
} good[] = {
	{"10", 0, 10, false},
	{"10:", 10, INFINITY, false},
	{"0:", 0, INFINITY, false},
	{"~:10", -INFINITY, 10, false},
	{"~:", -INFINITY, INFINITY, false},
	{"10:20", 10, 20, false},
	{"@10:20", 10, 20, true},
	{"@10", 0, 10, true},
	{"0", 0, 0, false},
	{"1.5", 0, 1.5, false},
	{"1.5:", 1.5, INFINITY, false},
	{"0.125:0.25", 0.125, 0.25, false},
	{"-10:-5", -10, -5, false},
	{"-2:2", -2, 2, false},
	{"010", 0, 10, false},
	{"5:5", 5, 5, false},
	{"123456789012345", 0, 123456789012345.0, false},
	{"1234567890123456", 0, 1234567890123456.0, false},
	{"10000000000000000000", 0, 10000000000000000000.0, false},
};

static const struct {
	const char *text;
	double end;
	bool inside;
	const char *kept;
} without_start[] = {
	{":10", 10, false, "0:10"},
	{":5.75", 5.75, false, "0:5.75"},
	{"@:5", 5, true, "@0:5"},
	{":0", 0, false, "0:0"},
};

START_TEST(a_start_left_out_is_0) {
	struct range range;
	struct err err = {0};
	ck_assert_msg(range_parse(&range, "-c", without_start[_i].text, &err), "%s", err.text);
	ck_assert(range.start == 0);
	ck_assert(range.end == without_start[_i].end);
	ck_assert_int_eq(range.inside, without_start[_i].inside);
	ck_assert_str_eq(range.text, without_start[_i].kept);
}
END_TEST

START_TEST(a_good_range_is_understood_and_kept_as_written) {
	struct range range;
	struct err err = {0};
	ck_assert_msg(range_parse(&range, "--warning", good[_i].text, &err), "%s", err.text);
	ck_assert(range.set);
	ck_assert(range.start == good[_i].start);
	ck_assert(range.end == good[_i].end);
	ck_assert_int_eq(range.inside, good[_i].inside);
	ck_assert_str_eq(range.text, good[_i].text);
}
END_TEST

static const char *const bad[] = {"", ":", "@", "~", "@~", "20:10", "-5", "0x10", "10abc", "1e3",
	"+5", " 5", "5 ", "5:x", "5:6:7", "5:6 ", ".5", "5.", "5.:6", "1,5", "nan", "inf", "10:~",
	"@:", ":-5", "::5", ":x", "--5", "1d", "25%", "123456789012345678901", "@@1:2",
	"1111111111111111111111111111111111111111111111111111111111111111111"};

START_TEST(a_bad_range_is_refused_with_option_value_and_what_is_allowed) {
	struct range range = {.set = false, .start = 7};
	struct err err = {0};
	ck_assert(!range_parse(&range, "--critical", bad[_i], &err));
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_ptr_nonnull(strstr(err.text, "--critical: range \""));
	ck_assert_ptr_nonnull(strstr(err.text, "allowed are ranges such as"));
	ck_assert(range.start == 7);
}
END_TEST

static const struct {
	const char *text;
	double value;
	bool alerts;
} alerts[] = {
	{"10", 0, false},
	{"10", 10, false},
	{"10", 10.001, true},
	{"10", -0.001, true},
	{"10:", 10, false},
	{"10:", 9.999, true},
	{"~:10", -1e9, false},
	{"~:10", 10, false},
	{"~:10", 11, true},
	{"10:20", 9, true},
	{"10:20", 15, false},
	{"@10:20", 9, false},
	{"@10:20", 10, true},
	{"@10:20", 20, true},
	{"@10:20", 21, false},
	{"0", 0, false},
	{"0", 0.5, true},
};

START_TEST(a_value_alerts_outside_or_with_an_at_sign_inside) {
	struct range range;
	ck_assert(range_parse(&range, "-w", alerts[_i].text, NULL));
	ck_assert_int_eq(range_alerts(&range, alerts[_i].value), alerts[_i].alerts);
}
END_TEST

START_TEST(a_range_that_is_not_set_never_alerts) {
	const struct range range = {.set = false};
	ck_assert(!range_alerts(&range, 0));
	ck_assert(!range_alerts(&range, 1e9));
	const struct range inside = {.inside = true, .end = INFINITY};
	ck_assert(!range_alerts(&inside, 1));
}
END_TEST

static const struct {
	const char *warning;
	const char *critical;
	bool hidden;
} pairs[] = {
	{"20", "15", true},
	{"15", "20", false},
	{"10", "10", false},
	{":20", "15", true},
	{"0.5", "0.25", true},
	{"~:20", "~:15", true},
	{"~:20", "15", true},
	{"15", "~:20", false},
	{"5:20", "3:15", false},
	{"5:20", "6:15", true},
	{"5:20", "3:30", false},
	{"5:", "10:", true},
	{"10:", "5:", false},
	{"@10:20", "@10:30", true},
	{"@10:20", "@12:20", false},
	{"@10:20", "@10:20", false},
	{"@10:20", "5", true},
	{"@0:1", "5", false},
	{"~:", "5", false},
	{"0:", "5", false},
	{"5", "@0:", true},
	{"5", "~:", false},
	{"20", "@10:30", false},
	{"0", "0", false},
};

START_TEST(a_warning_that_critical_always_covers_is_hidden) {
	struct range warning;
	struct range critical;
	ck_assert(range_parse(&warning, "-w", pairs[_i].warning, NULL));
	ck_assert(range_parse(&critical, "-c", pairs[_i].critical, NULL));
	ck_assert_int_eq(range_is_hidden(&warning, &critical), pairs[_i].hidden);
}
END_TEST

START_TEST(a_range_that_is_not_set_hides_nothing) {
	struct range set;
	const struct range none = {.set = false};
	ck_assert(range_parse(&set, "-w", "10", NULL));
	ck_assert(!range_is_hidden(&set, &none));
	ck_assert(!range_is_hidden(&none, &set));
	ck_assert(!range_is_hidden(&none, &none));
}
END_TEST

/* Every prefix of a long range, right before an unmapped page: no crash, and the same answer. */
START_TEST(every_prefix_stays_within_its_text) {
	static const char whole[] = "@-10.25:20.75";
	for (size_t n = 0; n < sizeof whole; n++) {
		char copy[sizeof whole] = "";
		memcpy(copy, whole, n);
		struct span guarded = unit_guarded((struct span){(const uint8_t *)copy, n + 1});
		struct range range;
		struct range other;
		ck_assert_int_eq(range_parse(&range, "-w", (const char *)guarded.at, NULL),
			range_parse(&other, "-w", copy, NULL));
	}
}
END_TEST

UNIT_MAIN(
	"range",
	tcase_add_loop_test(tc, a_good_range_is_understood_and_kept_as_written, 0, COUNT(good));
	tcase_add_loop_test(
		tc, a_bad_range_is_refused_with_option_value_and_what_is_allowed, 0, COUNT(bad));
	tcase_add_loop_test(tc, a_value_alerts_outside_or_with_an_at_sign_inside, 0, COUNT(alerts));
	tcase_add_loop_test(tc, a_start_left_out_is_0, 0, COUNT(without_start));
	tcase_add_loop_test(tc, a_warning_that_critical_always_covers_is_hidden, 0, COUNT(pairs));
	tcase_add_test(tc, a_range_that_is_not_set_hides_nothing);
	tcase_add_test(tc, a_range_that_is_not_set_never_alerts);
	tcase_add_test(tc, every_prefix_stays_within_its_text);)
