/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Certificates that no CA would make. Words of a specification for them:
 *
 * ext=NAME:VALUE  an extension in the words of openssl.cnf, DER:HEX among them, in place of the one
 *                 of that name; more=NAME:VALUE beside it. Of each certificate sixteen at most
 * signer=NAME     its key signs, and not that of the issuer whose name is told
 * spki=HEX        in place of the public key: only to be shown, and as an issuer
 * serial=OCTETS   junk=N (so many extensions that nobody knows)
 * sig=sha1|sha256|sha512|md5|pss|pssodd|broken
 * key=dsa2048|x25519|x448|sm2|rsapss2048 */
#include "pki_make.h"

#include "../fake/words.h"
#include <openssl/bn.h>
#include <openssl/conf.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

/* --- keys --- */

/* On the group of RFC 5114 2.3, whose subgroup is as long as DSA wants it: a group of its own would
 * take seconds to find. */
static EVP_PKEY *make_dsa(void) {
	OSSL_PARAM name[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char[]){"dh_2048_256"}, 0),
		OSSL_PARAM_construct_end()};
	static const char *const parts[] = {
		OSSL_PKEY_PARAM_FFC_P, OSSL_PKEY_PARAM_FFC_Q, OSSL_PKEY_PARAM_FFC_G};
	EVP_PKEY_CTX *dh = EVP_PKEY_CTX_new_from_name(NULL, "DHX", NULL);
	EVP_PKEY_CTX *dsa = EVP_PKEY_CTX_new_from_name(NULL, "DSA", NULL);
	EVP_PKEY_CTX *maker = NULL;
	OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
	OSSL_PARAM *params = NULL;
	EVP_PKEY *group = NULL, *domain = NULL, *key = NULL;
	BIGNUM *number[3] = {NULL, NULL, NULL};
	bool ok = dh != NULL && dsa != NULL && builder != NULL && EVP_PKEY_fromdata_init(dh) == 1 &&
			  EVP_PKEY_fromdata(dh, &group, EVP_PKEY_KEY_PARAMETERS, name) == 1;
	for (int i = 0; ok && i < 3; i++) {
		ok = EVP_PKEY_get_bn_param(group, parts[i], &number[i]) == 1 &&
			 OSSL_PARAM_BLD_push_BN(builder, parts[i], number[i]) == 1;
	}
	ok = ok && (params = OSSL_PARAM_BLD_to_param(builder)) != NULL &&
		 EVP_PKEY_fromdata_init(dsa) == 1 &&
		 EVP_PKEY_fromdata(dsa, &domain, EVP_PKEY_KEY_PARAMETERS, params) == 1 &&
		 (maker = EVP_PKEY_CTX_new_from_pkey(NULL, domain, NULL)) != NULL &&
		 EVP_PKEY_keygen_init(maker) == 1 && EVP_PKEY_generate(maker, &key) == 1;
	for (int i = 0; i < 3; i++) {
		BN_free(number[i]);
	}
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(builder);
	EVP_PKEY_free(group);
	EVP_PKEY_free(domain);
	EVP_PKEY_CTX_free(dh);
	EVP_PKEY_CTX_free(dsa);
	EVP_PKEY_CTX_free(maker);
	return ok ? key : NULL;
}

EVP_PKEY *pki_odd_key(const char *kind) {
	static const struct {
		const char *word;
		const char *type;
	} plain[] = {{"x25519", "X25519"}, {"x448", "X448"}, {"sm2", "SM2"}};
	if (strcmp(kind, "dsa2048") == 0) {
		return make_dsa();
	}
	if (strcmp(kind, "rsapss2048") == 0) {
		EVP_PKEY_CTX *maker = EVP_PKEY_CTX_new_from_name(NULL, "RSA-PSS", NULL);
		EVP_PKEY *key = NULL;
		bool ok = maker != NULL && EVP_PKEY_keygen_init(maker) == 1 &&
				  EVP_PKEY_CTX_set_rsa_keygen_bits(maker, 2048) == 1 &&
				  EVP_PKEY_generate(maker, &key) == 1;
		EVP_PKEY_CTX_free(maker);
		return ok ? key : NULL;
	}
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
		if (strcmp(plain[i].word, kind) == 0) {
			return EVP_PKEY_Q_keygen(NULL, NULL, plain[i].type);
		}
	}
	return NULL;
}

/* --- words --- */

bool pki_odd_word(struct pki_spec *spec, const char *word) {
	if (words_value(word, "signer") != NULL) {
		spec->signer = words_value(word, "signer");
		return true;
	}
	if (words_value(word, "spki") != NULL) {
		spec->spki = words_value(word, "spki");
		return true;
	}
	if (words_value(word, "serial") != NULL) {
		return words_number(words_value(word, "serial"), 60000, &spec->serial);
	}
	if (words_value(word, "junk") != NULL) {
		return words_number(words_value(word, "junk"), 20000, &spec->junk);
	}
	if ((words_value(word, "ext") != NULL || words_value(word, "more") != NULL) &&
		spec->n_ext < PKI_EXT_MAX) {
		spec->ext[spec->n_ext++] = word;
		return true;
	}
	return false;
}

