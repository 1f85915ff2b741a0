/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Open addressing; never more than half full. */
#include "smtp-tls-fleet.d/name_set.h"

#include <string.h>
#include <sys/random.h>

#define SLOTS_MIN 1024U

struct name_entry {
	const char *name; /* NULL: free */
	size_t count;
};

struct name_set name_set_new(struct arena *arena) {
	struct name_set set = {.arena = arena, .n_slots = SLOTS_MIN};
	set.slots = arena_alloc_array(arena, set.n_slots, sizeof *set.slots);
	if (getrandom(&set.seed, sizeof set.seed, GRND_NONBLOCK) < 0) {
		set.seed = (uint64_t)(uintptr_t)set.slots;
	}
	return set;
}

static uint64_t hash(const struct name_set *set, const char *name) {
	uint64_t h = UINT64_C(0xcbf29ce484222325) ^ set->seed;
	for (; *name != '\0'; name++) {
		h = (h ^ (unsigned char)*name) * UINT64_C(0x100000001b3);
		h ^= h >> 29;
	}
	return h ^ h >> 32;
}

/* Where it is, or would be. */
static struct name_entry *find(const struct name_set *set, const char *name) {
	size_t at = (size_t)hash(set, name) & (set->n_slots - 1);
	while (set->slots[at].name != NULL && strcmp(set->slots[at].name, name) != 0) {
		at = (at + 1) & (set->n_slots - 1);
	}
	return &set->slots[at];
}

static void grow(struct name_set *set) {
	struct name_entry *old = set->slots;
	size_t n_old = set->n_slots;
	set->n_slots *= 2;
	set->slots = arena_alloc_array(set->arena, set->n_slots, sizeof *set->slots);
	for (size_t i = 0; i < n_old; i++) {
		if (old[i].name != NULL) {
			*find(set, old[i].name) = old[i];
		}
	}
	arena_release(set->arena, old, n_old * sizeof *old);
}

static struct name_entry *find_or_add(struct name_set *set, const char *name) {
	struct name_entry *entry = find(set, name);
	if (entry->name == NULL) {
		if (2 * set->n >= set->n_slots) {
			grow(set);
			entry = find(set, name);
		}
		entry->name = arena_copy_string(set->arena, name);
		set->n++;
	}
	return entry;
}

size_t name_set_add(struct name_set *set, const char *name) {
	return find_or_add(set, name)->count++;
}

size_t name_set_raise(struct name_set *set, const char *name, size_t count) {
	struct name_entry *entry = find_or_add(set, name);
	size_t before = entry->count;
	entry->count = count > before ? count : before;
	return before;
}

bool name_set_take(struct name_set *set, const char *name) {
	struct name_entry *entry = find(set, name);
	if (entry->count == 0) {
		return false;
	}
	entry->count--;
	return true;
}

bool name_set_next(const struct name_set *set, size_t *at, const char **name, size_t *count) {
	while (*at < set->n_slots) {
		const struct name_entry *entry = &set->slots[(*at)++];
		if (entry->name != NULL) {
			*name = entry->name;
			*count = entry->count;
			return true;
		}
	}
	return false;
}
