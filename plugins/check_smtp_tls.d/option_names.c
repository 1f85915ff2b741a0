/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding options by letter, name and abbreviation. */
#include <string.h>

#include "check_smtp_tls.d/option_table.h"

/* Longest name worth comparing with others. */
#define NAME_MAX_COMPARED 32

const struct option_row *option_find_letter(char letter) {
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		if (letter != '\0' && option_table[i].letter == letter) {
			return &option_table[i];
		}
	}
	return NULL;
}

static bool is_name(const char *known, const char *name, size_t len) {
	return known != NULL && strlen(known) == len && memcmp(known, name, len) == 0;
}

static const struct option_row *find_among(
	const struct option_row *rows, size_t n, const char *name, size_t len) {
	for (size_t i = 0; i < n; i++) {
		const struct option_row *row = &rows[i];
		if (is_name(row->name, name, len) || is_name(row->aliases[0], name, len) ||
			is_name(row->aliases[1], name, len)) {
			return row;
		}
	}
	return NULL;
}

const struct option_row *option_find_name(const char *name, size_t len) {
	return find_among(option_table, OPTION_COUNT, name, len);
}

const struct option_row *option_find_own(
	const struct option_dialect *dialect, const char *name, size_t len) {
	return dialect == NULL ? NULL : find_among(dialect->own, dialect->n_own, name, len);
}

static size_t min_size(size_t a, size_t b) {
	return a < b ? a : b;
}

/* Levenshtein's distance, row by row. */
static size_t distance(const char *a, size_t n_a, const char *b, size_t n_b) {
	size_t costs[NAME_MAX_COMPARED + 1];
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

/* How far the name typed is from a real one; SIZE_MAX: nothing in common. */
static size_t remoteness(const char *typed, size_t len, const char *name) {
	size_t name_len = strlen(name);
	if (len > 3 && len < name_len && memcmp(typed, name, len) == 0) {
		return 1; /* an abbreviation, which is refused but understood */
	}
	if (len > NAME_MAX_COMPARED || name_len > NAME_MAX_COMPARED) {
		return SIZE_MAX;
	}
	size_t d = distance(typed, len, name, name_len);
	return d <= 1 + len / 8 ? d : SIZE_MAX;
}

const char *option_near_name(const char *name, size_t len) {
	const char *best = NULL;
	size_t least = SIZE_MAX;
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		const struct option_row *row = &option_table[i];
		const char *names[] = {row->name, row->aliases[0], row->aliases[1]};
		for (size_t k = 0; k < 3 && names[k] != NULL; k++) {
			size_t d = remoteness(name, len, names[k]);
			if (d < least) {
				least = d;
				best = names[k];
			}
		}
	}
	return best;
}

const char *option_about(enum err_about about) {
	static const enum option_id options[ERR_ABOUT_COUNT] = {
		[ERR_ABOUT_CA_FILE] = OPTION_CAFILE,
		[ERR_ABOUT_CA_PATH] = OPTION_CAPATH,
		[ERR_ABOUT_TRUST_ANCHOR] = OPTION_TRUST_ANCHOR,
		[ERR_ABOUT_CHAIN_FILES] = OPTION_CHAIN_FILES,
		[ERR_ABOUT_CLIENT_CERT] = OPTION_CLIENT_CERT,
		[ERR_ABOUT_PRIVATE_KEY] = OPTION_PRIVATE_KEY,
		[ERR_ABOUT_DIGEST] = OPTION_DIGEST,
		[ERR_ABOUT_NEXT] = OPTION_NEXT,
		[ERR_ABOUT_PARAMETER] = OPTION_PARAM,
	};
	return about == ERR_ABOUT_NOTHING ? "" : option_table[options[about]].name;
}
