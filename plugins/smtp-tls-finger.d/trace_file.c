/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Making the trace file and adding to it. */
#include "smtp-tls-finger.d/trace_file.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "common/write_all.h"
#include "io/file.h"

#define ATTEMPTS 20
#define RANDOM_CHARACTERS 6

struct trace_file trace_file_new(struct arena *arena, struct log *log, const char *program) {
	return (struct trace_file){.arena = arena, .log = log, .program = program, .fd = -1};
}

static const char *new_name(const struct trace_file *file, const char *address) {
	static const char letters[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	unsigned char dice[RANDOM_CHARACTERS] = {0};
	char random[RANDOM_CHARACTERS + 1] = "";
	char date[sizeof "YYYYmmddHHMMSS"] = "";
	struct timeval now = {0};
	struct tm broken_down;
	(void)gettimeofday(&now, NULL);
	if (localtime_r(&now.tv_sec, &broken_down) != NULL) {
		(void)strftime(date, sizeof date, "%Y%m%d%H%M%S", &broken_down);
	}
	ssize_t n = getrandom(dice, sizeof dice, 0);
	for (size_t i = 0; n > 0 && i < (size_t)n; i++) {
		random[i] = letters[dice[i] % (sizeof letters - 1)];
	}
	char *name = arena_printf(
		file->arena, "%s-%s.%06ld-%s-%s", file->program, date, (long)now.tv_usec, address, random);
	for (char *slash = name; (slash = strchr(slash, '/')) != NULL;) {
		*slash = '_'; /* the path of a UNIX socket */
	}
	return name;
}

static void open_file(struct trace_file *file, const char *address) {
	const char *name = NULL;
	for (int i = 0; i < ATTEMPTS && file->fd < 0; i++) {
		name = new_name(file, address);
		file->fd = file_create(name);
		if (file->fd < 0 && errno != EEXIST) {
			break;
		}
	}
	if (file->fd < 0) {
		log_line(file->log, LOG_WARNING, "TLS trace: cannot open %s: %s", name, strerror(errno));
		file->state = TRACE_FILE_OFF;
		return;
	}
	log_line(file->log, LOG_INFO, "TLS protocol trace saved to %s", name);
	file->state = TRACE_FILE_OPEN;
}

static void append(struct trace_file *file, struct span bytes) {
	if (!write_all(file->fd, bytes)) {
		log_line(file->log, LOG_WARNING, "TLS trace: cannot write: %s", strerror(errno));
		trace_file_close(file);
	}
}

void trace_file_write(
	struct trace_file *file, const char *address, int pass, struct span messages) {
	if (file->state == TRACE_FILE_NOT_YET) {
		open_file(file, address);
		file->pass = pass;
	}
	if (file->state == TRACE_FILE_OPEN && pass != file->pass) {
		file->pass = pass;
		append(
			file, span_of(arena_printf(file->arena, "\n=== %s reconnect ===\n\n", file->program)));
	}
	if (file->state == TRACE_FILE_OPEN) {
		append(file, messages);
	}
}

void trace_file_close(struct trace_file *file) {
	if (file->fd >= 0) {
		(void)close(file->fd);
	}
	file->fd = -1;
	file->state = TRACE_FILE_OFF;
}
