/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What a whole fleet came to. */
#include <fcntl.h>
#include <unistd.h>

#include "smtp-tls-fleet.d/outbox.h"
#include "smtp-tls-fleet.d/ticker.h"
#include "unit.h"

static void add(struct tally *tally, enum state state, struct finding *findings, size_t n) {
	struct verdict verdict = {.state = state, .findings = findings, .n_findings = n};
	tally_add(tally, &verdict);
}

static const char *tables(const struct tally *tally, struct arena *arena) {
	struct text text = text_new(arena, 4096);
	tally_print_tables(tally, &text);
	return text.at;
}

START_TEST(states_findings_and_hosts_are_counted_once_for_each_domain) {
	struct arena *arena = unit_arena();
	struct tally tally = tally_new(arena);
	struct report_host one = {.name = "mx1.example.org"};
	struct report_host two = {.name = "MX2.example.org"};
	struct finding findings[] = {
		{.id = FINDING_CERT_EXPIRED, .state = STATE_CRITICAL, .subject = {.host = &one}},
		{.id = FINDING_CERT_EXPIRED, .state = STATE_CRITICAL, .subject = {.host = &two}},
		{.id = FINDING_TLSA_MISSING, .state = STATE_WARNING, .subject = {.host = &one}},
		{.id = FINDING_RESOLVER_REMOTE, .state = STATE_OK},
	};
	add(&tally, STATE_OK, NULL, 0);
	add(&tally, STATE_CRITICAL, findings, 4);
	add(&tally, STATE_WARNING, findings + 2, 2);
	struct text text = text_new(arena, 256);
	tally_print_states(&tally, &text);
	ck_assert_str_eq(text.at, "1 OK, 1 WARNING, 1 CRITICAL, 0 UNKNOWN");
	ck_assert_int_eq(tally.worst, STATE_CRITICAL);
	ck_assert_str_eq(tables(&tally, arena), "most frequent findings, by domains:\n"
											"        2  tlsa-missing\n"
											"        1  cert-expired\n"
											"hosts behind most trouble, by domains:\n"
											"        2  mx1.example.org\n"
											"        1  MX2.example.org\n");
	arena_free(arena);
}
END_TEST

START_TEST(a_bad_line_is_as_bad_as_unknown) {
	struct arena *arena = unit_arena();
	struct tally tally = tally_new(arena);
	add(&tally, STATE_OK, NULL, 0);
	ck_assert_int_eq(tally.worst, STATE_OK);
	tally_add_bad_line(&tally);
	ck_assert_int_eq(tally.worst, STATE_UNKNOWN);
	ck_assert_str_eq(tables(&tally, arena), "");
	arena_free(arena);
}
END_TEST

START_TEST(a_host_of_many_is_not_lost_among_many_more) {
	struct arena *arena = unit_arena();
	struct tally tally = tally_new(arena);
	struct report_host big = {.name = "big.example.org"};
	struct report_host host = {.name = NULL};
	struct finding finding = {.id = FINDING_CERT_EXPIRED, .state = STATE_CRITICAL};
	for (int i = 0; i < 30000; i++) {
		host.name = arena_printf(arena, "mx%d.example.org", i);
		finding.subject.host = i % 10 == 0 ? &big : &host;
		add(&tally, STATE_CRITICAL, &finding, 1);
	}
	ck_assert_uint_eq(tally.n_hosts, TALLY_HOSTS);
	const char *big_line = strstr(tables(&tally, arena), "big.example.org");
	ck_assert_ptr_nonnull(big_line);
	ck_assert_ptr_nonnull(strstr(tables(&tally, arena), "     3000  big.example.org\n"));
	arena_free(arena);
}
END_TEST

/* It takes the place of another, whose troubles it may have had before: at least so many. */
START_TEST(a_host_that_comes_late_may_have_more) {
	struct arena *arena = unit_arena();
	struct tally tally = tally_new(arena);
	struct report_host host = {.name = NULL};
	struct finding finding = {
		.id = FINDING_CERT_EXPIRED, .state = STATE_CRITICAL, .subject = {.host = &host}};
	for (unsigned i = 0; i < 3 * TALLY_HOSTS + 5; i++) {
		host.name = i < 3 * TALLY_HOSTS ? arena_printf(arena, "mx%u.example.org", i % TALLY_HOSTS)
										: "late.example.org";
		add(&tally, STATE_CRITICAL, &finding, 1);
	}
	ck_assert_ptr_nonnull(strstr(tables(&tally, arena), "        5+ late.example.org\n"
														"        3  mx"));
	arena_free(arena);
}
END_TEST

static struct fleet_rest said_rest(const void *context) {
	return *(const struct fleet_rest *)context;
}

#define SEC USEC_PER_SEC

