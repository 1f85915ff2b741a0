/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Servers in turn. Each has a link of its own, so that none that is slow is given up for the next:
 * an answer counts whenever it comes. */
#include "dns/carrier.h"

#include <string.h>

#include "dns/dns_answer.h"
#include "dns/dns_msg.h"
#include "dns/resolver.h"
#include "dns/server_link.h"

#define START_MS_MAX 2000 /* before a question is sent again, or to the next server */
#define START_MS_MIN 100
#define ROUNDS 3 /* of that length in the patience, for all servers */
#define PATIENCE_MIN (ROUNDS * START_MS_MIN * USEC_PER_MSEC)
#define SILENT_FOR (5 * USEC_PER_SEC)

struct attempt {
	struct link_reply reply;
	size_t server;
	bool seen; /* what became of it is taken into account */
};

/* What the links hold on to until each has its answer, whoever has given up before. */
struct carrier_request {
	struct carrier_request *next;
	struct carrier_reply *reply; /* NULL: nobody waits */
	enum carrier_status without; /* what became of attempts that brought no message */
	usec next_at;                /* the next server's turn, if all are silent */
	size_t n_asked;
	size_t n_seen;
	size_t n_max;
	uint8_t query[DNS_QUERY_MAX];
	size_t query_len;
	struct attempt attempts[]; /* in the order of the servers' turns */
};

struct server {
	struct server_link *link; /* NULL: not needed yet */
	usec silent_until;
};

struct carrier {
	struct arena *arena;
	struct carrier_spec spec;
	int start_ms; /* before the next server is asked, too */
	struct carrier_request *under_way;
	struct carrier_request *unused;
	struct server *servers;
};

/* --- one attempt --- */

/* How long a server has before the question is sent again, or to the next one: of all of them a
 * third of the patience. */
static int start_ms(usec patience, size_t n_servers) {
	usec ms = patience / USEC_PER_MSEC / (ROUNDS * (usec)(n_servers == 0 ? 1 : n_servers));
	if (ms > START_MS_MAX) {
		return START_MS_MAX;
	}
	return ms < START_MS_MIN ? START_MS_MIN : (int)ms;
}

static struct server_link *open_link(struct carrier *carrier, size_t i, struct err *err) {
	struct server *server = &carrier->servers[i];
	if (server->link == NULL) {
		usec patience = carrier->spec.patience;
		server->link = server_link_open(
			carrier->arena, &carrier->spec.servers[i], patience, start_ms(patience, 1), err);
	}
	return server->link;
}

static void ask_next(struct carrier *carrier, struct carrier_request *request, usec now) {
	struct attempt *next = &request->attempts[request->n_asked++];
	struct err err = {0};
	struct server_link *link = open_link(carrier, next->server, &err);
	request->next_at = carrier->spec.n_servers == 1 || request->n_asked == request->n_max
						   ? USEC_NEVER
						   : deadline_after(now, carrier->start_ms * USEC_PER_MSEC);
	next->reply = (struct link_reply){.arena = request->reply->arena};
	next->seen = false;
	if (link == NULL) {
		next->reply.status = CARRIER_BROKEN;
		next->reply.why = arena_copy_string(request->reply->arena, err.text);
		return;
	}
	server_link_send(link, (struct span){request->query, request->query_len}, &next->reply);
}

/* --- what becomes of a request --- */

/* Nobody waits any more: what still comes goes nowhere. */
static void let_go(struct carrier_request *request) {
	request->reply = NULL;
	for (size_t i = 0; i < request->n_asked; i++) {
		request->attempts[i].reply.arena = NULL;
	}
}

static void settle(struct carrier_request *request, enum carrier_status status) {
	request->reply->status = status;
	let_go(request);
}

/* No attempt is left, or no time. */
static void conclude(struct carrier_request *request) {
	if (request->reply->message.len > 0) {
		settle(request, CARRIER_ANSWERED);
	} else if (request->n_seen < request->n_asked && request->without != CARRIER_MALFORMED) {
		settle(request, CARRIER_TIMED_OUT);
	} else {
		settle(request, request->without);
	}
}

/* Does another server know better? */
static bool is_failure(struct span message) {
	enum dns_rcode rcode = dns_header_rcode(message);
	return rcode == DNS_RCODE_SERVFAIL || rcode == DNS_RCODE_REFUSED || rcode == DNS_RCODE_NOTIMP;
}

