/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The options about what comes: the file that will be deployed, and the time that is judged at. */
#include <string.h>

#include "base/utc.h"
#include "check_smtp_tls.d/option_takers.h"
#include "check_smtp_tls.d/option_values.h"

#define DAY INT64_C(86400)
#define AT_DAYS_MAX 36500

/* --- --next --- */

bool option_take_next(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	struct survey_spec *survey = &draft->settings->survey;
	if (draft->next == NULL) {
		draft->next = arena_alloc_array(draft->arena, TLS_NEXT_FILES_MAX, sizeof *draft->next);
		survey->next = draft->next;
	}
	if (survey->n_next == TLS_NEXT_FILES_MAX) {
		return err_set(err, ERR_USAGE, "%s: at most %u files, one for each type of key", row->name,
			TLS_NEXT_FILES_MAX);
	}
	struct tls_next_file *file = &draft->next[survey->n_next++];
	file->path = value;
	return option_file_content(&file->pem, draft->arena, row->name, value,
		"a PEM file with a key, a request or certificates", err);
}

/* --- --at --- */

/* So many digits and then this character ('\0': the end); -1 otherwise. */
static int read_field(const char **at, int digits, char behind) {
	int number = 0;
	for (int i = 0; i < digits; i++, (*at)++) {
		if (**at < '0' || **at > '9') {
			return -1;
		}
		number = 10 * number + (**at - '0');
	}
	if (**at != behind) {
		return -1;
	}
	*at += behind != '\0';
	return number;
}

/* "+14d" or "+36h" from now. */
static bool read_offset(int64_t *time, const char *value) {
	int64_t n = 0;
	const char *at = value + 1;
	size_t digits = strspn(at, "0123456789");
	for (size_t i = 0; i < digits && n <= 24 * AT_DAYS_MAX; i++) {
		n = 10 * n + (at[i] - '0');
	}
	bool hours = at[digits] == 'h';
	bool unit = (hours || at[digits] == 'd') && at[digits + 1] == '\0';
	if (digits == 0 || !unit || n > (hours ? 24 : 1) * AT_DAYS_MAX) {
		return false;
	}
	*time += hours ? n * 3600 : n * DAY;
	return true;
}

/* "2027-01-31", or with "T12:00:00Z" behind it: UTC. */
static bool read_date(int64_t *time, const char *value) {
	const char *at = value;
	bool clock = strchr(value, 'T') != NULL;
	struct utc utc = {0};
	int year = read_field(&at, 4, '-');
	int month = year < 0 ? -1 : read_field(&at, 2, '-');
	int day = month < 0 ? -1 : read_field(&at, 2, clock ? 'T' : '\0');
	if (day < 0) {
		return false;
	}
	if (clock) {
		utc.hour = read_field(&at, 2, ':');
		utc.minute = utc.hour < 0 ? -1 : read_field(&at, 2, ':');
		utc.second = utc.minute < 0 ? -1 : read_field(&at, 2, 'Z');
		if (utc.second < 0 || *at != '\0' || utc.hour > 23 || utc.minute > 59 || utc.second > 59) {
			return false;
		}
	}
	utc.year = year;
	utc.month = month;
	utc.day = day;
	/* What does not exist (30 February, month 13) comes out as another day. */
	*time = utc_seconds(&utc);
	struct utc there = utc_of(*time);
	return year >= 1970 && there.month == month && there.day == day;
}

bool option_take_at(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	struct settings *settings = draft->settings;
	settings->tls.now = settings->started_at;
	settings->survey.at_given = true;
	bool good = value[0] == '+' ? read_offset(&settings->tls.now, value)
								: read_date(&settings->tls.now, value);
	return good || err_set(err, ERR_USAGE,
					   "%s: \"%.60s\" is no time to judge at: give +14d, +36h, 2027-01-31 or "
					   "2027-01-31T12:00:00Z (UTC)",
					   row->name, value);
}
