/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What we show when a server asks for a certificate. Keys are never asked a passphrase for. */
#include <openssl/err.h>
#include <openssl/pem.h>
#include <string.h>

#include "tls/tls_builder.h"

/* Reads PEM objects into chains. Two orders: a key before each leaf and its issuers, over any
 * number of files; or one key anywhere in one file. */
enum chain_order { ORDER_KEY_FIRST, ORDER_ANY };

struct chain_reader {
	struct tls_builder *builder;
	enum chain_order order;
	const char *origin; /* all that was given, for messages */
	const char *file;   /* at hand */
	int index;          /* of the object in it, from 1 */
	const char *key_file;
	int key_index;
	EVP_PKEY *key;
	X509 *leaf;
	STACK_OF(X509) * issuers;
	bool broken;
};

static void drop_chain(struct chain_reader *reader) {
	EVP_PKEY_free(reader->key);
	X509_free(reader->leaf);
	sk_X509_pop_free(reader->issuers, X509_free);
	reader->key = NULL;
	reader->leaf = NULL;
	reader->issuers = NULL;
}

/* One chain per algorithm: the library refuses to replace one. */
static bool use_chain(struct chain_reader *reader) {
	ERR_clear_error();
	bool used = SSL_CTX_use_cert_and_key(reader->builder->context->library, reader->leaf,
					reader->key, reader->issuers, 0) == 1;
	drop_chain(reader);
	return used;
}

static void keep_certificate(struct chain_reader *reader, X509 *certificate) {
	if (reader->leaf == NULL) {
		reader->leaf = certificate;
		return;
	}
	if (reader->issuers == NULL) {
		reader->issuers = sk_X509_new_null();
	}
	if (reader->issuers == NULL || sk_X509_push(reader->issuers, certificate) <= 0) {
		X509_free(certificate);
		reader->broken = true;
	}
}

static void take_certificate(struct chain_reader *reader, struct span der) {
	const unsigned char *end = der.at;
	X509 *certificate = d2i_X509(NULL, &end, (long)der.len);
	if (reader->order == ORDER_KEY_FIRST && reader->key == NULL) {
		ERR_clear_error();
		(void)tls_fault(
			reader->builder, "error loading chain from %s: key not first", reader->file);
		reader->broken = true;
	} else if (certificate == NULL) {
		(void)tls_fault(reader->builder, "error loading certificate (PEM object number %d) from %s",
			reader->index, reader->file);
		reader->broken = true;
	} else if (end != der.at + der.len) {
		(void)tls_fault(reader->builder,
			"error loading certificate (PEM object number %d) from %s: excess data", reader->index,
			reader->file);
		reader->broken = true;
	} else {
		keep_certificate(reader, certificate);
		return;
	}
	X509_free(certificate);
}

/* type is that of the label, EVP_PKEY_NONE for PKCS #8. */
static EVP_PKEY *decode_key(int type, struct span der, const unsigned char **end) {
	*end = der.at;
	if (type != EVP_PKEY_NONE) {
		return d2i_PrivateKey(type, NULL, end, (long)der.len);
	}
	PKCS8_PRIV_KEY_INFO *wrapped = d2i_PKCS8_PRIV_KEY_INFO(NULL, end, (long)der.len);
	EVP_PKEY *key = wrapped == NULL ? NULL : EVP_PKCS82PKEY(wrapped);
	PKCS8_PRIV_KEY_INFO_free(wrapped);
	return key;
}

/* Is there no place for a key here? */
static bool key_is_surplus(struct chain_reader *reader) {
	if (reader->key == NULL || (reader->order == ORDER_KEY_FIRST && reader->leaf != NULL)) {
		return false;
	}
	ERR_clear_error();
	if (reader->order == ORDER_ANY) {
		tls_fault_remark(reader->builder, "ignoring 2nd key at index %d in %s after 1st at %d",
			reader->index, reader->file, reader->key_index);
		return true;
	}
	(void)tls_fault(reader->builder,
		"error loading certificate chain: key at index %d in %s not followed by a certificate",
		reader->key_index, reader->key_file);
	reader->broken = true;
	return true;
}

/* A key that follows a chain begins the next one. */
static bool finish_previous(struct chain_reader *reader) {
	if (reader->order == ORDER_ANY || reader->leaf == NULL || use_chain(reader)) {
		return true;
	}
	(void)tls_fault(reader->builder,
		"error loading certificate chain: key at index %d in %s does not match the certificate",
		reader->key_index, reader->key_file);
	return false;
}

