/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Moments in UTC: the days that calendars are wrong about, and what the C library says. */
#include <inttypes.h>
#include <time.h>

#include "base/arena.h"
#include "base/utc.h"
#include "unit.h"

static const struct {
	int64_t seconds;
	struct utc utc;
} moments[] = {
	{0, {1970, 1, 1, 0, 0, 0}},
	{-1, {1969, 12, 31, 23, 59, 59}},
	{68256000, {1972, 3, 1, 0, 0, 0}},
	{951782399, {2000, 2, 28, 23, 59, 59}},
	{951782400, {2000, 2, 29, 0, 0, 0}},
	{951868800, {2000, 3, 1, 0, 0, 0}},
	{2147483647, {2038, 1, 19, 3, 14, 7}},
	{2147483648, {2038, 1, 19, 3, 14, 8}},
	{4107542399, {2100, 2, 28, 23, 59, 59}},
	{4107542400, {2100, 3, 1, 0, 0, 0}},
	{253402300799, {9999, 12, 31, 23, 59, 59}},
	{253402300800, {10000, 1, 1, 0, 0, 0}},
	{-62135596800, {1, 1, 1, 0, 0, 0}},
	{-62135596801, {0, 12, 31, 23, 59, 59}},
	{-62162121601, {0, 2, 28, 23, 59, 59}}, /* before a leap day */
	{-62198755200, {-1, 1, 1, 0, 0, 0}},
};

static void is_same(struct utc a, struct utc b) {
	ck_assert_int_eq(a.year, b.year);
	ck_assert_int_eq(a.month, b.month);
	ck_assert_int_eq(a.day, b.day);
	ck_assert_int_eq(a.hour, b.hour);
	ck_assert_int_eq(a.minute, b.minute);
	ck_assert_int_eq(a.second, b.second);
}

START_TEST(a_moment_is_its_seconds_and_back) {
	is_same(utc_of(moments[_i].seconds), moments[_i].utc);
	ck_assert_int_eq(utc_seconds(&moments[_i].utc), moments[_i].seconds);
}
END_TEST

/* Every day of 800 years, at another time of day. */
START_TEST(the_c_library_has_the_same_calendar) {
	for (int64_t day = -200 * 365; sizeof(time_t) == 8 && day < 600 * 366; day++) {
		int64_t seconds = day * 86400 + (day + 100000) * 7919 % 86400;
		time_t at = (time_t)seconds;
		struct tm tm;
		ck_assert_ptr_nonnull(gmtime_r(&at, &tm));
		struct utc utc = utc_of(seconds);
		is_same(utc, (struct utc){(int64_t)tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
						 tm.tm_min, tm.tm_sec});
		ck_assert_int_eq(utc_seconds(&utc), seconds);
	}
}
END_TEST

START_TEST(a_day_that_is_not_there_is_another) {
	struct utc there = utc_of(utc_seconds(&(struct utc){2027, 2, 30, 12, 0, 0}));
	is_same(there, (struct utc){2027, 3, 2, 12, 0, 0});
}
END_TEST

START_TEST(the_ends_of_the_numbers_do_no_harm) {
	ck_assert_int_gt(utc_of(INT64_MAX).year, 9999);
	ck_assert_int_lt(utc_of(INT64_MIN).year, 0);
}
END_TEST

START_TEST(a_day_has_ten_characters) {
	struct arena *arena = arena_new(NULL, NULL);
	ck_assert_str_eq(utc_day(arena, 2147483648), "2038-01-19");
	ck_assert_str_eq(utc_day(arena, -62135596800), "0001-01-01");
	arena_free(arena);
}
END_TEST

UNIT_MAIN("utc", tcase_add_loop_test(tc, a_moment_is_its_seconds_and_back, 0,
					 (int)(sizeof moments / sizeof *moments));
		  tcase_add_test(tc, the_c_library_has_the_same_calendar);
		  tcase_add_test(tc, a_day_that_is_not_there_is_another);
		  tcase_add_test(tc, the_ends_of_the_numbers_do_no_harm);
		  tcase_add_test(tc, a_day_has_ten_characters);)
