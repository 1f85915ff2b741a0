/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Servers in turn: whom a question goes to, when, and what counts. The links are not real, and
 * neither is the time. */
#include "dns/carrier.h"

#include "base/text.h"
#include "dns/dns_msg.h"
#include "dns/server_link.h"
#include "unit.h"

#define SERVERS_MAX 3U
#define HELD_MAX 8U
#define PATIENCE (6 * USEC_PER_SEC) /* so that of two servers each has a second before the next */

/* --- links that answer when they are told to --- */

struct server_link {
	size_t server;
	struct link_reply *held[HELD_MAX]; /* the oldest first */
	size_t n_held;
};

static struct server_link links[SERVERS_MAX];
static struct server_address servers[SERVERS_MAX];
static struct text *told; /* what was asked of whom */
static usec present;

struct server_link *server_link_open(struct arena *arena, const struct server_address *server,
	usec patience, int once_ms, struct err *err) {
	(void)arena;
	(void)err;
	ck_assert_int_eq(patience, PATIENCE);
	ck_assert_int_eq(once_ms, 2000);
	return &links[server - servers];
}

void server_link_close(struct server_link *link) {
	(void)link;
}

void server_link_send(struct server_link *link, struct span query, struct link_reply *reply) {
	ck_assert(span_equal(query, span_of("query")));
	ck_assert_uint_lt(link->n_held, HELD_MAX);
	reply->status = CARRIER_WAITING;
	link->held[link->n_held++] = reply;
	text_addf(told, "%zu at %d; ", link->server, (int)(present / USEC_PER_MSEC));
}

void server_link_cancel(struct server_link *link) {
	text_addf(told, "%zu ends; ", link->server);
	link->n_held = 0;
}

size_t server_link_watch(
	const struct server_link *link, struct pollfd *fds, size_t max, usec now, usec *wake) {
	(void)link;
	(void)fds;
	(void)max;
	(void)now;
	(void)wake;
	return 0;
}

void server_link_step(struct server_link *link, const struct pollfd *fds, size_t n) {
	(void)link;
	(void)fds;
	(void)n;
}

/* What comes of the oldest question a server was asked: a response code, or that there is none. */
enum word {
	SAYS_NOERROR = DNS_RCODE_NOERROR,
	SAYS_FORMERR = DNS_RCODE_FORMERR,
	SAYS_SERVFAIL = DNS_RCODE_SERVFAIL,
	SAYS_NXDOMAIN = DNS_RCODE_NXDOMAIN,
	SAYS_NOTIMP = DNS_RCODE_NOTIMP,
	SAYS_REFUSED = DNS_RCODE_REFUSED,
	IS_NOT_THERE = 16,
	IS_SILENT,
	SENDS_GARBAGE,
	IS_BROKEN
};

static void say(size_t server, enum word word) {
	static const enum carrier_status without[] = {
		CARRIER_REFUSED, CARRIER_TIMED_OUT, CARRIER_MALFORMED, CARRIER_BROKEN};
	struct server_link *link = &links[server];
	ck_assert_uint_gt(link->n_held, 0);
	struct link_reply *reply = link->held[0];
	memmove(link->held, link->held + 1, --link->n_held * sizeof link->held[0]);
	if (word >= IS_NOT_THERE) {
		reply->status = without[word - IS_NOT_THERE];
		return;
	}
	uint8_t header[] = {0, 0, 0x81, (uint8_t)word};
	reply->status = CARRIER_ANSWERED;
	if (reply->arena != NULL) {
		reply->message = arena_copy_span(reply->arena, (struct span){header, sizeof header});
	}
}

/* --- a carrier of these --- */

struct world {
	struct arena *arena;
	struct carrier *carrier;
	struct text told;
};

