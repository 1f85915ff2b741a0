/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* One function for each kind of value. */
#include "check_smtp_tls.d/option_values.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ascii.h"
#include "io/file.h"

/* Decimal digits only, at most nine of them, so that no arithmetic behind can overflow. */
static bool read_number(int64_t *number, const char **at) {
	const char *p = *at;
	int64_t n = 0;
	while (*p >= '0' && *p <= '9' && p - *at < 10) {
		n = n * 10 + (*p++ - '0');
	}
	if (p == *at || p - *at > 9) {
		return false;
	}
	*at = p;
	*number = n;
	return true;
}

bool option_duration(usec *duration, const char *option, const char *value, struct err *err) {
	static const struct {
		const char *unit;
		usec worth;
	} units[] = {
		{"", USEC_PER_SEC}, {"s", USEC_PER_SEC}, {"ms", USEC_PER_MSEC}, {"m", 60 * USEC_PER_SEC}};
	const char *at = value;
	int64_t number = 0;
	if (read_number(&number, &at)) {
		for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
			usec worth = units[i].worth;
			if (strcmp(at, units[i].unit) == 0 && number > 0 &&
				number <= OPTION_DURATION_MAX / worth) {
				*duration = number * worth;
				return true;
			}
		}
	}
	return err_set(err, ERR_USAGE,
		"%s: \"%.60s\" is not a duration: give a whole number above 0 of seconds, or with a unit "
		"ms, "
		"s or m, at most 24 hours (30, 500ms, 1m)",
		option, value);
}

bool option_word(int *word, const struct keyword *table, const char *option, const char *value,
	struct err *err) {
	if (keyword_find(table, value, word)) {
		return true;
	}
	char allowed[128];
	size_t used = 0;
	for (const struct keyword *k = table; k->word != NULL; k++) {
		size_t len = strlen(k->word);
		if (used + len + 2 < sizeof allowed) {
			memcpy(allowed + used, k->word, len);
			used += len;
			allowed[used++] = ' ';
		}
	}
	allowed[used > 0 ? used - 1 : 0] = '\0';
	return err_set(
		err, ERR_USAGE, "%s: unknown value \"%.60s\": allowed are %s", option, value, allowed);
}

bool option_file(const char *option, const char *value, struct err *err) {
	struct file_fault fault;
	return file_is_readable(value, FILE_REGULAR, &fault) ||
		   err_set(err, file_fault_kind(&fault, ERR_USAGE),
			   "%s: \"%.100s\": %s: give a readable PEM file", option, value, fault.words);
}

bool option_file_content(struct span *content, struct arena *arena, const char *option,
	const char *path, const char *wanted, struct err *err) {
	struct file_wish wish = {path, FILE_REGULAR, OPTION_FILE_OCTETS_MAX};
	struct file_fault fault;
	return file_read(arena, &wish, content, &fault) ||
		   err_set(err, file_fault_kind(&fault, ERR_USAGE), "%s: \"%.100s\": %s: give %s", option,
			   path, fault.words, wanted);
}

bool option_file_list(struct arena *arena, struct option_values *files, const char *option,
	const char *value, struct err *err) {
	static const char separators[] = ", \t";
	for (const char *at = value + strspn(value, separators); *at != '\0';) {
		size_t len = strcspn(at, separators);
		const char *file = arena_copy_text(arena, at, len);
		if (!option_file(option, file, err)) {
			return false;
		}
		option_append(arena, files, file);
		at += len + strspn(at + len, separators);
	}
	return files->n > 0 || err_set(err, ERR_USAGE, "%s: \"%.60s\" names no file", option, value);
}

bool option_number(int *number, const char *option, const char *value, struct err *err) {
	const char *at = value;
	int64_t n = 0;
	if (!read_number(&n, &at) || *at != '\0' || n > OPTION_NUMBER_MAX) {
		return err_set(err, ERR_USAGE, "%s: \"%.60s\" is not a whole number from 0 to %d", option,
			value, OPTION_NUMBER_MAX);
	}
	*number = (int)n;
	return true;
}

bool option_directory(const char *option, const char *value, struct err *err) {
	struct stat status;
	const char *problem = NULL;
	if (stat(value, &status) != 0) {
		problem = strerror(errno);
	} else if (!S_ISDIR(status.st_mode)) {
		problem = "not a directory";
	} else if (access(value, R_OK | X_OK) != 0) {
		problem = strerror(errno);
	}
	if (problem == NULL) {
		return true;
	}
	static const char wanted[] = "give a directory of CA certificates prepared by 'openssl rehash'";
	if (strchr(value, '/') == NULL) {
		return err_set(err, ERR_USAGE,
			"%s: %s: %s (a value without '/' is not shown: elsewhere -P takes a password)", option,
			problem, wanted);
	}
	return err_set(err, ERR_USAGE, "%s: \"%.100s\": %s: %s", option, value, problem, wanted);
}

void option_append(struct arena *arena, struct option_values *values, const char *value) {
	/* Doubling at powers of two needs no capacity to be kept. */
	if ((values->n & (values->n - 1)) == 0) {
		size_t room = values->n == 0 ? 1 : values->n * 2;
		const char **at = arena_alloc_array(arena, room, sizeof *at);
		if (values->n > 0) {
			memcpy(at, values->at, values->n * sizeof *at);
		}
		values->at = at;
	}
	values->at[values->n++] = value;
}

bool option_fingerprint(
	struct span *digest, struct arena *arena, size_t octets, const char *value, struct err *err) {
	uint8_t *bytes = arena_alloc(arena, octets);
	size_t n = 0;
	const char *at = value;
	while (n < octets && ascii_hex_value(at[0]) >= 0 && ascii_hex_value(at[1]) >= 0) {
		bytes[n++] = (uint8_t)(ascii_hex_value(at[0]) << 4 | ascii_hex_value(at[1]));
		at += 2;
		if (*at == ':' && n < octets) {
			at++;
		}
	}
	if (n != octets || *at != '\0') {
		return err_set(err, ERR_USAGE,
			"--match: \"%.80s\" is not a fingerprint: give %zu hex digits, with or without colons "
			"(the digest algorithm is --digest)",
			value, octets * 2);
	}
	*digest = (struct span){bytes, octets};
	return true;
}

bool option_is_helo(const char *value) {
	size_t len = strlen(value);
	if (value[0] != '[') {
		return hostname_is_valid(value);
	}
	char address[64];
	size_t skip = strncasecmp(value, "[IPv6:", 6) == 0 ? 6 : 1;
	if (len < skip + 2 || len - skip > sizeof address || value[len - 1] != ']') {
		return false;
	}
	memcpy(address, value + skip, len - skip - 1);
	address[len - skip - 1] = '\0';
	return address_family_of(address) == (skip == 6 ? 6 : 4);
}

bool option_refuse(const char *option, const char *value, const struct err *why, struct err *err) {
	return value == NULL ? err_set(err, ERR_USAGE, "%s: %s", option, why->text)
						 : err_set(err, ERR_USAGE, "%s: \"%.60s\": %s", option, value, why->text);
}
