/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The line on a terminal that says how far a run is. */
#include <string.h>
#include <unistd.h>

#include "check_smtp_tls.d/headway.h"
#include "unit.h"

struct told {
	char text[2048];
};

/* What the events of a table make a terminal see. */
static struct told tell(const struct event *events, size_t n) {
	struct arena *arena = unit_arena();
	int ends[2];
	ck_assert_int_eq(pipe(ends), 0);
	static volatile int caught;
	struct loop_interrupt interrupt = {&caught};
	struct output output = output_new(ends[1], clock_now() + 10 * USEC_PER_SEC, &interrupt);
	struct headway headway = headway_new(arena, &output);
	for (size_t i = 0; i < n; i++) {
		trace_emit(&headway.trace, &events[i]);
	}
	headway_clear(&headway);
	ck_assert_int_eq(close(ends[1]), 0);
	struct told told = {""};
	size_t len = 0;
	for (ssize_t got = 1; got > 0 && len < sizeof told.text - 1; len += (size_t)got) {
		got = read(ends[0], told.text + len, sizeof told.text - 1 - len);
		ck_assert_int_ge(got, 0);
	}
	ck_assert_int_eq(close(ends[0]), 0);
	arena_free(arena);
	return told;
}

START_TEST(nodes_are_counted_and_the_waiting_is_told) {
	const struct node_name one = {.host = "mx1.example.org", .address = "192.0.2.1", .port = 25};
	const struct event events[] = {
		{.kind = EVENT_CONNECTING, .peer = &one},
		{.kind = EVENT_SMTP_SENT, .peer = &one},
		{.kind = EVENT_RECONNECT, .peer = &one, .number = {600 * USEC_PER_SEC}},
		{.kind = EVENT_NODE_DONE, .peer = &one},
		{.kind = EVENT_CONNECTING},
	};
	struct told told = tell(events, sizeof events / sizeof events[0]);
	static const char *const lines[] = {"connecting to mx1.example.org[192.0.2.1]",
		"waiting 600 seconds for mx1.example.org[192.0.2.1]",
		"1 done, last mx1.example.org[192.0.2.1]", "1 done, connecting to the server", ""};
	const char *at = told.text;
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		size_t len = strlen(lines[i]);
		ck_assert_msg(strncmp(at, lines[i], len) == 0, "%zu: %.80s", i, at);
		ck_assert_uint_eq(strspn(at + len, " "), HEADWAY_COLUMNS - len);
		ck_assert_int_eq(at[HEADWAY_COLUMNS], '\r');
		at += HEADWAY_COLUMNS + 1;
	}
	ck_assert_int_eq(*at, '\0');
}
END_TEST

START_TEST(a_line_is_never_wider_than_a_terminal_and_a_name_never_more_than_a_name) {
	char long_name[300];
	memset(long_name, 'x', sizeof long_name - 1);
	long_name[sizeof long_name - 1] = '\0';
	memcpy(long_name, "a\033[31m\r\n|", 8);
	const struct node_name one = {.host = long_name, .address = "2001:db8::1", .port = 25};
	const struct event events[] = {
		{.kind = EVENT_RECONNECT, .peer = &one, .number = {INT64_MAX}},
	};
	struct told told = tell(events, 1);
	ck_assert_uint_eq(strlen(told.text), 2 * (HEADWAY_COLUMNS + 1));
	ck_assert_uint_eq(strcspn(told.text, "\r"), HEADWAY_COLUMNS);
	ck_assert_uint_eq(strcspn(told.text, "\033\n|"), strlen(told.text));
}
END_TEST

UNIT_MAIN("headway", tcase_add_test(tc, nodes_are_counted_and_the_waiting_is_told); tcase_add_test(
	tc, a_line_is_never_wider_than_a_terminal_and_a_name_never_more_than_a_name);)
