/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Status line, finding lines and node lines put together. */
#include "render/render_plugin.h"

#include "render/lines.h"
#include "render/senders.h"
#include "render/words.h"

#define SUMMARY_MAX 6000U
#define MESSAGE_MAX 1000U

void render_status_line(
	struct text *text, const struct verdict *verdict, enum perfdata_style perfdata) {
	text_addf(text, "SMTP_TLS %s - ", state_name(verdict->state));
	struct text summary = text_new(text->arena, SUMMARY_MAX);
	struct phrase words = summary_words(text->arena, verdict);
	(void)phrase_print(&words, &summary, TEXT_PLUGIN);
	text_add_span(text, (struct span){(const uint8_t *)summary.at, summary.len});
	if (perfdata != PERFDATA_NONE && verdict->n_metrics > 0) {
		text_add(text, " | ");
		render_perfdata(text, verdict, perfdata);
	}
}

void render_details(struct text *text, const struct verdict *verdict, enum line_detail detail) {
	struct text lines = text_new(text->arena, text->max);
	render_finding_lines(&lines, verdict, detail);
	if (verdict->n_nodes > 1 || lines.len > 0) {
		text_add_span(text, (struct span){(const uint8_t *)lines.at, lines.len});
		render_record_lines(text, verdict);
		render_node_lines(text, verdict);
	}
	render_senders(text, verdict);
}

void render_unknown(struct text *text, const char *message) {
	text_add(text, "SMTP_TLS UNKNOWN - ");
	text_add_escaped(text, TEXT_PLUGIN, span_of(message), MESSAGE_MAX);
}

enum state render_state_in_force(
	const struct limits *limits, enum finding_id id, enum tls_level level) {
	if (limits->overridden[id]) {
		return limits->override[id];
	}
	if (id == FINDING_TIMEOUT) {
		return limits->timeout_result;
	}
	const struct finding_info *info = finding_info(id);
	return level == TLS_LEVEL_DANE_ONLY ? info->at_dane_only : info->at_dane;
}

void render_findings_list(struct text *text, const struct limits *limits, enum tls_level level) {
	text_addf(text, "%-24s %-9s %s\n", "FINDING", "STATE", "WHEN");
	for (int i = 0; i < FINDING_COUNT; i++) {
		enum finding_id id = (enum finding_id)i;
		const struct finding_info *info = finding_info(id);
		text_addf(text, "%-24s %-9s %s%s\n", info->name,
			state_name(render_state_in_force(limits, id, level)), info->summary,
			limits->overridden[i] ? " (state set by --state)" : "");
	}
}
