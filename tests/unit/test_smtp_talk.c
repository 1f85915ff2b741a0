/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Conversations, reply by reply. */
#include "smtp/smtp_talk.h"

#include "unit.h"

/* A conversation in one line: what the server says ("TLS" = the handshake is done, "JUNK" = the
 * parser gave up), then what the talk must have done in sequence, in letters:
 * R read, E EHLO or LHLO, S STARTTLS, H handshake, Q QUIT, C close. */
static const struct {
	enum mail_protocol protocol;
	enum smtp_tls_mode mode;
	const char *said[8]; /* lines of one reply are separated by LF */
	const char *done;
	enum err_kind err;
	const char *text;
	enum smtp_stage failed_stage;
	int code;
	const char *refusal;
} talks[] = {
	{MAIL_SMTP, SMTP_TLS_STARTTLS,
		{"220 mx", "250-mx\n250 STARTTLS", "220 go", "TLS", "250 mx", "221 bye"}, "RESHEQC",
		ERR_NONE, "", 0, 0, ""},
	{MAIL_LMTP, SMTP_TLS_STARTTLS,
		{"220 mx", "250-mx\n250 STARTTLS", "220 go", "TLS", "250 mx", "221 bye"}, "RESHEQC",
		ERR_NONE, "", 0, 0, ""},
	{MAIL_SMTP, SMTP_TLS_STARTTLS, {"250 odd but fine", "250 STARTTLS", "299 go"}, "RESH", ERR_NONE,
		"", 0, 0, ""},
	{MAIL_SMTP, SMTP_TLS_NEVER, {"220 mx", "250-mx\n250 STARTTLS", "221 bye"}, "REQC", ERR_NONE, "",
		0, 0, ""},
	{MAIL_SMTP, SMTP_TLS_WRAPPER, {"TLS", "220 mx", "250 mx", "221 bye"}, "HREQC", ERR_NONE, "", 0,
		0, ""},
	{MAIL_SMTP, SMTP_TLS_STARTTLS, {"220 mx", "250 mx", "221 bye"}, "REQC", ERR_NONE, "", 0, 0, ""},
	{MAIL_SMTP, SMTP_TLS_STARTTLS, {"220 mx", "250 mx", "500 what"}, "REQC", ERR_NONE, "", 0, 0,
		""},
	{MAIL_SMTP, SMTP_TLS_STARTTLS, {"220 mx", "250 mx", "JUNK"}, "REQC", ERR_NONE, "", 0, 0, ""},
	{MAIL_SMTP, SMTP_TLS_STARTTLS, {"554-go away\n554 really", "221 bye"}, "RQC", ERR_REFUSED,
		"SMTP service not available", SMTP_STAGE_GREETING, 554, "554-go away"},
	{MAIL_LMTP, SMTP_TLS_STARTTLS, {"450 later"}, "RQ", ERR_REFUSED, "SMTP service not available",
		SMTP_STAGE_GREETING, 450, "450 later"},
	{MAIL_SMTP, SMTP_TLS_STARTTLS, {"354 what"}, "RQ", ERR_REFUSED, "SMTP service not available",
		SMTP_STAGE_GREETING, 354, "354 what"},
	{MAIL_SMTP, SMTP_TLS_STARTTLS, {"421 busy"}, "RC", ERR_REFUSED, "SMTP service not available",
		SMTP_STAGE_GREETING, 421, "421 busy"},
	{MAIL_SMTP, SMTP_TLS_STARTTLS, {"JUNK"}, "RC", ERR_PROTO,
		"SMTP service not available: a reply that does not start with a three-digit code",
		SMTP_STAGE_GREETING, 0, "SSH-2.0"},
	{MAIL_SMTP, SMTP_TLS_STARTTLS, {"220-a\nb"}, "RC", ERR_PROTO, "SMTP service not available",
		SMTP_STAGE_GREETING, 0, "b"},
	{MAIL_SMTP, SMTP_TLS_STARTTLS, {"220 mx", "502 no\n"}, "REQ", ERR_REFUSED, "EHLO rejected",
		SMTP_STAGE_EHLO, 502, "502 no"},
	{MAIL_LMTP, SMTP_TLS_STARTTLS, {"220 mx", "502 no", "221 bye"}, "REQC", ERR_REFUSED,
		"LHLO rejected", SMTP_STAGE_EHLO, 502, "502 no"},
	{MAIL_SMTP, SMTP_TLS_STARTTLS, {"220 mx", "421 no"}, "REC", ERR_REFUSED, "EHLO rejected",
		SMTP_STAGE_EHLO, 421, "421 no"},
	{MAIL_SMTP, SMTP_TLS_STARTTLS, {"220 mx", "250 STARTTLS", "454 not now", "221 bye"}, "RESQC",
		ERR_REFUSED, "STARTTLS rejected", SMTP_STAGE_STARTTLS, 454, "454 not now"},
	{MAIL_SMTP, SMTP_TLS_STARTTLS, {"220 mx", "250 STARTTLS", "421 bye"}, "RESC", ERR_REFUSED,
		"STARTTLS rejected", SMTP_STAGE_STARTTLS, 421, "421 bye"},
	{MAIL_SMTP, SMTP_TLS_STARTTLS, {"220 mx", "250 STARTTLS", "JUNK"}, "RESC", ERR_PROTO,
		"STARTTLS rejected: a reply that does not start with a three-digit code",
		SMTP_STAGE_STARTTLS, 0, "SSH-2.0"},
	{MAIL_SMTP, SMTP_TLS_STARTTLS, {"220 mx", "250 STARTTLS", "220 go", "TLS", "550 no", "221 bye"},
		"RESHEQC", ERR_REFUSED, "EHLO rejected", SMTP_STAGE_TLS_EHLO, 550, "550 no"},
	{MAIL_SMTP, SMTP_TLS_STARTTLS, {"220 mx", "250 STARTTLS", "220 go", "TLS", "421 no"}, "RESHEC",
		ERR_REFUSED, "EHLO rejected", SMTP_STAGE_TLS_EHLO, 421, "421 no"},
	{MAIL_SMTP, SMTP_TLS_WRAPPER, {"TLS", "554 no", "JUNK"}, "HRQC", ERR_REFUSED,
		"SMTP service not available", SMTP_STAGE_TLS_GREETING, 554, "554 no"},
	{MAIL_SMTP, SMTP_TLS_WRAPPER, {"TLS", "220 mx", "550 no"}, "HREQ", ERR_REFUSED, "EHLO rejected",
		SMTP_STAGE_TLS_EHLO, 550, "550 no"},
};

