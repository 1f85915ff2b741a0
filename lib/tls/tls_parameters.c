/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Key exchange groups and cipher lists. */
#include <openssl/err.h>
#include <string.h>

#include "base/text.h"
#include "tls/tls_builder.h"

#define GROUPS_OCTETS_MAX 4096

/* Postfix's defaults; OpenSSL 3.5 has post-quantum groups and words for lists of groups. */
#if OPENSSL_VERSION_NUMBER >= 0x30500000L
#define DEFAULT_GROUPS "?X25519MLKEM768:DEFAULT"
#define DEFAULT_FFDHE_GROUPS ""
#else
#define DEFAULT_GROUPS "X25519 X448 prime256v1 secp384r1 secp521r1"
#define DEFAULT_FFDHE_GROUPS "ffdhe2048 ffdhe3072"
#endif

struct group_lists {
	const char *groups;
	const char *ffdhe_groups;
	const char *origin; /* how Postfix calls them */
};

/* Groups taken so far, in force in the context. */
struct groups_taken {
	struct text list;
	size_t n_words;
	size_t n;
};

static bool is_group(SSL_CTX *library, const char *word) {
	SSL_CTX *probe = SSL_CTX_new_ex(NULL, NULL, SSL_CTX_get_ssl_method(library));
	bool known = probe != NULL && SSL_CTX_set1_groups_list(probe, word) == 1;
	SSL_CTX_free(probe);
	ERR_clear_error();
	return known;
}

/* The library refuses a list with an unknown group, and one with a group named twice; the list it
 * has stays in force then. */
static void take_groups(struct tls_builder *builder, struct groups_taken *taken, const char *words,
	const char *parameter) {
	struct tls_context *context = builder->context;
	for (const char *word = tls_list_next(context->arena, &words); word != NULL;
		 word = tls_list_next(context->arena, &words)) {
		size_t len = taken->list.len;
		taken->n_words++;
		text_addf(&taken->list, "%s%s", taken->n > 0 ? ":" : "", word);
		if (SSL_CTX_set1_groups_list(context->library, taken->list.at) == 1) {
			taken->n++;
			continue;
		}
		ERR_clear_error();
		text_truncate(&taken->list, len);
		if (tls_blames_settings(builder) && !is_group(context->library, word)) {
			err_set_about(builder->err, ERR_ABOUT_PARAMETER,
				" %s: \"%s\" is no key exchange group of this TLS library", parameter, word);
		}
	}
}

static bool try_groups(struct tls_builder *builder, const struct group_lists *lists) {
	struct groups_taken taken = {.list = text_new(builder->context->arena, GROUPS_OCTETS_MAX)};
	take_groups(builder, &taken, lists->groups, "tls_eecdh_auto_curves");
	take_groups(builder, &taken, lists->ffdhe_groups, "tls_ffdhe_auto_groups");
	if (taken.n > 0) {
		return true;
	}
	builder->about = ERR_ABOUT_PARAMETER;
	builder->parameter = "tls_eecdh_auto_curves";
	if (taken.n_words == 0) {
		(void)tls_fault(
			builder, "no %s key exchange group - OpenSSL requires at least one", lists->origin);
	} else {
		(void)tls_fault(builder, "none of the %s key exchange groups are supported", lists->origin);
	}
	return false;
}

/* Groups are a matter of taste, not of security: no fault of theirs disables TLS in Postfix. */
static void fall_back(struct tls_builder *builder, const struct group_lists *tried) {
	if (strcmp(tried->groups, DEFAULT_GROUPS) != 0 ||
		strcmp(tried->ffdhe_groups, DEFAULT_FFDHE_GROUPS) != 0) {
		const struct group_lists standard = {
			DEFAULT_GROUPS, DEFAULT_FFDHE_GROUPS, "Postfix default"};
		(void)tls_fault(builder, "using Postfix default key exchange groups instead");
		if (try_groups(builder, &standard)) {
			return;
		}
	}
	(void)tls_fault(builder, "using OpenSSL default key exchange groups instead");
}

bool tls_groups_set(struct tls_builder *builder) {
	const struct tls_settings *settings = builder->settings;
	bool unset = settings->groups == NULL && settings->ffdhe_groups == NULL;
	if (unset && tls_blames_settings(builder)) {
		return true;
	}
	const struct group_lists lists = {settings->groups != NULL ? settings->groups : DEFAULT_GROUPS,
		settings->ffdhe_groups != NULL ? settings->ffdhe_groups : DEFAULT_FFDHE_GROUPS,
		"configured"};
	if (lists.groups[0] == '\0' && lists.ffdhe_groups[0] == '\0') {
		return true; /* the library's own */
	}
	ERR_clear_error();
	if (!try_groups(builder, &lists)) {
		fall_back(builder, &lists);
	}
	return builder->err->kind == ERR_NONE;
}

/* What behind the list of a parameter puts anonymous suites where they belong. */
static const char *const list_ends[] = {
	[TLS_ANONYMOUS_NEVER] = ":!aNULL",
	[TLS_ANONYMOUS_FIRST] = ":!eNULL",
	[TLS_ANONYMOUS_LAST] = ":+aNULL:!eNULL",
};

const char *tls_cipher_list_for(
	const struct tls_settings *settings, struct arena *arena, enum tls_anonymous anonymous) {
	const char *list = settings->cipher_lists[settings->grade];
	return list == NULL ? tls_cipher_list(settings->grade, anonymous)
						: arena_printf(arena, "%s%s", list, list_ends[anonymous]);
}

bool tls_ciphers_check(struct tls_builder *builder) {
	static const char *const parameters[] = {
		[TLS_GRADE_MEDIUM] = "tls_medium_cipherlist",
		[TLS_GRADE_HIGH] = "tls_high_cipherlist",
		[TLS_GRADE_NULL] = "tls_null_cipherlist",
	};
	const struct tls_settings *settings = builder->settings;
	const char *list = settings->cipher_lists[settings->grade];
	/* Postfix finds out in each session. */
	if (list == NULL || !tls_blames_settings(builder)) {
		return true;
	}
	ERR_clear_error();
	builder->about = ERR_ABOUT_PARAMETER;
	builder->parameter = parameters[settings->grade];
	return SSL_CTX_set_cipher_list(builder->context->library, list) == 1 ||
		   tls_fault(builder, "\"%s\"", list);
}
