/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A run of bytes somebody else owns: stored as received, with its length, never NUL-terminated. */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <stddef.h>
#include <stdint.h>

struct span {
	const uint8_t *at; /* borrowed; may be NULL when len is 0 */
	size_t len;
};

/* The span over a C string, without its NUL; NULL gives the empty span. */
struct span span_of(const char *s);

/* 1 when both hold the same bytes. */
int span_equal(struct span a, struct span b);

#endif
