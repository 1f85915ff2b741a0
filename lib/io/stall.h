/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A clock that stands still while this process does: stopped from a terminal, on a suspended
 * machine, in a write that nobody takes. It is not the peers who were late then, so no deadline
 * passes meanwhile. */
#ifndef IO_STALL_H
#define IO_STALL_H

#include "io/loop.h"

/* Later than this is no busy machine any more. */
#define STALL_LEAST (1 * USEC_PER_SEC)

struct stall_clock {
	struct loop_os real;
	usec seen; /* on the real clock, when it was looked at last */
	usec lost; /* what does not count */
};

/* The real operations with that clock; it starts where the real one is. The struct must outlive the
 * loop. */
struct loop_os stall_os(struct stall_clock *clock, const struct loop_os *real);

#endif
