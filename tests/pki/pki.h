/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_PKI_PKI_H
#define TESTS_PKI_PKI_H
/* Certificates made when a test asks for them, by name. Nothing is kept between two runs of a test.
 *
 * A name is one of the table in pki_table.c or of a "cert" line, alone ("good": the chain its
 * specification presents) or with the chain spelled out: "good+inter+root", "good+none". */
#include "../fake/pool.h"
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pki;

struct pki_chain {
	X509 *leaf;
	EVP_PKEY *key;
	STACK_OF(X509) * rest; /* what is presented behind the leaf */
};

/* The pool outlives the pki. */
struct pki *pki_new(struct pool *pool);
void pki_free(struct pki *pki);

/* "NAME
 * key=p256|p384|ed25519|ed448|mldsa44|mldsa65|mldsa87|rsaBITS|ec/CURVE|explicit/CURVE|dearBITS/EXPONENTBITS|@NAME
 * issuer=NAME|self
 * chain=a,b|none from=-30d to=+365d san=a,b|none cn=NAME sig=sha256|sha1 ca=yes eku=server|client
 * permit=DOMAIN excluded=N names=N", and what odd certificates have (pki_odd.c). dear: an RSA key
 * made quickly, for others to compute with. explicit: all parameters of the curve in place of its
 * name. excluded, names: so many DNS names, as short as they may be. A later definition of a name
 * hides the earlier one. A name in san with %n, %s or %0 in it has a line end, a blank or a NUL,
 * and is the only one. rsa2048 is the same key everywhere, others are made anew. False, and why,
 * when it cannot be understood. */
bool pki_define(struct pki *pki, const char *spec, const char **why);

/* NULL when there is no such name. Owned by the pki. */
const struct pki_chain *pki_find(struct pki *pki, const char *name);

/* Makes this one of the table with its issuers, once, for all that ask for it in this process and
 * in its children: each would spend several milliseconds on it. Before there are threads. */
bool pki_share(const char *name);

enum pki_part { PKI_CERT, PKI_SPKI };
enum { PKI_DATA_MAX = 65536 };
/* TLSA data of the leaf: matching 0 the whole part, 1 SHA-256, 2 SHA-512; or what no matching type
 * stands for: SHA-1, and SHA-256 of the PEM file. */
enum { PKI_SHA1 = 3, PKI_PEM_SHA256 = 4 };
bool pki_data(struct pki *pki, const char *name, enum pki_part part, int matching,
	uint8_t data[PKI_DATA_MAX], size_t *len);

enum pki_file {
	PKI_FILE_CHAIN,
	PKI_FILE_PUBLIC,
	PKI_FILE_PRIVATE,
	PKI_FILE_ENCRYPTED, /* the private key, with the password "secret" */
	PKI_FILE_REQUEST,
	PKI_FILE_EMPTY
};
/* Writes PEM to a file; false when the name or the file is impossible. */
bool pki_write(struct pki *pki, const char *name, enum pki_file file, const char *path);

/* The table of names every scenario may use. */
const char *const *pki_table(size_t *n);

#endif
