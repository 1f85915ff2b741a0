/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* How much a resolver asks in its life. */
#include "resolver_world.h"

static const struct responder_rule rules[] = {
	{"huge", OVER_UDP, "83a0", "0000 0000 0000", "", 0},
	{"huge", ALWAYS, "81a0", "03e8 0000 0000", NULL, 1000},
	{.label = NULL},
};

/* One that outlives its questions has no such limit: its askers have. */
static const struct {
	usec patience;
	enum dns_outcome last;
} lives[] = {{0, DNS_MALFORMED}, {ROOM, DNS_FOUND}};

START_TEST(who_has_heard_a_mebibyte_asks_no_more) {
	enum { QUESTIONS = 24 }; /* of 47 octets times a thousand each */
	static const struct source_ops ops = {world_watch, world_step};
	struct world world = {.source = {&ops}, .arena = unit_arena(), .n_responders = 1};
	world.start = clock_now();
	responder_open(&world.responders[0], rules);
	const char *servers[] = {world.responders[0].address};
	usec deadline = lives[_i].patience > 0 ? USEC_NEVER : deadline_after(world.start, ROOM);
	struct resolver_ares_spec spec = {
		.servers = servers, .n_servers = 1, .deadline = deadline, .patience = lives[_i].patience};
	world.resolver = resolver_ares_new(world.arena, &spec, world.start, NULL);
	for (size_t i = 0; i < QUESTIONS; i++) {
		struct dns_question question = {.name = "huge.test", .type = DNS_TYPE_TLSA};
		ask_all(&world, &question, 1);
		bool last = i + 1 == QUESTIONS;
		ck_assert_int_eq(question.outcome, last ? lives[_i].last : DNS_FOUND);
		ck_assert_int_eq(question.unasked, question.outcome == DNS_MALFORMED);
	}
	close_world(&world);
}
END_TEST

UNIT_MAIN("resolver_life", tcase_add_loop_test(tc, who_has_heard_a_mebibyte_asks_no_more, 0, 2);)
