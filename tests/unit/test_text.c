/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Growing text and its escaping. */
#include "base/text.h"

#include "unit.h"

static const struct {
	const char *in;
	size_t len;
	size_t max;
	const char *plugin;
	const char *finger;
	const char *json;
} cases[] = {
	{"220 mx ESMTP", 12, 200, "220 mx ESMTP", "220 mx ESMTP", "220 mx ESMTP"},
	{"a|b", 3, 200, "a!b", "a|b", "a|b"},
	{"<script>", 8, 200, "{script}", "<script>", "<script>"},
	{"[OK] (CRITICAL) [OKAY]", 22, 200, "{OK} {CRITICAL} [OKAY]", "[OK] (CRITICAL) [OKAY]",
		"[OK] (CRITICAL) [OKAY]"},
	{"x\x1b[31m", 6, 200, "x%1B[31m", "x?[31m", "x\\u001b[31m"},
	{"nul\0nul", 7, 200, "nul%00nul", "nul?nul", "nul\\u0000nul"},
	{"a\\nb\\tc", 7, 200, "a/nb/tc", "a\\nb\\tc", "a\\u005cnb\\u005ctc"},
	{"100%41 5% 9%zz", 14, 200, "100%2541 5% 9%zz", "100%41 5% 9%zz", "100%41 5% 9%zz"},
	{"\xc3\xa9\xff\xc0\xaf", 5, 200, "\xc3\xa9%FF%C0%AF", "?????", "\xc3\xa9\\ufffd\\ufffd\\ufffd"},
	{"\xe2\x80\xae\xc2\x85\xef\xbb\xbf", 8, 200, "%E2%80%AE%C2%85%EF%BB%BF", "????????",
		"\\u202e\\u0085\\ufeff"},
	{"\xed\xa0\x80\xf4\x90\x80\x80", 7, 200, "%ED%A0%80%F4%90%80%80", "???????",
		"\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd"},
	{"abcdef", 6, 3, "abc...", "abc...", "abc..."},
	{"abc", 3, 3, "abc", "abc", "abc"},
	{"", 0, 3, "", "", ""},
	{"%", 1, 9, "%", "%", "%"},
	{"\xc3", 1, 9, "%C3", "?", "\\ufffd"},
	{"[", 1, 9, "[", "[", "["},
	{"[OK", 3, 9, "[OK", "[OK", "[OK"},
	{"$ARG1$ \"q\" $", 12, 200, "%24ARG1%24 \"q\" %24", "$ARG1$ \"q\" $",
		"$ARG1$ \\u0022q\\u0022 $"},
	{"\xf0\x9f\x93\xa7\x7f", 5, 200, "\xf0\x9f\x93\xa7%7F", "?????", "\xf0\x9f\x93\xa7\\u007f"},
	{"\xc2\xad\xcd\x8f\xe1\x85\x9f\xe1\x85\xa0", 10, 400, "%C2%AD%CD%8F%E1%85%9F%E1%85%A0",
		"??????????", "\\u00ad\\u034f\\u115f\\u1160"},
	{"\xe1\x9e\xb4\xe1\x9e\xb5\xe1\xa0\x8b\xe1\xa0\x8e\xe1\xa0\x8f", 15, 400,
		"%E1%9E%B4%E1%9E%B5%E1%A0%8B%E1%A0%8E%E1%A0%8F", "???????????????",
		"\\u17b4\\u17b5\\u180b\\u180e\\u180f"},
	{"\xe2\x80\x8e\xe2\x80\xa8\xe3\x85\xa4\xef\xb8\x80\xef\xb8\x8f", 15, 400,
		"%E2%80%8E%E2%80%A8%E3%85%A4%EF%B8%80%EF%B8%8F", "???????????????",
		"\\u200e\\u2028\\u3164\\ufe00\\ufe0f"},
	{"\xef\xbe\xa0\xef\xbf\xb0\xef\xbf\xbb\xef\xbf\xbe\xef\xbf\xbf", 15, 400,
		"%EF%BE%A0%EF%BF%B0%EF%BF%BB%EF%BF%BE%EF%BF%BF", "???????????????",
		"\\uffa0\\ufff0\\ufffb\\ufffe\\uffff"},
	{"\xf0\x9b\xb2\xa0\xf0\x9b\xb2\xa3\xf0\x9d\x85\xb3\xf0\x9d\x85\xba", 16, 400,
		"%F0%9B%B2%A0%F0%9B%B2%A3%F0%9D%85%B3%F0%9D%85%BA", "????????????????",
		"\\ud82f\\udca0\\ud82f\\udca3\\ud834\\udd73\\ud834\\udd7a"},
	{"\xf3\xa0\x80\x80\xf3\xa0\x80\x81\xf3\xa0\x81\xbf\xf3\xa0\xbf\xbf", 16, 400,
		"%F3%A0%80%80%F3%A0%80%81%F3%A0%81%BF%F3%A0%BF%BF", "????????????????",
		"\\udb40\\udc00\\udb40\\udc01\\udb40\\udc7f\\udb43\\udfff"},
	{"\xc2\xac\xc2\xae\xcd\x8e\xcd\x90\xe1\x85\x9e\xe1\x85\xa1\xe1\xa0\x8a\xe1\xa0\x90\xe3\x85\xa3"
	 "\xe3\x85\xa5\xef\xb7\xbf\xef\xb8\x90\xef\xbe\x9f\xef\xbe\xa1\xef\xbf\xbc\xef\xbf\xbd\xf3\xa1"
	 "\x80\x80",
		48, 400,
		"\xc2\xac\xc2\xae\xcd\x8e\xcd\x90\xe1\x85\x9e\xe1\x85\xa1\xe1\xa0\x8a\xe1\xa0\x90\xe3\x85"
		"\xa3\xe3\x85\xa5\xef\xb7\xbf\xef\xb8\x90\xef\xbe\x9f\xef\xbe\xa1\xef\xbf\xbc\xef\xbf\xbd"
		"\xf3\xa1\x80\x80",
		"????????????????????????????????????????????????",
		"\xc2\xac\xc2\xae\xcd\x8e\xcd\x90\xe1\x85\x9e\xe1\x85\xa1\xe1\xa0\x8a\xe1\xa0\x90\xe3\x85"
		"\xa3\xe3\x85\xa5\xef\xb7\xbf\xef\xb8\x90\xef\xbe\x9f\xef\xbe\xa1\xef\xbf\xbc\xef\xbf\xbd"
		"\xf3\xa1\x80\x80"},
	{"is (DOWN", 8, 200, "is (DOWN", "is (DOWN", "is (DOWN"},
	{"is (DOWN)", 9, 200, "is {DOWN}", "is (DOWN)", "is (DOWN)"},
	{"\xe0\x80\x80\xf0\x80\x80\x80", 7, 200, "%E0%80%80%F0%80%80%80", "???????",
		"\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd"},
	{"SMTP_TLS", 8, 200, "SMTP%5FTLS", "SMTP_TLS", "SMTP_TLS"},
	{"SMTP_TLS OK - a_TLS _tls _TL", 28, 200, "SMTP%5FTLS OK - a%5FTLS _tls _TL",
		"SMTP_TLS OK - a_TLS _tls _TL", "SMTP_TLS OK - a_TLS _tls _TL"},
};