static struct smtp_reply_parser parsed(struct arena *arena, const char *said) {
	struct smtp_reply_parser parser = {.arena = arena};
	size_t used = 0;
	const char *bytes = strcmp(said, "JUNK") == 0 ? "SSH-2.0" : said;
	(void)smtp_reply_feed(&parser, span_of(bytes), &used);
	(void)smtp_reply_feed(&parser, span_of("\r\n"), &used);
	return parser;
}

static enum smtp_action hear(struct smtp_talk *talk, struct arena *arena, const char *said) {
	if (strcmp(said, "TLS") == 0) {
		return smtp_talk_secured(talk);
	}
	struct smtp_reply_parser parser = parsed(arena, said);
	return parser.progress == SMTP_NEVER ? smtp_talk_garbage(talk, &parser)
										 : smtp_talk_reply(talk, &parser.reply);
}

/* The letter of an action; checks the command that goes with it. */
static char letter(const struct smtp_talk *talk, enum smtp_action action) {
	const char *hello = talk->spec.protocol == MAIL_LMTP ? "LHLO me.test\r\n" : "EHLO me.test\r\n";
	switch (action) {
	case SMTP_ACT_READ:
		ck_assert_str_eq(talk->command, "");
		return 'R';
	case SMTP_ACT_SEND:
		if (strcmp(talk->command, "STARTTLS\r\n") == 0) {
			return 'S';
		}
		ck_assert_str_eq(talk->command, hello);
		return 'E';
	case SMTP_ACT_HANDSHAKE:
		ck_assert_str_eq(talk->command, "");
		return 'H';
	case SMTP_ACT_QUIT:
		ck_assert_str_eq(talk->command, "QUIT\r\n");
		return 'Q';
	case SMTP_ACT_CLOSE:
		ck_assert_int_eq(talk->stage, SMTP_STAGE_END);
		return 'C';
	}
	return '?';
}

