/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What the verification amounts to. */
#include "tls/tls_internal.h"

static bool is_name_error(const struct tls_verify_error *error) {
	return error->code == TLS_VERIFY_HOSTNAME || error->code == TLS_VERIFY_IP_ADDRESS;
}

bool tls_outcome_keeps_path(const struct tls_verify_error *error) {
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

struct tls_verify_error *tls_outcome_add(struct tls *tls, int code, int depth) {
	struct tls_proof *proof = &tls->facts.proof;
	if (proof->n_errors == TLS_ERRORS_MAX) {
		return NULL;
	}
	proof->errors = tls->errors;
	struct tls_verify_error *error = &tls->errors[proof->n_errors++];
	*error = (struct tls_verify_error){
		.code = code, .depth = depth, .words = X509_verify_cert_error_string(code)};
	return error;
}

const struct tls_verify_error *tls_outcome_worst(const struct tls *tls) {
	const struct tls_verify_error *worst = NULL;
	const struct tls_proof *proof = &tls->facts.proof;
	for (size_t i = 0; i < proof->n_errors; i++) {
		const struct tls_verify_error *error = &proof->errors[i];
		if (error->code == TLS_VERIFY_UNSPECIFIED && tls->demand.must_fail) {
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

static void judge_names(struct tls *tls) {
	struct tls_proof *proof = &tls->facts.proof;
	/* The key of an issuer that was not sent is found at the leaf, too, and it vouches for names.
	 */
	bool ee_matched = proof->matched_depth == 0 && tls->demand.ee_skips_names &&
					  proof->matched != TLS_MATCHED_DANE_TA_KEY;
	proof->names_checked = tls->demand.wants_names && !ee_matched && !tls->facts.resumed;
	proof->name_matched = true;
	for (size_t i = 0; i < proof->n_errors; i++) {
		proof->name_matched = proof->name_matched && !is_name_error(&proof->errors[i]);
	}
	if (proof->names_checked && proof->name_matched) {
		proof->matched_name = tls->peername;
	}
}

static enum tls_status status_of(const struct tls *tls) {
	const struct tls_proof *proof = &tls->facts.proof;
	if (!tls_level_must_match(tls->demand.level)) {
		/* Names and dates verified for the report only do not count at this level. */
		return proof->trusted ? TLS_STATUS_TRUSTED : TLS_STATUS_UNTRUSTED;
	}
	const struct tls_verify_error *worst = tls_outcome_worst(tls);
	if (worst == NULL) {
		return tls->demand.level == TLS_LEVEL_HALF_DANE ? TLS_STATUS_TRUSTED : TLS_STATUS_VERIFIED;
	}
	return worst->code == TLS_VERIFY_HOSTNAME ? TLS_STATUS_TRUSTED : TLS_STATUS_UNTRUSTED;
}

void tls_outcome_conclude(struct tls *tls) {
	struct tls_proof *proof = &tls->facts.proof;
	judge_names(tls);
	proof->trusted = true;
	proof->anchored = true;
	for (size_t i = 0; i < proof->n_errors; i++) {
		proof->trusted = proof->trusted && is_name_error(&proof->errors[i]);
		proof->anchored = proof->anchored && tls_outcome_keeps_path(&proof->errors[i]);
	}
	proof->status = status_of(tls);
}

/* Of what was demanded only the records are known. */
static void begin_again(struct tls *tls) {
	const struct tls_proof *old = &tls->facts.proof;
	tls->facts.proof = (struct tls_proof){.records = old->records,
		.matched_record = -1,
		.matched_depth = -1,
		.n_usable = old->n_usable,
		.refused = old->refused,
		.n_refused = old->n_refused};
}

void tls_outcome_unverified(struct tls *tls) {
	begin_again(tls);
	if (SSL_get0_peer_certificate(tls->ssl) == NULL && tls_raw_key_of(tls->ssl) == NULL) {
		tls->facts.proof.status = TLS_STATUS_ANONYMOUS;
		return;
	}
	/* Of a session resumed nothing but the result is left. */
	long result =
		tls->facts.resumed ? SSL_get_verify_result(tls->ssl) : (long)TLS_VERIFY_UNSPECIFIED;
	if (result != X509_V_OK) {
		(void)tls_outcome_add(tls, (int)result, 0);
	}
	tls_outcome_conclude(tls);
}
