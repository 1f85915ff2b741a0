/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Any TXT RDATA as an MTA-STS or TLSRPT record. */
#include "fuzz.h"
#include "smtp/policy_record.h"

static void check(enum policy_record_kind kind, struct span text) {
	struct policy_record record = policy_record_read(kind, &text, 1);
	FUZZ_REQUIRE((record.outcome == POLICY_RECORD_INVALID) == (record.fault != NULL));
	FUZZ_REQUIRE(record.outcome != POLICY_RECORD_SEVERAL);
	if (record.outcome == POLICY_RECORD_VALID) {
		FUZZ_REQUIRE(record.value.len > 0);
		FUZZ_REQUIRE(record.value.at >= text.at);
		FUZZ_REQUIRE(record.value.at + record.value.len <= text.at + text.len);
		FUZZ_REQUIRE(kind != POLICY_RECORD_STS || record.value.len <= POLICY_RECORD_ID_MAX);
		struct span twice[] = {text, text};
		FUZZ_REQUIRE(policy_record_read(kind, twice, 2).outcome == POLICY_RECORD_SEVERAL);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct arena *arena = fuzz_arena();
	struct span joined = policy_record_join(arena, (struct span){data, size});
	FUZZ_REQUIRE(joined.len <= size);
	check(POLICY_RECORD_STS, joined);
	check(POLICY_RECORD_TLSRPT, joined);
	arena_free(arena);
	return 0;
}