static void take_message(
	struct carrier *carrier, struct carrier_request *request, const struct attempt *attempt) {
	struct carrier_reply *reply = request->reply;
	struct span message = attempt->reply.message;
	bool fails = is_failure(message);
	bool first = reply->message.len == 0;
	if (!fails || first ||
		(dns_header_rcode(reply->message) != DNS_RCODE_SERVFAIL &&
			dns_header_rcode(message) == DNS_RCODE_SERVFAIL)) {
		reply->message = message;
		reply->server = carrier->spec.servers[attempt->server].text;
	}
	if (!fails) {
		settle(request, CARRIER_ANSWERED);
	}
}

static void see(struct carrier *carrier, struct carrier_request *request, struct attempt *attempt) {
	enum carrier_status status = attempt->reply.status;
	attempt->seen = true;
	request->n_seen++;
	if (status == CARRIER_ANSWERED) {
		carrier->servers[attempt->server].silent_until = 0;
	}
	if (request->reply == NULL) {
		return;
	}
	if (status == CARRIER_ANSWERED) {
		take_message(carrier, request, attempt);
		return;
	}
	/* What came from a server says more than silence, that more than that nobody is there, and any
	 * of it more than what went wrong here. */
	if (request->without == CARRIER_WAITING || request->without == CARRIER_BROKEN ||
		(status != CARRIER_BROKEN && status > request->without)) {
		request->without = status;
		request->reply->why = attempt->reply.why;
	}
}

static void note_silence(struct carrier *carrier, const struct carrier_request *request, usec now) {
	for (size_t i = 0; i < request->n_asked; i++) {
		if (!request->attempts[i].seen) {
			carrier->servers[request->attempts[i].server].silent_until =
				deadline_after(now, SILENT_FOR);
		}
	}
}

/* A single server is asked a second time when it has failed, no more when it is not there: c-ares
 * has seen to that. */
static bool has_turn_left(const struct carrier *carrier, const struct carrier_request *request) {
	return request->n_asked < request->n_max &&
		   (carrier->spec.n_servers > 1 || request->reply->message.len > 0);
}

static void advance(struct carrier *carrier, struct carrier_request *request, usec now) {
	for (;;) {
		for (size_t i = 0; i < request->n_asked; i++) {
			struct attempt *attempt = &request->attempts[i];
			if (!attempt->seen && attempt->reply.status != CARRIER_WAITING) {
				see(carrier, request, attempt);
			}
		}
		if (request->reply == NULL) {
			return;
		}
		bool waits = request->n_seen < request->n_asked;
		bool turns = has_turn_left(carrier, request);
		if (now >= request->reply->until || (!waits && !turns)) {
			conclude(request);
			return;
		}
		if (waits && (!turns || now < request->next_at)) {
			return;
		}
		note_silence(carrier, request, now);
		ask_next(carrier, request, now);
	}
}

/* --- all of them --- */

struct carrier *carrier_open(
	struct arena *arena, const struct carrier_spec *spec, struct err *err) {
	struct carrier *carrier = arena_alloc(arena, sizeof *carrier);
	carrier->arena = arena;
	carrier->spec = *spec;
	if (spec->patience < PATIENCE_MIN) {
		carrier->spec.patience = PATIENCE_MIN;
	}
	carrier->start_ms = start_ms(carrier->spec.patience, spec->n_servers);
	carrier->servers = arena_alloc_array(arena, spec->n_servers, sizeof *carrier->servers);
	return open_link(carrier, 0, err) != NULL ? carrier : NULL;
}

void carrier_close(struct carrier *carrier) {
	for (size_t i = 0; carrier != NULL && i < carrier->spec.n_servers; i++) {
		server_link_close(carrier->servers[i].link);
		carrier->servers[i].link = NULL;
	}
}

/* Whose turn is when: those that were silent just now come last. */
static void take_turns(const struct carrier *carrier, struct carrier_request *request, usec now) {
	size_t n = carrier->spec.n_servers;
	size_t at = 0;
	for (int silent = 0; silent < 2; silent++) {
		for (size_t i = 0; i < n; i++) {
			if ((now < carrier->servers[i].silent_until) == (silent == 1)) {
				request->attempts[at++].server = i;
			}
		}
	}
	if (n == 1) {
		request->attempts[at++].server = 0;
	}
	request->n_max = at;
}

