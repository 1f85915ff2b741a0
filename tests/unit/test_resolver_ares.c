/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The resolver beside a name server in the same loop. */
#include "resolver_world.h"

#define SOA "'test 0006 0001 0000003c [ 00 00 00000001 00000e10 00000e10 00000e10 0000003c ]"
#define A_RECORD "@12 0001 0001 0000003c [ 01020304 ]"
#define OPT(options) "00 0029 04d0 00008000 [ " options " ]"

#define SIGNED(covered, expires)                                                                   \
	"[ " covered " 0d02 0000003c 000000" expires " 00000001 0001 'test aa ]"

static const struct responder_rule rules[] = {
	{"ok", ALWAYS, "81a0", "0001 0000 0000", A_RECORD, 0},
	{"plain", ALWAYS, "8180", "0001 0000 0000", A_RECORD, 0},
	{"nodata", ALWAYS, "81a0", "0000 0001 0000", SOA, 0},
	{"bare", ALWAYS, "8180", "0000 0000 0000", "", 0},
	{"nx", ALWAYS, "81a3", "0000 0001 0000", SOA, 0},
	{"bogus", WITH_CD, "8190", "0001 0000 0000", A_RECORD, 0},
	{"bogus", ALWAYS, "8182", "0000 0000 0001", OPT("000f 0009 0007 \"expired"), 0},
	{"bogusnx", WITH_CD, "8193", "0000 0001 0000", SOA, 0},
	{"bogusnx", ALWAYS, "8182", "0000 0000 0000", "", 0},
	{"broken", ALWAYS, "8182", "0000 0000 0001", OPT("000f 0006 0016 \"gone"), 0},
	{"halfbroken", WITH_CD, NULL, NULL, NULL, 0},
	{"halfbroken", ALWAYS, "8182", "0000 0000 0001", OPT("000f 0002 0016"), 0},
	{"refused", ALWAYS, "8185", "0000 0000 0000", "", 0},
	{"notimp", ALWAYS, "8184", "0000 0000 0000", "", 0},
	{"notauth", ALWAYS, "8189", "0000 0000 0000", "", 0},
	{"shaky", FIRST_TIME, "8182", "0000 0000 0000", "", 0},
	{"shaky", WITH_CD, "8192", "0000 0000 0000", "", 0},
	{"shaky", ALWAYS, "81a0", "0001 0000 0000", A_RECORD, 0},
	{"old", WITH_EDNS, "8181", "0000 0000 0000", "", 0},
	{"old", ALWAYS, "8180", "0001 0000 0000", A_RECORD, 0},
	{"big", OVER_UDP, "83a0", "0000 0000 0000", "", 0},
	{"big", ALWAYS, "81a0", "003c 0000 0000", NULL, 60},
	{"garbage", ALWAYS, "8180", "0001 0000 0000", "@12 0001 0001 0000003c 0004 01", 0},
	{"alias", ALWAYS, "81a0", "0001 0000 0000", "@12 0005 0001 0000003c [ 'alias2.test ]", 0},
	{"alias2", ALWAYS, "81a0", "0001 0000 0000", "@12 0005 0001 0000003c [ 'ok.test ]", 0},
	{"lame", ALWAYS, "8180", "0001 0000 0000", "@12 0005 0001 0000003c [ 'ok.test ]", 0},
	{"end", ALWAYS, "81a0", "0001 0001 0000", "@12 0005 0001 0000003c [ 'ok.test ] " SOA, 0},
	{"loop", ALWAYS, "81a0", "0001 0000 0000", "@12 0005 0001 0000003c [ 'loop2.test ]", 0},
	{"loop2", ALWAYS, "81a0", "0001 0000 0000", "@12 0005 0001 0000003c [ 'loop.test ]", 0},
	{"tobogus", ALWAYS, "81a0", "0001 0000 0000", "@12 0005 0001 0000003c [ 'bogus.test ]", 0},
	{"medium", ALWAYS, "81a0", "0014 0000 0000", NULL, 20},
	{"cut", ALWAYS, "83a0", "0000 0000 0000", "", 0},
	{"signed", ALWAYS, "81a0", "0002 0000 0000",
		"@12 0005 0001 0000003c [ 'signed2.test ] @12 002e 0001 0000003c " SIGNED("0005", "64"), 0},
	{"signed2", ALWAYS, "81a0", "0002 0000 0000",
		A_RECORD " @12 002e 0001 0000003c " SIGNED("0001", "c8"), 0},
	{.label = NULL},
};

