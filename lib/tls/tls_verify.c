/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What is demanded of the peer goes in before the handshake; OpenSSL verifies in the course of it.
 */
#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "tls/tls_internal.h"

/* OpenSSL's words for a record it will not use are of the kind "tlsa bad ..."; say it in ours. */
static const char *refusal_reason(unsigned long code) {
	switch (ERR_GET_REASON(code)) {
	case SSL_R_DANE_TLSA_BAD_CERTIFICATE:
		return "the data is no certificate";
	case SSL_R_DANE_TLSA_BAD_PUBLIC_KEY:
		return "the data is no public key";
	case SSL_R_DANE_TLSA_BAD_DIGEST_LENGTH:
		return "the digest has the wrong length";
	case SSL_R_DANE_TLSA_BAD_SELECTOR:
		return "unknown selector";
	case SSL_R_DANE_TLSA_BAD_MATCHING_TYPE:
		return "unknown matching type";
	case SSL_R_DANE_TLSA_BAD_CERTIFICATE_USAGE:
		return "unknown certificate usage";
	case SSL_R_DANE_TLSA_NULL_DATA:
		return "no data";
	default:
		return "refused by the TLS library";
	}
}

/* Empties the queue. */
static bool ran_out_of_memory(void) {
	bool found = false;
	for (unsigned long code = ERR_get_error(); code != 0; code = ERR_get_error()) {
		found = found || ERR_GET_REASON(code) == ERR_R_MALLOC_FAILURE;
	}
	return found;
}

/* Take one record; NULL, or why not. */
static const char *dane_add(
	struct tls *tls, uint8_t usage, uint8_t selector, uint8_t matching, struct span data) {
	ERR_clear_error();
	int taken = SSL_dane_tlsa_add(tls->ssl, usage, selector, matching, data.at, data.len);
	unsigned long code = ERR_peek_last_error();
	if (taken > 0) {
		ERR_clear_error();
		tls->n_active++;
		return NULL;
	}
	/* No fault of the record then, and with one record fewer another sender would be judged. */
	bool failed = ran_out_of_memory();
	tls->out_of_memory = tls->out_of_memory || taken < 0 || failed;
	return refusal_reason(code);
}

/* Without a base domain: SNI and names are the specification's. */
static bool dane_start(struct tls *tls, struct err *err) {
	return SSL_dane_enable(tls->ssl, NULL) > 0 ||
		   err_set(err, ERR_LOCAL, "the TLS library cannot do DANE");
}

/* Of records with whole certificates and keys: how many there were so far. */
struct whole_records {
	size_t n;
	size_t n_issuer_keys;
};

/* Each is decoded for each session, and an issuer's bare key is tried on the chain: with the
 * slowest curves that is 6 ms of computing that nothing can interrupt. NULL: within bounds. */
static const char *beyond_bounds(struct whole_records *seen, const struct tlsa *record) {
	if (record->matching != TLSA_FULL) {
		return NULL;
	}
	if (record->usage == TLSA_DANE_TA && record->selector == TLSA_SPKI &&
		++seen->n_issuer_keys > TLS_ISSUER_KEYS_MAX) {
		return "left out, there are too many whole keys of issuers";
	}
	return ++seen->n > TLS_WHOLE_RECORDS_MAX ? "left out, there are too many whole records" : NULL;
}

