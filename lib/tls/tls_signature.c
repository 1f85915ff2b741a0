/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Who proved in this handshake to have which key, in posttls-finger's words. */
#include <openssl/objects.h>

#include "tls/tls_internal.h"

enum shown { SHOWN_CERTIFICATE, SHOWN_RAW_KEY };

/* "ECDSA (prime256v1)", "RSA-PSS (2048 bits)", "ED25519"; of raw keys it is said that they are. */
static const char *signature_words(
	struct tls *tls, const EVP_PKEY *key, int type, enum shown shown) {
	char curve[64] = "";
	bool is_raw = shown == SHOWN_RAW_KEY;
	if (EVP_PKEY_is_a(key, "RSA") || EVP_PKEY_is_a(key, "RSA-PSS")) {
		return arena_printf(tls->arena, "%s (%d %s)", type == EVP_PKEY_RSA ? "RSA" : "RSA-PSS",
			EVP_PKEY_get_bits(key), is_raw ? "bit raw public key" : "bits");
	}
	if (EVP_PKEY_is_a(key, "EC")) {
		(void)EVP_PKEY_get_group_name(key, curve, sizeof curve, NULL);
		return arena_printf(tls->arena, "ECDSA (%s%s)", curve, is_raw ? " raw public key" : "");
	}
	const char *name = EVP_PKEY_get0_type_name(key);
	return name == NULL ? NULL
						: arena_printf(tls->arena, "%s%s", name, is_raw ? " (raw public key)" : "");
}

static const char *digest_words(int digest) {
	return digest == NID_undef ? NULL : OBJ_nid2sn(digest);
}

static void read_servers(struct tls *tls) {
	struct tls_facts *facts = &tls->facts;
	const X509 *leaf = SSL_get0_peer_certificate(tls->ssl);
	const EVP_PKEY *raw = tls_raw_key_of(tls->ssl);
	const EVP_PKEY *key = leaf == NULL ? raw : X509_get0_pubkey(leaf);
	int type = NID_undef;
	int digest = NID_undef;
	/* RSA key exchange has no signature. */
	if (key != NULL && SSL_get_peer_signature_type_nid(tls->ssl, &type) == 1) {
		(void)SSL_get_peer_signature_nid(tls->ssl, &digest);
		facts->server_signature =
			signature_words(tls, key, type, leaf == NULL ? SHOWN_RAW_KEY : SHOWN_CERTIFICATE);
		facts->server_digest = digest_words(digest);
	}
}

static void read_ours(struct tls *tls) {
	struct tls_facts *facts = &tls->facts;
	const EVP_PKEY *key = SSL_get_privatekey(tls->ssl);
	int type = NID_undef;
	int digest = NID_undef;
	if (key != NULL && SSL_get_signature_type_nid(tls->ssl, &type) == 1) {
		(void)SSL_get_signature_nid(tls->ssl, &digest);
		facts->client_signature = signature_words(
			tls, key, type, tls_raw_key_is_ours(tls->ssl) ? SHOWN_RAW_KEY : SHOWN_CERTIFICATE);
		facts->client_digest = digest_words(digest);
	}
}

void tls_signature_read(struct tls *tls) {
	/* A resumed session has the certificates of the first one, and nobody signed. */
	if (!tls->facts.resumed) {
		read_servers(tls);
		read_ours(tls);
	}
}
