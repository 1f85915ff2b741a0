/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Moments in UTC and their seconds since 1970, by the Gregorian calendar, in whatever year: time_t
 * ends in 2038 where it has 32 bits, and certificates do not. */
#ifndef BASE_UTC_H
#define BASE_UTC_H

#include <stdint.h>

struct arena;

struct utc {
	int64_t year;
	int month; /* 1 to 12 */
	int day;
	int hour;
	int minute;
	int second;
};

struct utc utc_of(int64_t seconds);

/* The seconds of a moment. A day that its month does not have is one of the next month. */
int64_t utc_seconds(const struct utc *utc);

/* "2027-01-31" */
const char *utc_day(struct arena *arena, int64_t seconds);

#endif
