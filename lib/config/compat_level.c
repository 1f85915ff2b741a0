/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Postfix's compatibility levels from text to one comparable number. */
#include "config/compat_level.h"

#include <stddef.h>

#define PART_BITS 10 /* of minor and patch: Postfix refuses 1024 */
#define PART_MAX ((1U << PART_BITS) - 1)
#define MAJOR_MAX (UINT64_MAX >> (2 * PART_BITS))

/* One run of digits; a number beyond max is no part. */
static const char *read_part(const char *at, uint64_t max, uint64_t *part) {
	const char *start = at;
	*part = 0;
	for (; *at >= '0' && *at <= '9'; at++) {
		uint64_t digit = (uint64_t)(*at - '0');
		if (*part > (max - digit) / 10) {
			return NULL;
		}
		*part = *part * 10 + digit;
	}
	return at == start ? NULL : at;
}

bool compat_level_parse(const char *text, uint64_t *level, struct err *err) {
	uint64_t parts[3] = {0};
	const char *at = text;
	for (unsigned i = 0; i < 3 && at != NULL; i++) {
		at = read_part(at, i == 0 ? MAJOR_MAX : PART_MAX, &parts[i]);
		if (at == NULL || *at != '.' || i == 2) {
			break;
		}
		at++;
	}
	if (at == NULL || *at != '\0') {
		return err_set(err, ERR_USAGE, "malformed compatibility level syntax: \"%s\"", text);
	}
	*level = parts[0] << (2 * PART_BITS) | parts[1] << PART_BITS | parts[2];
	return true;
}
