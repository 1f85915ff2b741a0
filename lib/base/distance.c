/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Dates as people tell them. */
#include "base/distance.h"

const char *distance_words(struct arena *arena, int64_t now, int64_t date) {
	int64_t seconds = date > now ? date - now : now - date;
	int64_t n = seconds / 86400;
	const char *unit = "day";
	if (seconds < INT64_C(2) * 3600) {
		n = seconds / 60;
		unit = "minute";
	} else if (seconds < INT64_C(2) * 86400) {
		n = seconds / 3600;
		unit = "hour";
	}
	const char *amount = arena_printf(arena, "%lld %s%s", (long long)n, unit, n == 1 ? "" : "s");
	return date < now ? arena_printf(arena, "%s ago", amount)
					  : arena_printf(arena, "in %s", amount);
}

const char *duration_words(struct arena *arena, usec duration) {
	return duration % USEC_PER_SEC == 0
			   ? arena_printf(arena, "%lld s", (long long)(duration / USEC_PER_SEC))
			   : arena_printf(arena, "%lld ms", (long long)(duration / USEC_PER_MSEC));
}
