/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What an earlier output has already. */
#include "base/text.h"
#include "smtp-tls-fleet.d/resume.h"
#include "smtp-tls-fleet.d/worst.h"
#include "unit.h"

#define OLD "2026-01-01T00:00:00Z"
#define NEW "2026-11-01T00:00:00Z"
#define FUTURE "2031-01-01T00:00:00Z"
/* 2026-06-01 */
#define BETWEEN INT64_C(1780272000)
/* 2027-01-15 */
#define LATER INT64_C(1800000000)

static struct resume read_pieces(
	struct arena *arena, const char *text, size_t piece, int64_t oldest) {
	struct resume resume = resume_new(arena, oldest, LATER);
	size_t len = strlen(text);
	for (size_t at = 0; at < len; at += piece) {
		size_t n = len - at < piece ? len - at : piece;
		resume_read(&resume, unit_guarded((struct span){(const uint8_t *)text + at, n}));
	}
	return resume;
}

static bool has(struct resume *resume, const char *domain, const char *options) {
	enum state state = STATE_OK;
	return resume_has(resume, domain, options, &state);
}

START_TEST(the_worst_state_has_the_highest_count) {
	static const enum state worse[] = {STATE_OK, STATE_UNKNOWN, STATE_WARNING, STATE_CRITICAL};
	for (size_t i = 0; i < sizeof worse / sizeof *worse; i++) {
		ck_assert_uint_eq(worst_count(worse[i]), i + 1);
		ck_assert_int_eq(worst_state(i + 1), worse[i]);
	}
}
END_TEST

START_TEST(a_verdict_counts_once_by_domain_and_options) {
	static const char text[] =
		"{\"schema\":1,\"state\":\"OK\",\"options\":\"\",\"domain\":\"a.org\",\"time\":\"" NEW
		"\",\"hosts\":[{\"domain\":\"no.org\"},{\"x\":[\"}\",\"\\\"\",\"\\\\\"]}],\"n\":1}\n"
		"{\"options\":\"--level=may\",\"state\":\"CRITICAL\",\"domain\":\"a.org\"}\n"
		"{ \"hosts\": [{}], \"state\" : \"WARNING\", \"domain\": \"b.org\", \"x\": null }\n"
		"c.org\tSMTP_TLS OK - fine | time=1\n"
		"{\"options\":\"\",\"domain\":\"a.org\",\"state\":\"OK\"}\n";
	for (size_t piece = 1; piece < 50; piece += 7) {
		struct arena *arena = unit_arena();
		struct resume resume = read_pieces(arena, text, piece, INT64_MIN);
		ck_assert_uint_eq(resume.n_counted, 5);
		ck_assert_uint_eq(resume.n_broken, 0);
		ck_assert_uint_eq(resume.whole, sizeof text - 1);
		ck_assert(has(&resume, "a.org", ""));
		ck_assert(has(&resume, "a.org", ""));
		ck_assert(!has(&resume, "a.org", "")); /* a third line is another one */
		ck_assert(has(&resume, "a.org", "--level=may"));
		ck_assert(!has(&resume, "a.org", "--level=may"));
		ck_assert(has(&resume, "b.org", ""));
		ck_assert(has(&resume, "c.org", ""));
		ck_assert(!has(&resume, "no.org", ""));
		arena_free(arena);
	}
}
END_TEST

START_TEST(each_verdict_has_its_state_and_the_worst_comes_first) {
	static const char text[] = "{\"state\":\"OK\",\"domain\":\"a.org\"}\n"
							   "{\"state\":\"CRITICAL\",\"domain\":\"a.org\"}\n"
							   "{\"state\":\"WARNING\",\"domain\":\"a.org\"}\n"
							   "b.org\tSMTP_TLS CRITICAL - no | time=1\n";
	static const struct {
		const char *domain;
		enum state state;
	} table[] = {{"a.org", STATE_CRITICAL}, {"a.org", STATE_WARNING}, {"a.org", STATE_OK},
		{"b.org", STATE_CRITICAL}};
	struct arena *arena = unit_arena();
	struct resume resume = read_pieces(arena, text, 11, INT64_MIN);
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		enum state state = STATE_UNKNOWN;
		ck_assert(resume_has(&resume, table[i].domain, "", &state));
		ck_assert_msg(state == table[i].state, "%zu: %d", i, (int)state);
	}
	ck_assert(!has(&resume, "a.org", ""));
	arena_free(arena);
}
END_TEST

