/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A world for the loop in which waiting takes no time: the clock jumps to whatever comes first, an
 * arrival on a watched descriptor or the wake-up time. Descriptors are plain numbers. */
#ifndef TESTS_FAKE_FAKE_CLOCK_H
#define TESTS_FAKE_FAKE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>

#include "io/loop.h"

/* Bytes that arrive: `count` of them, the first at `at`, one more after each `every`. */
struct fake_arrival {
	int fd;
	usec at;
	usec every;
	size_t count;
	size_t taken; /* by fake_clock_read; starts at 0 */
};

/* All zero is a world in which nothing ever happens. */
struct fake_clock {
	usec now;
	struct fake_arrival *arrivals; /* borrowed */
	size_t n_arrivals;
	usec interrupt_at; /* a signal arrives then; 0: never */
	int wait_errno;    /* waiting fails with it; 0: works */
	size_t n_waits;    /* how often the loop waited */
	size_t n_watched;  /* descriptors of the last wait */
};

/* The world as the loop sees it; the clock must outlive it. Waiting for nothing without a wake-up
 * time would hang for real, so it fails with EDEADLK. */
struct loop_os fake_clock_os(struct fake_clock *clock);

/* Take one byte that has arrived on fd; false when there is none ("would block"). */
bool fake_clock_read(struct fake_clock *clock, int fd);

#endif