START_TEST(a_conversation_takes_its_course) {
	struct arena *arena = unit_arena();
	struct smtp_talk_spec spec = {
		talks[_i].protocol, talks[_i].mode, "me.test", &habits_monitor, SMTP_ERRAND_ALL};
	struct smtp_talk talk;
	enum smtp_action first = smtp_talk_start(&talk, &spec);
	char done[16] = {letter(&talk, first)};
	for (size_t i = 0; i < 8 && talks[_i].said[i] != NULL; i++) {
		done[i + 1] = letter(&talk, hear(&talk, arena, talks[_i].said[i]));
	}
	ck_assert_str_eq(done, talks[_i].done);
	ck_assert_int_eq(talk.err.kind, talks[_i].err);
	ck_assert_str_eq(talk.err.text, talks[_i].text);
	ck_assert_int_eq(talk.failed_stage, talks[_i].failed_stage);
	ck_assert_int_eq(talk.refusal_code, talks[_i].code);
	ck_assert(span_equal(talk.refusal, span_of(talks[_i].refusal)));
	arena_free(arena);
}
END_TEST

/* The same with posttls-finger's manners. "GONE" is a connection lost while a reply was awaited. */
static const struct {
	enum smtp_tls_mode mode;
	enum smtp_errand errand;
	const char *said[8];
	const char *done;
	enum err_kind err;
	const char *text;
	int code;
} postfix_talks[] = {
	{SMTP_TLS_STARTTLS, SMTP_ERRAND_ALL,
		{"220 mx", "250-mx\n250 STARTTLS", "220 go", "TLS", "250 mx", "221 bye"}, "RESHEQC",
		ERR_NONE, "", 0},
	{SMTP_TLS_STARTTLS, SMTP_ERRAND_ALL, {"554 no"}, "RC", ERR_REFUSED,
		"SMTP service not available", 554},
	{SMTP_TLS_STARTTLS, SMTP_ERRAND_ALL, {"JUNK"}, "RC", ERR_PROTO, "SMTP service not available",
		0},
	{SMTP_TLS_STARTTLS, SMTP_ERRAND_ALL, {"220 mx", "502 no"}, "REC", ERR_REFUSED, "EHLO rejected",
		502},
	{SMTP_TLS_STARTTLS, SMTP_ERRAND_ALL, {"220 mx", "250 STARTTLS", "454 later"}, "RESC",
		ERR_REFUSED, "STARTTLS rejected", 454},
	{SMTP_TLS_STARTTLS, SMTP_ERRAND_ALL, {"220 mx", "250 STARTTLS", "JUNK"}, "RESC", ERR_PROTO,
		"STARTTLS rejected", 0},
	{SMTP_TLS_STARTTLS, SMTP_ERRAND_ALL, {"220 mx", "250 mx", "JUNK"}, "REQC", ERR_NONE, "", 0},
	{SMTP_TLS_STARTTLS, SMTP_ERRAND_ALL, {"220 mx", "250 mx", "GONE"}, "REQC", ERR_NONE, "", 0},
	{SMTP_TLS_STARTTLS, SMTP_ERRAND_ALL, {"220 mx", "GONE"}, "REC", ERR_NONE, "", 0},
	{SMTP_TLS_STARTTLS, SMTP_ERRAND_ALL,
		{"220 mx", "250 STARTTLS", "220 go", "TLS", "421 no", "221 bye"}, "RESHEQC", ERR_REFUSED,
		"EHLO rejected", 421},
	{SMTP_TLS_STARTTLS, SMTP_ERRAND_ALL,
		{"220 mx", "250 STARTTLS", "220 go", "TLS", "JUNK", "221 bye"}, "RESHEQC", ERR_PROTO,
		"EHLO rejected", 0},
	{SMTP_TLS_STARTTLS, SMTP_ERRAND_ALL,
		{"220 mx", "250 STARTTLS", "220 go", "TLS", "GONE", "GONE"}, "RESHEQC", ERR_NONE, "", 0},
	{SMTP_TLS_WRAPPER, SMTP_ERRAND_ALL, {"TLS", "554 no"}, "HRC", ERR_REFUSED,
		"SMTP service not available", 554},
	{SMTP_TLS_WRAPPER, SMTP_ERRAND_ALL, {"TLS", "220 mx", "550 no", "221 bye"}, "HREQC",
		ERR_REFUSED, "EHLO rejected", 550},
	{SMTP_TLS_STARTTLS, SMTP_ERRAND_SESSION, {"220 mx", "250 STARTTLS", "220 go", "TLS", "221 bye"},
		"RESHQC", ERR_NONE, "", 0},
	{SMTP_TLS_STARTTLS, SMTP_ERRAND_SESSION, {"220 mx", "250 mx", "221 bye"}, "REQC", ERR_NONE, "",
		0},
	{SMTP_TLS_WRAPPER, SMTP_ERRAND_SESSION, {"TLS", "220 mx", "221 bye"}, "HRQC", ERR_NONE, "", 0},
	{SMTP_TLS_UNABLE, SMTP_ERRAND_ALL, {"220 mx"}, "QC", ERR_NONE, "", 0},
};

