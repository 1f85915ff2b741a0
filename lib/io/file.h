/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Every file that we open, and the care it takes, in one place: nobody else calls open() or what
 * comes to the same (tests/lint/openings has the exceptions). A descriptor from here ends with
 * exec, makes no terminal ours, is never one of the three standard ones, even where those are
 * closed, and is the caller's to close. Signals interrupt nothing. */
#ifndef IO_FILE_H
#define IO_FILE_H

#include <dirent.h>
#include <stdbool.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

/* What a path may lead to. To open the first three waits for nobody, and what they refuse is not
 * even opened. */
enum file_kind {
	FILE_REGULAR,  /* a file with an end: no directory, pipe, socket or device */
	FILE_UNPIPED,  /* no pipe, which without a writer looks like an empty file; /dev/null is fine */
	FILE_STREAM,   /* anything; where nothing has come yet, to read says EAGAIN */
	FILE_PATIENTLY /* anything; waits for whoever writes into a pipe, as long as that takes */
};

/* What went wrong. */
struct file_fault {
	int error;      /* errno; 0: it is there, but is not what was asked for, or too long */
	bool reading;   /* it could be opened */
	char words[96]; /* to follow "PATH: " */
};

/* Whom that blames: this machine where it ran out of something, whoever named the file else. */
enum err_kind file_fault_kind(const struct file_fault *fault, enum err_kind otherwise);

/* Opened to be read; -1 with the fault. */
int file_open(const char *path, enum file_kind kind, struct file_fault *fault);

/* Could it be? */
bool file_is_readable(const char *path, enum file_kind kind, struct file_fault *fault);

/* A directory, for readdir(); NULL with the fault. closedir() ends it. */
DIR *file_open_folder(const char *path, struct file_fault *fault);

/* Which file is read, and how many octets it may have at most. */
struct file_wish {
	const char *path;
	enum file_kind kind;
	size_t max;
};

/* All of it, in the arena, as it is, with a NUL behind it: there may be more inside. False with the
 * fault, and nothing of it, when it cannot be read to its end or has more than it may. */
bool file_read(struct arena *arena, const struct file_wish *wish, struct span *bytes,
	struct file_fault *fault);

/* The same of what is open, from where it stands; it stays open. What it is expected to have is
 * asked for at once: it may have grown or shrunk since. */
struct file_size {
	size_t expected;
	size_t max;
};
bool file_read_open(struct arena *arena, int fd, struct file_size size, struct span *bytes,
	struct file_fault *fault);

/* Overwrites what was read and is secret. */
void file_forget(struct span bytes);

/* The next piece; 0 at the end, -1 with errno. */
ssize_t file_read_piece(int fd, void *at, size_t size);

/* For other ends than to read; all -1 with errno. */

/* A new file that is its owner's alone and only added to: EEXIST where there is one, or a link. */
int file_create(const char *path);

/* One to write and read that has no name, and is gone when it is closed. */
int file_create_unnamed(struct arena *arena, const char *folder);

/* A terminal, to write to it without waiting. */
int file_open_terminal(const char *path);

/* The exception to all that is said above: whatever number is lowest, and it outlives exec. It can
 * neither be read nor be written. */
int file_occupy(void);

#endif
