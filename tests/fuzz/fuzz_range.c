/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Ranges from any text. */
#include <string.h>

#include "fuzz.h"
#include "verdict/range.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	char *text = malloc(size + 1);
	FUZZ_REQUIRE(text != NULL);
	if (size > 0) {
		memcpy(text, data, size);
	}
	text[size] = '\0';
	struct range range;
	struct err err = {0};
	if (range_parse(&range, "--warning", text, &err)) {
		FUZZ_REQUIRE(err.kind == ERR_NONE);
		FUZZ_REQUIRE(range.set && range.start <= range.end);
		FUZZ_REQUIRE(strcmp(range.text, text) == 0);
		FUZZ_REQUIRE(strpbrk(text, " |;'=") == NULL);
		FUZZ_REQUIRE(range_alerts(&range, range.start) == range.inside);
		FUZZ_REQUIRE(range_alerts(&range, range.end) == range.inside);
	} else {
		FUZZ_REQUIRE(err.kind == ERR_USAGE);
	}
	free(text);
	return 0;
}
