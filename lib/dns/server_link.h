/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* DNS messages to one name server, over c-ares: what is sent again after silence, truncation and
 * TCP happen in here. */
#ifndef DNS_SERVER_LINK_H
#define DNS_SERVER_LINK_H

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"
#include "dns/carrier.h"
#include "dns/server_address.h"
#include "io/loop.h"

/* Descriptors one link can watch. c-ares opens one UDP and one TCP socket at most. */
#define SERVER_LINK_FDS_MAX 8U

struct server_link;

/* Where an answer is put; must live until its status is no longer WAITING, or the link is gone. */
struct link_reply {
	struct arena *arena; /* for the message; NULL: nobody waits for it */
	enum carrier_status status;
	struct span message;
	const char *why; /* BROKEN: a static text of the library */
};

/* NULL with ERR_LOCAL. The struct lives in the arena, its sockets until server_link_close(); the
 * address is borrowed. A question that nobody answers is sent again, the first time after once_ms,
 * each time after twice as long, until the patience is over (from c-ares 1.32 on more often, see
 * there). */
struct server_link *server_link_open(struct arena *arena, const struct server_address *server,
	usec patience, int once_ms, struct err *err);
void server_link_close(struct server_link *link); /* accepts NULL */

/* Send a query of at most 512 octets. The reply may come at once. */
void server_link_send(struct server_link *link, struct span query, struct link_reply *reply);

/* End all that is under way, as if it had timed out. */
void server_link_cancel(struct server_link *link);

/* As a source does (io/loop.h). */
size_t server_link_watch(
	const struct server_link *link, struct pollfd *fds, size_t max, usec now, usec *wake);
void server_link_step(struct server_link *link, const struct pollfd *fds, size_t n);

#endif
