/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Turns: octets in a pipe. */
#include "turns.h"

#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <unistd.h>

enum { PATIENCE_MS = 60000 };

static int turns[2] = {-1, -1};
static bool ours;

static void put(void) {
	if (turns[0] >= 0) {
		(void)!write(turns[1], "t", 1);
	}
}

void turns_make(int n) {
	if (pipe2(turns, O_CLOEXEC | O_NONBLOCK) != 0) {
		turns[0] = -1;
	}
	for (int i = 0; i < n; i++) {
		put();
	}
}

void turns_take(void) {
	struct pollfd readable = {.fd = turns[0], .events = POLLIN};
	char turn;
	/* Another may be faster between poll() and read(). */
	while (turns[0] >= 0 && !ours && poll(&readable, 1, PATIENCE_MS) > 0) {
		ours = read(turns[0], &turn, 1) == 1;
	}
}

void turns_give(void) {
	if (ours) {
		put();
	}
	ours = false;
}
