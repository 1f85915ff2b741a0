/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Subjects, findings and the summary in words. */
#include "render/words.h"

#include "base/utc.h"

struct phrase subject_words(struct arena *arena, const struct subject *subject) {
	const struct report_node *node = subject->node;
	const struct report_host *host = subject->host;
	if (node != NULL && node->family == 0) {
		return phrase_new(arena, "unix:%pN: ", node->address);
	}
	if (node != NULL) {
		return phrase_new(
			arena, "%pN[%s]:%u: ", node->host->name, node->address, (unsigned)node->host->port);
	}
	return host != NULL && *host->name != '\0' ? phrase_new(arena, "%pN: ", host->name)
											   : (struct phrase){.n = 0};
}

struct phrase finding_words(struct arena *arena, const struct finding *finding) {
	return finding->remedy.n == 0 ? finding->text
								  : phrase_new(arena, "%pP; %pP", &finding->text, &finding->remedy);
}

/* How many of how many, where there could be several. */
static void add_count(struct arena *arena, struct phrase *words, const struct verdict *verdict) {
	const struct report *report = verdict->report;
	if (report->spec->scope == SURVEY_ALL && (verdict->n_nodes > 1 || report->n_hosts > 1)) {
		phrase_add(arena, words, " (%zu of %zu node%s fine)", verdict->n_fine, verdict->n_counted,
			verdict->n_counted == 1 ? "" : "s");
	}
}

/* The forms of records that cover what comes next, each once: "3 1 1 and 2 1 1". */
static struct phrase covering_words(struct arena *arena, const struct report *report, size_t *n) {
	struct phrase words = {.n = 0};
	*n = 0;
	bool seen[4][2][3] = {{{false}}};
	for (size_t i = 0; i < report->n_hosts * report->n_next; i++) {
		const struct report_host *host = &report->hosts[i / report->n_next];
		size_t file = i % report->n_next;
		const struct tlsa *by = next_covering(host, &report->next[file], next_proof_of(host, file));
		if (by != NULL && !seen[by->usage][by->selector][by->matching]) {
			seen[by->usage][by->selector][by->matching] = true;
			phrase_add(arena, &words, "%s%u %u %u", (*n)++ > 0 ? " and " : "", (unsigned)by->usage,
				(unsigned)by->selector, (unsigned)by->matching);
		}
	}
	return words;
}

/* What a good verdict without any connection is about. */
static struct phrase dns_only_words(struct arena *arena, const struct report *report) {
	struct phrase words =
		phrase_new(arena, "DNS only: %zu host%s", report->n_hosts, report->n_hosts == 1 ? "" : "s");
	size_t n = 0;
	for (size_t i = 0; i < report->n_hosts; i++) {
		n += report->hosts[i].tlsa_state == TLSA_STATE_USABLE;
	}
	size_t n_forms = 0;
	struct phrase covering = covering_words(arena, report, &n_forms);
	if (n_forms > 0) {
		const char *what = report->n_next == 1 ? tls_next_kind_name(report->next[0].kind)
											   : "keys and certificates";
		phrase_add(arena, &words, ", TLSA %pP cover%s the next %s", &covering,
			n_forms > 1 ? "" : "s", what);
	} else {
		phrase_add(arena, &words, ", %zu with usable TLSA records", n);
	}
	return words;
}

/* A verdict about another time must not look like one about now. */
static void add_time(struct arena *arena, struct phrase *words, const struct verdict *verdict) {
	if (verdict->report->spec->at_given) {
		struct utc utc = utc_of(verdict->now);
		phrase_add(arena, words, " (as of %s)",
			arena_printf(
				arena, "%s %02d:%02d UTC", utc_day(arena, verdict->now), utc.hour, utc.minute));
	}
}

struct phrase summary_words(struct arena *arena, const struct verdict *verdict) {
	struct subject about = {.node = verdict->leading};
	struct phrase words = phrase_new(arena, "nothing was probed");
	bool led = verdict->leading != NULL || verdict->report->spec->scope == SURVEY_DNS;
	bool bad = verdict->state != STATE_OK || !led;
	if (bad && verdict->n_findings > 0) {
		about = verdict->findings[0].subject;
		words = finding_words(arena, &verdict->findings[0]);
	} else if (verdict->report->spec->scope == SURVEY_DNS) {
		words = dns_only_words(arena, verdict->report);
	} else if (!bad) {
		words = node_words(arena, verdict, verdict->leading);
	}
	struct phrase subject = subject_words(arena, &about);
	struct phrase summary = phrase_new(arena, "%pP%pP", &subject, &words);
	add_count(arena, &summary, verdict);
	add_time(arena, &summary, verdict);
	return summary;
}
