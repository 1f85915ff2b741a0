/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Facts that outlive the memory of the session they are of. */
#ifndef TLS_TLS_COPY_H
#define TLS_TLS_COPY_H

#include "base/arena.h"
#include "tls/tls_facts.h"

/* A copy of everything but the records of the demand, which stay borrowed; there are n_records of
 * them. NULL of NULL. */
const struct tls_facts *tls_facts_copy(
	struct arena *arena, const struct tls_facts *from, size_t n_records);

/* to's proof becomes a copy of from's. Both have the same chain, in memory of their own: a path
 * shares spans with that of its facts. */
void tls_proof_copy(
	struct tls_facts *to, struct arena *arena, const struct tls_facts *from, size_t n_records);

#endif
