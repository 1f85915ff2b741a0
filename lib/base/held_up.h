/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* How long somebody was held up by others in this process: no fault of his, and so none of the time
 * he is given. He may wait for several things at once; that counts once. */
#ifndef BASE_HELD_UP_H
#define BASE_HELD_UP_H

#include <stddef.h>

#include "base/clock.h"

/* All-zero: never yet. */
struct held_up {
	size_t n; /* things he waits for now: his time stands still */
	usec since;
	usec before;
};

static inline void held_up_begin(struct held_up *held_up, usec now) {
	if (held_up->n++ == 0) {
		held_up->since = now;
	}
}

static inline void held_up_end(struct held_up *held_up, usec now) {
	if (--held_up->n == 0) {
		held_up->before += now - held_up->since;
	}
}

static inline usec held_up_for(const struct held_up *held_up, usec now) {
	return held_up->before + (held_up->n > 0 ? now - held_up->since : 0);
}

#endif
