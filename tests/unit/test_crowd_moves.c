/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A crowd of more than one batch whose children move. */
#include <sys/eventfd.h>
#include <unistd.h>

#include "io/crowd.h"
#include "unit.h"

/* Waits until it can write, then for something to read, and has moved whenever it hears of either:
 * as a library that is told of each event, and says itself what it waits for. */
struct writer {
	struct source source;
	struct crowd_child child;
	struct pollfd room[1];
	int fd;
	bool written;
	size_t n_steps;
};

static enum progress writer_step(
	struct source *source, const struct pollfd *fds, size_t n, usec now) {
	struct writer *writer = (struct writer *)source;
	bool heard = loop_events(fds, n, writer->fd) != 0;
	(void)now;
	writer->n_steps++;
	writer->written |= heard;
	return heard ? PROGRESS_MOVED : PROGRESS_WAITING;
}

static size_t writer_watch(
	struct source *source, struct pollfd *fds, size_t max, usec now, usec *wake) {
	const struct writer *writer = (const struct writer *)source;
	(void)now;
	(void)wake;
	(void)max;
	fds[0] = (struct pollfd){.fd = writer->fd, .events = writer->written ? POLLIN : POLLOUT};
	return 1;
}

START_TEST(many_that_move_come_to_say_what_they_wait_for_now) {
	static const struct source_ops ops = {writer_watch, writer_step};
	static struct writer writers[4 * CROWD_BATCH];
	struct arena *arena = unit_arena();
	struct crowd *crowd = crowd_new(arena, NULL);
	for (size_t i = 0; i < 4 * CROWD_BATCH; i++) {
		struct writer *writer = &writers[i];
		*writer = (struct writer){.source = {&ops}, .fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
		writer->child.source = &writer->source;
		crowd_add(crowd, &writer->child, writer->room, 1);
	}
	for (size_t rounds = 0; source_step(crowd_source(crowd), NULL, 0, 1) == PROGRESS_MOVED;
		 rounds++) {
		ck_assert_uint_lt(rounds, 100);
	}
	for (size_t i = 0; i < 4 * CROWD_BATCH; i++) {
		ck_assert(writers[i].written);
		ck_assert_uint_le(writers[i].n_steps, 5);
		ck_assert_int_eq(writers[i].room[0].events, POLLIN);
		crowd_remove(&writers[i].child);
		(void)close(writers[i].fd);
	}
	crowd_free(crowd);
	arena_free(arena);
}
END_TEST

UNIT_MAIN("crowd moves", tcase_add_test(tc, many_that_move_come_to_say_what_they_wait_for_now);)
