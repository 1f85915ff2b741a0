/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Counting; hosts as in "Efficient Computation of Frequent and Top-k Elements in Data Streams"
 * (Metwally et al., 2005): who is behind more than one in TALLY_HOSTS troubles is never lost. */
#include "smtp-tls-fleet.d/tally.h"

#include <string.h>
#include <strings.h>

struct tally tally_new(struct arena *arena) {
	return (struct tally){
		.hosts = arena_alloc_array(arena, TALLY_HOSTS, sizeof(struct tally_host))};
}

static void count_host(struct tally *tally, const char *name) {
	struct tally_host *least = tally->hosts;
	for (size_t i = 0; i < tally->n_hosts; i++) {
		struct tally_host *host = &tally->hosts[i];
		if (strcasecmp(host->name, name) == 0) {
			host->domains++;
			return;
		}
		least = host->domains < least->domains ? host : least;
	}
	if (strlen(name) >= sizeof least->name) {
		return;
	}
	if (tally->n_hosts < TALLY_HOSTS) {
		least = &tally->hosts[tally->n_hosts++];
		*least = (struct tally_host){.domains = 0};
	}
	*least = (struct tally_host){.domains = least->domains + 1, .error = least->domains};
	memcpy(least->name, name, strlen(name) + 1);
}

static bool is_first_of_host(const struct verdict *verdict, size_t n) {
	for (size_t i = 0; i < n; i++) {
		const struct finding *before = &verdict->findings[i];
		if (before->state != STATE_OK &&
			before->subject.host == verdict->findings[n].subject.host) {
			return false;
		}
	}
	return true;
}

static bool is_first_of_kind(const struct verdict *verdict, size_t n) {
	for (size_t i = 0; i < n; i++) {
		const struct finding *before = &verdict->findings[i];
		if (before->state != STATE_OK && before->id == verdict->findings[n].id) {
			return false;
		}
	}
	return true;
}

void tally_add(struct tally *tally, const struct verdict *verdict) {
	tally->domains++;
	tally->states[verdict->state]++;
	tally->worst = state_worse(tally->worst, verdict->state);
	for (size_t i = 0; i < verdict->n_findings; i++) {
		const struct finding *finding = &verdict->findings[i];
		if (finding->state == STATE_OK) {
			continue;
		}
		tally->findings[finding->id] += is_first_of_kind(verdict, i);
		if (finding->subject.host != NULL && is_first_of_host(verdict, i)) {
			count_host(tally, finding->subject.host->name);
		}
	}
}

void tally_add_passed(struct tally *tally, enum state state) {
	tally->passed++;
	tally->worst = state_worse(tally->worst, state);
}

void tally_add_bad_line(struct tally *tally) {
	tally->bad_lines++;
	tally->worst = state_worse(tally->worst, STATE_UNKNOWN);
}

void tally_print_states(const struct tally *tally, struct text *text) {
	static const enum state states[TALLY_STATES] = {
		STATE_OK, STATE_WARNING, STATE_CRITICAL, STATE_UNKNOWN};
	for (size_t i = 0; i < TALLY_STATES; i++) {
		text_addf(
			text, "%s%zu %s", i == 0 ? "" : ", ", tally->states[states[i]], state_name(states[i]));
	}
}

/* The index of the largest that is not yet shown; n: none is left. */
static size_t find_largest(const size_t *counts, size_t n, const bool *shown) {
	size_t best = n;
	for (size_t i = 0; i < n; i++) {
		if (!shown[i] && counts[i] > 0 && (best == n || counts[i] > counts[best])) {
			best = i;
		}
	}
	return best;
}

static void print_findings(const struct tally *tally, struct text *text) {
	bool shown[FINDING_COUNT] = {false};
	for (size_t i = 0; i < TALLY_SHOWN; i++) {
		size_t best = find_largest(tally->findings, FINDING_COUNT, shown);
		if (best == FINDING_COUNT) {
			break;
		}
		text_add(text, i == 0 ? "most frequent findings, by domains:\n" : "");
		text_addf(
			text, "%9zu  %s\n", tally->findings[best], finding_info((enum finding_id)best)->name);
		shown[best] = true;
	}
}

static void print_hosts(const struct tally *tally, struct text *text) {
	bool shown[TALLY_HOSTS] = {false};
	size_t counts[TALLY_HOSTS];
	for (size_t i = 0; i < tally->n_hosts; i++) {
		const struct tally_host *host = &tally->hosts[i];
		counts[i] = host->domains - host->error;
		shown[i] = host->error > 0 && counts[i] == 1; /* it was only the last to come */
	}
	for (size_t i = 0; i < TALLY_SHOWN; i++) {
		size_t best = find_largest(counts, tally->n_hosts, shown);
		if (best == tally->n_hosts) {
			break;
		}
		const struct tally_host *host = &tally->hosts[best];
		text_add(text, i == 0 ? "hosts behind most trouble, by domains:\n" : "");
		text_addf(text, "%9zu%s ", counts[best], host->error > 0 ? "+" : " ");
		(void)text_add_escaped(text, TEXT_PLUGIN, span_of(host->name), sizeof host->name);
		text_add(text, "\n");
		shown[best] = true;
	}
}

void tally_print_tables(const struct tally *tally, struct text *text) {
	print_findings(tally, text);
	print_hosts(tally, text);
}
