/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The library twice in one process, and what it says in either. */
#include "narrow_pair.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <stdarg.h>

#include "unit.h"

#define NAME "mx.example"

/* --- words --- */

void narrow_say(char words[NARROW_WORDS_MAX], const char *fmt, ...) {
	size_t len = strlen(words);
	va_list args;
	va_start(args, fmt);
	(void)vsnprintf(words + len, NARROW_WORDS_MAX - len, fmt, args);
	va_end(args);
}

void narrow_errors(char words[NARROW_WORDS_MAX]) {
	const char *data = NULL;
	int flags = 0;
	unsigned long code = 0;
	while ((code = ERR_get_error_all(NULL, NULL, NULL, &data, &flags)) != 0) {
		narrow_say(words, " [%lx %s]", code, (flags & ERR_TXT_STRING) != 0 ? data : "");
	}
}

void narrow_pair_compare(
	struct narrow_pair *pair, const char *what, char words[2][NARROW_WORDS_MAX]) {
	pair->n_cases++;
	if (strcmp(words[0], words[1]) == 0) {
		return;
	}
	if (pair->n_different++ == 0) {
		(void)snprintf(pair->difference, sizeof pair->difference, "%s: narrow: %s: ordinary: %s",
			what, words[0], words[1]);
	}
}

/* --- open and close --- */

bool narrow_pair_open(struct narrow_pair *pair, const struct tls_narrowing *left_out) {
	*pair = (struct narrow_pair){0};
	(void)OPENSSL_init_crypto(
		OPENSSL_INIT_NO_ATEXIT | OPENSSL_INIT_NO_ADD_ALL_CIPHERS | OPENSSL_INIT_NO_LOAD_CONFIG,
		NULL);
	pair->left_out = left_out;
	if (!tls_narrow_begin(left_out)) {
		ck_assert_msg(!tls_narrow_is_shown(OPENSSL_version_major(), OPENSSL_version_minor()),
			"not narrow on a version where it was shown");
		return false;
	}
	pair->side[1] = OSSL_LIB_CTX_new();
	pair->provider = OSSL_PROVIDER_load(pair->side[1], "default");
	ck_assert_ptr_nonnull(pair->provider);
	pair->signer = EVP_PKEY_Q_keygen(pair->side[1], NULL, "EC", "P-256");
	ck_assert_ptr_nonnull(pair->signer);
	return true;
}

void narrow_pair_close(struct narrow_pair *pair) {
	for (size_t i = 0; i < pair->n_keys; i++) {
		EVP_PKEY_free(pair->keys[i].key);
		X509_free(pair->keys[i].certificate);
	}
	EVP_PKEY_free(pair->signer);
	(void)OSSL_PROVIDER_unload(pair->provider);
	OSSL_LIB_CTX_free(pair->side[1]);
}

/* --- keys --- */

static X509 *certify(
	struct narrow_pair *pair, EVP_PKEY *key, EVP_PKEY *signer, const char *digest) {
	X509 *x = X509_new_ex(pair->side[1], NULL);
	X509_NAME *name = X509_NAME_new();
	EVP_MD_CTX *hash = EVP_MD_CTX_new();
	X509V3_CTX v3;
	X509V3_set_ctx(&v3, x, x, NULL, NULL, 0);
	X509_EXTENSION *san = X509V3_EXT_conf_nid(NULL, &v3, NID_subject_alt_name, "DNS:" NAME);
	bool good = X509_set_version(x, 2) == 1 && X509_set_pubkey(x, key) == 1 &&
				ASN1_INTEGER_set(X509_get_serialNumber(x), 1) == 1 &&
				X509_gmtime_adj(X509_getm_notBefore(x), -1000) != NULL &&
				X509_gmtime_adj(X509_getm_notAfter(x), 1000000) != NULL &&
				X509_NAME_add_entry_by_txt(
					name, "CN", MBSTRING_ASC, (const unsigned char *)NAME, -1, -1, 0) == 1 &&
				X509_set_subject_name(x, name) == 1 && X509_set_issuer_name(x, name) == 1 &&
				X509_add_ext(x, san, -1) == 1 &&
				EVP_DigestSignInit_ex(hash, NULL, digest, pair->side[1], NULL, signer, NULL) == 1 &&
				X509_sign_ctx(x, hash) > 0;
	X509_EXTENSION_free(san);
	EVP_MD_CTX_free(hash);
	X509_NAME_free(name);
	ERR_clear_error();
	if (!good) {
		X509_free(x);
		return NULL;
	}
	return x;
}

