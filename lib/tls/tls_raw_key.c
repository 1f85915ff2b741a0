/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Raw public keys in place of certificates (RFC 7250): OpenSSL 3.2 and later. All that needs the
 * newer library is at the top of this file. */
#include <openssl/err.h>
#include <openssl/x509.h>

#include "tls/tls_internal.h"

#if OPENSSL_VERSION_NUMBER >= 0x30200000L
bool tls_has_raw_keys(void) {
	return true;
}

EVP_PKEY *tls_raw_key_of(const SSL *ssl) {
	return SSL_get0_peer_rpk(ssl);
}

bool tls_raw_key_judged(X509_STORE_CTX *store) {
	return X509_STORE_CTX_get0_rpk(store) != NULL;
}

bool tls_raw_key_is_ours(const SSL *ssl) {
	return SSL_get_negotiated_client_cert_type(ssl) == TLSEXT_cert_type_rpk;
}

static bool offer(struct tls *tls) {
	/* A certificate will do as well. */
	static const unsigned char types[] = {TLSEXT_cert_type_rpk, TLSEXT_cert_type_x509};
	bool has_own_key = SSL_CTX_get0_privatekey(tls->context->library) != NULL;
	return (!tls->offers_raw_keys ||
			   SSL_set1_server_cert_type(tls->ssl, types, sizeof types) == 1) &&
		   (!has_own_key || SSL_set1_client_cert_type(tls->ssl, types, sizeof types) == 1);
}
#else
bool tls_has_raw_keys(void) {
	return false;
}

EVP_PKEY *tls_raw_key_of(const SSL *ssl) {
	(void)ssl;
	return NULL;
}

bool tls_raw_key_judged(X509_STORE_CTX *store) {
	(void)store;
	return false;
}

bool tls_raw_key_is_ours(const SSL *ssl) {
	(void)ssl;
	return false;
}

static bool offer(struct tls *tls) {
	(void)tls;
	return true;
}
#endif

/* A raw key has nothing but itself that could match: every usable record must be about the key of
 * the server itself. */
static bool all_match_keys(const struct tls *tls) {
	const struct tls_spec *spec = tls->spec;
	return tls->demand.n_active > 0 && tls->demand.ee_only && tls->demand.keys_only &&
		   tls_level_is_dane(spec->level);
}

static bool wants_raw_keys(const struct tls *tls) {
	bool always = tls->context->settings->raw_keys == TLS_RAW_KEYS_ALWAYS;
	switch (tls->spec->level) {
	case TLS_LEVEL_MAY:
	case TLS_LEVEL_ENCRYPT:
	case TLS_LEVEL_FINGERPRINT:
		return always;
	case TLS_LEVEL_DANE:
	case TLS_LEVEL_DANE_ONLY:
	case TLS_LEVEL_HALF_DANE:
		return all_match_keys(tls);
	case TLS_LEVEL_NONE:
	case TLS_LEVEL_VERIFY:
	case TLS_LEVEL_SECURE:
		break;
	}
	return false;
}

bool tls_raw_key_prepare(struct tls *tls, struct err *err) {
	if (tls->context->settings->raw_keys == TLS_RAW_KEYS_NEVER || !tls_has_raw_keys()) {
		return true;
	}
	tls->offers_raw_keys = wants_raw_keys(tls);
	return offer(tls) || err_set(err, ERR_LOCAL, "the TLS library cannot ask for raw public keys");
}

void tls_raw_key_read(struct tls *tls) {
	struct tls_facts *facts = &tls->facts;
	const EVP_PKEY *key = tls_raw_key_of(tls->ssl);
	int len = key == NULL ? 0 : i2d_PUBKEY(key, NULL);
	if (len <= 0) {
		return;
	}
	unsigned char *at = arena_alloc(tls->arena, (size_t)len);
	facts->raw_public_key = true;
	facts->raw_key = (struct span){at, (size_t)len};
	(void)i2d_PUBKEY(key, &at);
	const struct tls_context *context = tls->context;
	facts->raw_key_digest = tls_digest_of(
		tls->arena, context->digest != NULL ? context->digest : context->sha256, facts->raw_key);
}
