/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person at a terminal sees of a fleet on its way, on standard error. */
#ifndef SMTP_TLS_FLEET_TICKER_H
#define SMTP_TLS_FLEET_TICKER_H

#include "base/arena.h"
#include "io/loop.h"
#include "probe/fleet.h"
#include "smtp-tls-fleet.d/tally.h"

struct outbox;

struct ticker {
	struct source source;        /* first; never done */
	int fd;                      /* standard error, or another way to the same terminal */
	bool shown;                  /* standard error is a terminal */
	bool shared;                 /* standard output is one, too: probably the same */
	const struct outbox *beside; /* what goes there then; NULL: nothing does */
	bool visible;                /* a line stands there now */
	const struct tally *tally;
	struct fleet_rest (*rest)(const void *context); /* NULL: nobody knows */
	const void *context;
	size_t total; /* domains in all lists; 0: not known */
	usec start;
	usec next;     /* when it is to be shown again */
	size_t told;   /* messages */
	size_t unread; /* of them: nobody took them, or not to their end */
	arena_exhausted_fn *exhausted;
};

struct ticker ticker_new(const struct tally *tally, arena_exhausted_fn *exhausted, usec now);

/* "12 of 100 (12%), 3.4/s, about 26 s left: ..."; pure. That is reckoned by the rate, until the
 * last domains are on their way: of these it is told by when the slowest is given up ("deadline in
 * 9 s"), or how many wait for a turn, which nobody knows the end of. */
void ticker_print(const struct ticker *ticker, struct text *text, usec now);

/* Take the line away. */
void ticker_hide(struct ticker *ticker);

/* Make room for standard output where that is on the same terminal. */
void ticker_make_room(struct ticker *ticker);

/* A message for standard error, made harmless, with the program's name. Who does not read it at
 * once misses it; after the first hundred no more are told. */
void ticker_tell(struct ticker *ticker, struct arena *arena, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The last text: standard error gets OUTBOX_GRACE to take it. */
void ticker_finish(struct ticker *ticker, const struct text *text);

/* "1 h 2 min", "26 s". */
void ticker_print_duration(struct text *text, usec duration);

#endif
