/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* From 1 on, in the order of badness. */
#include "smtp-tls-fleet.d/worst.h"

static const enum state order[] = {STATE_OK, STATE_UNKNOWN, STATE_WARNING, STATE_CRITICAL};

size_t worst_count(enum state state) {
	size_t n = 0;
	while (order[n] != state) {
		n++;
	}
	return n + 1;
}

enum state worst_state(size_t count) {
	return order[count - 1];
}
