/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What it would take to verify a chain. The library does it in one piece, which no deadline can
 * interrupt: every name is held against every constraint above it, every signature is computed. */
#include <openssl/x509v3.h>
#include <string.h>

#include "tls/tls_internal.h"

/* By its octets: to decode names costs more than there is to save for nearly all. */
static size_t octets_of_constraints(const X509 *certificate) {
	int at = X509_get_ext_by_NID(certificate, NID_name_constraints, -1);
	X509_EXTENSION *extension = at < 0 ? NULL : X509_get_ext(certificate, at);
	const ASN1_OCTET_STRING *data = extension == NULL ? NULL : X509_EXTENSION_get_data(extension);
	return data == NULL ? 0 : (size_t)ASN1_STRING_length(data);
}

static size_t octets_of(const X509 *certificate) {
	int octets = i2d_X509(certificate, NULL);
	return octets > 0 ? (size_t)octets : 0;
}

/* One millisecond is what all others take at most. */
static bool is_dear(const X509 *certificate) {
	const EVP_PKEY *key = X509_get0_pubkey(certificate);
	int bits = key == NULL ? 0 : EVP_PKEY_get_bits(key);
	char curve[32] = "";
	if (bits <= 256 || key == NULL) {
		return false;
	}
	if (EVP_PKEY_is_a(key, "RSA") || EVP_PKEY_is_a(key, "RSA-PSS")) {
		return bits > 8192;
	}
	if (EVP_PKEY_is_a(key, "DSA")) {
		return bits > 4096;
	}
	if (!EVP_PKEY_is_a(key, "EC")) {
		return false;
	}
	(void)EVP_PKEY_get_group_name(key, curve, sizeof curve, NULL);
	return strcmp(curve, "secp384r1") != 0 && strcmp(curve, "secp521r1") != 0;
}

const char *tls_effort_problem(const STACK_OF(X509) * chain) {
	size_t constraints = 0;
	size_t all = 0;
	unsigned dear = 0;
	for (int i = 0; i < sk_X509_num(chain); i++) {
		constraints += octets_of_constraints(sk_X509_value(chain, i));
		dear += i > 0 && is_dear(sk_X509_value(chain, i)) ? 1 : 0;
	}
	if (dear > TLS_DEAR_KEYS_MAX) {
		return "too many issuers with keys that take too long to compute with";
	}
	for (int i = 0; constraints > 0 && i < sk_X509_num(chain); i++) {
		all += octets_of(sk_X509_value(chain, i));
	}
	return constraints * all > TLS_CONSTRAINTS_MAX
			   ? "too many names under too many name constraints"
			   : NULL;
}
