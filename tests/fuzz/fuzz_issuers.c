/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Any file as a table of issuers. */
#include "fuzz.h"
#include "verdict/issuers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct arena *arena = fuzz_arena();
	struct issuer_table table;
	struct err err = {0};
	bool fine = issuers_read(&table, arena, "f", (struct span){data, size}, &err);
	FUZZ_REQUIRE(fine == (err.kind == ERR_NONE));
	FUZZ_REQUIRE(table.n <= ISSUERS_MAX);
	for (size_t i = 0; i < table.n; i++) {
		struct span digest = {table.list[i].digest, ISSUER_DIGEST_OCTETS};
		FUZZ_REQUIRE(issuers_find(&table, digest) == &table.list[i]);
		FUZZ_REQUIRE(table.list[i].group[0] != '\0' && table.list[i].name[0] != '\0');
	}
	arena_free(arena);
	return 0;
}
