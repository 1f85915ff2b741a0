/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Certificates by name, made when asked for. */
#include "pki.h"

#include "../fake/words.h"
#include "pki_make.h"
#include <openssl/pem.h>
#include <stdio.h>
#include <string.h>

enum { CHAIN_MAX = 120 }; /* issuers above a certificate: more is a circle */

struct entry {
	struct entry *next;
	struct pki_spec spec;
	size_t row; /* of the table, counted from 1; 0: of a "cert" line */
	X509 *cert; /* NULL until somebody asks */
	EVP_PKEY *key;
};

/* A name as it was asked for, with its chain. */
struct asked {
	struct asked *next;
	const char *name;
	struct pki_chain chain;
};

struct pki {
	struct pool *pool;
	struct entry *entries; /* the newest first */
	struct asked *asked;
};

/* What pki_share() made, for every pki of this process and of its children. */
enum { SHARED_MAX = 64 };
static struct {
	X509 *cert;
	EVP_PKEY *key;
} shared[SHARED_MAX + 1];

struct pki *pki_new(struct pool *pool) {
	struct pki *pki = pool_new(pool, sizeof *pki);
	pki->pool = pool;
	size_t n;
	const char *const *table = pki_table(&n);
	for (size_t i = 0; i < n; i++) {
		const char *why;
		if (!pki_define(pki, table[i], &why)) {
			return NULL;
		}
		pki->entries->row = i + 1;
	}
	return pki;
}

void pki_free(struct pki *pki) {
	if (pki == NULL) {
		return;
	}
	for (struct entry *entry = pki->entries; entry != NULL; entry = entry->next) {
		X509_free(entry->cert);
		EVP_PKEY_free(entry->key);
	}
	for (struct asked *asked = pki->asked; asked != NULL; asked = asked->next) {
		sk_X509_free(asked->chain.rest);
	}
}

bool pki_define(struct pki *pki, const char *spec, const char **why) {
	struct entry *entry = pool_new(pki->pool, sizeof *entry);
	if (!pki_spec_parse(&entry->spec, pki->pool, spec, why)) {
		return false;
	}
	entry->next = pki->entries;
	pki->entries = entry;
	return true;
}

static struct entry *entry_find(const struct pki *pki, const char *name) {
	struct entry *entry = pki->entries;
	while (entry != NULL && strcmp(entry->spec.name, name) != 0) {
		entry = entry->next;
	}
	return entry;
}

/* Is it as the table has it, up to the root? A "cert" line may hide the name of an issuer or key.
 */
static bool is_of_table(const struct pki *pki, const struct entry *entry, int depth) {
	if (entry == NULL || entry->row == 0 || entry->row > SHARED_MAX || depth > CHAIN_MAX) {
		return false;
	}
	const struct pki_spec *spec = &entry->spec;
	return (spec->key[0] != '@' || is_of_table(pki, entry_find(pki, spec->key + 1), depth + 1)) &&
		   (strcmp(spec->issuer, "self") == 0 ||
			   is_of_table(pki, entry_find(pki, spec->issuer), depth + 1));
}

static bool take_shared(const struct pki *pki, struct entry *entry) {
	if (!is_of_table(pki, entry, 0) || shared[entry->row].cert == NULL ||
		X509_up_ref(shared[entry->row].cert) != 1) {
		return false;
	}
	entry->cert = shared[entry->row].cert;
	entry->key = shared[entry->row].key;
	return EVP_PKEY_up_ref(entry->key) == 1;
}

/* Makes key and certificate, those of the issuers first. */
static bool entry_make(struct pki *pki, struct entry *entry, int depth) {
	if (entry == NULL || depth > CHAIN_MAX) {
		return false;
	}
	if (entry->cert != NULL || take_shared(pki, entry)) {
		return true;
	}
	const struct pki_spec *spec = &entry->spec;
	if (spec->key[0] == '@') {
		struct entry *same = entry_find(pki, spec->key + 1);
		if (!entry_make(pki, same, depth + 1) || EVP_PKEY_up_ref(same->key) != 1) {
			return false;
		}
		entry->key = same->key;
	} else {
		entry->key = pki_make_key(spec->key);
	}
	if (entry->key == NULL) {
		return false;
	}
	struct entry *issuer = entry;
	if (strcmp(spec->issuer, "self") != 0) {
		issuer = entry_find(pki, spec->issuer);
		if (!entry_make(pki, issuer, depth + 1)) {
			return false;
		}
	}
	struct entry *signer = spec->signer == NULL ? issuer : entry_find(pki, spec->signer);
	if (signer != entry && !entry_make(pki, signer, depth + 1)) {
		return false;
	}
	entry->cert = pki_make_cert(spec, entry->key, issuer->cert, signer->key);
	return entry->cert != NULL;
}

/* The comma or plus separated names of list, made and pushed. */
static bool push_names(struct pki *pki, STACK_OF(X509) * rest, const char *list) {
	while (*list != '\0') {
		size_t len = strcspn(list, ",+");
		const char *name = pool_copy(pki->pool, list, len);
		list += len + (list[len] != '\0');
		if (strcmp(name, "none") == 0) {
			continue;
		}
		struct entry *entry = entry_find(pki, name);
		if (!entry_make(pki, entry, 0) || sk_X509_push(rest, entry->cert) == 0) {
			return false;
		}
	}
	return true;
}

