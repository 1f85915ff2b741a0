/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What every unit test shares: a main() that reports each case as TAP, an arena that fails the
 * test when memory ends, and a buffer that ends right before an unmapped page. */
#ifndef TESTS_UNIT_UNIT_H
#define TESTS_UNIT_UNIT_H

#include <check.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <unistd.h>

#include "base/arena.h"
#include "base/span.h"

static inline void unit_exhausted(void *context) {
	(void)context;
	ck_abort_msg("out of memory");
}

/* Whoever does not free it leaves that to the end of its process: each case has one of its own. It
 * is remembered, or the leak checker would count it as lost. */
static inline struct arena *unit_arena(void) {
	static struct arena *remembered[1024];
	static size_t n;
	struct arena *arena = arena_new(unit_exhausted, NULL);
	remembered[n++ % (sizeof remembered / sizeof remembered[0])] = arena;
	return arena;
}

/* A copy of the bytes whose last byte is the last one before an unmapped page: reading one byte too
 * far crashes. Never freed; tests are short-lived. */
static inline struct span unit_guarded(struct span bytes) {
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t pages = (bytes.len + page - 1) / page + 1;
	uint8_t *at =
		mmap(NULL, (pages + 1) * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(at, MAP_FAILED);
	ck_assert_int_eq(mprotect(at + pages * page, page, PROT_NONE), 0);
	uint8_t *copy = at + pages * page - bytes.len;
	if (bytes.len > 0) {
		memcpy(copy, bytes.at, bytes.len);
	}
	return (struct span){copy, bytes.len};
}

/* In a child: it ends when its parent does. Signals alone do not see to that when tests are
 * interrupted: each case is a process group of its own, and who is stopped heeds none. */
static inline void unit_end_with(pid_t parent) {
#ifdef __linux__
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent) {
		_exit(EXIT_FAILURE);
	}
#else
	(void)parent;
#endif
}

static pid_t unit_runner;

static inline void unit_case_begins(void) {
	if (getpid() != unit_runner) {
		unit_end_with(unit_runner);
	}
}

/* Plays the tests that add() puts into one case, each for so many seconds at most; the exit code.
 */
static inline int unit_play(const char *module, double seconds, void (*add)(TCase *)) {
	Suite *suite = suite_create(module);
	TCase *tc = tcase_create(module);
	tcase_set_timeout(tc, seconds);
	tcase_add_checked_fixture(tc, unit_case_begins, NULL);
	unit_runner = getpid();
	add(tc);
	suite_add_tcase(suite, tc);
	SRunner *runner = srunner_create(suite);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* Define main() over one test case list: UNIT_MAIN("range", tcase_add_test(tc, name); ...). */
#define UNIT_MAIN(module, ...)                                                                     \
	static void unit_add(TCase *tc) {                                                              \
		__VA_ARGS__                                                                                \
	}                                                                                              \
	int main(void) {                                                                               \
		return unit_play(module, 30, unit_add);                                                    \
	}

#endif
