/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking words up, and listing them for messages. */
#include "base/keywords.h"

#include <stddef.h>
#include <strings.h>

bool keyword_find(const struct keyword *table, const char *word, int *value) {
	for (; table->word != NULL; table++) {
		if (strcasecmp(table->word, word) == 0) {
			*value = table->value;
			return true;
		}
	}
	return false;
}

const char *keyword_name(const struct keyword *table, int value) {
	for (; table->word != NULL; table++) {
		if (table->value == value) {
			return table->word;
		}
	}
	return "?";
}

void keyword_list(const struct keyword *table, struct text *text) {
	for (const struct keyword *k = table; k->word != NULL; k++) {
		text_add(text, k == table ? "" : " ");
		text_add(text, k->word);
	}
}
