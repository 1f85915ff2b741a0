/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_SCENARIO_SAME_H
#define TESTS_SCENARIO_SAME_H
/* Whether what two programs said of two worlds of one scenario is the same. The worlds differ in
 * ports, in the folder, in the keys and digests of certificates, and by some seconds. */
#include "../fake/world.h"
#include "json_leaves.h"

enum { SAME_DIGESTS_MAX = 4096 };

struct same_side {
	struct pool *pool;
	const char *folder; /* and ports of the world, which need not be there any more */
	uint16_t port, dns, dns2;
	struct json_leaves leaves;
	const char *digest[SAME_DIGESTS_MAX]; /* in the order in which they appear */
	size_t digests;
	int64_t now;        /* the time it says it is of */
	const char *broken; /* what its servers saw that was not planned, or NULL */
};

/* A difference that is known: "FILE PATH REASON" on a line of the list, patterns with '*'. */
struct same_known {
	const char *file;
	const char *path;
	bool used;
};

struct same_list {
	struct same_known one[128];
	size_t n;
};

/* Reads the list; false when it cannot be read or a line has no reason. */
bool same_list_read(struct same_list *list, struct pool *pool, const char *path);
/* Whether the line is about this file, by its last part or parts. */
bool same_names_file(const struct same_known *known, const char *file);
/* Whether a line that is about the file, or all, has this path; marks it used. */
bool same_is_known(struct same_list *list, const char *file, const char *path);

/* False when the text is no JSON. */
bool same_side_read(
	struct same_side *side, struct pool *pool, const struct world *world, const char *json);
/* The value of this path as it is written, or NULL. */
const char *same_value(const struct same_side *side, const char *path);
/* A text without what is another in each world. */
const char *same_plain_text(struct same_side *side, const char *text);
/* Notes each difference that no line of the list names. */
void same_compare(struct same_side *plugin, struct same_side *fleet, struct same_list *known,
	const char *file, struct notes *notes);

#endif
