/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The words Postfix administrators know: levels, protocol lists, cipher grades (postconf(5)
 * smtp_tls_security_level, smtp_tls_protocols, smtp_tls_ciphers). Pure. */
#ifndef TLS_POSTFIX_WORDS_H
#define TLS_POSTFIX_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/keywords.h"
#include "tls/tls_level.h"

/* Words a user may choose, and the name of each value (half-dane has a name but is no choice). */
extern const struct keyword tls_level_choices[];
const char *tls_level_name(enum tls_level level);

#define TLS_PROTOCOLS 6 /* SSLv2 SSLv3 TLSv1 TLSv1.1 TLSv1.2 TLSv1.3 */

/* A parsed protocol list. Versions are wire numbers (0x0301 is TLSv1), 0 means no limit. */
struct tls_protocols {
	int floor;
	int ceiling;
	unsigned excluded; /* bit i: the i-th of the six names above */
	bool bare_limit; /* ">=" or "<=" stands alone: no limit in Postfix, a slip in all likelihood */
};

/* Parse "!SSLv2, >=TLSv1", "TLSv1.2 TLSv1.3", "<=0x0303": separators are comma, blank, colon; names
 * ignore case; empty allows all; a wire number nobody knows is accepted. ERR_USAGE names the word
 * that is no protocol. */
bool tls_protocols_parse(struct tls_protocols *protocols, const char *list, struct err *err);

/* The newest version of TLS that such a list offers, 0 when it leaves none. */
int tls_protocols_newest(const struct tls_protocols *protocols);

/* One protocol name to its wire number ("TLSv1.2" -> 0x0303). */
bool tls_protocol_find(const char *name, int *version);
const char *tls_protocol_name(int version);

enum tls_grade { TLS_GRADE_MEDIUM, TLS_GRADE_HIGH, TLS_GRADE_NULL };
extern const struct keyword tls_grade_choices[];

/* OpenSSL cipher list of the grade (TLS 1.2 and below), static. TLS_GRADE_NULL has suites only with
 * TLS_ANONYMOUS_NEVER, as in Postfix. */
const char *tls_cipher_list(enum tls_grade grade, enum tls_anonymous anonymous);

#endif
