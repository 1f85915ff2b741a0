/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Any octets as an earlier output: read whole or in pieces, it has the same domains. */
#include "fuzz.h"
#include "smtp-tls-fleet.d/resume.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct arena *arena = fuzz_arena();
	struct resume whole = resume_new(arena, INT64_MIN, INT64_MAX);
	struct resume pieces = resume_new(arena, INT64_MIN, INT64_MAX);
	struct resume young = resume_new(arena, INT64_C(1780272000), INT64_MAX);
	struct resume sent = resume_new(arena, INT64_MIN, INT64_MAX);
	sent.demand = RESUME_SUBMITTED;
	resume_read(&whole, (struct span){data, size});
	resume_read(&sent, (struct span){data, size});
	for (size_t i = 0; i < size; i++) {
		resume_read(&pieces, (struct span){data + i, 1});
	}
	resume_read(&young, (struct span){data, size});
	FUZZ_REQUIRE(whole.n_counted == pieces.n_counted && whole.n_broken == pieces.n_broken);
	FUZZ_REQUIRE(whole.names.n == pieces.names.n && whole.whole == pieces.whole);
	FUZZ_REQUIRE(whole.total == size && whole.whole <= size);
	FUZZ_REQUIRE(whole.whole == 0 || data[whole.whole - 1] == '\n');
	FUZZ_REQUIRE(young.n_counted + young.n_old == whole.n_counted);
	FUZZ_REQUIRE(sent.n_counted + sent.n_unsubmitted == whole.n_counted);
	arena_free(arena);
	return 0;
}
