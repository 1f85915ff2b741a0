/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading what will be deployed next. Private keys are looked at for their public half alone. */
#include "tls/tls_next.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "tls/tls_internal.h"

struct reader {
	struct tls tls; /* lends its context and arena to those who read certificates */
	const char *path;
	struct tls_cert certs[TLS_CHAIN_FACTS_MAX];
	size_t n_certs;
	struct tls_cert bare; /* the key of a key block or of a request */
	bool request;
	bool issuer_first; /* the first certificate is one of those that sign, not of a server */
	struct err *err;
};

struct block {
	const char *name; /* "CERTIFICATE" */
	const char *header;
	const unsigned char *der;
	long len;
};

static bool refuse(struct reader *reader, const char *why) {
	return err_set_about(reader->err, ERR_ABOUT_NEXT, " %.100s: %s", reader->path, why);
}

static bool damaged(struct reader *reader, const struct block *block) {
	return refuse(reader, arena_printf(reader->tls.arena,
							  "the PEM block \"%.40s\" in it cannot be decoded", block->name));
}

/* One key for each file: which of two a server would show is not told here. */
static bool take_key(struct reader *reader, const struct block *block, const EVP_PKEY *key) {
	unsigned char *der = NULL;
	int len = key == NULL ? 0 : i2d_PUBKEY(key, &der);
	if (len <= 0) {
		return damaged(reader, block);
	}
	struct arena *arena = reader->tls.arena;
	struct span spki = arena_copy_span(arena, (struct span){der, (size_t)len});
	OPENSSL_free(der);
	if (reader->bare.spki.len > 0 && !span_equal(reader->bare.spki, spki)) {
		return refuse(reader, "it holds several keys: give each a file of its own");
	}
	const char *type = EVP_PKEY_get0_type_name(key);
	reader->bare.spki = spki;
	reader->bare.key_type = arena_copy_string(arena, type != NULL ? type : "unknown");
	reader->bare.key_bits = EVP_PKEY_get_bits(key);
	return true;
}

static bool take_key_block(struct reader *reader, const struct block *block) {
	const unsigned char *at = block->der;
	EVP_PKEY *key = NULL;
	if (strstr(block->name, "PRIVATE") != NULL) {
		key = d2i_AutoPrivateKey(NULL, &at, block->len);
	} else if (strcmp(block->name, "RSA PUBLIC KEY") == 0) {
		key = d2i_PublicKey(EVP_PKEY_RSA, NULL, &at, block->len);
	} else {
		key = d2i_PUBKEY(NULL, &at, block->len);
	}
	bool taken = take_key(reader, block, key);
	EVP_PKEY_free(key);
	return taken;
}

static bool take_request(struct reader *reader, const struct block *block) {
	const unsigned char *at = block->der;
	X509_REQ *request = d2i_X509_REQ(NULL, &at, block->len);
	bool taken = take_key(reader, block, request == NULL ? NULL : X509_REQ_get0_pubkey(request));
	X509_REQ_free(request);
	reader->request = true;
	return taken;
}

/* chain.pem of certbot, or a chain upside down. Who issues to himself (openssl req -x509) has such
 * a certificate on a server, too, and so has a careless private CA whose names are those of hosts.
 */
static bool is_issuer(X509 *certificate, const struct tls_cert *cert) {
	return X509_check_ca(certificate) == 1 && !cert->self_issued && cert->n_names == 0;
}

static bool take_certificate(struct reader *reader, const struct block *block) {
	const unsigned char *at = block->der;
	X509 *certificate = strcmp(block->name, PEM_STRING_X509_TRUSTED) == 0
							? d2i_X509_AUX(NULL, &at, block->len)
							: d2i_X509(NULL, &at, block->len);
	if (certificate == NULL) {
		return damaged(reader, block);
	}
	if (reader->n_certs < TLS_CHAIN_FACTS_MAX) {
		struct tls_cert *cert = &reader->certs[reader->n_certs++];
		*cert = tls_cert_read(&reader->tls, certificate, TLS_CERT_OTHER);
		tls_cert_digest(&reader->tls, cert, TLSA_SHA512);
		reader->issuer_first =
			reader->n_certs == 1 ? is_issuer(certificate, cert) : reader->issuer_first;
	}
	X509_free(certificate);
	return true;
}

