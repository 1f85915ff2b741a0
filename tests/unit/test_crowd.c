/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is stepped, and when: real descriptors, and a clock that jumps. */
#include "io/crowd.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include "unit.h"

#define SEC USEC_PER_SEC
#define CHILDREN_MAX 2048
#define CHILDREN_WITH_FD 256
#define ROUNDS 10

enum sitter_does {
	SITTER_WAITS, /* for its descriptor or its time, and is done after so many rounds */
	SITTER_MOVES, /* has always something to do */
};

/* A child that writes down when it was stepped. */
struct sitter {
	struct source source;
	struct crowd_child child;
	enum sitter_does does;
	int fd; /* -1: none */
	usec wake;
	usec every; /* 0: wakes once */
	unsigned rounds;
	unsigned n_steps;
	unsigned n_early; /* steps for which there was no reason */
	unsigned n_heard;
	bool ended;
	usec last;
	struct pollfd room[2];
};

/* The root: a crowd that is over when everybody is. */
struct room {
	struct source source;
	struct arena *arena;
	struct crowd *crowd;
	struct sitter *sitters;
	size_t n;
	size_t n_ended;
};

/* Time that jumps to the next wake-up when no descriptor has anything. */
struct jumping {
	usec now;
	size_t n_waits;
	size_t n_watched;
};

static struct room *the_room; /* whom ended() tells */

static usec jumping_now(const struct loop_os *os) {
	return ((const struct jumping *)os->context)->now;
}

static enum loop_wait jump(const struct loop_os *os, struct pollfd *fds, size_t n, usec wake) {
	struct jumping *clock = os->context;
	clock->n_waits++;
	clock->n_watched = n;
	if (poll(fds, (nfds_t)n, 0) == 0) {
		ck_assert_int_ne(wake, USEC_NEVER);
		clock->now = wake > clock->now ? wake : clock->now;
	}
	return LOOP_WAIT_DONE;
}

static size_t sitter_watch(
	struct source *source, struct pollfd *fds, size_t max, usec now, usec *wake) {
	const struct sitter *sitter = (const struct sitter *)source;
	(void)now;
	*wake = usec_min(*wake, sitter->wake);
	if (sitter->fd < 0) {
		return 0;
	}
	if (max > 0) {
		fds[0] = (struct pollfd){.fd = sitter->fd, .events = POLLIN};
	}
	return 1;
}

static enum progress sitter_step(
	struct source *source, const struct pollfd *fds, size_t n, usec now) {
	struct sitter *sitter = (struct sitter *)source;
	uint64_t count = 0;
	sitter->n_steps++;
	sitter->last = now;
	if (sitter->does == SITTER_MOVES) {
		return sitter->n_steps == sitter->rounds ? PROGRESS_DONE : PROGRESS_MOVED;
	}
	bool told = loop_events(fds, n, sitter->fd) != 0;
	bool heard = sitter->fd >= 0 && read(sitter->fd, &count, sizeof count) == sizeof count;
	bool due = now >= sitter->wake;
	ck_assert(heard || !told);
	sitter->n_early += !heard && !due && sitter->n_steps > 1;
	sitter->n_heard += heard;
	if (due) {
		sitter->wake = sitter->every == 0 ? USEC_NEVER : sitter->wake + sitter->every;
	}
	sitter->rounds -= heard || due;
	return sitter->rounds == 0 ? PROGRESS_DONE : PROGRESS_WAITING;
}

static void sitter_ended(struct crowd_child *child, usec now) {
	struct sitter *sitter = (struct sitter *)((char *)child - offsetof(struct sitter, child));
	(void)now;
	sitter->ended = true;
	the_room->n_ended++;
	if (sitter->fd >= 0) {
		(void)close(sitter->fd);
	}
}

static enum progress room_step(
	struct source *source, const struct pollfd *fds, size_t n, usec now) {
	const struct room *room = (const struct room *)source;
	enum progress progress = source_step(crowd_source(room->crowd), fds, n, now);
	bool over = room->n_ended == room->n || crowd_trouble(room->crowd)->kind != ERR_NONE;
	return over ? PROGRESS_DONE : progress;
}

