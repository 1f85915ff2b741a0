/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Several resolvers that share the work: a question waits until one of them has room, and none gets
 * more at a time than it can do (RESOLVER_BURST). A name server's socket holds less than three
 * hundred questions: of those that were asked just now only so many are on their way. The others
 * are known to be slow, and hold up nobody. */
#ifndef DNS_CHANNELS_H
#define DNS_CHANNELS_H

#include "dns/resolver.h"
#include "io/crowd.h"

#define CHANNELS_MAX 16U
#define CHANNELS_FRESH_MAX 192U
#define CHANNELS_FRESH_FOR USEC_PER_SEC

struct channels;

/* Part of whoever asks. */
struct channel_question {
	struct dns_question question; /* with an arena of its own */
	/* It has its outcome. May be called before channels_ask() is back. */
	void (*settled)(struct channel_question *question, usec now);
	/* It had to wait for a channel, and now it is asked; NULL: nobody wants to know. */
	void (*launches)(struct channel_question *question, usec now);
	bool waits;    /* for a channel that has room */
	bool unwanted; /* if it still waits, it is not asked any more, but settled as it is */
	usec launched;
	bool fresh;
	struct channel_question *next; /* of those that wait, and then of those that are fresh */
	struct channel_question *previous;
};

/* Opens one more channel: a resolver that gives each question its own time. */
struct channels_spec {
	struct resolver *(*open)(void *context, struct arena *arena, usec now, struct err *err);
	void *context;
	struct crowd *crowd; /* in which they are */
};

/* Opens the first; others follow when it has no room. NULL with err as the opener has it. */
struct channels *channels_new(
	struct arena *arena, const struct channels_spec *spec, usec now, struct err *err);
void channels_free(struct channels *channels); /* accepts NULL; nothing is settled any more */

void channels_ask(struct channels *channels, struct channel_question *question, usec now);

/* How many questions a resolver was asked. */
size_t channels_asked(const struct channels *channels);

#endif
