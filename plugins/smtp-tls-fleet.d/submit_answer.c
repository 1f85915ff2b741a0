/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Outcomes and status codes; of the body two members, without a reader for all of JSON. */
#include "smtp-tls-fleet.d/submit_answer.h"

#include <string.h>

#include "base/ascii.h"

#define STATUS_SHOWN 200U

/* What stands behind the first "key": of a body, blanks left out; empty: there is none. */
static struct span value_of(struct span body, const char *key) {
	size_t len = strlen(key);
	for (size_t i = 0; i + len < body.len; i++) {
		if (memcmp(body.at + i, key, len) != 0) {
			continue;
		}
		size_t at = i + len;
		while (at < body.len && ascii_is_blank(body.at[at])) {
			at++;
		}
		return (struct span){body.at + at, body.len - at};
	}
	return (struct span){NULL, 0};
}

struct span submit_status(struct span body) {
	struct span value = value_of(body, "\"status\":");
	if (value.len < 2 || value.at[0] != '"') {
		return (struct span){NULL, 0};
	}
	const uint8_t *end = memchr(value.at + 1, '"', value.len - 1);
	return (struct span){value.at + 1, end == NULL ? 0 : (size_t)(end - value.at - 1)};
}

/* {"results":[{"code":200.0,"status":"Successfully processed check result for object ..."}]} */
static bool has_result(struct span body) {
	struct span code = value_of(body, "\"code\":");
	return value_of(body, "\"results\":").len > 0 && code.len > 0 && code.at[0] == '2';
}

static bool is_success(const struct http_answer *answer) {
	return answer->status >= 200 && answer->status < 300;
}

enum submit_fate submit_fate_of(const struct http_answer *answer) {
	switch (answer->outcome) {
	case HTTP_ANSWERED:
		break;
	case HTTP_TOO_LONG:
	case HTTP_UNTRUSTED:
		return SUBMIT_LOST;
	case HTTP_PENDING:
	case HTTP_TIMED_OUT:
	case HTTP_NOT_CONNECTED:
	case HTTP_TLS_FAILED:
	case HTTP_BROKEN:
	case HTTP_FAILED:
		return SUBMIT_AGAIN;
	}
	if (answer->status == 409) { /* it has a newer one of this service */
		return SUBMIT_TAKEN;
	}
	if (is_success(answer)) {
		return has_result(answer->body) ? SUBMIT_TAKEN : SUBMIT_LOST;
	}
	bool busy = answer->status >= 500 || answer->status == 408 || answer->status == 429;
	return busy ? SUBMIT_AGAIN : SUBMIT_LOST;
}

bool submit_is_elsewhere(enum http_outcome outcome) {
	return outcome == HTTP_NOT_CONNECTED || outcome == HTTP_TIMED_OUT ||
		   outcome == HTTP_TLS_FAILED || outcome == HTTP_UNTRUSTED;
}

/* What of the URL or of the file of --submit-config leads to such a status. */
static const char *hint_for(struct arena *arena, const struct http_answer *answer, const char *to) {
	if (is_success(answer)) {
		return "; that is no answer of Icinga's: is the URL that of its API?";
	}
	switch (answer->status) {
	case 301:
	case 302:
	case 307:
	case 308:
		return "; redirects are not followed: is the URL that of its API?";
	case 401:
		return "; --submit-config names no ApiUser of its";
	case 404:
		return arena_printf(arena, "; the service sought is \"%s\"", to);
	default:
		return "";
	}
}

const char *submit_answer_words(
	struct arena *arena, const struct http_answer *answer, const char *service) {
	if (answer->outcome != HTTP_ANSWERED) {
		return arena_printf(arena, "%s (%.*s)%s", http_outcome_words(answer->outcome),
			(int)answer->words.len, (const char *)answer->words.at,
			answer->outcome == HTTP_UNTRUSTED ? "; ca and name of --submit-config decide that"
											  : "");
	}
	struct span status = submit_status(answer->body);
	size_t shown = status.len < STATUS_SHOWN ? status.len : STATUS_SHOWN;
	return arena_printf(arena, "the API answers %d%s%.*s%s", answer->status, shown > 0 ? ": " : "",
		(int)shown, (const char *)status.at, hint_for(arena, answer, service));
}