/* What is neither key nor certificate (parameters of curves and groups) says nothing. */
static bool take(struct reader *reader, const struct block *block) {
	if (strstr(block->name, "ENCRYPTED") != NULL || strstr(block->header, "ENCRYPTED") != NULL) {
		return refuse(reader, "the private key in it is encrypted: give its public key instead "
							  "(openssl pkey -pubout), or the request or certificate");
	}
	if (strcmp(block->name, PEM_STRING_X509) == 0 ||
		strcmp(block->name, PEM_STRING_X509_OLD) == 0 ||
		strcmp(block->name, PEM_STRING_X509_TRUSTED) == 0) {
		return take_certificate(reader, block);
	}
	if (strcmp(block->name, PEM_STRING_X509_REQ) == 0 ||
		strcmp(block->name, PEM_STRING_X509_REQ_OLD) == 0) {
		return take_request(reader, block);
	}
	return strstr(block->name, " KEY") == NULL || take_key_block(reader, block);
}

static bool read_blocks(struct reader *reader, BIO *bio) {
	bool fine = true;
	char *name = NULL;
	char *header = NULL;
	unsigned char *der = NULL;
	long len = 0;
	while (fine && PEM_read_bio(bio, &name, &header, &der, &len) == 1) {
		struct block block = {name, header, der, len};
		fine = take(reader, &block);
		OPENSSL_free(name);
		OPENSSL_free(header);
		OPENSSL_clear_free(der, (size_t)len);
	}
	bool end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
	return fine && (end || refuse(reader, "a PEM block in it is damaged or cut off"));
}

static bool is_blank(struct span bytes) {
	for (size_t i = 0; i < bytes.len; i++) {
		if (strchr(" \t\r\n", bytes.at[i]) == NULL || bytes.at[i] == '\0') {
			return false;
		}
	}
	return true;
}

static bool conclude(struct reader *reader, struct tls_next *next) {
	struct tls_cert *bare = &reader->bare;
	size_t n = reader->n_certs;
	if (n == 0 && bare->spki.len == 0) {
		return refuse(reader, "there is no key, request or certificate in it (PEM is needed)");
	}
	if (n > 0 && bare->spki.len > 0 && !span_equal(bare->spki, reader->certs[0].spki)) {
		return refuse(reader, "the key in it is not that of the first certificate in it");
	}
	if (reader->issuer_first && bare->spki.len == 0) {
		return refuse(reader, "it begins with the certificate of an issuer: give the server's own, "
							  "its issuers behind it (certbot: fullchain.pem)");
	}
	if (n == 0) {
		tls_cert_digest_key(&reader->tls, bare);
		next->kind = reader->request ? TLS_NEXT_REQUEST : TLS_NEXT_KEY;
	} else {
		next->kind = n > 1 ? TLS_NEXT_CHAIN : TLS_NEXT_CERTIFICATE;
	}
	next->shown.n_chain = n > 0 ? n : 1;
	next->shown.n_sent = next->shown.n_chain;
	next->shown.chain =
		arena_alloc_array(reader->tls.arena, next->shown.n_chain, sizeof *next->shown.chain);
	memcpy(next->shown.chain, n > 0 ? reader->certs : bare,
		next->shown.n_chain * sizeof *next->shown.chain);
	return true;
}

bool tls_next_read(struct tls_next *next, struct tls_context *context, struct arena *arena,
	const struct tls_next_file *file, struct err *err) {
	*next = (struct tls_next){.path = file->path, .kind = TLS_NEXT_EMPTY};
	if (is_blank(file->pem)) {
		return true;
	}
	struct reader *reader = arena_alloc(arena, sizeof *reader);
	reader->tls.context = context;
	reader->tls.arena = arena;
	reader->path = file->path;
	reader->err = err;
	tls_library_widen(); /* a file may have a private key */
	ERR_clear_error();
	BIO *bio = BIO_new_mem_buf(file->pem.at, (int)file->pem.len);
	bool fine = bio == NULL ? err_set(err, ERR_LOCAL, "no memory to read %.100s", file->path)
							: read_blocks(reader, bio) && conclude(reader, next);
	BIO_free(bio);
	ERR_clear_error();
	return fine;
}
