/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose turn it is: hosts listed, decided and handed out as their answers come in. */
#include "probe/node_queue.h"

#include <string.h>

#include "probe/denial_probe.h"
#include "probe/lookup_words.h"
#include "probe/oddities.h"
#include "probe/route.h"

static bool is_in_turn(const struct node_queue *queue) {
	return queue->spec->habits->asks_in_turn;
}

static bool is_one_by_one(const struct node_queue *queue) {
	return queue->spec->scope == SURVEY_FIRST;
}

/* A name with A and AAAA records. posttls-finger takes an address for what it is even there. */
static bool is_looked_up(const struct node_queue *queue, const struct report_host *host) {
	bool literal = queue->spec->habits->takes_numeric_names && address_family_of(host->name) != 0;
	bool invalid = host->name_fault != HOST_NAME_FINE;
	return route_is_named(queue->report) && !literal && !invalid && !queue->spec->no_host_lookup;
}

void node_queue_open(struct node_queue *queue, usec now) {
	struct report *report = queue->report;
	queue->hosts = arena_alloc_array(queue->arena, report->n_hosts, sizeof *queue->hosts);
	for (size_t i = 0; i < report->n_hosts; i++) {
		if (is_looked_up(queue, &report->hosts[i])) {
			host_prefetch(&queue->rules, &report->hosts[i], now);
			denial_probe_prefetch(queue->lookups, queue->spec, &report->hosts[i], now);
		}
	}
}

/* --- TLSA of a host --- */

static void misplaced_ask(struct node_queue *queue, usec now) {
	struct report *report = queue->report;
	if (report->mx_used && report->spec->srv_service == NULL && report->misplaced == NULL &&
		queue->spec->habits->asks_to_explain) {
		report->misplaced = lookups_ask_tlsa(
			queue->lookups, report->spec->port, report->spec->destination->name, now);
	}
}

/* posttls-finger -f asks for TLSA of an address too. */
static bool is_asked_about(const struct node_queue *queue, const struct report_host *host) {
	return queue->spec->habits->takes_numeric_names && queue->rules.force_tlsa &&
		   address_family_of(host->name) != 0;
}

static enum host_progress decide_host(struct node_queue *queue, size_t i, usec now) {
	struct report_host *host = &queue->report->hosts[i];
	struct queued_host *planned = &queue->hosts[i];
	if (planned->decided) {
		return planned->tlsa;
	}
	planned->tlsa = HOST_READY;
	if (is_looked_up(queue, host) || is_asked_about(queue, host)) {
		planned->tlsa = host_decide_tlsa(&queue->rules, host, now);
	} else if (queue->rules.want_tlsa) {
		host->tlsa_state = TLSA_STATE_NOT_APPLICABLE;
	}
	planned->decided = planned->tlsa != HOST_WAITING;
	if (planned->decided && is_looked_up(queue, host)) {
		denial_probe_ask(queue->lookups, queue->spec, host, now);
	}
	if (host->tlsa_state == TLSA_STATE_ABSENT && planned->decided) {
		misplaced_ask(queue, now);
	}
	return planned->tlsa;
}

/* posttls-finger keeps answers, and so is told of them once; a failure it asks about again. */
static bool was_told(const struct node_queue *queue, const struct dns_question *question) {
	for (size_t i = 0; i < queue->report->n_hosts; i++) {
		if (queue->hosts[i].told && queue->report->hosts[i].tlsa_used == question) {
			return true;
		}
	}
	return false;
}

static void tell_records(struct node_queue *queue, const struct node *node) {
	if (!queue->spec->habits->tells_once || !was_told(queue, node->report.host->tlsa_used)) {
		oddities_tell(queue->lookups, node->report.host->tlsa_used, queue->spec->habits);
		nodes_tell_records(&queue->nodes, node);
		queue->hosts[node->host].told = true;
	}
}

static void tell_tlsa_problem(struct node_queue *queue, size_t i) {
	const struct dns_question *question = queue->report->hosts[i].tlsa_used;
	struct arena *arena = queue->arena;
	if (queue->lookups->trace == NULL) {
		return;
	}
	if (question->type == DNS_TYPE_CNAME) {
		bool gone = dns_outcome_is_answer(question->outcome);
		oddities_warn(queue->lookups,
			arena_printf(arena, "DNSSEC status lookup error for %s: %s", question->name,
				gone ? "no longer a CNAME" : lookup_reason(arena, question)));
		return;
	}
	const char *line =
		arena_printf(arena, "DANE TLSA lookup problem: %s", lookup_reason(arena, question));
	oddities_warn(queue->lookups, line);
	if (queue->spec->habits->tells_once && !was_told(queue, question)) {
		oddities_warn(queue->lookups, line);
	}
	queue->hosts[i].told = true;
}

