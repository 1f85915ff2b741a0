/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Options of the library, by Postfix's names (tls_disable_workarounds, tls_ssl_options). */
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tls/tls_builder.h"

struct option_word {
	const char *word;
	uint64_t bits;
};

/* Postfix knows more of them than the library still does: these ask for nothing. */
static const struct option_word workarounds[] = {
	{"MICROSOFT_SESS_ID_BUG", 0},
	{"NETSCAPE_CHALLENGE_BUG", 0},
	{"LEGACY_SERVER_CONNECT", SSL_OP_LEGACY_SERVER_CONNECT},
	{"NETSCAPE_REUSE_CIPHER_CHANGE_BUG", 0},
	{"CVE-2010-4180", 0},
	{"SSLREF2_REUSE_CERT_TYPE_BUG", 0},
	{"MICROSOFT_BIG_SSLV3_BUFFER", 0},
	{"MSIE_SSLV2_RSA_PADDING", 0},
	{"CVE-2005-2969", 0},
	{"SSLEAY_080_CLIENT_DH_BUG", 0},
	{"TLS_D5_BUG", 0},
	{"TLS_BLOCK_PADDING_BUG", 0},
	{"TLS_ROLLBACK_BUG", 0},
	{"DONT_INSERT_EMPTY_FRAGMENTS", SSL_OP_DONT_INSERT_EMPTY_FRAGMENTS},
	{"CRYPTOPRO_TLSEXT_BUG", SSL_OP_CRYPTOPRO_TLSEXT_BUG},
	{"TLSEXT_PADDING", SSL_OP_TLSEXT_PADDING},
	{NULL, 0},
};

static const struct option_word options[] = {
	{"LEGACY_SERVER_CONNECT", SSL_OP_LEGACY_SERVER_CONNECT},
	{"NO_TICKET", SSL_OP_NO_TICKET},
	{"NO_COMPRESSION", SSL_OP_NO_COMPRESSION},
	{"NO_RENEGOTIATION", SSL_OP_NO_RENEGOTIATION},
	{"NO_SESSION_RESUMPTION_ON_RENEGOTIATION", SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION},
	{"PRIORITIZE_CHACHA", SSL_OP_PRIORITIZE_CHACHA},
	{"ENABLE_MIDDLEBOX_COMPAT", SSL_OP_ENABLE_MIDDLEBOX_COMPAT},
	{NULL, 0},
};

/* Those that other settings decide. */
#define MANAGED                                                                                    \
	(SSL_OP_ALL | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_IGNORE_UNEXPECTED_EOF |                 \
		SSL_OP_NO_SSL_MASK)

/* A name, or "0x" and digits. */
static bool find(const struct option_word *table, const char *word, uint64_t *bits) {
	if (strncasecmp(word, "0x", 2) == 0) {
		size_t digits = strspn(word + 2, "0123456789abcdefABCDEF");
		*bits = strtoull(word, NULL, 16);
		return digits > 0 && digits <= 16 && word[2 + digits] == '\0';
	}
	for (; table->word != NULL; table++) {
		if (strcasecmp(table->word, word) == 0) {
			*bits = table->bits;
			return true;
		}
	}
	return false;
}

static uint64_t bits_of(struct tls_builder *builder, const struct option_word *table,
	const char *parameter, const char *list) {
	builder->about = ERR_ABOUT_PARAMETER;
	builder->parameter = parameter;
	uint64_t all = 0;
	const char *rest = list;
	struct arena *arena = builder->context->arena;
	for (const char *word = tls_list_next(arena, &rest); word != NULL;
		 word = tls_list_next(arena, &rest)) {
		uint64_t bits = 0;
		if (find(table, word, &bits)) {
			all |= bits;
		} else {
			(void)tls_fault(builder, "unknown %s value \"%s\" in \"%s\"", parameter, word, list);
		}
	}
	return all;
}

static uint64_t excluded(const struct tls_protocols *protocols) {
	static const uint64_t bits[TLS_PROTOCOLS] = {0, SSL_OP_NO_SSLv3, SSL_OP_NO_TLSv1,
		SSL_OP_NO_TLSv1_1, SSL_OP_NO_TLSv1_2, SSL_OP_NO_TLSv1_3};
	uint64_t set = 0;
	for (size_t i = 0; i < TLS_PROTOCOLS; i++) {
		set |= (protocols->excluded >> i & 1U) != 0 ? bits[i] : 0;
	}
	return set;
}

bool tls_options_set(struct tls_builder *builder) {
	const struct tls_settings *settings = builder->settings;
	const char *unwanted = settings->disable_workarounds;
	uint64_t bits = SSL_OP_ALL;
	if (unwanted != NULL && *unwanted != '\0') {
		bits &= ~bits_of(builder, workarounds, "tls_disable_workarounds", unwanted);
		bits &= ~SSL_OP_SAFARI_ECDHE_ECDSA_BUG; /* no matter for mail */
	}
	if (settings->ssl_options != NULL && *settings->ssl_options != '\0') {
		bits |= bits_of(builder, options, "tls_ssl_options", settings->ssl_options) & ~MANAGED;
	}
	/* SSL_OP_SINGLE_DH_USE and SSL_OP_SINGLE_ECDH_USE, which Postfix sets, are 0 by now. */
	SSL_CTX_set_options(builder->context->library, bits | SSL_OP_IGNORE_UNEXPECTED_EOF |
													   SSL_OP_NO_RENEGOTIATION |
													   excluded(&settings->protocols));
	return builder->err->kind == ERR_NONE;
}
