/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON from the outside to its leaves. It is that of our own programs: whether it is well formed is
 * what other tests ask. */
#include "json_leaves.h"

#include <string.h>

enum { NESTED_MAX = 32 };

struct reader {
	struct json_leaves *leaves;
	struct pool *pool;
	const char *at;
	size_t room;
	int nested;
};

static bool read_value(struct reader *reader, const char *path, const char *name);

static void skip_blanks(struct reader *reader) {
	reader->at += strspn(reader->at, " \t\r\n");
}

static bool take(struct reader *reader, char c) {
	skip_blanks(reader);
	bool there = *reader->at == c;
	reader->at += there;
	return there;
}

static void add_leaf(struct reader *reader, const char *path, const char *name, const char *value) {
	struct json_leaves *leaves = reader->leaves;
	if (leaves->n == reader->room) {
		reader->room = reader->room == 0 ? 256 : 2 * reader->room;
		struct json_leaf *more = pool_new(reader->pool, reader->room * sizeof *more);
		if (leaves->n > 0) {
			memcpy(more, leaves->one, leaves->n * sizeof *more);
		}
		leaves->one = more;
	}
	leaves->one[leaves->n++] = (struct json_leaf){path, value, name};
}

/* What stands between the quotes, or NULL. */
static const char *read_string(struct reader *reader) {
	if (!take(reader, '"')) {
		return NULL;
	}
	const char *start = reader->at;
	while (*reader->at != '"' && *reader->at != '\0') {
		reader->at += reader->at[0] == '\\' && reader->at[1] != '\0' ? 2 : 1;
	}
	size_t len = (size_t)(reader->at - start);
	return take(reader, '"') ? pool_copy(reader->pool, start, len) : NULL;
}

static const char *join(struct reader *reader, const char *path, const char *name) {
	return *path == '\0' ? name : pool_print(reader->pool, "%s.%s", path, name);
}

static bool read_object(struct reader *reader, const char *path) {
	do {
		const char *name = read_string(reader);
		if (name == NULL || !take(reader, ':') ||
			!read_value(reader, join(reader, path, name), name)) {
			return false;
		}
	} while (take(reader, ','));
	return take(reader, '}');
}

static bool read_array(struct reader *reader, const char *path, const char *name) {
	unsigned int i = 0;
	do {
		const char *number = pool_print(reader->pool, "%u", i++);
		if (!read_value(reader, join(reader, path, number), name)) {
			return false;
		}
	} while (take(reader, ','));
	return take(reader, ']');
}

static bool read_value(struct reader *reader, const char *path, const char *name) {
	skip_blanks(reader);
	char first = *reader->at;
	if (first == '{' || first == '[') {
		reader->at++;
		char end = first == '{' ? '}' : ']';
		if (take(reader, end)) {
			add_leaf(reader, path, name, first == '{' ? "{}" : "[]");
			return true;
		}
		bool ok = ++reader->nested < NESTED_MAX &&
				  (first == '{' ? read_object(reader, path) : read_array(reader, path, name));
		reader->nested--;
		return ok;
	}
	const char *value;
	if (first == '"') {
		value = read_string(reader);
	} else {
		size_t len = strcspn(reader->at, ",]} \t\r\n");
		value = len == 0 ? NULL : pool_copy(reader->pool, reader->at, len);
		reader->at += len;
	}
	if (value != NULL) {
		add_leaf(reader, path, name, value);
	}
	return value != NULL;
}

bool json_leaves_read(struct json_leaves *leaves, struct pool *pool, const char *text) {
	struct reader reader = {.leaves = leaves, .pool = pool, .at = text};
	*leaves = (struct json_leaves){0};
	bool ok = read_value(&reader, "", "");
	skip_blanks(&reader);
	return ok && *reader.at == '\0';
}
