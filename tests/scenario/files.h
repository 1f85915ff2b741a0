/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_SCENARIO_FILES_H
#define TESTS_SCENARIO_FILES_H
/* Many scenario files in one process, each in a child of its own: that spares a thousand files a
 * thousand starts, and while one waits for a server that does so on purpose others go on. */
#include <stdbool.h>
#include <stddef.h>

/* Plays one file; number is that of the point before and is moved on. */
typedef bool files_player(const char *path, size_t *number);

/* Whether the name ends with ".list". */
bool files_is_list(const char *name);
/* Plays files, and those that lists name. What each says comes in the order of the files, its
 * points numbered on and with the file's name. False when anything failed. */
bool files_play(char **names, files_player *player, size_t *number);

#endif
