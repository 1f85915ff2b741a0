/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Standard output of a fleet. A reader that is slow must not hold up the surveys, whose deadlines
 * would pass: what cannot be written at once waits here, and nobody begins another domain while
 * much does. */
#ifndef SMTP_TLS_FLEET_OUTBOX_H
#define SMTP_TLS_FLEET_OUTBOX_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/span.h"
#include "io/loop.h"

/* Octets that wait from which on no other domain is begun. */
#define OUTBOX_FULL (4U * 1024U * 1024U)

#define OUTBOX_GRACE (5 * USEC_PER_SEC)

struct outbox {
	struct source source; /* first; never done */
	arena_exhausted_fn *exhausted;
	int fd;
	bool is_file; /* takes everything at once */
	struct outbox_chunk *first;
	struct outbox_chunk *last;
	size_t waiting;       /* octets */
	struct span homeless; /* the end of what was put here last, while memory is sought for it */
	int error;            /* errno; 0: all is well. Nothing is written any more */
	/* Told when there is room again, or trouble. */
	void (*changed)(void *context);
	void *context;
};

struct outbox outbox_new(int fd, arena_exhausted_fn *exhausted);

/* Take all of it, or nothing when there was an error. */
void outbox_put(struct outbox *outbox, struct span bytes);

static inline bool outbox_is_full(const struct outbox *outbox) {
	return outbox->waiting >= OUTBOX_FULL;
}

/* Write all that waits, for when nothing else is to be done any more. A slow reader gets all the
 * time it takes, and from a signal on OUTBOX_GRACE; false: not all of it is out. */
bool outbox_flush(struct outbox *outbox);

void outbox_free(struct outbox *outbox);

#endif
