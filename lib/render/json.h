/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing JSON (RFC 8259) into a text: one value after the other, commas by themselves. Keys are
 * ours. NULL as a key is for the elements of arrays. */
#ifndef RENDER_JSON_H
#define RENDER_JSON_H

#include "base/phrase.h"

#define JSON_DEPTH_MAX 16U
#define JSON_STRING_MAX 2048U /* characters of a peer's string */

struct json {
	struct text *text;
	size_t depth;
	bool more[JSON_DEPTH_MAX]; /* something stands before: a comma is due */
	bool cut[JSON_DEPTH_MAX];  /* a string in this object is not whole */
};

struct json json_new(struct text *text);

/* Objects and arrays. An object in which a string (or one in an array of its) was cut ends with
 * "truncated": true. */
void json_open_object(struct json *json, const char *key);
void json_close_object(struct json *json);
void json_open_array(struct json *json, const char *key);
void json_close_array(struct json *json);

void json_string(struct json *json, const char *key, const char *value); /* NULL: null */
void json_bytes(struct json *json, const char *key, struct span value);
void json_phrase(struct json *json, const char *key, const struct phrase *value);
void json_number(struct json *json, const char *key, int64_t value);
void json_micros(struct json *json, const char *key, int64_t micros); /* as seconds */
void json_flag(struct json *json, const char *key, int value);
void json_hex(struct json *json, const char *key, struct span value); /* lower case */
void json_time(struct json *json, const char *key, int64_t seconds);  /* RFC 3339, in UTC */

#endif
