/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_FAKE_WORDS_H
#define TESTS_FAKE_WORDS_H
/* Lines of a scenario: words, quotes, escapes, patterns, durations. */
#include "pool.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WORDS_MAX = 128 };

struct words {
	char *word[WORDS_MAX + 1]; /* NULL behind the last one */
	size_t n;
};

/* Splits at blanks. "..." and '...' join; a backslash takes the next character literally outside
 * single quotes. False on an open quote or too many words. */
bool words_split(struct words *words, struct pool *pool, const char *line);
/* The text behind "key=", or NULL when the word is not of this key. */
const char *words_value(const char *word, const char *key);
/* '*' stands for any characters; everything else is compared without regard to case. */
bool words_match(const char *pattern, const char *text);
/* \r \n \t \0 \\ \" \xHH in a text, optionally between double quotes. False on other escapes. */
bool words_unescape(struct pool *pool, const char *text, char **bytes, size_t *len);
/* "+3d", "-10d", "12h", "-30m", "45s" in seconds. */
bool words_seconds(const char *text, int64_t *seconds);
/* A decimal number from 0 to max. */
bool words_number(const char *text, long max, long *number);

#endif
