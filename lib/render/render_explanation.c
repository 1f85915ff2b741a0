/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The text of --explain. */
#include <string.h>

#include "render/render_plugin.h"
#include "verdict/explain.h"

#define WIDTH 79U
#define INDENT 4U

/* A heading, and under it the sentences in lines of at most WIDTH columns. */
static void add_paragraph(struct text *text, const char *heading, const char *sentences) {
	size_t column = WIDTH;
	text_addf(text, "\n%s:", heading);
	for (const char *at = sentences; *at != '\0';) {
		size_t len = strcspn(at, " ");
		bool fits = column + 1 + len <= WIDTH;
		text_addf(text, "%s%.*s", fits ? " " : "\n    ", (int)len, at);
		column = (fits ? column + 1 : INDENT) + len;
		at += len;
		at += strspn(at, " ");
	}
	text_add(text, "\n");
}

void render_explanation(
	struct text *text, enum finding_id id, const struct limits *limits, enum tls_level level) {
	const struct explanation *explanation = finding_explanation(id);
	text_addf(text, "%s (%s): %s\n", finding_info(id)->name,
		state_name(render_state_in_force(limits, id, level)), finding_info(id)->summary);
	add_paragraph(text, "What it means", explanation->meaning);
	add_paragraph(text, "Whom it hurts", explanation->harm);
	add_paragraph(text, "What to do", explanation->remedy);
	add_paragraph(text, "Where it is written", explanation->reference);
}
