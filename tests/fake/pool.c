/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory of a test world, freed at once. */
#include "pool.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pool_block {
	struct pool_block *next;
	max_align_t bytes[];
};

void *pool_new(struct pool *pool, size_t len) {
	struct pool_block *block = calloc(1, sizeof *block + len);
	if (block == NULL) {
		abort();
	}
	block->next = pool->first;
	pool->first = block;
	return block->bytes;
}

char *pool_copy(struct pool *pool, const char *text, size_t len) {
	char *copy = pool_new(pool, len + 1);
	if (len > 0) {
		memcpy(copy, text, len);
	}
	return copy;
}

char *pool_print(struct pool *pool, const char *format, ...) {
	va_list args;
	va_start(args, format);
	int len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0) {
		abort();
	}
	char *text = pool_new(pool, (size_t)len + 1);
	va_start(args, format);
	vsnprintf(text, (size_t)len + 1, format, args);
	va_end(args);
	return text;
}

void pool_free(struct pool *pool) {
	while (pool->first != NULL) {
		struct pool_block *block = pool->first;
		pool->first = block->next;
		free(block);
	}
}
