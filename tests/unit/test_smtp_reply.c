/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* SMTP replies, in pieces of any size. */
#include "smtp/smtp_reply.h"

#include "unit.h"

/* Every reply is fed whole and byte by byte; both must end the same. */
static const struct {
	const char *in;
	enum smtp_progress progress;
	int code;
	size_t n_lines;
	size_t left; /* octets behind the reply that must not be consumed */
	const char *last;
} cases[] = {
	{"220 mx ESMTP\r\n", SMTP_COMPLETE, 220, 1, 0, "220 mx ESMTP"},
	{"220 mx ESMTP\n", SMTP_COMPLETE, 220, 1, 0, "220 mx ESMTP"},
	{"220 mx\r\r\r\n", SMTP_COMPLETE, 220, 1, 0, "220 mx"},
	{"220\r\n", SMTP_COMPLETE, 220, 1, 0, "220"},
	{"220x\r\n", SMTP_COMPLETE, 220, 1, 0, "220x"},
	{"220 go\r\nMAIL FROM", SMTP_COMPLETE, 220, 1, 9, "220 go"},
	{"250-mx\r\n250-SIZE\r\n250 STARTTLS\r\n", SMTP_COMPLETE, 250, 3, 0, "250 STARTTLS"},
	{"250-mx\r\n250\r\n250", SMTP_COMPLETE, 250, 2, 3, "250"},
	{"250-mx\r\n550 no\r\n", SMTP_COMPLETE, 550, 2, 0, "550 no"},
	{"250-mx\r\nwhat\r\n", SMTP_COMPLETE, 0, 2, 0, "what"},
	{"250-\r\n250 \r\n", SMTP_COMPLETE, 250, 2, 0, "250 "},
	{"250-a", SMTP_NOT_YET, 0, 0, 0, NULL},
	{"250-a\r\n", SMTP_NOT_YET, 250, 1, 0, "250-a"},
	{"", SMTP_NOT_YET, 0, 0, 0, NULL},
	{"22 x\r\n", SMTP_NEVER, 0, 1, 0, "22 x"},
	{"2200 x\r\n", SMTP_NEVER, 0, 1, 0, "2200 x"},
	{" 220 x\r\n", SMTP_NEVER, 0, 1, 0, " 220 x"},
	{"\r\n220 x\r\n", SMTP_NEVER, 0, 1, 7, ""},
	{"SSH-2.0-OpenSSH\r\nmore", SMTP_NEVER, 0, 1, 4, "SSH-2.0-OpenSSH"},
};

static void check_case(
	const struct smtp_reply_parser *parser, enum smtp_progress progress, size_t used, int i) {
	ck_assert_int_eq(progress, cases[i].progress);
	ck_assert_int_eq(parser->reply.code, cases[i].code);
	ck_assert_uint_eq(parser->reply.n_lines, cases[i].n_lines);
	ck_assert_uint_eq(strlen(cases[i].in) - used, cases[i].left);
	if (cases[i].last != NULL) {
		struct span last = parser->reply.lines[parser->reply.n_lines - 1];
		ck_assert(span_equal(last, span_of(cases[i].last)));
	}
	ck_assert_int_eq(parser->problem != NULL, progress == SMTP_NEVER);
}

START_TEST(a_reply_is_read_whole_or_in_pieces_alike) {
	struct arena *arena = unit_arena();
	struct span in = unit_guarded(span_of(cases[_i].in));
	for (size_t piece = 1; piece <= in.len + 1; piece++) {
		struct smtp_reply_parser parser = {0};
		smtp_reply_restart(&parser, arena);
		enum smtp_progress progress = SMTP_NOT_YET;
		size_t used = 0;
		while (used < in.len && progress == SMTP_NOT_YET) {
			size_t n = in.len - used < piece ? in.len - used : piece;
			size_t n_used = 0;
			progress = smtp_reply_feed(&parser, (struct span){in.at + used, n}, &n_used);
			ck_assert_uint_le(n_used, n);
			used += n_used;
		}
		check_case(&parser, progress, used, _i);
	}
	arena_free(arena);
}
END_TEST

