/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What is found by a hash, and what is kept until there is too much of it. */
#include "base/chains.h"
#include "base/kept.h"

#include "unit.h"

enum { N = 5 };

struct thing {
	struct chain_link found;
	struct kept_link kept;
};

static void check_kept(
	const struct kept *kept, struct thing *const *wanted, size_t n, size_t octets) {
	const struct kept_link *at = kept->oldest;
	for (size_t i = 0; i < n; i++) {
		ck_assert_ptr_eq(at, &wanted[i]->kept);
		ck_assert_ptr_eq(at->older, i == 0 ? NULL : &wanted[i - 1]->kept);
		at = at->newer;
	}
	ck_assert_ptr_null(at);
	ck_assert_ptr_eq(kept->newest, n == 0 ? NULL : &wanted[n - 1]->kept);
	ck_assert_uint_eq(kept->n, n);
	ck_assert_uint_eq(kept->octets, octets);
}

START_TEST(what_is_used_again_is_no_longer_kept) {
	struct kept kept = {NULL, NULL, 0, 0};
	struct thing thing[N];
	for (size_t i = 0; i < N; i++) {
		kept_add(&kept, &thing[i].kept, 10 + i);
	}
	check_kept(
		&kept, (struct thing *[]){&thing[0], &thing[1], &thing[2], &thing[3], &thing[4]}, 5, 60);
	kept_remove(&kept, &thing[2].kept);
	kept_remove(&kept, &thing[0].kept);
	kept_remove(&kept, &thing[4].kept);
	check_kept(&kept, (struct thing *[]){&thing[1], &thing[3]}, 2, 24);
	kept_add(&kept, &thing[0].kept, 1);
	check_kept(&kept, (struct thing *[]){&thing[1], &thing[3], &thing[0]}, 3, 25);
	kept_remove(&kept, &thing[1].kept);
	kept_remove(&kept, &thing[3].kept);
	kept_remove(&kept, &thing[0].kept);
	check_kept(&kept, NULL, 0, 0);
}
END_TEST

START_TEST(the_oldest_goes_when_there_are_too_many_or_too_much) {
	struct kept kept = {NULL, NULL, 0, 0};
	struct thing thing[N];
	ck_assert_ptr_null(kept_excess(&kept, 0, 0));
	for (size_t i = 0; i < N; i++) {
		kept_add(&kept, &thing[i].kept, 100);
	}
	ck_assert_ptr_null(kept_excess(&kept, 5, 500));
	ck_assert_ptr_eq(kept_excess(&kept, 4, 500), &thing[0].kept);
	ck_assert_ptr_null(kept_excess(&kept, 4, 500));
	ck_assert_ptr_eq(kept_excess(&kept, 4, 399), &thing[1].kept);
	check_kept(&kept, (struct thing *[]){&thing[2], &thing[3], &thing[4]}, 3, 300);
	for (size_t i = 2; i < N; i++) {
		ck_assert_ptr_eq(kept_excess(&kept, 0, 0), &thing[i].kept);
	}
	check_kept(&kept, NULL, 0, 0);
}
END_TEST

START_TEST(a_hash_leads_to_its_chain_the_newest_first) {
	struct arena *arena = arena_new(NULL, NULL);
	struct chains chains;
	struct thing thing[N] = {0};
	chains_init(&chains, arena, 4);
	for (uint64_t i = 0; i < N; i++) { /* 0 and 4, whatever stands above, meet in one chain */
		chains_add(&chains, &thing[i].found, i + (i << 40));
		ck_assert(thing[i].found.in);
	}
	ck_assert_ptr_eq(chains_at(&chains, 0), &thing[4].found);
	ck_assert_ptr_eq(thing[4].found.next, &thing[0].found);
	ck_assert_ptr_null(thing[0].found.next);
	ck_assert_ptr_eq(chains_at(&chains, 7), &thing[3].found);
	chains_remove(&chains, &thing[0].found);
	ck_assert(!thing[0].found.in);
	chains_remove(&chains, &thing[0].found);
	ck_assert_ptr_eq(chains_at(&chains, 0), &thing[4].found);
	ck_assert_ptr_null(thing[4].found.next);
	chains_remove(&chains, &thing[4].found);
	ck_assert_ptr_null(chains_at(&chains, 0));
	ck_assert_ptr_eq(chains_at(&chains, 1), &thing[1].found);
	arena_free(arena);
}
END_TEST

UNIT_MAIN("kept", tcase_add_test(tc, what_is_used_again_is_no_longer_kept);
		  tcase_add_test(tc, the_oldest_goes_when_there_are_too_many_or_too_much);
		  tcase_add_test(tc, a_hash_leads_to_its_chain_the_newest_first);)
