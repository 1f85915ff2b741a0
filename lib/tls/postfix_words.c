/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of levels, grades and protocols, and reading lists of them. */
#include "tls/postfix_words.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const struct keyword tls_level_choices[] = {
	{"none", TLS_LEVEL_NONE},
	{"may", TLS_LEVEL_MAY},
	{"encrypt", TLS_LEVEL_ENCRYPT},
	{"dane", TLS_LEVEL_DANE},
	{"dane-only", TLS_LEVEL_DANE_ONLY},
	{"fingerprint", TLS_LEVEL_FINGERPRINT},
	{"verify", TLS_LEVEL_VERIFY},
	{"secure", TLS_LEVEL_SECURE},
	{NULL, 0},
};

const char *tls_level_name(enum tls_level level) {
	if (level == TLS_LEVEL_HALF_DANE) {
		return "half-dane";
	}
	return keyword_name(tls_level_choices, (int)level);
}

#define SSL2_WIRE 0x0002
#define TLS_OLDEST_WIRE 0x0301 /* libraries of today speak nothing older */

/* In the order of the bits of tls_protocols.excluded. */
static const struct keyword protocol_names[] = {
	{"SSLv2", SSL2_WIRE},
	{"SSLv3", 0x0300},
	{"TLSv1", 0x0301},
	{"TLSv1.1", 0x0302},
	{"TLSv1.2", 0x0303},
	{"TLSv1.3", 0x0304},
	{NULL, 0},
};

bool tls_protocol_find(const char *name, int *version) {
	return keyword_find(protocol_names, name, version);
}

const char *tls_protocol_name(int version) {
	return keyword_name(protocol_names, version);
}

static bool protocol_bit(const char *name, unsigned *bits) {
	for (unsigned i = 0; protocol_names[i].word != NULL; i++) {
		if (strcasecmp(protocol_names[i].word, name) == 0) {
			*bits |= 1U << i;
			return true;
		}
	}
	return false;
}

/* A limit is a name (but SSLv2 is none), "None", or a wire version in hexadecimal. */
static bool protocol_limit(const char *word, struct tls_protocols *protocols, int *version) {
	if (strcasecmp(word, "none") == 0) {
		*version = 0;
		return true;
	}
	if (tls_protocol_find(word, version)) {
		return *version != SSL2_WIRE;
	}
	protocols->bare_limit |= *word == '\0';
	char *end = NULL;
	errno = 0;
	unsigned long number = strtoul(word, &end, 16);
	if (*end != '\0' || errno != 0 || number > INT_MAX) {
		return false;
	}
	*version = (int)number;
	return true;
}

#define PROTOCOL_SEPARATORS ", \t\r\n:"
#define PROTOCOL_WORD_MAX 32

bool tls_protocols_parse(struct tls_protocols *protocols, const char *list, struct err *err) {
	*protocols = (struct tls_protocols){0};
	unsigned included = 0;
	for (list += strspn(list, PROTOCOL_SEPARATORS); *list != '\0';
		 list += strspn(list, PROTOCOL_SEPARATORS)) {
		char word[PROTOCOL_WORD_MAX] = "";
		size_t len = strcspn(list, PROTOCOL_SEPARATORS);
		bool known = len < sizeof word;
		memcpy(word, list, known ? len : sizeof word - 1);
		list += len;
		if (!known) {
		} else if (strncmp(word, ">=", 2) == 0) {
			known = protocol_limit(word + 2, protocols, &protocols->floor);
		} else if (strncmp(word, "<=", 2) == 0) {
			known = protocol_limit(word + 2, protocols, &protocols->ceiling);
		} else if (word[0] == '!') {
			known = protocol_bit(word + 1, &protocols->excluded);
		} else {
			known = protocol_bit(word, &included);
		}
		if (!known) {
			return err_set(err, ERR_USAGE,
				"\"%s\" is no TLS protocol: known are SSLv3 TLSv1 TLSv1.1 TLSv1.2 TLSv1.3, also "
				"behind ! or the sign of a limit, as in the manual",
				word);
		}
	}
	if (included != 0) {
		protocols->excluded |= ((1U << TLS_PROTOCOLS) - 1U) & ~included;
	}
	return true;
}

int tls_protocols_newest(const struct tls_protocols *protocols) {
	for (unsigned i = TLS_PROTOCOLS; i-- > 0;) {
		int version = protocol_names[i].value;
		bool below = protocols->ceiling == 0 || version <= protocols->ceiling;
		if (version >= TLS_OLDEST_WIRE && version >= protocols->floor && below &&
			(protocols->excluded >> i & 1U) == 0) {
			return version;
		}
	}
	return 0;
}

const struct keyword tls_grade_choices[] = {
	{"medium", TLS_GRADE_MEDIUM},
	{"high", TLS_GRADE_HIGH},
	{"null", TLS_GRADE_NULL},
	/* Postfix 3.8 and later treat these as medium. */
	{"low", TLS_GRADE_MEDIUM},
	{"export", TLS_GRADE_MEDIUM},
	{NULL, 0},
};

#define CIPHERS_OUT "!SEED:!IDEA:!3DES:!RC2:!RC4:!RC5:!kDH:!kECDH:!aDSS:!MD5"
#define CIPHERS_NULL "eNULL:!kDH:!kECDH:!aDSS:!MD5:!aNULL"

/* "aNULL:-aNULL" makes OpenSSL put anonymous suites before equals; "+aNULL" moves them last. */
static const char *const cipher_lists[][3] = {
	[TLS_GRADE_MEDIUM] =
		{
			[TLS_ANONYMOUS_NEVER] =
				"aNULL:-aNULL:HIGH:MEDIUM:" CIPHERS_OUT ":+RC4:@STRENGTH:!aNULL",
			[TLS_ANONYMOUS_FIRST] =
				"aNULL:-aNULL:HIGH:MEDIUM:" CIPHERS_OUT ":+RC4:@STRENGTH:!eNULL",
			[TLS_ANONYMOUS_LAST] = "HIGH:MEDIUM:" CIPHERS_OUT ":+RC4:@STRENGTH:+aNULL:!eNULL",
		},
	[TLS_GRADE_HIGH] =
		{
			[TLS_ANONYMOUS_NEVER] = "aNULL:-aNULL:HIGH:" CIPHERS_OUT ":@STRENGTH:!aNULL",
			[TLS_ANONYMOUS_FIRST] = "aNULL:-aNULL:HIGH:" CIPHERS_OUT ":@STRENGTH:!eNULL",
			[TLS_ANONYMOUS_LAST] = "HIGH:" CIPHERS_OUT ":@STRENGTH:+aNULL:!eNULL",
		},
	[TLS_GRADE_NULL] =
		{
			[TLS_ANONYMOUS_NEVER] = CIPHERS_NULL ":!aNULL",
			[TLS_ANONYMOUS_FIRST] = CIPHERS_NULL ":!eNULL",
			[TLS_ANONYMOUS_LAST] = CIPHERS_NULL ":!eNULL",
		},
};

const char *tls_cipher_list(enum tls_grade grade, enum tls_anonymous anonymous) {
	return cipher_lists[grade][anonymous];
}
