/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Facts about one certificate: names, dates, digests, key. */
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <string.h>

#include "tls/tls_internal.h"

#define ONELINE_MAX 256 /* posttls-finger's limit, with the NUL */

struct span tls_cert_oneline(struct arena *arena, const X509_NAME *name) {
	char line[ONELINE_MAX];
	if (name == NULL || X509_NAME_oneline(name, line, (int)sizeof line) == NULL) {
		return (struct span){NULL, 0};
	}
	return arena_copy_span(arena, span_of(line));
}

struct span tls_digest_of(struct arena *arena, const EVP_MD *algorithm, struct span bytes) {
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	if (algorithm == NULL || EVP_Digest(bytes.at, bytes.len, digest, &len, algorithm, NULL) != 1) {
		len = 0;
	}
	return arena_copy_span(arena, (struct span){digest, len});
}

void tls_cert_digest_key(struct tls *tls, struct tls_cert *key) {
	struct tls_context *context = tls->context;
	key->digest[TLSA_SPKI][TLSA_SHA256 - 1] = tls_digest_of(tls->arena, context->sha256, key->spki);
	key->digest[TLSA_SPKI][TLSA_SHA512 - 1] =
		tls_digest_of(tls->arena, tls_context_sha512(context), key->spki);
}

void tls_cert_digest(struct tls *tls, struct tls_cert *cert, enum tlsa_matching matching) {
	const EVP_MD *algorithm =
		matching == TLSA_SHA512 ? tls_context_sha512(tls->context) : tls->context->sha256;
	size_t column = (size_t)matching - 1;
	if (cert->digest[TLSA_CERT][column].len == 0) {
		cert->digest[TLSA_CERT][column] = tls_digest_of(tls->arena, algorithm, cert->der);
		cert->digest[TLSA_SPKI][column] = tls_digest_of(tls->arena, algorithm, cert->spki);
	}
}

/* SHA-256 of the file that openssl(1) writes. */
static struct span pem_digest(struct tls *tls, const char *label, struct span der) {
	BIO *file = BIO_new(BIO_s_mem());
	struct span digest = {NULL, 0};
	if (file != NULL && PEM_write_bio(file, label, "", der.at, (long)der.len) > 0) {
		char *at = NULL;
		long len = BIO_get_mem_data(file, &at);
		digest = tls_digest_of(
			tls->arena, tls->context->sha256, (struct span){(const uint8_t *)at, (size_t)len});
	}
	BIO_free(file);
	return digest;
}

void tls_cert_odd_digests(struct tls *tls, struct tls_cert *cert) {
	struct tls_odd_digests *odd = arena_alloc(tls->arena, sizeof *odd);
	odd->sha1[TLSA_CERT] = tls_digest_of(tls->arena, EVP_sha1(), cert->der);
	odd->sha1[TLSA_SPKI] = tls_digest_of(tls->arena, EVP_sha1(), cert->spki);
	odd->pem[TLSA_CERT] = pem_digest(tls, PEM_STRING_X509, cert->der);
	odd->pem[TLSA_SPKI] = pem_digest(tls, PEM_STRING_PUBLIC, cert->spki);
	cert->odd = odd;
}

static struct span find_inside(struct span part, struct span whole) {
	for (size_t at = 0; part.len > 0 && at + part.len <= whole.len; at++) {
		if (whole.at[at] == part.at[0] && memcmp(whole.at + at, part.at, part.len) == 0) {
			return (struct span){whole.at + at, part.len};
		}
	}
	return (struct span){NULL, 0};
}

/* The key is not copied where it stands in the certificate as the library writes it: always, but
 * for encodings that are not DER. */
static void read_encodings(
	struct arena *arena, struct tls_cert *cert, X509 *certificate, struct span der) {
	cert->der = arena_copy_span(arena, der);
	/* Not i2d_PUBKEY(): that decodes and encodes the key again, at a tenth of a probe's price. */
	unsigned char *encoded = NULL;
	int len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &encoded);
	if (len > 0) {
		struct span spki = {encoded, (size_t)len};
		struct span inside = find_inside(spki, cert->der);
		cert->spki = inside.len > 0 ? inside : arena_copy_span(arena, spki);
	}
	OPENSSL_free(encoded);
}

static void read_key(struct arena *arena, struct tls_cert *cert, const X509 *certificate) {
	const EVP_PKEY *key = X509_get0_pubkey(certificate);
	if (key == NULL) {
		ASN1_OBJECT *algorithm = NULL;
		(void)X509_PUBKEY_get0_param(
			&algorithm, NULL, NULL, NULL, X509_get_X509_PUBKEY(certificate));
		cert->key_type = OBJ_nid2sn(OBJ_obj2nid(algorithm));
		return;
	}
	const char *type = EVP_PKEY_get0_type_name(key);
	cert->key_type = arena_copy_string(arena, type != NULL ? type : "unknown");
	cert->key_bits = EVP_PKEY_get_bits(key);
}

static bool is_weak_digest(int nid) {
	return nid == NID_sha1 || nid == NID_md5 || nid == NID_md5_sha1 || nid == NID_md4 ||
		   nid == NID_md2;
}

