/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The same rows twice. */
#include "render/senders.h"

#include <string.h>

#include "render/words.h"

/* --- lines --- */

static void add_view(struct text *text, const struct sender_view *view) {
	text_addf(text, "%-24s %s\n", sender_outcome_name(view->outcome), view->why);
}

static bool differs(const struct sender_table *table, const struct sender_row *row) {
	for (size_t i = 1; i < table->n_nodes; i++) {
		if (row->nodes[i].outcome != row->nodes[0].outcome ||
			strcmp(row->nodes[i].why, row->nodes[0].why) != 0) {
			return true;
		}
	}
	return false;
}

static size_t add_nodes(struct text *text, const struct sender_table *table,
	const struct sender_row *row, size_t room) {
	size_t n = differs(table, row) ? table->n_nodes : 0;
	for (size_t i = 0; i < n && i < room; i++) {
		const struct subject about = {.node = table->nodes[i], .host = table->nodes[i]->host};
		struct phrase words = subject_words(text->arena, &about);
		text_add(text, "    ");
		(void)phrase_print(&words, text, TEXT_PLUGIN);
		text_addf(text, "%s, %s\n", sender_outcome_name(row->nodes[i].outcome), row->nodes[i].why);
	}
	return n;
}

static void add_note(struct text *text, const struct verdict *verdict) {
	enum policy_fetch fetch = verdict->report->policy.outcome;
	bool seen = fetch != POLICY_NOT_FETCHED && fetch != POLICY_FAILED;
	if (!seen && verdict->report->sts.record.outcome == POLICY_RECORD_VALID) {
		text_add(text,
			"  (MTA-STS is announced; as if its policy, which was not fetched, were in force)\n");
	}
}

void render_senders(struct text *text, const struct verdict *verdict) {
	const struct sender_table *table = verdict->senders;
	size_t n = 0;
	if (verdict->report->spec->view != REPORT_VIEW_ASKED || table == NULL || table->n == 0) {
		return;
	}
	text_add(text, "What senders do, by what they demand:\n");
	for (size_t i = 0; i < table->n; i++) {
		text_addf(text, "  %-14s ", sender_name(table->rows[i].sender));
		add_view(text, &table->rows[i].domain);
		n += add_nodes(
			text, table, &table->rows[i], n < SENDER_LINES_MAX ? SENDER_LINES_MAX - n : 0);
	}
	if (n > SENDER_LINES_MAX) {
		text_addf(text, "  (%zu more lines about nodes)\n", n - SENDER_LINES_MAX);
	}
	add_note(text, verdict);
}

/* --- JSON --- */

static const char *outcome_word(enum sender_outcome outcome) {
	static const char *const words[] = {[SENDER_AUTHENTICATED] = "authenticated",
		[SENDER_ENCRYPTED] = "encrypted",
		[SENDER_CLEAR] = "clear",
		[SENDER_DEFERS] = "defers",
		[SENDER_BOUNCES] = "bounces"};
	return words[outcome];
}

/* Place among the nodes that were seen; n_nodes: it is none of them. */
static size_t place_of(const struct sender_table *table, const struct report_node *node) {
	size_t i = 0;
	while (i < table->n_nodes && table->nodes[i] != node) {
		i++;
	}
	return i;
}

void json_senders(
	struct json *json, const struct verdict *verdict, const struct report_node *node) {
	const struct sender_table *table = verdict->senders;
	if (table == NULL || table->n == 0) {
		return;
	}
	size_t place = node == NULL ? 0 : place_of(table, node);
	if (place == table->n_nodes) {
		return;
	}
	json_open_array(json, "sender_view");
	for (size_t i = 0; i < table->n; i++) {
		const struct sender_row *row = &table->rows[i];
		const struct sender_view *view = node == NULL ? &row->domain : &row->nodes[place];
		json_open_object(json, NULL);
		json_string(json, "sender", sender_name(row->sender));
		json_string(json, "outcome", outcome_word(view->outcome));
		json_string(json, "reason", view->why);
		if (node == NULL) {
			json_string(json, "address", row->decides->address);
		}
		json_close_object(json);
	}
	json_close_array(json);
}