START_TEST(posttls_finger_takes_refusals_its_own_way) {
	struct arena *arena = unit_arena();
	struct smtp_talk_spec spec = {
		MAIL_SMTP, postfix_talks[_i].mode, "me.test", &habits_postfix, postfix_talks[_i].errand};
	struct smtp_talk talk;
	enum smtp_action first = smtp_talk_start(&talk, &spec);
	char done[16] = {letter(&talk, first)};
	for (size_t i = 0; i < 8 && postfix_talks[_i].said[i] != NULL; i++) {
		bool gone = strcmp(postfix_talks[_i].said[i], "GONE") == 0;
		done[i + 1] = letter(
			&talk, gone ? smtp_talk_lost(&talk) : hear(&talk, arena, postfix_talks[_i].said[i]));
	}
	ck_assert_str_eq(done, postfix_talks[_i].done);
	ck_assert_int_eq(talk.err.kind, postfix_talks[_i].err);
	ck_assert_str_eq(talk.err.text, postfix_talks[_i].text);
	ck_assert_int_eq(talk.refusal_code, postfix_talks[_i].code);
	arena_free(arena);
}
END_TEST

START_TEST(with_polite_manners_what_is_lost_ends_all) {
	struct smtp_talk_spec spec = {
		.helo = "me.test", .mode = SMTP_TLS_STARTTLS, .habits = &habits_monitor};
	struct smtp_talk talk;
	smtp_talk_start(&talk, &spec);
	talk.stage = SMTP_STAGE_TLS_EHLO;
	ck_assert_int_eq(smtp_talk_lost(&talk), SMTP_ACT_CLOSE);
}
END_TEST

