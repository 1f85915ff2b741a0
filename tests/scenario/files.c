/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Many scenario files, side by side and told in order. */
#include "files.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SIDE_BY_SIDE = 16 };

/* A file that is being played, or was: child is then 0. */
struct played {
	char *path;
	pid_t child;
	int status;
	FILE *said;
};

/* In the order in which they are told: those from begin to end were started and not yet told. */
struct stage {
	struct played *one;
	size_t begin;
	size_t end;
	size_t under_way;
	files_player *player;
	size_t *number;
	bool ok;
};

bool files_is_list(const char *name) {
	size_t len = strlen(name);
	return len > 5 && strcmp(name + len - 5, ".list") == 0;
}

/* The last two parts of a path. */
static const char *short_path(const char *path) {
	const char *at = path + strlen(path);
	for (int parts = 0; at > path && (at[-1] != '/' || ++parts < 2);) {
		at--;
	}
	return at;
}

/* "not ok 3 - title" becomes "not ok 17 - dns/file.scn: title"; all else stays as it is. */
static void tell_line(const char *line, const char *path, size_t *number) {
	bool failed = strncmp(line, "not ok ", 7) == 0;
	const char *title = failed || strncmp(line, "ok ", 3) == 0 ? strstr(line, " - ") : NULL;
	if (strncmp(line, "1..", 3) == 0) {
		return;
	}
	if (title == NULL) {
		fputs(line, stdout);
		return;
	}
	printf("%sok %zu - %s: %s", failed ? "not " : "", ++*number, short_path(path), title + 3);
}

/* Passes on what it said. */
static void tell(struct stage *stage, struct played *one) {
	char *line = NULL;
	size_t size = 0;
	rewind(one->said);
	while (getline(&line, &size, one->said) > 0) {
		tell_line(line, one->path, stage->number);
	}
	if (!WIFEXITED(one->status)) {
		printf("not ok %zu - %s: the runner crashed\n", ++*stage->number, one->path);
	}
	stage->ok = stage->ok && WIFEXITED(one->status) && WEXITSTATUS(one->status) == EXIT_SUCCESS;
	free(line);
	(void)fclose(one->said);
	free(one->path);
}

/* Waits for the end of any, so that a long one holds no other up, and tells what is due. */
static void await_one(struct stage *stage) {
	int status = 0;
	pid_t child = waitpid(-1, &status, 0);
	if (child < 0) {
		printf("not ok %zu - children are gone\n", ++*stage->number);
		exit(EXIT_FAILURE);
	}
	for (size_t i = stage->begin; i < stage->end; i++) {
		if (stage->one[i].child == child) {
			stage->one[i].child = 0;
			stage->one[i].status = status;
			stage->under_way--;
		}
	}
	while (stage->begin < stage->end && stage->one[stage->begin].child == 0) {
		tell(stage, &stage->one[stage->begin++]);
	}
}

static int play_in_child(const struct stage *stage, const struct played *one) {
	size_t number = 0;
	bool ok = dup2(fileno(one->said), STDOUT_FILENO) >= 0 && stage->player(one->path, &number);
	return fflush(stdout) == 0 && ok ? EXIT_SUCCESS : EXIT_FAILURE;
}

static void start(struct stage *stage, const char *path) {
	while (stage->under_way >= SIDE_BY_SIDE) {
		await_one(stage);
	}
	struct played *all = realloc(stage->one, (stage->end + 1) * sizeof *all);
	if (all == NULL) {
		abort();
	}
	stage->one = all;
	struct played *one = &all[stage->end];
	one->path = strdup(path);
	one->said = tmpfile();
	if (one->said != NULL) {
		(void)fcntl(fileno(one->said), F_SETFD, FD_CLOEXEC); /* no program is to see it */
	}
	fflush(stdout);
	one->child = one->path == NULL || one->said == NULL ? -1 : fork();
	if (one->child == 0) {
		_exit(play_in_child(stage, one));
	}
	if (one->child < 0) {
		printf("not ok %zu - %s: cannot be started\n", ++*stage->number, path);
		exit(EXIT_FAILURE);
	}
	stage->end++;
	stage->under_way++;
}

static void start_list(struct stage *stage, const char *name) {
	FILE *list = fopen(name, "re");
	char *line = NULL;
	size_t size = 0;
	ssize_t len;
	if (list == NULL) {
		printf("not ok %zu - %s: cannot be read\n", ++*stage->number, name);
		stage->ok = false;
		return;
	}
	while ((len = getline(&line, &size, list)) > 0) {
		line[len - (line[len - 1] == '\n')] = '\0';
		start(stage, line);
	}
	free(line);
	(void)fclose(list);
}

bool files_play(char **names, files_player *player, size_t *number) {
	struct stage stage = {.player = player, .number = number, .ok = true};
	for (; *names != NULL; names++) {
		if (files_is_list(*names)) {
			start_list(&stage, *names);
		} else {
			start(&stage, *names);
		}
	}
	while (stage.under_way > 0) {
		await_one(&stage);
	}
	free(stage.one);
	return stage.ok;
}
