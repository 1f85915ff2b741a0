/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* -L lists of posttls-finger, and what later passes show. */
#include "render/finger_words.h"
#include "render/render_finger.h"
#include "unit.h"

#define ROUTINE ((unsigned)FINGER_SUMMARY)
#define DEBUG                                                                                      \
	((unsigned)(FINGER_SUMMARY | FINGER_VERBOSE | FINGER_CACHE | FINGER_SSL_DEBUG | FINGER_SNI))
#define EXPERT (DEBUG | (unsigned)FINGER_HANDSHAKE_DUMP)
#define DEVELOPER (EXPERT | (unsigned)FINGER_SESSION_DUMP)

static const struct {
	const char *list;
	unsigned show;
	const char *unknown; /* NULL: all words are known */
} rows[] = {
	{"", 0, NULL},
	{" , ", 0, NULL},
	{"0", 0, NULL},
	{"none", 0, NULL},
	{"none,summary", ROUTINE, NULL},
	{"1", ROUTINE, NULL},
	{"ROUTINE", ROUTINE, NULL},
	{"summary", ROUTINE, NULL},
	{FINGER_WORDS_DEFAULT, ROUTINE | FINGER_CERTMATCH, NULL},
	{"peercert", FINGER_CERTMATCH, NULL},
	{"certmatch", FINGER_CERTMATCH, NULL},
	{"verbose", FINGER_VERBOSE, NULL},
	{"untrusted", FINGER_UNTRUSTED, NULL},
	{"cache", FINGER_CACHE, NULL},
	{"dane", FINGER_DANE, NULL},
	{"2", DEBUG, NULL},
	{"debug", DEBUG, NULL},
	{"Debug", DEBUG, NULL},
	{"3", EXPERT, NULL},
	{"ssl-expert", EXPERT, NULL},
	{"4", DEVELOPER, NULL},
	{"9", DEVELOPER, NULL},
	{"ssl-developer", DEVELOPER, NULL},
	{"ssl-debug", FINGER_SSL_DEBUG | FINGER_SNI, NULL},
	{"ssl-handshake-packet-dump", FINGER_HANDSHAKE_DUMP, NULL},
	{"ssl-session-packet-dump", FINGER_HANDSHAKE_DUMP | FINGER_SESSION_DUMP, NULL},
	{"trace", FINGER_MESSAGES, NULL},
	{"routine, cache\tdane", ROUTINE | FINGER_CACHE | FINGER_DANE, NULL},
	{"foo", 0, "foo"},
	{"routine,foo,bar", 0, "foo"},
	{"routine certmatchx", 0, "certmatchx"},
	{"10", 0, "10"},
	{"r", 0, "r"},
};

START_TEST(a_list_of_words_is_this_set) {
	unsigned show = 12345;
	struct span unknown = {NULL, 0};
	bool known = finger_words_parse(&show, rows[_i].list, &unknown);
	ck_assert_msg(show == rows[_i].show, "%s: %x", rows[_i].list, show);
	ck_assert_msg(known == (rows[_i].unknown == NULL), "%s", rows[_i].list);
	ck_assert(span_equal(unknown, span_of(rows[_i].unknown)));
}
END_TEST

START_TEST(a_later_pass_shows_reuse_and_no_certificates) {
	static const struct {
		unsigned show;
		unsigned later;
	} passes[] = {
		{0, FINGER_CACHE | FINGER_SUMMARY},
		{FINGER_CHAT | FINGER_SUMMARY | FINGER_CERTMATCH,
			FINGER_CHAT | FINGER_SUMMARY | FINGER_CACHE},
		{FINGER_VERBOSE | FINGER_UNTRUSTED | FINGER_DANE,
			FINGER_DANE | FINGER_SUMMARY | FINGER_CACHE},
		{FINGER_SSL_DEBUG, FINGER_SSL_DEBUG | FINGER_SUMMARY | FINGER_CACHE},
	};
	for (size_t i = 0; i < sizeof passes / sizeof *passes; i++) {
		ck_assert_uint_eq(finger_show_in_pass(passes[i].show, 1), passes[i].show);
		ck_assert_uint_eq(finger_show_in_pass(passes[i].show, 2), passes[i].later);
		ck_assert_uint_eq(finger_show_in_pass(passes[i].show, 3), passes[i].later);
	}
}
END_TEST

START_TEST(only_what_is_shown_is_asked_for) {
	ck_assert_uint_eq(finger_trace_wants(0), 0);
	ck_assert_uint_eq(finger_trace_wants(DEBUG), 0);
	ck_assert_uint_eq(finger_trace_wants(FINGER_HANDSHAKE_DUMP), TRACE_WANTS_HANDSHAKE_DUMP);
	ck_assert_uint_eq(
		finger_trace_wants(DEVELOPER), TRACE_WANTS_HANDSHAKE_DUMP | TRACE_WANTS_SESSION_DUMP);
	ck_assert_uint_eq(finger_trace_wants(FINGER_MESSAGES), TRACE_WANTS_MESSAGES);
}
END_TEST

UNIT_MAIN("finger_words", tcase_add_loop_test(tc, a_list_of_words_is_this_set, 0,
							  (int)(sizeof rows / sizeof *rows));
		  tcase_add_test(tc, a_later_pass_shows_reuse_and_no_certificates);
		  tcase_add_test(tc, only_what_is_shown_is_asked_for);)
