/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A loop_os whose clock jumps to what comes next. */
#include "fake_clock.h"

#include <errno.h>

static usec next_byte(const struct fake_arrival *arrival) {
	if (arrival->taken >= arrival->count) {
		return USEC_NEVER;
	}
	return arrival->at + (usec)arrival->taken * arrival->every;
}

/* When the first untaken byte of fd arrives or arrived. */
static usec readable_at(const struct fake_clock *clock, int fd) {
	usec first = USEC_NEVER;
	for (size_t i = 0; i < clock->n_arrivals; i++) {
		if (clock->arrivals[i].fd == fd) {
			first = usec_min(first, next_byte(&clock->arrivals[i]));
		}
	}
	return first;
}

bool fake_clock_read(struct fake_clock *clock, int fd) {
	for (size_t i = 0; i < clock->n_arrivals; i++) {
		struct fake_arrival *arrival = &clock->arrivals[i];
		if (arrival->fd == fd && next_byte(arrival) <= clock->now) {
			arrival->taken++;
			return true;
		}
	}
	return false;
}

static usec fake_now(const struct loop_os *os) {
	return ((const struct fake_clock *)os->context)->now;
}

static void jump(struct fake_clock *clock, usec to) {
	clock->now = to > clock->now ? to : clock->now;
}

static enum loop_wait fake_wait(const struct loop_os *os, struct pollfd *fds, size_t n, usec wake) {
	struct fake_clock *clock = os->context;
	clock->n_waits++;
	clock->n_watched = n;
	if (clock->wait_errno != 0) {
		errno = clock->wait_errno;
		return LOOP_WAIT_FAILED;
	}
	usec until = wake;
	for (size_t i = 0; i < n; i++) {
		until = usec_min(until, readable_at(clock, fds[i].fd));
	}
	if (clock->interrupt_at != 0 && clock->interrupt_at <= until) {
		jump(clock, clock->interrupt_at);
		return LOOP_WAIT_INTERRUPTED;
	}
	if (until == USEC_NEVER) {
		errno = EDEADLK;
		return LOOP_WAIT_FAILED;
	}
	jump(clock, until);
	for (size_t i = 0; i < n; i++) {
		bool readable = readable_at(clock, fds[i].fd) <= clock->now;
		fds[i].revents = readable ? (short)(fds[i].events & POLLIN) : 0;
	}
	return LOOP_WAIT_DONE;
}

struct loop_os fake_clock_os(struct fake_clock *clock) {
	return (struct loop_os){fake_now, fake_wait, clock, NULL};
}