START_TEST(what_was_seen_is_kept_as_facts) {
	struct arena *arena = unit_arena();
	struct smtp_talk_spec spec = {
		.helo = "me.test", .mode = SMTP_TLS_STARTTLS, .habits = &habits_monitor};
	struct smtp_talk talk;
	smtp_talk_start(&talk, &spec);
	static const char *const said[] = {"220 mx", "250-mx\n250-REQUIRETLS\n250 starttls", "220 go",
		"TLS", "250-mx\n250 STARTTLS", "221 bye"};
	for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
		hear(&talk, arena, said[i]);
	}
	ck_assert_int_eq(talk.facts.greeting.code, 220);
	ck_assert_uint_eq(talk.facts.ehlo.n_lines, 3);
	ck_assert_int_eq(talk.facts.starttls.code, 220);
	ck_assert_uint_eq(talk.facts.tls_ehlo.n_lines, 2);
	ck_assert_int_eq(talk.facts.quit.code, 221);
	ck_assert(talk.facts.starttls_offered);
	ck_assert(talk.facts.starttls_offered_in_tls);
	ck_assert(talk.facts.requiretls_in_clear);
	arena_free(arena);
}
END_TEST

START_TEST(bytes_of_the_peer_never_enter_an_error_text) {
	struct arena *arena = unit_arena();
	for (size_t i = 0; i < 2; i++) {
		struct smtp_talk_spec spec = {
			.helo = "me.test", .mode = SMTP_TLS_STARTTLS, .habits = &habits_monitor};
		struct smtp_talk talk;
		smtp_talk_start(&talk, &spec);
		hear(&talk, arena, i == 0 ? "554 evil|x=1 [OK] %n" : "evil|x=1 [OK] %n");
		ck_assert_int_ne(talk.err.kind, ERR_NONE);
		ck_assert_ptr_null(strstr(talk.err.text, "evil"));
		ck_assert_uint_gt(talk.refusal.len, 0);
	}
	arena_free(arena);
}
END_TEST

START_TEST(the_longest_helo_name_keeps_its_line_end) {
	char name[DESTINATION_NAME_MAX] = "";
	memset(name, 'a', sizeof name - 1);
	struct arena *arena = unit_arena();
	struct smtp_talk_spec spec = {
		.helo = name, .mode = SMTP_TLS_STARTTLS, .habits = &habits_monitor};
	struct smtp_talk talk;
	smtp_talk_start(&talk, &spec);
	ck_assert_int_eq(hear(&talk, arena, "220 mx"), SMTP_ACT_SEND);
	ck_assert_str_eq(talk.command + strlen(talk.command) - 3, "a\r\n");
	ck_assert_uint_eq(strlen(talk.command), 5 + strlen(name) + 2);
	arena_free(arena);
}
END_TEST

START_TEST(every_stage_has_a_name) {
	for (int stage = SMTP_STAGE_GREETING; stage <= SMTP_STAGE_END; stage++) {
		ck_assert_str_ne(smtp_stage_name((enum smtp_stage)stage, MAIL_SMTP), "unknown");
	}
	ck_assert_str_eq(smtp_stage_name(SMTP_STAGE_TLS_EHLO, MAIL_LMTP), "LHLO");
	ck_assert_str_eq(smtp_stage_name(SMTP_STAGE_EHLO, MAIL_SMTP), "EHLO");
}
END_TEST

UNIT_MAIN("smtp_talk", tcase_add_loop_test(tc, a_conversation_takes_its_course, 0,
						   (int)(sizeof talks / sizeof *talks));
		  tcase_add_loop_test(tc, posttls_finger_takes_refusals_its_own_way, 0,
			  (int)(sizeof postfix_talks / sizeof *postfix_talks));
		  tcase_add_test(tc, with_polite_manners_what_is_lost_ends_all);
		  tcase_add_test(tc, what_was_seen_is_kept_as_facts);
		  tcase_add_test(tc, bytes_of_the_peer_never_enter_an_error_text);
		  tcase_add_test(tc, the_longest_helo_name_keeps_its_line_end);
		  tcase_add_test(tc, every_stage_has_a_name);)
