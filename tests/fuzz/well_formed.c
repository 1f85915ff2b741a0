/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Small strict parsers of the three formats. */
#include "well_formed.h"

#include <string.h>

#define DEPTH_MAX 64

struct reader {
	const uint8_t *at;
	const uint8_t *end;
};

static int peek(const struct reader *reader) {
	return reader->at < reader->end ? *reader->at : -1;
}

static bool take(struct reader *reader, int octet) {
	bool there = peek(reader) == octet;
	reader->at += there ? 1 : 0;
	return there;
}

static bool take_word(struct reader *reader, const char *word) {
	size_t len = strlen(word);
	bool there = (size_t)(reader->end - reader->at) >= len && memcmp(reader->at, word, len) == 0;
	reader->at += there ? len : 0;
	return there;
}

/* One character of UTF-8 (RFC 3629), no control character; -1: something else. */
static long take_character(struct reader *reader) {
	static const long first[] = {0, 0, 0x80, 0x800, 0x10000};
	int lead = peek(reader);
	size_t len = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
	if (lead < 0x20 || lead == 0x7F || (lead >= 0x80 && lead < 0xC2) || lead > 0xF4 ||
		(size_t)(reader->end - reader->at) < len) {
		return -1;
	}
	long code = len == 1 ? lead : lead & (0x7F >> len);
	for (size_t i = 1; i < len; i++) {
		if ((reader->at[i] & 0xC0) != 0x80) {
			return -1;
		}
		code = code << 6 | (reader->at[i] & 0x3F);
	}
	bool odd = code < first[len] || (code >= 0x80 && code < 0xA0) ||
			   (code >= 0xD800 && code < 0xE000) || code > 0x10FFFF;
	reader->at += len;
	return odd ? -1 : code;
}

/* Of a hidden kind, or one that turns the order of others round. */
static bool is_deceptive(long code) {
	return code == 0xAD || code == 0x180E || code == 0x3164 || code == 0xFEFF ||
		   (code >= 0x200B && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) ||
		   (code >= 0x2060 && code <= 0x2069) || (code >= 0xE0000 && code <= 0xE007F);
}

static bool begins_as_status(const struct reader *reader) {
	struct reader line = *reader;
	return take_word(&line, "SMTP_TLS ");
}

static bool take_state(struct reader *reader) {
	return take_word(reader, "OK - ") || take_word(reader, "WARNING - ") ||
		   take_word(reader, "CRITICAL - ") || take_word(reader, "UNKNOWN - ");
}

/* The rest of a line, its end included; false for what no line may hold. */
static bool take_line(struct reader *reader, size_t *bars) {
	while (peek(reader) != '\n') {
		long code = take_character(reader);
		if (code < 0 || is_deceptive(code)) {
			return false;
		}
		*bars += code == '|' ? 1 : 0;
	}
	return take(reader, '\n');
}

bool well_formed_lines(struct span text) {
	struct reader reader = {text.at, text.at + text.len};
	size_t bars = 0;
	if (!take_word(&reader, "SMTP_TLS ") || !take_state(&reader) || !take_line(&reader, &bars) ||
		bars > 1) {
		return false;
	}
	bars = 0;
	while (peek(&reader) >= 0) {
		if (begins_as_status(&reader) || !take_line(&reader, &bars) || bars > 0) {
			return false;
		}
	}
	return true;
}

/* --- JSON --- */

/* Behind the backslash. */
static bool take_escape(struct reader *reader) {
	if (!take(reader, 'u')) {
		bool known = peek(reader) > 0 && strchr("\"\\/bfnrt", peek(reader)) != NULL;
		reader->at += known ? 1 : 0;
		return known;
	}
	for (int i = 0; i < 4; i++) {
		if (peek(reader) <= 0 || strchr("0123456789abcdefABCDEF", peek(reader)) == NULL) {
			return false;
		}
		reader->at++;
	}
	return true;
}

static bool take_json_string(struct reader *reader) {
	if (!take(reader, '"')) {
		return false;
	}
	while (peek(reader) != '"') {
		bool fine = take(reader, '\\') ? take_escape(reader) : take_character(reader) >= 0;
		if (!fine) {
			return false;
		}
	}
	return take(reader, '"');
}

static size_t take_digits(struct reader *reader) {
	size_t n = 0;
	while (peek(reader) >= '0' && peek(reader) <= '9') {
		reader->at++;
		n++;
	}
	return n;
}

static bool take_number(struct reader *reader) {
	(void)take(reader, '-');
	bool zero = peek(reader) == '0';
	size_t whole = take_digits(reader);
	if (whole == 0 || (zero && whole > 1)) {
		return false;
	}
	if (take(reader, '.') && take_digits(reader) == 0) {
		return false;
	}
	return true;
}

static bool take_value(struct reader *reader, int depth);

/* Members of an object, or elements of an array. */
static bool take_list(struct reader *reader, int depth, int end) {
	if (take(reader, end)) {
		return true;
	}
	do {
		if (end == '}' && !(take_json_string(reader) && take(reader, ':'))) {
			return false;
		}
		if (!take_value(reader, depth + 1)) {
			return false;
		}
	} while (take(reader, ','));
	return take(reader, end);
}

static bool take_value(struct reader *reader, int depth) {
	if (depth > DEPTH_MAX) {
		return false;
	}
	if (take(reader, '{')) {
		return take_list(reader, depth, '}');
	}
	if (take(reader, '[')) {
		return take_list(reader, depth, ']');
	}
	if (peek(reader) == '"') {
		return take_json_string(reader);
	}
	return take_word(reader, "true") || take_word(reader, "false") || take_word(reader, "null") ||
		   take_number(reader);
}

bool well_formed_json(struct span text) {
	struct reader reader = {text.at, text.at + text.len};
	return peek(&reader) == '{' && take_value(&reader, 0) && take(&reader, '\n') &&
		   peek(&reader) < 0;
}

/* --- OpenMetrics --- */

static bool take_name(struct reader *reader) {
	const uint8_t *start = reader->at;
	while (
		peek(reader) > 0 && strchr("abcdefghijklmnopqrstuvwxyz_0123456789", peek(reader)) != NULL) {
		reader->at++;
	}
	return reader->at > start && (*start < '0' || *start > '9');
}

static bool take_label(struct reader *reader) {
	if (!take_name(reader) || !take_word(reader, "=\"")) {
		return false;
	}
	while (peek(reader) != '"') {
		bool escaped = take(reader, '\\');
		if (escaped && peek(reader) != '"' && peek(reader) != '\\' && peek(reader) != 'n') {
			return false;
		}
		if (take_character(reader) < 0) {
			return false;
		}
	}
	return take(reader, '"');
}

static bool take_sample(struct reader *reader) {
	if (!take_name(reader)) {
		return false;
	}
	if (take(reader, '{')) {
		do {
			if (!take_label(reader)) {
				return false;
			}
		} while (take(reader, ','));
		if (!take(reader, '}')) {
			return false;
		}
	}
	return take(reader, ' ') && take_number(reader) && take(reader, '\n');
}

bool well_formed_metrics(struct span text) {
	struct reader reader = {text.at, text.at + text.len};
	size_t bars = 0;
	while (!take_word(&reader, "# EOF\n")) {
		if (take_word(&reader, "# TYPE ") || take_word(&reader, "# UNIT ") ||
			take_word(&reader, "# HELP ")) {
			if (!take_name(&reader) || !take(&reader, ' ') || !take_line(&reader, &bars)) {
				return false;
			}
		} else if (!take_sample(&reader)) {
			return false;
		}
	}
	return peek(&reader) < 0;
}