START_TEST(progress_tells_how_far_it_is_and_how_long_it_takes) {
	static const struct {
		size_t total;
		size_t done;
		usec after;
		const char *text; /* in front of the states */
		struct fleet_rest rest;
	} table[] = {
		{0, 0, 0, "0, 0.0/s: ", {false, 0, 0, 0}},
		{0, 30, 10 * SEC, "30, 3.0/s: ", {false, 0, 0, 0}},
		{100, 0, 10 * SEC, "0 of 100 (0%), 0.0/s: ", {false, 0, 0, 0}},
		{100, 30, 10 * SEC, "30 of 100 (30%), 3.0/s, about 23 s left: ", {false, 9, 9, 0}},
		{10000, 30, 10 * SEC,
			"30 of 10000 (0%), 3.0/s, about 55 min 23 s left: ", {false, 0, 0, 0}},
		{100000, 30, 10 * SEC,
			"30 of 100000 (0%), 3.0/s, about 9 h 15 min left: ", {false, 0, 0, 0}},
		{100, 100, 50 * SEC, "100 of 100 (100%), 2.0/s: ", {false, 0, 0, 0}},
		{100, 120, 60 * SEC,
			"120 of 100 (100%), 2.0/s: ", {false, 0, 0, 0}}, /* the list has grown */
		/* the last ones let us wait: the rate says nothing, and what is told becomes less */
		{100, 90, 30 * SEC,
			"90 of 100 (90%), 3.0/s, deadline in 28 s: ", {true, 10, 0, 58 * SEC + 7}},
		{100, 90, 50 * SEC,
			"90 of 100 (90%), 1.8/s, deadline in 8 s: ", {true, 10, 0, 58 * SEC + 7}},
		{100, 99, 60 * SEC,
			"99 of 100 (99%), 1.6/s, deadline in 0 s: ", {true, 1, 0, 58 * SEC + 7}},
		{100, 0, 28 * SEC,
			"0 of 100 (0%), 0.0/s, deadline in 30 s: ", {true, 100, 0, 58 * SEC + 7}},
		{0, 90, 30 * SEC,
			"90, 3.0/s, deadline in 28 s: ", {true, 10, 0, 58 * SEC + 7}}, /* a pipe that ended */
		/* and while one has to wait for others nobody knows how long */
		{100, 90, 30 * SEC,
			"90 of 100 (90%), 3.0/s, 4 wait for a turn: ", {true, 10, 4, USEC_NEVER}},
		{100, 99, 50 * SEC,
			"99 of 100 (99%), 2.0/s, 1 waits for a turn: ", {true, 1, 1, USEC_NEVER}},
		{100, 100, 50 * SEC, "100 of 100 (100%), 2.0/s: ", {true, 0, 0, 0}},
	};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct arena *arena = unit_arena();
		struct tally tally = tally_new(arena);
		struct ticker ticker = ticker_new(&tally, unit_exhausted, 7);
		struct text text = text_new(arena, 400);
		tally.domains = table[i].done;
		ticker.total = table[i].total;
		ticker.rest = said_rest;
		ticker.context = &table[i].rest;
		ticker_print(&ticker, &text, 7 + table[i].after);
		ck_assert_str_eq(text.at,
			arena_printf(arena, "%s0 OK, 0 WARNING, 0 CRITICAL, 0 UNKNOWN", table[i].text));
		arena_free(arena);
	}
}
END_TEST

/* Standard output is on the same terminal. */
START_TEST(progress_waits_for_the_end_of_a_line) {
	struct arena *arena = unit_arena();
	struct tally tally = tally_new(arena);
	struct ticker ticker = ticker_new(&tally, unit_exhausted, 0);
	struct outbox outbox = {.waiting = 1};
	int ends[2];
	char bytes[400];
	ck_assert_int_eq(pipe2(ends, O_NONBLOCK | O_CLOEXEC), 0);
	ticker.fd = ends[1];
	ticker.shared = true;
	ticker.beside = &outbox;
	ck_assert_int_eq(source_step(&ticker.source, NULL, 0, ticker.next), PROGRESS_WAITING);
	ck_assert_int_lt(read(ends[0], bytes, sizeof bytes), 0);
	outbox.waiting = 0;
	ck_assert_int_eq(source_step(&ticker.source, NULL, 0, ticker.next), PROGRESS_WAITING);
	ck_assert_int_gt(read(ends[0], bytes, sizeof bytes), 0);
	outbox.waiting = 1;
	ticker.shared = false; /* it goes elsewhere */
	ck_assert_int_eq(source_step(&ticker.source, NULL, 0, ticker.next), PROGRESS_WAITING);
	ck_assert_int_gt(read(ends[0], bytes, sizeof bytes), 0);
	(void)close(ends[0]);
	(void)close(ends[1]);
	arena_free(arena);
}
END_TEST

UNIT_MAIN("fleet_tally", tcase_add_test(tc, progress_waits_for_the_end_of_a_line);
		  tcase_add_test(tc, states_findings_and_hosts_are_counted_once_for_each_domain);
		  tcase_add_test(tc, a_bad_line_is_as_bad_as_unknown);
		  tcase_add_test(tc, a_host_of_many_is_not_lost_among_many_more);
		  tcase_add_test(tc, a_host_that_comes_late_may_have_more);
		  tcase_add_test(tc, progress_tells_how_far_it_is_and_how_long_it_takes);)
