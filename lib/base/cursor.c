/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Bounded reading of big-endian fields; the first error sticks. */
#include "base/cursor.h"

struct cursor cursor_new(struct span all) {
	return (struct cursor){.all = all};
}

size_t cursor_left(const struct cursor *cursor) {
	return cursor->failed ? 0 : cursor->all.len - cursor->at;
}

struct span cursor_span(struct cursor *cursor, size_t n) {
	if (n > cursor_left(cursor)) {
		cursor->failed = true;
		return (struct span){NULL, 0};
	}
	struct span span = {cursor->all.at + cursor->at, n};
	cursor->at += n;
	return span;
}

static uint32_t number(struct cursor *cursor, size_t n) {
	struct span span = cursor_span(cursor, n);
	uint32_t value = 0;
	for (size_t i = 0; i < span.len; i++) {
		value = value << 8 | span.at[i];
	}
	return value;
}

uint8_t cursor_u8(struct cursor *cursor) {
	return (uint8_t)number(cursor, 1);
}

uint16_t cursor_u16(struct cursor *cursor) {
	return (uint16_t)number(cursor, 2);
}

uint32_t cursor_u32(struct cursor *cursor) {
	return number(cursor, 4);
}

void cursor_seek(struct cursor *cursor, size_t at) {
	if (at > cursor->all.len) {
		cursor->failed = true;
		return;
	}
	cursor->at = at;
}