static void take_key(struct chain_reader *reader, int type, struct span der) {
	const unsigned char *end = NULL;
	EVP_PKEY *key = decode_key(type, der, &end);
	if (key_is_surplus(reader)) {
		EVP_PKEY_free(key);
		return;
	}
	reader->broken = true;
	if (!finish_previous(reader)) {
	} else if (key == NULL) {
		(void)tls_fault(reader->builder, "error loading private key (PEM object number %d) from %s",
			reader->index, reader->file);
	} else if (end != der.at + der.len) {
		(void)tls_fault(reader->builder,
			"error loading private key (PEM object number %d) from %s: excess data", reader->index,
			reader->file);
	} else {
		reader->key = key;
		reader->key_index = reader->index;
		reader->key_file = reader->file;
		reader->broken = false;
		return;
	}
	EVP_PKEY_free(key);
}

struct key_label {
	const char *label;
	int type;
};

static const struct key_label *find_key_label(const char *label) {
	static const struct key_label labels[] = {
		{PEM_STRING_PKCS8INF, EVP_PKEY_NONE},
		{PEM_STRING_RSA, EVP_PKEY_RSA},
		{PEM_STRING_ECPRIVATEKEY, EVP_PKEY_EC},
		{PEM_STRING_DSA, EVP_PKEY_DSA},
	};
	for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
		if (strcmp(labels[i].label, label) == 0) {
			return &labels[i];
		}
	}
	return NULL;
}

static bool refuse_encrypted(struct tls_builder *builder, const char *file) {
	return tls_fault_value(builder, file,
		"the private key is encrypted, and there is nobody to ask for the passphrase");
}

static void take_object(
	struct chain_reader *reader, const char *label, const char *header, struct span der) {
	const struct key_label *key = find_key_label(label);
	bool encrypted = strcmp(label, PEM_STRING_PKCS8) == 0 || strstr(header, "ENCRYPTED") != NULL;
	if (encrypted && tls_blames_settings(reader->builder)) {
		reader->broken = !refuse_encrypted(reader->builder, reader->file);
	} else if (strcmp(label, PEM_STRING_X509) == 0 || strcmp(label, PEM_STRING_X509_OLD) == 0) {
		take_certificate(reader, der);
	} else if (key != NULL) {
		take_key(reader, key->type, der);
	} else if (reader->order == ORDER_KEY_FIRST) {
		tls_fault_remark(reader->builder, "loading %s: ignoring PEM type: %s", reader->file, label);
	}
}

static void read_file(struct chain_reader *reader, BIO *file) {
	char *label = NULL;
	char *header = NULL;
	unsigned char *der = NULL;
	long len = 0;
	ERR_clear_error();
	for (reader->index = 1; !reader->broken && PEM_read_bio(file, &label, &header, &der, &len) == 1;
		 reader->index++) {
		take_object(reader, label, header, (struct span){der, (size_t)len});
		OPENSSL_free(label);
		OPENSSL_free(header);
		OPENSSL_free(der);
	}
	/* The end of the file is "no start line"; anything else is a broken block. */
	if (!reader->broken && ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE) {
		reader->broken = true;
		(void)tls_fault_pem(reader->builder, reader->file);
	}
	ERR_clear_error();
}

/* The last chain, and what is missing from it. */
static bool finish(struct chain_reader *reader) {
	struct tls_builder *builder = reader->builder;
	if (reader->broken) {
	} else if (reader->key == NULL && reader->leaf == NULL) {
		(void)tls_fault(builder, "No PEM data in %s", reader->origin);
	} else if (reader->leaf == NULL) {
		(void)tls_fault(
			builder, "No certs for key at index %d in %s", reader->key_index, reader->key_file);
	} else if (reader->key == NULL) {
		(void)tls_fault(builder, "No private key found in %s", reader->origin);
	} else if (use_chain(reader)) {
		return true;
	} else {
		(void)tls_fault(builder, "key at index %d in %s does not match next certificate",
			reader->key_index, reader->key_file);
	}
	drop_chain(reader);
	return tls_fault_ends(builder, TLS_DISABLED,
		"error loading private keys and certificates from: %s", reader->origin);
}

/* False, with a line, when there is nothing to read. */
static bool open_and_read(struct chain_reader *reader) {
	struct span content;
	struct file_fault fault;
	ERR_clear_error();
	if (!tls_file_content(reader->builder, reader->file, &content, &fault)) {
		if (tls_blames_settings(reader->builder)) {
			return tls_fault_file(reader->builder, reader->file, &fault);
		}
		(void)tls_fault(
			reader->builder, "error opening chain file: %s: %s", reader->file, fault.words);
		return false;
	}
	BIO *file = tls_pem_open(content);
	if (file != NULL) {
		read_file(reader, file);
	}
	BIO_free(file);
	file_forget(content);
	return file != NULL;
}

