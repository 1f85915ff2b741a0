/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Carries DNS messages to the resolvers and brings the answers back. Of what a message says it
 * knows whether the server failed: servers in turn happen in here, meaning is made of the replies
 * elsewhere. */
#ifndef DNS_CARRIER_H
#define DNS_CARRIER_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/span.h"
#include "dns/server_address.h"
#include "io/loop.h"

/* Descriptors one carrier can watch: each server has one UDP and one TCP socket at most. */
#define CARRIER_FDS_MAX 48

enum carrier_status {
	CARRIER_WAITING = 0,
	CARRIER_ANSWERED,  /* a message came, whatever its rcode */
	CARRIER_REFUSED,   /* every server refused the connection */
	CARRIER_TIMED_OUT, /* silence */
	CARRIER_MALFORMED, /* something came that c-ares itself takes for no DNS message (from 1.2x on)
						*/
	CARRIER_BROKEN,    /* this machine: no memory, no server */
	CARRIER_UNSENT     /* set by the sender: earlier answers were more than it takes */
};

/* Where an answer is put; must live until it is there, it is cancelled, or the carrier is gone. */
struct carrier_reply {
	struct arena *arena; /* given by the sender */
	enum carrier_status status;
	struct span message; /* in the arena; while WAITING the best of the failures so far */
	const char *server;  /* whose it is, of the carrier's list */
	usec until;          /* whoever waits longer waits in vain */
	const char *why;     /* BROKEN: a static text of the library */
};

struct carrier_spec {
	const struct server_address *servers; /* at least one; borrowed for the carrier's life */
	size_t n_servers;
	usec patience; /* so long a reply of each server is waited for */
};

struct carrier_order {
	struct span query; /* of at most DNS_QUERY_MAX octets */
	const char *only;  /* of the carrier's list: this server alone, once; NULL: all in turn */
	usec deadline;     /* however long the patience */
};

struct carrier;

/* NULL with ERR_LOCAL. The struct lives in the arena, its sockets until carrier_close(). */
struct carrier *carrier_open(struct arena *arena, const struct carrier_spec *spec, struct err *err);
void carrier_close(struct carrier *carrier); /* accepts NULL; replies stay as they are */

/* Send a query to the first server. Each further one is asked once the ones before have failed
 * (SERVFAIL, REFUSED, NOTIMP, nobody there), or have been silent for a while; an answer of theirs
 * still counts. A server that was silent for that long is asked last for some seconds. A
 * single server that failed is asked once more. Where all fail, the answer is a failure: the first
 * SERVFAIL, if there is one. */
void carrier_send(struct carrier *carrier, const struct carrier_order *order,
	struct carrier_reply *reply, usec now);

/* Forget all that is under way; the replies stay as they are. */
void carrier_cancel(struct carrier *carrier);

/* As a source does (io/loop.h). */
size_t carrier_watch(
	const struct carrier *carrier, struct pollfd *fds, size_t max, usec now, usec *wake);
void carrier_step(struct carrier *carrier, const struct pollfd *fds, size_t n, usec now);

#endif