static size_t room_watch(
	struct source *source, struct pollfd *fds, size_t max, usec now, usec *wake) {
	const struct room *room = (const struct room *)source;
	return source_watch(crowd_source(room->crowd), fds, max, now, wake);
}

static struct room room_new(size_t n) {
	static const struct source_ops ops = {room_watch, room_step};
	struct room room = {.source = {&ops}, .arena = unit_arena(), .n = n};
	room.crowd = crowd_new(room.arena, NULL);
	room.sitters = arena_alloc_array(room.arena, n, sizeof *room.sitters);
	for (size_t i = 0; i < n; i++) {
		room.sitters[i].fd = -1;
		room.sitters[i].wake = USEC_NEVER;
		room.sitters[i].rounds = 1;
	}
	return room;
}

static void room_add(const struct room *room, size_t i) {
	static const struct source_ops ops = {sitter_watch, sitter_step};
	struct sitter *sitter = &room->sitters[i];
	sitter->source.ops = &ops;
	sitter->child.source = &sitter->source;
	sitter->child.ended = sitter_ended;
	crowd_add(room->crowd, &sitter->child, sitter->room, 2);
}

static struct jumping room_run(struct room *room) {
	struct jumping clock = {.now = 1};
	struct loop_os os = {.now = jumping_now, .wait = jump, .context = &clock};
	the_room = room;
	for (size_t i = 0; i < room->n; i++) {
		if (room->sitters[i].child.slot == 0) {
			room_add(room, i);
		}
	}
	ck_assert_int_eq(loop_run(&room->source, &os, 10000 * SEC, NULL), LOOP_FINISHED);
	return clock;
}

static void room_free(struct room *room) {
	crowd_free(room->crowd);
	arena_free(room->arena);
}

static void ring(int fd) {
	const uint64_t one = 1;
	ck_assert_int_eq(write(fd, &one, sizeof one), sizeof one);
}

static int bell(void) {
	int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC | EFD_SEMAPHORE);
	ck_assert_int_ge(fd, 0);
	return fd;
}

static const size_t crowds[] = {1, 32, 256, CHILDREN_MAX};

/* Each wakes up so often at times of its own; some have a descriptor that never says anything. */
START_TEST(steps_of_a_child_do_not_grow_with_the_crowd) {
	struct room room = room_new(crowds[_i]);
	for (size_t i = 0; i < room.n; i++) {
		room.sitters[i].wake = SEC + (usec)(i * 7919 % 100000);
		room.sitters[i].every = SEC;
		room.sitters[i].rounds = ROUNDS;
		room.sitters[i].fd = i < CHILDREN_WITH_FD ? bell() : -1;
	}
	struct jumping clock = room_run(&room);
	for (size_t i = 0; i < room.n; i++) {
		ck_assert_uint_eq(room.sitters[i].n_steps, 1 + ROUNDS);
		ck_assert_uint_eq(room.sitters[i].n_early, 0);
	}
	ck_assert_uint_eq(crowd_steps(room.crowd), room.n * (1 + ROUNDS));
	ck_assert_uint_eq(clock.n_watched, 1);
	ck_assert_int_le(clock.now, ROUNDS * SEC + SEC);
	room_free(&room);
}
END_TEST

START_TEST(a_descriptor_calls_its_own_child_and_nobody_else) {
	struct room room = room_new(100);
	for (size_t i = 0; i < room.n; i++) {
		room.sitters[i].fd = bell();
		room.sitters[i].wake = 9 * SEC;
		room.sitters[i].every = SEC;
		room.sitters[i].rounds = i == 42 ? 2 : 1;
	}
	ring(room.sitters[42].fd);
	(void)room_run(&room);
	for (size_t i = 0; i < room.n; i++) {
		ck_assert_uint_eq(room.sitters[i].n_heard, i == 42);
		ck_assert_uint_eq(room.sitters[i].n_early, 0);
	}
	room_free(&room);
}
END_TEST

