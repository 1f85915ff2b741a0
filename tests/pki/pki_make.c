/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* One key made, one certificate signed. */
#include "pki_make.h"

#include "../fake/words.h"
#include <openssl/ec.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const char usual_names[] =
	"mx1.example.test,mx2.example.test,mx3.example.test,mx.example.test,example.test";

static bool take_date(int64_t *date, const char *value, const char **why) {
	*why = "a date is a number and s, m, h or d";
	return words_seconds(value, date);
}

static bool take_pair(struct pki_spec *spec, const char *word, const char **why) {
	const struct {
		const char *key;
		const char **place;
	} texts[] = {{"key", &spec->key}, {"issuer", &spec->issuer}, {"chain", &spec->chain},
		{"san", &spec->san}, {"cn", &spec->cn}, {"sig", &spec->sig}, {"eku", &spec->eku},
		{"permit", &spec->permit}};
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		const char *value = words_value(word, texts[i].key);
		if (value != NULL) {
			*texts[i].place = value;
			return true;
		}
	}
	if (words_value(word, "from") != NULL) {
		return take_date(&spec->from, words_value(word, "from"), why);
	}
	if (words_value(word, "to") != NULL) {
		return take_date(&spec->to, words_value(word, "to"), why);
	}
	if (words_value(word, "names") != NULL) {
		return words_number(words_value(word, "names"), 100000, &spec->names);
	}
	if (words_value(word, "excluded") != NULL) {
		return words_number(words_value(word, "excluded"), 100000, &spec->excluded);
	}
	if (pki_odd_word(spec, word)) {
		return true;
	}
	spec->ca = strcmp(word, "ca=yes") == 0;
	*why = "unknown word in the specification of a certificate";
	return spec->ca;
}

bool pki_spec_parse(struct pki_spec *spec, struct pool *pool, const char *text, const char **why) {
	struct words words;
	*why = "a certificate needs a name";
	if (!words_split(&words, pool, text) || words.n == 0) {
		return false;
	}
	memset(spec, 0, sizeof *spec);
	spec->name = words.word[0];
	spec->key = "p256";
	spec->issuer = "inter";
	spec->chain = NULL;
	spec->san = usual_names;
	spec->sig = "sha256";
	spec->eku = "server";
	spec->from = -30 * 86400;
	spec->to = 365 * 86400;
	for (size_t i = 1; i < words.n; i++) {
		if (!take_pair(spec, words.word[i], why)) {
			return false;
		}
	}
	if (spec->chain == NULL) {
		spec->chain = strcmp(spec->issuer, "self") == 0 ? "none" : spec->issuer;
	}
	if (spec->cn == NULL) {
		spec->cn = strcmp(spec->san, "none") == 0
					   ? spec->name
					   : pool_copy(pool, spec->san, strcspn(spec->san, ","));
	}
	return true;
}

/* A key of a kind that only newer libraries know; NULL with others. */
static EVP_PKEY *make_new_key(const char *kind) {
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, kind, NULL);
	EVP_PKEY *key = NULL;
	if (context == NULL || EVP_PKEY_keygen_init(context) != 1 ||
		EVP_PKEY_generate(context, &key) != 1) {
		key = NULL;
	}
	EVP_PKEY_CTX_free(context);
	return key;
}

EVP_PKEY *pki_make_key(const char *kind) {
	long bits;
	if (strcmp(kind, "p256") == 0) {
		return EVP_EC_gen("P-256");
	}
	if (strcmp(kind, "p384") == 0) {
		return EVP_EC_gen("P-384");
	}
	if (strcmp(kind, "ed25519") == 0) {
		return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	}
	if (strcmp(kind, "ed448") == 0) {
		return EVP_PKEY_Q_keygen(NULL, NULL, "ED448");
	}
	if (strncmp(kind, "mldsa", 5) == 0) {
		return make_new_key(kind);
	}
	if (strcmp(kind, "rsa2048") == 0) {
		return pki_rsa_key();
	}
	if (strchr(kind, '/') != NULL) {
		return pki_dear_key(kind);
	}
	if (strncmp(kind, "rsa", 3) == 0 && words_number(kind + 3, 8192, &bits) && bits >= 512) {
		return EVP_RSA_gen((unsigned int)bits);
	}
	return pki_odd_key(kind);
}

static bool add_extension(X509 *cert, X509 *issuer, int nid, const char *value) {
	X509V3_CTX context;
	X509V3_set_ctx(&context, issuer == NULL ? cert : issuer, cert, NULL, NULL, 0);
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	bool ok = extension != NULL && X509_add_ext(cert, extension, -1) == 1;
	X509_EXTENSION_free(extension);
	return ok;
}

/* subjectAltName text: "a,b" becomes "DNS:a,DNS:b"; an address with a colon or only digits and
 * dots becomes "IP:". */
