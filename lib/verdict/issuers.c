/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Issuer keys of public CAs: read row by row, refused at the first that is malformed. */
#include "verdict/issuers.h"

#include <string.h>

#include "base/ascii.h"
#include "base/keywords.h"

#define FIELDS_MAX 5U
#define ROWS_START 32U

static const struct keyword states[] = {{"active", ISSUER_ACTIVE}, {"backup", ISSUER_BACKUP},
	{"retired", ISSUER_RETIRED}, {"root", ISSUER_ROOT}, {NULL, 0}};

struct reader {
	struct issuer_table *table;
	struct arena *arena;
	size_t capacity;
	bool dated;
};

/* Split at tabs; fields beyond FIELDS_MAX are counted only. */
static size_t split(struct span line, struct span *fields) {
	size_t n = 0;
	size_t start = 0;
	for (size_t i = 0; i <= line.len; i++) {
		if (i == line.len || line.at[i] == '\t') {
			if (n < FIELDS_MAX) {
				fields[n] = (struct span){line.at + start, i - start};
			}
			n++;
			start = i + 1;
		}
	}
	return n;
}

static const char *text_of(struct arena *arena, struct span field) {
	return arena_copy_text(arena, (const char *)field.at, field.len);
}

/* Exactly n decimal digits; -1 otherwise. */
static int number_of(const uint8_t *at, size_t n) {
	int value = 0;
	for (size_t i = 0; i < n; i++) {
		if (at[i] < '0' || at[i] > '9') {
			return -1;
		}
		value = value * 10 + (at[i] - '0');
	}
	return value;
}

/* Days since 1970-01-01 in the Gregorian calendar. */
static int64_t days_of(int year, int month, int day) {
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t shifted = month > 2 ? month - 3 : month + 9;
	int64_t day_of_year = (153 * shifted + 2) / 5 + day - 1;
	int64_t era = y / 400;
	int64_t year_of_era = y - era * 400;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
	return era * 146097 + day_of_era - 719468;
}

static const char *take_date(struct reader *reader, struct span field) {
	bool shaped = field.len == 10 && field.at[4] == '-' && field.at[7] == '-';
	int year = shaped ? number_of(field.at, 4) : -1;
	int month = shaped ? number_of(field.at + 5, 2) : -1;
	int day = shaped ? number_of(field.at + 8, 2) : -1;
	if (year < 1970 || month < 1 || month > 12 || day < 1 || day > 31) {
		return "the date must be YYYY-MM-DD";
	}
	reader->table->date = days_of(year, month, day) * 86400;
	reader->dated = true;
	return NULL;
}

static bool read_digest(uint8_t digest[ISSUER_DIGEST_OCTETS], struct span field) {
	if (field.len != (size_t)2 * ISSUER_DIGEST_OCTETS) {
		return false;
	}
	for (size_t i = 0; i < ISSUER_DIGEST_OCTETS; i++) {
		int high = ascii_hex_value(field.at[2 * i]);
		int low = ascii_hex_value(field.at[2 * i + 1]);
		if (high < 0 || low < 0) {
			return false;
		}
		digest[i] = (uint8_t)(high * 16 + low);
	}
	return true;
}

static struct issuer *new_row(struct reader *reader) {
	struct issuer_table *table = reader->table;
	if (table->n == reader->capacity) {
		size_t capacity = reader->capacity == 0 ? ROWS_START : reader->capacity * 2;
		struct issuer *more = arena_alloc_array(reader->arena, capacity, sizeof *more);
		if (table->n > 0) {
			memcpy(more, table->list, table->n * sizeof *more);
		}
		table->list = more;
		reader->capacity = capacity;
	}
	return &table->list[table->n];
}

static const char *take_issuer(struct reader *reader, const struct span *fields) {
	int state = 0;
	if (reader->table->n == ISSUERS_MAX) {
		return "there are more than 4096 rows";
	}
	struct issuer *row = new_row(reader);
	if (fields[0].len == 0 || fields[1].len == 0) {
		return "group and name must not be empty";
	}
	if (!keyword_find(states, text_of(reader->arena, fields[2]), &state)) {
		return "the third field must be active, backup, retired or root";
	}
	if (!read_digest(row->digest, fields[3])) {
		return "the fourth field must be 64 hexadecimal digits";
	}
	if (issuers_find(reader->table, (struct span){row->digest, ISSUER_DIGEST_OCTETS}) != NULL) {
		return "this key stands in the table already";
	}
	row->group = text_of(reader->arena, fields[0]);
	row->name = text_of(reader->arena, fields[1]);
	row->state = (enum issuer_state)state;
	reader->table->n++;
	return NULL;
}

static const char *take_line(struct reader *reader, struct span line) {
	struct span fields[FIELDS_MAX] = {{NULL, 0}};
	if (line.len > 0 && line.at[line.len - 1] == '\r') {
		line.len--;
	}
	if (line.len == 0 || line.at[0] == '#') {
		return NULL;
	}
	if (memchr(line.at, '\0', line.len) != NULL) {
		return "a NUL is no text";
	}
	size_t n = split(line, fields);
	if (n == 2 && span_equal(fields[0], span_of("date"))) {
		return reader->dated ? "there is a second date" : take_date(reader, fields[1]);
	}
	return n == 4 ? take_issuer(reader, fields)
				  : "four fields are needed, with tabs between: group, name, state, digest";
}

bool issuers_read(struct issuer_table *table, struct arena *arena, const char *file,
	struct span text, struct err *err) {
	struct reader reader = {.table = table, .arena = arena};
	*table = (struct issuer_table){0};
	if (text.len > ISSUERS_OCTETS_MAX) {
		return err_set(err, ERR_USAGE, "%s: larger than 256 KiB", file);
	}
	size_t line = 0;
	for (size_t at = 0; at < text.len;) {
		const uint8_t *newline = memchr(text.at + at, '\n', text.len - at);
		size_t end = newline != NULL ? (size_t)(newline - text.at) : text.len;
		line++;
		const char *fault = take_line(&reader, (struct span){text.at + at, end - at});
		if (fault != NULL) {
			return err_set(err, ERR_USAGE, "%s, line %zu: %s", file, line, fault);
		}
		at = end + 1;
	}
	return reader.dated
			   ? true
			   : err_set(err, ERR_USAGE, "%s: a line \"date\", tab, YYYY-MM-DD is missing", file);
}

const struct issuer *issuers_find(const struct issuer_table *table, struct span digest) {
	for (size_t i = 0; digest.len == ISSUER_DIGEST_OCTETS && i < table->n; i++) {
		if (memcmp(table->list[i].digest, digest.at, ISSUER_DIGEST_OCTETS) == 0) {
			return &table->list[i];
		}
	}
	return NULL;
}

bool issuer_may_sign(const struct issuer *issuer) {
	return issuer->state == ISSUER_ACTIVE || issuer->state == ISSUER_BACKUP;
}
