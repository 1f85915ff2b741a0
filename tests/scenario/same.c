/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Values without what is another in each world, and two lists of them side by side. */
#include "same.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Digests and keys are at least that long. */
enum { DIGEST_LEN = 32, SHORT_LEN = 8 };
/* Times are told apart by so many seconds: no multiple of a minute lies near where one step ends,
 * so that a few seconds make no difference. */
enum { TIME_STEP = 420 };

static int64_t steps(int64_t seconds) {
	int64_t shifted = seconds + TIME_STEP / 2;
	return shifted >= 0 ? shifted / TIME_STEP : -((-shifted + TIME_STEP - 1) / TIME_STEP);
}

/* The length of an RFC 3339 time in UTC at the beginning of the text, or 0. */
static size_t time_len(const char *text, int64_t *seconds) {
	struct tm tm = {0};
	const char *end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm);
	if (end != NULL) {
		*seconds = timegm(&tm);
	}
	return end == NULL ? 0 : (size_t)(end - text);
}

/* The length of a digest or a key, whole or as "24d9b974...55168fa4", at the beginning; or 0. */
static size_t digest_len(const char *text) {
	static const char digits[] = "0123456789abcdef";
	size_t len = strspn(text, digits);
	if (len == SHORT_LEN && strncmp(text + len, "...", 3) == 0 &&
		strspn(text + len + 3, digits) == SHORT_LEN) {
		return 2 * SHORT_LEN + 3;
	}
	return len >= DIGEST_LEN ? len : 0;
}

static size_t number_of_digest(struct same_side *side, const char *text, size_t len) {
	size_t i = 0;
	while (i < side->digests &&
		   (strlen(side->digest[i]) != len || strncmp(side->digest[i], text, len) != 0)) {
		i++;
	}
	if (i == side->digests && i < SAME_DIGESTS_MAX) {
		side->digest[side->digests++] = pool_copy(side->pool, text, len);
	}
	return i;
}

/* The word for a number that is a port of this world; NULL for any other. */
static const char *port_word(const struct same_side *side, const char *text, size_t len) {
	long number = len > 5 ? 0 : strtol(text, NULL, 10);
	return number < 1024          ? NULL
		   : number == side->port ? "$PORT"
		   : number == side->dns  ? "$DNS"
		   : number == side->dns2 ? "$DNS2"
								  : NULL;
}

/* "365 days" of one are "364 days" of the other when a second has passed: seconds, of which more
 * may have, are compared where they stand alone (plain_seconds()). */
static bool is_span_of_time(const char *text) {
	return strncmp(text, " day", 4) == 0 || strncmp(text, " hour", 5) == 0 ||
		   strncmp(text, " minute", 7) == 0;
}

/* What stands at the beginning of the text in words that hold for both worlds, and how many octets
 * of it that was. */
static const char *take_piece(struct same_side *side, const char *text, size_t *len) {
	static const char took[] = "took ";
	int64_t seconds;
	size_t folder = strlen(side->folder);
	if (folder > 0 && strncmp(text, side->folder, folder) == 0) {
		*len = folder;
		return "$TMP";
	}
	if ((*len = time_len(text, &seconds)) > 0) {
		return pool_print(side->pool, "<now %+lld>", (long long)steps(seconds - side->now));
	}
	if ((*len = digest_len(text)) > 0) {
		return pool_print(side->pool, "<digest %zu>", number_of_digest(side, text, *len));
	}
	if (strncmp(text, took, strlen(took)) == 0) {
		*len = strlen(took) + strspn(text + strlen(took), "0123456789.");
		return "took some";
	}
	*len = strspn(text, "0123456789");
	if (*len > 0 && is_span_of_time(text + *len)) {
		return "some";
	}
	const char *word = *len > 0 ? port_word(side, text, *len) : NULL;
	if (word == NULL) {
		*len = 0;
		while (isalnum((unsigned char)text[*len])) {
			++*len;
		}
		*len += *len == 0;
		word = pool_copy(side->pool, text, *len);
	}
	return word;
}

