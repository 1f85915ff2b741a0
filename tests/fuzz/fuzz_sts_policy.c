/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Any body as an MTA-STS policy: valid ones are complete, faults name a line that is there. */
#include "fuzz.h"
#include "smtp/sts_policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct arena *arena = fuzz_arena();
	struct sts_policy policy = sts_policy_read(arena, (struct span){data, size});
	FUZZ_REQUIRE(policy.valid == (policy.fault == NULL));
	FUZZ_REQUIRE(policy.n_mx <= STS_POLICY_MX_MAX && policy.line <= size + 1);
	if (policy.valid) {
		FUZZ_REQUIRE(policy.has_version && policy.has_mode && policy.has_max_age);
		FUZZ_REQUIRE(policy.max_age <= STS_POLICY_MAX_AGE_MAX);
		FUZZ_REQUIRE(policy.n_mx > 0 || policy.mode == STS_MODE_NONE);
		FUZZ_REQUIRE(!sts_policy_covers(&policy, ""));
	}
	for (size_t i = 0; i < policy.n_mx; i++) {
		char *host = arena_copy_text(arena, (const char *)policy.mx[i].at, policy.mx[i].len);
		FUZZ_REQUIRE(policy.mx[i].len > 0);
		if (host[0] == '*') {
			host[0] = 'x';
		}
		FUZZ_REQUIRE(sts_policy_covers(&policy, host));
	}
	arena_free(arena);
	return 0;
}