/* One server that follows the rules above. */
static void open_simple(struct world *world, usec life) {
	*world = (struct world){.arena = unit_arena(), .n_responders = 1};
	responder_open(&world->responders[0], rules);
	const char *servers[] = {world->responders[0].address};
	open_world(world, servers, 1, life);
}

static const struct {
	const char *name;
	enum dns_outcome outcome;
	bool secure;
	const char *answer; /* NULL: none */
	const char *err;    /* part of it; NULL: none */
} cases[] = {
	{"ok.test", DNS_FOUND, true, "NOERROR ad; ok.test 60 A 01020304", NULL},
	{"plain.test", DNS_FOUND, false, "NOERROR; plain.test 60 A 01020304", NULL},
	{"nodata.test", DNS_NODATA, true, "NOERROR ad soa", NULL},
	{"bare.test", DNS_NODATA, false, "NOERROR", NULL},
	{"nx.test", DNS_NXDOMAIN, true, "NXDOMAIN ad soa", NULL},
	{"bogus.test", DNS_BOGUS, false, "SERVFAIL; ede 7 expired", "DNSSEC"},
	{"bogusnx.test", DNS_BOGUS, false, "SERVFAIL", "DNSSEC"},
	{"broken.test", DNS_SERVER_FAILED, false, "SERVFAIL; ede 22 gone", "SERVFAIL"},
	{"halfbroken.test", DNS_SERVER_FAILED, false, "SERVFAIL; ede 22 ", "SERVFAIL"},
	{"refused.test", DNS_SERVER_FAILED, false, "REFUSED", "REFUSED"},
	{"notimp.test", DNS_SERVER_FAILED, false, "NOTIMP", "NOTIMP"},
	{"notauth.test", DNS_SERVER_FAILED, false, "NOTAUTH", "NOTAUTH"},
	{"shaky.test", DNS_FOUND, true, "NOERROR ad; shaky.test 60 A 01020304", NULL},
	{"old.test", DNS_FOUND, false, "NOERROR; old.test 60 A 01020304", NULL},
	{"garbage.test", DNS_MALFORMED, false, NULL, "malformed"},
	{"alias.test", DNS_FOUND, true,
		"NOERROR ad; alias alias.test alias2.test; alias alias2.test ok.test; ok.test 60 A "
		"01020304",
		NULL},
	{"lame.test", DNS_FOUND, false, "NOERROR ad; alias lame.test ok.test; ok.test 60 A 01020304",
		NULL},
	{"end.test", DNS_NODATA, true, "NOERROR ad soa; alias end.test ok.test", NULL},
	{"loop.test", DNS_MALFORMED, true, "", "CNAME loop"},
	{"tobogus.test", DNS_BOGUS, false, "SERVFAIL; ede 7 expired", "DNSSEC"},
	{"signed.test", DNS_FOUND, true,
		"NOERROR ad; alias signed.test signed2.test; signed2.test 60 A 01020304; sig CNAME 1 100; "
		"sig A 1 200",
		NULL},
	{"cut.test", DNS_MALFORMED, true, "NOERROR ad tc", "truncated"},
	{"silent.test", DNS_TIMED_OUT, false, NULL, "in time"},
	{"an..empty.label", DNS_INVALID, false, NULL, "can be asked"},
};

START_TEST(a_question_comes_to_its_outcome) {
	struct world world;
	open_simple(&world, cases[_i].outcome == DNS_TIMED_OUT ? 900 * USEC_PER_MSEC : ROOM);
	struct dns_question question = {.name = cases[_i].name, .type = DNS_TYPE_A};
	ask_all(&world, &question, 1);
	ck_assert_msg(question.outcome == cases[_i].outcome, "%s: %s, %s", cases[_i].name,
		dns_outcome_name(question.outcome), question.err.text);
	if (dns_outcome_is_answer(question.outcome)) {
		ck_assert_int_eq(question.secure, cases[_i].secure);
	}
	if (cases[_i].answer == NULL) {
		ck_assert_uint_eq(question.answer.octets, 0);
		ck_assert_int_eq(question.answer.extended_error, -1);
	} else if (cases[_i].answer[0] != '\0') {
		ck_assert_str_eq(dns_answer_text(world.arena, &question.answer), cases[_i].answer);
	}
	ck_assert_int_eq(question.err.kind, cases[_i].err == NULL ? ERR_NONE : ERR_DNS);
	ck_assert_ptr_nonnull(strstr(question.err.text, cases[_i].err == NULL ? "" : cases[_i].err));
	ck_assert_int_eq(question.asked_at, world.start);
	ck_assert_int_ge(question.answered_at, world.start);
	ck_assert_int_lt(question.answered_at - world.start, 5 * USEC_PER_SEC);
	close_world(&world);
}
END_TEST

