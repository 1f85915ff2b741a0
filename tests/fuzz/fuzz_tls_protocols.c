/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A list of protocols as a user or a main.cf could write it. */
#include <string.h>

#include "fuzz.h"
#include "tls/postfix_words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct arena *arena = fuzz_arena();
	const char *list = arena_copy_text(arena, (const char *)data, size);
	struct tls_protocols protocols;
	struct err err = {0};
	bool fine = tls_protocols_parse(&protocols, list, &err);
	FUZZ_REQUIRE(fine == (err.kind == ERR_NONE));
	FUZZ_REQUIRE(strlen(err.text) < ERR_TEXT_MAX);
	if (fine) {
		FUZZ_REQUIRE(protocols.floor >= 0);
		FUZZ_REQUIRE(protocols.ceiling >= 0);
		FUZZ_REQUIRE(protocols.excluded < 1U << TLS_PROTOCOLS);
	}
	arena_free(arena);
	return 0;
}
