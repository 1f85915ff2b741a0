/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Notes of servers, kept in order and looked through. */
#include "notes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NOTE_MAX = 512, NOTES_MAX = 256 * 1024 };

void notes_init(struct notes *notes) {
	memset(notes, 0, sizeof *notes);
	pthread_mutex_init(&notes->lock, NULL);
}

static void append(struct notes *notes, const char *line) {
	size_t len = strlen(line);
	if (notes->len + len + 2 > NOTES_MAX) {
		return;
	}
	if (notes->len + len + 2 > notes->room) {
		notes->room = (notes->len + len + 2) * 2;
		notes->text = realloc(notes->text, notes->room);
		if (notes->text == NULL) {
			abort();
		}
	}
	memcpy(notes->text + notes->len, line, len);
	notes->len += len;
	notes->text[notes->len++] = '\n';
	notes->text[notes->len] = '\0';
}

void notes_add(struct notes *notes, const char *format, ...) {
	char line[NOTE_MAX];
	va_list args;
	va_start(args, format);
	vsnprintf(line, sizeof line, format, args);
	va_end(args);
	pthread_mutex_lock(&notes->lock);
	append(notes, line);
	pthread_mutex_unlock(&notes->lock);
}

void notes_fail(struct notes *notes, const char *format, ...) {
	char line[NOTE_MAX];
	va_list args;
	va_start(args, format);
	vsnprintf(line, sizeof line, format, args);
	va_end(args);
	pthread_mutex_lock(&notes->lock);
	if (!notes->failed) {
		notes->failed = true;
		memcpy(notes->failure, line, sizeof notes->failure);
	}
	append(notes, line);
	pthread_mutex_unlock(&notes->lock);
}

void notes_bytes(struct notes *notes, const char *arrow, const char *bytes, size_t len) {
	char line[NOTE_MAX];
	size_t at = 0;
	size_t i;
	for (i = 0; i < len && at < 200; i++) {
		unsigned char c = (unsigned char)bytes[i];
		if (c >= 0x20 && c < 0x7f) {
			line[at++] = (char)c;
		} else {
			at += (size_t)snprintf(line + at, 5, "\\x%02x", c);
		}
	}
	line[at] = '\0';
	notes_add(notes, "%s %s%s", arrow, line, i < len ? "..." : "");
}

void notes_free(struct notes *notes) {
	free(notes->text);
	notes->text = NULL;
	pthread_mutex_destroy(&notes->lock);
}
