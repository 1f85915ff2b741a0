/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Subjects, findings and the summary in words. */
#include "render/words.h"

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
	if (report->all && (verdict->n_nodes > 1 || report->n_hosts > 1)) {
		phrase_add(arena, words, " (%zu of %zu node%s fine)", verdict->n_fine, verdict->n_counted,
			verdict->n_counted == 1 ? "" : "s");
	}
}

struct phrase summary_words(struct arena *arena, const struct verdict *verdict) {
	struct subject about = {.node = verdict->leading};
	struct phrase words = phrase_new(arena, "nothing was probed");
	bool bad = verdict->state != STATE_OK || verdict->leading == NULL;
	if (bad && verdict->n_findings > 0) {
		about = verdict->findings[0].subject;
		words = finding_words(arena, &verdict->findings[0]);
	} else if (!bad) {
		words = node_words(arena, verdict, verdict->leading);
	}
	struct phrase subject = subject_words(arena, &about);
	struct phrase summary = phrase_new(arena, "%pP%pP", &subject, &words);
	add_count(arena, &summary, verdict);
	return summary;
}
