/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of issuers: the user's is read at once, the installed one when a record needs it. */
#include <string.h>

#include "check_smtp_tls.d/option_issuers.h"
#include "check_smtp_tls.d/option_takers.h"
#include "check_smtp_tls.d/option_values.h"

static const struct issuer_table *read_table(
	struct arena *arena, const char *option, const char *path, struct err *err) {
	struct span text = {NULL, 0};
	struct err why = {0};
	struct issuer_table *table = arena_alloc(arena, sizeof *table);
	if (!option_file_content(&text, arena, option, path, "a table of issuers, or none", err)) {
		return NULL;
	}
	if (!issuers_read(table, arena, path, text, &why)) {
		(void)err_set(err, ERR_USAGE, "%s: %s", option, why.text);
		return NULL;
	}
	return table;
}

bool option_take_issuers(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	struct limits *limits = &draft->settings->limits;
	limits->issuers = NULL;
	if (strcmp(value, "none") == 0) {
		return true;
	}
	limits->issuers = read_table(draft->arena, row->name, value, err);
	return limits->issuers != NULL;
}

static bool names_an_issuer(const struct report *report) {
	for (size_t i = 0; i < report->n_hosts; i++) {
		const struct report_host *host = &report->hosts[i];
		for (size_t k = 0; host->tlsa_state == TLSA_STATE_USABLE && k < host->n_tlsa; k++) {
			if (host->tlsa[k].unusable == NULL && host->tlsa[k].usage == TLSA_DANE_TA) {
				return true;
			}
		}
	}
	return false;
}

const struct issuer_table *option_issuers(const struct settings *settings, struct arena *arena,
	const struct report *report, const char *installed) {
	struct err err = {0};
	bool wanted = !settings->issuers_given && names_an_issuer(report);
	return wanted ? read_table(arena, "--issuers", installed, &err) : settings->limits.issuers;
}
