/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* From a host to addresses with a decision and a specification for the visit. */
#include "probe/candidates.h"

#include <stdio.h>
#include <string.h>
#include <sys/un.h>

#include "probe/probe_trace.h"

/* --- making them --- */

static size_t unix_address(struct arena *arena, const char *path, struct target_address **list) {
	*list = arena_alloc(arena, sizeof **list);
	struct sockaddr_un *un = (struct sockaddr_un *)&(*list)->sockaddr;
	un->sun_family = AF_UNIX;
	(void)snprintf(un->sun_path, sizeof un->sun_path, "%s", path);
	(*list)->text = path;
	(*list)->sockaddr_len = sizeof *un;
	return 1;
}

static size_t literal_address(
	struct arena *arena, const char *literal, uint16_t port, struct target_address **list) {
	*list = arena_alloc(arena, sizeof **list);
	return target_address_parse(*list, literal, port) ? 1 : 0;
}

/* posttls-finger takes a name that is an address for one, wherever it comes from. */
static bool is_numeric(const struct candidates *candidates, const struct report_host *host) {
	return candidates->order.as_listed && address_family_of(host->name) != 0;
}

static size_t addresses_of(const struct candidates *candidates, const struct report_host *host,
	struct target_address **list) {
	struct arena *arena = candidates->arena;
	const struct destination *destination = candidates->report->destination;
	if (destination->kind == DESTINATION_UNIX) {
		return unix_address(arena, destination->path, list);
	}
	if (candidates->spec->connect_address != NULL) {
		return literal_address(arena, candidates->spec->connect_address, host->port, list);
	}
	if (destination->kind == DESTINATION_ADDRESS) {
		return literal_address(arena, destination->address, host->port, list);
	}
	if (is_numeric(candidates, host)) {
		return literal_address(arena, host->name, host->port, list);
	}
	return targets_addresses(arena, host->a, host->aaaa, host->port, &candidates->order, list);
}

static struct event_peer peer_of(
	const struct candidates *candidates, const struct report_node *node) {
	if (candidates->report->destination->kind != DESTINATION_UNIX) {
		return (struct event_peer){node->host->name, node->address, node->host->port};
	}
	const char *name = candidates->spec->unix_name;
	return (struct event_peer){name != NULL ? name : "localhost", node->address, 0};
}

size_t candidates_make(
	struct candidates *candidates, size_t host, size_t room, struct candidate **list) {
	const struct report_host *from = &candidates->report->hosts[host];
	struct target_address *addresses = NULL;
	size_t n = addresses_of(candidates, from, &addresses);
	size_t n_made = n < room ? n : room;
	*list = arena_alloc_array(candidates->arena, n_made, sizeof **list);
	for (size_t i = 0; i < n_made; i++) {
		struct candidate *candidate = &(*list)[i];
		candidate->host = host;
		candidate->address = addresses[i];
		candidate->node.id = candidates->n_made++;
		candidate->node.host = from;
		candidate->node.address = addresses[i].text;
		candidate->node.family = addresses[i].family;
		candidate->peer = peer_of(candidates, &candidate->node);
	}
	return n;
}

/* --- the decision --- */

static struct tls_policy policy_for(
	const struct candidates *candidates, const struct report_host *host) {
	const char *unix_name = candidates->spec->unix_name;
	bool unix_socket = candidates->report->destination->kind == DESTINATION_UNIX;
	struct policy_host facts = {
		.name = unix_socket && unix_name != NULL ? unix_name : host->name,
		.canonical = host->canonical,
		.tlsa_base = host->tlsa_base,
		.tlsa_state = host->tlsa_state,
		.tlsa = host->tlsa,
		.n_tlsa = host->n_tlsa,
	};
	return tls_policy_for(candidates->arena, &candidates->spec->wish, candidates->origin, &facts);
}

/* NULL where no sessions are kept. */
static const char *session_peer(
	const struct candidates *candidates, const struct event_peer *peer) {
	if (!candidates->spec->tls->keep_sessions || peer->port == 0) {
		return candidates->spec->tls->keep_sessions ? peer->address : NULL;
	}
	return arena_printf(candidates->arena, "[%s]:%u", peer->address, peer->port);
}

