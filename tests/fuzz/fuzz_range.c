/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Ranges from any text. */
#include <string.h>

#include "fuzz.h"
#include "verdict/range.h"

/* As typed, but for a start that was left out, which is a zero. */
static bool is_as_typed(const char *printed, const char *typed) {
	size_t head = typed[0] == '@' ? 1 : 0;
	if (typed[head] != ':') {
		return strcmp(printed, typed) == 0;
	}
	return strncmp(printed, typed, head) == 0 && printed[head] == '0' &&
		   strcmp(printed + head + 1, typed + head) == 0;
}

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
		FUZZ_REQUIRE(is_as_typed(range.text, text));
		FUZZ_REQUIRE(strpbrk(text, " |;'=") == NULL);
		FUZZ_REQUIRE(range_alerts(&range, range.start) == range.inside);
		FUZZ_REQUIRE(range_alerts(&range, range.end) == range.inside);
	} else {
		FUZZ_REQUIRE(err.kind == ERR_USAGE);
	}
	free(text);
	return 0;
}
