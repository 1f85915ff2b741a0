/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of outcomes. */
#include "http/http.h"

#include <string.h>

#include "base/ascii.h"

const char *http_outcome_words(enum http_outcome outcome) {
	switch (outcome) {
	case HTTP_PENDING:
		return "no answer yet";
	case HTTP_ANSWERED:
		return "answered";
	case HTTP_TOO_LONG:
		return "the answer is too long";
	case HTTP_TIMED_OUT:
		return "no answer in time";
	case HTTP_NOT_CONNECTED:
		return "no connection";
	case HTTP_TLS_FAILED:
		return "the TLS handshake failed";
	case HTTP_UNTRUSTED:
		return "the certificate is not valid for the host";
	case HTTP_BROKEN:
		return "the answer is not HTTP, or ends early";
	case HTTP_FAILED:
		break;
	}
	return "this machine failed";
}

/* Octets of " after 8 ms" or " after 8 milliseconds" at the start; 0: something else is there. */
static size_t time_len(const char *text) {
	static const char after[] = " after ";
	static const char *const units[] = {" milliseconds", " ms", " seconds"};
	size_t len = sizeof after - 1;
	size_t digits = strncmp(text, after, len) == 0 ? strspn(text + len, "0123456789") : 0;
	for (size_t i = 0; i < sizeof units / sizeof units[0] && digits > 0; i++) {
		size_t unit_len = strlen(units[i]);
		const char *unit = text + len + digits;
		if (strncmp(unit, units[i], unit_len) == 0 && !ascii_is_alnum(unit[unit_len])) {
			return len + digits + unit_len;
		}
	}
	return 0;
}

void http_make_steady(char *words) {
	static const char with[] = " with ";
	char *to = words;
	for (const char *at = words; *at != '\0';) {
		size_t len = time_len(at);
		if (strncmp(at, with, sizeof with - 1) == 0 && ascii_is_digit(at[sizeof with - 1]) &&
			strstr(at, "byte") != NULL) {
			len = strlen(at); /* nothing ever follows */
		}
		if (len == 0) {
			*to++ = *at++;
		}
		at += len;
	}
	*to = '\0';
}
