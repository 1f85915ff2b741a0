/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The resolver: flights of questions over a carrier. */
#include <sys/random.h>

#include "base/text.h"
#include "dns/carrier.h"
#include "dns/dns_msg.h"
#include "dns/flight.h"
#include "dns/resolv_conf.h"
#include "dns/resolver.h"
#include "dns/server_address.h"

#define RESOLV_CONF "/etc/resolv.conf"
#define MESSAGE_MAX 65535U /* octets (RFC 1035 4.2.2) */
#define TRIAGE_PERCENT 40  /* of the time to the deadline, kept for what a failure leads to */

struct resolver_ares {
	struct resolver resolver;
	struct arena *arena;
	struct carrier_spec spec;
	const char *servers; /* all of them, for messages */
	usec deadline;
	usec patience;
	struct carrier *carrier;
	size_t octets; /* of all answers so far */
	struct flight *flying[RESOLVER_BURST];
	size_t n_flying;
	struct flight *queue; /* waiting to be asked, oldest first */
	struct flight **queue_end;
};

static struct resolver_ares *of_source(struct source *source) {
	return (struct resolver_ares *)source;
}

/* Send what the flight wants to ask. What keeps it on the ground ends as a broken reply. */
static void launch(struct resolver_ares *ares, struct flight *flight, usec now) {
	uint8_t query[DNS_QUERY_MAX];
	uint16_t id = 0;
	if (ares->octets > RESOLVER_OCTETS_MAX && ares->patience == 0) {
		flight->reply.status = CARRIER_UNSENT;
		return;
	}
	if (getrandom(&id, sizeof id, 0) != (ssize_t)sizeof id) {
		flight->reply.status = CARRIER_BROKEN;
		flight->reply.why = "no random numbers";
		return;
	}
	size_t len = flight_query(flight, id, query, sizeof query);
	if (len == 0) {
		flight->reply.status = CARRIER_BROKEN; /* only an alias; what was asked is checked before */
		flight->reply.why = "an alias leads to a name that cannot be asked";
		return;
	}
	struct carrier_order order = {.query = {query, len}, .deadline = flight->deadline};
	if (flight->stage == FLIGHT_UNCHECKED) {
		order.only = flight->failed;
		order.deadline = deadline_after(now, (flight->deadline - now) / 2); /* others may follow */
	}
	carrier_send(ares->carrier, &order, &flight->reply, now);
}

static void ask(struct resolver *resolver, struct dns_question *question, usec now) {
	struct resolver_ares *ares = of_source(&resolver->source);
	uint8_t query[DNS_QUERY_MAX];
	question->outcome = DNS_PENDING;
	question->answer = (struct dns_answer){.extended_error = -1};
	question->asked_at = now;
	struct arena *arena = question->arena != NULL ? question->arena : ares->arena;
	struct flight *flight = flight_new(arena, question, ares->servers);
	flight->deadline = ares->patience > 0 ? deadline_after(now, ares->patience) : ares->deadline;
	if (flight_query(flight, 0, query, sizeof query) == 0) {
		flight_finish(question, DNS_INVALID, "not a name that can be asked", now);
	} else if (now >= flight->deadline) {
		flight_give_up(flight, now);
	} else if (ares->n_flying < RESOLVER_BURST) {
		ares->flying[ares->n_flying++] = flight;
		launch(ares, flight, now);
	} else {
		*ares->queue_end = flight;
		ares->queue_end = &flight->next;
	}
}

static struct flight *take_queued(struct resolver_ares *ares) {
	struct flight *flight = ares->queue;
	if (flight != NULL) {
		ares->queue = flight->next;
		if (ares->queue == NULL) {
			ares->queue_end = &ares->queue;
		}
	}
	return flight;
}

/* How much came. c-ares keeps to itself what it takes for no message: it may have been a long one.
 */
static size_t octets_of(const struct carrier_reply *reply) {
	return reply->status == CARRIER_MALFORMED ? MESSAGE_MAX : reply->message.len;
}

/* Land the flights whose replies are in, and start others in the room they leave. */
static enum progress advance(struct resolver_ares *ares, usec now) {
	enum progress progress = PROGRESS_WAITING;
	for (size_t i = 0; i < ares->n_flying; i++) {
		struct flight *flight = ares->flying[i];
		if (flight->reply.status == CARRIER_WAITING) {
			continue;
		}
		progress = PROGRESS_MOVED;
		ares->octets += octets_of(&flight->reply);
		if (flight_land(flight, now) == FLIGHT_ASK) {
			launch(ares, flight, now);
			continue;
		}
		flight = take_queued(ares);
		if (flight != NULL) {
			ares->flying[i] = flight;
			launch(ares, flight, now);
		} else {
			ares->flying[i--] = ares->flying[--ares->n_flying];
		}
	}
	if (ares->n_flying == 0) {
		carrier_cancel(ares->carrier); /* it would go on asking for what nobody waits for */
	}
	return progress;
}

