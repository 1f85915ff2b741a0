/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A growing string with a ceiling, and the only place where bytes from a peer become output.
 * Appending past the ceiling drops the rest and sets `cut`; the text stays NUL-terminated. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/span.h"

struct text {
	struct arena *arena;
	char *at;   /* always NUL-terminated */
	size_t len; /* without the NUL */
	size_t max; /* the ceiling: len never passes it */
	size_t capacity;
	bool cut; /* something did not fit */
};

/* How bytes from a peer are made harmless. */
enum text_escape {
	TEXT_PLUGIN,      /* monitoring output: %XX, no | < > [STATE]; see text_add_escaped */
	TEXT_FINGER,      /* posttls-finger's log: every byte that is not printable ASCII becomes ? */
	TEXT_FINGER_UTF8, /* the same, but valid UTF-8 that can be seen stays (smtputf8_enable) */
	TEXT_JSON         /* the inside of a JSON string (RFC 8259 7): the same bytes, escaped */
};

/* An empty text that will never hold more than max bytes. */
struct text text_new(struct arena *arena, size_t max);

void text_add(struct text *text, const char *s);
void text_add_span(struct text *text, struct span span);
void text_addf(struct text *text, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Upper-case hexadecimal; a separator between the bytes unless it is NUL. */
void text_add_hex(struct text *text, struct span bytes, char separator);

/* Append bytes from a peer, made harmless, at most max_chars characters of output, then "...".
 * False when some were left out.
 * TEXT_PLUGIN: control bytes, C1, invalid UTF-8, characters that hide or reorder text -> %XX; '|'
 * -> '!';
 * '<' '>' -> '{' '}'; "[OK]" "(CRITICAL)" and the like -> "{OK}"; the two characters "\n" "\t" ->
 * "/n" "/t"; '$' -> "%24" (Icinga expands macros in notifications); '%' -> "%25" where two hex
 * digits follow; "_TLS" -> "%5FTLS", so that no quoted text looks like a status line. Inert in
 * every consumer. TEXT_JSON: '"', '\', controls and characters that hide or reorder text -> \u00XX;
 * invalid UTF-8
 * -> U+FFFD, one for each byte. */
bool text_add_escaped(struct text *text, enum text_escape how, struct span bytes, size_t max_chars);

/* Cut back to an earlier length (which must not exceed the present one). */
void text_truncate(struct text *text, size_t len);

#endif
