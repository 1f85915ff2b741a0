/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys that nobody has but to make others compute. */
#include "pki_make.h"

#include "../fake/words.h"
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/param_build.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

enum { PRIME_BITS = 256, FACTORS = 90 };

/* The first odd primes. */
struct factors {
	unsigned prime[FACTORS];
	size_t n;
	BIGNUM *all; /* the product of 2 and all of them */
};

static bool list_factors(struct factors *factors) {
	factors->n = 0;
	factors->all = BN_new();
	bool ok = factors->all != NULL && BN_set_word(factors->all, 2) == 1;
	for (unsigned candidate = 3; ok && factors->n < FACTORS; candidate += 2) {
		bool prime = true;
		for (size_t i = 0; i < factors->n && prime; i++) {
			prime = candidate % factors->prime[i] != 0;
		}
		if (prime) {
			factors->prime[factors->n++] = candidate;
			ok = BN_mul_word(factors->all, candidate) == 1;
		}
	}
	return ok;
}

/* One more than a divisor of the product. */
static bool find_prime(
	const struct factors *factors, BIGNUM *prime, unsigned *state, BN_CTX *work) {
	for (;;) {
		if (BN_set_word(prime, 2) != 1) {
			return false;
		}
		while (BN_num_bits(prime) < PRIME_BITS) {
			*state = *state * 1103515245U + 12345U;
			unsigned factor = factors->prime[(*state >> 16) % factors->n];
			if (BN_mod_word(prime, factor) != 0 && BN_mul_word(prime, factor) != 1) {
				return false;
			}
		}
		int is_prime = BN_add_word(prime, 1) == 1 ? BN_check_prime(prime, work, NULL) : -1;
		if (is_prime != 0) {
			return is_prime == 1;
		}
	}
}

/* A modulus of many small primes is made at once, and the private exponent is short: only whoever
 * verifies has to compute. */
static bool find_modulus(const struct factors *factors, int bits, BIGNUM *modulus, BN_CTX *work) {
	BIGNUM *prime = BN_new();
	BIGNUM *rest = BN_new();
	unsigned state = 1;
	bool ok = prime != NULL && rest != NULL && BN_set_word(modulus, 1) == 1;
	while (ok && BN_num_bits(modulus) <= bits - PRIME_BITS) {
		ok = find_prime(factors, prime, &state, work) && BN_mod(rest, modulus, prime, work) == 1;
		ok = ok && (BN_is_zero(rest) || BN_mul(modulus, modulus, prime, work) == 1);
	}
	BN_free(prime);
	BN_free(rest);
	return ok;
}

static EVP_PKEY *assemble(const BIGNUM *n, const BIGNUM *e, const BIGNUM *d) {
	OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
	OSSL_PARAM *params = NULL;
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	EVP_PKEY *key = NULL;
	if (builder != NULL && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
		OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e) == 1 &&
		OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_D, d) == 1) {
		params = OSSL_PARAM_BLD_to_param(builder);
	}
	if (params == NULL || context == NULL || EVP_PKEY_fromdata_init(context) != 1 ||
		EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, params) != 1) {
		key = NULL;
	}
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(builder);
	EVP_PKEY_CTX_free(context);
	return key;
}

static EVP_PKEY *make_rsa(int bits, int exponent_bits) {
	struct factors factors;
	BN_CTX *work = BN_CTX_new();
	BIGNUM *n = BN_new();
	BIGNUM *e = BN_new();
	BIGNUM *d = BN_new();
	EVP_PKEY *key = NULL;
	if (list_factors(&factors) && work != NULL && n != NULL && e != NULL && d != NULL &&
		find_modulus(&factors, bits, n, work) &&
		BN_generate_prime_ex(e, exponent_bits, 0, NULL, NULL, NULL) == 1 &&
		BN_mod_inverse(d, e, factors.all, work) != NULL) {
		key = assemble(n, e, d);
	}
	BN_free(factors.all);
	BN_free(n);
	BN_free(e);
	BN_free(d);
	BN_CTX_free(work);
	return key;
}

static EVP_PKEY *make_on_curve(const char *name, const char *encoding) {
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	EVP_PKEY *key = NULL;
	char how[16];
	snprintf(how, sizeof how, "%s", encoding);
	OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_EC_ENCODING, how, 0),
		OSSL_PARAM_construct_end()};
	if (context == NULL || EVP_PKEY_keygen_init(context) != 1 ||
		EVP_PKEY_CTX_set_group_name(context, name) != 1 ||
		EVP_PKEY_CTX_set_params(context, params) != 1 || EVP_PKEY_generate(context, &key) != 1) {
		key = NULL;
	}
	EVP_PKEY_CTX_free(context);
	return key;
}

EVP_PKEY *pki_dear_key(const char *kind) {
	int bits = 0;
	int exponent_bits = 0;
	if (strncmp(kind, "ec/", 3) == 0) {
		return make_on_curve(kind + 3, OSSL_PKEY_EC_ENCODING_GROUP);
	}
	if (strncmp(kind, "explicit/", 9) == 0) {
		return make_on_curve(kind + 9, OSSL_PKEY_EC_ENCODING_EXPLICIT);
	}
	bool known = sscanf(kind, "dear%d/%d", &bits, &exponent_bits) == 2 && bits <= 16384 &&
				 exponent_bits >= 17 && exponent_bits <= bits;
	return known ? make_rsa(bits, exponent_bits) : NULL;
}

/* Of one octet: names are a to m, what constraints exclude is n to z. */
static GENERAL_NAME *short_name(char first, long i) {
	const char text[2] = {(char)(first + i % 13), '\0'};
	GENERAL_NAME *name = GENERAL_NAME_new();
	ASN1_IA5STRING *ia5 = ASN1_IA5STRING_new();
	if (name == NULL || ia5 == NULL || ASN1_STRING_set(ia5, text, -1) != 1) {
		GENERAL_NAME_free(name);
		ASN1_IA5STRING_free(ia5);
		return NULL;
	}
	GENERAL_NAME_set0_value(name, GEN_DNS, ia5);
	return name;
}

bool pki_dear_names(X509 *cert, long n) {
	GENERAL_NAMES *names = GENERAL_NAMES_new();
	bool ok = names != NULL;
	for (long i = 0; ok && i < n; i++) {
		ok = sk_GENERAL_NAME_push(names, short_name('a', i)) > 0;
	}
	ok = ok && X509_add1_ext_i2d(cert, NID_subject_alt_name, names, 0, X509V3_ADD_REPLACE) == 1;
	GENERAL_NAMES_free(names);
	return ok;
}

bool pki_dear_constraints(X509 *cert, long n) {
	NAME_CONSTRAINTS *constraints = NAME_CONSTRAINTS_new();
	bool ok = constraints != NULL &&
			  (constraints->excludedSubtrees = sk_GENERAL_SUBTREE_new_null()) != NULL;
	for (long i = 0; ok && i < n; i++) {
		GENERAL_SUBTREE *subtree = GENERAL_SUBTREE_new();
		ok = subtree != NULL && sk_GENERAL_SUBTREE_push(constraints->excludedSubtrees, subtree) > 0;
		if (ok) {
			GENERAL_NAME_free(subtree->base);
			subtree->base = short_name('n', i);
			ok = subtree->base != NULL;
		}
	}
	ok = ok &&
		 X509_add1_ext_i2d(cert, NID_name_constraints, constraints, 1, X509V3_ADD_DEFAULT) == 1;
	NAME_CONSTRAINTS_free(constraints);
	return ok;
}
