/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* One TLSA record, judged and printed; and the same octets as a name to be asked. */
#include <string.h>

#include "dns/dns_name.h"
#include "dns/tlsa.h"
#include "fuzz.h"

#define PRINTED_OCTETS 16

static void check_tlsa(struct arena *arena, struct span rdata) {
	struct tlsa tlsa = tlsa_read(rdata, 60);
	FUZZ_REQUIRE(span_equal(tlsa.rdata, rdata));
	if (tlsa.unusable == NULL) {
		FUZZ_REQUIRE(tlsa.usage == TLSA_DANE_TA || tlsa.usage == TLSA_DANE_EE);
		FUZZ_REQUIRE(tlsa.selector <= TLSA_SPKI && tlsa.matching <= TLSA_SHA512);
		FUZZ_REQUIRE(tlsa.data.len + 3 == rdata.len && tlsa.data.len > 0);
		FUZZ_REQUIRE(tlsa.matching != TLSA_SHA256 || tlsa.data.len == 32);
		FUZZ_REQUIRE(tlsa.matching != TLSA_SHA512 || tlsa.data.len == 64);
	}
	struct text text = text_new(arena, 1000);
	tlsa_print(&text, &tlsa, PRINTED_OCTETS);
	FUZZ_REQUIRE(text.len <= sizeof "255 255 255 ..." + 2 * PRINTED_OCTETS);
	FUZZ_REQUIRE(strspn(text.at, "0123456789abcdef .\\#") == text.len);
}

static void check_name(struct arena *arena, struct span bytes) {
	const char *name = arena_copy_text(arena, (const char *)bytes.at, bytes.len);
	uint8_t wire[DNS_WIRE_NAME_MAX];
	char read[DNS_NAME_MAX];
	size_t len = dns_name_write(wire, sizeof wire, name);
	if (len == 0) {
		return;
	}
	struct cursor cursor = cursor_new((struct span){wire, len});
	dns_name_read(&cursor, read);
	FUZZ_REQUIRE(!cursor.failed && cursor.at == len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct arena *arena = fuzz_arena();
	struct span bytes = {data, size};
	check_tlsa(arena, bytes);
	check_name(arena, bytes);
	arena_free(arena);
	return 0;
}