START_TEST(peer_bytes_become_harmless) {
	struct arena *arena = unit_arena();
	struct span in = {(const uint8_t *)cases[_i].in, cases[_i].len};
	struct text plugin = text_new(arena, 1000);
	text_add_escaped(&plugin, TEXT_PLUGIN, unit_guarded(in), cases[_i].max);
	ck_assert_str_eq(plugin.at, cases[_i].plugin);
	struct text finger = text_new(arena, 1000);
	text_add_escaped(&finger, TEXT_FINGER, unit_guarded(in), cases[_i].max);
	ck_assert_str_eq(finger.at, cases[_i].finger);
	struct text json = text_new(arena, 1000);
	bool whole = text_add_escaped(&json, TEXT_JSON, unit_guarded(in), cases[_i].max);
	ck_assert_str_eq(json.at, cases[_i].json);
	ck_assert_int_eq(whole, strstr(json.at, "...") == NULL);
	arena_free(arena);
}
END_TEST

START_TEST(a_text_never_passes_its_ceiling) {
	struct arena *arena = unit_arena();
	for (size_t max = 0; max < 280; max += 37) {
		struct text text = text_new(arena, max);
		for (int i = 0; i < 100; i++) {
			text_addf(&text, "%d,", i);
		}
		ck_assert_uint_le(text.len, max);
		ck_assert_uint_eq(strlen(text.at), text.len);
		ck_assert(text.cut);
	}
	arena_free(arena);
}
END_TEST