X509 *narrow_pair_certify(struct narrow_pair *pair, EVP_PKEY *key, const char *digest) {
	return certify(pair, key, key, digest);
}

static const struct key_type {
	const char *name, *type, *group;
	size_t bits;
	const char *digest;
} key_types[] = {{"rsa1024", "RSA", NULL, 1024, "SHA256"}, {"rsa2048", "RSA", NULL, 2048, "SHA256"},
	{"rsapss", "RSA-PSS", NULL, 2048, "SHA256"}, {"p256", "EC", "P-256", 0, "SHA256"},
	{"p384", "EC", "P-384", 0, "SHA256"}, {"p521", "EC", "P-521", 0, "SHA256"},
	{"p224", "EC", "P-224", 0, "SHA256"}, {"k256", "EC", "secp256k1", 0, "SHA256"},
	{"bp256", "EC", "brainpoolP256r1", 0, "SHA256"},
	{"bp384", "EC", "brainpoolP384r1", 0, "SHA256"},
	{"bp512", "EC", "brainpoolP512r1", 0, "SHA256"}, {"b283", "EC", "sect283r1", 0, "SHA256"},
	{"ed25519", "ED25519", NULL, 0, NULL}, {"ed448", "ED448", NULL, 0, NULL},
	{"x25519", "X25519", NULL, 0, NULL}, {"x448", "X448", NULL, 0, NULL},
	{"sm2", "SM2", NULL, 0, "SM3"}, {"dsa", "DSA", NULL, 1024, "SHA256"},
	{"dh", "DH", "ffdhe2048", 0, NULL}, {"mldsa44", "ML-DSA-44", NULL, 0, NULL},
	{"mldsa65", "ML-DSA-65", NULL, 0, NULL}, {"mldsa87", "ML-DSA-87", NULL, 0, NULL},
	{"mlkem768", "ML-KEM-768", NULL, 0, NULL}, {"slh", "SLH-DSA-SHA2-128f", NULL, 0, NULL}};

static EVP_PKEY *generate(EVP_PKEY_CTX *from, const struct key_type *type) {
	EVP_PKEY *key = NULL;
	OSSL_PARAM params[2] = {OSSL_PARAM_construct_end(), OSSL_PARAM_construct_end()};
	if (type->group != NULL) {
		params[0] = OSSL_PARAM_construct_utf8_string("group", (char *)(uintptr_t)type->group, 0);
	} else if (type->bits > 0 && strcmp(type->type, "DSA") != 0) {
		params[0] = OSSL_PARAM_construct_size_t("bits", (size_t *)(uintptr_t)&type->bits);
	}
	bool good = from != NULL && EVP_PKEY_keygen_init(from) == 1 &&
				EVP_PKEY_CTX_set_params(from, params) == 1 && EVP_PKEY_generate(from, &key) == 1;
	return good ? key : NULL;
}

