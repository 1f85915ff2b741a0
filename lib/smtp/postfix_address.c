/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Numeric addresses judged field by field, and written anew. */
#include "smtp/postfix_address.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/ascii.h"

#define IPV4_NUMBERS 4
#define IPV6_COLONS 7
#define IPV6_FIELD_DIGITS 4U
#define HEX_DIGITS "0123456789abcdefABCDEF"

/* Up to the dot or the end: a number of any length, 255 at most. */
static bool take_number(const char **text) {
	unsigned value = 0;
	const char *at = *text;
	for (; ascii_is_digit(*at) && value <= 255; at++) {
		value = value * 10 + (unsigned)(*at - '0');
	}
	bool good = at > *text && value <= 255 && (*at == '.' || *at == '\0');
	*text = at;
	return good;
}

/* "0.0.0.0" in any number of zeros is one, another address that begins with 0 is none. */
static bool is_ipv4(const char *text) {
	size_t zeros = strspn(text, "0");
	if (text[zeros] == '.' && zeros > 0 && text[strspn(text, "0.")] != '\0') {
		return false;
	}
	for (int i = 1; take_number(&text); i++, text++) {
		if (*text == '\0') {
			return i == IPV4_NUMBERS;
		}
	}
	return false;
}

/* At the end of the text. */
static bool has_all_fields(int colons, int gap, size_t digits) {
	return colons >= 2 && colons <= IPV6_COLONS && (digits > 0 || gap == colons - 1);
}

static bool is_ipv6(const char *text) {
	int colons = 0;
	int gap = 0; /* the colon before "::", counted from 1 */
	if (text[0] == ':' && text[1] != ':') {
		return false;
	}
	for (size_t digits = 0;; text += digits) {
		if (*text == ':') {
			digits = 0;
			text++;
			colons++;
			if (*text == ':' && gap > 0) {
				return false;
			}
			gap = *text == ':' ? colons : gap;
			continue;
		}
		if (*text == '\0') {
			return has_all_fields(colons, gap, digits);
		}
		digits = strspn(text, HEX_DIGITS);
		if (text[digits] == '.') {
			return colons >= 2 && colons < IPV6_COLONS && is_ipv4(text);
		}
		if (digits == 0 || digits > IPV6_FIELD_DIGITS) {
			return false;
		}
	}
}

int postfix_address_family(const char *text) {
	if (strchr(text, ':') != NULL) {
		return is_ipv6(text) ? 6 : 0;
	}
	return is_ipv4(text) ? 4 : 0;
}

bool postfix_address_plain(const char *text, char plain[ADDRESS_TEXT_MAX]) {
	struct in_addr four;
	struct in6_addr six;
	plain[0] = '\0';
	if (strchr(text, ':') != NULL) {
		return inet_pton(AF_INET6, text, &six) == 1 &&
			   inet_ntop(AF_INET6, &six, plain, ADDRESS_TEXT_MAX) != NULL;
	}
	return inet_aton(text, &four) != 0 &&
		   inet_ntop(AF_INET, &four, plain, ADDRESS_TEXT_MAX) != NULL;
}
