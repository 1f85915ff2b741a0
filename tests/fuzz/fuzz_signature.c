/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* RRSIG and DNSKEY data: each field is where RFC 4034 has it, which is read here once more, and of
 * several signatures the one that lasts longest is kept, in whatever order they come. */
#include <string.h>

#include "dns/dns_name.h"
#include "dns/dns_signature.h"
#include "fuzz.h"

#define FIXED_OCTETS 18U
#define SIGNATURES_MAX 8U

static uint32_t u32_at(const uint8_t *at) {
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static void check_signer(struct span data, const char *signer) {
	uint8_t wire[DNS_WIRE_NAME_MAX];
	char folded[DNS_NAME_MAX];
	struct cursor cursor = cursor_new(data);
	cursor_seek(&cursor, FIXED_OCTETS);
	dns_name_read(&cursor, folded);
	FUZZ_REQUIRE((signer != NULL) == !cursor.failed);
	if (signer != NULL) {
		FUZZ_REQUIRE(strcmp(signer, folded) == 0);
		FUZZ_REQUIRE(dns_name_write(wire, sizeof wire, signer) > 0);
	}
}

static bool read_one(struct span data, struct arena *arena, struct dns_signature *signature) {
	struct dns_signature nameless;
	bool whole = dns_signature_read(data, arena, signature);
	FUZZ_REQUIRE(whole == (data.len >= FIXED_OCTETS));
	FUZZ_REQUIRE(whole == dns_signature_read(data, NULL, &nameless));
	if (!whole) {
		return false;
	}
	FUZZ_REQUIRE((unsigned)signature->type == (u32_at(data.at) >> 16));
	FUZZ_REQUIRE(signature->algorithm == data.at[2]);
	FUZZ_REQUIRE(signature->sha1_only == (data.at[2] == 5 || data.at[2] == 7));
	FUZZ_REQUIRE(signature->ttl == u32_at(data.at + 4));
	FUZZ_REQUIRE(signature->expiration == u32_at(data.at + 8));
	FUZZ_REQUIRE(signature->inception == u32_at(data.at + 12));
	FUZZ_REQUIRE(signature->key_tag == (data.at[16] << 8 | data.at[17]));
	FUZZ_REQUIRE(nameless.signer == NULL && nameless.key_tag == signature->key_tag);
	check_signer(data, signature->signer);
	return true;
}

/* Forwards and backwards: the same, but for which of two that end together is told of. */
static void check_kept(const struct dns_signature *read, size_t n) {
	struct dns_signature forwards = read[0];
	struct dns_signature backwards = read[n - 1];
	int64_t first = INT64_MAX;
	int64_t last = INT64_MIN;
	bool sha1_only = true;
	for (size_t i = 0; i < n; i++) {
		first = read[i].inception < first ? read[i].inception : first;
		last = read[i].expiration > last ? read[i].expiration : last;
		sha1_only = sha1_only && read[i].sha1_only;
		if (i > 0) {
			dns_signature_add(&forwards, &read[i]);
			dns_signature_add(&backwards, &read[n - 1 - i]);
		}
	}
	FUZZ_REQUIRE(forwards.expiration == last && backwards.expiration == last);
	FUZZ_REQUIRE(forwards.first_inception == first && backwards.first_inception == first);
	FUZZ_REQUIRE(forwards.sha1_only == sha1_only && backwards.sha1_only == sha1_only);
}

/* RFC 4034, appendix B, as it is printed there. */
static void check_key_tag(struct span key) {
	uint16_t tag = 0;
	uint8_t algorithm = 0;
	bool whole = dns_key_tag(key, &tag, &algorithm);
	FUZZ_REQUIRE(whole == (key.len >= 4));
	if (whole) {
		uint32_t ac = 0;
		for (size_t i = 0; i < key.len; ++i) {
			ac += (i & 1) != 0 ? key.at[i] : (uint32_t)key.at[i] << 8;
		}
		ac += (ac >> 16) & 0xFFFF;
		FUZZ_REQUIRE(tag == (ac & 0xFFFF) && algorithm == key.at[3]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct arena *arena = fuzz_arena();
	struct dns_signature read[SIGNATURES_MAX];
	struct cursor cursor = cursor_new((struct span){data, size});
	size_t n = 0;
	while (n < SIGNATURES_MAX && cursor_left(&cursor) > 0) {
		size_t len = cursor_u8(&cursor);
		len = len < cursor_left(&cursor) ? len : cursor_left(&cursor);
		struct span one = cursor_span(&cursor, len);
		check_key_tag(one);
		n += read_one(one, arena, &read[n]) ? 1 : 0;
	}
	if (n > 0) {
		check_kept(read, n);
	}
	arena_free(arena);
	return 0;
}
