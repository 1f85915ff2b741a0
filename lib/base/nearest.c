/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Slips of the pen, counted. */
#include "base/nearest.h"

#include <stdint.h>
#include <string.h>

/* Longest word worth comparing with others. */
#define LEN_MAX 32

static size_t min_size(size_t a, size_t b) {
	return a < b ? a : b;
}

/* Levenshtein's distance, row by row. */
static size_t distance(const char *a, size_t n_a, const char *b, size_t n_b) {
	size_t costs[LEN_MAX + 1];
	for (size_t j = 0; j <= n_b; j++) {
		costs[j] = j;
	}
	for (size_t i = 1; i <= n_a; i++) {
		size_t diagonal = costs[0];
		costs[0] = i;
		for (size_t j = 1; j <= n_b; j++) {
			size_t replace = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
			diagonal = costs[j];
			costs[j] = min_size(replace, 1 + min_size(costs[j], costs[j - 1]));
		}
	}
	return costs[n_b];
}

/* SIZE_MAX: nothing in common. */
static size_t remoteness(const char *typed, size_t len, const char *word) {
	size_t word_len = strlen(word);
	if (len > 3 && len < word_len && memcmp(typed, word, len) == 0) {
		return 1; /* an abbreviation, which is refused but understood */
	}
	if (len > LEN_MAX || word_len > LEN_MAX) {
		return SIZE_MAX;
	}
	size_t d = distance(typed, len, word, word_len);
	return d <= 1 + len / 8 ? d : SIZE_MAX;
}

struct nearest nearest_new(const char *typed, size_t len) {
	return (struct nearest){.typed = typed, .len = len, .least = SIZE_MAX};
}

void nearest_offer(struct nearest *nearest, const char *word) {
	size_t d = nearest->len > 2 ? remoteness(nearest->typed, nearest->len, word) : SIZE_MAX;
	if (d < nearest->least) {
		nearest->least = d;
		nearest->word = word;
	}
}
