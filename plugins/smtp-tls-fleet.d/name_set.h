/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Names, and how often each was counted. About 60 bytes for each name. */
#ifndef SMTP_TLS_FLEET_NAME_SET_H
#define SMTP_TLS_FLEET_NAME_SET_H

#include <stdbool.h>

#include "base/arena.h"

struct name_set {
	struct arena *arena;
	struct name_entry *slots; /* a power of two of them */
	size_t n_slots;
	size_t n;
	uint64_t seed; /* so that nobody can choose names that are slow to find */
};

struct name_set name_set_new(struct arena *arena);

/* Count it once more; returns how often it was counted before. */
size_t name_set_add(struct name_set *set, const char *name);

/* Its count is at least this from now on; returns how often it was counted before. */
size_t name_set_raise(struct name_set *set, const char *name, size_t count);

/* All names, one after the other, in any order, from *at = 0 on; false: that were all. */
bool name_set_next(const struct name_set *set, size_t *at, const char **name, size_t *count);

/* One less, when it is there at all; false: it is not. */
bool name_set_take(struct name_set *set, const char *name);

#endif
