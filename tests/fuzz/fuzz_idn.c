/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a destination: what comes out is ASCII where a name was converted, and stays so. */
#include <string.h>

#include "config/idn.h"
#include "fuzz.h"

static void convert(struct arena *arena, const char *text, enum idn_mapping mapping) {
	const char *ascii = NULL;
	struct err err = {0};
	if (!idn_to_ascii(arena, text, mapping, &ascii, &err)) {
		FUZZ_REQUIRE(err.kind == ERR_USAGE);
		FUZZ_REQUIRE(idn_is_needed(text));
		return;
	}
	FUZZ_REQUIRE(err.kind == ERR_NONE);
	if (!idn_is_needed(text)) {
		FUZZ_REQUIRE(ascii == text);
	}
	const char *again = NULL;
	FUZZ_REQUIRE(idn_to_ascii(arena, ascii, mapping, &again, &err));
	FUZZ_REQUIRE(again == ascii);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct arena *arena = fuzz_arena();
	const char *text = arena_copy_text(arena, (const char *)data, size);
	convert(arena, text, IDN_NON_TRANSITIONAL);
	convert(arena, text, IDN_TRANSITIONAL);
	arena_free(arena);
	return 0;
}
