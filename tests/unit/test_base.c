/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Arena, spans, cursor, errors, keywords, clock. */
#include "unit.h"

#include "base/clock.h"
#include "base/cursor.h"
#include "base/distance.h"
#include "base/err.h"
#include "base/keywords.h"
#include "base/nearest.h"

START_TEST(the_first_error_wins) {
	struct err err = {0};
	ck_assert(!err_set(&err, ERR_NET, "refused by %d", 1));
	ck_assert(!err_set(&err, ERR_LOCAL, "second"));
	ck_assert_int_eq(err.kind, ERR_NET);
	ck_assert_str_eq(err.text, "refused by 1");
	ck_assert(!err_set(NULL, ERR_NET, "nobody listens"));
	ck_assert(!err_set_about(&err, ERR_ABOUT_NEXT, "third"));
	ck_assert_int_eq(err.kind, ERR_NET);
	ck_assert_str_eq(err.text, "refused by 1");
	ck_assert(!err_set_about(NULL, ERR_ABOUT_NEXT, "nobody listens"));
}
END_TEST

START_TEST(a_long_error_is_cut) {
	struct err err = {0};
	err_set(&err, ERR_LOCAL, "%0400d", 1);
	ck_assert_uint_eq(strlen(err.text), ERR_TEXT_MAX - 1);
}
END_TEST

START_TEST(arena_memory_is_zeroed_aligned_and_distinct) {
	struct arena *arena = unit_arena();
	unsigned char *last = NULL;
	for (size_t n = 0; n < 70000; n = n * 3 + 1) {
		unsigned char *at = arena_alloc(arena, n);
		ck_assert_ptr_ne(at, NULL);
		ck_assert_uint_eq((uintptr_t)at % 16, 0);
		ck_assert(n == 0 || at != last);
		for (size_t i = 0; i < n; i++) {
			ck_assert_uint_eq(at[i], 0);
		}
		memset(at, 0xAA, n);
		last = at;
	}
	ck_assert_uint_gt(arena_used(arena), 70000 / 3);
	arena_free(arena);
}
END_TEST

/* From small to large and on; others are allocated in between. */
START_TEST(arena_memory_grows_and_keeps_what_it_held) {
	struct arena *arena = unit_arena();
	size_t size = 16;
	char *at = arena_alloc(arena, size);
	char *other = arena_copy_string(arena, "other");
	memcpy(at, "what it held", 12);
	for (; size < 1000000; size *= 2) {
		at = arena_grow(arena, at, size, size * 2);
		ck_assert(memcmp(at, "what it held", 12) == 0);
		memset(at + size, 0xAA, size);
		(void)arena_alloc(arena, size % 100);
	}
	ck_assert_str_eq(other, "other");
	/* What is large grows where it is: nothing is left behind. */
	ck_assert_uint_lt(arena_used(arena), size + 20000);
	arena_free(arena);
}
END_TEST

START_TEST(large_arena_memory_can_be_given_back) {
	struct arena *arena = unit_arena();
	char *first = arena_alloc(arena, 50000);
	char *small = arena_copy_string(arena, "small");
	char *second = arena_alloc(arena, 60000);
	size_t used = arena_used(arena);
	arena_release(arena, first, 50000);
	ck_assert_uint_le(arena_used(arena), used - 50000);
	arena_release(arena, second, 60000);
	ck_assert_uint_lt(arena_used(arena), 1000);
	arena_release(arena, small, 6);
	ck_assert_str_eq(small, "small");
	ck_assert_ptr_ne(arena_alloc(arena, 70000), NULL);
	arena_free(arena);
}
END_TEST

START_TEST(arena_copies_keep_their_length) {
	struct arena *arena = unit_arena();
	ck_assert_str_eq(arena_copy_text(arena, "abcdef", 3), "abc");
	ck_assert_str_eq(arena_copy_string(arena, ""), "");
	ck_assert_str_eq(arena_printf(arena, "%s-%d", "x", 5), "x-5");
	struct span empty = arena_copy_span(arena, (struct span){NULL, 0});
	ck_assert_uint_eq(empty.len, 0);
	ck_assert(span_equal(empty, span_of(NULL)));
	ck_assert(!span_equal(span_of("a"), span_of("b")));
	arena_free(arena);
	arena_free(NULL);
}
END_TEST

START_TEST(a_cursor_reads_big_endian_and_stops_at_the_end) {
	const uint8_t bytes[] = {1, 2, 3, 4, 5, 6, 7, 8};
	struct cursor c = cursor_new(unit_guarded((struct span){bytes, sizeof bytes}));
	ck_assert_uint_eq(cursor_u8(&c), 1);
	ck_assert_uint_eq(cursor_u16(&c), 0x0203);
	ck_assert_uint_eq(cursor_u32(&c), 0x04050607);
	ck_assert_uint_eq(cursor_left(&c), 1);
	ck_assert_uint_eq(cursor_u16(&c), 0);
	ck_assert(c.failed);
	ck_assert_uint_eq(cursor_u8(&c), 0);
	ck_assert_uint_eq(cursor_left(&c), 0);
	ck_assert_ptr_eq(cursor_span(&c, 1).at, NULL);
}
END_TEST

