/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The parameters that Postfix looks at when a program like posttls-finger starts, in its order: an
 * evaluated one is known by name to those behind it. Those we have no use for are checked all the
 * same, because a bad value ends Postfix. Pure. */
#ifndef CONFIG_POSTFIX_TABLE_H
#define CONFIG_POSTFIX_TABLE_H

#include "base/err.h"

enum postfix_kind {
	POSTFIX_TEXT,
	POSTFIX_FILLED, /* a text of at least `least` characters */
	POSTFIX_YES_NO,
	POSTFIX_NUMBER, /* an int, `least` or more */
	POSTFIX_LONG,
	POSTFIX_TIME, /* a number and a unit: s, m, h, d, w */
	POSTFIX_LEVEL /* a compatibility level */
};

struct postfix_param {
	const char *name; /* NULL ends the table */
	enum postfix_kind kind;
	const char *fallback; /* not expanded; NULL: none that matters to us */
	long least;
};

/* This row and all behind it are looked at when TLS is set up, and not at all without TLS. */
#define POSTFIX_FIRST_OF_TLS "tls_high_cipherlist"

extern const struct postfix_param postfix_table[];

/* Is this a value that the parameter may have? ERR_USAGE in Postfix's words. */
bool postfix_param_check(const struct postfix_param *param, const char *value, struct err *err);

/* What Postfix says of a name that is no host name ("valid_hostname: ..."); false when it is one.
 */
bool postfix_hostname_complain(const char *name, struct err *complaint);

#endif