static void open_world(struct world *world, size_t n_servers) {
	struct err err = {0};
	world->arena = unit_arena();
	world->told = text_new(world->arena, 1000);
	told = &world->told;
	present = 0;
	for (size_t i = 0; i < SERVERS_MAX; i++) {
		links[i] = (struct server_link){.server = i};
		(void)snprintf(servers[i].text, sizeof servers[i].text, "%zu", i);
	}
	struct carrier_spec spec = {servers, n_servers, PATIENCE};
	world->carrier = carrier_open(world->arena, &spec, &err);
	ck_assert_ptr_nonnull(world->carrier);
}

static void ask(struct world *world, struct carrier_reply *reply, const char *only, usec deadline) {
	*reply = (struct carrier_reply){.arena = world->arena};
	struct carrier_order order = {span_of("query"), only, deadline};
	carrier_send(world->carrier, &order, reply, present);
}

/* Wakes it as often as it wants to be, up to that time. */
static void pass_to(struct world *world, usec then) {
	for (int i = 0; i < 100; i++) {
		usec wake = USEC_NEVER;
		(void)carrier_watch(world->carrier, NULL, 0, present, &wake);
		if (wake > then) {
			break;
		}
		present = wake;
		carrier_step(world->carrier, NULL, 0, present);
	}
	present = then;
	carrier_step(world->carrier, NULL, 0, present);
}

static void tell_end(struct world *world, const struct carrier_reply *reply) {
	static const char *const words[] = {
		"waits", "answer", "not there", "silence", "garbage", "broken"};
	text_add(&world->told, words[reply->status]);
	if (reply->message.len > 0) {
		text_addf(&world->told, " %d of %s", (int)dns_header_rcode(reply->message), reply->server);
	}
}

struct move {
	int ms;
	size_t server;
	enum word word;
};

