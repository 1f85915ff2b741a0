/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What a question comes to by what its servers say, one after the other, without any of them. */
#include "dns/flight.h"

#include "dns_text.h"

#define TURNS_MAX 3

/* A reply: a message with these flags and records in its answer section, or that there is none. */
struct reply {
	enum carrier_status status;
	const char *flags;  /* "81a0" */
	unsigned n_answers; /* in `body` */
	const char *body;
	const char *server;
};

#define SAYS(flags, server)                                                                        \
	{ CARRIER_ANSWERED, flags, 0, "", server }
#define SAYS_ADDRESS(flags, server)                                                                \
	{ CARRIER_ANSWERED, flags, 1, "@12 0001 0001 0000003c [ 01020304 ] ", server }
#define SAYS_ALIAS(flags, server)                                                                  \
	{ CARRIER_ANSWERED, flags, 1, "@12 0005 0001 0000003c [ 'b.test ] ", server }
#define SAYS_NOTHING(status)                                                                       \
	{ status, NULL, 0, NULL, NULL }

static const struct {
	const char *what;
	struct reply replies[TURNS_MAX];
	const char *asks; /* 'e': with EDNS0, 'p': without, 'c': with checking disabled */
	enum dns_outcome outcome;
	enum dns_rcode rcode;
	const char *server; /* that has to answer for it */
	bool secure;
} cases[] = {
	{"an address", {SAYS_ADDRESS("81a0", "one")}, "e", DNS_FOUND, DNS_RCODE_NOERROR, "one", true},
	{"an alias, and the first without AD answers for all",
		{SAYS_ALIAS("8180", "one"), SAYS_ADDRESS("81a0", "two")}, "ee", DNS_FOUND,
		DNS_RCODE_NOERROR, "one", false},
	{"an alias that is signed to the end", {SAYS_ALIAS("81a0", "one"), SAYS_ADDRESS("81a0", "two")},
		"ee", DNS_FOUND, DNS_RCODE_NOERROR, "two", true},
	{"one that knows no EDNS0 is asked without", {SAYS("8181", "one"), SAYS_ADDRESS("8180", "one")},
		"ep", DNS_FOUND, DNS_RCODE_NOERROR, "one", false},
	{"and no more when it knows no answer either", {SAYS("8181", "one"), SAYS("8181", "one")}, "ep",
		DNS_SERVER_FAILED, DNS_RCODE_FORMERR, "one", false},
	{"nor is it asked without checking", {SAYS("8181", "one"), SAYS("8182", "one")}, "ep",
		DNS_SERVER_FAILED, DNS_RCODE_SERVFAIL, "one", false},
	{"an answer without checking is bogus", {SAYS("8182", "one"), SAYS_ADDRESS("8190", "one")},
		"ec", DNS_BOGUS, DNS_RCODE_SERVFAIL, "one", false},
	{"so is that there is no such name", {SAYS("8182", "one"), SAYS("8193", "one")}, "ec",
		DNS_BOGUS, DNS_RCODE_SERVFAIL, "one", false},
	{"a failure without checking is one", {SAYS("8182", "one"), SAYS("8195", "one")}, "ec",
		DNS_SERVER_FAILED, DNS_RCODE_SERVFAIL, "one", false},
	{"silence behind a failure leaves the failure",
		{SAYS("8182", "one"), SAYS_NOTHING(CARRIER_TIMED_OUT)}, "ec", DNS_SERVER_FAILED,
		DNS_RCODE_SERVFAIL, "one", false},
	{"so does one that is gone", {SAYS("8182", "one"), SAYS_NOTHING(CARRIER_REFUSED)}, "ec",
		DNS_SERVER_FAILED, DNS_RCODE_SERVFAIL, "one", false},
	{"so does nonsense", {SAYS("8182", "one"), SAYS_NOTHING(CARRIER_MALFORMED)}, "ec",
		DNS_SERVER_FAILED, DNS_RCODE_SERVFAIL, "one", false},
	{"silence", {SAYS_NOTHING(CARRIER_TIMED_OUT)}, "e", DNS_TIMED_OUT, DNS_RCODE_NOERROR, NULL,
		false},
	{"nobody there", {SAYS_NOTHING(CARRIER_REFUSED)}, "e", DNS_UNREACHABLE, DNS_RCODE_NOERROR, NULL,
		false},
	{"nonsense", {SAYS_NOTHING(CARRIER_MALFORMED)}, "e", DNS_MALFORMED, DNS_RCODE_NOERROR, NULL,
		false},
	{"nothing more is asked", {SAYS_NOTHING(CARRIER_UNSENT)}, "e", DNS_MALFORMED, DNS_RCODE_NOERROR,
		NULL, false},
	{"this machine fails", {SAYS_NOTHING(CARRIER_BROKEN)}, "e", DNS_SERVER_FAILED,
		DNS_RCODE_NOERROR, NULL, false},
};

static char kind_of(const uint8_t *query, size_t len) {
	ck_assert_uint_gt(len, 12);
	return (query[3] & 0x10) != 0 ? 'c' : query[11] == 1 ? 'e' : 'p';
}

/* The message, as whoever carries it hands it over: with a NUL behind it. */
static void put_reply(struct flight *flight, const struct reply *reply) {
	static struct dns_bytes bytes;
	flight->reply.status = reply->status;
	flight->reply.why = "the reason";
	if (reply->flags == NULL) {
		return;
	}
	struct arena *arena = flight->reply.arena;
	dns_bytes_compile(&bytes, arena_printf(arena, "0000 %s 0001 %04x 0000 0000 '%s 0001 0001 %s",
								  reply->flags, reply->n_answers, flight->name, reply->body));
	flight->reply.message = arena_copy_span(arena, (struct span){bytes.at, bytes.len});
	flight->reply.server = reply->server;
}

START_TEST(a_question_goes_on_until_it_has_its_outcome) {
	struct arena *arena = unit_arena();
	struct dns_question question = {.name = "a.test", .type = DNS_TYPE_A};
	struct flight *flight = flight_new(arena, &question, "one, two");
	size_t n_asks = strlen(cases[_i].asks);
	for (size_t i = 0; i < n_asks; i++) {
		uint8_t query[512];
		size_t len = flight_query(flight, 7, query, sizeof query);
		ck_assert_msg(kind_of(query, len) == cases[_i].asks[i], "%s: %zu", cases[_i].what, i);
		put_reply(flight, &cases[_i].replies[i]);
		enum flight_next next = flight_land(flight, 5);
		ck_assert_msg((next == FLIGHT_DONE) == (i + 1 == n_asks), "%s: %zu", cases[_i].what, i);
	}
	ck_assert_msg(question.outcome == cases[_i].outcome, "%s: %s", cases[_i].what,
		dns_outcome_name(question.outcome));
	ck_assert_int_eq(question.answer.rcode, cases[_i].rcode);
	ck_assert_int_eq(question.secure, cases[_i].secure);
	ck_assert_int_eq(question.answered_at, 5);
	ck_assert_pstr_eq(question.server, cases[_i].server);
	ck_assert_int_eq(question.unasked, cases[_i].replies[0].status == CARRIER_UNSENT);
	bool ours = cases[_i].replies[0].status == CARRIER_BROKEN;
	bool answer = question.outcome == DNS_FOUND;
	ck_assert_int_eq(question.err.kind, answer ? ERR_NONE : ours ? ERR_LOCAL : ERR_DNS);
	arena_free(arena);
}
END_TEST

UNIT_MAIN("flight", tcase_add_loop_test(tc, a_question_goes_on_until_it_has_its_outcome, 0,
						(int)(sizeof cases / sizeof cases[0]));)