START_TEST(who_submits_goes_by_what_says_that_it_was_submitted) {
	static const char text[] =
		"{\"state\":\"OK\",\"domain\":\"taken.org\",\"submitted\":true}\n"
		"{\"state\":\"OK\",\"domain\":\"refused.org\",\"submitted\":false}\n"
		"{\"state\":\"OK\",\"domain\":\"silent.org\",\"other\":true}\n"
		"{\"state\":\"OK\",\"domain\":\"deep.org\",\"x\":{\"submitted\":true}}\n"
		"{\"state\":\"OK\",\"domain\":\"word.org\",\"x\":\"submitted\",\"y\":true}\n"
		"{\"state\":\"OK\",\"domain\":\"null.org\",\"submitted\":null}\n"
		"{\"state\":\"UNKNOWN\",\"domain\":\"unknown.org\",\"submitted\":true}\n"
		"line.org\tSMTP_TLS OK - fine\n";
	struct arena *arena = unit_arena();
	struct resume all = read_pieces(arena, text, 3, INT64_MIN);
	ck_assert_uint_eq(all.n_counted, 7);
	ck_assert_uint_eq(all.n_unsubmitted, 0);
	struct resume resume = resume_new(arena, INT64_MIN, LATER);
	resume.demand = RESUME_SUBMITTED;
	resume_read(&resume, unit_guarded((struct span){(const uint8_t *)text, sizeof text - 1}));
	ck_assert_uint_eq(resume.n_counted, 1);
	ck_assert_uint_eq(resume.n_unsubmitted, 6);
	ck_assert_uint_eq(resume.n_unknown, 1);
	ck_assert(has(&resume, "taken.org", ""));
	ck_assert(!has(&resume, "refused.org", ""));
	arena_free(arena);
}
END_TEST

START_TEST(what_is_half_or_none_of_ours_does_not_count) {
	static const struct {
		const char *text;
		size_t n_broken;
	} table[] = {
		{"", 0},
		{"\n\n", 0},
		{"{\"domain\":\"a.org\"}", 0},           /* no end of line: not whole */
		{"{\"domain\":\"a.org\",\"x\":[1\n", 1}, /* not closed */
		{"{\"domain\":\"a.org\"}{\n", 1},        /* two glued together */
		{"{\"domain\":\"a.org\",\"x\":\"{\"domain\":\"b.org\"}\n", 1},
		{"{\"state\":\"OK\",\"domain\":\"a\\u002eorg\"}\n", 0},
		{"{\"domain\":1}\n", 0},
		{"{\"x\":{\"domain\":\"a.org\"}}\n", 0},
		{"{\"written\":\"a.org\",\"error\":\"x\"}\n", 0}, /* a line that was not read */
		{"}]\n", 1},
		{"a.org SMTP_TLS OK\n", 1},
		{"a.org\tSMTP_TLS UNKNOWN - line 3 of list: no\n", 0},
		{"a.org\tSMTP_TLS OK", 0},
		{"a.org\tx\n", 1},
		{"a.org\tSMTP_TLS FINE - x\n", 1},
		{"{\"domain\":\"a.org\"}\n", 1},
		{"{\"domain\":\"a.org\",\"state\":\"good\"}\n", 1},
		{"{\"domain\":\"a.org\",\"state\":\"UNKNOWN\"}\n", 0}, /* to be tried again */
		{"a.org\tSMTP_TLS UNKNOWN - the resolver does not answer\n", 0},
	};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct arena *arena = unit_arena();
		struct resume resume = read_pieces(arena, table[i].text, 5, INT64_MIN);
		ck_assert_msg(resume.n_broken == table[i].n_broken, "%zu: %zu", i, resume.n_broken);
		const char *newline = strrchr(table[i].text, '\n');
		uint64_t whole = newline == NULL ? 0 : (uint64_t)(newline + 1 - table[i].text);
		ck_assert_msg(resume.whole == whole, "%zu: %d", i, (int)resume.whole);
		ck_assert_msg(!has(&resume, "a.org", ""), "%zu", i);
		arena_free(arena);
	}
}
END_TEST