static const struct {
	size_t n_servers;
	struct move moves[4]; /* the first with 0 ms ends them */
	int deadline_ms;      /* 0: none */
	int until_ms;         /* it is over by then */
	const char *told;
} cases[] = {
	{1, {{10, 0, SAYS_NOERROR}}, 0, 10, "0 at 0; answer 0 of 0"},
	{1, {{10, 0, SAYS_NXDOMAIN}}, 0, 10, "0 at 0; answer 3 of 0"},
	/* one that has failed is asked again, one that is not there, silent or odd is not */
	{1, {{10, 0, SAYS_SERVFAIL}, {20, 0, SAYS_NOERROR}}, 0, 20, "0 at 0; 0 at 10; answer 0 of 0"},
	{1, {{10, 0, SAYS_REFUSED}, {20, 0, SAYS_REFUSED}}, 0, 20, "0 at 0; 0 at 10; answer 5 of 0"},
	{1, {{10, 0, SAYS_FORMERR}}, 0, 10, "0 at 0; answer 1 of 0"},
	{1, {{10, 0, IS_NOT_THERE}}, 0, 10, "0 at 0; not there"},
	{1, {{10, 0, SENDS_GARBAGE}}, 0, 10, "0 at 0; garbage"},
	{1, {{10, 0, IS_SILENT}}, 0, 10, "0 at 0; silence"},
	{1, {{0}}, 0, 5999, "0 at 0; waits"},
	{1, {{0}}, 0, 6000, "0 at 0; silence"},
	{1, {{0}}, 500, 500, "0 at 0; silence"},
	/* the next is asked after a failure */
	{3, {{10, 0, SAYS_SERVFAIL}, {20, 1, SAYS_REFUSED}, {30, 2, SAYS_NOERROR}}, 0, 30,
		"0 at 0; 1 at 10; 2 at 20; answer 0 of 2"},
	{3, {{10, 0, SAYS_NOTIMP}, {20, 1, IS_NOT_THERE}, {30, 2, SAYS_NXDOMAIN}}, 0, 30,
		"0 at 0; 1 at 10; 2 at 20; answer 3 of 2"},
	{2, {{10, 0, SAYS_FORMERR}}, 0, 10, "0 at 0; answer 1 of 0"},
	/* of failures the first SERVFAIL, else the first; any of them more than none */
	{2, {{10, 0, SAYS_SERVFAIL}, {20, 1, SAYS_SERVFAIL}}, 0, 20, "0 at 0; 1 at 10; answer 2 of 0"},
	{2, {{10, 0, SAYS_SERVFAIL}, {20, 1, SAYS_REFUSED}}, 0, 20, "0 at 0; 1 at 10; answer 2 of 0"},
	{2, {{10, 0, SAYS_REFUSED}, {20, 1, SAYS_SERVFAIL}}, 0, 20, "0 at 0; 1 at 10; answer 2 of 1"},
	{2, {{10, 0, SAYS_REFUSED}, {20, 1, SAYS_NOTIMP}}, 0, 20, "0 at 0; 1 at 10; answer 5 of 0"},
	{2, {{10, 0, IS_NOT_THERE}, {20, 1, SAYS_REFUSED}}, 0, 20, "0 at 0; 1 at 10; answer 5 of 1"},
	{2, {{10, 0, SAYS_REFUSED}, {20, 1, IS_SILENT}}, 0, 20, "0 at 0; 1 at 10; answer 5 of 0"},
	/* without a message: what came says more than silence, that more than nobody there, and any of
	 * it more than what went wrong here */
	{2, {{10, 0, IS_NOT_THERE}, {20, 1, IS_SILENT}}, 0, 20, "0 at 0; 1 at 10; silence"},
	{2, {{10, 0, IS_SILENT}, {20, 1, IS_NOT_THERE}}, 0, 20, "0 at 0; 1 at 10; silence"},
	{2, {{10, 0, IS_SILENT}, {20, 1, SENDS_GARBAGE}}, 0, 20, "0 at 0; 1 at 10; garbage"},
	{2, {{10, 0, SENDS_GARBAGE}, {20, 1, IS_NOT_THERE}}, 0, 20, "0 at 0; 1 at 10; garbage"},
	{2, {{10, 0, IS_BROKEN}, {20, 1, IS_NOT_THERE}}, 0, 20, "0 at 0; 1 at 10; not there"},
	{2, {{10, 0, IS_NOT_THERE}, {20, 1, IS_BROKEN}}, 0, 20, "0 at 0; 1 at 10; not there"},
	{2, {{10, 0, SENDS_GARBAGE}}, 0, 7000, "0 at 0; 1 at 10; garbage"},
	{2, {{10, 0, IS_NOT_THERE}}, 0, 7000, "0 at 0; 1 at 10; silence"},
	/* and after its share of the time, which is added for whoever comes last */
	{2, {{1010, 1, SAYS_NOERROR}}, 0, 1010, "0 at 0; 1 at 1000; answer 0 of 1"},
	{2, {{1500, 0, SAYS_NOERROR}}, 0, 1500, "0 at 0; 1 at 1000; answer 0 of 0"},
	{3, {{2000, 2, SAYS_NOERROR}}, 0, 2000, "0 at 0; 1 at 666; 2 at 1332; answer 0 of 2"},
	{2, {{0}}, 0, 6999, "0 at 0; 1 at 1000; waits"},
	{2, {{0}}, 0, 7000, "0 at 0; 1 at 1000; silence"},
	{2, {{1200, 1, SAYS_SERVFAIL}}, 0, 7000, "0 at 0; 1 at 1000; answer 2 of 1"},
	{2, {{0}}, 900, 900, "0 at 0; silence"},
};

START_TEST(a_question_goes_from_server_to_server) {
	struct world world;
	struct carrier_reply reply;
	open_world(&world, cases[_i].n_servers);
	int deadline_ms = cases[_i].deadline_ms;
	ask(&world, &reply, NULL, deadline_ms == 0 ? USEC_NEVER : deadline_ms * USEC_PER_MSEC);
	for (const struct move *move = cases[_i].moves; move->ms > 0; move++) {
		pass_to(&world, move->ms * USEC_PER_MSEC);
		say(move->server, move->word);
	}
	pass_to(&world, cases[_i].until_ms * USEC_PER_MSEC);
	tell_end(&world, &reply);
	ck_assert_str_eq(world.told.at, cases[_i].told);
}
END_TEST

