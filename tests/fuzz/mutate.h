/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Changes to an input that leave its form as it is: libFuzzer's own, which know of none, break a
 * length or a count nearly each time, and then nothing behind it is looked at. Linked with
 * libFuzzer only. A target has one of mutate_*.c at most. */
#ifndef TESTS_FUZZ_MUTATE_H
#define TESTS_FUZZ_MUTATE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* libFuzzer's: change so many octets in place, to at most so many; their number then. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);

/* libFuzzer calls this in place of its own. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed);

/* An input on its way. */
struct draft {
	uint8_t *at;
	size_t len;
	size_t max;
	unsigned seed;
};

/* From 0 to n - 1; 0 when n is 0. */
static inline size_t draft_choose(struct draft *draft, size_t n) {
	draft->seed = draft->seed * 1103515245U + 12345U;
	return n == 0 ? 0 : (draft->seed >> 8) % n;
}

/* Put these octets, which are not in the draft, in the place of others; 0 when there is no room. */
static inline int draft_replace(
	struct draft *draft, size_t from, size_t n, const uint8_t *octets, size_t len) {
	if (from > draft->len || n > draft->len - from || draft->len - n + len > draft->max) {
		return 0;
	}
	memmove(draft->at + from + len, draft->at + from + n, draft->len - from - n);
	if (len > 0) {
		memcpy(draft->at + from, octets, len);
	}
	draft->len = draft->len - n + len;
	return 1;
}

#endif