static bool prepare_dane(struct tls *tls, struct err *err) {
	const struct tls_spec *spec = tls->spec;
	if (!dane_start(tls, err)) {
		return false;
	}
	(void)SSL_dane_set_flags(tls->ssl, DANE_FLAG_NO_DANE_EE_NAMECHECKS);
	tls->ee_skips_names = true;
	tls->ee_only = true;
	tls->keys_only = true;
	struct tlsa *unusable = NULL;
	struct whole_records whole = {0};
	/* Last to first, as Postfix tells of them; which one matches does not depend on it. */
	for (size_t i = spec->n_tlsa; i-- > 0;) {
		const struct tlsa *record = &spec->tlsa[i];
		const char *reason = beyond_bounds(&whole, record);
		if (reason == NULL) {
			reason = dane_add(tls, record->usage, record->selector, record->matching, record->data);
		}
		if (reason == NULL) {
			tls->ee_only = tls->ee_only && record->usage == TLSA_DANE_EE;
			tls->keys_only = tls->keys_only && record->selector == TLSA_SPKI;
			continue;
		}
		if (unusable == NULL) {
			unusable = arena_alloc_array(tls->arena, spec->n_tlsa, sizeof *unusable);
			tls->facts.unusable_tlsa = unusable;
		}
		unusable[tls->facts.n_unusable_tlsa] = *record;
		unusable[tls->facts.n_unusable_tlsa++].unusable = reason;
		tls_events_unusable(tls, record, reason);
	}
	tls->facts.n_usable_tlsa = tls->n_active;
	if (tls->n_active > 0) {
		return true;
	}
	/* OpenSSL would silently do plain PKIX now (RFC 7672 2.2: TLS, but no authentication). */
	tls->must_fail = tls->must_fail || spec->report_as == TLS_LEVEL_DANE_ONLY;
	if (!tls->must_fail) {
		tls->level = TLS_LEVEL_ENCRYPT;
	}
	tls_events_warn(tls, "all TLSA records unusable%s",
		tls->must_fail ? "" : ", fallback to unauthenticated TLS");
	return true;
}

static void add_fingerprint(struct tls *tls, uint8_t selector, struct span fingerprint) {
	const char *reason = dane_add(tls, 3, selector, 255, fingerprint);
	if (reason != NULL) {
		const struct tlsa digest = {
			.usage = 3, .selector = selector, .matching = 255, .data = fingerprint};
		tls_events_unusable(tls, &digest, reason);
	}
}

static bool prepare_fingerprints(struct tls *tls, struct err *err) {
	const struct tls_spec *spec = tls->spec;
	/* Where the server may show a bare key, only the digest of a key means the same for both. */
	bool keys_only = tls->context->settings->raw_keys == TLS_RAW_KEYS_ALWAYS && tls_has_raw_keys();
	if (spec->n_fingerprints == 0) {
		/* Postfix lets the chain alone decide then, whoever the peer is. */
		return true;
	}
	if (!dane_start(tls, err)) {
		return false;
	}
	(void)SSL_dane_set_flags(tls->ssl, DANE_FLAG_NO_DANE_EE_NAMECHECKS);
	tls->ee_skips_names = true;
	tls->ee_only = true;
	for (size_t i = spec->n_fingerprints; i-- > 0;) {
		add_fingerprint(tls, TLSA_SPKI, spec->fingerprints[i]);
		if (!keys_only) {
			add_fingerprint(tls, TLSA_CERT, spec->fingerprints[i]);
		}
	}
	if (tls->n_active == 0) {
		tls->must_fail = true;
		tls_events_warn(tls, "all fingerprints unusable");
	}
	return true;
}

/* An anchor may be an issuer or the leaf itself; names count in both cases, as in Postfix. */
static void add_anchor(struct tls *tls, uint8_t usage, const struct tls_anchor *anchor) {
	const char *reason = dane_add(tls, usage, anchor->selector, TLSA_FULL, anchor->der);
	if (reason != NULL) {
		const struct tlsa record = {.usage = usage,
			.selector = anchor->selector,
			.matching = TLSA_FULL,
			.data = anchor->der};
		tls_events_unusable(tls, &record, reason);
	}
}

