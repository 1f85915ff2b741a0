/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Threshold ranges of the monitoring plugin guidelines, strictly: "10", "10:", ":10", "~:10",
 * "10:20", "@10:20". Both ends count as inside. Decimal numbers only. Pure. */
#ifndef VERDICT_RANGE_H
#define VERDICT_RANGE_H

#include <stdbool.h>

#include "base/err.h"

#define RANGE_TEXT_MAX 64

struct range {
	bool set;
	bool inside;  /* '@': alert inside the range instead of outside */
	double start; /* -INFINITY for '~' */
	double end;   /* INFINITY when left open */
	/* As the user wrote it, with the start when that was left out: echoed in performance data. */
	char text[RANGE_TEXT_MAX];
};

/* Parse; `option` names it in messages. ERR_USAGE for an empty text, junk, start > end, more than
 * 20 digits. A start left out is 0. Octal-looking "010" is decimal 10, hexadecimal and exponents
 * are refused. */
bool range_parse(struct range *range, const char *option, const char *text, struct err *err);

/* True when the value must alert. Never for a range that is not set. */
bool range_alerts(const struct range *range, double value);

/* True when no value from 0 up alerts by `warning` without alerting by `critical` too, although
 * some do, and more alert by `critical`: the two were probably exchanged. */
bool range_is_hidden(const struct range *warning, const struct range *critical);

#endif
