/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What the name servers of a zone with TLSA records said one by one (--auth-servers): resolvers ask
 * any of them, so one that differs fails some senders some of the time. */
#include "verdict/auth_said.h"
#include "verdict/raise.h"

#define LOST_SHOWN 3U

/* --- TLSA questions that are not answered --- */

/* Why there is no proper answer, NULL when there is one or it is not known. */
static const char *drop_words(const struct judging *j, const struct authority_reply *reply,
	enum authority_transport transport) {
	const char *over = transport == AUTHORITY_UDP ? "UDP" : "TCP";
	switch (reply->outcome) {
	case AUTHORITY_SILENT:
		return arena_printf(j->arena, "no answer over %s", over);
	case AUTHORITY_CLOSED:
		return arena_printf(j->arena, "no answer over %s, closed", over);
	case AUTHORITY_MALFORMED:
		return "malformed answer";
	case AUTHORITY_ANSWERED:
		return auth_is_proper(reply) ? NULL : dns_rcode_name(reply->answer.rcode);
	case AUTHORITY_PENDING:
	case AUTHORITY_NO_WAY:
		break;
	}
	return NULL;
}

static const char *why_dropped(
	const struct judging *j, const struct auth_zone *zone, const struct auth_server *server) {
	const char *why = NULL;
	for (size_t i = 0; server->questions != NULL && i < zone->n_owners * AUTHORITY_TRANSPORTS;
		 i++) {
		enum authority_transport transport = (enum authority_transport)(i % AUTHORITY_TRANSPORTS);
		size_t question = 1 + i / AUTHORITY_TRANSPORTS;
		if (why == NULL && auth_serves_over(server, transport)) {
			why = drop_words(j, &server->questions[question].replies[transport], transport);
		}
	}
	return why;
}

static void judge_drops(struct judging *j, const struct auth_zone *zone) {
	struct auth_listing dropping = {.n = 0};
	for (size_t i = 0; i < zone->n_servers; i++) {
		const char *why = why_dropped(j, zone, &zone->servers[i]);
		if (why != NULL) {
			auth_list(j->arena, &dropping, &zone->servers[i], why);
		}
	}
	if (dropping.n > 0) {
		auth_list_end(j->arena, &dropping);
		struct finding *finding = raise_run(j, FINDING_AUTH_DROPS_TLSA,
			"%zu of %zu name servers of %pN answer for SOA, but not for TLSA: %pP", dropping.n,
			zone->n_servers, zone->name, &dropping.words);
		raise_remedy(j, finding,
			"mend them, or what filters DNS in front of them: DANE senders that meet them defer "
			"mail");
	}
}

/* --- TCP --- */

static bool is_truncated(const struct auth_zone *zone, const struct auth_server *server) {
	for (size_t i = 1; i <= zone->n_owners; i++) {
		const struct authority_reply *reply = &server->questions[i].replies[AUTHORITY_UDP];
		if (auth_is_answered(reply) && reply->answer.truncated) {
			return true;
		}
	}
	return false;
}

static void judge_tcp(struct judging *j, const struct auth_zone *zone) {
	struct auth_listing failing = {.n = 0};
	enum state state = STATE_WARNING;
	for (size_t i = 0; i < zone->n_servers; i++) {
		const struct auth_server *server = &zone->servers[i];
		if (!auth_is_heard_over(zone, server, AUTHORITY_UDP) ||
			auth_is_heard_over(zone, server, AUTHORITY_TCP)) {
			continue;
		}
		enum authority_outcome outcome = server->questions[0].replies[AUTHORITY_TCP].outcome;
		if (outcome == AUTHORITY_SILENT || outcome == AUTHORITY_CLOSED) {
			auth_list(
				j->arena, &failing, server, outcome == AUTHORITY_CLOSED ? "closed" : "no answer");
			state = is_truncated(zone, server) ? STATE_CRITICAL : state;
		}
	}
	if (failing.n > 0) {
		auth_list_end(j->arena, &failing);
		struct finding *finding = raise_run_as(j, FINDING_AUTH_TCP_FAILS, state,
			"%zu of %zu name servers of %pN answer over UDP, but not over TCP%s: %pP", failing.n,
			zone->n_servers, zone->name,
			state == STATE_CRITICAL ? ", which their TLSA answer is too long to do without" : "",
			&failing.words);
		raise_remedy(j, finding, "open TCP port 53 (RFC 7766 5)");
	}
}

/* --- servers that do not take part --- */

/* Where nobody of a family answers, it is rather this host that cannot reach it. */
static bool is_family_heard(const struct auth_zone *zone, int family) {
	for (size_t i = 0; i < zone->n_servers; i++) {
		if (zone->servers[i].family == family && auth_is_heard(zone, &zone->servers[i])) {
			return true;
		}
	}
	return false;
}

