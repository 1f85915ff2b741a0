/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Which question comes next, and what an answer makes of the one that was asked. */
#include "dns/flight.h"

#include "dns/resolver.h"

struct flight *flight_new(struct arena *arena, struct dns_question *question, const char *servers) {
	struct flight *flight = arena_alloc(arena, sizeof *flight);
	flight->question = question;
	flight->name = question->name;
	flight->servers = servers;
	flight->reply.arena = arena;
	flight->n_hops = 1;
	flight->secure = true;
	return flight;
}

static struct dns_query query_of(const struct flight *flight, uint16_t id) {
	enum dns_query_checks checks =
		flight->stage == FLIGHT_UNCHECKED ? DNS_CHECKS_DISABLED : flight->checks;
	return (struct dns_query){flight->name, flight->question->type, id, checks};
}

size_t flight_query(const struct flight *flight, uint16_t id, uint8_t *out, size_t size) {
	struct dns_query query = query_of(flight, id);
	return dns_query_write(out, size, &query);
}

void flight_finish(
	struct dns_question *question, enum dns_outcome outcome, const char *why, usec now) {
	question->outcome = outcome;
	question->answered_at = now;
	if (why != NULL) {
		(void)err_set(&question->err, ERR_DNS, "%s", why);
	}
}

static enum flight_next finish(
	struct flight *flight, enum dns_outcome outcome, const char *why, usec now) {
	flight_finish(flight->question, outcome, why, now);
	return FLIGHT_DONE;
}

static enum flight_next ask(struct flight *flight, enum flight_stage stage) {
	flight->stage = stage;
	return FLIGHT_ASK;
}

/* The server failed, and by now it is known how: question->answer holds its rcode. */
static enum flight_next failed(struct flight *flight, usec now) {
	struct dns_question *question = flight->question;
	(void)err_set(&question->err, ERR_DNS, "the resolver answered %s",
		dns_rcode_name(question->answer.rcode));
	return finish(flight, DNS_SERVER_FAILED, NULL, now);
}

static void add_signatures(struct flight *flight, struct dns_answer *answer) {
	size_t n = flight->n_signatures + answer->n_signatures;
	struct dns_signature *all = arena_alloc_array(flight->reply.arena, n, sizeof *all);
	for (size_t i = 0; i < n; i++) {
		all[i] = i < flight->n_signatures ? flight->signatures[i]
										  : answer->signatures[i - flight->n_signatures];
	}
	answer->signatures = flight->signatures = all;
	answer->n_signatures = flight->n_signatures = n;
}

/* What earlier hops brought goes in front of what this one brings. */
static void add_hop(struct flight *flight, struct dns_answer *answer) {
	size_t n = flight->n_aliases + answer->n_aliases;
	struct dns_record *all = arena_alloc_array(flight->reply.arena, n, sizeof *all);
	for (size_t i = 0; i < n; i++) {
		all[i] =
			i < flight->n_aliases ? flight->aliases[i] : answer->aliases[i - flight->n_aliases];
	}
	answer->aliases = flight->aliases = all;
	answer->n_aliases = flight->n_aliases = n;
	add_signatures(flight, answer);
	flight->secure = flight->secure && answer->authenticated;
}

/* Does the chain come back to a name it has been at? */
static bool is_circle(const struct dns_answer *answer) {
	for (size_t i = 0; i < answer->n_aliases; i++) {
		for (size_t k = 0; k <= i; k++) {
			if (dns_name_equal(answer->aliases[i].target, answer->aliases[k].owner)) {
				return true;
			}
		}
	}
	return false;
}

/* NOERROR or NXDOMAIN: the outcome, unless there is only an alias and its end is elsewhere. */
static enum flight_next settle(struct flight *flight, usec now) {
	struct dns_question *question = flight->question;
	struct dns_answer *answer = &question->answer;
	bool elsewhere = answer->n_records == 0 && answer->n_aliases > 0 && !answer->has_soa;
	add_hop(flight, answer);
	question->secure = flight->secure;
	if (answer->truncated) {
		return finish(flight, DNS_MALFORMED, "truncated DNS answer even over TCP", now);
	}
	if (answer->rcode == DNS_RCODE_NXDOMAIN) {
		return finish(flight, DNS_NXDOMAIN, NULL, now);
	}
	if (answer->n_records > 0) {
		return finish(flight, DNS_FOUND, NULL, now);
	}
	if (!elsewhere) {
		return finish(flight, DNS_NODATA, NULL, now);
	}
	if (flight->n_hops == FLIGHT_HOPS_MAX) {
		answer->loop = true;
		return finish(flight, DNS_MALFORMED,
			is_circle(answer) ? "CNAME loop" : "CNAME chain of more than 10 names", now);
	}
	flight->n_hops++;
	flight->name = answer->canonical;
	return ask(flight, FLIGHT_ASKING);
}

