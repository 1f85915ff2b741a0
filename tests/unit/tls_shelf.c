/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A directory of PEM files, right and wrong ones. */
#include "tls_shelf.h"

#include <dirent.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "unit.h"

#define PASSPHRASE ((const unsigned char *)"secret")

static void hear(struct trace *trace, const struct event *event) {
	struct tls_shelf *shelf =
		(struct tls_shelf *)(void *)((char *)trace - offsetof(struct tls_shelf, trace));
	struct text *heard = &shelf->heard;
	ck_assert_int_eq(event->node, -1);
	if (event->kind == EVENT_TLS_LIBRARY) {
		/* error:CODE:LIBRARY:FUNCTION:REASON:FILE:LINE: */
		const char *reason = event->text[0];
		for (int i = 0; i < 4; i++) {
			reason = strchr(reason, ':') + 1;
		}
		if (!shelf->heard_library) {
			text_addf(heard, "library: %.*s\n", (int)strcspn(reason, ":"), reason);
		}
	} else if (event->kind == EVENT_TLS_SETUP) {
		text_addf(heard, "%s: %s\n", event->number[0] == 1 ? "warning" : "info", event->text[0]);
	} else if (event->kind == EVENT_TLS_ENGINE) {
		text_add(heard, "engine\n");
	} else if (event->kind == EVENT_TLS_ANCHOR) {
		text_addf(heard, "anchor %s %s ", event->text[0], event->text[1]);
		text_add_hex(heard, (struct span){event->bytes[0].at, 3}, '\0');
		text_add(heard, "\n");
	} else {
		ck_abort_msg("event %d", (int)event->kind);
	}
	shelf->heard_library = event->kind == EVENT_TLS_LIBRARY;
}

void tls_shelf_listen(struct tls_shelf *shelf, struct arena *arena) {
	*shelf = (struct tls_shelf){.trace = {.emit = hear}, .heard = text_new(arena, 16384)};
}

void tls_shelf_open(struct tls_shelf *shelf) {
	*shelf = (struct tls_shelf){.trace = {.emit = hear}};
	tls_lab_open(&shelf->lab);
	shelf->heard = text_new(shelf->lab.arena, 16384);
	snprintf(shelf->path, sizeof shelf->path, "/tmp/test_tls_shelf_XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(shelf->path));
	ck_assert_int_eq(chdir(shelf->path), 0);
}

void tls_shelf_close(struct tls_shelf *shelf) {
	DIR *directory = opendir(shelf->path);
	ck_assert_ptr_nonnull(directory);
	for (const struct dirent *entry = readdir(directory); entry != NULL;
		 entry = readdir(directory)) {
		unlink(tls_shelf_path(shelf, entry->d_name));
	}
	closedir(directory);
	ck_assert_int_eq(rmdir(shelf->path), 0);
	tls_lab_close(&shelf->lab);
}

const char *tls_shelf_path(struct tls_shelf *shelf, const char *name) {
	return arena_printf(shelf->lab.arena, "%s/%s", shelf->path, name);
}

void tls_shelf_write(struct tls_shelf *shelf, const char *name, const char *text) {
	FILE *file = fopen(tls_shelf_path(shelf, name), "w");
	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	fclose(file);
}

/* With an octet behind the end. */
static void put_long(FILE *file, const char *label, unsigned char *der, int len) {
	ck_assert_int_gt(len, 0);
	unsigned char *longer = OPENSSL_zalloc((size_t)len + 1);
	memcpy(longer, der, (size_t)len);
	PEM_write(file, label, "", longer, len + 1);
	OPENSSL_free(longer);
	OPENSSL_free(der);
}

static void put_key(FILE *file, const char *kind, EVP_PKEY *key) {
	unsigned char *der = NULL;
	if (strcmp(kind, "key") == 0) {
		PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL);
	} else if (strcmp(kind, "old key") == 0) {
		BIO *bio = BIO_new_fp(file, BIO_NOCLOSE);
		PEM_write_bio_PrivateKey_traditional(bio, key, NULL, NULL, 0, NULL, NULL);
		BIO_free(bio);
	} else if (strcmp(kind, "encrypted") == 0) {
		PEM_write_PKCS8PrivateKey(
			file, key, EVP_aes_128_cbc(), (const char *)PASSPHRASE, 6, NULL, NULL);
	} else if (strcmp(kind, "old encrypted") == 0) {
		BIO *bio = BIO_new_fp(file, BIO_NOCLOSE);
		PEM_write_bio_PrivateKey_traditional(
			bio, key, EVP_aes_128_cbc(), PASSPHRASE, 6, NULL, NULL);
		BIO_free(bio);
	} else if (strcmp(kind, "public") == 0) {
		PEM_write_PUBKEY(file, key);
	} else {
		ck_assert_str_eq(kind, "long key");
		PKCS8_PRIV_KEY_INFO *wrapped = EVP_PKEY2PKCS8(key);
		int len = i2d_PKCS8_PRIV_KEY_INFO(wrapped, &der);
		PKCS8_PRIV_KEY_INFO_free(wrapped);
		put_long(file, PEM_STRING_PKCS8INF, der, len);
	}
}

