/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading ranges, and telling whether a value lies in one. */
#include "verdict/range.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/ascii.h"
/* More digits than those of a 64-bit number are a slip of the finger. */
#define DIGITS_MAX 20

/* "-12.5": by hand, because strtod() follows the locale and knows hexadecimal, exponents and "nan".
 * Moves *at behind the number. */
static bool read_number(const char **at, double *value) {
	const char *p = *at;
	bool negative = *p == '-';
	p += negative;
	double digits = 0;
	double scale = 1;
	size_t n = 0;
	if (!ascii_is_digit(*p)) {
		return false;
	}
	for (; ascii_is_digit(*p); p++, n++) {
		digits = digits * 10 + (*p - '0');
	}
	if (*p == '.') {
		p++;
		if (!ascii_is_digit(*p)) {
			return false;
		}
		for (; ascii_is_digit(*p); p++, n++) {
			digits = digits * 10 + (*p - '0');
			scale *= 10;
		}
	}
	if (n > DIGITS_MAX) {
		return false;
	}
	*value = (negative ? -digits : digits) / scale;
	*at = p;
	return true;
}

/* Why that is no number, where there is one at first sight. */
static const char *number_problem(const char *at, const char *none) {
	at += *at == '-';
	size_t n = strspn(at, "0123456789");
	if (n > DIGITS_MAX) {
		return "has too many digits";
	}
	return at[n] == '.' ? "needs digits before and behind the '.'" : none;
}

/* What stands behind the '@'; NULL when fine, else what is wrong. */
static const char *read_bounds(struct range *range, const char *at) {
	range->start = 0;
	range->end = INFINITY;
	if (*at == '~') {
		range->start = -INFINITY;
		at++;
		if (*at != ':') {
			return "has no ':' behind '~'";
		}
	} else if (*at == ':') {
		if (at[1] == '\0') {
			return "has no number on either side of ':'";
		}
	} else if (!read_number(&at, &range->start)) {
		return number_problem(at, "does not start with a number or '~:'");
	} else if (*at == '\0') {
		range->end = range->start;
		range->start = 0;
		return range->end < 0 ? "ends below its start 0" : NULL;
	}
	if (*at != ':') {
		return "has something other than ':' behind a number";
	}
	at++;
	if (*at == '\0') {
		return NULL;
	}
	if (!read_number(&at, &range->end)) {
		return number_problem(at, "has no number behind ':'");
	}
	if (*at != '\0') {
		return "goes on behind its end";
	}
	return range->start > range->end ? "starts above its end" : NULL;
}

bool range_parse(struct range *range, const char *option, const char *text, struct err *err) {
	struct range parsed = {.set = true, .inside = *text == '@'};
	const char *problem = "is too long";
	if (strlen(text) + 1 < sizeof parsed.text) {
		/* Those who read performance data do not all know that the start may be left out. */
		bool open = text[parsed.inside] == ':';
		(void)snprintf(parsed.text, sizeof parsed.text, "%s%s%s", parsed.inside ? "@" : "",
			open ? "0" : "", text + parsed.inside);
		problem = read_bounds(&parsed, text + parsed.inside);
	}
	if (problem != NULL) {
		return err_set(err, ERR_USAGE,
			"%s: range \"%.64s\" %s; allowed are ranges such as 10, 10:, ~:10, 10:20 and @10:20",
			option, text, problem);
	}
	*range = parsed;
	return true;
}

bool range_alerts(const struct range *range, double value) {
	bool within = value >= range->start && value <= range->end;
	return range->set && within == range->inside;
}

/* The ends of both ranges within the values that can be measured, in order, from 0 on. */
static size_t collect_ends(double ends[5], const struct range *a, const struct range *b) {
	const double all[] = {a->start, a->end, b->start, b->end};
	size_t n = 1;
	ends[0] = 0;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		if (!isfinite(all[i]) || all[i] <= 0) {
			continue;
		}
		size_t k = n++;
		for (; k > 0 && ends[k - 1] > all[i]; k--) {
			ends[k] = ends[k - 1];
		}
		ends[k] = all[i];
	}
	return n;
}

bool range_is_hidden(const struct range *warning, const struct range *critical) {
	double ends[5] = {0};
	size_t n = collect_ends(ends, warning, critical);
	bool warns = false;
	bool more = false;
	/* Between two ends nothing changes: one value stands for all of them. */
	for (size_t i = 0; i < 2 * n; i++) {
		double at = ends[i / 2];
		double next = i / 2 + 1 < n ? ends[i / 2 + 1] : at * 2 + 2;
		double value = i % 2 == 0 ? at : at + (next - at) / 2;
		bool here = range_alerts(warning, value);
		bool there = range_alerts(critical, value);
		if (here && !there) {
			return false;
		}
		warns = warns || here;
		more = more || (there && !here);
	}
	return warns && more;
}