START_TEST(every_prefix_is_no_more_than_not_yet) {
	struct arena *arena = unit_arena();
	size_t end = strlen(cases[_i].in) - cases[_i].left;
	for (size_t n = 0; n < end; n++) {
		struct smtp_reply_parser parser = {.arena = arena};
		size_t used = 0;
		struct span in = unit_guarded((struct span){(const uint8_t *)cases[_i].in, n});
		ck_assert_int_eq(smtp_reply_feed(&parser, in, &used), SMTP_NOT_YET);
		ck_assert_uint_eq(used, n);
	}
	arena_free(arena);
}
END_TEST

START_TEST(replies_follow_each_other_after_a_restart) {
	struct arena *arena = unit_arena();
	struct smtp_reply_parser parser = {.arena = arena};
	struct span in = span_of("220 one\r\n250-two\r\n250 three\r\n");
	size_t used = 0;
	ck_assert_int_eq(smtp_reply_feed(&parser, in, &used), SMTP_COMPLETE);
	struct smtp_reply first = parser.reply;
	struct span rest = {in.at + used, in.len - used};
	ck_assert_int_eq(smtp_reply_feed(&parser, rest, &used), SMTP_COMPLETE);
	ck_assert_uint_eq(used, 0);
	smtp_reply_restart(&parser, arena);
	ck_assert_int_eq(smtp_reply_feed(&parser, rest, &used), SMTP_COMPLETE);
	ck_assert_uint_eq(used, rest.len);
	ck_assert_uint_eq(parser.reply.n_lines, 2);
	ck_assert(span_equal(first.lines[0], span_of("220 one")));
	arena_free(arena);
}
END_TEST

static struct span repeated(struct arena *arena, const char *unit, size_t times) {
	size_t len = strlen(unit);
	uint8_t *at = arena_alloc(arena, len * times);
	for (size_t i = 0; i < times; i++) {
		memcpy(at + i * len, unit, len);
	}
	return (struct span){at, len * times};
}

START_TEST(a_long_line_is_cut_and_the_reply_goes_on) {
	struct arena *arena = unit_arena();
	struct smtp_reply_parser parser = {.arena = arena};
	size_t used = 0;
	ck_assert_int_eq(smtp_reply_feed(&parser, span_of("250-"), &used), SMTP_NOT_YET);
	struct span filler = repeated(arena, "\r", 5000);
	ck_assert_int_eq(smtp_reply_feed(&parser, filler, &used), SMTP_NOT_YET);
	ck_assert_int_eq(smtp_reply_feed(&parser, span_of("\r\n250 ok\r\n"), &used), SMTP_COMPLETE);
	ck_assert_uint_eq(parser.reply.lines[0].len, SMTP_LINE_MAX);
	ck_assert(span_equal(parser.reply.lines[1], span_of("250 ok")));
	arena_free(arena);
}
END_TEST

START_TEST(an_endless_reply_ends) {
	static const struct {
		const char *unit;
		size_t times;
		enum smtp_progress progress;
		size_t n_lines;
	} floods[] = {
		{"250-a\r\n", SMTP_REPLY_LINES_MAX, SMTP_NOT_YET, SMTP_REPLY_LINES_MAX},
		{"250-a\r\n", SMTP_REPLY_LINES_MAX + 1, SMTP_NEVER, SMTP_REPLY_LINES_MAX},
		{"2", SMTP_REPLY_OCTETS_MAX - 1, SMTP_NOT_YET, 0},
		{"2", SMTP_REPLY_OCTETS_MAX, SMTP_NEVER, 0},
		{"2", SMTP_REPLY_OCTETS_MAX * 3, SMTP_NEVER, 0},
	};
	struct arena *arena = unit_arena();
	for (size_t i = 0; i < sizeof floods / sizeof *floods; i++) {
		struct smtp_reply_parser parser = {.arena = arena};
		struct span in = repeated(arena, floods[i].unit, floods[i].times);
		size_t used = 0;
		ck_assert_int_eq(smtp_reply_feed(&parser, in, &used), floods[i].progress);
		ck_assert_uint_eq(parser.reply.n_lines, floods[i].n_lines);
		ck_assert_uint_le(used, SMTP_REPLY_OCTETS_MAX);
	}
	arena_free(arena);
}
END_TEST

