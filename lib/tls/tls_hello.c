/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A ClientHello of a size that is asked for: OpenSSL 3.5 and later. */
#include <openssl/err.h>

#include "tls/tls_internal.h"

/* A list of groups as OpenSSL 3.5 reads it: "*" sends a key share, "?" is for groups that a library
 * may lack. Without the first group a large hello would not be large. */
#define CLASSICAL_GROUPS "?X448:?secp384r1:?secp521r1/?ffdhe2048:?ffdhe3072"
static const char *const lists[] = {
	[TLS_HELLO_SMALL] = "?*X25519:?secp256r1/" CLASSICAL_GROUPS,
	[TLS_HELLO_LARGE] = "*" TLS_POST_QUANTUM_GROUP "/?*X25519:?secp256r1/" CLASSICAL_GROUPS,
};

bool tls_has_large_hello(void) {
#if OPENSSL_VERSION_NUMBER >= 0x30500000L
	return true;
#else
	return false;
#endif
}

bool tls_hello_limit(struct tls *tls, struct err *err) {
	enum tls_hello hello = tls->spec->hello;
	if (hello == TLS_HELLO_AS_SET || SSL_set1_groups_list(tls->ssl, lists[hello]) == 1) {
		return true;
	}
	ERR_clear_error();
	return err_set(err, ERR_LOCAL, "the TLS library does not know the groups \"%s\"", lists[hello]);
}
