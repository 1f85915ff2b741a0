/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* From a host to addresses with a decision and a specification for the visit. */
#include "probe/nodes.h"

#include <stdio.h>
#include <string.h>
#include <sys/un.h>

#include "probe/probe_trace.h"

/* --- making them --- */

static size_t unix_address(struct arena *arena, const char *path, struct node_address **list) {
	*list = arena_alloc(arena, sizeof **list);
	struct sockaddr_un *un = (struct sockaddr_un *)&(*list)->sockaddr;
	un->sun_family = AF_UNIX;
	(void)snprintf(un->sun_path, sizeof un->sun_path, "%s", path);
	(*list)->text = path;
	(*list)->sockaddr_len = sizeof *un;
	return 1;
}

static size_t literal_address(
	struct arena *arena, const char *literal, uint16_t port, struct node_address **list) {
	*list = arena_alloc(arena, sizeof **list);
	return node_address_parse(*list, literal, port) ? 1 : 0;
}

/* posttls-finger takes a name that is an address for one, wherever it comes from. */
static bool is_numeric(const struct nodes *nodes, const struct report_host *host) {
	return nodes->spec->habits->takes_numeric_names && address_family_of(host->name) != 0;
}

static size_t addresses_of(
	const struct nodes *nodes, const struct report_host *host, struct node_address **list) {
	struct arena *arena = nodes->arena;
	const struct destination *destination = nodes->spec->destination;
	if (destination->kind == DESTINATION_UNIX) {
		return unix_address(arena, destination->path, list);
	}
	if (nodes->spec->connect_address != NULL) {
		return literal_address(arena, nodes->spec->connect_address, host->port, list);
	}
	if (destination->kind == DESTINATION_ADDRESS) {
		return literal_address(arena, destination->address, host->port, list);
	}
	if (is_numeric(nodes, host)) {
		return literal_address(arena, host->name, host->port, list);
	}
	return node_addresses(arena, host->a, host->aaaa, host->port, &nodes->order, list);
}

static struct node_name peer_of(const struct nodes *nodes, const struct report_node *node) {
	if (nodes->spec->destination->kind != DESTINATION_UNIX) {
		return (struct node_name){node->host->name, node->address, node->host->port};
	}
	const char *name = nodes->spec->unix_name;
	return (struct node_name){name != NULL ? name : "localhost", node->address, 0};
}

size_t nodes_make(struct nodes *nodes, size_t host, size_t room, struct node **list) {
	const struct report_host *from = &nodes->report->hosts[host];
	struct node_address *addresses = NULL;
	size_t n = addresses_of(nodes, from, &addresses);
	size_t n_made = n < room ? n : room;
	*list = arena_alloc_array(nodes->arena, n_made, sizeof **list);
	for (size_t i = 0; i < n_made; i++) {
		struct node *node = &(*list)[i];
		node->host = host;
		node->address = addresses[i];
		node->report.id = nodes->n_made++;
		node->report.host = from;
		node->report.address = addresses[i].text;
		node->report.family = addresses[i].family;
		node->peer = peer_of(nodes, &node->report);
	}
	return n;
}

/* --- the decision --- */

static struct tls_policy policy_for(const struct nodes *nodes, const struct report_host *host) {
	const char *unix_name = nodes->spec->unix_name;
	bool unix_socket = nodes->spec->destination->kind == DESTINATION_UNIX;
	struct policy_host facts = report_policy_host(host);
	if (unix_socket && unix_name != NULL) {
		facts.name = unix_name;
	}
	return tls_policy_for(
		nodes->arena, nodes->spec->habits, &nodes->spec->wish, nodes->origin, &facts);
}

/* NULL where no sessions are kept. */
static const char *session_peer(const struct nodes *nodes, const struct node_name *peer) {
	if (!nodes->spec->tls->keep_sessions || peer->port == 0) {
		return nodes->spec->tls->keep_sessions ? peer->address : NULL;
	}
	return arena_printf(nodes->arena, "[%s]:%u", peer->address, peer->port);
}

