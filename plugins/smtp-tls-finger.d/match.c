/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading names, strategies and fingerprints to match. */
#include "smtp-tls-finger.d/match.h"

#include <string.h>

#include "base/ascii.h"
#include "dns/tlsa.h"
#include "tls/postfix_words.h"

#define PRIVATE_MATCHING_TYPE 255 /* RFC 7218 */
#define FINGERPRINT_TEXT_MAX 192U /* SHA-512 with colons */
#define MALFORMED_SHOWN_MAX 384   /* of a value that is no digest */
#define TOO_LONG_SHOWN_MAX 100    /* of one that is too long to be looked at */

/* Pairs of digits, a colon or nothing between two of them. */
static bool parse_digest(const char *text, uint8_t *octets, size_t *n) {
	for (*n = 0; *text != '\0'; text += 2) {
		text += *n > 0 && *text == ':';
		int high = ascii_hex_value(text[0]);
		int low = high < 0 ? -1 : ascii_hex_value(text[1]);
		if (low < 0) {
			return false;
		}
		octets[(*n)++] = (uint8_t)(high << 4 | low);
	}
	return *n > 0;
}

/* The record that stands for the certificate's digest; posttls-finger leaves it at that, and does
 * not tell the one for the key's. */
static void tell_digest(struct trace *trace, struct span digest) {
	uint8_t rdata[3 + FINGERPRINT_TEXT_MAX] = {TLSA_DANE_EE, TLSA_CERT, PRIVATE_MATCHING_TYPE};
	memcpy(rdata + 3, digest.at, digest.len);
	trace_emit(trace, &(struct event){.kind = EVENT_TLS_FINGERPRINT,
						  .node = -1,
						  .pass = 1,
						  .bytes = {{rdata, 3 + digest.len}}});
}

static void read_digests(struct tls_wish *wish, const struct value_list *match, struct arena *arena,
	struct log *log, struct trace *trace) {
	struct span *digests = arena_alloc_array(arena, match->n, sizeof *digests);
	for (size_t i = 0; i < match->n; i++) {
		const char *value = match->value[i];
		uint8_t octets[FINGERPRINT_TEXT_MAX];
		size_t n = 0;
		if (*value == '\0') {
			continue; /* no digest, and nothing wrong with it */
		}
		if (strlen(value) > FINGERPRINT_TEXT_MAX) {
			log_line(log, LOG_WARNING, "malformed fingerprint value: %.*s...", TOO_LONG_SHOWN_MAX,
				value);
		} else if (!parse_digest(value, octets, &n)) {
			log_line(
				log, LOG_WARNING, "malformed fingerprint value: %.*s", MALFORMED_SHOWN_MAX, value);
		} else {
			digests[wish->n_fingerprints++] = arena_copy_span(arena, (struct span){octets, n});
			tell_digest(trace, (struct span){octets, n});
		}
	}
	wish->fingerprints = digests;
}

const char *match_name(const char *name, enum match_names names, struct arena *arena) {
	if (names == MATCH_NAMES_ASCII || !idn_is_needed(name)) {
		return name;
	}
	const char *rest = idn_behind_dot(name);
	const char *prefix = rest == name ? "" : ".";
	const char *ascii = rest;
	enum idn_mapping mapping =
		names == MATCH_NAMES_UTF8_TRANSITIONAL ? IDN_TRANSITIONAL : IDN_NON_TRANSITIONAL;
	if (*rest != '\0' && !idn_to_ascii(arena, rest, mapping, &ascii, NULL)) {
		return name;
	}
	return arena_printf(arena, "%s%s", prefix, ascii);
}

static void read_names(struct tls_wish *wish, const struct value_list *match,
	enum match_names names, struct arena *arena) {
	const char **patterns = arena_alloc_array(arena, match->n, sizeof *patterns);
	for (size_t i = 0; i < match->n; i++) {
		patterns[i] = match_name(match->value[i], names, arena);
	}
	wish->patterns = patterns;
	wish->n_patterns = match->n;
}

void match_read(struct tls_wish *wish, const struct value_list *match, enum match_names names,
	struct arena *arena, struct log *log, struct trace *trace) {
	if (match->n == 0) {
		return;
	}
	if (wish->level == TLS_LEVEL_FINGERPRINT) {
		read_digests(wish, match, arena, log, trace);
	} else if (tls_level_must_match(wish->level)) {
		read_names(wish, match, names, arena);
	} else {
		log_line(log, LOG_WARNING, "TLS level '%s' does not implement certificate matching",
			tls_level_name(wish->level));
	}
}
