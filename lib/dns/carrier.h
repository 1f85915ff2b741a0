/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Carries DNS messages to the resolvers and brings the answers back, over c-ares. It knows nothing
 * of what a message says: retries, servers in turn, truncation and TCP happen in here, meaning is
 * made of the replies elsewhere. */
#ifndef DNS_CARRIER_H
#define DNS_CARRIER_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/span.h"
#include "dns/server_address.h"
#include "io/loop.h"

/* Descriptors one carrier can watch. c-ares opens one UDP and one TCP socket per server at most. */
#define CARRIER_FDS_MAX 48

enum carrier_failures {
	CARRIER_TRIES_ON,      /* after SERVFAIL, REFUSED or NOTIMP the next server is asked */
	CARRIER_SHOWS_FAILURES /* the first answer of any server is the answer */
};

enum carrier_status {
	CARRIER_WAITING = 0,
	CARRIER_ANSWERED,  /* a message came, whatever its rcode */
	CARRIER_REFUSED,   /* every server refused the connection, or the question (c-ares up to 1.2x
						  tells no difference) */
	CARRIER_TIMED_OUT, /* silence */
	CARRIER_MALFORMED, /* something came that c-ares itself takes for no DNS message (from 1.2x on)
						*/
	CARRIER_BROKEN,    /* this machine: no memory, no server */
	CARRIER_UNSENT     /* set by the sender: earlier answers were more than it takes */
};

struct carrier_request;

/* Where an answer is put; must live until it is there, it is forgotten, or the carrier is gone. */
struct carrier_reply {
	struct arena *arena; /* given by the sender */
	enum carrier_status status;
	struct span message;             /* in the arena */
	const char *server;              /* whose it is, of the carrier's list; NULL: not known */
	struct carrier_request *request; /* while WAITING */
	usec until;                      /* set when sent: whoever waits longer waits in vain */
	const char *why;                 /* BROKEN: a static text of the library */
};

struct carrier_spec {
	const struct server_address *servers; /* at least one; borrowed for the carrier's life */
	size_t n_servers;
	enum carrier_failures failures;
	usec patience; /* about so long a reply is waited for: see carrier_send() */
};

struct carrier;

/* NULL with ERR_LOCAL. The struct lives in the arena, its sockets until carrier_close(). */
struct carrier *carrier_open(struct arena *arena, const struct carrier_spec *spec, struct err *err);
void carrier_close(struct carrier *carrier); /* accepts NULL; replies stay as they are */

/* Send a query of at most 512 octets. The reply may come at once. It is to be forgotten, and counts
 * as silence, when two tries of each server are over, of which the second waits twice as long: that
 * is the same with every c-ares, and within the patience. Newer ones go on trying for longer. */
void carrier_send(
	struct carrier *carrier, struct span query, struct carrier_reply *reply, usec now);

/* Nobody waits for this reply any more: it may go. One that is there stays as it is. */
void carrier_forget(struct carrier_reply *reply);

/* Forget all that is under way; the replies stay as they are. */
void carrier_cancel(struct carrier *carrier);

/* As a source does (io/loop.h). */
size_t carrier_watch(
	const struct carrier *carrier, struct pollfd *fds, size_t max, usec now, usec *wake);
void carrier_step(struct carrier *carrier, const struct pollfd *fds, size_t n);

#endif
