/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* How each kind of option value is read: strictly, and with a message that names the option, the
 * value and what is allowed. */
#ifndef CHECK_SMTP_TLS_OPTION_VALUES_H
#define CHECK_SMTP_TLS_OPTION_VALUES_H

#include "base/clock.h"
#include "base/err.h"
#include "base/keywords.h"
#include "check_smtp_tls.d/option_table.h"

/* Longest duration that makes sense for a check. */
#define OPTION_DURATION_MAX (24 * INT64_C(3600) * USEC_PER_SEC)

/* `30`, `30s`, `500ms`, `1m`: a whole number above zero, at most 24 hours. */
bool option_duration(usec *duration, const char *option, const char *value, struct err *err);

/* One word of a table. */
bool option_word(
	int *word, const struct keyword *table, const char *option, const char *value, struct err *err);

/* A regular file that can be opened for reading. */
bool option_file(const char *option, const char *value, struct err *err);

/* All that is in a regular file, at most so many octets of it; what it is to be, "a ...". */
#define OPTION_FILE_OCTETS_MAX (256U * 1024U)
bool option_file_content(struct span *content, struct arena *arena, const char *option,
	const char *path, const char *wanted, struct err *err);

/* One or more such files, separated by commas or blanks; each is appended. */
bool option_file_list(struct arena *arena, struct option_values *files, const char *option,
	const char *value, struct err *err);

/* A whole number from 0 to OPTION_NUMBER_MAX. */
#define OPTION_NUMBER_MAX 1000
bool option_number(int *number, const char *option, const char *value, struct err *err);

/* A directory that can be searched. The value is not echoed unless it looks like a path: users of
 * other plugins type a password behind this letter. */
bool option_directory(const char *option, const char *value, struct err *err);

/* A name for EHLO: a host name or an address literal (RFC 5321 4.1.3). */
bool option_is_helo(const char *value);

/* Pass on why another room refused a value, with the option and the value in front; NULL for a
 * value that the reason quotes. Returns false. */
bool option_refuse(const char *option, const char *value, const struct err *why, struct err *err);

/* Append to a repeated option's values; the string is borrowed. */
void option_append(struct arena *arena, struct option_values *values, const char *value);

/* Hexadecimal digits in either case, with or without colons, of exactly `octets` octets. */
bool option_fingerprint(
	struct span *digest, struct arena *arena, size_t octets, const char *value, struct err *err);

#endif
