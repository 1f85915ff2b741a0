/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks one name server of a zone itself, over UDP and TCP at the same time, with RD=0 and DO=1: not
 * through the resolver, which asks whichever server it likes. */
#ifndef DNS_AUTHORITY_H
#define DNS_AUTHORITY_H

#include <sys/socket.h>

#include "base/arena.h"
#include "dns/authority_reply.h"
#include "io/loop.h"

#define AUTHORITY_PORT 53
#define AUTHORITY_QUESTIONS_MAX 9U
#define AUTHORITY_PATIENCE (3 * USEC_PER_SEC) /* for all that one server is asked */
#define AUTHORITY_TRY (1 * USEC_PER_SEC)      /* then what is open is sent again over UDP */
#define AUTHORITY_CONNECTIONS_MAX 9U          /* some servers close after each answer over TCP */
#define AUTHORITY_FDS 2

struct authority_spec {
	int family;          /* 4 or 6 */
	struct span address; /* 4 or 16 octets, copied */
	uint16_t port;
	struct authority_question *questions; /* at most AUTHORITY_QUESTIONS_MAX; the caller's, written
											 as answers come */
	size_t n;
	usec deadline; /* absolute, where it comes before the patience ends */
};

struct authority;

/* Send everything. What cannot be sent has its outcome at once. Answers live in the arena. */
struct authority *authority_new(struct arena *arena, const struct authority_spec *spec, usec now);

/* As a source does (io/loop.h); DONE when each question has an outcome, or time is over. */
size_t authority_watch(
	const struct authority *authority, struct pollfd *fds, size_t max, usec *wake);
enum progress authority_step(
	struct authority *authority, const struct pollfd *fds, size_t n, usec now);

/* Close the sockets; accepts NULL. The answers stay as they are. */
void authority_close(struct authority *authority);

#endif
