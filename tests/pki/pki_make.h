/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_PKI_PKI_MAKE_H
#define TESTS_PKI_PKI_MAKE_H
/* One specification read, one key made, one certificate signed. */
#include "../fake/pool.h"
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <stdint.h>

struct pki_spec {
	const char *name;
	const char *key;    /* p256, p384, ed25519, rsaBITS, or @NAME for the key of another */
	const char *issuer; /* a name or "self" */
	const char *chain;  /* names with commas, or "none" */
	const char *san;    /* names with commas, or "none" */
	const char *cn;     /* '_' stands for a blank */
	const char *sig;
	const char *eku;
	const char *permit; /* name constraint, or NULL */
	int64_t from;       /* seconds from now */
	int64_t to;
	bool ca;
	long names; /* instead of san, 0 */
	long excluded;
};

bool pki_spec_parse(struct pki_spec *spec, struct pool *pool, const char *text, const char **why);
/* NULL when the kind is unknown. */
EVP_PKEY *pki_make_key(const char *kind);
/* "ec/CURVE", "explicit/CURVE", "dearBITS/EXPONENTBITS" (pki.h). */
EVP_PKEY *pki_dear_key(const char *kind);
/* So many DNS names, or excluded subtrees that hold none of them. */
bool pki_dear_names(X509 *cert, long n);
bool pki_dear_constraints(X509 *cert, long n);
/* The one RSA key of 2048 bits. */
EVP_PKEY *pki_rsa_key(void);
/* An issuer certificate of NULL means self-signed. The caller frees it. */
X509 *pki_make_cert(const struct pki_spec *spec, EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key);

#endif
