/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Names in a certificate as text. */
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#include "base/utc.h"
#include "tls/tls_internal.h"

#define COMMON_NAME_MAX 255 /* posttls-finger's limit */

#define PROBLEM_MAX 100

/* What is wrong with a name, into problem; empty when nothing is. */
static void find_problem(struct span name, const char *label, char problem[PROBLEM_MAX]) {
	if (name.len > COMMON_NAME_MAX) {
		(void)snprintf(problem, PROBLEM_MAX, "peer %s too long: %zu", label, name.len);
		return;
	}
	if (name.len > 0 && memchr(name.at, 0, name.len) != NULL) {
		(void)snprintf(problem, PROBLEM_MAX, "NULL character in peer %s", label);
		return;
	}
	for (size_t i = 0; i < name.len; i++) {
		if (name.at[i] < 0x20 || name.at[i] == 0x7f) {
			(void)snprintf(problem, PROBLEM_MAX, "non-printable content in peer %s", label);
			return;
		}
	}
}

struct span tls_cert_common_name(
	struct tls *tls, const X509_NAME *name, int nid, const char *label) {
	int at = X509_NAME_get_index_by_NID(name, nid, -1);
	if (at < 0) {
		return (struct span){NULL, 0};
	}
	const ASN1_STRING *sent = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at));
	const char *what = label != NULL ? label : "name";
	char problem[PROBLEM_MAX] = "";
	unsigned char *utf8 = NULL;
	int len = ASN1_STRING_to_UTF8(&utf8, sent);
	struct span found = {utf8, len > 0 ? (size_t)len : 0};
	/* NULs at the end are some software's habit and do no harm. */
	while (found.len > 0 && found.at[found.len - 1] == 0) {
		found.len--;
	}
	if (len < 0) {
		(void)snprintf(problem, sizeof problem, "error decoding peer %s of ASN.1 type=%d", what,
			ASN1_STRING_type(sent));
	} else {
		find_problem(found, what, problem);
	}
	struct span copy = {NULL, 0};
	if (problem[0] == '\0') {
		copy = arena_copy_span(tls->arena, found);
	} else if (label != NULL) {
		tls_events_name_problem(tls, problem);
	}
	OPENSSL_free(utf8);
	return copy;
}

int64_t tls_cert_time(const ASN1_TIME *time) {
	struct tm parts;
	memset(&parts, 0, sizeof parts);
	/* NULL would mean "now" to OpenSSL. */
	if (time == NULL || ASN1_TIME_to_tm(time, &parts) != 1) {
		return 0;
	}
	return utc_seconds(&(struct utc){(int64_t)parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
		parts.tm_hour, parts.tm_min, parts.tm_sec});
}

void tls_cert_names(struct arena *arena, struct tls_cert *cert, X509 *certificate) {
	GENERAL_NAMES *all = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
	int n_all = all == NULL ? 0 : sk_GENERAL_NAME_num(all);
	for (int i = 0; i < n_all; i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(all, i);
		if (name->type != GEN_DNS) {
			continue;
		}
		if (cert->names == NULL) {
			size_t room = (size_t)n_all < TLS_NAMES_MAX ? (size_t)n_all : TLS_NAMES_MAX;
			cert->names = arena_alloc_array(arena, room, sizeof *cert->names);
		}
		if (cert->n_names < TLS_NAMES_MAX) {
			int len = ASN1_STRING_length(name->d.dNSName);
			size_t kept = len < 0 ? 0 : (size_t)len;
			kept = kept < TLS_NAME_OCTETS_MAX ? kept : TLS_NAME_OCTETS_MAX;
			cert->names[cert->n_names++] =
				arena_copy_span(arena, (struct span){ASN1_STRING_get0_data(name->d.dNSName), kept});
		}
		cert->n_names_sent++;
	}
	GENERAL_NAMES_free(all);
}
