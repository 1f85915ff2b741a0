/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A name server asked directly, beside that name server in the same loop. */
#include "dns/authority.h"

#include <arpa/inet.h>

#include "dns_responder.h"

#define RECORD "@12 0034 0001 0000003c [ 030101ab ]"

static const struct responder_rule rules[] = {
	{"ok", ALWAYS, "8400", "0001 0000 0000", RECORD, 0},
	{"nothing", ALWAYS, "8400", "0000 0000 0000", "", 0},
	{"notimp", ALWAYS, "8004", "0000 0000 0000", "", 0},
	{"referral", ALWAYS, "8000", "0000 0000 0000", "", 0},
	{"big", OVER_UDP, "8600", "0000 0000 0000", "", 0},
	{"big", ALWAYS, "8400", "003c 0000 0000", NULL, 60},
	{"garbage", ALWAYS, "8400", "0001 0000 0000", "@12 0034 0001 0000003c 0004 01", 0},
	{"notcp", OVER_UDP, "8400", "0001 0000 0000", RECORD, 0},
	{"lost", FIRST_TIME, NULL, NULL, NULL, 0},
	{"lost", ALWAYS, "8400", "0001 0000 0000", RECORD, 0},
	{.label = NULL},
};

struct world {
	struct source source;
	struct responder responder;
	struct authority *authority;
	bool over;
};

static size_t watch(struct source *source, struct pollfd *fds, size_t max, usec now, usec *wake) {
	struct world *world = (struct world *)source;
	size_t n = source_watch(&world->responder.source, fds, max, now, wake);
	return n + authority_watch(world->authority, fds + n, max - n, wake);
}

static enum progress step(struct source *source, const struct pollfd *fds, size_t n, usec now) {
	struct world *world = (struct world *)source;
	enum progress served = source_step(&world->responder.source, fds, n, now);
	enum progress asked = authority_step(world->authority, fds, n, now);
	return asked == PROGRESS_DONE || served == PROGRESS_WAITING ? asked : served;
}

/* The server is there already. */
static void ask_it(struct world *world, struct arena *arena, struct authority_question *questions,
	size_t n, usec patience) {
	static const struct source_ops ops = {watch, step};
	static const uint8_t address[4] = {127, 0, 0, 1};
	struct err err = {0};
	usec now = clock_now();
	world->source.ops = &ops;
	struct authority_spec spec = {.family = 4,
		.address = {address, sizeof address},
		.port = (uint16_t)strtol(strchr(world->responder.address, ':') + 1, NULL, 10),
		.questions = questions,
		.n = n,
		.deadline = now + patience};
	for (size_t i = 0; i < n; i++) {
		questions[i].type = DNS_TYPE_TLSA;
	}
	world->authority = authority_new(arena, &spec, now);
	struct loop_os os = loop_os_real(NULL);
	ck_assert_int_eq(loop_run(&world->source, &os, now + 10 * USEC_PER_SEC, &err), LOOP_FINISHED);
	authority_close(world->authority);
	responder_close(&world->responder);
}

static void ask(struct world *world, struct arena *arena, struct authority_question *questions,
	size_t n, usec patience) {
	*world = (struct world){.over = false};
	responder_open(&world->responder, rules);
	ask_it(world, arena, questions, n, patience);
}