/* The last one first, as Postfix: it shows where they are complained about. */
static void prepare_anchors(struct tls *tls) {
	const struct tls_context *context = tls->context;
	if (context->n_anchors == 0) {
		return;
	}
	for (size_t i = context->n_anchors; i > 0; i--) {
		add_anchor(tls, TLSA_DANE_EE, &context->anchors[i - 1]);
		add_anchor(tls, TLSA_DANE_TA, &context->anchors[i - 1]);
	}
	if (tls->n_active == 0) {
		tls->must_fail = true;
		tls_events_warn(tls, "all trust anchors unusable");
	}
}

static bool add_name(struct tls *tls, X509_VERIFY_PARAM *rules, const char *name) {
	uint8_t address[16];
	size_t len = inet_pton(AF_INET, name, address) == 1    ? 4
				 : inet_pton(AF_INET6, name, address) == 1 ? 16
														   : 0;
	if (len > 0) {
		bool first = tls->address_len == 0;
		if (!first || X509_VERIFY_PARAM_set1_ip(rules, address, len) != 1) {
			return false;
		}
		memcpy(tls->address, address, len);
		tls->address_len = len;
		return true;
	}
	bool added = name[0] != '\0' && X509_VERIFY_PARAM_add1_host(rules, name, 0) == 1;
	tls->n_hosts += added;
	return added;
}

