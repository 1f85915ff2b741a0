/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What a session that was made for another domain proves of the demands of this one. */
#ifndef PROBE_GUEST_PROOF_H
#define PROBE_GUEST_PROOF_H

#include "probe/visit.h"

/* The node's facts are somebody else's: put a copy of them, with proofs of what the specification
 * demands, in their place. */
void guest_prove(struct report_node *node, struct arena *arena, const struct visit_spec *spec,
	struct tls_context *context, int64_t now);

#endif