static void specify(const struct nodes *nodes, struct node *node) {
	const struct survey_spec *spec = nodes->spec;
	struct probe_manner manner = spec->manner;
	if (spec->no_tls && manner.mode == SMTP_TLS_WRAPPER) {
		manner.mode = SMTP_TLS_UNABLE;
	} else if (node->report.policy.level == TLS_LEVEL_NONE || spec->no_tls) {
		manner.mode = SMTP_TLS_NEVER;
	}
	node->visit.destination = spec->destination->text;
	node->visit.reconnect = spec->reconnect;
	node->visit.key_types = spec->key_types;
	node->visit.pq_probe = spec->pq_probe;
	node->visit.probe = (struct probe_spec){
		.peer = &node->peer,
		.sockaddr = (const struct sockaddr *)&node->address.sockaddr,
		.sockaddr_len = node->address.sockaddr_len,
		.protocol = spec->destination->protocol,
		.manner = manner,
		.policy = &node->report.policy,
		.wish = &spec->wish,
		.habits = spec->habits,
		.ending = spec->tls->ending,
		.session_peer = session_peer(nodes, &node->peer),
		.trace = nodes->trace,
		.id = node->report.id,
		.hello = spec->pq_probe ? TLS_HELLO_SMALL : TLS_HELLO_AS_SET,
	};
}

/* --- telling the listener --- */

static void tell(const struct nodes *nodes, const struct node *node, struct event event) {
	event.node = node->report.id;
	event.pass = 1;
	event.peer = &node->peer;
	trace_emit(nodes->trace, &event);
}

/* posttls-finger's name for records found through an alias. */
static const char *owner_of(const struct nodes *nodes, const struct dns_question *question) {
	const char *end = question->answer.canonical;
	bool alias = end != NULL && !dns_name_equal(end, question->name);
	return alias ? arena_printf(nodes->arena, "%s -> %s", question->name, end) : question->name;
}

void nodes_tell_records(const struct nodes *nodes, const struct node *node) {
	const struct report_host *host = node->report.host;
	if (nodes->trace == NULL || host->tlsa_used == NULL) {
		return;
	}
	const char *end = host->tlsa_used->answer.canonical;
	for (size_t i = 0; i < host->n_tlsa; i++) {
		struct event event = {.kind = EVENT_TLSA_RECORD, .bytes = {host->tlsa[i].rdata}};
		event.text[0] = end != NULL ? end : host->tlsa_used->name;
		if (host->tlsa[i].unusable != NULL) {
			event.kind = EVENT_TLSA_UNUSABLE;
			event.text[0] = owner_of(nodes, host->tlsa_used);
			event.text[1] = host->tlsa[i].unusable;
		}
		tell(nodes, node, event);
	}
}

static struct probe_trace listener(const struct nodes *nodes, const struct node *node) {
	return (struct probe_trace){.trace = nodes->trace,
		.peer = &node->peer,
		.id = node->report.id,
		.pass = 1,
		.protocol = nodes->spec->destination->protocol};
}

void nodes_decide(const struct nodes *nodes, struct node *node) {
	node->report.policy = policy_for(nodes, node->report.host);
	specify(nodes, node);
	const struct probe_trace trace = listener(nodes, node);
	probe_trace_policy(&trace, &node->report.policy, nodes->spec->wish.level);
}

void nodes_tell_failed(const struct nodes *nodes, const struct node *node) {
	const struct probe_trace trace = listener(nodes, node);
	probe_trace_unreachable(&trace, nodes->spec->destination->text, &node->report.result);
}

void nodes_tell_done(const struct nodes *nodes, const struct node *node) {
	tell(nodes, node, (struct event){.kind = EVENT_NODE_DONE});
}

void nodes_tell_unusable(
	const struct nodes *nodes, const struct report_host *host, const struct node *node) {
	struct node_name peer = {host->name, "", host->port};
	struct event event = {.kind = EVENT_NODE_FAILED, .node = -1, .pass = 1, .peer = &peer};
	struct text reason = text_new(nodes->arena, 700);
	if (host->tlsa_state == TLSA_STATE_FAILED) {
		text_addf(&reason, "TLSA lookup error for %s:%u", host->name, host->port);
	} else if (host->name_fault != HOST_NAME_FINE) {
		text_addf(&reason, "%s is no name of a host", host->faulty_name);
	} else {
		text_addf(&reason, "no address of %s: %s", host->name,
			host->lookup_failed ? "lookup failed" : "Host not found");
	}
	event.text[0] = nodes->spec->destination->text;
	event.text[1] = reason.at;
	if (node != NULL) {
		tell(nodes, node, event);
	} else {
		trace_emit(nodes->trace, &event);
	}
}
