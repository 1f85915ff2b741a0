/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The one place that opens files. */
#include "io/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define KIB ((size_t)1024)
#define ROOM_LEAST ((size_t)512)

static void set_words(struct file_fault *fault, const char *words) {
	(void)snprintf(fault->words, sizeof fault->words, "%s", words);
}

/* With errno, as the call before has left it. */
static bool fail(struct file_fault *fault) {
	fault->error = errno;
	set_words(fault, strerror(fault->error));
	return false;
}

static bool refuse(struct file_fault *fault, const char *words) {
	fault->error = 0;
	set_words(fault, words);
	return false;
}

static bool refuse_length(struct file_fault *fault, size_t max) {
	bool is_round = max >= KIB && max % KIB == 0;
	bool is_rounder = is_round && max / KIB % KIB == 0;
	fault->error = 0;
	(void)snprintf(fault->words, sizeof fault->words, "longer than %zu %s",
		is_rounder ? max / KIB / KIB
		: is_round ? max / KIB
				   : max,
		is_rounder ? "MiB"
		: is_round ? "KiB"
				   : "octets");
	return false;
}

enum err_kind file_fault_kind(const struct file_fault *fault, enum err_kind otherwise) {
	static const int ours[] = {EMFILE, ENFILE, ENOMEM, ENOBUFS, EIO};
	for (size_t i = 0; i < sizeof ours / sizeof *ours; i++) {
		if (ours[i] == fault->error) {
			return ERR_LOCAL;
		}
	}
	return otherwise;
}

/* A number that nobody takes for the standard input, output or error. */
static int above_standard(int fd) {
	if (fd < 0 || fd > STDERR_FILENO) {
		return fd;
	}
	int above = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	int error = errno;
	(void)close(fd);
	errno = error;
	return above;
}

static int open_number(const char *path, int flags) {
	int fd = -1;
	do {
		fd = open(path, flags | O_CLOEXEC | O_NOCTTY, S_IRUSR | S_IWUSR);
	} while (fd < 0 && errno == EINTR);
	return above_standard(fd);
}

/* --- to read --- */

static bool is_kind(mode_t mode, enum file_kind kind, struct file_fault *fault) {
	if (kind == FILE_REGULAR && !S_ISREG(mode)) {
		return refuse(fault, S_ISDIR(mode) ? "is a directory" : "not a regular file");
	}
	return kind != FILE_UNPIPED || !S_ISFIFO(mode) || refuse(fault, "is a pipe");
}

/* By its name first: to open a pipe or a device is more than to look, somebody may wait for it. */
static int open_file(
	const char *path, enum file_kind kind, struct stat *status, struct file_fault *fault) {
	*fault = (struct file_fault){0};
	if (stat(path, status) == 0 && !is_kind(status->st_mode, kind, fault)) {
		return -1;
	}
	int fd = open_number(path, O_RDONLY | (kind == FILE_PATIENTLY ? 0 : O_NONBLOCK));
	if (fd < 0) {
		/* ENXIO: a socket, or a device without anything behind it */
		(void)(errno == ENXIO ? refuse(fault, "not a regular file") : fail(fault));
		return -1;
	}
	bool good = fstat(fd, status) == 0 ? is_kind(status->st_mode, kind, fault) : fail(fault);
	if (!good) {
		(void)close(fd);
		return -1;
	}
	return fd;
}

int file_open(const char *path, enum file_kind kind, struct file_fault *fault) {
	struct stat status;
	return open_file(path, kind, &status, fault);
}

bool file_is_readable(const char *path, enum file_kind kind, struct file_fault *fault) {
	int fd = file_open(path, kind, fault);
	if (fd < 0) {
		return false;
	}
	(void)close(fd);
	return true;
}

DIR *file_open_folder(const char *path, struct file_fault *fault) {
	*fault = (struct file_fault){0};
	int fd = open_number(path, O_RDONLY | O_NONBLOCK | O_DIRECTORY);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);
	if (folder == NULL) {
		(void)(errno == ENOTDIR ? refuse(fault, "not a directory") : fail(fault));
		(void)(fd >= 0 && close(fd));
	}
	return folder;
}

