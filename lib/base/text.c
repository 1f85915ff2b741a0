/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A string that grows up to its ceiling. */
#include "base/text.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct text text_new(struct arena *arena, size_t max) {
	struct text text = {.arena = arena, .max = max};
	text.capacity = max < 128 ? max + 1 : 128;
	text.at = arena_alloc(arena, text.capacity);
	return text;
}

/* Make room for n more bytes and the NUL; n already fits under the ceiling. */
static void grow(struct text *text, size_t n) {
	if (text->capacity - text->len > n) {
		return;
	}
	size_t capacity = text->capacity * 2;
	while (capacity - text->len <= n) {
		capacity *= 2;
	}
	capacity = capacity > text->max + 1 ? text->max + 1 : capacity;
	text->at = arena_grow(text->arena, text->at, text->capacity, capacity);
	text->capacity = capacity;
}

void text_add_span(struct text *text, struct span span) {
	size_t n = span.len;
	if (n > text->max - text->len) {
		n = text->max - text->len;
		text->cut = true;
	}
	if (n == 0) {
		return;
	}
	grow(text, n);
	memcpy(text->at + text->len, span.at, n);
	text->len += n;
	text->at[text->len] = '\0';
}

void text_add(struct text *text, const char *s) {
	text_add_span(text, span_of(s));
}

void text_addf(struct text *text, const char *fmt, ...) {
	char small[256];
	va_list args;
	va_start(args, fmt);
	int len = vsnprintf(small, sizeof small, fmt, args);
	va_end(args);
	if (len < 0) {
		return;
	}
	if ((size_t)len < sizeof small) {
		text_add_span(text, (struct span){(const uint8_t *)small, (size_t)len});
		return;
	}
	char *large = arena_alloc(text->arena, (size_t)len + 1);
	va_start(args, fmt);
	(void)vsnprintf(large, (size_t)len + 1, fmt, args);
	va_end(args);
	text_add_span(text, (struct span){(const uint8_t *)large, (size_t)len});
}

void text_add_hex(struct text *text, struct span bytes, char separator) {
	static const char digits[] = "0123456789ABCDEF";
	for (size_t i = 0; i < bytes.len; i++) {
		char pair[3] = {digits[bytes.at[i] >> 4], digits[bytes.at[i] & 15], separator};
		size_t n = separator != '\0' && i + 1 < bytes.len ? 3 : 2;
		text_add_span(text, (struct span){(const uint8_t *)pair, n});
	}
}

void text_truncate(struct text *text, size_t len) {
	assert(len <= text->len);
	text->len = len;
	text->at[len] = '\0';
}
