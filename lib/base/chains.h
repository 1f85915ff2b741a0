/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Objects found by a hash: chains of links that stand in the objects. */
#ifndef BASE_CHAINS_H
#define BASE_CHAINS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct chain_link {
	struct chain_link *next; /* of those whose hash leads to the same chain, the newest first */
	uint64_t hash;
	bool in;
};

struct chains {
	struct chain_link **first;
	size_t n;
};

/* FNV-1a, where a hash begins; octets added to one. */
#define CHAINS_HASH_START UINT64_C(14695981039346656037)
uint64_t chains_hash(uint64_t hash, const void *octets, size_t n);

/* n empty chains, a power of two. */
void chains_init(struct chains *chains, struct arena *arena, size_t n);
/* The first link of the chain of this hash, whatever the hashes of its links are; NULL when it is
 * empty. */
struct chain_link *chains_at(const struct chains *chains, uint64_t hash);
/* The link is in no chain. */
void chains_add(struct chains *chains, struct chain_link *link, uint64_t hash);
/* Does nothing when the link is in no chain. */
void chains_remove(struct chains *chains, struct chain_link *link);

#endif
