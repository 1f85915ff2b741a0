/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What each kind of sender would do, as a table and as JSON. */
#ifndef RENDER_SENDERS_H
#define RENDER_SENDERS_H

#include "render/json.h"
#include "verdict/verdict.h"

#define SENDER_LINES_MAX 128U /* about nodes; how many were left out is told */

/* One line per sender for the domain, behind it one for each node where they differ. Nothing unless
 * --sender-view asked. */
void render_senders(struct text *text, const struct verdict *verdict);

/* "sender_view": of a node, or (NULL) of the domain; nothing where it is not known. */
void json_senders(struct json *json, const struct verdict *verdict, const struct report_node *node);

#endif