static const struct {
	const char *line;
	bool offered;
} offers[] = {
	{"250 STARTTLS", true},
	{"250-starttls", true},
	{"250-STARTTLS=foo", true},
	{"250 StartTLS required", true},
	{"250 STARTTLS\tx", true},
	{"250-  STARTTLS", true},
	{"250 XSTARTTLS", false},
	{"250 STARTTLSX", false},
	{"250 STARTTL", false},
	{"250 SIZE STARTTLS", false},
	{"250", false},
	{"250-", false},
};

START_TEST(an_offer_is_the_first_word_of_a_line) {
	struct span line = unit_guarded(span_of(offers[_i].line));
	struct smtp_reply reply = {.code = 250, .lines = &line, .n_lines = 1};
	ck_assert_int_eq(smtp_reply_offers(&reply, "STARTTLS"), offers[_i].offered);
}
END_TEST

START_TEST(text_stands_behind_code_separator_and_blanks) {
	static const struct {
		const char *line, *text, *word;
	} lines[] = {
		{"250-mx.example.org Hello you", "mx.example.org Hello you", "mx.example.org"},
		{"250 \t mx", "mx", "mx"},
		{"250mx", "mx", "mx"},
		{"250--x", "-x", "-x"},
		{"250", "", ""},
		{"", "", ""},
		{" not a reply", "not a reply", "not"},
	};
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		struct span line = unit_guarded(span_of(lines[i].line));
		struct smtp_reply reply = {.code = 250, .lines = &line, .n_lines = 1};
		ck_assert(span_equal(smtp_reply_text(line), span_of(lines[i].text)));
		ck_assert(span_equal(smtp_reply_first_word(&reply), span_of(lines[i].word)));
	}
	struct smtp_reply none = {0};
	ck_assert_uint_eq(smtp_reply_first_word(&none).len, 0);
	ck_assert_uint_eq(smtp_reply_decisive_line(&none).len, 0);
	ck_assert(!smtp_reply_offers(&none, "STARTTLS"));
}
END_TEST

START_TEST(a_message_quotes_the_first_line_with_the_reply_code) {
	struct span lines[] = {span_of("250-hello"), span_of("550-why"), span_of("550 where to ask")};
	struct smtp_reply reply = {.code = 550, .lines = lines, .n_lines = 3};
	ck_assert(span_equal(smtp_reply_decisive_line(&reply), lines[1]));
}
END_TEST

START_TEST(posttls_finger_quotes_all_lines_behind_the_code) {
	/* As its own output shows; '/' stands for the end of a line. */
	static const struct {
		const char *in, *quoted;
	} replies[] = {
		{"502-no\r\n502 EHLO\r\n", "502 no/EHLO"},
		{"554-a b\r\n554-  c\r\n554 d\r\n", "554 a b/c/d"},
		{"554\r\n", "554 "},
		{"554\tx\r\n", "554 x"},
		{"554:x\r\n", "554 :x"},
		{"2200 x\r\n", "0 x"},
		{"22 x\r\n", "0 x"},
		{" 220 x\r\n", "0 220 x"},
		{"220-a\r\nxyz\r\n", "0 a/xyz"},
		{"\r\n", "0 "},
		{"554 12345678901234\r\n", "554 12345678"},
		{"554-12345678\r\n554 x\r\n", "554 12345678"},
		{"554-1234567\r\n554-x\r\n554 y\r\n", "554 1234567/x"},
	};
	struct arena *arena = unit_arena();
	for (size_t i = 0; i < sizeof replies / sizeof *replies; i++) {
		struct smtp_reply_parser parser = {.arena = arena, .line_max = 12};
		size_t used = 0;
		(void)smtp_reply_feed(&parser, span_of(replies[i].in), &used);
		struct span joined = smtp_reply_joined(arena, &parser.reply, 8);
		char *text = arena_copy_text(arena, (const char *)joined.at, joined.len);
		for (char *end = strchr(text, '\n'); end != NULL; end = strchr(text, '\n')) {
			*end = '/';
		}
		ck_assert_str_eq(text, replies[i].quoted);
	}
	arena_free(arena);
}
END_TEST

