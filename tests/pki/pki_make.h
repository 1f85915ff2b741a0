/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_PKI_PKI_MAKE_H
#define TESTS_PKI_PKI_MAKE_H
/* One specification read, one key made, one certificate signed. */
#include "../fake/pool.h"
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <stdint.h>

enum { PKI_EXT_MAX = 16 };

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
	const char *signer; /* whose key signs in place of the issuer's, or NULL */
	const char *spki;   /* hex digits in place of the public key, or NULL */
	long serial;        /* octets, 0: eight */
	long junk;          /* so many extensions that nobody knows */
	const char *ext[PKI_EXT_MAX];
	size_t n_ext;
};

bool pki_spec_parse(struct pki_spec *spec, struct pool *pool, const char *text, const char **why);
/* NULL when the kind is unknown. */
EVP_PKEY *pki_make_key(const char *kind);
/* "ec/CURVE", "explicit/CURVE", "dearBITS/EXPONENTBITS" (pki.h). */
EVP_PKEY *pki_dear_key(const char *kind);
/* So many DNS names, or excluded subtrees that hold none of them. */
bool pki_dear_names(X509 *cert, long n);
bool pki_dear_constraints(X509 *cert, long n);
/* "x25519" and others that no mail server has; NULL when it is none of them. */
EVP_PKEY *pki_odd_key(const char *kind);
/* A word of a specification that only odd certificates have; false: another one. */
bool pki_odd_word(struct pki_spec *spec, const char *word);
/* What such words ask for, behind all else that is in the certificate. */
bool pki_odd_fill(X509 *cert, const struct pki_spec *spec, X509 *issuer);
/* "md5", "pss" and others; "broken" changes an octet of the signature. */
bool pki_odd_sign(X509 *cert, EVP_PKEY *key, const char *how);
/* Text in which %n is the end of a line, %s a blank and %0 a NUL; how long it is. */
size_t pki_odd_text(char *out, size_t room, const char *text);
/* The one RSA key of 2048 bits. */
EVP_PKEY *pki_rsa_key(void);
/* An issuer certificate of NULL means self-signed. The caller frees it. */
X509 *pki_make_cert(const struct pki_spec *spec, EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key);

#endif
