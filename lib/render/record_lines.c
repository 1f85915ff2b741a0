/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines about TLSA records, one by one, of hosts where something is wrong with them. */
#include "render/lines.h"
#include "render/words.h"
#include "verdict/record_view.h"

#define RECORD_LINES_MAX 64U /* in all: a set of a hundred says little more than its beginning */
#define DATA_SHOWN 8U        /* octets */

static void add_record(
	struct text *text, const struct phrase *subject, const struct record_view *view) {
	struct phrase words = record_view_words(text->arena, view);
	(void)phrase_print(subject, text, TEXT_PLUGIN);
	text_addf(text, "TLSA record %zu: ", view->index + 1);
	tlsa_print(text, view->record, DATA_SHOWN);
	text_add(text, ": ");
	(void)phrase_print(&words, text, TEXT_PLUGIN);
	text_add(text, "\n");
}

/* What the findings about this host want published; NULL when they have nothing. */
static const struct finding *to_publish(
	const struct verdict *verdict, const struct report_host *host) {
	for (size_t i = 0; i < verdict->n_findings; i++) {
		const struct finding *finding = &verdict->findings[i];
		bool about = finding->id == FINDING_TLSA_MISMATCH || finding->id == FINDING_TLSA_UNUSABLE;
		if (about && finding->subject.host == host && finding->record.n > 0) {
			return finding;
		}
	}
	return NULL;
}

void render_record_lines(struct text *text, const struct verdict *verdict) {
	size_t n = 0;
	size_t left_out = 0;
	for (size_t h = 0; h < verdict->report->n_hosts; h++) {
		const struct report_host *host = &verdict->report->hosts[h];
		const struct report_node *node = NULL;
		if (!record_view_is_wanted(verdict, host, &node)) {
			continue;
		}
		const struct subject about = {.host = host, .node = node};
		struct phrase subject = subject_words(text->arena, &about);
		for (size_t i = 0; i < host->n_tlsa; i++) {
			if (n++ >= RECORD_LINES_MAX) {
				left_out++;
				continue;
			}
			const struct record_view view = record_view_of(verdict->report, host, node, i);
			add_record(text, &subject, &view);
		}
		const struct finding *finding = to_publish(verdict, host);
		if (finding != NULL && n <= RECORD_LINES_MAX) {
			(void)phrase_print(&subject, text, TEXT_PLUGIN);
			text_add(text, "to publish: ");
			(void)phrase_print(&finding->record, text, TEXT_PLUGIN);
			text_add(text, "\n");
		}
	}
	if (left_out > 0) {
		text_addf(text, "(%zu more TLSA records)\n", left_out);
	}
}
