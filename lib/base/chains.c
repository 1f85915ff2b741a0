/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A table of chains. */
#include "base/chains.h"

uint64_t chains_hash(uint64_t hash, const void *octets, size_t n) {
	const uint8_t *at = octets;
	for (size_t i = 0; i < n; i++) {
		hash = (hash ^ at[i]) * UINT64_C(1099511628211);
	}
	return hash;
}

static struct chain_link **chain_of(const struct chains *chains, uint64_t hash) {
	return &chains->first[hash & (chains->n - 1)];
}

void chains_init(struct chains *chains, struct arena *arena, size_t n) {
	chains->first = arena_alloc(arena, n * sizeof *chains->first);
	chains->n = n;
}

struct chain_link *chains_at(const struct chains *chains, uint64_t hash) {
	return *chain_of(chains, hash);
}

void chains_add(struct chains *chains, struct chain_link *link, uint64_t hash) {
	struct chain_link **first = chain_of(chains, hash);
	*link = (struct chain_link){.next = *first, .hash = hash, .in = true};
	*first = link;
}

void chains_remove(struct chains *chains, struct chain_link *link) {
	if (!link->in) {
		return;
	}
	struct chain_link **at = chain_of(chains, link->hash);
	while (*at != link) {
		at = &(*at)->next;
	}
	*at = link->next;
	link->in = false;
}
