/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What every format says of a subject, a finding, a node and the whole, as phrases and not yet
 * escaped. */
#ifndef RENDER_WORDS_H
#define RENDER_WORDS_H

#include "verdict/verdict.h"

/* "mx1.example.org[192.0.2.1]:25: ", "mx1.example.org: ", "unix:/path: "; nothing for the run. */
struct phrase subject_words(struct arena *arena, const struct subject *subject);

/* Text and remedy. */
struct phrase finding_words(struct arena *arena, const struct finding *finding);

/* What was reached at a node, without an opinion: "Verified by DANE-EE 3 1 1, TLSv1.3, certificate
 * expires in 61 days". */
struct phrase node_words(
	struct arena *arena, const struct verdict *verdict, const struct report_node *node);

/* What leads the status line: the worst finding, or the node that leads a good verdict. */
struct phrase summary_words(struct arena *arena, const struct verdict *verdict);

#endif
