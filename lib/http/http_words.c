/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of outcomes. */
#include "http/http.h"

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
