/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists of domains: lines out of files, words out of lines. */
#include <fcntl.h>

#include "smtp-tls-fleet.d/list.h"
#include "unit.h"

static enum list_line_kind parse(
	struct list_line *line, struct arena *arena, const char *text, size_t len, struct err *err) {
	*err = (struct err){0};
	return list_line_parse(
		line, arena, unit_guarded((struct span){(const uint8_t *)text, len}), err);
}

START_TEST(a_line_is_a_domain_options_and_a_comment) {
	static const struct {
		const char *text;
		enum list_line_kind kind;
		const char *destination;
		const char *options;
		const char *why; /* part of the err */
	} table[] = {
		{"", LIST_LINE_NOTHING, NULL, "", NULL},
		{" \t ", LIST_LINE_NOTHING, NULL, "", NULL},
		{"# example.org", LIST_LINE_NOTHING, NULL, "", NULL},
		{"\r", LIST_LINE_NOTHING, NULL, "", NULL},
		{"example.org", LIST_LINE_DOMAIN, "example.org", "", NULL},
		{"example.org\r", LIST_LINE_DOMAIN, "example.org", "", NULL},
		{"\xef\xbb\xbf"
		 "example.org",
			LIST_LINE_DOMAIN, "example.org", "", NULL},
		{"  [mx.example.org]:587\t", LIST_LINE_DOMAIN, "[mx.example.org]:587", "", NULL},
		{"a.org --level=may\t --no-mx  # why", LIST_LINE_DOMAIN, "a.org", "--level=may --no-mx",
			NULL},
		{"a.org --state a=ok", LIST_LINE_DOMAIN, "a.org", "--state a=ok", NULL},
		{"a.org #--level=may", LIST_LINE_DOMAIN, "a.org", "", NULL},
		{"a.org. -l may", LIST_LINE_DOMAIN, "a.org", "-l may", NULL},
		{"[mx.a.org.]:587", LIST_LINE_DOMAIN, "[mx.a.org]:587", "", NULL},
		{"a.org#x", LIST_LINE_DOMAIN, "a.org#x", "", NULL}, /* refused as a destination */
		{"b\xc3\xbc"
		 "cher.example",
			LIST_LINE_DOMAIN,
			"b\xc3\xbc"
			"cher.example",
			"", NULL},
		{"--level=may", LIST_LINE_BAD, "--level=may", "", "begins with a domain"},
		{"a\x01", LIST_LINE_BAD, NULL, "", "octet 2 is the control character 0x01"},
		{"a\x7f", LIST_LINE_BAD, NULL, "", "0x7f"},
		{"a\rb", LIST_LINE_BAD, NULL, "", "0x0d"},
	};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct arena *arena = unit_arena();
		struct list_line line;
		struct err err;
		enum list_line_kind kind = parse(&line, arena, table[i].text, strlen(table[i].text), &err);
		ck_assert_msg(kind == table[i].kind, "%zu: %d %s", i, (int)kind, err.text);
		ck_assert_pstr_eq(line.destination, table[i].destination);
		ck_assert_str_eq(line.options, table[i].options);
		ck_assert(table[i].why == NULL || strstr(err.text, table[i].why) != NULL);
		ck_assert_ptr_null(line.words[line.n_words]);
		arena_free(arena);
	}
}
END_TEST

START_TEST(a_line_may_be_cut_off_anywhere) {
	static const char text[] = "\xef\xbb\xbf[mx.example.org]:25 --level=may --state a=b # c\r";
	for (size_t len = 0; len < sizeof text; len++) {
		struct arena *arena = unit_arena();
		struct list_line line;
		struct err err;
		(void)parse(&line, arena, text, len, &err);
		arena_free(arena);
	}
}
END_TEST

START_TEST(a_nul_too_many_words_and_too_many_octets_are_told) {
	static char text[LIST_LINE_MAX + 2];
	struct arena *arena = unit_arena();
	struct list_line line;
	struct err err;
	ck_assert_int_eq(parse(&line, arena, "a\0b", 3, &err), LIST_LINE_BAD);
	ck_assert_ptr_nonnull(strstr(err.text, "NUL (0x00), as in a file of UTF-16"));
	memset(text, 'a', sizeof text);
	ck_assert_int_eq(parse(&line, arena, text, LIST_LINE_MAX, &err), LIST_LINE_DOMAIN);
	ck_assert_int_eq(parse(&line, arena, text, LIST_LINE_MAX + 1, &err), LIST_LINE_BAD);
	ck_assert_ptr_nonnull(strstr(err.text, "longer than 4096"));
	for (size_t i = 1; i < sizeof text; i += 2) {
		text[i] = ' ';
	}
	ck_assert_int_eq(parse(&line, arena, text, 2 * LIST_WORDS_MAX + 1, &err), LIST_LINE_DOMAIN);
	ck_assert_int_eq(line.n_words, LIST_WORDS_MAX + 1);
	ck_assert_int_eq(parse(&line, arena, text, 2 * LIST_WORDS_MAX + 3, &err), LIST_LINE_BAD);
	arena_free(arena);
}
END_TEST

/* A file without a name that holds the text, as one that a list can open. */
static const char *make_file(struct arena *arena, const char *text, size_t len) {
	FILE *file = tmpfile();
	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(text, 1, len, file), len);
	ck_assert_int_eq(fflush(file), 0);
	return arena_printf(arena, "/proc/self/fd/%d", fileno(file));
}