START_TEST(what_a_newer_program_wrote_is_counted_and_does_not_count) {
	static const struct {
		const char *text;
		size_t n_newer;
	} table[] = {
		{"{\"schema\":1,\"state\":\"OK\",\"domain\":\"a.org\"}\n", 0},
		{"{\"state\":\"OK\",\"domain\":\"a.org\",\"schema\": 1 }\n", 0},
		{"{\"state\":\"OK\",\"domain\":\"a.org\",\"x\":{\"schema\":7}}\n", 0},
		{"{\"state\":\"OK\",\"domain\":\"a.org\",\"schema\":\"2\"}\n", 0},
		{"{\"schema\":2,\"state\":\"OK\",\"domain\":\"a.org\"}\n", 1},
		{"{\"state\":\"OK\",\"domain\":\"a.org\",\"schema\" : 10}\n", 1},
		{"{\"schema\":99999999999999999999,\"domain\":\"a.org\",\"x\":1}\n", 1},
	};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct arena *arena = unit_arena();
		struct resume resume = read_pieces(arena, table[i].text, 5, INT64_MIN);
		ck_assert_msg(resume.n_newer == table[i].n_newer, "%zu: %zu", i, resume.n_newer);
		ck_assert_uint_eq(resume.n_broken, 0);
		ck_assert_msg(has(&resume, "a.org", "") == (table[i].n_newer == 0), "%zu", i);
		arena_free(arena);
	}
}
END_TEST

START_TEST(what_is_old_is_done_again_and_lines_have_no_age) {
	static const char text[] = "{\"state\":\"OK\",\"domain\":\"old.org\",\"time\":\"" OLD "\"}\n"
							   "{\"state\":\"OK\",\"domain\":\"new.org\",\"time\":\"" NEW "\"}\n"
							   "{\"state\":\"OK\",\"domain\":\"no.org\",\"time\":\"yesterday\"}\n"
							   "{\"state\":\"OK\",\"domain\":\"far.org\",\"time\":\"" FUTURE "\"}\n"
							   "line.org\tSMTP_TLS OK - fine\n";
	struct arena *arena = unit_arena();
	struct resume resume = read_pieces(arena, text, 9, BETWEEN);
	ck_assert_uint_eq(resume.n_old, 4);
	ck_assert(has(&resume, "new.org", ""));
	ck_assert(!has(&resume, "old.org", ""));
	ck_assert(!has(&resume, "far.org", ""));
	ck_assert(!has(&resume, "no.org", ""));
	ck_assert(!has(&resume, "line.org", ""));
	arena_free(arena);
}
END_TEST

/* What was read of one line says nothing of the next. */
START_TEST(a_line_begins_with_nothing) {
	static const char *const broken[] = {
		"{\"state\":\"OK\",\"domain\":\"a.org\",\"x\":[1\n",
		"{\"schema\":7,\"state\":\"OK\",\"domain\":\"a.org\"}\n",
		"{\"state\":\"OK\",\"domain\":\"a.org\",\"x\":\"\n",
		"{\"state\":\"OK\",\"domain\":\"a.org\",\"x\":\"\\\n",
		"{\"state\":\"OK\",\"domain\":\"a.org\",\"x\":\n",
		"{\"state\":\"OK\",\"domain\":\"a.org\",\"options\":\"--all\"}}\n",
		"a.org\n",
		"a.org\tx\n",
	};
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		struct arena *arena = unit_arena();
		struct resume resume = read_pieces(arena, broken[i], 3, INT64_MIN);
		ck_assert_msg(!has(&resume, "a.org", "") && !has(&resume, "a.org", "--all"), "%zu", i);
		resume_read(&resume, span_of("{\"state\":\"OK\",\"domain\":\"b.org\"}\n"));
		ck_assert_msg(resume.n_counted == 1 && has(&resume, "b.org", ""), "%zu", i);
		resume_read(&resume, span_of(broken[i]));
		resume_read(&resume, span_of("{\"x\":1}\n{\"domain\":\"c.org\"}\n{\"state\":\"OK\"}\n"));
		ck_assert_msg(resume.n_counted == 1, "%zu", i);
		ck_assert_msg(!has(&resume, "a.org", "") && !has(&resume, "c.org", ""), "%zu", i);
		arena_free(arena);
	}
}
END_TEST

