/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What one name server of a zone said (--auth-servers): questions about its answers. */
#ifndef VERDICT_AUTH_SAID_H
#define VERDICT_AUTH_SAID_H

#include "base/phrase.h"
#include "probe/auth_facts.h"

/* Whatever its rcode; and an answer about the name, as opposed to a refusal to tell. */
bool auth_is_answered(const struct authority_reply *reply);
bool auth_is_proper(const struct authority_reply *reply);

/* Was it sent anything, and had it the time to answer? */
bool auth_is_tried(const struct auth_zone *zone, const struct auth_server *server);

/* Did anything come back? */
bool auth_is_heard_over(const struct auth_zone *zone, const struct auth_server *server,
	enum authority_transport transport);
bool auth_is_heard(const struct auth_zone *zone, const struct auth_server *server);

/* Does it speak for the zone? Its questions must be there for the first. */
bool auth_serves_over(const struct auth_server *server, enum authority_transport transport);
bool auth_serves(const struct auth_server *server);

/* A whole answer to this question of one that serves the zone, NULL without one. */
const struct dns_answer *auth_answer(const struct auth_server *server, size_t question);

/* Of its SOA record; false when it is not known. */
bool auth_serial(const struct auth_server *server, uint32_t *serial);

/* Which question of the zone's servers is for these TLSA records; 0: none is. */
size_t auth_question_of(const struct auth_zone *zone, const struct dns_question *tlsa);

bool auth_has_record(const struct dns_answer *answer, struct span data);

/* Servers of which the same is to be said, each with why: the first few by name, then how many
 * more. */
struct auth_listing {
	struct phrase words;
	size_t n;
};

void auth_list(struct arena *arena, struct auth_listing *listing, const struct auth_server *server,
	const char *why);
void auth_list_end(struct arena *arena, struct auth_listing *listing);

#endif
