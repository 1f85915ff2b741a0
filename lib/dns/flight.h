/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* One question on its way to an answer: hop by hop along aliases, and after a failure the question
 * that tells bogus from broken. Pure: it says what to ask next and makes sense of what came. */
#ifndef DNS_FLIGHT_H
#define DNS_FLIGHT_H

#include "base/arena.h"
#include "dns/carrier.h"
#include "dns/dns_msg.h"

#define FLIGHT_HOPS_MAX 10U /* queries along a chain of CNAMEs, as posttls-finger counts them */

enum flight_stage {
	FLIGHT_ASKING,   /* the question itself; servers are tried in turn */
	FLIGHT_UNCHECKED /* after SERVFAIL: with CD=1, to see whether there is an answer at all, of the
						server that failed */
};

struct flight {
	struct flight *next; /* for the queue of whoever flies it */
	struct dns_question *question;
	enum flight_stage stage;
	enum dns_query_checks checks; /* how to ask while not UNCHECKED */
	struct carrier_reply reply;
	usec deadline;       /* of whoever flies it */
	const char *name;    /* of this hop */
	const char *servers; /* who is asked, for messages */
	const char *failed;  /* the one whose failure is looked into, of the carrier's list */
	unsigned n_hops;
	bool secure; /* every hop so far had AD */
	struct dns_record *aliases;
	size_t n_aliases;
	struct dns_signature *signatures; /* over the RRsets of every hop so far */
	size_t n_signatures;
};

enum flight_next {
	FLIGHT_ASK, /* send flight_query() in the flight's stage */
	FLIGHT_DONE /* the question has its outcome */
};

/* A new flight for a question, in the arena. The text that names the servers is borrowed. */
struct flight *flight_new(struct arena *arena, struct dns_question *question, const char *servers);

/* The bytes to send now; 0 when the name cannot be asked. */
size_t flight_query(const struct flight *flight, uint16_t id, uint8_t *out, size_t size);

/* Make sense of the reply, which must not be WAITING. */
enum flight_next flight_land(struct flight *flight, usec now);

/* End now, without waiting for more. */
void flight_give_up(struct flight *flight, usec now);

/* End a question with an outcome; why is a static text, NULL for outcomes that are answers. */
void flight_finish(
	struct dns_question *question, enum dns_outcome outcome, const char *why, usec now);

#endif
