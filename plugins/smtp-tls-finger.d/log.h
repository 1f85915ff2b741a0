/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines on standard output, one by one as things happen, in the form of Postfix's log: everything
 * but the usage goes there. */
#ifndef SMTP_TLS_FINGER_LOG_H
#define SMTP_TLS_FINGER_LOG_H

#include "base/text.h"

enum log_severity { LOG_INFO, LOG_WARNING, LOG_FATAL };

struct log {
	int fd;
	const char *prefix; /* "smtp-tls-finger: " */
	enum text_escape escape;
	struct text line;
	struct text later; /* what appears behind all lines */
	bool is_terminal;
	bool reader_left; /* nothing more can be written */
};

/* Lines begin with the program's name. */
struct log log_new(struct arena *arena, int fd, const char *program);

/* One line: prefix, severity, text. Bytes that are not printable become '?'. */
void log_line(struct log *log, enum log_severity severity, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Finished lines. */
void log_write(struct log *log, struct span lines);

/* Text for people and openssl x509, not a log line (-C): at once on a terminal, else, as standard
 * output's buffer does it for posttls-finger, behind all lines. */
void log_write_later(struct log *log, struct span text);

/* Write what was kept for later. */
void log_end(struct log *log);

#endif
