/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading TLSA records, and telling which SMTP cannot use. */
#include "dns/tlsa.h"

#include "base/cursor.h"

#define SHA256_OCTETS 32U
#define SHA512_OCTETS 64U

static const char *why_unusable(const struct tlsa *tlsa) {
	if (tlsa->usage <= TLSA_PKIX_EE) {
		return "usage 0 and 1 (PKIX-TA, PKIX-EE) do not count for SMTP";
	}
	if (tlsa->usage > TLSA_DANE_EE) {
		return "unknown certificate usage";
	}
	if (tlsa->selector > TLSA_SPKI) {
		return "unknown selector";
	}
	if (tlsa->matching > TLSA_SHA512) {
		return "unknown matching type";
	}
	if (tlsa->data.len == 0) {
		return "no association data";
	}
	if (tlsa->matching == TLSA_SHA256 && tlsa->data.len != SHA256_OCTETS) {
		return "a SHA2-256 digest has 32 octets";
	}
	if (tlsa->matching == TLSA_SHA512 && tlsa->data.len != SHA512_OCTETS) {
		return "a SHA2-512 digest has 64 octets";
	}
	return NULL;
}

struct tlsa tlsa_read(struct span rdata, uint32_t ttl) {
	struct cursor cursor = cursor_new(rdata);
	struct tlsa tlsa = {.rdata = rdata, .ttl = ttl};
	tlsa.usage = cursor_u8(&cursor);
	tlsa.selector = cursor_u8(&cursor);
	tlsa.matching = cursor_u8(&cursor);
	tlsa.data = cursor_span(&cursor, cursor_left(&cursor));
	tlsa.unusable = cursor.failed ? "record too short" : why_unusable(&tlsa);
	return tlsa;
}

size_t tlsa_count_usable(const struct tlsa *records, size_t n) {
	size_t usable = 0;
	for (size_t i = 0; i < n; i++) {
		usable += records[i].unusable == NULL;
	}
	return usable;
}

const char *tlsa_usage_name(uint8_t usage) {
	static const char *const names[] = {"PKIX-TA", "PKIX-EE", "DANE-TA", "DANE-EE"};
	return usage < sizeof names / sizeof names[0] ? names[usage] : "unknown usage";
}

static void add_lower_hex(struct text *text, struct span bytes) {
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < bytes.len; i++) {
		uint8_t pair[2] = {(uint8_t)digits[bytes.at[i] >> 4], (uint8_t)digits[bytes.at[i] & 15]};
		text_add_span(text, (struct span){pair, sizeof pair});
	}
}

void tlsa_print(struct text *text, const struct tlsa *tlsa, size_t max_octets) {
	if (tlsa->rdata.len < 3) {
		/* the four fields are not there: unknown RDATA as RFC 3597 section 5 writes it */
		text_addf(text, "\\# %zu ", tlsa->rdata.len);
		add_lower_hex(text, tlsa->rdata);
		return;
	}
	text_addf(text, "%u %u %u ", tlsa->usage, tlsa->selector, tlsa->matching);
	if (tlsa->data.len <= max_octets) {
		add_lower_hex(text, tlsa->data);
		return;
	}
	size_t tail = max_octets / 2;
	size_t head = max_octets - tail;
	add_lower_hex(text, (struct span){tlsa->data.at, head});
	text_add(text, "...");
	add_lower_hex(text, (struct span){tlsa->data.at + tlsa->data.len - tail, tail});
}

void tlsa_owner(struct text *text, uint16_t port, const char *host) {
	text_addf(text, "_%u._tcp.", port);
	text_add(text, host);
}
