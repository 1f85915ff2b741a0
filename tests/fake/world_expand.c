/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* @spki() and its like, $PORT and other names replaced in scenario lines. */
#include "world.h"

#include <stdio.h>
#include <string.h>

enum { EXPANDED_MAX = 32 * 1024 };

struct expansion {
	struct world *world;
	char *out;
	size_t len;
};

static void put(struct expansion *expansion, const char *text, size_t len) {
	if (len < EXPANDED_MAX - expansion->len) {
		memcpy(expansion->out + expansion->len, text, len);
		expansion->len += len;
	}
}

static bool put_file(struct expansion *expansion, const char *name, enum pki_file file) {
	struct world *world = expansion->world;
	const char *path = pool_print(&world->pool, "%s/%s-%d.pem", world->tmp, name, (int)file);
	put(expansion, path, strlen(path));
	return pki_write(world->pki, name, file, path);
}

static bool put_digest(
	struct expansion *expansion, const char *name, enum pki_part part, int matching) {
	uint8_t data[PKI_DATA_MAX];
	size_t len;
	if (!pki_data(expansion->world->pki, name, part, matching, data, &len)) {
		return false;
	}
	for (size_t i = 0; i < len; i++) {
		char hex[3];
		snprintf(hex, sizeof hex, "%02x", data[i]);
		put(expansion, hex, 2);
	}
	return true;
}

static bool put_socket(struct expansion *expansion, const char *name) {
	const char *path = pool_print(&expansion->world->pool, "%s/%s", expansion->world->tmp, name);
	put(expansion, path, strlen(path));
	return true;
}

enum macro {
	MACRO_UNIX,
	MACRO_PEM,
	MACRO_PUBLIC,
	MACRO_PRIVATE,
	MACRO_ENCRYPTED,
	MACRO_REQUEST,
	MACRO_EMPTY,
	MACRO_FP_CERT,
	MACRO_FP_SPKI,
	MACRO_FP_CERT_512,
	MACRO_FP_SPKI_512,
};

static bool put_macro(struct expansion *expansion, enum macro macro, const char *name) {
	switch (macro) {
	case MACRO_UNIX:
		return put_socket(expansion, name);
	case MACRO_PEM:
		return put_file(expansion, name, PKI_FILE_CHAIN);
	case MACRO_PUBLIC:
		return put_file(expansion, name, PKI_FILE_PUBLIC);
	case MACRO_PRIVATE:
		return put_file(expansion, name, PKI_FILE_PRIVATE);
	case MACRO_ENCRYPTED:
		return put_file(expansion, name, PKI_FILE_ENCRYPTED);
	case MACRO_REQUEST:
		return put_file(expansion, name, PKI_FILE_REQUEST);
	case MACRO_EMPTY:
		return put_file(expansion, name, PKI_FILE_EMPTY);
	case MACRO_FP_CERT:
		return put_digest(expansion, name, PKI_CERT, 1);
	case MACRO_FP_SPKI:
		return put_digest(expansion, name, PKI_SPKI, 1);
	case MACRO_FP_CERT_512:
		return put_digest(expansion, name, PKI_CERT, 2);
	case MACRO_FP_SPKI_512:
		return put_digest(expansion, name, PKI_SPKI, 2);
	}
	return false;
}

static const struct {
	const char *word;
	enum macro macro;
} macros[] = {{"$UNIX(", MACRO_UNIX}, {"@pem(", MACRO_PEM}, {"@pempub(", MACRO_PUBLIC},
	{"@key(", MACRO_PRIVATE}, {"@keyenc(", MACRO_ENCRYPTED}, {"@csr(", MACRO_REQUEST},
	{"@empty(", MACRO_EMPTY}, {"@fpcert(", MACRO_FP_CERT}, {"@fpspki(", MACRO_FP_SPKI},
	{"@fpcert512(", MACRO_FP_CERT_512}, {"@fpspki512(", MACRO_FP_SPKI_512}};

/* A macro with an argument at *text: replaced, *text behind it. */
static bool take_macro(struct expansion *expansion, const char **text, const char **wrong) {
	for (size_t i = 0; i < sizeof macros / sizeof macros[0]; i++) {
		size_t len = strlen(macros[i].word);
		if (strncmp(*text, macros[i].word, len) == 0) {
			size_t name_len = strcspn(*text + len, ")");
			const char *name = pool_copy(&expansion->world->pool, *text + len, name_len);
			if (!put_macro(expansion, macros[i].macro, name)) {
				*wrong = *text;
			}
			*text += len + name_len + 1;
			return true;
		}
	}
	return false;
}

static bool take_word(struct expansion *expansion, const char **text) {
	char port[8];
	char dns[8];
	snprintf(port, sizeof port, "%u", (unsigned int)expansion->world->port);
	char second[8];
	snprintf(second, sizeof second, "%u", (unsigned int)expansion->world->second.port);
	snprintf(dns, sizeof dns, "%u", (unsigned int)expansion->world->dnsd.port);
	const struct {
		const char *word;
		const char *value;
	} values[] = {
		{"$PORT", port}, {"$DNS2", second}, {"$DNS", dns}, {"$TMP", expansion->world->tmp}};
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		size_t len = strlen(values[i].word);
		if (strncmp(*text, values[i].word, len) == 0) {
			put(expansion, values[i].value, strlen(values[i].value));
			*text += len;
			return true;
		}
	}
	return false;
}

const char *world_expand(struct world *world, const char *text) {
	struct expansion expansion = {.world = world};
	const char *wrong = NULL;
	if (strpbrk(text, "$@") == NULL) {
		return text;
	}
	expansion.out = pool_new(&world->pool, EXPANDED_MAX + 1);
	while (*text != '\0') {
		size_t len = strcspn(text, "$@");
		put(&expansion, text, len);
		text += len;
		if (*text != '\0' && !take_word(&expansion, &text) &&
			!take_macro(&expansion, &text, &wrong)) {
			put(&expansion, text++, 1);
		}
	}
	if (wrong != NULL) {
		snprintf(world->why, sizeof world->why, "cannot expand: %.100s", wrong);
	}
	return wrong == NULL ? expansion.out : NULL;
}
