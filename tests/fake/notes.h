/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_FAKE_NOTES_H
#define TESTS_FAKE_NOTES_H
/* What a fake server saw and did, one line per note, and the first thing that went against its
 * script. Written by server threads, read by the runner after they ended. */
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

struct notes {
	pthread_mutex_t lock;
	char *text;
	size_t len;
	size_t room;
	bool failed;
	char failure[512];
};

void notes_init(struct notes *notes);
void notes_add(struct notes *notes, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Also adds the note. The first failure is kept. */
void notes_fail(struct notes *notes, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Prints arrow and the bytes with everything unprintable escaped; long data is cut. */
void notes_bytes(struct notes *notes, const char *arrow, const char *bytes, size_t len);
void notes_free(struct notes *notes);

#endif