/* So deep it goes, and so long a domain may be. */
START_TEST(what_is_too_deep_or_too_long_does_not_count) {
	for (size_t more = 0; more < 2; more++) {
		struct arena *arena = unit_arena();
		struct text deep = text_new(arena, 1024);
		text_add(&deep, "{\"state\":\"OK\",\"domain\":\"a.org\",\"x\":");
		for (size_t i = 0; i < 63 + more; i++) {
			text_add(&deep, "[");
		}
		for (size_t i = 0; i < 63 + more; i++) {
			text_add(&deep, "]");
		}
		text_add(&deep, "}\n");
		struct resume resume = read_pieces(arena, deep.at, 50, INT64_MIN);
		ck_assert_uint_eq(resume.n_counted, 1 - more);
		ck_assert_uint_eq(resume.n_broken, more);
		char *name = arena_alloc(arena, RESUME_VALUE_MAX + 1);
		memset(name, 'a', RESUME_VALUE_MAX - 1 + more);
		const char *line = arena_printf(arena, "{\"state\":\"OK\",\"domain\":\"%s\"}\n", name);
		resume = read_pieces(arena, line, 50, INT64_MIN);
		ck_assert_uint_eq(resume.n_counted, 1 - more);
		ck_assert(has(&resume, name, "") == (more == 0));
		arena_free(arena);
	}
}
END_TEST

/* 2026-11-02T13:04:05Z */
#define MOMENT INT64_C(1793624645)

START_TEST(a_time_is_read_to_the_second_and_only_in_its_form) {
	static const struct {
		const char *time;
		int64_t is; /* 0: no time */
	} table[] = {
		{"2026-11-02T13:04:05Z", MOMENT},
		{"2026-11-02T13:04:06Z", MOMENT + 1},
		{"2026-11-02T13:04:15Z", MOMENT + 10},
		{"2026-11-02T13:05:05Z", MOMENT + 60},
		{"2026-11-02T13:14:05Z", MOMENT + 600},
		{"2026-11-02T14:04:05Z", MOMENT + 3600},
		{"2026-11-02T03:04:05Z", MOMENT - 36000},
		{"2026-11-03T13:04:05Z", MOMENT + 86400},
		{"2026-11-12T13:04:05Z", MOMENT + 864000},
		{"2026-12-02T13:04:05Z", MOMENT + 30 * 86400},
		{"2026-01-02T13:04:05Z", MOMENT - 304 * 86400},
		{"2027-11-02T13:04:05Z", MOMENT + 365 * 86400},
		{"2019-11-02T13:04:05Z", MOMENT - 2557 * 86400},
		{"2026-11-02T13:04:05", 0},
		{"2026-11-02T13:04:05Z ", 0},
		{"2026-11-02T13:04:05+", 0},
		{"2026-11-02T13:04:05.", 0},
		{"2026-11-02T13:04:0xZ", 0},
		{"2026-11-02T13:04:0/Z", 0},
		{"2026-11-02T13:04:0:Z", 0},
		{"x026-11-02T13:04:05Z", 0},
		{"2026/11/02T13:04:05Z", 0},
		{"2026-11-02 13:04:05Z", 0},
	};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct arena *arena = unit_arena();
		const char *line = arena_printf(
			arena, "{\"state\":\"OK\",\"domain\":\"a.org\",\"time\":\"%s\"}\n", table[i].time);
		struct resume any = resume_new(arena, 0, INT64_MAX);
		resume_read(&any, span_of(line));
		ck_assert_msg(any.n_counted == (table[i].is != 0), "%s", table[i].time);
		for (int64_t off = -1; table[i].is != 0 && off <= 1; off++) {
			struct resume exact = resume_new(arena, table[i].is + off, table[i].is + off);
			resume_read(&exact, span_of(line));
			ck_assert_msg(exact.n_counted == (off == 0), "%s", table[i].time);
			ck_assert_msg(exact.n_old == (off != 0), "%s", table[i].time);
		}
		arena_free(arena);
	}
}
END_TEST