/* Why a server that was heard does not speak for the zone. */
static const char *lame_words(const struct auth_server *server) {
	for (size_t t = 0; t < AUTHORITY_TRANSPORTS; t++) {
		const struct authority_reply *soa = &server->questions[0].replies[t];
		if (auth_is_answered(soa)) {
			return soa->answer.rcode == DNS_RCODE_NOERROR ? "no authoritative answer"
														  : dns_rcode_name(soa->answer.rcode);
		}
	}
	return "no answer for SOA";
}

static void judge_service(struct judging *j, const struct auth_zone *zone) {
	struct auth_listing missing = {.n = 0};
	for (size_t i = 0; i < zone->n_servers; i++) {
		const struct auth_server *server = &zone->servers[i];
		if (auth_is_heard(zone, server) && !auth_serves(server)) {
			auth_list(j->arena, &missing, server, lame_words(server));
		} else if (auth_is_tried(zone, server) && !auth_is_heard(zone, server) &&
				   is_family_heard(zone, server->family)) {
			auth_list(j->arena, &missing, server, "no answer");
		}
	}
	if (missing.n > 0) {
		auth_list_end(j->arena, &missing);
		struct finding *finding =
			raise_run(j, FINDING_AUTH_DIFFER, "%zu of %zu name servers of %pN do not serve it: %pP",
				missing.n, zone->n_servers, zone->name, &missing.words);
		raise_remedy(j, finding, "mend them, or take them out of the NS records");
	}
}

/* --- records --- */

static bool is_same_set(const struct dns_answer *a, const struct dns_answer *b) {
	for (size_t i = 0; i < a->n_records; i++) {
		if (!auth_has_record(b, a->records[i].data)) {
			return false;
		}
	}
	return a->n_records == b->n_records && a->n_left_out == b->n_left_out;
}

/* How many servers say the same as this one. */
static size_t count_alike(
	const struct auth_zone *zone, size_t question, const struct dns_answer *own) {
	size_t n = 0;
	for (size_t i = 0; i < zone->n_servers; i++) {
		const struct dns_answer *other = auth_answer(&zone->servers[i], question);
		n += other != NULL && is_same_set(own, other) ? 1 : 0;
	}
	return n;
}

/* Whose records the others should have: the newest zone's (RFC 1982), else what most say. */
static const struct auth_server *reference_of(const struct auth_zone *zone, size_t question) {
	const struct auth_server *best = NULL;
	for (size_t i = 0; i < zone->n_servers; i++) {
		const struct auth_server *server = &zone->servers[i];
		const struct dns_answer *own = auth_answer(server, question);
		if (own == NULL) {
			continue;
		}
		uint32_t serial = 0;
		uint32_t best_serial = 0;
		bool known = auth_serial(server, &serial);
		bool best_known = best != NULL && auth_serial(best, &best_serial);
		bool same = known == best_known && serial == best_serial;
		bool newer = known && (!best_known || (int32_t)(serial - best_serial) > 0);
		if (best == NULL || newer ||
			(same && count_alike(zone, question, own) >
						 count_alike(zone, question, auth_answer(best, question)))) {
			best = server;
		}
	}
	return best;
}

static const char *serial_words(const struct judging *j, const struct auth_server *server) {
	uint32_t serial = 0;
	return auth_serial(server, &serial) ? arena_printf(j->arena, "serial %u", serial)
										: "serial not known";
}

static void judge_records(struct judging *j, const struct auth_zone *zone, size_t owner) {
	const struct auth_server *best = reference_of(zone, owner + 1);
	struct auth_listing other = {.n = 0};
	for (size_t i = 0; best != NULL && i < zone->n_servers; i++) {
		const struct auth_server *server = &zone->servers[i];
		const struct dns_answer *own = auth_answer(server, owner + 1);
		if (own != NULL && !is_same_set(own, auth_answer(best, owner + 1))) {
			auth_list(j->arena, &other, server,
				arena_printf(j->arena, "%s%s", own->n_records == 0 ? "none, " : "",
					serial_words(j, server)));
		}
	}
	if (other.n > 0) {
		auth_list_end(j->arena, &other);
		struct finding *finding = raise_run(j, FINDING_AUTH_DIFFER,
			"%zu of %zu name servers of %pN have other TLSA records at %pN than %pN[%s] (%s): %pP",
			other.n, zone->n_servers, zone->name, zone->owners[owner].name, best->name,
			best->address, serial_words(j, best), &other.words);
		raise_remedy(j, finding,
			"wait if the zone was changed just now, else see why it is not transferred");
	}
}

static bool is_signed(const struct dns_answer *answer) {
	for (size_t i = 0; i < answer->n_signatures; i++) {
		if (answer->signatures[i].type == DNS_TYPE_TLSA) {
			return true;
		}
	}
	return false;
}

