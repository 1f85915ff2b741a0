/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Internationalised domain names to what the DNS knows (RFC 5891, UTS 46). Needs libidn2, which is
 * loaded when the first name beyond ASCII comes along and never otherwise; without it such a name
 * is refused with a message that says so. */
#ifndef CONFIG_IDN_H
#define CONFIG_IDN_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"

enum idn_mapping {
	IDN_NON_TRANSITIONAL, /* "ß" stays a letter of its own */
	IDN_TRANSITIONAL      /* enable_idna2003_compatibility */
};

/* Convert the name in a destination or a pattern ("[b\xc3\xbccher.example]:25",
 * ".b\xc3\xbccher.example"): brackets, port, "inet:" and a leading dot stay as they are; the full
 * stops of other scripts become dots. A text without letters beyond ASCII in its name, or with the
 * path of a socket, comes back unchanged. The result is the arena's or the argument. ERR_USAGE in
 * Postfix's words, without the "midna_domain_to_ascii_create: " that it puts before them. */
bool idn_to_ascii(struct arena *arena, const char *text, enum idn_mapping mapping,
	const char **ascii, struct err *err);

/* The reason at the end of such an error, for those who have words of their own for the rest. */
const char *idn_reason(const struct err *err);

/* Behind the dot, the full stop of any script, that a pattern for hosts in a domain begins with;
 * the pattern itself when there is none. */
const char *idn_behind_dot(const char *pattern);

/* Is there a byte beyond ASCII? */
bool idn_is_needed(const char *text);

/* Was libidn2 there when this was built? */
bool idn_is_available(void);

#endif
