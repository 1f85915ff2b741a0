/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Between two looks at the clock lies one step, or a wait whose end is known: what is far beyond
 * was lost. */
#include "io/stall.h"

/* It should be about `expected` now. */
static usec look(struct stall_clock *clock, usec expected) {
	usec now = clock->real.now(&clock->real);
	if (now - expected > STALL_LEAST) {
		clock->lost += now - expected;
	}
	clock->seen = now;
	return now - clock->lost;
}

static usec stall_now(const struct loop_os *os) {
	struct stall_clock *clock = os->context;
	return look(clock, clock->seen);
}

static enum loop_wait stall_wait(
	const struct loop_os *os, struct pollfd *fds, size_t n, usec wake) {
	struct stall_clock *clock = os->context;
	usec begun = look(clock, clock->seen) + clock->lost;
	usec until = wake == USEC_NEVER ? USEC_NEVER : deadline_after(wake, clock->lost);
	enum loop_wait end = clock->real.wait(&clock->real, fds, n, until);
	/* What comes early may have come during a stop that nobody can see. */
	(void)look(clock, until > begun ? until : begun);
	return end;
}

static bool stall_interrupted(const struct loop_os *os) {
	const struct stall_clock *clock = os->context;
	return clock->real.interrupted != NULL && clock->real.interrupted(&clock->real);
}

struct loop_os stall_os(struct stall_clock *clock, const struct loop_os *real) {
	*clock = (struct stall_clock){.real = *real};
	clock->seen = real->now(real);
	return (struct loop_os){stall_now, stall_wait, clock, stall_interrupted};
}