START_TEST(a_truncated_answer_is_fetched_over_tcp) {
	struct world world;
	open_simple(&world, ROOM);
	struct dns_question question = {.name = "big.test", .type = DNS_TYPE_TLSA};
	ask_all(&world, &question, 1);
	ck_assert_int_eq(question.outcome, DNS_FOUND);
	ck_assert_uint_eq(question.answer.n_records, 60);
	ck_assert_uint_eq(question.answer.records[59].data.at[34], 59);
	ck_assert_uint_eq(world.responders[0].n_tcp, 1);
	close_world(&world);
}
END_TEST

START_TEST(an_answer_of_one_packet_needs_no_tcp) {
	struct world world;
	open_simple(&world, ROOM);
	struct dns_question question = {.name = "medium.test", .type = DNS_TYPE_TLSA};
	ask_all(&world, &question, 1);
	ck_assert_uint_eq(question.answer.n_records, 20);
	ck_assert_uint_gt(question.answer.octets, 900);
	ck_assert_uint_eq(world.responders[0].n_tcp, 0);
	close_world(&world);
}
END_TEST

START_TEST(a_chain_of_aliases_ends_after_ten_queries) {
	struct world world;
	open_simple(&world, ROOM);
	struct dns_question question = {.name = "loop.test", .type = DNS_TYPE_A};
	ask_all(&world, &question, 1);
	ck_assert_uint_eq(question.answer.n_aliases, 10);
	ck_assert_uint_eq(world.responders[0].n_queries, 10);
	close_world(&world);
}
END_TEST

START_TEST(a_hundred_questions_fly_in_bursts) {
	static struct dns_question questions[100];
	static struct dns_question more[100];
	struct world world;
	open_simple(&world, ROOM);
	for (size_t i = 0; i < 100; i++) {
		more[i] = (struct dns_question){.name = "ok.test", .type = DNS_TYPE_A};
		questions[i].name =
			arena_printf(world.arena, "%s.n%zu.test", i % 9 == 0 ? "bogus" : "ok", i);
		questions[i].type = DNS_TYPE_A;
	}
	ask_all(&world, questions, 100);
	for (size_t i = 0; i < 100; i++) {
		ck_assert_int_eq(questions[i].outcome, i % 9 == 0 ? DNS_BOGUS : DNS_FOUND);
	}
	const struct responder *seen = &world.responders[0];
	ck_assert_uint_eq(seen->largest_burst, RESOLVER_BURST);
	ck_assert_uint_eq(seen->n_unusual, 0);
	ck_assert_uint_le(seen->n_same_ids, 1);
	ask_all(&world, more, 100); /* and once more, after the queue was empty */
	for (size_t i = 0; i < 100; i++) {
		ck_assert_int_eq(more[i].outcome, DNS_FOUND);
	}
	close_world(&world);
}
END_TEST

START_TEST(the_deadline_cuts_the_tries_short) {
	enum { SERVERS = 4 };
	struct dns_question questions[60];
	struct world world = {.arena = unit_arena(), .n_responders = SERVERS};
	const char *servers[SERVERS];
	for (size_t i = 0; i < SERVERS; i++) {
		responder_open(&world.responders[i], rules);
		servers[i] = world.responders[i].address;
	}
	/* of each server one try may last 100 ms and the next 200 ms: 1.2 s in all */
	open_world(&world, servers, SERVERS, 150 * USEC_PER_MSEC);
	for (size_t i = 0; i < 60; i++) {
		questions[i] = (struct dns_question){.name = "silent.test", .type = DNS_TYPE_A};
	}
	ask_all(&world, questions, 60);
	for (size_t i = 0; i < 60; i++) {
		ck_assert_int_eq(questions[i].outcome, DNS_TIMED_OUT);
		ck_assert_int_ge(questions[i].answered_at - world.start, 150 * USEC_PER_MSEC);
		ck_assert_int_lt(questions[i].answered_at - world.start, 1100 * USEC_PER_MSEC);
	}
	struct dns_question late = {.name = "ok.test", .type = DNS_TYPE_A};
	world.resolver->ask(world.resolver, &late, world.start + 151 * USEC_PER_MSEC);
	ck_assert_int_eq(late.outcome, DNS_TIMED_OUT);
	close_world(&world);
}
END_TEST

