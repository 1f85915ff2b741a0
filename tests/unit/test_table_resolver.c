/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The table resolver itself. */
#include "tests/fake/table_resolver.h"

#include "dns_text.h"

static const struct table_row rows[] = {
	{"example.test", DNS_TYPE_MX, "10 mx1.example.test", .secure = true, .delay = 5,
		.expiration = 900},
	{"example.test", DNS_TYPE_MX, "20 alias.example.test", .secure = true},
	{"mx1.example.test", DNS_TYPE_A, "192.0.2.1", .secure = true},
	{"mx1.example.test", DNS_TYPE_AAAA, "2001:db8::1", .secure = false, .ttl = 60},
	{"_25._tcp.mx1.example.test", DNS_TYPE_TLSA, "3 1 1 abcd", .secure = true,
		.delay = TABLE_AT_ONCE},
	{"alias.example.test", DNS_TYPE_CNAME, "mx1.example.test", .secure = true, .delay = 7,
		.expiration = 800},
	{"bogus.test", 0, NULL, .outcome = DNS_BOGUS, .extended = "expired", .extended_error = 7},
	{"_s._tcp.test", DNS_TYPE_SRV, "1 2 25 h.test", .secure = false},
	{"*", 0, NULL, .secure = true},
	{.name = NULL},
};

static const struct {
	const char *name;
	enum dns_type type;
	usec at; /* after asking */
	enum dns_outcome outcome;
	bool secure;
	const char *answer;
} cases[] = {
	{"Example.test", DNS_TYPE_MX, 5, DNS_FOUND, true,
		"NOERROR ad; example.test 3600 MX 10 mx1.example.test; example.test 3600 MX 20 "
		"alias.example.test; sig MX 0 900"},
	{"alias.example.test", DNS_TYPE_A, 7, DNS_FOUND, true,
		"NOERROR ad; alias alias.example.test mx1.example.test; mx1.example.test 3600 A C0000201; "
		"sig CNAME 0 800"},
	{"alias.example.test", DNS_TYPE_AAAA, 7, DNS_FOUND, false,
		"NOERROR; alias alias.example.test mx1.example.test; mx1.example.test 60 AAAA "
		"20010DB8000000000000000000000001; sig CNAME 0 800"},
	{"_25._tcp.mx1.example.test", DNS_TYPE_TLSA, -1, DNS_FOUND, true,
		"NOERROR ad; _25._tcp.mx1.example.test 3600 TLSA 030101ABCD"},
	{"mx1.example.test", DNS_TYPE_MX, 0, DNS_NODATA, true, "NOERROR ad"},
	{"nowhere.test", DNS_TYPE_A, 0, DNS_NXDOMAIN, true, "NXDOMAIN ad"},
	{"bogus.test", DNS_TYPE_A, 0, DNS_BOGUS, false, "SERVFAIL; ede 7 expired"},
	{"_s._tcp.test", DNS_TYPE_SRV, 0, DNS_FOUND, false,
		"NOERROR; _s._tcp.test 3600 SRV 1 2 25 h.test"},
};

START_TEST(a_table_answers_at_its_time) {
	struct arena *arena = unit_arena();
	struct resolver *resolver = table_resolver_new(arena, rows);
	struct dns_question question = {.name = cases[_i].name, .type = cases[_i].type};
	usec wake = USEC_NEVER;
	resolver->ask(resolver, &question, 100);
	if (cases[_i].at >= 0) {
		ck_assert_int_eq(question.outcome, DNS_PENDING);
		(void)source_watch(&resolver->source, NULL, 0, 0, &wake);
		ck_assert_int_eq(wake, 100 + cases[_i].at);
		ck_assert_int_eq(source_step(&resolver->source, NULL, 0, wake - 1), PROGRESS_WAITING);
		ck_assert_int_eq(source_step(&resolver->source, NULL, 0, wake), PROGRESS_MOVED);
	}
	ck_assert_int_eq(source_step(&resolver->source, NULL, 0, 1000), PROGRESS_WAITING);
	ck_assert_int_eq(question.outcome, cases[_i].outcome);
	ck_assert_int_eq(question.secure, cases[_i].secure);
	ck_assert_str_eq(dns_answer_text(arena, &question.answer), cases[_i].answer);
	ck_assert_uint_eq(table_resolver_count(resolver, cases[_i].name, cases[_i].type), 1);
	ck_assert_uint_eq(table_resolver_count(resolver, "never.test", DNS_TYPE_A), 0);
	resolver_free(resolver);
	arena_free(arena);
}
END_TEST

START_TEST(a_cancelled_table_is_a_silent_resolver) {
	struct arena *arena = unit_arena();
	struct resolver *resolver = table_resolver_new(arena, rows);
	struct dns_question question = {.name = "example.test", .type = DNS_TYPE_MX};
	resolver->ask(resolver, &question, 100);
	resolver->cancel(resolver, 101);
	ck_assert_int_eq(question.outcome, DNS_TIMED_OUT);
	ck_assert_int_eq(question.answer.extended_error, -1);
	ck_assert_int_eq(source_step(&resolver->source, NULL, 0, 1000), PROGRESS_WAITING);
	ck_assert_int_eq(question.outcome, DNS_TIMED_OUT);
	arena_free(arena);
}
END_TEST

UNIT_MAIN("table_resolver", tcase_add_loop_test(tc, a_table_answers_at_its_time, 0,
								(int)(sizeof cases / sizeof cases[0]));
		  tcase_add_test(tc, a_cancelled_table_is_a_silent_resolver);)
