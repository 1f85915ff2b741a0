/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads a message of big-endian fields and never past its end. The error is sticky and a failed
 * read yields zero, so a parser reads every field and asks once, at the end, whether all was well.
 */
#ifndef BASE_CURSOR_H
#define BASE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

struct cursor {
	struct span all; /* the whole message, borrowed */
	size_t at;       /* next byte; never past all.len */
	bool failed;     /* a read did not fit */
};

struct cursor cursor_new(struct span all);
size_t cursor_left(const struct cursor *cursor);
uint8_t cursor_u8(struct cursor *cursor);
uint16_t cursor_u16(struct cursor *cursor);
uint32_t cursor_u32(struct cursor *cursor);

/* The next n bytes, borrowed from the message; empty and failed when there are fewer. */
struct span cursor_span(struct cursor *cursor, size_t n);

/* Go to an absolute offset; fails past the end. */
void cursor_seek(struct cursor *cursor, size_t at);

#endif
