/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Kinds of ASCII characters. ctype.h follows the locale, and is undefined for what is beyond ASCII
 * in a char; these are neither. */
#ifndef BASE_ASCII_H
#define BASE_ASCII_H

#include <stdbool.h>

static inline bool ascii_is_digit(int c) {
	return c >= '0' && c <= '9';
}

static inline bool ascii_is_alnum(int c) {
	return ascii_is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* As the DNS compares names; tolower() follows the locale. */
static inline char ascii_lower(char c) {
	return c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
}

/* RFC 5234: WSP. */
static inline bool ascii_is_blank(int c) {
	return c == ' ' || c == '\t';
}

/* As isspace(3) in the C locale. */
static inline bool ascii_is_space(int c) {
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Of a hexadecimal digit in either case; -1 for anything else. */
static inline int ascii_hex_value(int c) {
	if (ascii_is_digit(c)) {
		return c - '0';
	}
	int lower = c | 32;
	return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

#endif
