/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading the answers of one name server. */
#include "verdict/auth_said.h"

#define LISTED_MAX 3U /* servers named in one sentence */
#define SOA_TAIL 20U  /* RFC 1035 3.3.13: five numbers behind two names */

bool auth_is_answered(const struct authority_reply *reply) {
	return reply->outcome == AUTHORITY_ANSWERED;
}

/* An answer about the name, as opposed to a refusal to tell. */
bool auth_is_proper(const struct authority_reply *reply) {
	return auth_is_answered(reply) &&
		   (reply->answer.rcode == DNS_RCODE_NOERROR || reply->answer.rcode == DNS_RCODE_NXDOMAIN);
}

/* Was it sent anything, and had it the time to answer? */
bool auth_is_tried(const struct auth_zone *zone, const struct auth_server *server) {
	for (size_t i = 0; server->questions != NULL && i < zone->n_owners + 1; i++) {
		for (size_t t = 0; t < AUTHORITY_TRANSPORTS; t++) {
			if (server->questions[i].replies[t].outcome >= AUTHORITY_SILENT) {
				return true;
			}
		}
	}
	return false;
}

bool auth_is_heard_over(const struct auth_zone *zone, const struct auth_server *server,
	enum authority_transport transport) {
	for (size_t i = 0; server->questions != NULL && i < zone->n_owners + 1; i++) {
		if (server->questions[i].replies[transport].outcome >= AUTHORITY_MALFORMED) {
			return true;
		}
	}
	return false;
}

bool auth_is_heard(const struct auth_zone *zone, const struct auth_server *server) {
	return auth_is_heard_over(zone, server, AUTHORITY_UDP) ||
		   auth_is_heard_over(zone, server, AUTHORITY_TCP);
}

/* Does it speak for the zone? */
bool auth_serves_over(const struct auth_server *server, enum authority_transport transport) {
	const struct authority_reply *soa = &server->questions[0].replies[transport];
	return auth_is_answered(soa) && soa->answer.rcode == DNS_RCODE_NOERROR &&
		   soa->answer.authoritative && (soa->answer.n_records > 0 || soa->answer.truncated);
}

bool auth_serves(const struct auth_server *server) {
	return server->questions != NULL &&
		   (auth_serves_over(server, AUTHORITY_UDP) || auth_serves_over(server, AUTHORITY_TCP));
}

/* A whole answer to this question, NULL without one. */
const struct dns_answer *auth_answer(const struct auth_server *server, size_t question) {
	for (size_t t = 0; auth_serves(server) && t < AUTHORITY_TRANSPORTS; t++) {
		const struct authority_reply *reply = &server->questions[question].replies[t];
		if (auth_is_proper(reply) && !reply->answer.truncated) {
			return &reply->answer;
		}
	}
	return NULL;
}

/* Of its SOA record; false when it is not known. */
bool auth_serial(const struct auth_server *server, uint32_t *serial) {
	const struct dns_answer *soa = auth_answer(server, 0);
	if (soa == NULL || soa->n_records == 0 || soa->records[0].data.len < SOA_TAIL) {
		return false;
	}
	const uint8_t *at = soa->records[0].data.at + soa->records[0].data.len - SOA_TAIL;
	*serial = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
	return true;
}

size_t auth_question_of(const struct auth_zone *zone, const struct dns_question *tlsa) {
	const char *canonical = tlsa->answer.canonical;
	for (size_t i = 0; i < zone->n_owners; i++) {
		if (dns_name_equal(zone->owners[i].name, canonical != NULL ? canonical : tlsa->name)) {
			return i + 1;
		}
	}
	return 0;
}

bool auth_has_record(const struct dns_answer *answer, struct span data) {
	for (size_t i = 0; i < answer->n_records; i++) {
		if (span_equal(answer->records[i].data, data)) {
			return true;
		}
	}
	return false;
}

void auth_list(struct arena *arena, struct auth_listing *listing, const struct auth_server *server,
	const char *why) {
	if (listing->n++ < LISTED_MAX) {
		phrase_add(arena, &listing->words, "%s%pN[%s] (%s)", listing->n == 1 ? "" : ", ",
			server->name, server->address, why);
	}
}

void auth_list_end(struct arena *arena, struct auth_listing *listing) {
	phrase_add_rest(arena, &listing->words, listing->n, LISTED_MAX);
}
