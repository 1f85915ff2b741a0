/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The loop: run what can move, else poll until something can. */
#include "io/loop.h"

#include <errno.h>
#include <string.h>
#include <time.h>

short loop_events(const struct pollfd *fds, size_t n, int fd) {
	for (size_t i = 0; i < n; i++) {
		if (fds[i].fd == fd) {
			return fds[i].revents;
		}
	}
	return 0;
}

static usec real_now(const struct loop_os *os) {
	(void)os;
	return clock_now();
}

static bool real_interrupted(const struct loop_os *os) {
	const struct loop_interrupt *interrupt = os->context;
	return interrupt != NULL && *interrupt->signal_number != 0;
}

static enum loop_wait real_wait(const struct loop_os *os, struct pollfd *fds, size_t n, usec wake) {
	struct timespec span;
	struct timespec *limit = NULL;
	if (wake != USEC_NEVER) {
		usec left = wake - clock_now();
		left = left < 0 ? 0 : left;
		span.tv_sec = (time_t)(left / USEC_PER_SEC);
		span.tv_nsec = (long)(left % USEC_PER_SEC * 1000);
		limit = &span;
	}
	if (ppoll(fds, (nfds_t)n, limit, NULL) >= 0) {
		return LOOP_WAIT_DONE;
	}
	if (errno != EINTR) {
		return LOOP_WAIT_FAILED;
	}
	for (size_t i = 0; i < n; i++) {
		fds[i].revents = 0;
	}
	return real_interrupted(os) ? LOOP_WAIT_INTERRUPTED : LOOP_WAIT_DONE;
}

struct loop_os loop_os_real(struct loop_interrupt *interrupt) {
	return (struct loop_os){real_now, real_wait, interrupt, real_interrupted};
}

enum progress source_conclude(struct source *source, usec now) {
	enum progress progress = PROGRESS_MOVED;
	for (int i = 0; progress == PROGRESS_MOVED && i < LOOP_LAST_STEPS; i++) {
		progress = source_step(source, NULL, 0, now);
	}
	return progress;
}

enum loop_end loop_run(
	struct source *root, const struct loop_os *os, usec deadline, struct err *err) {
	struct pollfd fds[LOOP_FDS_MAX];
	size_t n = 0;
	for (;;) {
		// cppcheck-suppress uninitvar ; the first time there are none of them (n is 0)
		enum progress progress = source_step(root, fds, n, os->now(os));
		if (progress == PROGRESS_DONE) {
			return LOOP_FINISHED;
		}
		usec now = os->now(os);
		if (now >= deadline) {
			return source_conclude(root, now) == PROGRESS_DONE ? LOOP_FINISHED : LOOP_DEADLINE;
		}
		if (os->interrupted != NULL && os->interrupted(os)) {
			return LOOP_INTERRUPTED;
		}
		if (progress == PROGRESS_MOVED) {
			n = 0; /* the events of this round are used up */
			continue;
		}
		usec wake = deadline;
		n = source_watch(root, fds, LOOP_FDS_MAX, os->now(os), &wake);
		if (n > LOOP_FDS_MAX) {
			err_set(err, ERR_LOCAL, "more than %d descriptors to wait for", LOOP_FDS_MAX);
			return LOOP_BROKEN;
		}
		enum loop_wait wait = os->wait(os, fds, n, wake);
		if (wait == LOOP_WAIT_INTERRUPTED) {
			return LOOP_INTERRUPTED;
		}
		if (wait == LOOP_WAIT_FAILED) {
			err_set(err, ERR_LOCAL, "cannot wait for the network: %s", strerror(errno));
			return LOOP_BROKEN;
		}
	}
}