START_TEST(a_text_may_reach_its_ceiling_and_takes_no_octet_more_than_its_own) {
	struct arena *arena = unit_arena();
	for (size_t max = 120; max < 300; max++) {
		struct text text = text_new(arena, max);
		char *behind = arena_copy_string(arena, "behind it");
		while (text.len < max) {
			text_add(&text, "x");
		}
		ck_assert(!text.cut);
		ck_assert_str_eq(behind, "behind it");
		struct text at_once = text_new(arena, 10000);
		behind = arena_copy_string(arena, "behind it");
		text_addf(&at_once, "%0*d", (int)max, 7);
		ck_assert_uint_eq(strlen(at_once.at), max);
		ck_assert_int_eq(at_once.at[max - 1], '7');
		ck_assert_str_eq(behind, "behind it");
		text_add(&text, "y");
		ck_assert(text.cut);
	}
	arena_free(arena);
}
END_TEST

START_TEST(long_formatted_text_arrives_whole) {
	struct arena *arena = unit_arena();
	struct text text = text_new(arena, 5000);
	text_addf(&text, "%01000d", 7);
	ck_assert_uint_eq(text.len, 1000);
	ck_assert(!text.cut);
	text_truncate(&text, 3);
	ck_assert_str_eq(text.at, "000");
	arena_free(arena);
}
END_TEST

START_TEST(hex_has_separators_only_between_bytes) {
	struct arena *arena = unit_arena();
	struct text text = text_new(arena, 50);
	text_add_hex(&text, (struct span){(const uint8_t *)"\x00\xab\xff", 3}, ':');
	text_add_hex(&text, (struct span){(const uint8_t *)"\x01\x02", 2}, '\0');
	ck_assert_str_eq(text.at, "00:AB:FF0102");
	arena_free(arena);
}
END_TEST

/* What a screen shows, and nothing else. */
START_TEST(utf8_that_can_be_seen_stays_in_lines_of_posttls_finger) {
	static const char *const rows[][2] = {
		{"b\xc3\xbc \xe2\x82\xac \xf0\x9f\x93\xa7", "b\xc3\xbc \xe2\x82\xac \xf0\x9f\x93\xa7"},
		{"\xff\xc3 \x1b", "?? ?"},
		{"a\xc2\x9b"
		 "31m",
			"a??31m"},
		{"pay\xe2\x80\x8bpal", "pay???pal"},
		{"\xe2\x80\xae"
		 "gro",
			"???gro"},
		{"\xc2\xad\xef\xbb\xbfx", "?????x"},
		{"\xf3\xa0\x81\x81x", "????x"},
	};
	struct arena *arena = unit_arena();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct text text = text_new(arena, 100);
		text_add_escaped(&text, TEXT_FINGER_UTF8, unit_guarded(span_of(rows[i][0])), 100);
		ck_assert_str_eq(text.at, rows[i][1]);
	}
	arena_free(arena);
}
END_TEST

UNIT_MAIN("text", tcase_add_loop_test(
					  tc, peer_bytes_become_harmless, 0, (int)(sizeof cases / sizeof *cases));
		  tcase_add_test(tc, a_text_never_passes_its_ceiling);
		  tcase_add_test(tc, a_text_may_reach_its_ceiling_and_takes_no_octet_more_than_its_own);
		  tcase_add_test(tc, long_formatted_text_arrives_whole);
		  tcase_add_test(tc, hex_has_separators_only_between_bytes);
		  tcase_add_test(tc, utf8_that_can_be_seen_stays_in_lines_of_posttls_finger);)
