/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Time for waiting and measuring: microseconds of the monotonic clock. Deadlines are absolute and
 * set once; a duration is added to a "now" in exactly one place, deadline_after(). */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

typedef int64_t usec; /* microseconds: a point on the monotonic clock, or a duration */

#define USEC_NEVER INT64_MAX
#define USEC_PER_MSEC INT64_C(1000)
#define USEC_PER_SEC INT64_C(1000000)

/* Can it be read at all? Where a filter of system calls forbids it, no wait would ever end. */
bool clock_works(void);

/* Now, on a clock that only moves forward. */
usec clock_now(void);

/* now + duration, never overflowing; a negative duration counts as none. */
usec deadline_after(usec now, usec duration);

usec usec_min(usec a, usec b);

#endif
