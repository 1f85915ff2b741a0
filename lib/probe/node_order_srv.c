/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* SRV records sorted: priority, then weighted chance (RFC 2782). */
#include <string.h>
#include <strings.h>

#include "probe/node_order.h"

/* Lower priority first; weight 0 before others where chance decides (RFC 2782), behind them where
 * it does not. */
static int compare(
	const struct dns_record *a, const struct dns_record *b, const struct node_order *order) {
	if (a->preference != b->preference) {
		return a->preference < b->preference ? -1 : 1;
	}
	if (!order->shuffle && a->weight != b->weight) {
		return a->weight > b->weight ? -1 : 1;
	}
	if (order->shuffle && (a->weight == 0) != (b->weight == 0)) {
		return a->weight == 0 ? -1 : 1;
	}
	return strcasecmp(a->target, b->target);
}

/* The best REPORT_NODES_MAX records in order, however long the answer is. */
static size_t sort_records(const struct dns_record **sorted, const struct dns_answer *answer,
	const struct node_order *order) {
	size_t n = 0;
	for (size_t i = 0; i < answer->n_records; i++) {
		const struct dns_record *record = &answer->records[i];
		if (!record_names_a_host(record)) {
			continue;
		}
		size_t at = n;
		if (n < REPORT_NODES_MAX) {
			n++;
		} else if (compare(record, sorted[--at], order) >= 0) {
			continue;
		}
		for (; at > 0 && compare(record, sorted[at - 1], order) < 0; at--) {
			sorted[at] = sorted[at - 1];
		}
		sorted[at] = record;
	}
	return n;
}

/* RFC 2782: of n records of one priority draw the next, by a number up to the sum of weights. */
static size_t draw(const struct dns_record *const *sorted, size_t n, uint64_t *state) {
	uint64_t sum = 0;
	for (size_t i = 0; i < n; i++) {
		sum += sorted[i]->weight;
	}
	uint64_t threshold = node_order_random(state) % (sum + 1);
	uint64_t running = 0;
	for (size_t i = 0; i < n; i++) {
		running += sorted[i]->weight;
		if (running >= threshold) {
			return i;
		}
	}
	return 0;
}

static void shuffle(const struct dns_record **sorted, size_t n, uint64_t seed) {
	uint64_t state = seed;
	for (size_t i = 0; i < n; i++) {
		size_t end = i;
		while (end < n && sorted[end]->preference == sorted[i]->preference) {
			end++;
		}
		size_t chosen = i + draw(sorted + i, end - i, &state);
		const struct dns_record *record = sorted[chosen];
		memmove(sorted + i + 1, sorted + i, (chosen - i) * sizeof *sorted);
		sorted[i] = record;
	}
}

static bool is_known(const struct mx_hosts *found, const struct dns_record *record) {
	for (size_t i = 0; i < found->n; i++) {
		const struct report_host *host = &found->hosts[i];
		if (host->port == record->port && dns_name_equal(host->name, record->target)) {
			return true;
		}
	}
	return false;
}

static size_t count_hosts(const struct dns_answer *answer) {
	size_t n = 0;
	for (size_t i = 0; i < answer->n_records; i++) {
		n += record_names_a_host(&answer->records[i]) ? 1 : 0;
	}
	return n;
}

struct mx_hosts hosts_from_srv(
	struct arena *arena, const struct dns_answer *answer, const struct node_order *order) {
	size_t n_named = count_hosts(answer);
	struct mx_hosts found = {.too_many = n_named > REPORT_NODES_MAX};
	if (answer->n_records > n_named && (n_named == 0 || order->habits->keeps_lists)) {
		return (struct mx_hosts){.null_mx = true};
	}
	const struct dns_record *sorted[REPORT_NODES_MAX];
	size_t n = sort_records(sorted, answer, order);
	if (order->shuffle) {
		shuffle(sorted, n, order->seed);
	}
	found.hosts = arena_alloc_array(arena, n, sizeof *found.hosts);
	for (size_t i = 0; i < n; i++) {
		if (order->habits->keeps_lists || !is_known(&found, sorted[i])) {
			// cppcheck-suppress uninitvar ; sort_records() has filled n of them
			found.hosts[found.n++] = (struct report_host){.name = sorted[i]->target,
				.canonical = sorted[i]->target,
				.preference = sorted[i]->preference,
				.port = sorted[i]->port};
		}
	}
	return found;
}
