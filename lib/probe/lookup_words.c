/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Postfix's classes of lookup results, their words, and its faults of names. */
#include "probe/lookup_words.h"

#include <string.h>

#include "base/text.h"
#include "dns/host_name.h"
#include "smtp/destination.h"

/* As the C library sees it, which asks the next server then. NOERROR: there was no answer at all.
 */
static bool is_passing(enum dns_rcode rcode) {
	return rcode == DNS_RCODE_NOERROR || rcode == DNS_RCODE_SERVFAIL || rcode == DNS_RCODE_NOTIMP ||
		   rcode == DNS_RCODE_REFUSED;
}

enum lookup_class lookup_class_of(const struct dns_question *question) {
	switch (question->outcome) {
	case DNS_FOUND:
		return LOOKUP_OK;
	case DNS_NODATA:
	case DNS_NXDOMAIN:
	case DNS_INVALID:
		return LOOKUP_NOT_FOUND;
	case DNS_SERVER_FAILED:
		return is_passing(question->answer.rcode) ? LOOKUP_RETRY : LOOKUP_FAILED;
	case DNS_MALFORMED:
		return question->answer.loop ? LOOKUP_NOT_FOUND : LOOKUP_RETRY;
	case DNS_PENDING:
	case DNS_BOGUS:
	case DNS_TIMED_OUT:
	case DNS_UNREACHABLE:
		break;
	}
	return LOOKUP_RETRY;
}

static const char *words_for(const struct dns_question *question) {
	switch (lookup_class_of(question)) {
	case LOOKUP_FAILED:
		return "Non-recoverable error";
	case LOOKUP_NOT_FOUND:
		return question->outcome == DNS_NODATA ? "Host found but no data record of requested type"
											   : "Host not found";
	case LOOKUP_OK:
	case LOOKUP_RETRY:
		break;
	}
	return "Host not found, try again";
}

const char *lookup_reason(struct arena *arena, const struct dns_question *question) {
	const char *type = dns_type_name(question->type);
	if (question->native_words != NULL) {
		return arena_printf(
			arena, "unable to look up host %s: %s", question->name, question->native_words);
	}
	if (question->outcome == DNS_INVALID) {
		return arena_printf(
			arena, "Name service error for %s: invalid host or domain name", question->name);
	}
	if (question->outcome == DNS_MALFORMED && question->answer.loop) {
		return arena_printf(arena, "Name server loop for %s", question->name);
	}
	if (question->outcome == DNS_MALFORMED || question->outcome == DNS_FOUND) {
		return arena_printf(arena,
			"Name service error for name=%s type=%s: Malformed or unexpected name server reply",
			question->name, type);
	}
	return arena_printf(arena,
		"Host or domain name not found. Name service error for name=%s type=%s: %s", question->name,
		type, words_for(question));
}

const char *lookup_host_reason(struct arena *arena, const struct report_host *host) {
	const struct dns_question *both[] = {host->a, host->aaaa};
	const struct dns_question *best = NULL;
	for (size_t i = 0; i < 2; i++) {
		if (both[i] != NULL &&
			(best == NULL || lookup_class_of(both[i]) <= lookup_class_of(best))) {
			best = both[i];
		}
	}
	return best != NULL ? lookup_reason(arena, best) : "";
}

const char *lookup_name(struct arena *arena, const char *name) {
	if (strpbrk(name, "\"();@$") == NULL) {
		return name;
	}
	struct text text = text_new(arena, 2 * strlen(name));
	for (; *name != '\0'; name++) {
		text_add(&text, strchr("\"();@$", *name) != NULL ? "\\" : "");
		text_add_span(&text, (struct span){(const uint8_t *)name, 1});
	}
	return text.at;
}

const char *lookup_name_fault(struct arena *arena, const char *name) {
	const char *at = NULL;
	enum host_name_fault fault = host_name_check(name, &at);
	name += strncmp(name, "*.", 2) == 0 ? 2 : 0;
	switch (fault) {
	case HOST_NAME_FINE:
	case HOST_NAME_LOCAL:
	case HOST_NAME_ADDRESS: /* Postfix has other words for it, where the record is told of */
		break;
	case HOST_NAME_EMPTY:
		return "empty hostname";
	case HOST_NAME_CHARACTER:
		return arena_printf(
			arena, "invalid character %u(decimal): %.100s", (unsigned char)*at, name);
	case HOST_NAME_LONG_LABEL:
		return arena_printf(arena, "hostname label too long: %.100s", name);
	case HOST_NAME_DELIMITER:
		return arena_printf(arena, "misplaced delimiter: %.100s", name);
	case HOST_NAME_HYPHEN:
		return arena_printf(arena, "misplaced hyphen: %.100s", name);
	case HOST_NAME_NUMERIC:
		return arena_printf(arena, "numeric hostname: %.100s", name);
	case HOST_NAME_LONG:
		return arena_printf(arena, "bad length %zu for %.100s...", strlen(name), name);
	}
	return NULL;
}
