/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A handshake for one type of certificate: the server chooses by the signatures we can check. */
#include <openssl/err.h>
#include <string.h>

#include "tls/tls_internal.h"

/* Below TLS 1.3 the suite names the certificate as well. A suite of RSA key exchange needs no
 * signature and would slip through, an anonymous one needs no certificate. */
static const struct restriction {
	const char *signatures;
	const char *suites;
} restrictions[TLS_KEY_TYPES] = {
	[TLS_KEY_RSA] = {"rsa_pss_rsae_sha256:rsa_pss_rsae_sha384:rsa_pss_rsae_sha512:"
					 "rsa_pss_pss_sha256:rsa_pss_pss_sha384:rsa_pss_pss_sha512:"
					 "rsa_pkcs1_sha256:rsa_pkcs1_sha384:rsa_pkcs1_sha512:rsa_pkcs1_sha1",
		":!aECDSA:!kRSA:!aNULL"},
	[TLS_KEY_ECDSA] = {"ecdsa_secp256r1_sha256:ecdsa_secp384r1_sha384:ecdsa_secp521r1_sha512:"
					   "ECDSA+SHA1",
		":!aRSA:!aNULL"},
	[TLS_KEY_ED25519] = {"ed25519", ":!aRSA:!aNULL"},
};

const char *tls_key_type_suites(enum tls_key_type type) {
	const char *suites = restrictions[type].suites;
	return suites != NULL ? suites : "";
}

bool tls_key_type_limit(struct tls *tls, struct err *err) {
	const char *signatures = restrictions[tls->spec->key_type].signatures;
	return signatures == NULL || SSL_set1_sigalgs_list(tls->ssl, signatures) == 1 ||
		   err_set(err, ERR_LOCAL, "the TLS library does not know the signatures %s", signatures);
}
