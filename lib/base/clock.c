/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The monotonic clock in microseconds, and sums that do not run over. */
#include "base/clock.h"

#include <time.h>

/* Asked once more: at 0 every deadline would have passed long ago, or never pass. */
static bool read_clock(struct timespec *now) {
	for (int asked = 0; asked < 2; asked++) {
		if (clock_gettime(CLOCK_MONOTONIC, now) == 0) {
			return true;
		}
	}
	return false;
}

bool clock_works(void) {
	struct timespec now;
	return read_clock(&now);
}

usec clock_now(void) {
	struct timespec now = {0, 0};
	(void)read_clock(&now);
	return (usec)now.tv_sec * USEC_PER_SEC + now.tv_nsec / 1000;
}

usec deadline_after(usec now, usec duration) {
	if (duration <= 0) {
		return now;
	}
	return duration > USEC_NEVER - now ? USEC_NEVER : now + duration;
}

usec usec_min(usec a, usec b) {
	return a < b ? a : b;
}