static void read_signature(struct arena *arena, struct tls_cert *cert, X509 *certificate) {
	char dotted[64] = "";
	int nid = X509_get_signature_nid(certificate);
	int digest = NID_undef;
	(void)OBJ_find_sigid_algs(nid, &digest, NULL);
	if (nid == NID_rsassaPss) {
		/* The digest is a parameter there. */
		(void)X509_get_signature_info(certificate, &digest, NULL, NULL, NULL);
	}
	cert->sha1_signed = is_weak_digest(digest);
	if (nid != NID_undef) {
		cert->signature = OBJ_nid2ln(nid);
		return;
	}
	const X509_ALGOR *algorithm = NULL;
	const ASN1_OBJECT *object = NULL;
	X509_get0_signature(NULL, &algorithm, certificate);
	X509_ALGOR_get0(&object, NULL, NULL, algorithm);
	(void)OBJ_obj2txt(dotted, (int)sizeof dotted, object, 1);
	cert->signature = arena_copy_string(arena, dotted);
}

static void read_fingerprints(struct tls *tls, struct tls_cert *cert) {
	if (tls->context->digest == NULL) {
		cert->fingerprint[TLSA_CERT] = cert->digest[TLSA_CERT][TLSA_SHA256 - 1];
		cert->fingerprint[TLSA_SPKI] = cert->digest[TLSA_SPKI][TLSA_SHA256 - 1];
		return;
	}
	cert->fingerprint[TLSA_CERT] = tls_digest_of(tls->arena, tls->context->digest, cert->der);
	cert->fingerprint[TLSA_SPKI] = tls_digest_of(tls->arena, tls->context->digest, cert->spki);
}

/* The issuer first: so Postfix complains. */
static void read_common_names(
	struct tls *tls, struct tls_cert *cert, X509 *certificate, enum tls_cert_role role) {
	const X509_NAME *subject = X509_get_subject_name(certificate);
	const X509_NAME *issuer = X509_get_issuer_name(certificate);
	bool leaf = role == TLS_CERT_LEAF;
	cert->issuer_cn = tls_cert_common_name(tls, issuer, NID_commonName, leaf ? "issuer CN" : NULL);
	if (cert->issuer_cn.len == 0) {
		cert->issuer_cn = tls_cert_common_name(
			tls, issuer, NID_organizationName, leaf ? "issuer Organization" : NULL);
	}
	cert->subject_cn =
		tls_cert_common_name(tls, subject, NID_commonName, leaf ? "subject CN" : NULL);
}

static struct tls_cert read_new(
	struct tls *tls, X509 *certificate, struct span der, enum tls_cert_role role) {
	struct tls_cert cert = {0};
	const X509_NAME *subject = X509_get_subject_name(certificate);
	const X509_NAME *issuer = X509_get_issuer_name(certificate);
	read_encodings(tls->arena, &cert, certificate, der);
	cert.subject = tls_cert_oneline(tls->arena, subject);
	cert.issuer = tls_cert_oneline(tls->arena, issuer);
	read_common_names(tls, &cert, certificate, role);
	cert.self_issued = X509_NAME_cmp(subject, issuer) == 0;
	tls_cert_names(tls->arena, &cert, certificate);
	cert.not_before = tls_cert_time(X509_get0_notBefore(certificate));
	cert.not_after = tls_cert_time(X509_get0_notAfter(certificate));
	read_key(tls->arena, &cert, certificate);
	read_signature(tls->arena, &cert, certificate);
	tls_cert_digest(tls, &cert, TLSA_SHA256);
	read_fingerprints(tls, &cert);
	return cert;
}

/* --- each certificate once --- */

#define BUCKETS 64U

struct known_cert {
	struct known_cert *next;
	struct tls_cert cert;
};

struct tls_certs_seen {
	struct known_cert *buckets[BUCKETS];
};

static struct known_cert **bucket_of(struct tls_context *context, struct span der) {
	if (context->seen == NULL) {
		context->seen = arena_alloc(context->arena, sizeof *context->seen);
	}
	/* The last octet is of the signature. */
	size_t sum = der.len > 0 ? der.len + der.at[der.len - 1] : 0;
	return &context->seen->buckets[sum % BUCKETS];
}

static const struct tls_cert *find_known(const struct known_cert *known, struct span der) {
	while (known != NULL && !span_equal(known->cert.der, der)) {
		known = known->next;
	}
	return known != NULL ? &known->cert : NULL;
}

static struct tls_cert read_once(
	struct tls *tls, X509 *certificate, struct span der, enum tls_cert_role role) {
	struct known_cert **bucket = bucket_of(tls->context, der);
	const struct tls_cert *known = find_known(*bucket, der);
	if (known != NULL) {
		struct tls_cert cert = *known;
		if (role == TLS_CERT_LEAF) {
			read_common_names(tls, &cert, certificate, role); /* are told of each time */
		}
		return cert;
	}
	struct known_cert *entry = arena_alloc(tls->arena, sizeof *entry);
	*entry = (struct known_cert){*bucket, read_new(tls, certificate, der, role)};
	*bucket = entry;
	return entry->cert;
}

/* Several nodes, and several connections to one, show the same certificates: what is in them is
 * kept once, where it lives as long as the context. */
struct tls_cert tls_cert_read(struct tls *tls, X509 *certificate, enum tls_cert_role role) {
	unsigned char *encoded = NULL;
	int len = i2d_X509(certificate, &encoded);
	struct span der = {encoded, len > 0 ? (size_t)len : 0};
	struct tls_cert cert = tls->arena == tls->context->arena
							   ? read_once(tls, certificate, der, role)
							   : read_new(tls, certificate, der, role);
	OPENSSL_free(encoded);
	return cert;
}
