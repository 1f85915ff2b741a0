/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What the verification amounts to. */
#include <string.h>

#include "tls/tls_internal.h"

static bool is_name_error(const struct tls_verify_error *error) {
	return error->code == TLS_VERIFY_HOSTNAME || error->code == TLS_VERIFY_IP_ADDRESS;
}

/* Errors that leave the chain from leaf to anchor as it is. */
static bool keeps_path(const struct tls_verify_error *error) {
	switch (error->code) {
	case TLS_VERIFY_NOT_YET_VALID:
	case TLS_VERIFY_EXPIRED:
	case TLS_VERIFY_EE_KEY_TOO_SMALL:
	case TLS_VERIFY_CA_KEY_TOO_SMALL:
	case TLS_VERIFY_CA_MD_TOO_WEAK:
		return true;
	default:
		return is_name_error(error);
	}
}

const struct tls_verify_error *tls_verify_worst(const struct tls *tls) {
	const struct tls_verify_error *worst = NULL;
	for (size_t i = 0; i < tls->n_errors; i++) {
		const struct tls_verify_error *error = &tls->errors[i];
		if (error->code == TLS_VERIFY_UNSPECIFIED && tls->must_fail) {
			return error;
		}
		bool worst_is_name = worst != NULL && worst->code == TLS_VERIFY_HOSTNAME;
		bool is_name = error->code == TLS_VERIFY_HOSTNAME;
		if (worst == NULL || (worst_is_name && !is_name) ||
			(worst_is_name == is_name && error->depth < worst->depth)) {
			worst = error;
		}
	}
	return worst;
}

static const struct tlsa *find_record(const struct tls_spec *spec, uint8_t usage, uint8_t selector,
	uint8_t matching, struct span data) {
	for (size_t i = 0; i < spec->n_tlsa; i++) {
		const struct tlsa *record = &spec->tlsa[i];
		if (record->usage == usage && record->selector == selector &&
			record->matching == matching && span_equal(record->data, data)) {
			return record;
		}
	}
	return NULL;
}

static enum tls_matched kind_of_match(
	enum tls_level level, uint8_t usage, const X509 *authority, const EVP_PKEY *raw_key) {
	if (level == TLS_LEVEL_FINGERPRINT) {
		return TLS_MATCHED_FINGERPRINT;
	}
	if (!tls_level_is_dane(level)) {
		return TLS_MATCHED_TRUST_ANCHOR;
	}
	if (usage == TLSA_DANE_EE) {
		return raw_key != NULL ? TLS_MATCHED_DANE_RAW_KEY : TLS_MATCHED_DANE_EE;
	}
	return authority != NULL ? TLS_MATCHED_DANE_TA : TLS_MATCHED_DANE_TA_KEY;
}

/* Which record matched? OpenSSL tells only when nothing at all is wrong, but a chain that matches
 * and has expired is another trouble than one that does not match. */
static void find_match(struct tls *tls) {
	struct tls_facts *facts = &tls->facts;
	if (tls->n_active == 0) {
		return;
	}
	long result = SSL_get_verify_result(tls->ssl);
	SSL_set_verify_result(tls->ssl, X509_V_OK);
	X509 *authority = NULL;
	uint8_t usage = 0;
	uint8_t selector = 0;
	uint8_t matching = 0;
	const unsigned char *data = NULL;
	size_t len = 0;
	int depth = SSL_get0_dane_authority(tls->ssl, &authority, NULL);
	int found = SSL_get0_dane_tlsa(tls->ssl, &usage, &selector, &matching, &data, &len);
	SSL_set_verify_result(tls->ssl, result);
	if (depth < 0 || found < 0) {
		return;
	}
	struct span bytes = {data, len};
	facts->matched =
		kind_of_match(tls->spec->report_as, usage, authority, tls_raw_key_of(tls->ssl));
	facts->matched_depth = depth;
	facts->matched_key = authority == NULL && tls_raw_key_of(tls->ssl) == NULL;
	facts->matched_data = arena_copy_span(tls->arena, bytes);
	facts->matched_tlsa = find_record(tls->spec, usage, selector, matching, bytes);
}

static void judge_names(struct tls *tls) {
	struct tls_facts *facts = &tls->facts;
	/* The key of an issuer that was not sent is found at the leaf, too, and it vouches for names.
	 */
	bool ee_matched = facts->matched_depth == 0 && tls->ee_skips_names &&
					  facts->matched != TLS_MATCHED_DANE_TA_KEY;
	facts->names_checked = tls->wants_names && !ee_matched && !facts->resumed;
	facts->name_matched = true;
	for (size_t i = 0; i < tls->n_errors; i++) {
		facts->name_matched = facts->name_matched && !is_name_error(&tls->errors[i]);
	}
	if (facts->names_checked && facts->name_matched) {
		facts->matched_name = tls->peername;
	}
}

/* Of a session resumed nothing but the result is left. */
static void take_remembered(struct tls *tls) {
	long result = SSL_get_verify_result(tls->ssl);
	tls->n_errors = 0;
	if (result != X509_V_OK) {
		tls->errors[tls->n_errors++] = (struct tls_verify_error){
			.code = (int)result, .words = X509_verify_cert_error_string(result)};
	}
}

static enum tls_status status_of(const struct tls *tls) {
	bool must_match = tls_level_must_match(tls->level);
	if (!must_match) {
		/* Names and dates verified for the report only do not count at this level. */
		return tls->facts.trusted ? TLS_STATUS_TRUSTED : TLS_STATUS_UNTRUSTED;
	}
	if (tls->n_errors == 0) {
		return tls->level == TLS_LEVEL_HALF_DANE ? TLS_STATUS_TRUSTED : TLS_STATUS_VERIFIED;
	}
	const struct tls_verify_error *worst = tls_verify_worst(tls);
	return worst->code == TLS_VERIFY_HOSTNAME ? TLS_STATUS_TRUSTED : TLS_STATUS_UNTRUSTED;
}

void tls_verify_outcome(struct tls *tls) {
	struct tls_facts *facts = &tls->facts;
	facts->matched_depth = -1;
	if (!tls->proving && SSL_get0_peer_certificate(tls->ssl) == NULL &&
		tls_raw_key_of(tls->ssl) == NULL) {
		facts->status = TLS_STATUS_ANONYMOUS;
		return;
	}
	if (facts->resumed) {
		take_remembered(tls);
	}
	if (!tls_verify_took_place(tls)) {
		tls->n_errors = 0;
		tls->errors[tls->n_errors++] = (struct tls_verify_error){.code = TLS_VERIFY_UNSPECIFIED,
			.words = X509_verify_cert_error_string(TLS_VERIFY_UNSPECIFIED)};
	}
	facts->errors = tls->errors;
	facts->n_errors = tls->n_errors;
	if (!facts->resumed) {
		find_match(tls);
	}
	judge_names(tls);
	facts->trusted = true;
	facts->anchored = true;
	for (size_t i = 0; i < tls->n_errors; i++) {
		facts->trusted = facts->trusted && is_name_error(&tls->errors[i]);
		facts->anchored = facts->anchored && keeps_path(&tls->errors[i]);
	}
	facts->status = status_of(tls);
}
