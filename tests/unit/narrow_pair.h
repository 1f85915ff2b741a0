/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The library twice in one process: the default context, narrow, and another one, ordinary. What a
 * client makes of the same servers, certificates and files in either is compared word by word.
 * Servers and keys are always of the ordinary one. */
#ifndef TESTS_UNIT_NARROW_PAIR_H
#define TESTS_UNIT_NARROW_PAIR_H

#include <openssl/provider.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "tls/tls_narrow.h"

#define NARROW_KEYS_MAX 32
#define NARROW_WORDS_MAX 4096

struct narrow_key {
	const char *name;
	EVP_PKEY *key;
	X509 *certificate; /* by itself, or by the pair's signer where the key cannot sign */
};

struct narrow_pair {
	OSSL_LIB_CTX *side[2]; /* NULL, which is narrow; the ordinary one */
	const struct tls_narrowing *left_out;
	OSSL_PROVIDER *provider;
	EVP_PKEY *signer;
	struct narrow_key keys[NARROW_KEYS_MAX];
	size_t n_keys;
	unsigned n_cases;
	unsigned n_done; /* handshakes that came to their end */
	unsigned n_different;
	char difference[2 * NARROW_WORDS_MAX + 256]; /* the first */
};

/* Skips the test, and says so, where this build or this version is never narrow: false. */
bool narrow_pair_open(struct narrow_pair *pair, const struct tls_narrowing *left_out);
void narrow_pair_close(struct narrow_pair *pair);

/* Of all types that this library has, or one by name, NULL where it has none: "p256", "rsa2048",
 * "ed448" and so on. */
void narrow_pair_make_keys(struct narrow_pair *pair);
const struct narrow_key *narrow_pair_key(struct narrow_pair *pair, const char *name);
/* A certificate over the key, signed by it with that digest. NULL: that is not possible. */
X509 *narrow_pair_certify(struct narrow_pair *pair, EVP_PKEY *key, const char *digest);

/* Behind what is there. */
void narrow_say(char words[NARROW_WORDS_MAX], const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* One case: the same words from both sides? */
void narrow_pair_compare(
	struct narrow_pair *pair, const char *what, char words[2][NARROW_WORDS_MAX]);

/* What both sides make of one server; NULL and 0: the library's. */
struct narrow_meeting {
	const char *what;
	const struct narrow_key *keys[3]; /* the server's; NULL ends */
	const char *suites;               /* the only ones */
	const char *groups;               /* of both */
	const char *server_groups;        /* the client has its usual ones */
	SSL_CTX *early;                   /* the client's, made before; NULL: a new one */
	int version;
	int tlsa; /* selector * 3 + matching type; -1: PKIX */
};
void narrow_pair_meet(struct narrow_pair *pair, const struct narrow_meeting *meeting);

/* The ClientHello, without what is random. */
struct narrow_offer {
	const char *ciphers, *groups;
	int min, max, level;
};
void narrow_pair_offer(struct narrow_pair *pair, const struct narrow_offer *offer);

/* A ClientHello of a session of this SSL_CTX, in hex digits. */
void narrow_hello(SSL_CTX *library, char words[NARROW_WORDS_MAX]);

/* What is made of a certificate: its key, its signature, how both are printed, what is wrong. */
void narrow_pair_read(struct narrow_pair *pair, const char *what, struct span der);

/* The library's queue, emptied into words. */
void narrow_errors(char words[NARROW_WORDS_MAX]);

#endif
