/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Becoming narrow with one allocation less: each seventh, in a process of its own. */
#include <openssl/crypto.h>
#include <sys/wait.h>

#include "tls/tls_internal.h"
#include "tls/tls_narrow.h"
#include "unit.h"

static struct {
	bool counts;
	long n, fails_at;
} memory;

static bool fails(void) {
	return memory.counts && ++memory.n == memory.fails_at;
}

static void *allocate(size_t size, const char *file, int line) {
	(void)file;
	(void)line;
	return fails() ? NULL : malloc(size);
}

static void *resize(void *at, size_t size, const char *file, int line) {
	(void)file;
	(void)line;
	return fails() ? NULL : realloc(at, size);
}

static void release(void *at, const char *file, int line) {
	(void)file;
	(void)line;
	free(at);
}

/* Narrow, ordinary, or a library that does not start and says so. */
static void begin_without_memory(long fails_at, int to) {
	struct tls_settings settings = {.digest = "sha256",
		.protocols = {.floor = TLS1_VERSION},
		.grade = TLS_GRADE_MEDIUM,
		.library_use = TLS_USE_HANDSHAKES,
		.habits = &habits_monitor};
	struct err err = {0};
	ck_assert(tls_library_memory(allocate, resize, release));
	(void)OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT | OPENSSL_INIT_NO_ADD_ALL_CIPHERS, NULL);
	memory.fails_at = fails_at;
	memory.counts = true;
	(void)tls_narrow_begin(&tls_narrowing_handshakes);
	memory.counts = false;
	struct tls_context *context = tls_context_new(unit_arena(), &settings, NULL, &err);
	bool fine = context != NULL || err.kind == ERR_LOCAL;
	_exit(fine && write(to, &memory.n, sizeof memory.n) == sizeof memory.n ? 0 : 1);
}

/* How many allocations there were. */
static long begun_without_memory(long fails_at) {
	int ends[2], status = 0;
	long n = 0;
	ck_assert_int_eq(pipe(ends), 0);
	pid_t parent = getpid(), child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		unit_end_with(parent);
		begin_without_memory(fails_at, ends[1]);
	}
	close(ends[1]);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_msg(status == 0, "allocation %ld fails: status %x", fails_at, (unsigned)status);
	ck_assert_int_eq(read(ends[0], &n, sizeof n), sizeof n);
	close(ends[0]);
	return n;
}

START_TEST(without_memory_it_is_ordinary_or_says_so) {
	(void)setenv("OPENSSL_CONF", "/nonexistent/openssl.cnf", 1);
	long n = begun_without_memory(0);
	for (long i = 1; i <= n; i += 7) {
		(void)begun_without_memory(i);
	}
}
END_TEST

static void add_tests(TCase *tc) {
	tcase_add_test(tc, without_memory_it_is_ordinary_or_says_so);
}

int main(void) {
	return unit_play("tls_narrow_memory", 120, add_tests);
}