START_TEST(many_names_are_all_found) {
	struct arena *arena = unit_arena();
	struct name_set set = name_set_new(arena);
	for (int i = 0; i < 20000; i++) {
		ck_assert_uint_eq(name_set_add(&set, arena_printf(arena, "d%d.org", i)), 0);
	}
	ck_assert_uint_eq(name_set_add(&set, "d7.org"), 1);
	ck_assert_uint_eq(name_set_raise(&set, "raised.org", 3), 0);
	ck_assert_uint_eq(name_set_raise(&set, "raised.org", 1), 3);
	ck_assert_uint_eq(name_set_raise(&set, "raised.org", 4), 3);
	ck_assert_uint_eq(name_set_raise(&set, "raised.org", 4), 4);
	const char *name = NULL;
	size_t at = 0;
	size_t n = 0;
	size_t count = 0;
	size_t raised = 0;
	while (name_set_next(&set, &at, &name, &count)) {
		n++;
		raised += strcmp(name, "raised.org") == 0 ? count : 0;
	}
	ck_assert_uint_eq(n, set.n);
	ck_assert_uint_eq(raised, 4);
	for (int i = 0; i < 20000; i++) {
		ck_assert(name_set_take(&set, arena_printf(arena, "d%d.org", i)));
	}
	ck_assert(name_set_take(&set, "d7.org"));
	ck_assert(!name_set_take(&set, "d7.org"));
	ck_assert(!name_set_take(&set, "d20000.org"));
	arena_free(arena);
}
END_TEST

static void write_text(const char *path, const char *text) {
	FILE *file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(text, file), 0);
	ck_assert_int_eq(fclose(file), 0);
}

START_TEST(the_half_line_is_cut_off_where_output_goes_on) {
	char path[] = "/tmp/test_fleet_resume.XXXXXX";
	struct arena *arena = unit_arena();
	int fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	write_text(path, "{\"domain\":\"a.org\"}\n{\"domain\":\"b.o");
	struct resume resume = resume_new(arena, INT64_MIN, INT64_MAX);
	struct err err = {0};
	ck_assert_msg(resume_file(&resume, path, &err), "%s", err.text);
	ck_assert_uint_eq(resume_mend(&resume, path, STDERR_FILENO), 0);
	/* Another run writes to it: what it has begun is none of ours to cut. */
	ck_assert_int_eq(pwrite(fd, "rg\"}\n", 5, 33), 5);
	ck_assert_uint_eq(resume_mend(&resume, path, fd), 0);
	ck_assert_int_eq(ftruncate(fd, 33), 0);
	ck_assert_uint_eq(resume_mend(&resume, path, fd), 14);
	ck_assert_int_eq(lseek(fd, 0, SEEK_END), 19);
	struct resume again = resume_new(arena, INT64_MIN, INT64_MAX);
	ck_assert(resume_file(&again, path, &err));
	ck_assert_uint_eq(resume_mend(&again, path, fd), 0);
	close(fd);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert(!resume_file(&again, path, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "No such file or directory: give what an earlier"));
	err = (struct err){0};
	ck_assert(!resume_file(&again, "/dev/null", &err));
	ck_assert_ptr_nonnull(strstr(err.text, "not a regular file"));
	arena_free(arena);
}
END_TEST

UNIT_MAIN("fleet_resume", tcase_add_test(tc, a_verdict_counts_once_by_domain_and_options);
		  tcase_add_test(tc, each_verdict_has_its_state_and_the_worst_comes_first);
		  tcase_add_test(tc, who_submits_goes_by_what_says_that_it_was_submitted);
		  tcase_add_test(tc, what_is_half_or_none_of_ours_does_not_count);
		  tcase_add_test(tc, what_a_newer_program_wrote_is_counted_and_does_not_count);
		  tcase_add_test(tc, what_is_old_is_done_again_and_lines_have_no_age);
		  tcase_add_test(tc, a_line_begins_with_nothing);
		  tcase_add_test(tc, what_is_too_deep_or_too_long_does_not_count);
		  tcase_add_test(tc, a_time_is_read_to_the_second_and_only_in_its_form);
		  tcase_add_test(tc, many_names_are_all_found);
		  tcase_add_test(tc, the_worst_state_has_the_highest_count);
		  tcase_add_test(tc, the_half_line_is_cut_off_where_output_goes_on);)
