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

/* Levenshtein's distance, row by row, in which two neighbours that changed places count once. */
static size_t distance(const char *a, size_t n_a, const char *b, size_t n_b) {
	size_t rows[3][LEN_MAX + 1];
	for (size_t j = 0; j <= n_b; j++) {
		rows[0][j] = j;
	}
	for (size_t i = 1; i <= n_a; i++) {
		const size_t *above = rows[(i - 1) % 3];
		size_t *row = rows[i % 3];
		row[0] = i;
		for (size_t j = 1; j <= n_b; j++) {
			size_t replaced = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
			row[j] = min_size(replaced, 1 + min_size(above[j], row[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
				row[j] = min_size(row[j], rows[(i - 2) % 3][j - 2] + 1);
			}
		}
	}
	return rows[n_a % 3][n_b];
}

/* SIZE_MAX: nothing in common. */
static size_t remoteness(const char *typed, size_t len, const char *word) {
	size_t word_len = strlen(word);
	if (len > 3 && len < word_len && memcmp(typed, word, len) == 0) {
		return 1; /* an abbreviation, which is refused but understood */
	}
	size_t slips = 1 + len / 8;
	size_t apart = len > word_len ? len - word_len : word_len - len;
	if (len > LEN_MAX || word_len > LEN_MAX || apart > slips) {
		return SIZE_MAX;
	}
	size_t d = distance(typed, len, word, word_len);
	return d <= slips ? d : SIZE_MAX;
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