static void specify(const struct candidates *candidates, struct candidate *candidate) {
	const struct survey_spec *spec = candidates->spec;
	struct report_node *node = &candidate->node;
	enum smtp_tls_mode mode = spec->mode;
	if (spec->no_tls && mode == SMTP_TLS_WRAPPER) {
		mode = SMTP_TLS_UNABLE;
	} else if (node->policy.level == TLS_LEVEL_NONE || spec->no_tls) {
		mode = SMTP_TLS_NEVER;
	}
	candidate->visit.destination = spec->destination->text;
	candidate->visit.reconnect = spec->reconnect;
	candidate->visit.key_types = spec->key_types;
	candidate->visit.probe = (struct probe_spec){
		.peer = &candidate->peer,
		.sockaddr = (const struct sockaddr *)&candidate->address.sockaddr,
		.sockaddr_len = candidate->address.sockaddr_len,
		.protocol = spec->destination->protocol,
		.mode = mode,
		.helo = spec->helo,
		.policy = &node->policy,
		.wish = &spec->wish,
		.times = spec->times,
		.wait_for_quit = spec->wait_for_quit,
		.manners = spec->wish.style == POLICY_POSTFIX ? SMTP_MANNERS_POSTFIX : SMTP_MANNERS_POLITE,
		.line_max = spec->line_max,
		.tcp_window = spec->tcp_window,
		.ending = spec->tls->ending,
		.session_peer = session_peer(candidates, &candidate->peer),
		.trace = candidates->trace,
		.id = node->id,
	};
}

/* --- telling the listener --- */

static void tell(
	const struct candidates *candidates, const struct candidate *candidate, struct event event) {
	event.probe = candidate->node.id;
	event.pass = 1;
	event.peer = &candidate->peer;
	trace_emit(candidates->trace, &event);
}

/* posttls-finger's name for records found through an alias. */
static const char *owner_of(
	const struct candidates *candidates, const struct dns_question *question) {
	const char *end = question->answer.canonical;
	bool alias = end != NULL && !dns_name_equal(end, question->name);
	return alias ? arena_printf(candidates->arena, "%s -> %s", question->name, end)
				 : question->name;
}

void candidates_tell_records(
	const struct candidates *candidates, const struct candidate *candidate) {
	const struct report_host *host = candidate->node.host;
	if (candidates->trace == NULL || host->tlsa_used == NULL) {
		return;
	}
	const char *end = host->tlsa_used->answer.canonical;
	for (size_t i = 0; i < host->n_tlsa; i++) {
		struct event event = {.kind = EVENT_TLSA_RECORD, .bytes = {host->tlsa[i].rdata}};
		event.text[0] = end != NULL ? end : host->tlsa_used->name;
		if (host->tlsa[i].unusable != NULL) {
			event.kind = EVENT_TLSA_UNUSABLE;
			event.text[0] = owner_of(candidates, host->tlsa_used);
			event.text[1] = host->tlsa[i].unusable;
		}
		tell(candidates, candidate, event);
	}
}

static struct probe_trace listener(
	const struct candidates *candidates, const struct candidate *candidate) {
	return (struct probe_trace){.trace = candidates->trace,
		.peer = &candidate->peer,
		.id = candidate->node.id,
		.pass = 1,
		.protocol = candidates->spec->destination->protocol};
}

void candidates_decide(const struct candidates *candidates, struct candidate *candidate) {
	candidate->node.policy = policy_for(candidates, candidate->node.host);
	specify(candidates, candidate);
	const struct probe_trace trace = listener(candidates, candidate);
	probe_trace_policy(&trace, &candidate->node.policy, candidates->report->level);
}

void candidates_tell_failed(
	const struct candidates *candidates, const struct candidate *candidate) {
	const struct probe_trace trace = listener(candidates, candidate);
	probe_trace_unreachable(&trace, candidates->spec->destination->text, &candidate->node.result);
}

void candidates_tell_done(const struct candidates *candidates, const struct candidate *candidate) {
	tell(candidates, candidate, (struct event){.kind = EVENT_TARGET_DONE});
}

void candidates_tell_unusable(const struct candidates *candidates, const struct report_host *host,
	const struct candidate *candidate) {
	struct event_peer peer = {host->name, "", host->port};
	struct event event = {.kind = EVENT_TARGET_FAILED, .probe = -1, .pass = 1, .peer = &peer};
	struct text reason = text_new(candidates->arena, 700);
	if (host->tlsa_state == TLSA_STATE_FAILED) {
		text_addf(&reason, "TLSA lookup error for %s:%u", host->name, host->port);
	} else if (host->name_fault != HOST_NAME_FINE) {
		text_addf(&reason, "%s is no name of a host", host->faulty_name);
	} else {
		text_addf(&reason, "no address of %s: %s", host->name,
			host->lookup_failed ? "lookup failed" : "Host not found");
	}
	event.text[0] = candidates->report->destination->text;
	event.text[1] = reason.at;
	if (candidate != NULL) {
		tell(candidates, candidate, event);
	} else {
		trace_emit(candidates->trace, &event);
	}
}
