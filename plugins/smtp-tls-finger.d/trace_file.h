/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* -L trace: the TLS library's own decoding of messages, in a file of the working folder. */
#ifndef SMTP_TLS_FINGER_TRACE_FILE_H
#define SMTP_TLS_FINGER_TRACE_FILE_H

#include "smtp-tls-finger.d/log.h"

enum trace_file_state { TRACE_FILE_NOT_YET, TRACE_FILE_OPEN, TRACE_FILE_OFF };

struct trace_file {
	struct arena *arena;
	struct log *log;
	const char *program;
	enum trace_file_state state;
	int fd;
	int pass; /* of what was written last */
};

struct trace_file trace_file_new(struct arena *arena, struct log *log, const char *program);

/* Append what a connection showed. The first time makes the file, "PROGRAM-YYYYmmddHHMMSS.usec-
 * ADDRESS-random", readable by its owner only, and says so; a later pass begins with a separator.
 * Where that fails there is one warning and no trace. */
void trace_file_write(struct trace_file *file, const char *address, int pass, struct span messages);

void trace_file_close(struct trace_file *file);

#endif