static void put_named(struct tls_shelf *shelf, FILE *file, const char *kind, const char *name) {
	const struct pki_chain *chain = pki_find(shelf->lab.pki, name);
	ck_assert_msg(chain != NULL, "no certificate \"%s\"", name);
	if (strcmp(kind, "cert") == 0) {
		PEM_write_X509(file, chain->leaf);
	} else if (strcmp(kind, "long cert") == 0) {
		unsigned char *der = NULL;
		int len = i2d_X509(chain->leaf, &der);
		put_long(file, PEM_STRING_X509, der, len);
	} else {
		put_key(file, kind, chain->key);
	}
}

static void put(struct tls_shelf *shelf, FILE *file, const char *words) {
	static const unsigned char no_object[] = {0x30, 0x03, 0x02, 0x01, 0x01};
	if (strcmp(words, "bad cert") == 0) {
		PEM_write(file, PEM_STRING_X509, "", no_object, sizeof no_object);
	} else if (strcmp(words, "bad key") == 0) {
		PEM_write(file, PEM_STRING_PKCS8INF, "", no_object, sizeof no_object);
	} else if (strcmp(words, "other") == 0) {
		PEM_write(file, "FOO", "", no_object, sizeof no_object);
	} else if (strcmp(words, "broken") == 0) {
		fputs("-----BEGIN CERTIFICATE-----\nMII*not base64*\n-----END CERTIFICATE-----\n", file);
	} else {
		const char *blank = strrchr(words, ' ');
		ck_assert_ptr_nonnull(blank);
		const char *kind = arena_copy_text(shelf->lab.arena, words, (size_t)(blank - words));
		put_named(shelf, file, kind, blank + 1);
	}
}

void tls_shelf_fill(struct tls_shelf *shelf, const char *name, const char *recipe) {
	FILE *file = fopen(tls_shelf_path(shelf, name), "w");
	ck_assert_ptr_nonnull(file);
	while (*recipe != '\0') {
		size_t len = strcspn(recipe, ",");
		put(shelf, file, arena_copy_text(shelf->lab.arena, recipe, len));
		recipe += len;
		recipe += strspn(recipe, ", ");
	}
	fclose(file);
}

struct tls_context *tls_shelf_build(
	struct tls_shelf *shelf, const struct tls_settings *settings, struct err *err) {
	text_truncate(&shelf->heard, 0);
	shelf->heard_library = false;
	return tls_context_new(shelf->lab.arena, settings, &shelf->trace, err);
}

void tls_shelf_assert_heard(const struct tls_shelf *shelf, const char *wanted) {
	const char *heard = shelf->heard.at;
	const char *all = heard;
	while (*wanted != '\0') {
		size_t len = strcspn(wanted, "\n");
		size_t heard_len = strcspn(heard, "\n");
		bool open = strncmp(wanted, "library: *", len) == 0;
		size_t same = open ? strlen("library: ") : heard_len;
		ck_assert_msg(strncmp(heard, wanted, same) == 0 && (open || len == heard_len),
			"wanted \"%s\" in:\n%s", wanted, all);
		wanted += len + 1;
		heard += heard_len + (heard[heard_len] == '\n');
	}
	ck_assert_msg(*heard == '\0', "more than wanted: %s", heard);
}
