/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Threshold ranges of the monitoring plugin guidelines, strictly: "10", "10:", "~:10", "10:20",
 * "@10:20". Both ends count as inside. Decimal numbers only. Pure. */
#ifndef VERDICT_RANGE_H
#define VERDICT_RANGE_H

#include <stdbool.h>

#include "base/err.h"

#define RANGE_TEXT_MAX 64

struct range {
	bool set;
	bool inside;               /* '@': alert inside the range instead of outside */
	double start;              /* -INFINITY for '~' */
	double end;                /* INFINITY when left open */
	char text[RANGE_TEXT_MAX]; /* as the user wrote it: echoed in performance data */
};

/* Parse; `option` names it in messages. ERR_USAGE for an empty text, junk, start > end,
 * octal-looking "010" is decimal 10, hexadecimal and exponents are refused. */
bool range_parse(struct range *range, const char *option, const char *text, struct err *err);

/* True when the value must alert. Never for a range that is not set. */
bool range_alerts(const struct range *range, double value);

#endif