/* --- from hosts to nodes --- */

static size_t room_for_nodes(const struct node_queue *queue) {
	return (queue->spec->habits->drops_records ? NODES_LISTED_MAX : REPORT_NODES_MAX) - queue->n;
}

static void tell_too_many(struct node_queue *queue) {
	if (queue->spec->habits->drops_records && !queue->report->too_many_nodes) {
		const struct report_node *last = &queue->list[queue->n - 1]->report;
		oddities_tell_excess(
			queue->lookups, last->host->name, last->family == 4 ? DNS_TYPE_A : DNS_TYPE_AAAA);
	}
	queue->report->too_many_nodes = true;
}

/* Nodes stand in the order of their hosts, whenever these become known. */
static void insert(struct node_queue *queue, struct node *node) {
	if (queue->list == NULL) {
		queue->list = (struct node **)arena_alloc_array(
			queue->arena, REPORT_NODES_MAX, sizeof(struct node *));
	}
	size_t at = queue->n++;
	for (; at > 0 && queue->list[at - 1]->host > node->host; at--) {
		queue->list[at] = queue->list[at - 1];
	}
	queue->list[at] = node;
}

static void list_nodes(struct node_queue *queue, size_t i, usec now) {
	struct report *report = queue->report;
	struct node *made = NULL;
	if (report->dns_elapsed < 0 && route_is_named(report)) {
		report->dns_elapsed = now - queue->started;
	}
	size_t room = room_for_nodes(queue);
	size_t n = nodes_make(&queue->nodes, i, room, &made);
	for (size_t k = 0; k < n && k < room; k++) {
		insert(queue, &made[k]);
	}
	if (n > room) {
		tell_too_many(queue);
	}
	report->phase = REPORT_PHASE_PROBES;
	/* With a given address only the first host in order is meant. */
	queue->all_listed = queue->spec->connect_address != NULL;
}

static enum host_progress find_addresses(
	struct node_queue *queue, struct report_host *host, usec now) {
	if (is_looked_up(queue, host)) {
		return host_find_addresses(&queue->rules, host, now);
	}
	bool literal = !route_is_named(queue->report) || address_family_of(host->name) != 0;
	return literal && host->name_fault == HOST_NAME_FINE ? HOST_READY : HOST_UNUSABLE;
}

static void leave_out(struct node_queue *queue, size_t i) {
	const struct report_host *host = &queue->report->hosts[i];
	if (host->tlsa_state == TLSA_STATE_FAILED) {
		queue->any_refused = true;
		tell_tlsa_problem(queue, i);
	}
	if (!queue->spec->habits->tells_once) {
		nodes_tell_unusable(&queue->nodes, host, NULL);
	}
}

/* True when the host's part is done. */
static bool list_host(struct node_queue *queue, size_t i, usec now) {
	struct report_host *host = &queue->report->hosts[i];
	enum host_progress progress = find_addresses(queue, host, now);
	if (progress == HOST_WAITING) {
		return false;
	}
	bool found = progress == HOST_READY;
	if (found && !is_in_turn(queue)) {
		progress = decide_host(queue, i, now);
		if (progress == HOST_WAITING) {
			return false;
		}
	}
	oddities_tell(queue->lookups, host->a, queue->spec->habits);
	oddities_tell(queue->lookups, host->aaaa, queue->spec->habits);
	bool nameless = host->name_fault != HOST_NAME_FINE;
	bool forced = !found && !nameless && queue->spec->connect_address != NULL;
	if (progress != HOST_READY && !forced) {
		leave_out(queue, i);
		return true;
	}
	if (forced && queue->rules.want_tlsa) {
		host->tlsa_state = TLSA_STATE_HOST_INSECURE; /* no address, so none that is signed */
		queue->hosts[i].decided = true;
		queue->hosts[i].tlsa = HOST_READY;
	}
	list_nodes(queue, i, now);
	return true;
}

/* posttls-finger looks at the addresses of all hosts together. SRV has an order of its own. */
static void rank(struct node_queue *queue) {
	struct node_rank ranks[REPORT_NODES_MAX];
	struct node *sorted[REPORT_NODES_MAX];
	if (queue->spec->srv_service != NULL) {
		return;
	}
	for (size_t i = 0; i < queue->n; i++) {
		const struct node *node = queue->list[i];
		ranks[i] = (struct node_rank){node->report.host->preference, node->report.family, i, 0};
	}
	node_order_rank(ranks, queue->n, &queue->nodes.order);
	for (size_t i = 0; i < queue->n; i++) {
		sorted[i] = queue->list[ranks[i].index];
	}
	for (size_t i = 0; i < queue->n; i++) {
		queue->list[i] = sorted[i];
	}
}

