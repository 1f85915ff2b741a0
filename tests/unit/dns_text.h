/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* DNS messages written as text, for tables of cases, and answers as text to compare with. Tokens:
 *   81a0          octets in hex
 *   'mx.test      a name, uncompressed
 *   @12           a compression pointer to that offset
 *   [ ... ]       what is within, behind its length in two octets (RDATA)
 *   "text         the characters up to the next blank */
#ifndef TESTS_UNIT_DNS_TEXT_H
#define TESTS_UNIT_DNS_TEXT_H

#include "base/text.h"
#include "dns/dns_msg.h"
#include "dns/dns_name.h"
#include "unit.h"

struct dns_bytes {
	uint8_t at[65535];
	size_t len;
	size_t open; /* where the length of the open bracket stands */
};

static inline void dns_bytes_add(struct dns_bytes *bytes, const void *from, size_t n) {
	ck_assert_uint_le(bytes->len + n, sizeof bytes->at);
	memcpy(bytes->at + bytes->len, from, n);
	bytes->len += n;
}

static inline void dns_bytes_add16(struct dns_bytes *bytes, size_t value) {
	uint8_t pair[2] = {(uint8_t)(value >> 8), (uint8_t)value};
	dns_bytes_add(bytes, pair, 2);
}

static inline void dns_bytes_token(struct dns_bytes *bytes, const char *token) {
	uint8_t wire[DNS_WIRE_NAME_MAX];
	switch (token[0]) {
	case '\'': {
		size_t n = dns_name_write(wire, sizeof wire, token + 1);
		ck_assert_uint_gt(n, 0);
		dns_bytes_add(bytes, wire, n);
		return;
	}
	case '@':
		dns_bytes_add16(bytes, 0xC000U | strtoul(token + 1, NULL, 10));
		return;
	case '[':
		bytes->open = bytes->len;
		dns_bytes_add16(bytes, 0);
		return;
	case ']': {
		size_t n = bytes->len - bytes->open - 2;
		bytes->at[bytes->open] = (uint8_t)(n >> 8);
		bytes->at[bytes->open + 1] = (uint8_t)n;
		return;
	}
	case '"':
		dns_bytes_add(bytes, token + 1, strlen(token + 1));
		return;
	default:
		for (; *token != '\0'; token += 2) {
			char pair[3] = {token[0], token[1], '\0'};
			uint8_t octet = (uint8_t)strtoul(pair, NULL, 16);
			dns_bytes_add(bytes, &octet, 1);
		}
	}
}

static inline void dns_bytes_compile(struct dns_bytes *bytes, const char *text) {
	char token[1100];
	bytes->len = 0;
	while (*text != '\0') {
		size_t n = strcspn(text, " ");
		ck_assert_uint_lt(n, sizeof token);
		memcpy(token, text, n);
		token[n] = '\0';
		if (n > 0) {
			dns_bytes_token(bytes, token);
		}
		text += n + (text[n] == ' ' ? 1 : 0);
	}
}

static inline void dns_record_text(struct text *text, const struct dns_record *record) {
	text_addf(text, "; %s %u %s ", record->owner, record->ttl, dns_type_name(record->type));
	switch ((unsigned)record->type) {
	case DNS_TYPE_SRV:
		text_addf(text, "%u %u %u ", record->preference, record->weight, record->port);
		text_add(text, record->target);
		break;
	case DNS_TYPE_MX:
		text_addf(text, "%u ", record->preference);
		text_add(text, record->target);
		break;
	case DNS_TYPE_CNAME:
	case DNS_TYPE_NS:
		text_add(text, record->target);
		break;
	default:
		text_add_hex(text, record->data, '\0');
	}
}

/* "NOERROR ad soa; alias a b; owner ttl MX 10 mx; sig MX 100 200; ede 9 text" */
static inline const char *dns_answer_text(struct arena *arena, const struct dns_answer *answer) {
	struct text text = text_new(arena, 70000);
	text_add(&text, dns_rcode_name(answer->rcode));
	text_add(&text, answer->authenticated ? " ad" : "");
	text_add(&text, answer->truncated ? " tc" : "");
	text_add(&text, answer->has_soa ? " soa" : "");
	for (size_t i = 0; i < answer->n_aliases; i++) {
		text_addf(&text, "; alias %s %s", answer->aliases[i].owner, answer->aliases[i].target);
	}
	for (size_t i = 0; i < answer->n_records; i++) {
		ck_assert(dns_name_equal(answer->records[i].owner, answer->canonical));
		dns_record_text(&text, &answer->records[i]);
	}
	for (size_t i = 0; i < answer->n_signatures; i++) {
		const struct dns_signature *signature = &answer->signatures[i];
		text_addf(&text, "; sig %s %lld %lld", dns_type_name(signature->type),
			(long long)signature->inception, (long long)signature->expiration);
		if (signature->first_inception != signature->inception) {
			text_addf(&text, " first %lld", (long long)signature->first_inception);
		}
		text_add(&text, signature->sha1_only ? " sha1" : "");
	}
	if (answer->extended_error >= 0) {
		text_addf(&text, "; ede %d ", answer->extended_error);
		text_add_span(&text, answer->extended_text);
	}
	return text.at;
}

#endif