static void print_names(char *out, size_t room, const char *san) {
	size_t at = 0;
	while (*san != '\0' && at < room) {
		int len = (int)strcspn(san, ",");
		bool address =
			memchr(san, ':', (size_t)len) != NULL || (int)strspn(san, "0123456789.") == len;
		int n = snprintf(
			out + at, room - at, "%s%s:%.*s", at > 0 ? "," : "", address ? "IP" : "DNS", len, san);
		at += (size_t)n;
		san += len + (san[len] == ',');
	}
}

/* One DNS name that no list could hold. */
static bool add_odd_name(X509 *cert, const char *words) {
	char name[256];
	size_t len = pki_odd_text(name, sizeof name, words);
	GENERAL_NAMES *names = GENERAL_NAMES_new();
	GENERAL_NAME *entry = GENERAL_NAME_new();
	ASN1_IA5STRING *text = ASN1_IA5STRING_new();
	bool ok = names != NULL && entry != NULL && text != NULL &&
			  ASN1_STRING_set(text, name, (int)len) == 1;
	GENERAL_NAME_set0_value(entry, GEN_DNS, text);
	ok = ok && sk_GENERAL_NAME_push(names, entry) > 0 &&
		 X509_add1_ext_i2d(cert, NID_subject_alt_name, names, 0, X509V3_ADD_DEFAULT) == 1;
	GENERAL_NAMES_free(names);
	return ok;
}

static bool add_extensions(X509 *cert, const struct pki_spec *spec, X509 *issuer) {
	char text[8192];
	bool ok = add_extension(cert, issuer, NID_subject_key_identifier, "hash") &&
			  add_extension(cert, issuer, NID_authority_key_identifier, "keyid:always");
	if (spec->ca) {
		ok = ok && add_extension(cert, issuer, NID_basic_constraints, "critical,CA:TRUE") &&
			 add_extension(cert, issuer, NID_key_usage, "critical,keyCertSign,cRLSign");
	} else {
		const char *usage = strcmp(spec->eku, "client") == 0 ? "clientAuth" : "serverAuth";
		ok = ok && add_extension(cert, issuer, NID_basic_constraints, "critical,CA:FALSE") &&
			 add_extension(cert, issuer, NID_ext_key_usage, usage);
	}
	if (spec->permit != NULL) {
		snprintf(text, sizeof text, "critical,permitted;DNS:%s", spec->permit);
		ok = ok && add_extension(cert, issuer, NID_name_constraints, text);
	}
	ok = ok && (spec->excluded == 0 || pki_dear_constraints(cert, spec->excluded));
	if (spec->names > 0) {
		return ok && pki_dear_names(cert, spec->names);
	}
	if (strchr(spec->san, '%') != NULL) {
		ok = ok && add_odd_name(cert, spec->san);
	} else if (strcmp(spec->san, "none") != 0) {
		print_names(text, sizeof text, spec->san);
		ok = ok && add_extension(cert, issuer, NID_subject_alt_name, text);
	}
	return ok;
}

static bool fill_cert(X509 *cert, const struct pki_spec *spec, EVP_PKEY *key, X509 *issuer) {
	char cn[256];
	int cn_len = (int)pki_odd_text(cn, sizeof cn, spec->cn);
	for (int i = 0; i < cn_len; i++) {
		cn[i] = cn[i] == '_' ? ' ' : cn[i];
	}
	uint64_t serial;
	if (RAND_bytes((unsigned char *)&serial, sizeof serial) != 1) {
		return false;
	}
	X509_NAME *name = X509_get_subject_name(cert);
	time_t now = time(NULL);
	return X509_set_version(cert, X509_VERSION_3) == 1 &&
		   ASN1_INTEGER_set_uint64(X509_get_serialNumber(cert), serial >> 1 | 1) == 1 &&
		   ASN1_TIME_adj(X509_getm_notBefore(cert), now, 0, spec->from) != NULL &&
		   ASN1_TIME_adj(X509_getm_notAfter(cert), now, 0, spec->to) != NULL &&
		   X509_NAME_add_entry_by_txt(
			   name, "CN", MBSTRING_UTF8, (const unsigned char *)cn, cn_len, -1, 0) == 1 &&
		   X509_set_issuer_name(cert, X509_get_subject_name(issuer == NULL ? cert : issuer)) == 1 &&
		   X509_set_pubkey(cert, key) == 1 && add_extensions(cert, spec, issuer) &&
		   pki_odd_fill(cert, spec, issuer);
}

X509 *pki_make_cert(
	const struct pki_spec *spec, EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key) {
	X509 *cert = X509_new();
	if (cert == NULL || !fill_cert(cert, spec, key, issuer) ||
		!pki_odd_sign(cert, issuer_key, spec->sig)) {
		X509_free(cert);
		return NULL;
	}
	return cert;
}
