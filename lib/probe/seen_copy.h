/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What a visit saw, without the memory that it took to see it, and without room for what most
 * visits do not look at. */
#ifndef PROBE_SEEN_COPY_H
#define PROBE_SEEN_COPY_H

#include "probe/report.h"

struct seen {
	struct result result;
	const struct reconnects *reconnects;   /* NULL: none were wanted */
	const struct key_type *key_types;      /* TLS_KEY_TYPES of them; NULL: not asked for */
	const struct large_hello *large_hello; /* NULL: not asked for */
};

/* Copy what visit_write() wrote: result, reconnects, key types, large ClientHello. n_records: of
 * the policy. */
struct seen seen_copy(struct arena *arena, const struct report_node *from, size_t n_records);

/* The other way round; borrows. */
void seen_show(const struct seen *seen, struct report_node *node);

#endif