START_TEST(one_that_always_moves_starves_nobody) {
	struct room room = room_new(3);
	room.sitters[0].does = SITTER_MOVES;
	room.sitters[0].rounds = 100000;
	room.sitters[1].fd = bell();
	room.sitters[2].wake = 1;
	ring(room.sitters[1].fd);
	the_room = &room;
	for (size_t i = 0; i < room.n; i++) {
		room_add(&room, i);
	}
	for (size_t i = 0; i < 3; i++) {
		ck_assert_int_eq(source_step(&room.source, NULL, 0, 1), PROGRESS_MOVED);
	}
	ck_assert(room.sitters[1].ended);
	ck_assert(room.sitters[2].ended);
	room_free(&room);
}
END_TEST

START_TEST(one_that_sleeps_can_be_woken_and_one_that_is_gone_cannot) {
	struct room room = room_new(2);
	room.sitters[0].fd = bell();
	room.sitters[1].fd = bell();
	room_add(&room, 0);
	room_add(&room, 1);
	ck_assert_int_eq(source_step(&room.source, NULL, 0, 1), PROGRESS_MOVED);
	ck_assert_int_eq(source_step(&room.source, NULL, 0, 1), PROGRESS_WAITING);
	crowd_remove(&room.sitters[1].child);
	crowd_remove(&room.sitters[1].child);
	ring(room.sitters[1].fd);
	crowd_wake(&room.sitters[0].child);
	crowd_wake(&room.sitters[0].child);
	crowd_wake(&room.sitters[1].child);
	ck_assert_int_eq(source_step(&room.source, NULL, 0, 1), PROGRESS_MOVED);
	ck_assert_int_eq(source_step(&room.source, NULL, 0, 1), PROGRESS_WAITING);
	ck_assert_uint_eq(room.sitters[0].n_steps, 2);
	ck_assert_uint_eq(room.sitters[1].n_steps, 1);
	/* its descriptor, which is open, wakes nobody any more */
	struct pollfd fds[1];
	usec wake = USEC_NEVER;
	ck_assert_uint_eq(source_watch(&room.source, fds, 1, 1, &wake), 1);
	ck_assert_int_eq(poll(fds, 1, 0), 0);
	(void)close(room.sitters[0].fd);
	(void)close(room.sitters[1].fd);
	room_free(&room);
}
END_TEST

START_TEST(when_one_leaves_the_others_wake_in_their_order) {
	static const usec times[] = {1, 10, 2, 11, 12, 3, 4};
	struct room room = room_new(sizeof times / sizeof times[0]);
	for (size_t i = 0; i < room.n; i++) {
		room.sitters[i].wake = times[i] * SEC;
		room_add(&room, i);
	}
	ck_assert_int_eq(source_step(&room.source, NULL, 0, 1), PROGRESS_MOVED);
	crowd_remove(&room.sitters[3].child);
	room.sitters[3].wake = 13 * SEC; /* it comes back when the loop begins */
	(void)room_run(&room);
	for (size_t i = 0; i < room.n; i++) {
		ck_assert_int_eq(room.sitters[i].last, i == 3 ? 13 * SEC : times[i] * SEC);
	}
	room_free(&room);
}
END_TEST

START_TEST(one_that_has_no_time_any_more_is_not_woken_at_it) {
	struct room room = room_new(1);
	room.sitters[0].fd = bell();
	room.sitters[0].wake = 5 * SEC;
	room.sitters[0].rounds = 2;
	room_add(&room, 0);
	ck_assert_int_eq(source_step(&room.source, NULL, 0, 1), PROGRESS_MOVED);
	room.sitters[0].wake = USEC_NEVER; /* which it says once it has been rung for */
	ring(room.sitters[0].fd);
	ck_assert_int_eq(source_step(&room.source, NULL, 0, 2), PROGRESS_MOVED);
	ck_assert_int_eq(source_step(&room.source, NULL, 0, 6 * SEC), PROGRESS_WAITING);
	ck_assert_uint_eq(room.sitters[0].n_steps, 2);
	(void)close(room.sitters[0].fd);
	room_free(&room);
}
END_TEST