const char *same_plain_text(struct same_side *side, const char *text) {
	const char *all = "";
	for (const char *at = text; *at != '\0';) {
		size_t len;
		const char *piece = take_piece(side, at, &len);
		all = pool_print(side->pool, "%s%s", all, piece);
		at += len;
	}
	return all;
}

static bool ends_with(const char *text, const char *end) {
	size_t len = strlen(text);
	size_t end_len = strlen(end);
	return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

/* Amounts of time: how long a step took is nobody's to compare, what is left of a life is. */
static const char *plain_seconds(struct same_side *side, const struct json_leaf *leaf) {
	if (strcmp(leaf->value, "null") == 0 || ends_with(leaf->name, "ttl_seconds")) {
		return leaf->value;
	}
	if (strstr(leaf->path, ".times.") != NULL || strncmp(leaf->name, "time_", 5) == 0) {
		return "<took>";
	}
	return pool_print(side->pool, "<%lld>", (long long)steps(strtoll(leaf->value, NULL, 10)));
}

static const char *plain(struct same_side *side, const struct json_leaf *leaf) {
	if (ends_with(leaf->name, "_seconds")) {
		return plain_seconds(side, leaf);
	}
	if (strcmp(leaf->path, "mta_sts.policy.time") == 0) {
		return "<took>";
	}
	return same_plain_text(side, leaf->value);
}

bool same_side_read(
	struct same_side *side, struct pool *pool, const struct world *world, const char *json) {
	*side = (struct same_side){.pool = pool,
		.folder = pool_print(pool, "%s", world->tmp),
		.port = world->port,
		.dns = world->dnsd.port,
		.dns2 = world->second.port};
	if (!json_leaves_read(&side->leaves, pool, json)) {
		return false;
	}
	const char *now = same_value(side, "time");
	if (now != NULL) {
		(void)time_len(now, &side->now);
	}
	return true;
}

const char *same_value(const struct same_side *side, const char *path) {
	for (size_t i = 0; i < side->leaves.n; i++) {
		if (strcmp(side->leaves.one[i].path, path) == 0) {
			return side->leaves.one[i].value;
		}
	}
	return NULL;
}

/* The place of this path from a place on; the end where there is none. */
static size_t find_from(const struct json_leaves *leaves, size_t from, const char *path) {
	while (from < leaves->n && strcmp(leaves->one[from].path, path) != 0) {
		from++;
	}
	return from;
}

static void differ(const char *path, const char *plugin, const char *fleet, struct notes *notes) {
	notes_fail(notes, "%s: %.300s, in a fleet %.300s", path, plugin, fleet);
}

void same_compare(struct same_side *plugin, struct same_side *fleet, struct same_list *known,
	const char *file, struct notes *notes) {
	size_t at = 0;
	for (size_t i = 0; i < plugin->leaves.n; i++) {
		const struct json_leaf *leaf = &plugin->leaves.one[i];
		const char *value = plain(plugin, leaf);
		size_t found = find_from(&fleet->leaves, at, leaf->path);
		if (found == fleet->leaves.n) {
			if (!same_is_known(known, file, leaf->path)) {
				differ(leaf->path, value, "missing, or in another order", notes);
			}
			continue;
		}
		for (; at < found; at++) {
			const struct json_leaf *more = &fleet->leaves.one[at];
			if (!same_is_known(known, file, more->path)) {
				differ(more->path, "missing", more->value, notes);
			}
		}
		const char *other = plain(fleet, &fleet->leaves.one[at++]);
		if (strcmp(value, other) != 0 && !same_is_known(known, file, leaf->path)) {
			differ(leaf->path, value, other, notes);
		}
	}
	for (; at < fleet->leaves.n; at++) {
		const struct json_leaf *more = &fleet->leaves.one[at];
		if (!same_is_known(known, file, more->path)) {
			differ(more->path, "missing", more->value, notes);
		}
	}
}
