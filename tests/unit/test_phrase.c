/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Sentences in runs: what is ours stays as it is, what is a peer's is escaped by whoever prints. */
#include "base/phrase.h"

#include "unit.h"

static const char *printed(struct arena *arena, const struct phrase *phrase, enum text_escape how) {
	struct text text = text_new(arena, 100000);
	(void)phrase_print(phrase, &text, how);
	return text.at;
}

START_TEST(every_conversion_finds_its_place) {
	struct arena *arena = unit_arena();
	struct span bytes = span_of("b|b");
	struct phrase inner = phrase_new(arena, "[%pN]", "i<n");
	struct phrase phrase = phrase_new(arena, "%s %d %u %zu %lld %pN \"%pB\" %pP 100%%.", "s", -1,
		2U, (size_t)3, 4LL, "$n$", &bytes, &inner);
	ck_assert_str_eq(phrase_plain(arena, &phrase), "s -1 2 3 4 %24n%24 \"b!b\" [i{n] 100%.");
	ck_assert_str_eq(
		printed(arena, &phrase, TEXT_JSON), "s -1 2 3 4 $n$ \\u0022b|b\\u0022 [i<n] 100%.");
	arena_free(arena);
}
END_TEST

START_TEST(ours_is_never_escaped_but_for_json) {
	struct arena *arena = unit_arena();
	struct phrase phrase = phrase_new(arena, "say \"<%s>\"", "$|");
	ck_assert_str_eq(phrase_plain(arena, &phrase), "say \"<$|>\"");
	ck_assert_str_eq(printed(arena, &phrase, TEXT_JSON), "say \\u0022<$|>\\u0022");
	arena_free(arena);
}
END_TEST

START_TEST(nothing_at_all_is_a_phrase_too) {
	struct arena *arena = unit_arena();
	struct phrase phrase = {.n = 0};
	struct text text = text_new(arena, 10);
	ck_assert(phrase_print(&phrase, &text, TEXT_PLUGIN));
	phrase_add(arena, &phrase, "%s", "");
	ck_assert_uint_eq(phrase.n, 0);
	ck_assert_str_eq(text.at, "");
	arena_free(arena);
}
END_TEST

START_TEST(a_long_quotation_is_cut_and_says_so) {
	struct arena *arena = unit_arena();
	char name[PHRASE_QUOTE_MAX + 10];
	memset(name, 'x', sizeof name);
	name[sizeof name - 1] = '\0';
	struct phrase phrase = phrase_new(arena, "(%pN)", name);
	struct text text = text_new(arena, 1000);
	ck_assert(!phrase_print(&phrase, &text, TEXT_PLUGIN));
	ck_assert_uint_eq(text.len, PHRASE_QUOTE_MAX + 5);
	ck_assert_str_eq(text.at + PHRASE_QUOTE_MAX + 1, "...)");
	arena_free(arena);
}
END_TEST

START_TEST(a_phrase_never_passes_its_ceiling) {
	struct arena *arena = unit_arena();
	struct phrase phrase = {.n = 0};
	for (int i = 0; i < 3000; i++) {
		phrase_add(arena, &phrase, "%pN, ", "mx");
	}
	struct text text = text_new(arena, 100000);
	ck_assert(!phrase_print(&phrase, &text, TEXT_PLUGIN));
	ck_assert_uint_eq(text.len, PHRASE_OCTETS_MAX);
	struct phrase outer = phrase_new(arena, "%pP", &phrase);
	ck_assert(outer.cut);
	arena_free(arena);
}
END_TEST

START_TEST(a_list_counts_what_it_leaves_out) {
	struct arena *arena = unit_arena();
	struct phrase phrase = phrase_new(arena, "a, b");
	phrase_add_rest(arena, &phrase, 2, 2);
	ck_assert_str_eq(phrase_plain(arena, &phrase), "a, b");
	phrase_add_rest(arena, &phrase, 3, 2);
	ck_assert_str_eq(phrase_plain(arena, &phrase), "a, b and 1 more");
	arena_free(arena);
}
END_TEST

START_TEST(a_phrase_is_whole_that_fills_its_room_and_its_text) {
	struct arena *arena = unit_arena();
	struct phrase phrase = {.n = 0};
	while (phrase.octets < PHRASE_OCTETS_MAX) {
		phrase_add(arena, &phrase, "x");
	}
	ck_assert(!phrase.cut);
	struct text text = text_new(arena, PHRASE_OCTETS_MAX);
	ck_assert(phrase_print(&phrase, &text, TEXT_PLUGIN));
	struct text narrow = text_new(arena, PHRASE_OCTETS_MAX - 1);
	ck_assert(!phrase_print(&phrase, &narrow, TEXT_PLUGIN));
	arena_free(arena);
}
END_TEST

UNIT_MAIN("phrase", tcase_add_test(tc, every_conversion_finds_its_place);
		  tcase_add_test(tc, ours_is_never_escaped_but_for_json);
		  tcase_add_test(tc, nothing_at_all_is_a_phrase_too);
		  tcase_add_test(tc, a_long_quotation_is_cut_and_says_so);
		  tcase_add_test(tc, a_list_counts_what_it_leaves_out);
		  tcase_add_test(tc, a_phrase_is_whole_that_fills_its_room_and_its_text);
		  tcase_add_test(tc, a_phrase_never_passes_its_ceiling);)