size_t pki_odd_text(char *out, size_t room, const char *text) {
	size_t len = 0;
	for (; *text != '\0' && len < room; text++) {
		bool odd = text[0] == '%' && text[1] != '\0' && strchr("ns0", text[1]) != NULL;
		out[len++] = !odd ? text[0] : text[1] == 'n' ? '\n' : text[1] == 's' ? ' ' : '\0';
		text += odd;
	}
	return len;
}

/* --- what is in the certificate --- */

static bool add_ext(X509 *cert, const char *word, X509 *issuer) {
	const char *added = words_value(word, "more");
	const char *text = added != NULL ? added : words_value(word, "ext");
	size_t len = strcspn(text, ":");
	char name[128];
	X509V3_CTX context;
	CONF *sections = NCONF_new(NULL); /* none, but policies want to be able to look */
	X509V3_set_ctx(&context, issuer == NULL ? cert : issuer, cert, NULL, NULL, 0);
	X509V3_set_nconf(&context, sections);
	(void)snprintf(name, sizeof name, "%.*s", (int)len, text);
	X509_EXTENSION *extension =
		X509V3_EXT_nconf(sections, &context, name, text + len + (text[len] == ':'));
	NCONF_free(sections);
	if (extension == NULL) {
		return false;
	}
	int old = X509_get_ext_by_OBJ(cert, X509_EXTENSION_get_object(extension), -1);
	if (added == NULL && old >= 0) {
		X509_EXTENSION_free(X509_delete_ext(cert, old));
	}
	bool ok = X509_add_ext(cert, extension, -1) == 1;
	X509_EXTENSION_free(extension);
	return ok;
}

static bool add_junk(X509 *cert, long n) {
	bool ok = true;
	for (long i = 0; ok && i < n; i++) {
		char name[32];
		(void)snprintf(name, sizeof name, "1.2.3.4.%ld", i);
		X509_EXTENSION *extension = X509V3_EXT_nconf(NULL, NULL, name, "DER:0500");
		ok = extension != NULL && X509_add_ext(cert, extension, -1) == 1;
		X509_EXTENSION_free(extension);
	}
	return ok;
}

static bool set_serial(X509 *cert, long octets) {
	static const unsigned char sevens[60000] = {0x77, 0x77};
	ASN1_INTEGER *serial = X509_get_serialNumber(cert);
	return ASN1_STRING_set(serial, sevens, (int)octets) == 1;
}

/* Its own octets, whatever they are: what cannot be understood is kept as it came. */
static bool set_spki(X509 *cert, const char *hex) {
	long len = 0;
	unsigned char *der = OPENSSL_hexstr2buf(hex, &len);
	const unsigned char *at = der;
	X509_PUBKEY *place = X509_get_X509_PUBKEY(cert);
	bool ok = der != NULL && d2i_X509_PUBKEY(&place, &at, len) == X509_get_X509_PUBKEY(cert);
	OPENSSL_free(der);
	return ok;
}

bool pki_odd_fill(X509 *cert, const struct pki_spec *spec, X509 *issuer) {
	bool ok = (spec->serial == 0 || set_serial(cert, spec->serial)) &&
			  (spec->spki == NULL || set_spki(cert, spec->spki)) && add_junk(cert, spec->junk);
	for (size_t i = 0; ok && i < spec->n_ext; i++) {
		ok = add_ext(cert, spec->ext[i], issuer);
	}
	return ok;
}

/* --- the signature --- */

static bool sign_pss(X509 *cert, EVP_PKEY *key, bool odd) {
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	EVP_PKEY_CTX *padding = NULL;
	bool ok = context != NULL &&
			  EVP_DigestSignInit(context, &padding, EVP_sha256(), NULL, key) == 1 &&
			  EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_PSS_PADDING) == 1 &&
			  EVP_PKEY_CTX_set_rsa_pss_saltlen(padding, odd ? 0 : RSA_PSS_SALTLEN_DIGEST) == 1 &&
			  EVP_PKEY_CTX_set_rsa_mgf1_md(padding, odd ? EVP_sha1() : EVP_sha256()) == 1 &&
			  X509_sign_ctx(cert, context) > 0;
	EVP_MD_CTX_free(context);
	return ok;
}

static void break_signature(X509 *cert) {
	const ASN1_BIT_STRING *signature = NULL;
	X509_get0_signature(&signature, NULL, cert);
	if (signature != NULL && ASN1_STRING_length(signature) > 0) {
		unsigned char *octets = (unsigned char *)(uintptr_t)ASN1_STRING_get0_data(signature);
		octets[ASN1_STRING_length(signature) - 1] ^= 1;
	}
}

bool pki_odd_sign(X509 *cert, EVP_PKEY *key, const char *how) {
	const EVP_MD *digest = strcmp(how, "sha1") == 0     ? EVP_sha1()
						   : strcmp(how, "sha512") == 0 ? EVP_sha512()
						   : strcmp(how, "md5") == 0    ? EVP_md5()
														: EVP_sha256();
	if (EVP_PKEY_is_a(key, "ED25519") || EVP_PKEY_is_a(key, "ED448")) {
		digest = NULL;
	} else if (EVP_PKEY_is_a(key, "SM2")) {
		digest = EVP_sm3();
	}
	if (strncmp(how, "pss", 3) == 0) {
		return sign_pss(cert, key, strcmp(how, "pssodd") == 0);
	}
	bool ok = X509_sign(cert, key, digest) > 0;
	if (strcmp(how, "broken") == 0) {
		break_signature(cert);
	}
	return ok;
}
