/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory that lives exactly as long as one run: allocate, drop all at once; only what is large can
 * be given back or grow where it stands. Out of memory calls the handler given at creation, which
 * must not return; so no caller checks. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/span.h"

struct arena;

/* Called when memory is exhausted; must not return (the library aborts if it does). */
typedef void arena_exhausted_fn(void *context);

/* A new, empty arena; NULL when not even that can be had. */
struct arena *arena_new(arena_exhausted_fn *exhausted, void *context);

/* The same for who cannot do without: exhausted is told that there is none. */
struct arena *arena_begin(arena_exhausted_fn *exhausted, void *context);

/* Another one, with the same handler, which is there at once or not at all. It takes memory in
 * blocks of so many bytes: for what is small and there are many of. */
struct arena *arena_beside(struct arena *arena, size_t block_bytes);

/* Frees everything ever allocated from it. Accepts NULL. */
void arena_free(struct arena *arena);

/* n zeroed bytes, aligned for any type. n may be 0. */
void *arena_alloc(struct arena *arena, size_t n);

/* count zeroed objects of the given size; exhaustion when the product overflows. */
void *arena_alloc_array(struct arena *arena, size_t count, size_t size);

/* n bytes are not needed any more: large ones go back to the system, of small ones nothing is
 * gained. n is as asked for. */
void arena_release(struct arena *arena, const void *at, size_t n);

/* Make n bytes more; what they held stays, the new ones are not set. Returns where they are now. */
void *arena_grow(struct arena *arena, void *at, size_t n, size_t more);

/* A copy with a NUL behind it; embedded NULs are kept. */
char *arena_copy_text(struct arena *arena, const char *s, size_t len);
char *arena_copy_string(struct arena *arena, const char *s);

/* A copy of the bytes; the span points into the arena. */
struct span arena_copy_span(struct arena *arena, struct span from);

/* The formatted text, of any length. */
char *arena_printf(struct arena *arena, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Bytes handed out so far: by these, what is kept for others is counted (kept.h). */
size_t arena_used(const struct arena *arena);

#endif
