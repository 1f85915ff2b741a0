/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What a visit saw, without the memory that it took to see it. */
#ifndef PROBE_SEEN_COPY_H
#define PROBE_SEEN_COPY_H

#include "probe/report.h"

/* Copy what visit_write() wrote: result, reconnects, key types. n_records: of the policy. */
void seen_copy(
	struct report_node *to, struct arena *arena, const struct report_node *from, size_t n_records);

#endif
