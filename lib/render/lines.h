/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The lines behind the status line. Private to render_plugin.c. */
#ifndef RENDER_LINES_H
#define RENDER_LINES_H

#include "render/render_plugin.h"

#define LINES_MAX 128U /* of each kind */

/* "[STATE] finding: subject: text" and "[STATE] node: what was reached". Where several nodes or
 * hosts that were not reached have the same to say, one line says it and names them all; how many
 * lines were left out is told behind the last. */
void render_finding_lines(
	struct text *text, const struct verdict *verdict, enum line_detail detail);
void render_node_lines(struct text *text, const struct verdict *verdict);

/* Where TLSA records are unusable or none matches, each record of the host on a line: whether it
 * counts, what it matches, or what it really is; then those to publish. */
void render_record_lines(struct text *text, const struct verdict *verdict);

#endif
