/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The one verification: all complaints, what matched, and whether there is evidence. */
#include <openssl/x509v3.h>

#include "tls/tls_internal.h"

/* --- complaints --- */

static void keep_error(struct tls *tls, int code, int depth, const X509 *certificate) {
	struct tls_verify_error *error = tls_outcome_add(tls, code, depth);
	if (error != NULL && certificate != NULL) {
		error->issuer = tls_cert_oneline(tls->arena, X509_get_issuer_name(certificate));
		error->subject = tls_cert_oneline(tls->arena, X509_get_subject_name(certificate));
	}
}

static struct tls *tls_of(X509_STORE_CTX *store) {
	SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
	return SSL_get_app_data(ssl);
}

/* OpenSSL remembers only the last error, which need not be the cause: keep all, and go on. */
static int on_certificate(int fine, X509_STORE_CTX *store) {
	struct tls *tls = tls_of(store);
	const X509 *certificate = X509_STORE_CTX_get_current_cert(store);
	int depth = X509_STORE_CTX_get_error_depth(store);
	if (fine == 0) {
		keep_error(tls, X509_STORE_CTX_get_error(store), depth, certificate);
	}
	/* A chain with nothing to verify it against is not worth telling of. */
	if (!tls->demand.must_fail) {
		tls_events_depth(tls, tls_raw_key_judged(store) ? -1 : depth, fine, certificate);
	}
	return 1;
}

/* The session remembers the result, and is all there is to judge by once it is resumed. */
static void leave_result(const struct tls *tls, X509_STORE_CTX *store) {
	const struct tls_verify_error *worst = tls_outcome_worst(tls);
	X509_STORE_CTX_set_error(store, worst == NULL ? X509_V_OK : worst->code);
}

/* --- what matched --- */

static enum tls_matched kind_of_match(
	enum tls_level level, uint8_t usage, const X509 *authority, X509_STORE_CTX *store) {
	if (level == TLS_LEVEL_FINGERPRINT) {
		return TLS_MATCHED_FINGERPRINT;
	}
	if (!tls_level_is_dane(level)) {
		return TLS_MATCHED_TRUST_ANCHOR;
	}
	if (usage == TLSA_DANE_EE) {
		return tls_raw_key_judged(store) ? TLS_MATCHED_DANE_RAW_KEY : TLS_MATCHED_DANE_EE;
	}
	return authority != NULL ? TLS_MATCHED_DANE_TA : TLS_MATCHED_DANE_TA_KEY;
}

/* The library keeps its own copies: of equal records it is the first. */
static int index_of(const struct tls_spec *spec, const struct tlsa *match) {
	for (size_t i = 0; i < spec->n_tlsa; i++) {
		const struct tlsa *record = &spec->tlsa[i];
		if (record->usage == match->usage && record->selector == match->selector &&
			record->matching == match->matching && span_equal(record->data, match->data)) {
			return (int)i;
		}
	}
	return -1;
}

/* Which record matched? OpenSSL tells only when nothing at all is wrong, but a chain that matches
 * and has expired is another trouble than one that does not match. False without a match. */
static bool find_match(struct tls *tls, X509_STORE_CTX *store, struct tlsa *match) {
	struct tls_proof *proof = &tls->facts.proof;
	long result = SSL_get_verify_result(tls->ssl);
	SSL_set_verify_result(tls->ssl, X509_V_OK);
	X509 *authority = NULL;
	const unsigned char *data = NULL;
	size_t len = 0;
	int depth = SSL_get0_dane_authority(tls->ssl, &authority, NULL);
	int found = SSL_get0_dane_tlsa(
		tls->ssl, &match->usage, &match->selector, &match->matching, &data, &len);
	SSL_set_verify_result(tls->ssl, result);
	if (depth < 0 || found < 0) {
		return false;
	}
	match->data = (struct span){data, len};
	proof->matched = kind_of_match(tls->spec->report_as, match->usage, authority, store);
	proof->matched_depth = depth;
	proof->matched_key = authority == NULL && !tls_raw_key_judged(store);
	proof->matched_data = arena_copy_span(tls->arena, match->data);
	proof->matched_record = index_of(tls->spec, match);
	return true;
}

/* --- evidence --- */

/* Names are lost on the way when copying them fails, and then nothing complains. */
static bool has_names(const struct tls_demand *demand, X509_STORE_CTX *store) {
	X509_VERIFY_PARAM *rules = X509_STORE_CTX_get0_param(store);
	X509 *leaf = X509_STORE_CTX_get0_cert(store);
	return (demand->n_hosts == 0 || X509_VERIFY_PARAM_get0_peername(rules) != NULL) &&
		   (demand->address_len == 0 ||
			   (leaf != NULL && X509_check_ip(leaf, demand->address, demand->address_len, 0) == 1));
}

