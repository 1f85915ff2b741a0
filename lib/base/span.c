/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Comparing and making runs of bytes. */
#include "base/span.h"

#include <string.h>

struct span span_of(const char *s) {
	struct span span = {(const uint8_t *)s, s != NULL ? strlen(s) : 0};
	return span;
}

int span_equal(struct span a, struct span b) {
	return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}
