/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of smtp-tls-finger share: a log whose lines can be read, and command lines. */
#ifndef TESTS_UNIT_FINGER_DESK_H
#define TESTS_UNIT_FINGER_DESK_H

#include <sys/mman.h>
#include <unistd.h>

#include "smtp-tls-finger.d/choices.h"
#include "unit.h"

struct finger_desk {
	struct arena *arena;
	struct log log;
	struct main_cf *cf;
	struct command_line line;
	struct err err;
};

static inline struct finger_desk finger_desk_new(void) {
	struct finger_desk desk = {.arena = unit_arena()};
	desk.log = log_new(desk.arena, memfd_create("log", 0), "finger");
	desk.cf = main_cf_new(desk.arena);
	return desk;
}

/* Everything logged so far. */
static inline const char *finger_desk_logged(const struct finger_desk *desk) {
	static char text[8192];
	ssize_t n = pread(desk->log.fd, text, sizeof text - 1, 0);
	text[n < 0 ? 0 : n] = '\0';
	return text;
}

/* Words with single blanks between them; "''" is an empty one, '~' stands for a blank inside. */
static inline enum command_outcome finger_desk_read(struct finger_desk *desk, const char *words) {
	char *argv[32] = {"finger"};
	int argc = 1;
	char *at = arena_copy_string(desk->arena, words);
	while (*at != '\0') {
		size_t len = strcspn(at, " ");
		char *next = at[len] == '\0' ? at + len : at + len + 1;
		at[len] = '\0';
		argv[argc++] = strcmp(at, "''") == 0 ? "" : at;
		for (char *blank = at; (blank = strchr(blank, '~')) != NULL;) {
			*blank = ' ';
		}
		at = next;
	}
	return command_line_read(
		&desk->line, desk->arena, desk->cf, (struct argument_vector){argc, argv}, &desk->err);
}

static inline void finger_desk_end(struct finger_desk *desk) {
	close(desk->log.fd);
	arena_free(desk->arena);
}

#endif