static const struct {
	const char *name;
	enum authority_outcome udp;
	enum authority_outcome tcp;
	enum dns_rcode rcode;
	bool authoritative;
	bool truncated; /* over UDP */
	size_t n_udp;
	size_t n_tcp;
} cases[] = {
	{"ok.test", AUTHORITY_ANSWERED, AUTHORITY_ANSWERED, DNS_RCODE_NOERROR, true, false, 1, 1},
	{"nothing.test", AUTHORITY_ANSWERED, AUTHORITY_ANSWERED, DNS_RCODE_NOERROR, true, false, 0, 0},
	{"notimp.test", AUTHORITY_ANSWERED, AUTHORITY_ANSWERED, DNS_RCODE_NOTIMP, false, false, 0, 0},
	{"referral.test", AUTHORITY_ANSWERED, AUTHORITY_ANSWERED, DNS_RCODE_NOERROR, false, false, 0,
		0},
	{"big.test", AUTHORITY_ANSWERED, AUTHORITY_ANSWERED, DNS_RCODE_NOERROR, true, true, 0, 60},
	{"garbage.test", AUTHORITY_MALFORMED, AUTHORITY_MALFORMED, DNS_RCODE_NOERROR, true, false, 0,
		0},
	{"notcp.test", AUTHORITY_ANSWERED, AUTHORITY_SILENT, DNS_RCODE_NOERROR, true, false, 1, 0},
	{"silent.test", AUTHORITY_SILENT, AUTHORITY_SILENT, DNS_RCODE_NOERROR, false, false, 0, 0},
	{"lost.test", AUTHORITY_ANSWERED, AUTHORITY_ANSWERED, DNS_RCODE_NOERROR, true, false, 1, 1},
	{"empty..label", AUTHORITY_NO_WAY, AUTHORITY_NO_WAY, DNS_RCODE_NOERROR, false, false, 0, 0},
};

/* All in one, so that those that answer are not held up by those that do not. */
START_TEST(each_question_has_its_answer_over_each_transport) {
	enum { N = sizeof cases / sizeof *cases };
	struct arena *arena = unit_arena();
	struct authority_question questions[N] = {0};
	static struct world world;
	ck_assert_uint_le(N - 1, AUTHORITY_QUESTIONS_MAX);
	for (size_t first = 0; first < N; first += AUTHORITY_QUESTIONS_MAX) {
		size_t n = N - first < AUTHORITY_QUESTIONS_MAX ? N - first : AUTHORITY_QUESTIONS_MAX;
		for (size_t i = first; i < first + n; i++) {
			questions[i].name = cases[i].name;
		}
		ask(&world, arena, questions + first, n, USEC_NEVER / 2);
	}
	for (size_t i = 0; i < N; i++) {
		const struct authority_reply *udp = &questions[i].replies[AUTHORITY_UDP];
		const struct authority_reply *tcp = &questions[i].replies[AUTHORITY_TCP];
		const char *name = cases[i].name;
		ck_assert_msg(udp->outcome == cases[i].udp, "%s: UDP %d", name, (int)udp->outcome);
		ck_assert_msg(tcp->outcome == cases[i].tcp, "%s: TCP %d", name, (int)tcp->outcome);
		if (udp->outcome == AUTHORITY_ANSWERED) {
			ck_assert_msg(udp->answer.rcode == cases[i].rcode, "%s", name);
			ck_assert_msg(udp->answer.authoritative == cases[i].authoritative, "%s", name);
			ck_assert_msg(udp->answer.truncated == cases[i].truncated, "%s", name);
			ck_assert_msg(udp->answer.n_records == cases[i].n_udp, "%s", name);
		}
		if (tcp->outcome == AUTHORITY_ANSWERED) {
			ck_assert_msg(tcp->answer.n_records == cases[i].n_tcp, "%s", name);
		}
	}
	arena_free(arena);
}
END_TEST

START_TEST(a_deadline_before_the_patience_ends_blames_nobody) {
	struct arena *arena = unit_arena();
	struct authority_question question = {.name = "silent.test"};
	static struct world world;
	usec start = clock_now();
	ask(&world, arena, &question, 1, USEC_PER_SEC / 5);
	ck_assert_int_lt(clock_now() - start, AUTHORITY_PATIENCE);
	ck_assert_int_eq(question.replies[AUTHORITY_UDP].outcome, AUTHORITY_PENDING);
	ck_assert_int_eq(question.replies[AUTHORITY_TCP].outcome, AUTHORITY_PENDING);
	arena_free(arena);
}
END_TEST

