/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Proofs without a session: the files of --next in the place of what a server sends. */
#include "probe/next_files.h"

#include <string.h>

static const char *key_type(const struct tls_next *next) {
	return next->shown.n_chain > 0 ? next->shown.chain[0].key_type : "";
}

/* A server shows one certificate of each type. */
static bool refuse_twins(const struct tls_next *files, size_t n, struct err *err) {
	const struct tls_next *last = &files[n];
	for (size_t i = 0; i < n && last->kind != TLS_NEXT_EMPTY; i++) {
		if (strcmp(key_type(&files[i]), key_type(last)) == 0) {
			return err_set_about(err, ERR_ABOUT_NEXT,
				" %.60s: its key is of the same type (%.20s) as that of %.60s: give one file for "
				"each type",
				last->path, key_type(last), files[i].path);
		}
	}
	return true;
}

bool next_files_read(
	struct report *report, struct arena *arena, struct tls_context *context, struct err *err) {
	const struct survey_spec *spec = report->spec;
	struct tls_next *files = arena_alloc_array(arena, spec->n_next, sizeof *files);
	for (size_t i = 0; i < spec->n_next; i++) {
		if (!tls_next_read(&files[i], context, arena, &spec->next[i], err) ||
			!refuse_twins(files, i, err)) {
			return false;
		}
	}
	report->next = files;
	report->n_next = spec->n_next;
	return true;
}

/* What a DANE sender demands of the host, whatever else the run is about. */
static struct tls_policy demand_of(struct arena *arena, const struct survey_spec *spec,
	const struct origin *origin, const struct report_host *host) {
	struct tls_wish wish = spec->wish;
	wish.insecure_mx = INSECURE_MX_DANE;
	struct policy_host facts = report_policy_host(host);
	return tls_policy_for(arena, spec->habits, &wish, origin, &facts);
}

void next_files_prove(struct report *report, struct arena *arena, const struct origin *origin,
	struct tls_context *context) {
	const struct survey_spec *spec = report->spec;
	int64_t now = spec->tls->now;
	for (size_t i = 0; i < report->n_hosts && report->n_next > 0; i++) {
		struct report_host *host = &report->hosts[i];
		if (host->tlsa_state != TLSA_STATE_USABLE) {
			continue;
		}
		struct tls_policy policy = demand_of(arena, spec, origin, host);
		/* An MX answer that is not signed (half-dane) is no fault of the certificate's. */
		struct tls_spec demand = {.level = TLS_LEVEL_DANE,
			.report_as = TLS_LEVEL_DANE,
			.tlsa = policy.tlsa,
			.n_tlsa = policy.n_tlsa,
			.names = policy.names,
			.n_names = policy.n_names};
		host->next_proofs = (const struct tls_proof **)arena_alloc_array(
			arena, report->n_next, sizeof *host->next_proofs);
		for (size_t k = 0; k < report->n_next; k++) {
			struct err ignored = {0};
			if (tls_next_has_certificates(&report->next[k])) {
				host->next_proofs[k] =
					tls_prove(context, arena, &demand, &report->next[k].shown, now, &ignored);
			}
		}
	}
}
