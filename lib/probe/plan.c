/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose turn it is: hosts listed, decided and handed out as their answers come in. */
#include "probe/plan.h"

#include <string.h>

#include "probe/lookup_words.h"
#include "probe/oddities.h"
#include "probe/route.h"

static bool is_in_turn(const struct plan *plan) {
	return plan->spec->asking == SURVEY_ASK_IN_TURN;
}

static bool is_one_by_one(const struct plan *plan) {
	return plan->spec->scope == SURVEY_FIRST;
}

/* A name with A and AAAA records. posttls-finger takes an address for what it is even there. */
static bool is_looked_up(const struct plan *plan, const struct report_host *host) {
	bool literal = is_in_turn(plan) && address_family_of(host->name) != 0;
	bool invalid = host->name_fault != HOST_NAME_FINE;
	return route_is_named(plan->report) && !literal && !invalid && !plan->spec->no_host_lookup;
}

void plan_open(struct plan *plan, usec now) {
	struct report *report = plan->report;
	plan->hosts = arena_alloc_array(plan->arena, report->n_hosts, sizeof *plan->hosts);
	for (size_t i = 0; i < report->n_hosts; i++) {
		if (is_looked_up(plan, &report->hosts[i])) {
			host_prefetch(&plan->rules, &report->hosts[i], now);
		}
	}
}

/* --- TLSA of a host --- */

static void misplaced_ask(struct plan *plan, usec now) {
	struct report *report = plan->report;
	if (report->mx_used && !report->srv && report->misplaced == NULL && !is_in_turn(plan)) {
		report->misplaced =
			lookups_ask_tlsa(plan->lookups, report->port, report->destination->name, now);
	}
}

/* posttls-finger -f asks for TLSA of an address too. */
static bool is_asked_about(const struct plan *plan, const struct report_host *host) {
	return is_in_turn(plan) && plan->rules.force_tlsa && address_family_of(host->name) != 0;
}

static enum host_progress decide_host(struct plan *plan, size_t i, usec now) {
	struct report_host *host = &plan->report->hosts[i];
	struct planned_host *planned = &plan->hosts[i];
	if (planned->decided) {
		return planned->tlsa;
	}
	planned->tlsa = HOST_READY;
	if (is_looked_up(plan, host) || is_asked_about(plan, host)) {
		planned->tlsa = host_decide_tlsa(&plan->rules, host, now);
	} else if (plan->rules.want_tlsa) {
		host->tlsa_state = TLSA_STATE_NOT_APPLICABLE;
	}
	planned->decided = planned->tlsa != HOST_WAITING;
	if (host->tlsa_state == TLSA_STATE_ABSENT && planned->decided) {
		misplaced_ask(plan, now);
	}
	return planned->tlsa;
}

/* posttls-finger keeps answers, and so is told of them once; a failure it asks about again. */
static bool was_told(const struct plan *plan, const struct dns_question *question) {
	for (size_t i = 0; i < plan->report->n_hosts; i++) {
		if (plan->hosts[i].told && plan->report->hosts[i].tlsa_used == question) {
			return true;
		}
	}
	return false;
}

static void tell_records(struct plan *plan, const struct candidate *candidate) {
	if (!is_in_turn(plan) || !was_told(plan, candidate->node.host->tlsa_used)) {
		oddities_tell(plan->lookups, candidate->node.host->tlsa_used, plan->spec->wish.style);
		candidates_tell_records(&plan->candidates, candidate);
		plan->hosts[candidate->host].told = true;
	}
}

static void tell_tlsa_problem(struct plan *plan, size_t i) {
	const struct dns_question *question = plan->report->hosts[i].tlsa_used;
	struct arena *arena = plan->arena;
	if (plan->lookups->trace == NULL) {
		return;
	}
	if (question->type == DNS_TYPE_CNAME) {
		bool gone = dns_outcome_is_answer(question->outcome);
		oddities_warn(plan->lookups,
			arena_printf(arena, "DNSSEC status lookup error for %s: %s", question->name,
				gone ? "no longer a CNAME" : lookup_reason(arena, question)));
		return;
	}
	const char *line =
		arena_printf(arena, "DANE TLSA lookup problem: %s", lookup_reason(arena, question));
	oddities_warn(plan->lookups, line);
	if (is_in_turn(plan) && !was_told(plan, question)) {
		oddities_warn(plan->lookups, line);
	}
	plan->hosts[i].told = true;
}