/* The carrier's second question, after the first server let the first one wait. */
static void ask_after_silence(struct world *world, usec later, struct carrier_reply *reply) {
	struct carrier_reply first;
	open_world(world, 2);
	ask(world, &first, NULL, USEC_NEVER);
	pass_to(world, 1010 * USEC_PER_MSEC);
	say(1, SAYS_NOERROR);
	pass_to(world, 1020 * USEC_PER_MSEC);
	ck_assert_int_eq(first.status, CARRIER_ANSWERED);
	pass_to(world, later);
	text_truncate(&world->told, 0);
	ask(world, reply, NULL, USEC_NEVER);
}

START_TEST(who_was_silent_just_now_is_asked_last) {
	struct world world;
	struct carrier_reply reply;
	ask_after_silence(&world, 5999 * USEC_PER_MSEC, &reply);
	pass_to(&world, 6999 * USEC_PER_MSEC);
	ck_assert_str_eq(world.told.at, "1 at 5999; 0 at 6999; ");
}
END_TEST

START_TEST(five_seconds_later_it_has_its_turn_again) {
	struct world world;
	struct carrier_reply reply;
	ask_after_silence(&world, 6000 * USEC_PER_MSEC, &reply);
	ck_assert_str_eq(world.told.at, "0 at 6000; ");
}
END_TEST

START_TEST(and_once_it_has_answered_though_nobody_waits) {
	struct world world;
	struct carrier_reply first;
	struct carrier_reply second;
	open_world(&world, 2);
	ask(&world, &first, NULL, USEC_NEVER);
	pass_to(&world, 1010 * USEC_PER_MSEC);
	say(1, SAYS_NOERROR);
	pass_to(&world, 1020 * USEC_PER_MSEC);
	say(0, SAYS_NOERROR);
	pass_to(&world, 1030 * USEC_PER_MSEC);
	ck_assert_str_eq(first.server, "1");
	text_truncate(&world.told, 0);
	ask(&world, &second, NULL, USEC_NEVER);
	ck_assert_str_eq(world.told.at, "0 at 1030; ");
}
END_TEST

START_TEST(one_alone_is_asked_once) {
	struct world world;
	struct carrier_reply reply;
	open_world(&world, 3);
	ask(&world, &reply, servers[1].text, USEC_NEVER);
	pass_to(&world, 10 * USEC_PER_MSEC);
	say(1, SAYS_SERVFAIL);
	pass_to(&world, 20 * USEC_PER_MSEC);
	tell_end(&world, &reply);
	ck_assert_str_eq(world.told.at, "1 at 0; answer 2 of 1");
}
END_TEST

START_TEST(what_is_forgotten_stays_as_it_is) {
	struct world world;
	struct carrier_reply reply;
	open_world(&world, 2);
	ask(&world, &reply, NULL, USEC_NEVER);
	pass_to(&world, USEC_PER_SEC);
	carrier_cancel(world.carrier);
	pass_to(&world, 20 * USEC_PER_SEC);
	tell_end(&world, &reply);
	ck_assert_str_eq(world.told.at, "0 at 0; 1 at 1000; 0 ends; 1 ends; waits");
	carrier_cancel(world.carrier); /* nothing is left to end */
	ck_assert_str_eq(world.told.at, "0 at 0; 1 at 1000; 0 ends; 1 ends; waits");
	carrier_close(world.carrier);
}
END_TEST

UNIT_MAIN("carrier", tcase_add_loop_test(tc, a_question_goes_from_server_to_server, 0,
						 (int)(sizeof cases / sizeof cases[0]));
		  tcase_add_test(tc, who_was_silent_just_now_is_asked_last);
		  tcase_add_test(tc, five_seconds_later_it_has_its_turn_again);
		  tcase_add_test(tc, and_once_it_has_answered_though_nobody_waits);
		  tcase_add_test(tc, one_alone_is_asked_once);
		  tcase_add_test(tc, what_is_forgotten_stays_as_it_is);)