/* With checking disabled there is an answer, which may show what is wrong with it, or there is not.
 */
static enum flight_next settle_unchecked(
	struct flight *flight, const struct dns_answer *answer, usec now) {
	if (answer->rcode == DNS_RCODE_NOERROR || answer->rcode == DNS_RCODE_NXDOMAIN) {
		struct dns_answer *unchecked = arena_alloc(flight->reply.arena, sizeof *unchecked);
		*unchecked = *answer;
		flight->question->unchecked = unchecked;
		flight->question->exists = answer->n_records > 0;
		return finish(flight, DNS_BOGUS,
			"DNSSEC validation failed: the resolver answers only with checking disabled", now);
	}
	return failed(flight, now);
}

static enum flight_next answered(struct flight *flight, usec now) {
	struct dns_question *question = flight->question;
	struct dns_query query = query_of(flight, 0);
	struct dns_answer answer;
	struct err err = {0};
	struct span message = flight->reply.message;
	bool ok = dns_answer_parse(&answer, flight->reply.arena, message, &query, &err);
	/* The answer is a copy, and smaller. */
	arena_release(flight->reply.arena, message.at, message.len + 1);
	flight->reply.message = (struct span){NULL, 0};
	if (flight->stage == FLIGHT_UNCHECKED) {
		return ok ? settle_unchecked(flight, &answer, now) : failed(flight, now);
	}
	if (!ok) {
		question->answer = (struct dns_answer){.loop = answer.loop, .extended_error = -1};
		(void)err_set(&question->err, ERR_DNS, "%s", err.text);
		return finish(flight, DNS_MALFORMED, NULL, now);
	}
	question->answer = answer;
	if (flight->secure) {
		question->server = flight->reply.server; /* the first without AD is to answer for it */
	}
	if (answer.rcode == DNS_RCODE_NOERROR || answer.rcode == DNS_RCODE_NXDOMAIN) {
		return settle(flight, now);
	}
	if (answer.rcode == DNS_RCODE_FORMERR && flight->checks != DNS_CHECKS_PLAIN) {
		flight->checks = DNS_CHECKS_PLAIN; /* it may know no EDNS */
		return ask(flight, flight->stage);
	}
	if (answer.rcode == DNS_RCODE_SERVFAIL && flight->checks != DNS_CHECKS_PLAIN) {
		flight->failed = flight->reply.server;
		return ask(flight, FLIGHT_UNCHECKED);
	}
	return failed(flight, now);
}

enum flight_next flight_land(struct flight *flight, usec now) {
	struct dns_question *question = flight->question;
	switch (flight->reply.status) {
	case CARRIER_WAITING:
		return FLIGHT_ASK;
	case CARRIER_ANSWERED:
		return answered(flight, now);
	case CARRIER_REFUSED:
		if (flight->stage == FLIGHT_UNCHECKED) {
			return failed(flight, now);
		}
		(void)err_set(&question->err, ERR_DNS, "no resolver at %s", flight->servers);
		return finish(flight, DNS_UNREACHABLE, NULL, now);
	case CARRIER_TIMED_OUT:
		flight_give_up(flight, now);
		return FLIGHT_DONE;
	case CARRIER_MALFORMED:
		if (flight->stage == FLIGHT_UNCHECKED) {
			return failed(flight, now);
		}
		return finish(flight, DNS_MALFORMED, "malformed DNS answer", now);
	case CARRIER_UNSENT:
		question->unasked = true;
		return finish(flight, DNS_MALFORMED, RESOLVER_OCTETS_WORDS, now);
	case CARRIER_BROKEN:
		(void)err_set(&question->err, ERR_LOCAL, "cannot ask the resolver: %s", flight->reply.why);
		return finish(flight, DNS_SERVER_FAILED, NULL, now);
	}
	return FLIGHT_DONE;
}

void flight_give_up(struct flight *flight, usec now) {
	if (flight->stage == FLIGHT_UNCHECKED) {
		(void)failed(flight, now);
		return;
	}
	(void)err_set(&flight->question->err, ERR_DNS, "no answer in time from the resolver at %s",
		flight->servers);
	(void)finish(flight, DNS_TIMED_OUT, NULL, now);
}
