/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* getaddrinfo(3) where it may block as long as it likes: in a child process that writes what it
 * found to a pipe and ends. */
#ifndef DNS_NATIVE_CHILD_H
#define DNS_NATIVE_CHILD_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/span.h"

#define NATIVE_CHILD_DIED INT_MIN /* no EAI_... */
#define NATIVE_ADDRESSES_MAX 64U  /* of one host; the rest is dropped */

/* What the child writes, at once (it is shorter than PIPE_BUF). */
struct native_answer {
	int status; /* of getaddrinfo(): 0 or EAI_..., or NATIVE_CHILD_DIED */
	int reason; /* errno, with EAI_SYSTEM */
	unsigned n;
	uint8_t addresses[NATIVE_ADDRESSES_MAX][16]; /* of an IPv4 address the first four octets */
};

struct native_child {
	pid_t pid; /* 0: none */
	int fd;    /* the pipe's reading end, non-blocking */
	size_t n_read;
	struct native_answer answer;
};

/* Start one; false with ERR_LOCAL. It ends by itself soon after the patience is over, should nobody
 * be left to stop it. */
bool native_child_start(
	struct native_child *child, const char *name, int family, usec patience, struct err *err);

/* Read what is there, without blocking. True when the answer is complete, or the child ended
 * without one (then status is NATIVE_CHILD_DIED). */
bool native_child_read(struct native_child *child);

/* End it, by force if need be, and leave no zombie. Harmless when there is none. */
void native_child_stop(struct native_child *child);

#endif
