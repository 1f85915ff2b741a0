/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The libraries' memory, with an end as clear as the arena's. */
#include "common/memory.h"

#include <stdlib.h>

#include "dns/resolver.h"
#include "tls/tls_client.h"

/* Allocators have no argument for it. */
static arena_exhausted_fn *on_exhausted;

static void *checked(void *at, size_t size) {
	if (at == NULL && size > 0) {
		on_exhausted(NULL);
		abort();
	}
	return at;
}

static void *allocate(size_t size) {
	return checked(malloc(size), size);
}

static void *resize(void *at, size_t size) {
	if (size == 0) {
		free(at);
		return NULL;
	}
	return checked(realloc(at, size), size);
}

static void *allocate_for_tls(size_t size, const char *file, int line) {
	(void)file;
	(void)line;
	return allocate(size);
}

static void *resize_for_tls(void *at, size_t size, const char *file, int line) {
	(void)file;
	(void)line;
	return resize(at, size);
}

static void release_for_tls(void *at, const char *file, int line) {
	(void)file;
	(void)line;
	free(at);
}

void memory_start(arena_exhausted_fn *exhausted) {
	on_exhausted = exhausted;
	(void)tls_library_memory(allocate_for_tls, resize_for_tls, release_for_tls);
	(void)resolver_library_memory(allocate, resize, free);
}