static void tell_no_address(struct node_queue *queue) {
	const struct report *report = queue->report;
	struct arena *arena = queue->arena;
	if (queue->n > 0 || queue->any_refused || report->n_hosts == 0 ||
		queue->lookups->trace == NULL) {
		return;
	}
	if (report->mx_used) {
		oddities_warn(queue->lookups,
			arena_printf(arena, "no %s host for %s has a valid address record",
				report->spec->srv_service != NULL ? "SRV" : "MX", report->route_question->name));
	}
	route_tell_failed(
		queue->lookups, lookup_host_reason(arena, &report->hosts[report->n_hosts - 1]));
}

/* All hosts have been looked at. */
static void end_listing(struct node_queue *queue) {
	queue->all_listed = true;
	if (is_in_turn(queue)) {
		rank(queue);
	}
	tell_no_address(queue);
}

static bool list_next(struct node_queue *queue, size_t i, usec now) {
	queue->hosts[i].listed = list_host(queue, i, now);
	queue->n_listed += queue->hosts[i].listed ? 1 : 0;
	return queue->hosts[i].listed;
}

/* Where one visit may end the run, a sender asks no further before it has tried the addresses it
 * knows; posttls-finger lists them all first. */
static bool may_list_more(const struct node_queue *queue) {
	bool tried = is_in_turn(queue) || queue->n_taken == queue->n;
	return tried && !queue->all_listed && queue->n_listed < queue->report->n_hosts;
}

/* One host after the other, each awaited. */
static enum progress walk_in_order(struct node_queue *queue, usec now) {
	enum progress progress = PROGRESS_WAITING;
	while (may_list_more(queue) && list_next(queue, queue->n_listed, now)) {
		progress = PROGRESS_MOVED;
	}
	return progress;
}

/* Whichever host has its answers; a look at all of them is worth it when one is new. */
static enum progress walk_all(struct node_queue *queue, usec now) {
	enum progress progress = PROGRESS_WAITING;
	bool unheard = queue->n_heard != queue->lookups->n_told + 1;
	queue->n_heard = queue->lookups->n_told + 1;
	for (size_t i = 0; unheard && i < queue->report->n_hosts && !queue->all_listed; i++) {
		if (!queue->hosts[i].listed && list_next(queue, i, now)) {
			progress = PROGRESS_MOVED;
		}
	}
	return progress;
}

enum progress node_queue_advance(struct node_queue *queue, usec now) {
	if (queue->all_listed) {
		return PROGRESS_WAITING;
	}
	bool in_order = is_one_by_one(queue) || is_in_turn(queue);
	enum progress progress = in_order ? walk_in_order(queue, now) : walk_all(queue, now);
	if (queue->n_listed == queue->report->n_hosts && !queue->all_listed) {
		end_listing(queue);
		progress = PROGRESS_MOVED;
	}
	return progress;
}

/* --- who is next --- */

static void give_up(struct node_queue *queue, struct node *node) {
	node->given_up = true;
	queue->any_refused = true;
	tell_tlsa_problem(queue, node->host);
	nodes_tell_unusable(&queue->nodes, node->report.host, node);
}

struct node *node_queue_next(
	struct node_queue *queue, const struct visits *visits, enum progress *progress, usec now) {
	bool ranked = !is_in_turn(queue) || queue->all_listed;
	bool look = ranked && queue->n_taken < queue->n && visits_has_room(visits);
	for (size_t i = 0; look && i < queue->n; i++) {
		struct node *node = queue->list[i];
		if (node->taken || visits_is_busy_at(visits, node->report.address)) {
			continue;
		}
		enum host_progress decided = decide_host(queue, node->host, now);
		if (decided == HOST_WAITING && is_one_by_one(queue)) {
			return NULL;
		}
		if (decided == HOST_WAITING) {
			continue;
		}
		node->taken = true;
		queue->n_taken++;
		*progress = PROGRESS_MOVED;
		if (decided == HOST_READY) {
			tell_records(queue, node);
			nodes_decide(&queue->nodes, node);
			return node;
		}
		give_up(queue, node);
	}
	return NULL;
}

void node_queue_close(struct node_queue *queue) {
	queue->all_listed = true;
	queue->n_taken = queue->n;
}

bool node_queue_is_over(const struct node_queue *queue) {
	return queue->all_listed && queue->n_taken == queue->n;
}

void node_queue_write(const struct node_queue *queue) {
	struct report *report = queue->report;
	report->nodes = arena_alloc_array(queue->arena, queue->n, sizeof *report->nodes);
	report->n_nodes = 0;
	for (size_t i = 0; i < queue->n; i++) {
		if (!queue->list[i]->given_up) {
			report->nodes[report->n_nodes++] = queue->list[i]->report;
		}
	}
}