START_TEST(a_cursor_does_not_seek_past_the_end) {
	struct cursor c = cursor_new((struct span){(const uint8_t *)"ab", 2});
	cursor_seek(&c, 2);
	ck_assert(!c.failed);
	cursor_seek(&c, 3);
	ck_assert(c.failed);
}
END_TEST

START_TEST(deadlines_never_overflow) {
	ck_assert_int_eq(deadline_after(5, 7), 12);
	ck_assert_int_eq(deadline_after(5, -7), 5);
	ck_assert_int_eq(deadline_after(5, USEC_NEVER), USEC_NEVER);
	ck_assert_int_eq(usec_min(3, 2), 2);
	usec a = clock_now();
	ck_assert_int_ge(clock_now(), a);
}
END_TEST

START_TEST(dates_are_told_by_how_far_they_are) {
	static const struct {
		int64_t from_now;
		const char *words;
	} rows[] = {{0, "in 0 minutes"}, {59, "in 0 minutes"}, {60, "in 1 minute"},
		{-60, "1 minute ago"}, {-1, "0 minutes ago"}, {7199, "in 119 minutes"},
		{7200, "in 2 hours"}, {172799, "in 47 hours"}, {172800, "in 2 days"},
		{-172800, "2 days ago"}, {-259200, "3 days ago"}};
	struct arena *arena = unit_arena();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		ck_assert_str_eq(distance_words(arena, 1000000, 1000000 + rows[i].from_now), rows[i].words);
	}
	ck_assert_str_eq(duration_words(arena, 40 * USEC_PER_SEC), "40 s");
	ck_assert_str_eq(duration_words(arena, 1500 * USEC_PER_MSEC), "1500 ms");
	arena_free(arena);
}
END_TEST

START_TEST(a_word_comes_near_by_as_many_slips_as_its_length_forgives) {
	static const struct {
		const char *typed;
		const char *word; /* of those below; NULL: none is meant */
	} rows[] = {{"timeout", "timeout"}, {"timout", "timeout"}, {"tmeout", "timeout"},
		{"tiemout", "timeout"}, {"timeuot", "timeout"}, {"tmout", NULL}, {"tiemuot", NULL},
		{"certificat", "certificate"}, {"cretificaet", "certificate"}, {"cretifciaet", NULL},
		{"cert", "certificate"}, {"cer", NULL}, {"al", NULL}, {"alt", "all"}, {"xyz", NULL},
		/* as near as another: the first one */
		{"abcx", "abcd"}};
	static const char *const words[] = {"all", "timeout", "certificate", "abcd", "abce"};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct nearest nearest = nearest_new(rows[i].typed, strlen(rows[i].typed));
		for (size_t k = 0; k < sizeof words / sizeof words[0]; k++) {
			nearest_offer(&nearest, words[k]);
		}
		ck_assert_pstr_eq(nearest.word, rows[i].word);
	}
}
END_TEST

START_TEST(keywords_are_found_without_case) {
	static const struct keyword table[] = {{"may", 1}, {"dane", 2}, {"opp", 1}, {NULL, 0}};
	int value = 9;
	ck_assert(!keyword_find(table, "dan", &value));
	ck_assert_int_eq(value, 9);
	ck_assert(keyword_find(table, "DANE", &value));
	ck_assert_int_eq(value, 2);
	ck_assert_str_eq(keyword_name(table, 1), "may");
	ck_assert_str_eq(keyword_name(table, 7), "?");
	struct arena *arena = unit_arena();
	struct text text = text_new(arena, 100);
	keyword_list(table, &text);
	ck_assert_str_eq(text.at, "may dane opp");
	arena_free(arena);
}
END_TEST

UNIT_MAIN("base", tcase_add_test(tc, the_first_error_wins); tcase_add_test(tc, a_long_error_is_cut);
		  tcase_add_test(tc, arena_memory_is_zeroed_aligned_and_distinct);
		  tcase_add_test(tc, arena_memory_grows_and_keeps_what_it_held);
		  tcase_add_test(tc, large_arena_memory_can_be_given_back);
		  tcase_add_test(tc, arena_copies_keep_their_length);
		  tcase_add_test(tc, a_cursor_reads_big_endian_and_stops_at_the_end);
		  tcase_add_test(tc, a_cursor_does_not_seek_past_the_end);
		  tcase_add_test(tc, deadlines_never_overflow);
		  tcase_add_test(tc, dates_are_told_by_how_far_they_are);
		  tcase_add_test(tc, a_word_comes_near_by_as_many_slips_as_its_length_forgives);
		  tcase_add_test(tc, keywords_are_found_without_case);)
