/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A clock that stands while this process does. */
#include "io/stall.h"

#include "unit.h"

#define SEC USEC_PER_SEC

/* A world that waits as long as it is told, and longer by what is due. */
struct world {
	usec now;
	usec late;  /* the next wait lasts so much longer */
	usec event; /* a descriptor calls then; 0: none */
};

static usec world_now(const struct loop_os *os) {
	return ((const struct world *)os->context)->now;
}

static enum loop_wait world_wait(
	const struct loop_os *os, struct pollfd *fds, size_t n, usec wake) {
	struct world *world = os->context;
	(void)fds;
	(void)n;
	world->now = (world->event > 0 ? usec_min(wake, world->event) : wake) + world->late;
	world->late = 0;
	return LOOP_WAIT_DONE;
}

static struct loop_os real_of(struct world *world) {
	return (struct loop_os){world_now, world_wait, world, NULL};
}

START_TEST(a_stop_in_a_wait_or_in_a_step_does_not_count) {
	static const struct {
		usec wait;  /* until so much from now */
		usec late;  /* stopped in the wait */
		usec event; /* comes so much from now, before the stop; 0: none */
		usec step;  /* then the step takes so long */
		usec gone;  /* on the clock in all */
	} table[] = {
		{2 * SEC, 0, 0, 0, 2 * SEC}, {2 * SEC, 7 * SEC, 0, 0, 2 * SEC},
		{2 * SEC, SEC / 2, 0, 0, 5 * SEC / 2}, /* a busy machine */
		{2 * SEC, 0, 0, 9 * SEC, 2 * SEC}, {2 * SEC, 7 * SEC, 0, 9 * SEC, 2 * SEC},
		{2 * SEC, 0, 0, SEC / 2, 5 * SEC / 2},
		{4 * SEC, 7 * SEC, SEC, 0, 4 * SEC}, /* as far as it can be known */
	};
	const int n = sizeof table / sizeof *table;
	for (int i = 0; i < n; i++) {
		struct world world = {.now = 100 * SEC};
		struct loop_os real = real_of(&world);
		struct stall_clock clock;
		struct loop_os os = stall_os(&clock, &real);
		usec begun = os.now(&os);
		ck_assert_int_eq(begun, 100 * SEC);
		world.late = table[i].late;
		world.event = table[i].event > 0 ? world.now + table[i].event : 0;
		(void)os.wait(&os, NULL, 0, begun + table[i].wait);
		world.now += table[i].step;
		ck_assert_msg(os.now(&os) - begun == table[i].gone, "row %d: %lld", i,
			(long long)(os.now(&os) - begun));
	}
}
END_TEST

START_TEST(deadlines_move_by_what_was_lost) {
	struct world world = {.now = 100 * SEC, .late = 7 * SEC};
	struct loop_os real = real_of(&world);
	struct stall_clock clock;
	struct loop_os os = stall_os(&clock, &real);
	(void)os.wait(&os, NULL, 0, 101 * SEC);
	ck_assert_int_eq(world.now, 108 * SEC);
	(void)os.wait(&os, NULL, 0, 103 * SEC);
	ck_assert_int_eq(world.now, 110 * SEC);
	ck_assert_int_eq(os.now(&os), 103 * SEC);
	ck_assert(!os.interrupted(&os));
}
END_TEST

START_TEST(a_wait_without_an_end_may_take_any_time) {
	struct world world = {.now = 100 * SEC, .event = 5000 * SEC};
	struct loop_os real = real_of(&world);
	struct stall_clock clock;
	struct loop_os os = stall_os(&clock, &real);
	(void)os.wait(&os, NULL, 0, USEC_NEVER);
	ck_assert_int_eq(os.now(&os), 5000 * SEC);
}
END_TEST

/* Waits so long, and counts how often it is looked after meanwhile. */
struct dozer {
	struct source source;
	usec wake;
	unsigned n_steps;
};

static size_t dozer_watch(
	struct source *source, struct pollfd *fds, size_t max, usec now, usec *wake) {
	(void)fds;
	(void)max;
	(void)now;
	*wake = usec_min(*wake, ((struct dozer *)source)->wake);
	return 0;
}

static enum progress dozer_step(
	struct source *source, const struct pollfd *fds, size_t n, usec now) {
	struct dozer *dozer = (struct dozer *)source;
	(void)fds;
	(void)n;
	dozer->n_steps++;
	return now >= dozer->wake ? PROGRESS_DONE : PROGRESS_WAITING;
}

START_TEST(the_real_wait_lasts_as_long_as_it_should) {
	static const struct source_ops ops = {dozer_watch, dozer_step};
	struct dozer dozer = {.source = {&ops}, .wake = clock_now() + 50 * USEC_PER_MSEC};
	struct loop_os os = loop_os_real(NULL);
	ck_assert_int_eq(loop_run(&dozer.source, &os, USEC_NEVER, NULL), LOOP_FINISHED);
	ck_assert_uint_le(dozer.n_steps, 5);
	/* what is late already is not waited for */
	ck_assert_int_eq(os.wait(&os, NULL, 0, clock_now() - USEC_PER_SEC), LOOP_WAIT_DONE);
}
END_TEST

UNIT_MAIN("stall", tcase_add_test(tc, the_real_wait_lasts_as_long_as_it_should);
		  tcase_add_test(tc, a_stop_in_a_wait_or_in_a_step_does_not_count);
		  tcase_add_test(tc, deadlines_move_by_what_was_lost);
		  tcase_add_test(tc, a_wait_without_an_end_may_take_any_time);)