START_TEST(the_length_of_a_line_is_the_callers_choice) {
	struct arena *arena = unit_arena();
	struct smtp_reply_parser parser = {.line_max = 5};
	for (int round = 0; round < 2; round++) {
		size_t used = 0;
		smtp_reply_restart(&parser, arena);
		ck_assert_int_eq(
			smtp_reply_feed(&parser, span_of("250 abcdefgh\r\n"), &used), SMTP_COMPLETE);
		ck_assert(span_equal(parser.reply.lines[0], span_of("250 a")));
	}
	arena_free(arena);
}
END_TEST

/* 250 lines of 400 octets, as long as a reply may be. */
START_TEST(what_is_kept_of_a_long_reply_is_its_first_lines) {
	struct arena *arena = unit_arena();
	struct smtp_reply_parser parser = {.arena = arena};
	char line[403];
	size_t used = 0;
	for (int i = 0; i < 250; i++) {
		(void)snprintf(line, sizeof line, "250%c%0396d\r\n", i < 249 ? '-' : ' ', i);
		(void)smtp_reply_feed(&parser, span_of(line), &used);
	}
	ck_assert_int_eq(parser.progress, SMTP_COMPLETE);
	struct smtp_reply reply = parser.reply;
	size_t before = arena_used(arena);
	smtp_reply_shorten(arena, &reply);
	ck_assert_uint_lt(arena_used(arena), before - 80000);
	ck_assert_uint_eq(reply.n_lines, SMTP_REPLY_KEPT_MAX / 400);
	ck_assert_uint_eq(reply.n_lines + reply.n_left_out, 250);
	for (size_t i = 0; i < reply.n_lines; i++) {
		(void)snprintf(line, sizeof line, "250-%0396zu", i);
		ck_assert(span_equal(reply.lines[i], span_of(line)));
	}
	struct smtp_reply again = reply;
	smtp_reply_shorten(arena, &again);
	ck_assert_ptr_eq(again.lines[0].at, reply.lines[0].at);
	arena_free(arena);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof *(table)))

UNIT_MAIN("smtp_reply",
		  tcase_add_loop_test(tc, a_reply_is_read_whole_or_in_pieces_alike, 0, COUNT(cases));
		  tcase_add_loop_test(tc, every_prefix_is_no_more_than_not_yet, 0, COUNT(cases));
		  tcase_add_test(tc, replies_follow_each_other_after_a_restart);
		  tcase_add_test(tc, a_long_line_is_cut_and_the_reply_goes_on);
		  tcase_add_test(tc, an_endless_reply_ends);
		  tcase_add_loop_test(tc, an_offer_is_the_first_word_of_a_line, 0, COUNT(offers));
		  tcase_add_test(tc, text_stands_behind_code_separator_and_blanks);
		  tcase_add_test(tc, a_message_quotes_the_first_line_with_the_reply_code);
		  tcase_add_test(tc, posttls_finger_quotes_all_lines_behind_the_code);
		  tcase_add_test(tc, what_is_kept_of_a_long_reply_is_its_first_lines);
		  tcase_add_test(tc, the_length_of_a_line_is_the_callers_choice);)
