/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Is a configuration file of the library, or one that it includes, a pipe? Values that take more
 * than reading (variables, quotes, continued lines) are not followed, nor what stands behind a NUL.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "tls/tls_builder.h"

#define CONFIG_OCTETS_MAX (1024U * 1024U)
#define FILES_MAX 64U
#define DEPTH_MAX 8U
#define INCLUDE ".include"

struct search {
	struct arena *arena;
	unsigned files; /* looked at */
	unsigned depth;
	const char *found;
};

static void look_at(struct search *search, const char *path);

static bool is_configuration(const char *name) {
	const char *dot = strrchr(name, '.');
	return dot != NULL && (strcmp(dot, ".cnf") == 0 || strcmp(dot, ".conf") == 0);
}

static void look_into_folder(struct search *search, const char *path) {
	struct file_fault fault;
	DIR *folder = file_open_folder(path, &fault);
	if (folder == NULL) {
		return;
	}
	for (const struct dirent *entry = readdir(folder); entry != NULL && search->found == NULL;
		 entry = readdir(folder)) {
		if (is_configuration(entry->d_name)) {
			look_at(search, arena_printf(search->arena, "%s/%s", path, entry->d_name));
		}
	}
	closedir(folder);
}

/* What the line includes, in the arena; NULL: nothing, or nothing that is plain. */
static const char *included(struct arena *arena, const char *line, size_t len) {
	char text[PATH_MAX];
	if (len >= sizeof text) {
		return NULL;
	}
	memcpy(text, line, len);
	text[len] = '\0';
	text[strcspn(text, "#\r")] = '\0';
	char *at = text + strspn(text, " \t");
	if (strncmp(at, INCLUDE, sizeof INCLUDE - 1) != 0 || strpbrk(at, "$\\\"'`") != NULL) {
		return NULL;
	}
	at += sizeof INCLUDE - 1;
	at += strspn(at, " \t");
	at += *at == '=';
	at += strspn(at, " \t");
	size_t end = strlen(at);
	while (end > 0 && (at[end - 1] == ' ' || at[end - 1] == '\t')) {
		end--;
	}
	return end == 0 ? NULL : arena_copy_text(arena, at, end);
}

static void look_into_file(struct search *search, const char *path) {
	struct file_wish wish = {path, FILE_REGULAR, CONFIG_OCTETS_MAX};
	struct file_fault fault;
	struct span text;
	if (!file_read(search->arena, &wish, &text, &fault)) {
		return;
	}
	const char *at = (const char *)text.at;
	const char *end = at + text.len;
	while (search->found == NULL && (at = strstr(at, INCLUDE)) != NULL) {
		const char *line = at;
		while (line > (const char *)text.at && line[-1] != '\n') {
			line--;
		}
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		at = newline == NULL ? end : newline;
		const char *next = included(search->arena, line, (size_t)(at - line));
		if (next != NULL) {
			look_at(search, next);
		}
	}
}

static void look_at(struct search *search, const char *path) {
	struct stat status;
	if (search->depth == DEPTH_MAX || ++search->files > FILES_MAX || stat(path, &status) != 0) {
		return;
	}
	search->depth++;
	if (S_ISFIFO(status.st_mode)) {
		search->found = path;
	} else if (S_ISDIR(status.st_mode) && search->depth > 1) {
		look_into_folder(search, path);
	} else if (S_ISREG(status.st_mode)) {
		look_into_file(search, path);
	}
	search->depth--;
}

const char *tls_config_pipe(struct arena *arena, const char *path) {
	struct search search = {.arena = arena};
	look_at(&search, path);
	return search.found;
}