ssize_t file_read_piece(int fd, void *at, size_t size) {
	ssize_t n = 0;
	do {
		n = read(fd, at, size);
	} while (n < 0 && errno == EINTR);
	return n;
}

/* Octets, and as much again when they do not suffice; one more than there may be, to see that there
 * is no more. Behind them is room for a NUL. */
struct vessel {
	uint8_t *at;
	size_t len;
	size_t room;
};

static bool fill(struct vessel *vessel, struct arena *arena, int fd, size_t max) {
	ssize_t n = 1;
	while (n > 0 && vessel->len <= max) {
		if (vessel->len == vessel->room) {
			size_t left = max + 1 - vessel->room;
			size_t more = vessel->room < left ? vessel->room : left;
			vessel->at = arena_grow(arena, vessel->at, vessel->room + 1, vessel->room + more + 1);
			vessel->room += more;
		}
		n = file_read_piece(fd, vessel->at + vessel->len, vessel->room - vessel->len);
		vessel->len += n > 0 ? (size_t)n : 0;
	}
	return n >= 0;
}

bool file_read_open(struct arena *arena, int fd, struct file_size size, struct span *bytes,
	struct file_fault *fault) {
	*fault = (struct file_fault){.reading = true};
	if (size.expected > size.max) {
		return refuse_length(fault, size.max);
	}
	struct vessel vessel = {.room = size.expected + 1};
	if (vessel.room < ROOM_LEAST) {
		vessel.room = size.max < ROOM_LEAST ? size.max + 1 : ROOM_LEAST;
	}
	vessel.at = arena_alloc(arena, vessel.room + 1);
	bool good = fill(&vessel, arena, fd, size.max) || fail(fault);
	good = good && (vessel.len <= size.max || refuse_length(fault, size.max));
	if (!good) {
		arena_release(arena, vessel.at, vessel.room + 1);
		return false;
	}
	vessel.at[vessel.len] = '\0';
	*bytes = (struct span){vessel.at, vessel.len};
	return true;
}

bool file_read(struct arena *arena, const struct file_wish *wish, struct span *bytes,
	struct file_fault *fault) {
	struct stat status;
	int fd = open_file(wish->path, wish->kind, &status, fault);
	if (fd < 0) {
		return false;
	}
	bool has_size = S_ISREG(status.st_mode) && status.st_size > 0;
	uintmax_t size = has_size ? (uintmax_t)status.st_size : 0;
	struct file_size sizes = {size > wish->max ? wish->max + 1 : (size_t)size, wish->max};
	bool good = file_read_open(arena, fd, sizes, bytes, fault);
	(void)close(fd);
	return good;
}

void file_forget(struct span bytes) {
	if (bytes.len > 0) {
		explicit_bzero((void *)(uintptr_t)bytes.at, bytes.len);
	}
}

/* --- for other ends --- */

int file_create(const char *path) {
	return open_number(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND);
}

/* Not every file system, nor every system, has files without a name. */
static int open_nameless(const char *folder) {
#ifdef O_TMPFILE
	return open_number(folder, O_TMPFILE | O_RDWR);
#else
	(void)folder;
	errno = ENOTSUP;
	return -1;
#endif
}

int file_create_unnamed(struct arena *arena, const char *folder) {
	int fd = open_nameless(folder);
	if (fd >= 0 || errno == EMFILE || errno == ENFILE) {
		return fd;
	}
	char *path = arena_printf(arena, "%s/smtp-tls.XXXXXX", folder);
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0) {
		(void)unlink(path);
	}
	return above_standard(fd);
}

int file_open_terminal(const char *path) {
	return open_number(path, O_WRONLY | O_NONBLOCK);
}

/* Only to read: the right to write may be given up already. Where there is no /dev, the root of the
 * file system does as well: it can be opened always, and neither be read nor be written. */
int file_occupy(void) {
	int fd = open("/dev/null", O_RDONLY);
	return fd >= 0 ? fd : open("/", O_RDONLY);
}
