/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Time thresholds from any text. */
#include <string.h>

#include "fuzz.h"
#include "verdict/limits.h"

static void parse(const char *text) {
	struct err err = {0};
	struct remaining_limits remaining;
	if (remaining_limits_parse(&remaining, "--certificate", text, &err)) {
		int64_t warning = remaining_seconds(remaining.warning, 1000000);
		int64_t critical = remaining_seconds(remaining.critical, 1000000);
		FUZZ_REQUIRE(warning >= 0 && critical >= 0);
		FUZZ_REQUIRE((remaining.warning.seconds < 0) != (remaining.warning.percent < 0));
	} else {
		FUZZ_REQUIRE(err.kind == ERR_USAGE);
	}
	enum finding_id id = FINDING_COUNT;
	const char *near = finding_near(text);
	FUZZ_REQUIRE(near == NULL || finding_find(near, &id));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	char *text = malloc(size + 1);
	FUZZ_REQUIRE(text != NULL);
	if (size > 0) {
		memcpy(text, data, size);
	}
	text[size] = '\0';
	parse(text);
	free(text);
	return 0;
}
