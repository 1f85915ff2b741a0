/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Files into lines. */
#include "smtp-tls-fleet.d/list.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/file.h"

/* Of a line that is passed over, before others have their turn. */
#define PIECES_AT_ONCE 1000

struct list list_new(const char *const *files, size_t n_files) {
	return (struct list){.files = files, .n_files = n_files, .fd = -1};
}

static bool is_stdin(const char *file) {
	return strcmp(file, "-") == 0;
}

static const char *name_of(const char *file) {
	return is_stdin(file) ? "standard input" : file;
}

const char *list_name(const struct list *list) {
	return name_of(list->file);
}

static bool fail(const char *file, const char *why, struct err *err) {
	return err_set(err, ERR_LOCAL, "%.100s: %s", name_of(file), why);
}

bool list_check(const struct list *list, struct err *err) {
	for (size_t i = 0; i < list->n_files; i++) {
		const char *file = list->files[i];
		struct stat status;
		if (is_stdin(file)) {
			if (list->no_stdin) {
				return fail(file, strerror(EBADF), err);
			}
			continue;
		}
		/* A pipe is not opened twice: whoever writes into it would see its first reader go. */
		if (access(file, R_OK) != 0 || stat(file, &status) != 0) {
			return fail(file, strerror(errno), err);
		}
		if (S_ISDIR(status.st_mode)) {
			return fail(file, strerror(EISDIR), err);
		}
	}
	return true;
}

/* A named pipe without a writer must not block us. */
static bool open_next(struct list *list, struct err *err) {
	const char *file = list->files[list->n_opened++];
	struct file_fault fault;
	list->file = file;
	list->fd = is_stdin(file) ? STDIN_FILENO : file_open(file, FILE_STREAM, &fault);
	list->number = 0;
	list->start = list->end = 0;
	list->at_end = false;
	return list->fd >= 0 || fail(file, fault.words, err);
}

void list_close(struct list *list) {
	if (list->fd > STDERR_FILENO) {
		close(list->fd);
	}
	list->fd = -1;
}

/* A line that is there, or the last one of a file that has no end of line; of one that is too long
 * as much as there is room for. */
static bool take(struct list *list) {
	const uint8_t *from = list->bytes + list->start;
	size_t len = list->end - list->start;
	const uint8_t *newline = len == 0 ? NULL : memchr(from, '\n', len);
	bool full = newline == NULL && len > LIST_LINE_MAX;
	if (newline == NULL && !full && (!list->at_end || len == 0)) {
		return false;
	}
	list->line = (struct span){from, newline == NULL ? len : (size_t)(newline - from)};
	list->start += list->line.len + (newline != NULL);
	bool was_skipping = list->skipping;
	list->skipping = full;
	list->number += !was_skipping;
	return true;
}

/* Room behind what is there: what was taken makes it. */
static void make_room(struct list *list) {
	if (list->start > 0) {
		memmove(list->bytes, list->bytes + list->start, list->end - list->start);
		list->end -= list->start;
		list->start = 0;
	}
}

static bool is_readable(int fd) {
	struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
	return poll(&poll_fd, 1, 0) != 0;
}

static enum list_got fill(struct list *list, struct err *err) {
	if (!is_readable(list->fd)) {
		return LIST_WAIT;
	}
	make_room(list);
	ssize_t n = read(list->fd, list->bytes + list->end, sizeof list->bytes - list->end);
	if (n > 0) {
		list->end += (size_t)n;
	} else if (n == 0) {
		list->at_end = true;
	} else if (errno == EAGAIN || errno == EINTR) {
		return LIST_WAIT;
	} else {
		(void)fail(list->file, strerror(errno), err);
		return LIST_FAILED;
	}
	return LIST_LINE;
}

enum list_got list_next(struct list *list, struct err *err) {
	for (int pieces = 0; pieces < PIECES_AT_ONCE; pieces++) {
		bool was_skipping = list->skipping;
		if (list->fd >= 0 && take(list)) {
			if (was_skipping) { /* the rest of what was told already */
				continue;
			}
			return LIST_LINE;
		}
		if (list->fd >= 0 && list->at_end) {
			list->skipping = false;
			list_close(list);
		}
		if (list->fd < 0 && list->n_opened == list->n_files) {
			return LIST_END;
		}
		if (list->fd < 0 && !open_next(list, err)) {
			return LIST_FAILED;
		}
		enum list_got got = fill(list, err);
		if (got != LIST_LINE) {
			return got;
		}
	}
	return LIST_MORE;
}

static bool is_regular(const char *file) {
	struct stat status;
	int failed = is_stdin(file) ? fstat(STDIN_FILENO, &status) : stat(file, &status);
	return failed == 0 && S_ISREG(status.st_mode) && !is_stdin(file);
}

/* A blank line, or a comment. */
static bool is_nothing(struct span line) {
	size_t i = 0;
	while (i < line.len && (line.at[i] == ' ' || line.at[i] == '\t' || line.at[i] == '\r')) {
		i++;
	}
	return i == line.len || line.at[i] == '#';
}

size_t list_count(const char *const *files, size_t n_files) {
	struct list list = list_new(files, n_files);
	size_t n = 0;
	for (size_t i = 0; i < n_files; i++) {
		if (!is_regular(files[i])) {
			return 0;
		}
	}
	enum list_got got = LIST_MORE;
	while (got == LIST_LINE || got == LIST_MORE) {
		got = list_next(&list, NULL);
		n += got == LIST_LINE && !is_nothing(list.line);
	}
	list_close(&list);
	return n;
}
