/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* From 1 on, in the order of state_worse(). */
#include "smtp-tls-fleet.d/worst.h"

/* How many it is not better than, itself among them. */
size_t worst_count(enum state state) {
	size_t n = 0;
	for (int other = STATE_OK; other <= STATE_UNKNOWN; other++) {
		n += state_worse(state, (enum state)other) == state ? 1 : 0;
	}
	return n;
}

enum state worst_state(size_t count) {
	int state = STATE_OK;
	while (worst_count((enum state)state) != count) {
		state++;
	}
	return (enum state)state;
}
