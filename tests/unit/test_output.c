/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Output to readers that are slow, stop reading, or go away. */
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "check_smtp_tls.d/output.h"
#include "unit.h"

#define ALL 200000U /* more than fits into the smallest pipe of any machine */
#define LONG_TIME (3600 * USEC_PER_SEC)

static volatile int caught;
static struct loop_interrupt interrupt = {&caught};
static const uint8_t bytes[ALL] = {'x'};

/* A pipe with room for so much at least; for how much it has. */
static size_t open_pipe(int ends[2], int room, int mode) {
	ck_assert_int_eq(pipe2(ends, mode), 0);
	int got = fcntl(ends[1], F_SETPIPE_SZ, room);
	ck_assert_int_ge(got, room);
	caught = 0;
	return (size_t)got;
}

static void close_pipe(const int ends[2]) {
	ck_assert_int_eq(close(ends[0]), 0);
	ck_assert_int_eq(close(ends[1]), 0);
}

START_TEST(all_of_it_is_written) {
	int ends[2];
	(void)open_pipe(ends, ALL, 0);
	struct output output = output_new(ends[1], clock_now() + LONG_TIME, &interrupt);
	ck_assert(output_write(&output, (struct span){bytes, ALL}));
	ck_assert(!output.failed);
	ck_assert_uint_eq(output.lost, 0);
	close_pipe(ends);
}
END_TEST

/* Blocking or not: who does not read is given up in time, and what he did not get is counted. */
static const int flags[] = {0, O_NONBLOCK};

START_TEST(a_reader_that_stops_is_given_up) {
	int ends[2];
	size_t room = open_pipe(ends, 4096, flags[_i]);
	struct output output = output_new(ends[1], clock_now() + USEC_PER_SEC / 5, &interrupt);
	ck_assert(!output_write(&output, (struct span){bytes, ALL}));
	ck_assert(output.failed);
	ck_assert_uint_eq(output.lost, ALL - room);
	ck_assert(!output_write(&output, (struct span){bytes, 1}));
	ck_assert_uint_eq(output.lost, 1);
	close_pipe(ends);
}
END_TEST

START_TEST(a_signal_shortens_the_patience) {
	int ends[2];
	size_t room = open_pipe(ends, 4096, 0);
	struct output output = output_new(ends[1], clock_now() + LONG_TIME, &interrupt);
	caught = SIGTERM;
	ck_assert(!output_write(&output, (struct span){bytes, ALL}));
	ck_assert_uint_eq(output.lost, ALL - room);
	close_pipe(ends);
}
END_TEST

START_TEST(a_signal_does_not_lengthen_it) {
	int ends[2];
	size_t room = open_pipe(ends, 4096, 0);
	usec give_up = clock_now();
	struct output output = output_new(ends[1], give_up, &interrupt);
	caught = SIGTERM;
	ck_assert(!output_write(&output, (struct span){bytes, ALL}));
	ck_assert_int_eq(output.give_up, give_up);
	/* late as it is, what goes at once is written */
	ck_assert_uint_eq(output.lost, ALL - room);
	close_pipe(ends);
}
END_TEST

START_TEST(a_reader_that_has_gone_is_noticed) {
	int ends[2];
	ck_assert_ptr_ne(signal(SIGPIPE, SIG_IGN), SIG_ERR);
	(void)open_pipe(ends, 4096, 0);
	ck_assert_int_eq(close(ends[0]), 0);
	struct output output = output_new(ends[1], clock_now() + LONG_TIME, &interrupt);
	ck_assert(!output_write(&output, (struct span){bytes, ALL}));
	ck_assert_uint_eq(output.lost, ALL);
	ck_assert_int_eq(close(ends[1]), 0);
}
END_TEST

UNIT_MAIN("output", tcase_add_test(tc, all_of_it_is_written);
		  tcase_add_loop_test(tc, a_reader_that_stops_is_given_up, 0, 2);
		  tcase_add_test(tc, a_signal_shortens_the_patience);
		  tcase_add_test(tc, a_signal_does_not_lengthen_it);
		  tcase_add_test(tc, a_reader_that_has_gone_is_noticed);)
