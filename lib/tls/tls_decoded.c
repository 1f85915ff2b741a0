/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Chains as the library has them: decoding is three quarters of the price of a proof, and a server
 * that many domains share is proved for each of them, by several demands. */
#include <string.h>

#include "tls/tls_internal.h"

/* Servers whose chains are kept; a chain takes about 25 KiB, and what it proves a quarter of it. */
#define KEPT_MAX 64U

struct tls_decoded {
	struct tls_known kept[KEPT_MAX];
	size_t next; /* which one is given up next */
};

/* As sent, leaf first. NULL when one cannot be decoded. */
static STACK_OF(X509) * decode(const struct tls_facts *shown) {
	STACK_OF(X509) *chain = sk_X509_new_null();
	for (size_t i = 0; chain != NULL && i < shown->n_chain; i++) {
		const unsigned char *at = shown->chain[i].der.at;
		X509 *certificate = d2i_X509(NULL, &at, (long)shown->chain[i].der.len);
		if (certificate == NULL || sk_X509_push(chain, certificate) <= 0) {
			X509_free(certificate);
			sk_X509_pop_free(chain, X509_free);
			return NULL;
		}
	}
	return chain;
}

static size_t length_of(const struct tls_facts *shown) {
	size_t len = 0;
	for (size_t i = 0; i < shown->n_chain; i++) {
		len += shown->chain[i].der.len;
	}
	return len;
}

/* Each DER says itself how long it is. */
static bool is_same(const uint8_t *der, const struct tls_facts *shown) {
	for (size_t i = 0; i < shown->n_chain; i++) {
		struct span own = shown->chain[i].der;
		if (memcmp(der, own.at, own.len) != 0) {
			return false;
		}
		der += own.len;
	}
	return true;
}

static void clear(struct tls_known *known) {
	sk_X509_pop_free(known->chain, X509_free);
	OPENSSL_free((void *)known->der.at);
	tls_proved_free(known->proved);
	*known = (struct tls_known){.chain = NULL};
}

static struct tls_known *keep(struct tls_decoded *decoded, STACK_OF(X509) * chain,
	const struct tls_facts *shown, size_t len) {
	struct tls_known *known = &decoded->kept[decoded->next++ % KEPT_MAX];
	uint8_t *der = OPENSSL_malloc(len);
	uint8_t *at = der;
	clear(known);
	for (size_t i = 0; der != NULL && i < shown->n_chain; i++) {
		memcpy(at, shown->chain[i].der.at, shown->chain[i].der.len);
		at += shown->chain[i].der.len;
	}
	known->chain = chain;
	known->der = (struct span){der, der == NULL ? 0 : len};
	return known;
}

struct tls_known *tls_decoded(struct tls_context *context, const struct tls_facts *shown) {
	size_t len = length_of(shown);
	if (len == 0) {
		return NULL;
	}
	if (context->decoded == NULL) {
		context->decoded = arena_alloc(context->arena, sizeof *context->decoded);
	}
	struct tls_decoded *decoded = context->decoded;
	for (size_t i = 0; i < KEPT_MAX; i++) {
		if (decoded->kept[i].der.len == len && is_same(decoded->kept[i].der.at, shown)) {
			return &decoded->kept[i];
		}
	}
	STACK_OF(X509) *chain = decode(shown);
	return chain == NULL ? NULL : keep(decoded, chain, shown, len);
}

void tls_decoded_free(struct tls_decoded *decoded) {
	for (size_t i = 0; decoded != NULL && i < KEPT_MAX; i++) {
		clear(&decoded->kept[i]);
	}
}
