/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What every fuzz target shares. A target is one file fuzz_NAME.c with LLVMFuzzerTestOneInput();
 * libFuzzer's main or replay.c calls it. Besides not crashing it states properties. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"

/* The entry point both mains call; returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A property that must hold for every input; kept under NDEBUG. */
#define FUZZ_REQUIRE(holds)                                                                        \
	do {                                                                                           \
		if (!(holds)) {                                                                            \
			fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #holds);             \
			abort();                                                                               \
		}                                                                                          \
	} while (0)

static inline void fuzz_exhausted(void *context) {
	(void)context;
	abort();
}

/* An arena that aborts when memory ends; the target frees it. */
static inline struct arena *fuzz_arena(void) {
	struct arena *arena = arena_new(fuzz_exhausted, NULL);
	FUZZ_REQUIRE(arena != NULL);
	return arena;
}

#endif
