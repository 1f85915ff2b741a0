/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_FAKE_POOL_H
#define TESTS_FAKE_POOL_H
/* Memory of one test world: everything is given back at once. Running out of memory ends the
 * program, because a test has nothing better to do. Not for use in several threads. */
#include <stddef.h>

struct pool_block;
struct pool {
	struct pool_block *first;
};

/* Zeroed bytes, aligned for any object. */
void *pool_new(struct pool *pool, size_t len);
/* A terminated copy of len bytes. */
char *pool_copy(struct pool *pool, const char *text, size_t len);
char *pool_print(struct pool *pool, const char *format, ...) __attribute__((format(printf, 2, 3)));
void pool_free(struct pool *pool);

#endif
