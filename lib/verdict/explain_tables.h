/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The explanations, in tables: each finding has a row in one of them. Private to explain.c. */
#ifndef VERDICT_EXPLAIN_TABLES_H
#define VERDICT_EXPLAIN_TABLES_H

#include "verdict/explain.h"

extern const struct explanation explanations_dns[FINDING_COUNT];
extern const struct explanation explanations_server[FINDING_COUNT];
extern const struct explanation explanations_announced[FINDING_COUNT];

#endif