static void judge_signatures(struct judging *j, const struct auth_zone *zone, size_t owner) {
	struct auth_listing bare = {.n = 0};
	for (size_t i = 0; zone->owners[owner].secure && i < zone->n_servers; i++) {
		const struct dns_answer *own = auth_answer(&zone->servers[i], owner + 1);
		if (own != NULL && own->n_records > 0 && !is_signed(own)) {
			auth_list(j->arena, &bare, &zone->servers[i], serial_words(j, &zone->servers[i]));
		}
	}
	if (bare.n > 0) {
		auth_list_end(j->arena, &bare);
		struct finding *finding = raise_run(j, FINDING_AUTH_DIFFER,
			"%zu of %zu name servers of %pN send no DNSSEC signature with the TLSA records at "
			"%pN: %pP",
			bare.n, zone->n_servers, zone->name, zone->owners[owner].name, &bare.words);
		raise_remedy(j, finding, "let them serve the signed zone: validating resolvers fail there");
	}
}

/* --- how much was looked at --- */

static void add_count(const struct judging *j, struct phrase *words, size_t n, const char *what) {
	if (n > 0) {
		phrase_add(j->arena, words, "; %zu %s", n, what);
	}
}

static bool has_no_way(const struct auth_server *server) {
	return server->questions != NULL &&
		   server->questions[0].replies[AUTHORITY_UDP].outcome == AUTHORITY_NO_WAY;
}

static void note_zone(struct judging *j, const struct auth_zone *zone) {
	size_t n_heard = 0;
	size_t n_silent = 0;
	size_t n_no_way = 0;
	for (size_t i = 0; i < zone->n_servers; i++) {
		const struct auth_server *server = &zone->servers[i];
		bool heard = auth_is_heard(zone, server);
		n_heard += heard ? 1 : 0;
		n_silent += !heard && auth_is_tried(zone, server) ? 1 : 0;
		n_no_way += !auth_is_tried(zone, server) && has_no_way(server) ? 1 : 0;
	}
	size_t n_late = zone->n_servers - n_heard - n_silent - n_no_way;
	struct phrase rest = {.n = 0};
	add_count(j, &rest, n_silent, "did not answer");
	add_count(j, &rest, n_no_way, "without a route from here");
	add_count(j, &rest, n_late, "not asked in time");
	add_count(j, &rest, zone->n_left_out, "left out");
	add_count(j, &rest, zone->n_nowhere, "without an address");
	enum state state = n_heard == 0 ? STATE_UNKNOWN : STATE_OK;
	struct finding *finding = raise_run_as(j, FINDING_AUTH_SERVERS, state,
		"%zu of %zu name servers of %pN answered directly%pP", n_heard, zone->n_servers, zone->name,
		&rest);
	if (n_heard == 0) {
		raise_remedy(j, finding, "let this host send to port 53, or leave --auth-servers out");
	}
}

/* "_25._tcp.mx1.example.org (NS of example.org: timeout)" */
static struct phrase lost_words(const struct judging *j, const struct auth_facts *facts) {
	struct phrase words = {.n = 0};
	for (size_t i = 0; i < facts->n_lost && i < LOST_SHOWN; i++) {
		const struct auth_lost *lost = &facts->lost[i];
		phrase_add(j->arena, &words, "%s%pN", i == 0 ? "" : ", ", lost->name);
		if (lost->failed != NULL) {
			phrase_add(j->arena, &words, " (NS of %pN: %s)", lost->failed->name,
				dns_outcome_name(lost->failed->outcome));
		}
	}
	phrase_add_rest(j->arena, &words, facts->n_lost, LOST_SHOWN);
	return words;
}

static void note_rest(struct judging *j, const struct auth_facts *facts) {
	if (facts->n_lost > 0) {
		struct phrase words = lost_words(j, facts);
		raise_run_as(j, FINDING_AUTH_SERVERS, STATE_UNKNOWN,
			"the name servers of %zu name%s with TLSA records could not be found out: %pP",
			facts->n_lost, facts->n_lost == 1 ? "" : "s", &words);
	}
	if (facts->n_left_out > 0) {
		raise_run(j, FINDING_AUTH_SERVERS, "%zu name%s with TLSA records %s left out",
			facts->n_left_out, facts->n_left_out == 1 ? "" : "s",
			facts->n_left_out == 1 ? "was" : "were");
	}
	if (facts->n_zones == 0 && facts->n_lost == 0) {
		raise_run(j, FINDING_OPTION_UNUSED,
			"--auth-servers was not used: no TLSA records were looked for where they would count");
	}
}

void judge_auth(struct judging *j) {
	const struct auth_facts *facts = j->report->auth;
	if (facts == NULL) {
		return;
	}
	for (size_t i = 0; i < facts->n_zones; i++) {
		const struct auth_zone *zone = &facts->zones[i];
		judge_drops(j, zone);
		judge_tcp(j, zone);
		judge_service(j, zone);
		for (size_t k = 0; k < zone->n_owners; k++) {
			judge_records(j, zone, k);
			judge_signatures(j, zone, k);
		}
		note_zone(j, zone);
	}
	note_rest(j, facts);
}
