/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Days from the year 0 on, which begins in March: the leap day is then the last of a year. */
#include "base/utc.h"

#include <inttypes.h>

#include "base/arena.h"

#define DAY_SECONDS 86400
#define ERA_DAYS 146097     /* 400 years */
#define DAYS_TO_1970 719468 /* from 1 March of the year 0 */

/* Rounded down: what is left over is not negative. */
static int64_t divide(int64_t number, int64_t by) {
	return number / by - (number % by < 0 ? 1 : 0);
}

static int64_t days_of(int64_t year, int month, int day) {
	year -= month <= 2 ? 1 : 0;
	int64_t era = divide(year, 400);
	int64_t year_of_era = year - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
	return era * ERA_DAYS + day_of_era - DAYS_TO_1970;
}

struct utc utc_of(int64_t seconds) {
	int64_t days = divide(seconds, DAY_SECONDS);
	int second = (int)(seconds % DAY_SECONDS); /* times days may be more than fits */
	second += second < 0 ? DAY_SECONDS : 0;
	days += DAYS_TO_1970;
	int64_t era = divide(days, ERA_DAYS);
	int64_t day_of_era = days - era * ERA_DAYS;
	int64_t year_of_era =
		(day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int day_of_year = (int)(day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100));
	int month = (5 * day_of_year + 2) / 153; /* from March */
	return (struct utc){.year = era * 400 + year_of_era + (month >= 10 ? 1 : 0),
		.month = month < 10 ? month + 3 : month - 9,
		.day = day_of_year - (153 * month + 2) / 5 + 1,
		.hour = second / 3600,
		.minute = second / 60 % 60,
		.second = second % 60};
}

int64_t utc_seconds(const struct utc *utc) {
	int64_t days = days_of(utc->year, utc->month, utc->day);
	return ((days * 24 + utc->hour) * 60 + utc->minute) * 60 + utc->second;
}

const char *utc_day(struct arena *arena, int64_t seconds) {
	struct utc utc = utc_of(seconds);
	return arena_printf(arena, "%04" PRId64 "-%02d-%02d", utc.year, utc.month, utc.day);
}