/* The next line is this one, with this number. */
static void expect(struct list *list, const char *text, uint64_t number) {
	struct err err = {0};
	ck_assert_msg(list_next(list, &err) == LIST_LINE, "%s: %s", text, err.text);
	ck_assert_msg(span_equal(list->line, span_of(text)), "%s: %.*s", text, (int)list->line.len,
		(const char *)list->line.at);
	ck_assert_uint_eq(list->number, number);
}

START_TEST(files_are_read_one_after_the_other_the_last_line_without_its_end) {
	struct arena *arena = unit_arena();
	const char *files[] = {
		make_file(arena, "a\n\nb", 4), make_file(arena, "", 0), make_file(arena, "c\r\n", 3)};
	struct list list = list_new(files, 3);
	struct err err = {0};
	ck_assert(list_check(&list, &err));
	expect(&list, "a", 1);
	expect(&list, "", 2);
	expect(&list, "b", 3);
	expect(&list, "c\r", 1);
	ck_assert_str_eq(list_name(&list), files[2]);
	ck_assert_int_eq(list_next(&list, &err), LIST_END);
	ck_assert_int_eq(list_next(&list, &err), LIST_END);
	ck_assert_uint_eq(list_count(files, 3), 3);
	list_close(&list);
	arena_free(arena);
}
END_TEST

START_TEST(of_a_long_line_the_start_is_told_once_and_counting_goes_on) {
	static char text[1024 * 1024 + 8];
	struct arena *arena = unit_arena();
	memset(text, 'a', 1024 * 1024);
	memcpy(text + 1024 * 1024, "\nb\nc", 4);
	for (size_t before = 0; before < 3; before++) { /* where a piece ends does not matter */
		const char *file = make_file(arena, text + before, 1024 * 1024 + 4 - before);
		struct list list = list_new(&file, 1);
		ck_assert_int_eq(list_next(&list, NULL), LIST_LINE);
		ck_assert_uint_gt(list.line.len, LIST_LINE_MAX);
		ck_assert_uint_eq(list.number, 1);
		expect(&list, "b", 2);
		expect(&list, "c", 3);
		ck_assert_int_eq(list_next(&list, NULL), LIST_END);
		list_close(&list);
	}
	for (size_t len = LIST_LINE_MAX - 2; len < LIST_LINE_MAX + 3; len++) {
		memcpy(text + len, "\nb", 2);
		const char *file = make_file(arena, text, len + 2);
		struct list list = list_new(&file, 1);
		ck_assert_int_eq(list_next(&list, NULL), LIST_LINE);
		ck_assert((list.line.len > LIST_LINE_MAX) == (len > LIST_LINE_MAX));
		expect(&list, "b", 2);
		list_close(&list);
		text[len] = text[len + 1] = 'a';
	}
	arena_free(arena);
}
END_TEST

START_TEST(a_pipe_is_never_waited_for) {
	int ends[2];
	struct arena *arena = unit_arena();
	ck_assert_int_eq(pipe(ends), 0);
	const char *file = arena_printf(arena, "/proc/self/fd/%d", ends[0]);
	struct list list = list_new(&file, 1);
	ck_assert_uint_eq(list_count(&file, 1), 0);
	ck_assert_int_eq(list_next(&list, NULL), LIST_WAIT);
	ck_assert_int_eq(write(ends[1], "on", 2), 2);
	ck_assert_int_eq(list_next(&list, NULL), LIST_WAIT);
	ck_assert_int_eq(write(ends[1], "e\ntwo\nthr", 9), 9);
	expect(&list, "one", 1);
	expect(&list, "two", 2);
	ck_assert_int_eq(list_next(&list, NULL), LIST_WAIT);
	close(ends[1]);
	expect(&list, "thr", 3);
	ck_assert_int_eq(list_next(&list, NULL), LIST_END);
	list_close(&list);
	close(ends[0]);
	arena_free(arena);
}
END_TEST

START_TEST(of_a_line_without_end_so_much_is_read_at_a_time) {
	static const char *const file = "/dev/zero";
	struct list list = list_new(&file, 1);
	ck_assert_int_eq(list_next(&list, NULL), LIST_LINE);
	ck_assert_uint_gt(list.line.len, LIST_LINE_MAX);
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(list_next(&list, NULL), LIST_MORE);
	}
	ck_assert_uint_eq(list.number, 1);
	list_close(&list);
}
END_TEST

START_TEST(a_file_that_cannot_be_read_is_told) {
	static const char *const files[] = {"/nonexistent/list", "/"};
	for (size_t i = 0; i < 2; i++) {
		struct list list = list_new(&files[i], 1);
		struct err err = {0};
		ck_assert(!list_check(&list, &err));
		ck_assert_ptr_nonnull(strstr(err.text, files[i]));
		err = (struct err){0};
		ck_assert_int_eq(list_next(&list, &err), LIST_FAILED);
		ck_assert_ptr_nonnull(strstr(err.text, files[i]));
		list_close(&list);
	}
}
END_TEST

UNIT_MAIN("fleet_list", tcase_add_test(tc, a_line_is_a_domain_options_and_a_comment);
		  tcase_add_test(tc, a_line_may_be_cut_off_anywhere);
		  tcase_add_test(tc, a_nul_too_many_words_and_too_many_octets_are_told);
		  tcase_add_test(tc, files_are_read_one_after_the_other_the_last_line_without_its_end);
		  tcase_add_test(tc, of_a_long_line_the_start_is_told_once_and_counting_goes_on);
		  tcase_add_test(tc, a_pipe_is_never_waited_for);
		  tcase_add_test(tc, of_a_line_without_end_so_much_is_read_at_a_time);
		  tcase_add_test(tc, a_file_that_cannot_be_read_is_told);)
