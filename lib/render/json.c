/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A writer of JSON. Nothing is ever read or changed again, so that a library would only add its
 * tree of nodes, and its start to every run. */
#include "render/json.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/utc.h"

struct json json_new(struct text *text) {
	return (struct json){.text = text};
}

static void add_quoted(struct json *json, struct span value, size_t max) {
	text_add(json->text, "\"");
	if (!text_add_escaped(json->text, TEXT_JSON, value, max)) {
		json->cut[json->depth] = true;
	}
	text_add(json->text, "\"");
}

/* What stands before a value. */
static void begin(struct json *json, const char *key) {
	text_add(json->text, json->more[json->depth] ? "," : "");
	json->more[json->depth] = true;
	if (key != NULL) { /* there are hundreds of them: not by a format */
		text_add(json->text, "\"");
		text_add(json->text, key);
		text_add(json->text, "\":");
	}
}

static void open_value(struct json *json, const char *key, const char *bracket) {
	begin(json, key);
	text_add(json->text, bracket);
	json->depth++;
	assert(json->depth < JSON_DEPTH_MAX);
	json->more[json->depth] = false;
	json->cut[json->depth] = false;
}

void json_open_object(struct json *json, const char *key) {
	open_value(json, key, "{");
}

void json_close_object(struct json *json) {
	if (json->cut[json->depth]) {
		begin(json, "truncated");
		text_add(json->text, "true");
	}
	json->depth--;
	text_add(json->text, "}");
}

void json_open_array(struct json *json, const char *key) {
	open_value(json, key, "[");
}

void json_close_array(struct json *json) {
	bool cut = json->cut[json->depth];
	json->depth--;
	json->cut[json->depth] = json->cut[json->depth] || cut;
	text_add(json->text, "]");
}

void json_bytes(struct json *json, const char *key, struct span value) {
	begin(json, key);
	add_quoted(json, value, JSON_STRING_MAX);
}

void json_string(struct json *json, const char *key, const char *value) {
	if (value != NULL) {
		json_bytes(json, key, span_of(value));
		return;
	}
	begin(json, key);
	text_add(json->text, "null");
}

void json_phrase(struct json *json, const char *key, const struct phrase *value) {
	begin(json, key);
	text_add(json->text, "\"");
	if (!phrase_print(value, json->text, TEXT_JSON)) {
		json->cut[json->depth] = true;
	}
	text_add(json->text, "\"");
}

/* In decimal. */
static void add_number(struct text *text, int64_t value) {
	char digits[24];
	size_t at = sizeof digits;
	uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	do {
		digits[--at] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	if (value < 0) {
		digits[--at] = '-';
	}
	text_add_span(text, (struct span){(const uint8_t *)digits + at, sizeof digits - at});
}

void json_number(struct json *json, const char *key, int64_t value) {
	begin(json, key);
	add_number(json->text, value);
}

void json_micros(struct json *json, const char *key, int64_t micros) {
	long long whole = (long long)(micros / 1000000);
	long long rest = (long long)(micros % 1000000);
	begin(json, key);
	text_addf(json->text, "%s%lld.%06lld", micros < 0 ? "-" : "", whole < 0 ? -whole : whole,
		rest < 0 ? -rest : rest);
}

void json_flag(struct json *json, const char *key, int value) {
	begin(json, key);
	text_add(json->text, value ? "true" : "false");
}

void json_hex(struct json *json, const char *key, struct span value) {
	static const char digits[] = "0123456789abcdef";
	uint8_t pairs[64];
	size_t n = 0;
	begin(json, key);
	text_add(json->text, "\"");
	for (size_t i = 0; i < value.len; i++) {
		pairs[n++] = (uint8_t)digits[value.at[i] >> 4];
		pairs[n++] = (uint8_t)digits[value.at[i] & 15];
		if (n == sizeof pairs || i + 1 == value.len) {
			text_add_span(json->text, (struct span){pairs, n});
			n = 0;
		}
	}
	text_add(json->text, "\"");
}

void json_time(struct json *json, const char *key, int64_t seconds) {
	char words[96];
	struct utc utc = utc_of(seconds);
	(void)snprintf(words, sizeof words, "%04" PRId64 "-%02d-%02dT%02d:%02d:%02dZ", utc.year,
		utc.month, utc.day, utc.hour, utc.minute, utc.second);
	/* RFC 3339 has four digits for the year. */
	json_string(json, key, utc.year > 0 && utc.year <= 9999 ? words : NULL);
}
