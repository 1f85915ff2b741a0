/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The lines of all files, one after the other, without waiting for any: a file may be a pipe that
 * is slow, or never ends. Memory does not grow with what is read. */
#ifndef SMTP_TLS_FLEET_LIST_H
#define SMTP_TLS_FLEET_LIST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "smtp-tls-fleet.d/list_line.h"

struct list {
	const char *const *files; /* "-": standard input; borrowed */
	size_t n_files;
	size_t n_opened;
	bool no_stdin;   /* it was closed when the program began, whatever is there now */
	int fd;          /* of the present one, -1: none */
	uint64_t number; /* of the line in its file, from 1 */
	const char *file;
	struct span line; /* with LIST_LINE: without its end, valid until the next call; longer than
						 LIST_LINE_MAX: only the start of it */
	/* private */
	size_t start;  /* of what was read and not yet taken */
	size_t end;    /* of what was read */
	bool skipping; /* the rest of a line that is too long */
	bool at_end;   /* of the file */
	uint8_t bytes[2 * (LIST_LINE_MAX + 1)];
};

enum list_got {
	LIST_LINE,
	LIST_WAIT,  /* nothing is there yet; wait for the descriptor to be readable */
	LIST_MORE,  /* a line without end: come again, there may be others to look after */
	LIST_END,   /* of the last file */
	LIST_FAILED /* err says which file cannot be read, and why */
};

struct list list_new(const char *const *files, size_t n_files);

/* Can all be opened? Told before anything is done. */
bool list_check(const struct list *list, struct err *err);

enum list_got list_next(struct list *list, struct err *err);

/* What the present file is called. */
const char *list_name(const struct list *list);

/* How many lines all files have that are neither blank nor comments; 0 when one of them is not a
 * regular file, which can be read only once. */
size_t list_count(const char *const *files, size_t n_files);

void list_close(struct list *list);

#endif
