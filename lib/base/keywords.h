/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables of word and value, for options, levels and anything else with a name. */
#ifndef BASE_KEYWORDS_H
#define BASE_KEYWORDS_H

#include <stdbool.h>

#include "base/text.h"

/* A table ends with a NULL word. Several words may share a value; the first is its name. */
struct keyword {
	const char *word;
	int value;
};

/* Find a word, ASCII case ignored; false leaves *value alone. */
bool keyword_find(const struct keyword *table, const char *word, int *value);

/* The name of a value; "?" when the table has none. */
const char *keyword_name(const struct keyword *table, int value);

/* Append all names, separated by blanks, for "what is allowed" in a message. */
void keyword_list(const struct keyword *table, struct text *text);

#endif