static void cancel(struct resolver *resolver, usec now) {
	struct resolver_ares *ares = of_source(&resolver->source);
	carrier_cancel(ares->carrier);
	for (size_t i = 0; i < ares->n_flying; i++) {
		flight_give_up(ares->flying[i], now);
	}
	ares->n_flying = 0;
	struct flight *flight = take_queued(ares);
	while (flight != NULL) {
		flight_give_up(flight, now);
		flight = take_queued(ares);
	}
}

static size_t watch(struct source *source, struct pollfd *fds, size_t max, usec now, usec *wake) {
	struct resolver_ares *ares = of_source(source);
	if (ares->n_flying == 0) {
		return 0;
	}
	for (size_t i = 0; i < ares->n_flying; i++) {
		*wake = usec_min(*wake, ares->flying[i]->deadline);
		if (ares->flying[i]->reply.status != CARRIER_WAITING) {
			*wake = usec_min(*wake, now); /* answered while it was asked */
		}
	}
	return carrier_watch(ares->carrier, fds, max, now, wake);
}

static enum progress step(struct source *source, const struct pollfd *fds, size_t n, usec now) {
	struct resolver_ares *ares = of_source(source);
	if (ares->n_flying == 0) {
		return PROGRESS_WAITING;
	}
	carrier_step(ares->carrier, fds, n, now);
	enum progress progress = advance(ares, now);
	if (ares->patience == 0 && now >= ares->deadline && ares->n_flying > 0) {
		cancel(&ares->resolver, now);
		progress = PROGRESS_MOVED;
	}
	return progress;
}

static void free_ares(struct resolver *resolver) {
	struct resolver_ares *ares = of_source(&resolver->source);
	carrier_close(ares->carrier);
	ares->carrier = NULL;
	ares->n_flying = 0;
}

/* Whom to ask: those given, or the system's. */
static bool find_servers(
	struct resolver_ares *ares, const struct resolver_ares_spec *spec, struct err *err) {
	struct server_address *servers = NULL;
	if (spec->n_servers > RESOLVER_SERVERS_MAX) {
		return err_set(err, ERR_USAGE, "more than %u name servers", RESOLVER_SERVERS_MAX);
	}
	ares->spec.n_servers = spec->n_servers;
	if (spec->n_servers == 0) {
		if (!resolv_conf_read(ares->arena, RESOLV_CONF, &servers, &ares->spec.n_servers, err)) {
			return false;
		}
	} else {
		servers = arena_alloc_array(ares->arena, spec->n_servers, sizeof *servers);
	}
	for (size_t i = 0; i < spec->n_servers; i++) {
		if (!server_address_parse(&servers[i], spec->servers[i], err)) {
			return false;
		}
	}
	ares->spec.servers = servers;
	return true;
}

static void name_servers(struct resolver_ares *ares) {
	size_t n = ares->spec.n_servers;
	struct text text = text_new(ares->arena, n * (SERVER_ADDRESS_MAX + 2));
	for (size_t i = 0; i < n; i++) {
		text_addf(&text, "%s%s", i == 0 ? "" : ", ", ares->spec.servers[i].text);
	}
	ares->servers = text.at;
}

struct resolver *resolver_ares_new(
	struct arena *arena, const struct resolver_ares_spec *spec, usec now, struct err *err) {
	static const struct source_ops ops = {watch, step};
	struct resolver_ares *ares = arena_alloc(arena, sizeof *ares);
	ares->resolver = (struct resolver){{&ops}, ask, cancel, free_ares};
	ares->arena = arena;
	ares->deadline = spec->deadline;
	ares->patience = spec->patience;
	ares->queue_end = &ares->queue;
	usec patience = spec->patience > 0 ? spec->patience : spec->deadline - now;
	ares->spec.patience = patience / 100 * (100 - TRIAGE_PERCENT);
	if (spec->silence > 0) {
		ares->spec.patience = usec_min(ares->spec.patience, spec->silence);
	}
	if (!find_servers(ares, spec, err)) {
		return NULL;
	}
	name_servers(ares);
	ares->carrier = carrier_open(arena, &ares->spec, err);
	return ares->carrier != NULL ? &ares->resolver : NULL;
}

bool resolver_ares_is_remote(const struct resolver *resolver, const char **servers) {
	const struct resolver_ares *ares = (const struct resolver_ares *)resolver;
	bool remote = false;
	for (size_t i = 0; i < ares->spec.n_servers; i++) {
		remote = remote || !server_address_is_loopback(&ares->spec.servers[i]);
	}
	*servers = ares->servers;
	return remote;
}

size_t resolver_ares_count(const struct resolver *resolver) {
	return ((const struct resolver_ares *)resolver)->spec.n_servers;
}

const char *resolver_ares_server(const struct resolver *resolver, size_t i) {
	return ((const struct resolver_ares *)resolver)->spec.servers[i].text;
}
