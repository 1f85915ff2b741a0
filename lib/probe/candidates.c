#include "probe/candidates.h"

#include <stdio.h>
#include <string.h>
#include <sys/un.h>

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

static size_t addresses_of(const struct candidates *candidates, const struct report *report,
	const struct report_host *host, struct target_address **list) {
	struct arena *arena = candidates->arena;
	const struct destination *destination = report->destination;
	const char *literal = candidates->spec->connect_address;
	if (destination->kind == DESTINATION_UNIX) {
		return unix_address(arena, destination->path, list);
	}
	if (literal == NULL && destination->kind == DESTINATION_ADDRESS) {
		literal = destination->name;
	}
	if (literal != NULL) {
		*list = arena_alloc(arena, sizeof **list);
		return target_address_parse(*list, literal, host->port) ? 1 : 0;
	}
	return targets_addresses(
		arena, host->a, host->aaaa, host->port, &candidates->spec->order, list);
}

static struct tls_policy decide(const struct candidates *candidates, const struct report_host *host,
	const struct origin *origin) {
	struct policy_host facts = {
		.name = host->name,
		.canonical = host->canonical,
		.tlsa_base = host->tlsa_base,
		.tlsa_state = host->tlsa_state,
		.tlsa = host->tlsa,
		.n_tlsa = host->n_tlsa,
	};
	return tls_policy_for(candidates->arena, &candidates->spec->wish, origin, &facts);
}

/* NULL where no sessions are kept. */
static const char *session_peer(
	const struct candidates *candidates, const struct event_peer *peer) {
	if (!candidates->spec->tls->keep_sessions || peer->port == 0) {
		return candidates->spec->tls->keep_sessions ? peer->address : NULL;
	}
	return arena_printf(candidates->arena, "[%s]:%u", peer->address, peer->port);
}

static void fill(const struct candidates *candidates, struct candidate *candidate, int id) {
	const struct survey_spec *spec = candidates->spec;
	struct report_node *node = candidate->node;
	bool unix_socket = spec->destination->kind == DESTINATION_UNIX;
	candidate->peer.host = unix_socket ? "localhost" : node->host->name;
	candidate->peer.address = node->address;
	candidate->peer.port = unix_socket ? 0 : node->host->port;
	enum smtp_tls_mode mode = spec->mode;
	if (node->policy.level == TLS_LEVEL_NONE) {
		mode = SMTP_TLS_NEVER;
	}
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
		.id = id,
	};
}

/* Most runs end with the first host. Nodes may move here: only candidates of the host at hand point
 * to theirs, and those are made anew. */
static void make_room(const struct candidates *candidates, struct report *report, size_t n) {
	struct report_node *nodes =
		arena_alloc_array(candidates->arena, report->n_nodes + n, sizeof *nodes);
	if (report->n_nodes > 0) {
		memcpy(nodes, report->nodes, report->n_nodes * sizeof *nodes);
	}
	report->nodes = nodes;
}

void candidates_add(struct candidates *candidates, struct report *report,
	const struct report_host *host, const struct origin *origin) {
	struct target_address *addresses = NULL;
	size_t n = addresses_of(candidates, report, host, &addresses);
	if (n > REPORT_NODES_MAX - report->n_nodes) {
		n = REPORT_NODES_MAX - report->n_nodes;
		report->too_many_nodes = true;
	}
	make_room(candidates, report, n);
	candidates->list = arena_alloc_array(candidates->arena, n, sizeof *candidates->list);
	candidates->n = n;
	for (size_t i = 0; i < n; i++) {
		struct report_node *node = &report->nodes[report->n_nodes++];
		node->host = host;
		node->address = addresses[i].text;
		node->family = addresses[i].family;
		node->policy = decide(candidates, host, origin);
		candidates->list[i].node = node;
		candidates->list[i].address = addresses[i];
		fill(candidates, &candidates->list[i], (int)report->n_nodes - 1);
	}
}

/* --- telling the listener --- */

static void tell(
	const struct candidates *candidates, const struct candidate *candidate, struct event event) {
	event.probe = candidate->visit.probe.id;
	event.pass = 1;
	event.peer = &candidate->peer;
	trace_emit(candidates->trace, &event);
}

void candidates_tell_policy(
	const struct candidates *candidates, const struct candidate *candidate) {
	if (candidates->trace == NULL) {
		return;
	}
	const struct report_host *host = candidate->node->host;
	const char *owner = host->tlsa_used != NULL ? host->tlsa_used->name : NULL;
	for (size_t i = 0; i < host->n_tlsa; i++) {
		struct event event = {.kind = EVENT_TLSA_RECORD, .bytes = {host->tlsa[i].rdata}};
		event.text[0] = owner;
		if (host->tlsa[i].unusable != NULL) {
			event.kind = EVENT_TLSA_UNUSABLE;
			event.text[1] = host->tlsa[i].unusable;
		}
		tell(candidates, candidate, event);
	}
	const struct tls_policy *policy = &candidate->node->policy;
	struct event event = {.kind = EVENT_POLICY};
	event.text[0] = tls_level_name(policy->level);
	event.text[1] = tls_policy_reason_text(policy->reason);
	event.text[2] = tls_policy_finger_text(policy);
	event.number[0] = policy->reason == POLICY_NO_TLSA || policy->reason == POLICY_TLSA_UNUSABLE;
	tell(candidates, candidate, event);
}

void candidates_tell_failed(const struct candidates *candidates, const struct report *report,
	const struct candidate *candidate) {
	const struct result *result = &candidate->node->result;
	bool timeout = result->err.kind == ERR_TIMEOUT;
	const char *why = timeout ? "Connection timed out" : result->err.text;
	struct text reason = text_new(candidates->arena, 700);
	text_addf(&reason, "connect to %s[%s]", candidate->peer.host, candidate->peer.address);
	if (candidate->peer.port != 0) {
		text_addf(&reason, ":%u", candidate->peer.port);
	}
	text_addf(&reason, ": %s", why);
	struct event event = {.kind = EVENT_TARGET_FAILED};
	event.text[0] = report->destination->text;
	event.text[1] = reason.at;
	tell(candidates, candidate, event);
}

void candidates_tell_unusable(const struct candidates *candidates, const struct report *report,
	const struct report_host *host) {
	struct event_peer peer = {host->name, "", host->port};
	struct event event = {.kind = EVENT_TARGET_FAILED, .probe = -1, .pass = 1, .peer = &peer};
	struct text reason = text_new(candidates->arena, 700);
	if (host->tlsa_state == TLSA_STATE_FAILED) {
		text_addf(&reason, "TLSA lookup error for %s:%u", host->name, host->port);
	} else {
		text_addf(&reason, "no address of %s: %s", host->name,
			host->lookup_failed ? "lookup failed" : "Host not found");
	}
	event.text[0] = report->destination->text;
	event.text[1] = reason.at;
	trace_emit(candidates->trace, &event);
}
