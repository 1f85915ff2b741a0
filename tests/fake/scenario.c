/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Splitting a scenario into lines. */
#include "scenario.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { FILE_MAX = 256 * 1024 };

char *scenario_load(struct pool *pool, const char *path) {
	FILE *in = fopen(path, "r");
	if (in == NULL) {
		return NULL;
	}
	char *text = pool_new(pool, FILE_MAX + 1);
	size_t len = fread(text, 1, FILE_MAX, in);
	bool ok = ferror(in) == 0 && len < FILE_MAX;
	fclose(in);
	return ok ? text : NULL;
}

static size_t count_lines(const char *text) {
	size_t n = 1;
	for (; *text != '\0'; text++) {
		n += *text == '\n';
	}
	return n;
}

/* Takes one line, joined with those it continues on, without trailing blanks. */
static char *take_line(struct pool *pool, const char **text, int *number) {
	char *line = pool_copy(pool, "", 0);
	for (;;) {
		size_t len = strcspn(*text, "\n");
		const char *start = *text;
		*text += len + (start[len] == '\n');
		*number += 1;
		while (len > 0 && isspace((unsigned char)start[len - 1])) {
			len--;
		}
		bool more = len > 0 && start[len - 1] == '\\' && **text != '\0';
		line = pool_print(pool, "%s%.*s", line, (int)(more ? len - 1 : len), start);
		if (!more) {
			return line;
		}
		*text += strspn(*text, " \t");
	}
}

static void add_line(struct scenario *scenario, struct pool *pool, char *text, int number) {
	struct scenario_line *line = &scenario->line[scenario->n++];
	line->number = number;
	line->indented = isspace((unsigned char)*text);
	line->keyword = "";
	text += strspn(text, " \t");
	if (!line->indented) {
		size_t len = strcspn(text, " \t");
		line->keyword = pool_copy(pool, text, len);
		text += len;
		text += strspn(text, " \t");
	}
	line->rest = text;
}

void scenario_read(struct scenario *scenario, struct pool *pool, const char *text) {
	memset(scenario, 0, sizeof *scenario);
	scenario->line = pool_new(pool, count_lines(text) * sizeof *scenario->line);
	int number = 0;
	while (*text != '\0') {
		int first = number + 1;
		char *line = take_line(pool, &text, &number);
		const char *content = line + strspn(line, " \t");
		if (*content == '#') {
			content += strspn(content, "# \t");
			if (scenario->title == NULL && *content != '\0') {
				scenario->title = content;
			}
		} else if (*content != '\0') {
			add_line(scenario, pool, line, first);
		}
	}
	if (scenario->title == NULL) {
		scenario->title = "a scenario without a title";
	}
}