/* Of DSA, parameters come first. */
static EVP_PKEY *make_key(struct narrow_pair *pair, const struct key_type *type) {
	EVP_PKEY_CTX *maker = EVP_PKEY_CTX_new_from_name(pair->side[1], type->type, NULL);
	EVP_PKEY *group = NULL;
	if (maker != NULL && strcmp(type->type, "DSA") == 0) {
		OSSL_PARAM params[] = {
			OSSL_PARAM_construct_size_t("pbits", (size_t *)(uintptr_t)&type->bits),
			OSSL_PARAM_construct_end()};
		ck_assert_int_eq(EVP_PKEY_paramgen_init(maker), 1);
		ck_assert_int_eq(EVP_PKEY_CTX_set_params(maker, params), 1);
		ck_assert_int_eq(EVP_PKEY_generate(maker, &group), 1);
		EVP_PKEY_CTX_free(maker);
		maker = EVP_PKEY_CTX_new_from_pkey(pair->side[1], group, NULL);
	}
	EVP_PKEY *key = generate(maker, type);
	EVP_PKEY_free(group);
	EVP_PKEY_CTX_free(maker);
	ERR_clear_error();
	return key;
}

static const struct narrow_key *new_key(struct narrow_pair *pair, const struct key_type *type) {
	EVP_PKEY *key = make_key(pair, type);
	if (key == NULL) {
		return NULL;
	}
	X509 *certificate = certify(pair, key, key, type->digest);
	if (certificate == NULL) {
		certificate = certify(pair, key, pair->signer, "SHA256");
	}
	ck_assert_msg(certificate != NULL, "no certificate over %s", type->name);
	struct narrow_key *made = &pair->keys[pair->n_keys++];
	*made = (struct narrow_key){type->name, key, certificate};
	return made;
}

void narrow_pair_make_keys(struct narrow_pair *pair) {
	for (size_t i = 0; i < sizeof key_types / sizeof key_types[0]; i++) {
		(void)narrow_pair_key(pair, key_types[i].name);
	}
}

const struct narrow_key *narrow_pair_key(struct narrow_pair *pair, const char *name) {
	for (size_t i = 0; i < pair->n_keys; i++) {
		if (strcmp(pair->keys[i].name, name) == 0) {
			return &pair->keys[i];
		}
	}
	for (size_t i = 0; i < sizeof key_types / sizeof key_types[0]; i++) {
		if (strcmp(key_types[i].name, name) == 0) {
			return new_key(pair, &key_types[i]);
		}
	}
	ck_abort_msg("no type %s", name);
}

/* --- certificates --- */

static void read_on(OSSL_LIB_CTX *side, struct span der, char words[NARROW_WORDS_MAX]) {
	const unsigned char *at = der.at;
	X509 *x = X509_new_ex(side, NULL);
	bool read = d2i_X509(&x, &at, (long)der.len) != NULL;
	EVP_PKEY *key = read ? X509_get0_pubkey(x) : NULL;
	if (key != NULL) {
		unsigned char *spki = NULL;
		char *print = NULL;
		BIO *paper = BIO_new(BIO_s_mem());
		narrow_say(words, "%s %d %d verify %d spki %d print %d", EVP_PKEY_get0_type_name(key),
			EVP_PKEY_get_bits(key), EVP_PKEY_get_security_bits(key), X509_verify(x, key),
			i2d_PUBKEY(key, &spki), X509_print(paper, x));
		long len = BIO_get_mem_data(paper, &print);
		unsigned char digest[EVP_MAX_MD_SIZE];
		ck_assert_int_eq(EVP_Digest(print, (size_t)len, digest, NULL, EVP_sha256(), NULL), 1);
		narrow_say(words, " %ld %02x%02x%02x%02x", len, digest[0], digest[1], digest[2], digest[3]);
		BIO_free(paper);
		OPENSSL_free(spki);
	}
	int hash = 0, type = 0, bits = 0;
	uint32_t flags = 0;
	if (read) {
		int known = X509_get_signature_info(x, &hash, &type, &bits, &flags);
		narrow_say(words, " signature %d: %d %d %d %x", known, hash, type, bits, flags);
	}
	narrow_errors(words);
	X509_free(x);
}

void narrow_pair_read(struct narrow_pair *pair, const char *what, struct span der) {
	char words[2][NARROW_WORDS_MAX] = {"", ""};
	for (size_t i = 0; i < 2; i++) {
		read_on(pair->side[i], der, words[i]);
	}
	narrow_pair_compare(pair, what, words);
}