/* --- from hosts to candidates --- */

static size_t room_for_nodes(const struct plan *plan) {
	return (is_in_turn(plan) ? TARGETS_LISTED_MAX : REPORT_NODES_MAX) - plan->n;
}

static void tell_too_many(struct plan *plan) {
	if (is_in_turn(plan) && !plan->report->too_many_nodes) {
		const struct report_node *last = &plan->list[plan->n - 1]->node;
		oddities_tell_excess(
			plan->lookups, last->host->name, last->family == 4 ? DNS_TYPE_A : DNS_TYPE_AAAA);
	}
	plan->report->too_many_nodes = true;
}

/* Candidates stand in the order of their hosts, whenever these become known. */
static void insert(struct plan *plan, struct candidate *candidate) {
	if (plan->list == NULL) {
		plan->list = (struct candidate **)arena_alloc_array(
			plan->arena, REPORT_NODES_MAX, sizeof(struct candidate *));
	}
	size_t at = plan->n++;
	for (; at > 0 && plan->list[at - 1]->host > candidate->host; at--) {
		plan->list[at] = plan->list[at - 1];
	}
	plan->list[at] = candidate;
}

static void list_candidates(struct plan *plan, size_t i, usec now) {
	struct report *report = plan->report;
	struct candidate *made = NULL;
	if (report->dns_elapsed < 0 && route_is_named(report)) {
		report->dns_elapsed = now - plan->started;
	}
	size_t room = room_for_nodes(plan);
	size_t n = candidates_make(&plan->candidates, i, room, &made);
	for (size_t k = 0; k < n && k < room; k++) {
		insert(plan, &made[k]);
	}
	if (n > room) {
		tell_too_many(plan);
	}
	report->phase = REPORT_PHASE_PROBES;
	/* With a given address only the first host in order is meant. */
	plan->all_listed = plan->spec->connect_address != NULL;
}

static enum host_progress find_addresses(struct plan *plan, struct report_host *host, usec now) {
	if (is_looked_up(plan, host)) {
		return host_find_addresses(&plan->rules, host, now);
	}
	bool literal = !route_is_named(plan->report) || address_family_of(host->name) != 0;
	return literal && host->name_fault == HOST_NAME_FINE ? HOST_READY : HOST_UNUSABLE;
}

static void leave_out(struct plan *plan, size_t i) {
	const struct report_host *host = &plan->report->hosts[i];
	if (host->tlsa_state == TLSA_STATE_FAILED) {
		plan->any_refused = true;
		tell_tlsa_problem(plan, i);
	}
	if (!is_in_turn(plan)) {
		candidates_tell_unusable(&plan->candidates, host, NULL);
	}
}

/* True when the host's part is done. */
static bool list_host(struct plan *plan, size_t i, usec now) {
	struct report_host *host = &plan->report->hosts[i];
	enum host_progress progress = find_addresses(plan, host, now);
	if (progress == HOST_WAITING) {
		return false;
	}
	bool found = progress == HOST_READY;
	if (found && !is_in_turn(plan)) {
		progress = decide_host(plan, i, now);
		if (progress == HOST_WAITING) {
			return false;
		}
	}
	oddities_tell(plan->lookups, host->a, plan->spec->wish.style);
	oddities_tell(plan->lookups, host->aaaa, plan->spec->wish.style);
	bool nameless = host->name_fault != HOST_NAME_FINE;
	bool forced = !found && !nameless && plan->spec->connect_address != NULL;
	if (progress != HOST_READY && !forced) {
		leave_out(plan, i);
		return true;
	}
	if (forced && plan->rules.want_tlsa) {
		host->tlsa_state = TLSA_STATE_HOST_INSECURE; /* no address, so none that is signed */
		plan->hosts[i].decided = true;
		plan->hosts[i].tlsa = HOST_READY;
	}
	list_candidates(plan, i, now);
	return true;
}

/* posttls-finger looks at the addresses of all hosts together. SRV has an order of its own. */
static void rank(struct plan *plan) {
	struct target_rank ranks[REPORT_NODES_MAX];
	struct candidate *sorted[REPORT_NODES_MAX];
	if (plan->report->srv) {
		return;
	}
	for (size_t i = 0; i < plan->n; i++) {
		const struct candidate *candidate = plan->list[i];
		ranks[i] =
			(struct target_rank){candidate->node.host->preference, candidate->node.family, i, 0};
	}
	targets_rank(ranks, plan->n, &plan->candidates.order);
	for (size_t i = 0; i < plan->n; i++) {
		sorted[i] = plan->list[ranks[i].index];
	}
	for (size_t i = 0; i < plan->n; i++) {
		plan->list[i] = sorted[i];
	}
}

