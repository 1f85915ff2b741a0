/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding options by letter, name and abbreviation. */
#include <string.h>

#include "base/nearest.h"
#include "check_smtp_tls.d/option_table.h"

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

static void offer_rows(struct nearest *nearest, const struct option_row *rows, size_t n) {
	for (size_t i = 0; i < n; i++) {
		const struct option_row *row = &rows[i];
		const char *names[] = {row->name, row->aliases[0], row->aliases[1]};
		for (size_t k = 0; k < 3 && names[k] != NULL; k++) {
			nearest_offer(nearest, names[k]);
		}
	}
}

const char *option_near_name(const struct option_dialect *dialect, const char *name, size_t len) {
	struct nearest nearest = nearest_new(name, len);
	if (dialect != NULL) {
		offer_rows(&nearest, dialect->own, dialect->n_own);
	}
	offer_rows(&nearest, option_table, OPTION_COUNT);
	return nearest.word;
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
