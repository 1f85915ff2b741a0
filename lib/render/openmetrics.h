/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* OpenMetrics in pieces, for many verdicts in one text: each family has its head once, and the
 * samples of all verdicts behind it. */
#ifndef RENDER_OPENMETRICS_H
#define RENDER_OPENMETRICS_H

#include "render/formats.h"

/* Families are numbers from 0 on. */
#define OPENMETRICS_FAMILIES 26U
#define OPENMETRICS_STATE 0U
#define OPENMETRICS_FINDINGS 1U

/* What stands behind the last. */
#define OPENMETRICS_END "# EOF\n"

/* TYPE, UNIT and HELP. */
void openmetrics_head(struct text *text, size_t family);

/* What the verdict has of this family; nothing when it was not measured. */
void openmetrics_samples(struct text *text, const struct verdict *verdict, size_t family);

/* A sample of OPENMETRICS_STATE by itself; NULL: it is not known whom it is about. */
void openmetrics_state(struct text *text, const char *domain, enum state state);

#endif