/* A number that was closed and given out again is a descriptor that nobody watches yet. */
START_TEST(a_number_that_is_used_again_is_watched_again) {
	struct room room = room_new(1);
	struct sitter *sitter = &room.sitters[0];
	sitter->fd = bell();
	sitter->rounds = 3;
	room_add(&room, 0);
	(void)source_step(&room.source, NULL, 0, 1);
	int other = bell();
	ck_assert_int_eq(dup2(other, sitter->fd), sitter->fd);
	(void)close(other);
	crowd_wake(&sitter->child);
	(void)source_step(&room.source, NULL, 0, 1);
	ring(sitter->fd);
	ck_assert_int_eq(source_step(&room.source, NULL, 0, 1), PROGRESS_MOVED);
	ck_assert_uint_eq(sitter->n_heard, 1);
	(void)close(sitter->fd);
	room_free(&room);
}
END_TEST

/* One child closes its descriptor and goes on; before it falls asleep the number is another's, who
 * waits for it. That the first does not wait for it any more is no business of the second. */
START_TEST(a_number_that_another_child_closed_stays_watched) {
	struct room room = room_new(2);
	struct sitter *closes = &room.sitters[0];
	struct sitter *opens = &room.sitters[1];
	the_room = &room;
	closes->fd = bell();
	closes->rounds = 2;
	room_add(&room, 0);
	(void)source_step(&room.source, NULL, 0, 1);
	int number = closes->fd;
	(void)close(closes->fd);
	closes->fd = -1;
	opens->fd = bell();
	ck_assert_int_eq(opens->fd, number);
	room_add(&room, 1);
	(void)source_step(&room.source, NULL, 0, 1);
	if (_i == 0) {
		crowd_wake(&closes->child);
		(void)source_step(&room.source, NULL, 0, 1);
	} else {
		crowd_remove(&closes->child);
	}
	ring(opens->fd);
	ck_assert_int_eq(source_step(&room.source, NULL, 0, 1), PROGRESS_MOVED);
	ck_assert_uint_eq(opens->n_heard, 1);
	room_free(&room);
}
END_TEST

START_TEST(more_descriptors_than_room_are_told_of) {
	struct room room = room_new(1);
	static const struct source_ops ops = {sitter_watch, sitter_step};
	struct sitter *sitter = &room.sitters[0];
	sitter->source.ops = &ops;
	sitter->child.source = &sitter->source;
	sitter->fd = bell();
	crowd_add(room.crowd, &sitter->child, NULL, 0);
	(void)source_step(&room.source, NULL, 0, 1);
	ck_assert_int_eq(crowd_trouble(room.crowd)->kind, ERR_LOCAL);
	ck_assert_str_eq(crowd_trouble(room.crowd)->text, "more than 0 descriptors to wait for");
	(void)close(sitter->fd);
	room_free(&room);
}
END_TEST

START_TEST(a_closed_descriptor_breaks_the_crowd_in_so_many_words) {
	struct room room = room_new(1);
	room.sitters[0].fd = bell();
	(void)close(room.sitters[0].fd);
	room.sitters[0].does = SITTER_WAITS;
	room_add(&room, 0);
	(void)source_step(&room.source, NULL, 0, 1);
	ck_assert_str_eq(
		crowd_trouble(room.crowd)->text, "cannot wait for the network: Bad file descriptor");
	room_free(&room);
}
END_TEST

UNIT_MAIN("crowd", tcase_add_loop_test(tc, steps_of_a_child_do_not_grow_with_the_crowd, 0,
					   sizeof crowds / sizeof *crowds);
		  tcase_add_test(tc, a_descriptor_calls_its_own_child_and_nobody_else);
		  tcase_add_test(tc, one_that_always_moves_starves_nobody);
		  tcase_add_test(tc, one_that_sleeps_can_be_woken_and_one_that_is_gone_cannot);
		  tcase_add_test(tc, when_one_leaves_the_others_wake_in_their_order);
		  tcase_add_test(tc, one_that_has_no_time_any_more_is_not_woken_at_it);
		  tcase_add_test(tc, a_number_that_is_used_again_is_watched_again);
		  tcase_add_loop_test(tc, a_number_that_another_child_closed_stays_watched, 0, 2);
		  tcase_add_test(tc, more_descriptors_than_room_are_told_of);
		  tcase_add_test(tc, a_closed_descriptor_breaks_the_crowd_in_so_many_words);)
