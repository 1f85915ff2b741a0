/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_FAKE_FAKE_DNSD_H
#define TESTS_FAKE_FAKE_DNSD_H
/* A scripted recursive resolver, or a name server of a zone, on one address, UDP and TCP on one
 * port, in a thread of its own. The zone belongs to the thread from start to stop. */
#include "notes.h"
#include "zone.h"
#include <pthread.h>

enum dnsd_mode {
	DNSD_VALIDATES,
	DNSD_INSECURE, /* never AD */
	DNSD_DEAD,     /* nobody listens */
	DNSD_SILENT,   /* takes questions and never answers */
	DNSD_SERVFAIL, /* to everything */
	DNSD_REFUSED,
	DNSD_NO_EDNS, /* FORMERR when there is an OPT record */
	DNSD_NO_TCP,  /* nobody listens on TCP */
};

struct dnsd_tcp;
struct dnsd_late;

struct dnsd {
	struct zone *zone;
	enum dnsd_mode mode;
	bool authoritative; /* AA, no AD */
	const char *address;
	uint16_t port;
	int udp, tcp;
	int stop[2];
	struct notes notes; /* "NAME TYPE flags": one line per question */
	pthread_t thread;
	bool running;
	struct dnsd_tcp *peers;
	struct dnsd_late *late;
};

/* Takes a free port of the address, or that of ADDRESS:PORT; dnsd->port is set. */
bool dnsd_bind(struct dnsd *dnsd, struct pool *pool, const char *address);
/* The same for an address of either family and a port, 0 for a free one. */
bool dnsd_bind_to(struct dnsd *dnsd, struct pool *pool, const char *address, uint16_t port);
bool dnsd_start(struct dnsd *dnsd, struct zone *zone, enum dnsd_mode mode);
void dnsd_stop(struct dnsd *dnsd);
void dnsd_free(struct dnsd *dnsd);

struct dnsd_answer {
	size_t len; /* 0: say nothing */
	long delay_ms;
	uint8_t bytes[DNS_MESSAGE_MAX];
};

enum dnsd_transport { DNSD_UDP, DNSD_TCP };

/* The answer to one message; pure but for notes and for lines that count only once. */
void dnsd_answer(struct dnsd *dnsd, const uint8_t *bytes, size_t len, enum dnsd_transport transport,
	struct dnsd_answer *answer);

#endif
