/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The options about what comes: the time that is judged at, and what is read ahead of the run. */
#include <stdio.h>
#include <unistd.h>

#include "check_smtp_tls.d/options.h"
#include "option_line.h"
#include "unit.h"

#define DAY INT64_C(86400)

static const struct {
	const char *words;
	int64_t from_now; /* where `at` is 0 */
	int64_t at;
} times[] = {
	{"-H a.test", 0, 0},
	{"-H a.test --at +14d", 14 * DAY, 0},
	{"-H a.test --at=+36h", 36 * 3600, 0},
	{"-H a.test --at +0d", 0, 0},
	{"-H a.test --at +36500d", 36500 * DAY, 0},
	{"-H a.test --at 1970-01-02", 0, DAY},
	{"-H a.test --at 2027-01-15T08:00:00Z", 0, 1800000000},
	{"-H a.test --at 2028-02-29", 0, 1835395200},
	{"-H a.test --at +14d --at 2028-02-29", 0, 1835395200},
	{"-H a.test --at 2028-02-29 --at +1d", DAY, 0},
};

START_TEST(a_time_to_judge_at_is_a_date_or_so_much_from_now) {
	struct arena *arena = unit_arena();
	struct settings settings;
	struct err err = {0};
	ck_assert_int_eq((int)parse(&settings, arena, times[_i].words, &err), OPTIONS_RUN);
	int64_t wanted = times[_i].at != 0 ? times[_i].at : settings.started_at + times[_i].from_now;
	ck_assert_int_eq(settings.tls.now, wanted);
	ck_assert_int_eq(settings.survey.at_given, strstr(times[_i].words, "--at") != NULL);
	arena_free(arena);
}
END_TEST

START_TEST(files_are_read_ahead_of_the_run_in_the_order_given) {
	struct arena *arena = unit_arena();
	struct settings settings;
	struct err err = {0};
	char path[] = "/tmp/test_option_next_XXXXXX";
	int fd = mkstemp(path);
	ck_assert(fd >= 0 && write(fd, "PEM", 3) == 3 && close(fd) == 0);
	const char *words = arena_printf(arena, "-H a.test --dns-only --next %s --next %s", path, path);
	enum options_outcome outcome = parse(&settings, arena, words, &err);
	(void)unlink(path);
	ck_assert_msg(outcome == OPTIONS_RUN, "%s", err.text);
	ck_assert_int_eq((int)settings.survey.scope, SURVEY_DNS);
	ck_assert_uint_eq(settings.survey.n_next, 2);
	for (size_t i = 0; i < 2; i++) {
		ck_assert_str_eq(settings.survey.next[i].path, path);
		ck_assert(span_equal(settings.survey.next[i].pem, span_of("PEM")));
	}
	arena_free(arena);
}
END_TEST

UNIT_MAIN("option_next", tcase_add_loop_test(tc, a_time_to_judge_at_is_a_date_or_so_much_from_now,
							 0, (int)(sizeof times / sizeof *times));
		  tcase_add_test(tc, files_are_read_ahead_of_the_run_in_the_order_given);)
