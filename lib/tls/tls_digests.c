/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Which digests count in TLSA records (tls_dane_digests), and the one of fingerprints, which has
 * the private matching type 255 (RFC 7218). */
#include <openssl/err.h>
#include <string.h>
#include <strings.h>

#include "tls/tls_builder.h"

#define PARAMETER "tls_dane_digests"
#define MATCHING_FINGERPRINT 255
#define MATCHING_TYPES 256

/* As the parameter has it: preferred ones first. */
struct digest_table {
	const EVP_MD *algorithm[MATCHING_TYPES]; /* NULL: such records are unusable */
	int place[MATCHING_TYPES];               /* counted from 1; 0: not mentioned */
	int n_places;
	int last; /* the highest matching type mentioned */
};

/* The number behind "="; 0 without one, -1 when it is refused. */
static int matching_number(struct tls_builder *builder, const char *name, const char *digits) {
	size_t len = strspn(digits, "0123456789");
	int number = 0;
	for (size_t i = 0; i < len && number < MATCHING_TYPES; i++) {
		number = 10 * number + (digits[i] - '0');
	}
	if (len == 0 || digits[len] != '\0' || number >= MATCHING_FINGERPRINT) {
		(void)tls_fault(
			builder, "Invalid matching type number in " PARAMETER ": %s=%s", name, digits);
		return -1;
	}
	if (number == 0) {
		(void)tls_fault(
			builder, "Reserved matching type number in " PARAMETER ": %s=%s", name, digits);
		return -1;
	}
	return number;
}

/* The registry fixes two of them (RFC 6698 7.4); 0 when it is to be passed over. */
static int standard_number(struct tls_builder *builder, const char *name, int number) {
	static const char *const standard[] = {NULL, "sha256", "sha512"};
	if (number > 2) {
		return number;
	}
	if (number > 0) {
		if (strcasecmp(name, standard[number]) != 0) {
			(void)tls_fault(
				builder, PARAMETER ": matching type %d can only be %s", number, standard[number]);
			return 0;
		}
		return number;
	}
	for (int i = 1; i <= 2; i++) {
		if (strcasecmp(name, standard[i]) == 0) {
			return i;
		}
	}
	(void)tls_fault(builder, PARAMETER ": digest algorithm %s needs an explicit number", name);
	return 0;
}

static void take_algorithm(
	struct tls_builder *builder, struct digest_table *table, const char *name, int number) {
	number = standard_number(builder, name, number);
	if (number == 0) {
		return;
	}
	if (table->place[number] != 0) {
		(void)tls_fault(builder, PARAMETER ": matching type %d specified more than once", number);
		return;
	}
	table->place[number] = ++table->n_places;
	/* Not fetched: such a digest is never freed, and the library keeps the bare pointer. */
	table->algorithm[number] = EVP_get_digestbyname(name);
	if (table->algorithm[number] == NULL) {
		(void)tls_fault(builder, PARAMETER ": digest algorithm \"%s\"(%d) unknown", name, number);
	}
}

/* "sha512", "sha384=3", or "=3" to have none. */
static void take_word(struct tls_builder *builder, struct digest_table *table, char *word) {
	char *equals = strchr(word, '=');
	int number = 0;
	if (equals != NULL) {
		*equals = '\0';
		number = equals[1] == '\0' ? 0 : matching_number(builder, word, equals + 1);
	}
	if (number < 0) {
		return;
	}
	table->last = number > table->last ? number : table->last;
	if (*word != '\0') {
		take_algorithm(builder, table, word, number);
	} else {
		table->algorithm[number] = NULL;
	}
}

/* The library prefers high ordinals. */
static void hand_over(
	struct tls_builder *builder, const struct digest_table *table, uint8_t matching) {
	int ordinal = table->n_places - table->place[matching] + 1;
	if (SSL_CTX_dane_mtype_set(builder->context->library, table->algorithm[matching], matching,
			(uint8_t)ordinal) <= 0) {
		(void)tls_fault(builder, PARAMETER ": error configuring matching type %d", matching);
	}
}

static bool set_dane_digests(struct tls_builder *builder, const EVP_MD *fingerprint) {
	const char *list = builder->settings->dane_digests;
	builder->about = ERR_ABOUT_PARAMETER;
	builder->parameter = PARAMETER;
	struct digest_table table = {.last = 2};
	ERR_clear_error();
	struct arena *arena = builder->context->arena;
	for (char *word = tls_list_next(arena, &list); word != NULL;
		 word = tls_list_next(arena, &list)) {
		take_word(builder, &table, word);
	}
	table.algorithm[MATCHING_FINGERPRINT] = fingerprint;
	for (int i = 1; i <= table.last; i++) {
		hand_over(builder, &table, (uint8_t)i);
	}
	hand_over(builder, &table, MATCHING_FINGERPRINT);
	return builder->err->kind == ERR_NONE;
}

bool tls_digests_set(struct tls_builder *builder) {
	struct tls_context *context = builder->context;
	const char *name = builder->settings->digest != NULL ? builder->settings->digest : "sha256";
	context->sha256 = EVP_MD_fetch(NULL, "SHA2-256", NULL);
	const EVP_MD *algorithm = context->sha256;
	if (context->sha256 != NULL && !EVP_MD_is_a(context->sha256, name)) {
		context->digest = EVP_MD_fetch(NULL, name, NULL);
		algorithm = context->digest;
	}
	if (algorithm == NULL || EVP_MD_get_size(algorithm) <= 0) {
		ERR_clear_error();
		builder->about = ERR_ABOUT_DIGEST;
		(void)tls_fault(builder, "Digest algorithm \"%s\" not found", name);
		return tls_fault_ends(builder, "", "disabling TLS support");
	}
	/* Without a wish the library's own preference is Postfix's: sha512, then sha256. */
	if (SSL_CTX_dane_enable(context->library) <= 0 ||
		SSL_CTX_dane_mtype_set(context->library, algorithm, MATCHING_FINGERPRINT, 3) <= 0) {
		return tls_fault_ends(builder, TLS_DISABLED, "OpenSSL DANE initialization failed");
	}
	return builder->settings->dane_digests == NULL || set_dane_digests(builder, algorithm);
}
