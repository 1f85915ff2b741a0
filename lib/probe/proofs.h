/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What senders with other demands would have found in the certificates that a node showed: proved
 * behind all visits, without a further connection, and only when somebody wants to know. */
#ifndef PROBE_PROOFS_H
#define PROBE_PROOFS_H

#include "probe/survey.h"

/* Fill in the nodes' proofs. Nothing where there is no CA to trust. */
void proofs_make(struct report *report, struct arena *arena, const struct origin *origin,
	struct tls_context *context);

#endif
