/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Differences that are known, each with its reason. */
#include "same.h"

#include <string.h>

static bool add_line(struct same_list *list, struct pool *pool, const char *line) {
	struct words words;
	if (*line == '\0' || *line == '#') {
		return true;
	}
	if (list->n == sizeof list->one / sizeof *list->one || !words_split(&words, pool, line) ||
		words.n < 3) {
		return false;
	}
	list->one[list->n++] = (struct same_known){.file = words.word[0], .path = words.word[1]};
	return true;
}

bool same_list_read(struct same_list *list, struct pool *pool, const char *path) {
	const char *text = scenario_load(pool, path);
	*list = (struct same_list){0};
	bool ok = text != NULL;
	while (ok && *text != '\0') {
		size_t len = strcspn(text, "\n");
		ok = add_line(list, pool, pool_copy(pool, text, len));
		text += len + (text[len] == '\n');
	}
	return ok;
}

bool same_names_file(const struct same_known *known, const char *file) {
	size_t len = strlen(file);
	size_t own = strlen(known->file);
	return len > own && strcmp(file + len - own, known->file) == 0 && file[len - own - 1] == '/';
}

bool same_is_known(struct same_list *list, const char *file, const char *path) {
	bool known = false;
	for (size_t i = 0; i < list->n; i++) {
		struct same_known *one = &list->one[i];
		bool about = strcmp(one->file, "*") == 0 || same_names_file(one, file);
		if (about && words_match(one->path, path)) {
			one->used = known = true;
		}
	}
	return known;
}