static void tell_no_address(struct plan *plan) {
	const struct report *report = plan->report;
	struct arena *arena = plan->arena;
	if (plan->n > 0 || plan->any_refused || report->n_hosts == 0 || plan->lookups->trace == NULL) {
		return;
	}
	if (report->mx_used) {
		oddities_warn(
			plan->lookups, arena_printf(arena, "no %s host for %s has a valid address record",
							   report->srv ? "SRV" : "MX", report->mx->name));
	}
	route_tell_failed(
		plan->lookups, lookup_host_reason(arena, &report->hosts[report->n_hosts - 1]));
}

/* All hosts have been looked at. */
static void end_listing(struct plan *plan) {
	plan->all_listed = true;
	if (is_in_turn(plan)) {
		rank(plan);
	}
	tell_no_address(plan);
}

/* Hosts at once, or one by one; in the latter case a sender asks no further before it has tried
 * the addresses it knows (posttls-finger does). */
static bool may_go_on(const struct plan *plan) {
	return !is_one_by_one(plan) || is_in_turn(plan) || plan->n_taken == plan->n;
}

enum progress plan_advance(struct plan *plan, usec now) {
	const struct report *report = plan->report;
	bool in_order = is_one_by_one(plan) || is_in_turn(plan);
	enum progress progress = PROGRESS_WAITING;
	bool unheard = plan->n_heard != plan->lookups->n_told + 1;
	if (plan->all_listed || (!in_order && !unheard)) {
		return PROGRESS_WAITING;
	}
	plan->n_heard = plan->lookups->n_told + 1;
	for (size_t i = 0; i < report->n_hosts && !plan->all_listed && may_go_on(plan); i++) {
		if (plan->hosts[i].listed) {
			continue;
		}
		plan->hosts[i].listed = list_host(plan, i, now);
		if (plan->hosts[i].listed) {
			progress = PROGRESS_MOVED;
			plan->n_listed++;
		} else if (in_order) {
			return progress;
		}
	}
	if (plan->n_listed == report->n_hosts && !plan->all_listed) {
		end_listing(plan);
		progress = PROGRESS_MOVED;
	}
	return progress;
}

/* --- who is next --- */

static void give_up(struct plan *plan, struct candidate *candidate) {
	candidate->given_up = true;
	plan->any_refused = true;
	tell_tlsa_problem(plan, candidate->host);
	candidates_tell_unusable(&plan->candidates, candidate->node.host, candidate);
}

struct candidate *plan_next(
	struct plan *plan, const struct field *field, enum progress *progress, usec now) {
	bool ranked = !is_in_turn(plan) || plan->all_listed;
	bool look = ranked && plan->n_taken < plan->n && field_has_room(field);
	for (size_t i = 0; look && i < plan->n; i++) {
		struct candidate *candidate = plan->list[i];
		if (candidate->taken || field_is_busy_at(field, candidate->node.address)) {
			continue;
		}
		enum host_progress decided = decide_host(plan, candidate->host, now);
		if (decided == HOST_WAITING && is_one_by_one(plan)) {
			return NULL;
		}
		if (decided == HOST_WAITING) {
			continue;
		}
		candidate->taken = true;
		plan->n_taken++;
		*progress = PROGRESS_MOVED;
		if (decided == HOST_READY) {
			tell_records(plan, candidate);
			candidates_decide(&plan->candidates, candidate);
			return candidate;
		}
		give_up(plan, candidate);
	}
	return NULL;
}

void plan_close(struct plan *plan) {
	plan->all_listed = true;
	plan->n_taken = plan->n;
}

bool plan_is_over(const struct plan *plan) {
	return plan->all_listed && plan->n_taken == plan->n;
}

void plan_write(const struct plan *plan) {
	struct report *report = plan->report;
	report->nodes = arena_alloc_array(plan->arena, plan->n, sizeof *report->nodes);
	report->n_nodes = 0;
	for (size_t i = 0; i < plan->n; i++) {
		if (!plan->list[i]->given_up) {
			report->nodes[report->n_nodes++] = plan->list[i]->node;
		}
	}
}
