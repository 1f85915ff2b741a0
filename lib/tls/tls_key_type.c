/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A handshake for one type of certificate: the server chooses by the signatures we can check. */
#include <openssl/err.h>
#include <string.h>

#include "tls/tls_internal.h"

/* Below TLS 1.3 the suite names the certificate as well. A suite of RSA key exchange needs no
 * signature and would slip through, an anonymous one needs no certificate. */
static const struct restriction {
	const char *signatures;
	const char
		*newest; /* the same with those that only newer libraries know; NULL: there are none */
	const char *suites;
} restrictions[TLS_KEY_TYPES] = {
	[TLS_KEY_RSA] = {"rsa_pss_rsae_sha256:rsa_pss_rsae_sha384:rsa_pss_rsae_sha512:"
					 "rsa_pss_pss_sha256:rsa_pss_pss_sha384:rsa_pss_pss_sha512:"
					 "rsa_pkcs1_sha256:rsa_pkcs1_sha384:rsa_pkcs1_sha512:rsa_pkcs1_sha1",
		NULL, ":!aECDSA:!kRSA:!aNULL"},
	[TLS_KEY_ECDSA] = {"ecdsa_secp256r1_sha256:ecdsa_secp384r1_sha384:ecdsa_secp521r1_sha512:"
					   "ECDSA+SHA1",
		NULL, ":!aRSA:!aNULL"},
	[TLS_KEY_EDDSA] = {"ed25519:ed448", "ed25519:ed448:mldsa44:mldsa65:mldsa87", ":!aRSA:!aNULL"},
};

const char *tls_key_type_suites(enum tls_key_type type) {
	const char *suites = restrictions[type].suites;
	return suites != NULL ? suites : "";
}

bool tls_key_type_limit(struct tls *tls, struct err *err) {
	const struct restriction *restriction = &restrictions[tls->spec->key_type];
	const char *signatures = restriction->signatures;
	if (restriction->newest != NULL && SSL_set1_sigalgs_list(tls->ssl, restriction->newest) == 1) {
		return true;
	}
	ERR_clear_error();
	return signatures == NULL || SSL_set1_sigalgs_list(tls->ssl, signatures) == 1 ||
		   err_set(err, ERR_LOCAL, "the TLS library does not know the signatures %s", signatures);
}