const struct pki_chain *pki_find(struct pki *pki, const char *name) {
	for (struct asked *asked = pki->asked; asked != NULL; asked = asked->next) {
		if (strcmp(asked->name, name) == 0) {
			return &asked->chain;
		}
	}
	size_t len = strcspn(name, "+");
	struct entry *entry = entry_find(pki, pool_copy(pki->pool, name, len));
	if (!entry_make(pki, entry, 0)) {
		return NULL;
	}
	struct asked *asked = pool_new(pki->pool, sizeof *asked);
	asked->name = pool_copy(pki->pool, name, strlen(name));
	asked->chain.leaf = entry->cert;
	asked->chain.key = entry->key;
	asked->chain.rest = sk_X509_new_null();
	asked->next = pki->asked;
	pki->asked = asked;
	const char *list = name[len] == '+' ? name + len + 1 : entry->spec.chain;
	return push_names(pki, asked->chain.rest, list) ? &asked->chain : NULL;
}

bool pki_share(const char *name) {
	struct pool pool = {0};
	struct pki *pki = pki_new(&pool);
	bool ok = pki != NULL && pki_find(pki, name) != NULL;
	for (struct entry *entry = ok ? pki->entries : NULL; entry != NULL; entry = entry->next) {
		if (entry->cert != NULL && entry->row <= SHARED_MAX && shared[entry->row].cert == NULL) {
			shared[entry->row].cert = entry->cert;
			shared[entry->row].key = entry->key;
			entry->cert = NULL;
			entry->key = NULL;
		}
	}
	pki_free(pki);
	pool_free(&pool);
	return ok;
}

struct pki_bytes {
	const uint8_t *at;
	int len;
};

static bool digest_bytes(
	const EVP_MD *digest, struct pki_bytes bytes, uint8_t data[PKI_DATA_MAX], size_t *len) {
	unsigned int digest_len = 0;
	bool done = EVP_Digest(bytes.at, (size_t)bytes.len, data, &digest_len, digest, NULL) == 1;
	*len = digest_len;
	return done;
}

/* Of the file that openssl(1) writes. */
static bool digest_pem(
	enum pki_part part, struct pki_bytes der, uint8_t data[PKI_DATA_MAX], size_t *len) {
	BIO *file = BIO_new(BIO_s_mem());
	const char *label = part == PKI_CERT ? PEM_STRING_X509 : PEM_STRING_PUBLIC;
	char *text = NULL;
	bool done = file != NULL && PEM_write_bio(file, label, "", der.at, der.len) > 0;
	if (done) {
		int text_len = (int)BIO_get_mem_data(file, &text);
		done = digest_bytes(
			EVP_sha256(), (struct pki_bytes){(const uint8_t *)text, text_len}, data, len);
	}
	BIO_free(file);
	return done;
}

bool pki_data(struct pki *pki, const char *name, enum pki_part part, int matching,
	uint8_t data[PKI_DATA_MAX], size_t *len) {
	const struct pki_chain *chain = pki_find(pki, name);
	if (chain == NULL) {
		return false;
	}
	uint8_t der[PKI_DATA_MAX];
	uint8_t *end = der;
	X509_PUBKEY *key = X509_get_X509_PUBKEY(chain->leaf);
	int size = part == PKI_CERT ? i2d_X509(chain->leaf, NULL) : i2d_X509_PUBKEY(key, NULL);
	if (size <= 0 || size > PKI_DATA_MAX) {
		return false;
	}
	size = part == PKI_CERT ? i2d_X509(chain->leaf, &end) : i2d_X509_PUBKEY(key, &end);
	if (matching == PKI_PEM_SHA256) {
		return digest_pem(part, (struct pki_bytes){der, size}, data, len);
	}
	if (matching > 0) {
		const EVP_MD *digest = matching == 1          ? EVP_sha256()
							   : matching == PKI_SHA1 ? EVP_sha1()
													  : EVP_sha512();
		return digest_bytes(digest, (struct pki_bytes){der, size}, data, len);
	}
	memcpy(data, der, (size_t)size);
	*len = (size_t)size;
	return true;
}

static bool write_request(FILE *out, const struct pki_chain *chain) {
	bool plain = EVP_PKEY_get_base_id(chain->key) == EVP_PKEY_ED25519;
	X509_REQ *request = X509_to_X509_REQ(
		chain->leaf, chain->key, plain ? NULL : EVP_sha256()); /* signed by its own key */
	bool ok = request != NULL && PEM_write_X509_REQ(out, request) == 1;
	X509_REQ_free(request);
	return ok;
}

static bool write_pem(FILE *out, const struct pki_chain *chain, enum pki_file file) {
	switch (file) {
	case PKI_FILE_PUBLIC:
		return PEM_write_PUBKEY(out, chain->key) == 1;
	case PKI_FILE_PRIVATE:
		return PEM_write_PrivateKey(out, chain->key, NULL, NULL, 0, NULL, NULL) == 1;
	case PKI_FILE_ENCRYPTED:
		return PEM_write_PKCS8PrivateKey(
				   out, chain->key, EVP_aes_256_cbc(), "secret", 6, NULL, NULL) == 1;
	case PKI_FILE_REQUEST:
		return write_request(out, chain);
	case PKI_FILE_EMPTY:
		return true;
	case PKI_FILE_CHAIN:
		break;
	}
	bool ok = PEM_write_X509(out, chain->leaf) == 1;
	for (int i = 0; ok && i < sk_X509_num(chain->rest); i++) {
		ok = PEM_write_X509(out, sk_X509_value(chain->rest, i)) == 1;
	}
	return ok;
}

bool pki_write(struct pki *pki, const char *name, enum pki_file file, const char *path) {
	const struct pki_chain *chain = pki_find(pki, name);
	FILE *out = chain == NULL ? NULL : fopen(path, "w");
	if (out == NULL) {
		return false;
	}
	bool ok = write_pem(out, chain, file);
	return fclose(out) == 0 && ok;
}
