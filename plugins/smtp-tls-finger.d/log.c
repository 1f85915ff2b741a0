/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines written one by one, with prefix and severity. */
#include "smtp-tls-finger.d/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "common/backstop.h"
#include "common/write_all.h"

#define LINE_MAX_OCTETS 4096U
#define LINE_SHOWN_MAX 4096U
#define LATER_MAX (4U * 1024U * 1024U) /* chains are refused above 100 KiB of DER */

struct log log_new(struct arena *arena, int fd, const char *program) {
	return (struct log){.fd = fd,
		.prefix = arena_printf(arena, "%s: ", program),
		.escape = TEXT_FINGER,
		.line = text_new(arena, LINE_MAX_OCTETS + LINE_SHOWN_MAX),
		.later = text_new(arena, LATER_MAX),
		.is_terminal = isatty(fd) == 1};
}

/* Blocks as long as the reader wants: nobody waits for this program but its reader. */
void log_write(struct log *log, struct span lines) {
	backstop_rest();
	log->reader_left = log->reader_left || !write_all(log->fd, lines);
	backstop_work();
}

static struct span span_of_text(const struct text *text) {
	return (struct span){(const uint8_t *)text->at, text->len};
}

void log_line(struct log *log, enum log_severity severity, const char *fmt, ...) {
	static const char *const words[] = {
		[LOG_INFO] = "", [LOG_WARNING] = "warning: ", [LOG_FATAL] = "fatal: "};
	char words_of_line[LINE_MAX_OCTETS];
	va_list arguments;
	va_start(arguments, fmt);
	(void)vsnprintf(words_of_line, sizeof words_of_line, fmt, arguments);
	va_end(arguments);
	text_truncate(&log->line, 0);
	text_add(&log->line, log->prefix);
	text_add(&log->line, words[severity]);
	text_add_escaped(&log->line, log->escape, span_of(words_of_line), LINE_SHOWN_MAX);
	text_add(&log->line, "\n");
	log_write(log, span_of_text(&log->line));
}

void log_write_later(struct log *log, struct span text) {
	if (log->is_terminal) {
		log_write(log, text);
	} else {
		text_add_span(&log->later, text);
	}
}

void log_end(struct log *log) {
	log_write(log, span_of_text(&log->later));
	text_truncate(&log->later, 0);
}
