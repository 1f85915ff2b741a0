/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What output must look like, told by parsers that share nothing with what writes it. */
#ifndef TESTS_FUZZ_WELL_FORMED_H
#define TESTS_FUZZ_WELL_FORMED_H

#include <stdbool.h>

#include "base/span.h"

/* Plugin output: a status line and maybe others, UTF-8 without control characters, one '|' at most
 * and that in the first line, no other line that begins like a status line. */
bool well_formed_lines(struct span text);

/* One JSON object in one line (RFC 8259). */
bool well_formed_json(struct span text);

/* OpenMetrics text: comments, samples with labels and a number, "# EOF". */
bool well_formed_metrics(struct span text);

#endif
