/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Blocks that grow, allocations cut from the newest one, all freed together. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One block serves a whole run against one host; more hosts chain more blocks. */
#define BLOCK_BYTES (16U * 1024U)

struct block {
	struct block *next;
	size_t used;
	size_t size;
	alignas(max_align_t) unsigned char data[];
};

struct arena {
	struct block *blocks;
	size_t block_bytes;
	arena_exhausted_fn *exhausted;
	void *context;
	size_t used;
};

static void exhaust(struct arena *arena) {
	arena->exhausted(arena->context);
	abort();
}

/* What is larger has a block of its own. */
static size_t large_bytes(const struct arena *arena) {
	return arena->block_bytes / 4U;
}

static struct block *block_add(struct arena *arena, size_t n) {
	size_t size = n > large_bytes(arena) ? n : arena->block_bytes;
	struct block *block = malloc(sizeof *block + size);
	if (block == NULL) {
		exhaust(arena);
		return NULL;
	}
	block->used = 0;
	block->size = size;
	/* A large block goes second, so that the room left in the current one is not lost. */
	if (arena->blocks != NULL && n > large_bytes(arena)) {
		block->next = arena->blocks->next;
		arena->blocks->next = block;
	} else {
		block->next = arena->blocks;
		arena->blocks = block;
	}
	return block;
}

struct arena *arena_new(arena_exhausted_fn *exhausted, void *context) {
	struct arena *arena = calloc(1, sizeof *arena);
	if (arena != NULL) {
		arena->exhausted = exhausted;
		arena->context = context;
		arena->block_bytes = BLOCK_BYTES;
	}
	return arena;
}

struct arena *arena_begin(arena_exhausted_fn *exhausted, void *context) {
	struct arena *arena = arena_new(exhausted, context);
	if (arena == NULL) {
		exhausted(context);
	}
	return arena;
}

struct arena *arena_beside(struct arena *arena, size_t block_bytes) {
	struct arena *other = arena_new(arena->exhausted, arena->context);
	if (other == NULL) {
		exhaust(arena);
		return NULL;
	}
	other->block_bytes = block_bytes;
	return other;
}

void arena_free(struct arena *arena) {
	if (arena == NULL) {
		return;
	}
	while (arena->blocks != NULL) {
		struct block *next = arena->blocks->next;
		free(arena->blocks);
		arena->blocks = next;
	}
	free(arena);
}

/* As much as is taken for n bytes. */
static size_t rounded(struct arena *arena, size_t n) {
	const size_t align = alignof(max_align_t);
	if (n > SIZE_MAX / 2) {
		exhaust(arena);
	}
	return (n == 0 ? align : n + align - 1) / align * align;
}

void *arena_alloc(struct arena *arena, size_t n) {
	size_t need = rounded(arena, n);
	struct block *block = arena->blocks;
	if (block == NULL || block->size - block->used < need) {
		block = block_add(arena, need);
	}
	void *at = block->data + block->used;
	block->used += need;
	arena->used += need;
	return memset(at, 0, need);
}

void *arena_alloc_array(struct arena *arena, size_t count, size_t size) {
	if (size != 0 && count > SIZE_MAX / 2 / size) {
		exhaust(arena);
	}
	return arena_alloc(arena, count * size);
}

/* Where the list has the block that holds just these bytes; NULL when they share one. */
static struct block **own_block(struct arena *arena, const void *at, size_t need) {
	if (need <= large_bytes(arena)) {
		return NULL;
	}
	for (struct block **link = &arena->blocks; *link != NULL; link = &(*link)->next) {
		if ((*link)->data == at && (*link)->size == need) {
			return link;
		}
	}
	return NULL;
}

void arena_release(struct arena *arena, const void *at, size_t n) {
	size_t need = rounded(arena, n);
	struct block **link = own_block(arena, at, need);
	if (link != NULL) {
		struct block *block = *link;
		*link = block->next;
		arena->used -= need;
		free(block);
	}
}

void *arena_grow(struct arena *arena, void *at, size_t n, size_t more) {
	size_t need = rounded(arena, more);
	struct block **link = own_block(arena, at, rounded(arena, n));
	if (link == NULL) {
		void *copy = arena_alloc(arena, more);
		return n == 0 ? copy : memcpy(copy, at, n);
	}
	struct block *block = realloc(*link, sizeof *block + need);
	if (block == NULL) {
		exhaust(arena);
		return NULL;
	}
	arena->used += need - block->size;
	block->used = block->size = need;
	*link = block;
	return block->data;
}

char *arena_copy_text(struct arena *arena, const char *s, size_t len) {
	char *copy = arena_alloc(arena, len + 1);
	if (len > 0) {
		memcpy(copy, s, len);
	}
	return copy;
}

char *arena_copy_string(struct arena *arena, const char *s) {
	return arena_copy_text(arena, s, strlen(s));
}

struct span arena_copy_span(struct arena *arena, struct span from) {
	const uint8_t *at = (const uint8_t *)arena_copy_text(arena, (const char *)from.at, from.len);
	return (struct span){at, from.len};
}

char *arena_printf(struct arena *arena, const char *fmt, ...) {
	va_list args;
	va_start(args, fmt);
	int len = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	if (len < 0) {
		return arena_alloc(arena, 1);
	}
	char *s = arena_alloc(arena, (size_t)len + 1);
	va_start(args, fmt);
	(void)vsnprintf(s, (size_t)len + 1, fmt, args);
	va_end(args);
	return s;
}

size_t arena_used(const struct arena *arena) {
	return arena->used;
}