/* Where UDP is over, nothing else wakes it. */
START_TEST(the_deadline_ends_a_silent_connection_too) {
	struct arena *arena = unit_arena();
	struct authority_question question = {.name = "notcp.test"};
	static struct world world;
	usec start = clock_now();
	ask(&world, arena, &question, 1, USEC_PER_SEC / 5);
	ck_assert_int_lt(clock_now() - start, 8 * USEC_PER_SEC); /* else the loop's own end wakes it */
	ck_assert_int_eq(question.replies[AUTHORITY_UDP].outcome, AUTHORITY_ANSWERED);
	ck_assert_int_eq(question.replies[AUTHORITY_TCP].outcome, AUTHORITY_PENDING);
	arena_free(arena);
}
END_TEST

static const struct {
	enum responder_streams ending;
	bool wrong_ids;
	enum authority_outcome tcp;
	size_t n_connections;
} streams[] = {
	{STREAMS_STAY, false, AUTHORITY_ANSWERED, 1},
	{STREAMS_END_BEHIND_AN_ANSWER, false, AUTHORITY_ANSWERED, AUTHORITY_QUESTIONS_MAX},
	{STREAMS_END_AT_ONCE, false, AUTHORITY_CLOSED, 1},
	{STREAMS_STAY, true, AUTHORITY_MALFORMED, 1},
};

START_TEST(a_server_that_hangs_up_is_asked_again_for_the_rest_if_it_answered) {
	struct arena *arena = unit_arena();
	struct authority_question questions[AUTHORITY_QUESTIONS_MAX] = {0};
	static struct world world;
	for (size_t i = 0; i < AUTHORITY_QUESTIONS_MAX; i++) {
		questions[i].name = arena_printf(arena, "ok.n%zu.test", i);
	}
	responder_open(&world.responder, rules);
	world.responder.ending = streams[_i].ending;
	world.responder.wrong_ids = streams[_i].wrong_ids;
	usec patience = streams[_i].wrong_ids ? USEC_PER_SEC / 5 : USEC_NEVER / 2;
	ask_it(&world, arena, questions, AUTHORITY_QUESTIONS_MAX, patience);
	for (size_t i = 0; i < AUTHORITY_QUESTIONS_MAX; i++) {
		ck_assert_int_eq(questions[i].replies[AUTHORITY_TCP].outcome, streams[_i].tcp);
		/* over UDP anybody may send such a thing */
		ck_assert_int_eq(questions[i].replies[AUTHORITY_UDP].outcome,
			streams[_i].wrong_ids ? AUTHORITY_PENDING : AUTHORITY_ANSWERED);
	}
	ck_assert_uint_eq(world.responder.n_connections, streams[_i].n_connections);
	arena_free(arena);
}
END_TEST

START_TEST(where_nobody_is_that_is_told_over_each_transport) {
	struct arena *arena = unit_arena();
	struct authority_question question = {.name = "ok.test"};
	static struct world world;
	responder_open(&world.responder, rules);
	(void)close(world.responder.udp);
	(void)close(world.responder.tcp);
	world.responder.udp = world.responder.tcp = -1;
	ask_it(&world, arena, &question, 1, USEC_NEVER / 2);
	ck_assert_int_eq(question.replies[AUTHORITY_UDP].outcome, AUTHORITY_CLOSED);
	ck_assert_int_eq(question.replies[AUTHORITY_TCP].outcome, AUTHORITY_CLOSED);
	arena_free(arena);
}
END_TEST

UNIT_MAIN("authority", tcase_add_test(tc, each_question_has_its_answer_over_each_transport);
		  tcase_add_test(tc, a_deadline_before_the_patience_ends_blames_nobody);
		  tcase_add_test(tc, the_deadline_ends_a_silent_connection_too);
		  tcase_add_loop_test(tc, a_server_that_hangs_up_is_asked_again_for_the_rest_if_it_answered,
			  0, (int)(sizeof streams / sizeof streams[0]));
		  tcase_add_test(tc, where_nobody_is_that_is_told_over_each_transport);)
