/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The only place that waits. A source says what it waits for and does what it can without blocking;
 * the loop polls only after a round in which nothing moved, so no wake-up is lost. One node is
 * n = 1: there is no second way to run anything. */
#ifndef IO_LOOP_H
#define IO_LOOP_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/err.h"

/* Most descriptors one run watches: 32 probes, the sockets of two resolver channels, the pipes of
 * native lookups, and two sockets each to 16 name servers of zones. Whoever fixes these numbers
 * asserts that they have room here. */
#define LOOP_FDS_MAX 176

enum progress {
	PROGRESS_WAITING, /* nothing to do until an event or the wake-up time */
	PROGRESS_MOVED,   /* something was done; ask again before waiting */
	PROGRESS_DONE     /* finished; never step again */
};

struct source;

struct source_ops {
	/* Say what to wait for: fill in at most max entries, return how many; more than max says that
	 * there is no room, which ends the loop. Lower *wake when something must happen by that time
	 * even if no descriptor fires; `now` is the time of the loop's clock. */
	size_t (*watch)(struct source *source, struct pollfd *fds, size_t max, usec now, usec *wake);
	/* Do all that can be done without blocking. fds are this round's results for all sources (a
	 * source finds its own by descriptor, or simply tries); n may be 0. */
	enum progress (*step)(struct source *source, const struct pollfd *fds, size_t n, usec now);
};

/* Embedded as the first member of whatever is a source. */
struct source {
	const struct source_ops *ops;
};

static inline size_t source_watch(
	struct source *source, struct pollfd *fds, size_t max, usec now, usec *wake) {
	return source->ops->watch(source, fds, max, now, wake);
}

static inline enum progress source_step(
	struct source *source, const struct pollfd *fds, size_t n, usec now) {
	return source->ops->step(source, fds, n, now);
}

/* The last steps of a source whose time is over: what it waited for has ended with that time, and
 * of that more is to be told than that it did not come, so it may draw its conclusions. They take
 * no time, and there are no more than so many of them. */
enum { LOOP_LAST_STEPS = 4 };
enum progress source_conclude(struct source *source, usec now);

/* The revents of one descriptor in a round's results; 0 when it is not among them. */
short loop_events(const struct pollfd *fds, size_t n, int fd);

/* What the loop needs from the world; tests give a fake clock. */
enum loop_wait {
	LOOP_WAIT_DONE,        /* events, or the time has come */
	LOOP_WAIT_INTERRUPTED, /* a signal wants the run to end */
	LOOP_WAIT_FAILED       /* errno says why */
};
struct loop_os {
	usec (*now)(const struct loop_os *os);
	/* Wait for events until the absolute time wake (USEC_NEVER: no limit). */
	enum loop_wait (*wait)(const struct loop_os *os, struct pollfd *fds, size_t n, usec wake);
	void *context;
	/* Does a signal want the run to end? NULL: only the wait tells. */
	bool (*interrupted)(const struct loop_os *os);
};

/* The real clock and poll(2). Without an interrupt (NULL) no signal ends the run. One that comes
 * right before a wait does not end that wait: whoever catches it sees to it that another comes. */
struct loop_interrupt {
	const volatile int *signal_number; /* non-zero once a signal asked for the end */
};
struct loop_os loop_os_real(struct loop_interrupt *interrupt);

enum loop_end {
	LOOP_FINISHED,    /* the root source said PROGRESS_DONE */
	LOOP_DEADLINE,    /* the run's deadline passed first */
	LOOP_INTERRUPTED, /* a signal asked for the end */
	LOOP_BROKEN       /* this machine failed; err says how */
};

/* Run until the root is done, the absolute deadline passes (behind the last steps), or a signal
 * arrives. The root is stepped on every wake, so a chatty descriptor starves nobody's deadline. */
enum loop_end loop_run(
	struct source *root, const struct loop_os *os, usec deadline, struct err *err);

#endif
