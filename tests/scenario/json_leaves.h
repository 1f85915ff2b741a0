/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_SCENARIO_JSON_LEAVES_H
#define TESTS_SCENARIO_JSON_LEAVES_H
/* A JSON text as a list of its leaves, each with its path: "hosts.0.state" is "OK". */
#include "../fake/pool.h"
#include <stdbool.h>

struct json_leaf {
	const char *path;
	const char *value; /* as it is written, without the quotes of a string */
	const char *name;  /* the last part of the path that is no number */
};

struct json_leaves {
	struct json_leaf *one;
	size_t n;
};

/* Empty objects and arrays are leaves, too. False for what is no JSON. */
bool json_leaves_read(struct json_leaves *leaves, struct pool *pool, const char *text);

#endif