START_TEST(cancelled_questions_are_over) {
	struct dns_question questions[50] = {{.name = NULL}};
	struct world world;
	open_simple(&world, USEC_PER_SEC);
	for (size_t i = 0; i < 50; i++) {
		questions[i] = (struct dns_question){.name = "ok.test", .type = DNS_TYPE_A};
		world.resolver->ask(world.resolver, &questions[i], world.start);
	}
	world.resolver->cancel(world.resolver, world.start + 1);
	for (size_t i = 0; i < 50; i++) {
		ck_assert_int_eq(questions[i].outcome, DNS_TIMED_OUT);
		ck_assert_int_eq(questions[i].answered_at, world.start + 1);
	}
	close_world(&world);
}
END_TEST

START_TEST(freed_with_questions_in_flight) {
	struct dns_question question = {.name = "ok.test", .type = DNS_TYPE_A};
	struct world world;
	open_simple(&world, USEC_PER_SEC);
	world.resolver->ask(world.resolver, &question, world.start);
	close_world(&world);
	ck_assert_int_eq(question.outcome, DNS_PENDING);
}
END_TEST

/* A port where nobody is. */
static void refusing_port(char address[32]) {
	struct responder gone;
	responder_open(&gone, rules);
	memcpy(address, gone.address, 32);
	responder_close(&gone);
}

START_TEST(nobody_there_is_unreachable) {
	char gone[32];
	struct world world = {.arena = unit_arena()};
	refusing_port(gone);
	const char *servers[] = {gone};
	open_world(&world, servers, 1, 2 * USEC_PER_SEC);
	struct dns_question question = {.name = "ok.test", .type = DNS_TYPE_A};
	ask_all(&world, &question, 1);
	ck_assert_int_eq(question.outcome, DNS_UNREACHABLE);
	ck_assert_int_eq(question.err.kind, ERR_DNS);
	ck_assert_ptr_nonnull(strstr(question.err.text, gone));
	close_world(&world);
}
END_TEST

START_TEST(the_next_server_is_asked_after_a_failure) {
	static const struct responder_rule failing[] = {
		{"ok", ALWAYS, "8182", "0000 0000 0000", "", 0},
		{.label = NULL},
	};
	char gone[32];
	struct world world = {.arena = unit_arena(), .n_responders = 2};
	refusing_port(gone);
	responder_open(&world.responders[0], failing);
	responder_open(&world.responders[1], rules);
	const char *servers[] = {gone, world.responders[0].address, world.responders[1].address};
	open_world(&world, servers, 3, 2 * USEC_PER_SEC);
	struct dns_question question = {.name = "ok.test", .type = DNS_TYPE_A};
	ask_all(&world, &question, 1);
	ck_assert_int_eq(question.outcome, DNS_FOUND);
	ck_assert_uint_ge(world.responders[0].n_queries, 1);
	close_world(&world);
}
END_TEST

START_TEST(a_failure_is_looked_into_where_it_happened) {
	static const struct responder_rule refusing[] = {
		{"bogus", ALWAYS, "8185", "0000 0000 0000", "", 0}, {.label = NULL}};
	struct world world = {.arena = unit_arena(), .n_responders = 2};
	responder_open(&world.responders[0], refusing);
	responder_open(&world.responders[1], rules);
	const char *servers[] = {world.responders[0].address, world.responders[1].address};
	open_world(&world, servers, 2, ROOM);
	struct dns_question question = {.name = "bogus.test", .type = DNS_TYPE_A};
	ask_all(&world, &question, 1);
	ck_assert_int_eq(question.outcome, DNS_BOGUS);
	ck_assert_uint_eq(world.responders[0].n_queries, 1);
	ck_assert_uint_eq(world.responders[1].n_queries, 2);
	close_world(&world);
}
END_TEST

#define N_CASES ((int)(sizeof cases / sizeof cases[0]))

UNIT_MAIN("resolver_ares", tcase_add_loop_test(tc, a_question_comes_to_its_outcome, 0, N_CASES);
		  tcase_add_test(tc, a_truncated_answer_is_fetched_over_tcp);
		  tcase_add_test(tc, an_answer_of_one_packet_needs_no_tcp);
		  tcase_add_test(tc, a_chain_of_aliases_ends_after_ten_queries);
		  tcase_add_test(tc, a_hundred_questions_fly_in_bursts);
		  tcase_add_test(tc, a_failure_is_looked_into_where_it_happened);
		  tcase_add_test(tc, the_deadline_cuts_the_tries_short);
		  tcase_add_test(tc, cancelled_questions_are_over);
		  tcase_add_test(tc, freed_with_questions_in_flight);
		  tcase_add_test(tc, nobody_there_is_unreachable);
		  tcase_add_test(tc, the_next_server_is_asked_after_a_failure);)