static void take_one(
	const struct carrier *carrier, struct carrier_request *request, const char *only) {
	request->attempts[0].server = 0;
	for (size_t i = 0; i < carrier->spec.n_servers; i++) {
		if (carrier->spec.servers[i].text == only) {
			request->attempts[0].server = i;
		}
	}
	request->n_max = 1;
}

static struct carrier_request *new_request(struct carrier *carrier) {
	struct carrier_request *request = carrier->unused;
	if (request == NULL) {
		size_t n = carrier->spec.n_servers + 1; /* a single one is asked twice */
		request = arena_alloc(carrier->arena, sizeof *request + n * sizeof request->attempts[0]);
	} else {
		carrier->unused = request->next;
	}
	request->next = carrier->under_way;
	carrier->under_way = request;
	return request;
}

void carrier_send(struct carrier *carrier, const struct carrier_order *order,
	struct carrier_reply *reply, usec now) {
	struct carrier_request *request = new_request(carrier);
	*reply = (struct carrier_reply){.arena = reply->arena};
	request->reply = reply;
	request->without = CARRIER_WAITING;
	request->n_asked = request->n_seen = 0;
	request->query_len = order->query.len;
	memcpy(request->query, order->query.at, order->query.len);
	if (order->only != NULL) {
		take_one(carrier, request, order->only);
	} else {
		take_turns(carrier, request, now);
	}
	/* As long for each, of which the last is asked so much later. */
	usec last = (usec)(request->n_max - 1) * carrier->start_ms * USEC_PER_MSEC;
	usec patience = carrier->spec.patience + (carrier->spec.n_servers > 1 ? last : 0);
	reply->until = usec_min(order->deadline, deadline_after(now, patience));
	ask_next(carrier, request, now);
}

/* Those that nobody waits for, and no link holds on to. */
static void drop_ended(struct carrier *carrier) {
	struct carrier_request **at = &carrier->under_way;
	while (*at != NULL) {
		struct carrier_request *request = *at;
		if (request->reply == NULL && request->n_seen == request->n_asked) {
			*at = request->next;
			request->next = carrier->unused;
			carrier->unused = request;
		} else {
			at = &request->next;
		}
	}
}

void carrier_cancel(struct carrier *carrier) {
	if (carrier->under_way == NULL) {
		return;
	}
	for (struct carrier_request *at = carrier->under_way; at != NULL; at = at->next) {
		let_go(at);
	}
	for (size_t i = 0; i < carrier->spec.n_servers; i++) {
		if (carrier->servers[i].link != NULL) {
			server_link_cancel(carrier->servers[i].link);
		}
	}
	for (struct carrier_request *at = carrier->under_way; at != NULL; at = at->next) {
		at->n_seen = at->n_asked;
	}
	drop_ended(carrier);
}

/* A reply that came while it was sent is to be seen at once. */
static usec wake_of(const struct carrier_request *request, usec now) {
	if (request->reply == NULL) {
		return USEC_NEVER;
	}
	for (size_t i = 0; i < request->n_asked; i++) {
		const struct attempt *attempt = &request->attempts[i];
		if (!attempt->seen && attempt->reply.status != CARRIER_WAITING) {
			return now;
		}
	}
	return usec_min(request->next_at, request->reply->until);
}

size_t carrier_watch(
	const struct carrier *carrier, struct pollfd *fds, size_t max, usec now, usec *wake) {
	size_t n = 0;
	for (const struct carrier_request *at = carrier->under_way; at != NULL; at = at->next) {
		*wake = usec_min(*wake, wake_of(at, now));
	}
	for (size_t i = 0; i < carrier->spec.n_servers && n <= max; i++) {
		if (carrier->servers[i].link != NULL) {
			n += server_link_watch(carrier->servers[i].link, fds + n, max - n, now, wake);
		}
	}
	return n;
}

void carrier_step(struct carrier *carrier, const struct pollfd *fds, size_t n, usec now) {
	for (size_t i = 0; i < carrier->spec.n_servers; i++) {
		if (carrier->servers[i].link != NULL) {
			server_link_step(carrier->servers[i].link, fds, n);
		}
	}
	for (struct carrier_request *at = carrier->under_way; at != NULL; at = at->next) {
		advance(carrier, at, now);
	}
	drop_ended(carrier);
}