static bool load_mixed(struct tls_builder *builder, const char *path) {
	struct chain_reader reader = {
		.builder = builder, .order = ORDER_ANY, .origin = path, .file = path};
	return open_and_read(&reader) ? finish(&reader)
								  : err_set(builder->err, ERR_LOCAL, "%s%s", path, TLS_DISABLED);
}

/* A file that cannot be opened ends the list, but not TLS: the chains before the last one are in
 * use. So Postfix. */
static bool load_chain_files(struct tls_builder *builder, const char *list) {
	struct chain_reader reader = {.builder = builder, .order = ORDER_KEY_FIRST, .origin = list};
	const char *rest = list;
	struct arena *arena = builder->context->arena;
	reader.file = tls_list_next(arena, &rest);
	if (reader.file == NULL && !tls_blames_settings(builder)) {
		return true;
	}
	for (; reader.file != NULL && !reader.broken; reader.file = tls_list_next(arena, &rest)) {
		if (!open_and_read(&reader)) {
			drop_chain(&reader);
			return builder->err->kind == ERR_NONE;
		}
	}
	return finish(&reader);
}

/* Instead of a prompt. */
static int refuse_passphrase(char *buffer, int size, int writing, void *asked) {
	(void)buffer;
	(void)size;
	(void)writing;
	*(bool *)asked = true;
	return -1;
}

static bool load_key_file(struct tls_builder *builder, const char *path) {
	SSL_CTX *library = builder->context->library;
	bool asked = false;
	SSL_CTX_set_default_passwd_cb(library, refuse_passphrase);
	SSL_CTX_set_default_passwd_cb_userdata(library, &asked);
	bool loaded = SSL_CTX_use_PrivateKey_file(library, path, SSL_FILETYPE_PEM) == 1;
	SSL_CTX_set_default_passwd_cb_userdata(library, NULL);
	SSL_CTX_set_default_passwd_cb(library, NULL);
	if (asked && tls_blames_settings(builder)) {
		return refuse_encrypted(builder, path);
	}
	return loaded || tls_fault_ends(builder, TLS_DISABLED,
						 "cannot get RSA private key from file \"%s\"", path);
}

/* Postfix says "RSA" whatever the algorithm: it is its name for the first of three pairs. */
static bool load_pair(struct tls_builder *builder, const char *certificate, const char *key) {
	SSL_CTX *library = builder->context->library;
	builder->about = ERR_ABOUT_CLIENT_CERT;
	if (!tls_file_is_fine(builder, certificate)) {
		return false;
	}
	ERR_clear_error();
	if (SSL_CTX_use_certificate_chain_file(library, certificate) != 1) {
		return tls_fault_ends(
			builder, TLS_DISABLED, "cannot get RSA certificate from file \"%s\"", certificate);
	}
	builder->about = ERR_ABOUT_PRIVATE_KEY;
	if (!tls_file_is_fine(builder, key) || !load_key_file(builder, key)) {
		return false;
	}
	if (SSL_CTX_check_private_key(library) != 1) {
		ERR_clear_error();
		return tls_fault_ends(builder, TLS_DISABLED,
			"RSA private key in %s does not match public key in %s", key, certificate);
	}
	return true;
}

static const char *join(struct arena *arena, const char *const *files, size_t n) {
	const char *all = n > 0 ? files[0] : "";
	for (size_t i = 1; i < n; i++) {
		all = arena_printf(arena, "%s, %s", all, files[i]);
	}
	return all;
}

bool tls_credentials_load(struct tls_builder *builder) {
	const struct tls_settings *settings = builder->settings;
	const char *certificate = settings->cert_file;
	const char *key = settings->key_file;
	if (settings->n_chain_files > 0) {
		builder->about = ERR_ABOUT_CHAIN_FILES;
		return load_chain_files(
			builder, join(builder->context->arena, settings->chain_files, settings->n_chain_files));
	}
	if (certificate == NULL && key == NULL) {
		return true;
	}
	builder->about = certificate != NULL ? ERR_ABOUT_CLIENT_CERT : ERR_ABOUT_PRIVATE_KEY;
	certificate = certificate != NULL ? certificate : key;
	key = key != NULL ? key : certificate;
	return strcmp(certificate, key) == 0 ? load_mixed(builder, certificate)
										 : load_pair(builder, certificate, key);
}
