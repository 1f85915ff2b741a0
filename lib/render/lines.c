/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines about findings and nodes; what many that are down have in common is said once. */
#include "render/lines.h"

#include <string.h>

#include "render/words.h"

#define ALIKE_MIN 3U    /* two are worth a line each */
#define NAMES_MAX 2000U /* octets, until further names are only counted */

struct line {
	enum state state;
	const char *name; /* of the finding; "" for a node */
	struct subject about;
	struct phrase words;
	const char *plain; /* the words, where others may say the same; NULL: a line of its own */
	bool told;
};

static bool was_reached(const struct subject *about) {
	return about->node != NULL && about->node->result.connected;
}

/* A dead host has nothing to say of its own. */
static const char *common_words(
	struct arena *arena, const struct subject *about, const struct phrase *words) {
	bool run = about->node == NULL && about->host == NULL;
	return run || was_reached(about) ? NULL : phrase_plain(arena, words);
}

static bool is_alike(const struct line *a, const struct line *b) {
	return a->plain != NULL && b->plain != NULL && a->state == b->state && a->name == b->name &&
		   strcmp(a->plain, b->plain) == 0;
}

static size_t count_alike(const struct line *lines, size_t n, size_t first) {
	size_t alike = 1;
	for (size_t i = first + 1; lines[first].plain != NULL && i < n; i++) {
		alike += is_alike(&lines[first], &lines[i]);
	}
	return alike;
}

/* "mx1.example.org[192.0.2.1]:25, mx2.example.org[192.0.2.2]:25: " */
static void add_subjects(struct text *text, struct line *lines, size_t n, size_t first) {
	size_t begin = text->len;
	size_t more = 0;
	for (size_t i = first; i < n; i++) {
		if (i > first && !is_alike(&lines[first], &lines[i])) {
			continue;
		}
		lines[i].told = true;
		if (text->len - begin > NAMES_MAX) {
			more++;
			continue;
		}
		struct phrase about = subject_words(text->arena, &lines[i].about);
		const char *name = phrase_plain(text->arena, &about);
		size_t len = strlen(name);
		text_add(text, i > first ? ", " : "");
		/* Without the colon and the blank behind each. */
		text_add_span(text, (struct span){(const uint8_t *)name, len > 2 ? len - 2 : 0});
	}
	if (more > 0) {
		text_addf(text, " and %zu more", more);
	}
	text_add(text, ": ");
}

static void add_line(struct text *text, struct line *lines, size_t n, size_t i) {
	struct line *line = &lines[i];
	text_addf(
		text, "[%s] %s%s", state_name(line->state), line->name, *line->name != '\0' ? ": " : "");
	if (count_alike(lines, n, i) >= ALIKE_MIN) {
		add_subjects(text, lines, n, i);
	} else {
		struct phrase about = subject_words(text->arena, &line->about);
		(void)phrase_print(&about, text, TEXT_PLUGIN);
	}
	(void)phrase_print(&line->words, text, TEXT_PLUGIN);
	text_add(text, "\n");
	line->told = true;
}

static void add_lines(struct text *text, struct line *lines, size_t n, const char *what) {
	size_t left_out = 0;
	size_t n_lines = 0;
	for (size_t i = 0; i < n; i++) {
		if (lines[i].told) {
			continue;
		}
		if (n_lines == LINES_MAX) {
			left_out++;
			continue;
		}
		add_line(text, lines, n, i);
		n_lines++;
	}
	if (left_out > 0) {
		text_addf(text, "(%zu more %s)\n", left_out, what);
	}
}

static bool is_shown(const struct finding *finding, enum line_detail detail) {
	bool advice = finding->state == STATE_OK && finding_is_advice(finding->id);
	return !advice || detail == LINE_ADVICE;
}

void render_finding_lines(
	struct text *text, const struct verdict *verdict, enum line_detail detail) {
	struct line *lines = arena_alloc_array(text->arena, verdict->n_findings, sizeof *lines);
	size_t n = 0;
	for (size_t i = 0; i < verdict->n_findings; i++) {
		const struct finding *finding = &verdict->findings[i];
		if (!is_shown(finding, detail)) {
			continue;
		}
		struct phrase words = finding_words(text->arena, finding);
		lines[n++] = (struct line){.state = finding->state,
			.name = finding_info(finding->id)->name,
			.about = finding->subject,
			.words = words,
			.plain = common_words(text->arena, &finding->subject, &words)};
	}
	add_lines(text, lines, n, "findings");
}

/* What was seen there, and by which group the keys were agreed on: whoever watches how far
 * post-quantum groups have come looks for it here. The first line has no room for it. */
static struct phrase node_line_words(
	struct arena *arena, const struct verdict *verdict, const struct report_node *node) {
	struct phrase words = node_words(arena, verdict, node);
	const struct tls_facts *tls = node->result.tls;
	if (node->result.connected && tls != NULL && tls->established && tls->group != NULL) {
		phrase_add(arena, &words, ", key exchange %pN", tls->group);
	}
	return words;
}

void render_node_lines(struct text *text, const struct verdict *verdict) {
	struct line *lines = arena_alloc_array(text->arena, verdict->n_nodes, sizeof *lines);
	for (size_t i = 0; i < verdict->n_nodes; i++) {
		const struct judged_node *judged = &verdict->nodes[i];
		struct phrase words = node_line_words(text->arena, verdict, judged->node);
		lines[i] = (struct line){.state = judged->state,
			.name = "",
			.about = {.node = judged->node},
			.words = words,
			.plain = common_words(text->arena, &(struct subject){.node = judged->node}, &words)};
	}
	add_lines(text, lines, verdict->n_nodes, "nodes");
}