static void prepare_names(struct tls *tls) {
	const struct tls_spec *spec = tls->spec;
	X509_VERIFY_PARAM *rules = SSL_get0_param(tls->ssl);
	X509_VERIFY_PARAM_set_hostflags(rules, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	for (size_t i = 0; i < spec->n_names; i++) {
		if (strcmp(spec->names[i], ".") == 0) {
			tls_events_warn(tls, "ignoring invalid match name: \".\"");
		} else if (add_name(tls, rules, spec->names[i])) {
			tls->wants_names = true;
		} else {
			tls_events_warn(tls, "error loading match name: \"%s\"", spec->names[i]);
		}
	}
	ERR_clear_error();
	if (!tls->wants_names) {
		/* A chain alone proves nothing about who the peer is. */
		tls->must_fail = true;
		tls_events_warn(tls, "could not configure peer name checks");
	}
}

bool tls_verify_prepare_names(struct tls *tls, struct err *err) {
	if (tls->spec->report_as != TLS_LEVEL_VERIFY && tls->spec->report_as != TLS_LEVEL_SECURE) {
		return true;
	}
	/* First, for it drops all names. */
	if (tls->context->n_anchors > 0 && !dane_start(tls, err)) {
		return false;
	}
	prepare_names(tls);
	return true;
}

static bool prepare_match(struct tls *tls, struct err *err) {
	switch (tls->spec->report_as) {
	case TLS_LEVEL_DANE:
	case TLS_LEVEL_DANE_ONLY:
	case TLS_LEVEL_HALF_DANE:
		if (!prepare_dane(tls, err)) {
			return false;
		}
		if (tls->n_active > 0 && !tls->ee_only) {
			prepare_names(tls);
		}
		return true;
	case TLS_LEVEL_FINGERPRINT:
		return prepare_fingerprints(tls, err);
	case TLS_LEVEL_VERIFY:
	case TLS_LEVEL_SECURE:
		prepare_anchors(tls);
		return true;
	case TLS_LEVEL_NONE:
	case TLS_LEVEL_MAY:
	case TLS_LEVEL_ENCRYPT:
		break;
	}
	return true;
}

bool tls_verify_prepare(struct tls *tls, struct err *err) {
	return prepare_match(tls, err) &&
		   (!tls->out_of_memory ||
			   err_set(err, ERR_LOCAL, "the TLS library cannot take what is to be matched"));
}

static void keep_error(struct tls *tls, int code, int depth, const X509 *certificate) {
	if (tls->n_errors == TLS_ERRORS_MAX) {
		return;
	}
	struct tls_verify_error *error = &tls->errors[tls->n_errors++];
	*error = (struct tls_verify_error){
		.code = code, .depth = depth, .words = X509_verify_cert_error_string(code)};
	if (certificate != NULL) {
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
	if (!tls->must_fail) {
		tls_events_depth(tls, tls_raw_key_judged(store) ? -1 : depth, fine, certificate);
	}
	return 1;
}

/* The session remembers the result, and is all there is to judge by once it is resumed. */
static void leave_result(const struct tls *tls, X509_STORE_CTX *store) {
	const struct tls_verify_error *worst = tls_verify_worst(tls);
	X509_STORE_CTX_set_error(store, worst == NULL ? X509_V_OK : worst->code);
}

/* OpenSSL tells only when nothing at all is wrong: set aside what is. */
int tls_verify_matched_usage(const struct tls *tls) {
	long result = SSL_get_verify_result(tls->ssl);
	SSL_set_verify_result(tls->ssl, X509_V_OK);
	uint8_t usage = 0;
	uint8_t selector = 0;
	uint8_t matching = 0;
	const unsigned char *data = NULL;
	size_t len = 0;
	int depth = SSL_get0_dane_authority(tls->ssl, NULL, NULL);
	int found = SSL_get0_dane_tlsa(tls->ssl, &usage, &selector, &matching, &data, &len);
	SSL_set_verify_result(tls->ssl, result);
	return depth < 0 || found < 0 ? -1 : usage;
}

/* Names are lost on the way when copying them fails, and then nothing complains. */
static bool has_names(const struct tls *tls, X509_STORE_CTX *store) {
	X509_VERIFY_PARAM *rules = X509_STORE_CTX_get0_param(store);
	X509 *leaf = X509_STORE_CTX_get0_cert(store);
	return (tls->n_hosts == 0 || X509_VERIFY_PARAM_get0_peername(rules) != NULL) &&
		   (tls->address_len == 0 ||
			   (leaf != NULL && X509_check_ip(leaf, tls->address, tls->address_len, 0) == 1));
}

/* That nothing complained is no proof. */
static bool has_evidence(const struct tls *tls, X509_STORE_CTX *store) {
	int usage = tls->n_active > 0 ? tls_verify_matched_usage(tls) : -1;
	if (tls->n_active > 0 && usage < 0) {
		return false;
	}
	bool names_count = tls->wants_names && !(usage == TLSA_DANE_EE && tls->ee_skips_names);
	return !names_count || has_names(tls, store);
}

/* The library gave up in the middle, of which no callback tells. */
static void keep_failure(struct tls *tls, const X509 *certificate) {
	tls->n_errors = tls->n_errors < TLS_ERRORS_MAX ? tls->n_errors : TLS_ERRORS_MAX - 1;
	keep_error(tls, X509_V_ERR_UNSPECIFIED, 0, certificate);
}

int tls_verify_chain(X509_STORE_CTX *store, void *unused) {
	(void)unused;
	struct tls *tls = tls_of(store);
	if (tls_level_must_match(tls->spec->report_as)) {
		/* As a sender at that level would, although this handshake itself may be laxer. */
		X509_VERIFY_PARAM_set_auth_level(X509_STORE_CTX_get0_param(store), 1);
	}
	X509_STORE_CTX_set_verify_cb(store, on_certificate);
	bool complete = X509_verify_cert(store) > 0;
	if (!complete || (tls->n_errors == 0 && !has_evidence(tls, store))) {
		keep_failure(tls, X509_STORE_CTX_get0_cert(store));
	}
	if (tls->must_fail) {
		keep_failure(tls, NULL);
	}
	leave_result(tls, store);
	const char *name = X509_VERIFY_PARAM_get0_peername(X509_STORE_CTX_get0_param(store));
	tls->peername = arena_copy_span(tls->arena, span_of(name));
	tls->judged = true;
	return 1;
}

bool tls_verify_took_place(const struct tls *tls) {
	bool shown = SSL_get0_peer_certificate(tls->ssl) != NULL || tls_raw_key_of(tls->ssl) != NULL;
	return tls->judged || !shown || SSL_session_reused(tls->ssl) == 1;
}
