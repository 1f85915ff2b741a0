/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Words, quotes, escapes, patterns and durations of scenario lines. */
#include "words.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/ascii.h"

/* Copies one word from *at to out; returns the end of out, or NULL on an open quote. */
static char *take_word(const char **at, char *out) {
	const char *in = *at;
	char quote = '\0';
	while (*in != '\0' && (quote != '\0' || !isspace((unsigned char)*in))) {
		if (quote == '\0' && (*in == '"' || *in == '\'')) {
			quote = *in++;
		} else if (quote != '\0' && *in == quote) {
			quote = '\0';
			in++;
		} else {
			if (*in == '\\' && quote != '\'' && in[1] != '\0') {
				in++;
			}
			*out++ = *in++;
		}
	}
	*at = in;
	return quote == '\0' ? out : NULL;
}

bool words_split(struct words *words, struct pool *pool, const char *line) {
	words->n = 0;
	char *out = pool_new(pool, strlen(line) * 2 + 2);
	for (;;) {
		while (isspace((unsigned char)*line)) {
			line++;
		}
		if (*line == '\0') {
			words->word[words->n] = NULL;
			return true;
		}
		if (words->n == WORDS_MAX) {
			return false;
		}
		words->word[words->n++] = out;
		out = take_word(&line, out);
		if (out == NULL) {
			return false;
		}
		*out++ = '\0';
	}
}

const char *words_value(const char *word, const char *key) {
	size_t len = strlen(key);
	return strncmp(word, key, len) == 0 && word[len] == '=' ? word + len + 1 : NULL;
}

bool words_match(const char *pattern, const char *text) {
	const char *star = NULL;
	const char *resume = NULL;
	while (*text != '\0') {
		if (*pattern == '*') {
			star = pattern++;
			resume = text;
		} else if (tolower((unsigned char)*pattern) == tolower((unsigned char)*text)) {
			pattern++;
			text++;
		} else if (star != NULL) {
			pattern = star + 1;
			text = ++resume;
		} else {
			return false;
		}
	}
	while (*pattern == '*') {
		pattern++;
	}
	return *pattern == '\0';
}

/* The byte an escape stands for, or -1; *at is behind the backslash and moves on. */
static int escaped_byte(const char **at) {
	static const char letters[] = "rnt0\\\"";
	static const char bytes[] = "\r\n\t\0\\\"";
	char c = **at;
	if (c == 'x' && ascii_hex_value((*at)[1]) >= 0 && ascii_hex_value((*at)[2]) >= 0) {
		int byte = ascii_hex_value((*at)[1]) * 16 + ascii_hex_value((*at)[2]);
		*at += 3;
		return byte;
	}
	const char *found = c == '\0' ? NULL : strchr(letters, c);
	if (found == NULL) {
		return -1;
	}
	*at += 1;
	return (unsigned char)bytes[found - letters];
}

bool words_unescape(struct pool *pool, const char *text, char **bytes, size_t *len) {
	size_t room = strlen(text);
	if (room >= 2 && text[0] == '"' && text[room - 1] == '"') {
		text = pool_copy(pool, text + 1, room - 2);
	}
	char *out = pool_new(pool, room + 1);
	*bytes = out;
	while (*text != '\0') {
		if (*text != '\\') {
			*out++ = *text++;
			continue;
		}
		text++;
		int byte = escaped_byte(&text);
		if (byte < 0) {
			return false;
		}
		*out++ = (char)byte;
	}
	*len = (size_t)(out - *bytes);
	return true;
}

bool words_seconds(const char *text, int64_t *seconds) {
	static const struct {
		char letter;
		int64_t seconds;
	} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
	char *end;
	errno = 0;
	long long number = strtoll(text, &end, 10);
	if (end == text || errno != 0 || end[0] == '\0' || end[1] != '\0') {
		return false;
	}
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
		if (units[i].letter == *end) {
			*seconds = number * units[i].seconds;
			return true;
		}
	}
	return false;
}

bool words_number(const char *text, long max, long *number) {
	char *end;
	errno = 0;
	*number = strtol(text, &end, 10);
	return isdigit((unsigned char)text[0]) && *end == '\0' && errno == 0 && *number <= max;
}