/* That nothing complained is no proof. */
static bool has_evidence(struct tls *tls, X509_STORE_CTX *store) {
	const struct tls_demand *demand = &tls->demand;
	struct tlsa match = {.usage = 0};
	bool matched = demand->n_active > 0 && find_match(tls, store, &match);
	if (demand->n_active > 0 && !matched) {
		return false;
	}
	bool by_server = matched && match.usage == TLSA_DANE_EE && demand->ee_skips_names;
	return !demand->wants_names || by_server || has_names(demand, store);
}

/* The library gave up in the middle, of which no callback tells. */
static void keep_failure(struct tls *tls, const X509 *certificate) {
	struct tls_proof *proof = &tls->facts.proof;
	proof->n_errors = proof->n_errors < TLS_ERRORS_MAX ? proof->n_errors : TLS_ERRORS_MAX - 1;
	keep_error(tls, X509_V_ERR_UNSPECIFIED, 0, certificate);
}

/* --- what would take too long --- */

/* Without the issuers that were sent a record of the leaf still proves what it proves. What is
 * complained of for the lack of them is not the leaf's fault, nor the record's. */
static void blame_effort(struct tls *tls, const char *problem) {
	struct tls_proof *proof = &tls->facts.proof;
	size_t kept = 0;
	for (size_t i = 0; i < proof->n_errors; i++) {
		if (tls_outcome_keeps_path(&proof->errors[i])) {
			tls->errors[kept++] = proof->errors[i];
		}
	}
	bool is_blamed = kept < proof->n_errors;
	proof->n_errors = kept < TLS_ERRORS_MAX ? kept : TLS_ERRORS_MAX - 1;
	struct tls_verify_error *error =
		is_blamed ? tls_outcome_add(tls, TLS_VERIFY_CHAIN_TOO_LONG, 0) : NULL;
	if (error != NULL) {
		error->words = problem;
	}
}

static bool verify_bounded(struct tls *tls, X509_STORE_CTX *store) {
	const char *problem = tls_effort_problem(X509_STORE_CTX_get0_untrusted(store));
	if (problem == NULL) {
		return X509_verify_cert(store) > 0;
	}
	X509_STORE_CTX_set0_untrusted(store, NULL);
	bool complete = X509_verify_cert(store) > 0;
	blame_effort(tls, problem);
	return complete;
}

/* --- the whole --- */

void tls_verify(struct tls *tls, X509_STORE_CTX *store) {
	X509_VERIFY_PARAM *rules = X509_STORE_CTX_get0_param(store);
	if (tls_level_must_match(tls->spec->report_as)) {
		/* As a sender at that level would, although this handshake itself may be laxer. */
		X509_VERIFY_PARAM_set_auth_level(rules, 1);
	}
	X509_STORE_CTX_set_verify_cb(store, on_certificate);
	bool complete = verify_bounded(tls, store);
	bool evidence = has_evidence(tls, store);
	if (!complete || (tls->facts.proof.n_errors == 0 && !evidence)) {
		keep_failure(tls, X509_STORE_CTX_get0_cert(store));
	}
	if (tls->demand.must_fail) {
		keep_failure(tls, NULL);
	}
	leave_result(tls, store);
	tls->peername = arena_copy_span(tls->arena, span_of(X509_VERIFY_PARAM_get0_peername(rules)));
	tls->judged = true;
	tls_outcome_conclude(tls);
}

/* As X509_verify_cert() does it. */
static bool find_name(struct tls *tls, X509 *leaf) {
	const struct tls_spec *spec = tls->spec;
	char *found = NULL;
	bool matched = false;
	for (size_t i = 0; i < spec->n_names && !matched; i++) {
		matched = X509_check_host(leaf, spec->names[i], 0, TLS_HOST_FLAGS, &found) > 0;
	}
	tls->peername = arena_copy_span(tls->arena, span_of(found));
	OPENSSL_free(found);
	return matched;
}

void tls_verify_names(struct tls *tls, X509 *leaf) {
	struct tls_proof *proof = &tls->facts.proof;
	size_t at = 0;
	while (at < proof->n_errors && proof->errors[at].code != TLS_VERIFY_HOSTNAME) {
		at++;
	}
	if (at == proof->n_errors || !find_name(tls, leaf)) {
		return;
	}
	for (proof->n_errors--; at < proof->n_errors; at++) {
		proof->errors[at] = proof->errors[at + 1];
	}
	if (proof->n_errors == 0 && tls->demand.n_active > 0 && proof->matched == TLS_MATCHED_NOTHING) {
		keep_failure(tls, leaf);
	}
	tls_outcome_conclude(tls);
}

int tls_verify_in_handshake(X509_STORE_CTX *store, void *unused) {
	(void)unused;
	tls_verify(tls_of(store), store);
	return 1;
}

static bool is_shown(const struct tls *tls) {
	return SSL_get0_peer_certificate(tls->ssl) != NULL || tls_raw_key_of(tls->ssl) != NULL;
}

bool tls_verify_took_place(const struct tls *tls) {
	return tls->judged || !is_shown(tls) || SSL_session_reused(tls->ssl) == 1;
}

bool tls_verify_is_of_session(const struct tls *tls) {
	return tls->judged && is_shown(tls) && !tls->facts.resumed;
}
