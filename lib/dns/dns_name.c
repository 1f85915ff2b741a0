/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Names read from the wire (with compression), written to it, and compared. */
#include "dns/dns_name.h"

#include <string.h>

#include "base/ascii.h"

#define POINTER_BITS 0xC0U

/* One label's octets in presentation form; returns the new length. The caller's buffer holds any
 * name of DNS_WIRE_NAME_MAX octets. */
static size_t add_label(char *out, size_t len, struct span label) {
	for (size_t i = 0; i < label.len; i++) {
		uint8_t c = label.at[i];
		if (c > 0x20 && c < 0x7F) {
			if (c == '.' || c == '\\') {
				out[len++] = '\\';
			}
			out[len++] = (char)c;
		} else {
			out[len++] = '\\';
			out[len++] = (char)('0' + c / 100);
			out[len++] = (char)('0' + c / 10 % 10);
			out[len++] = (char)('0' + c % 10);
		}
	}
	return len;
}

/* Where a name goes on: behind a compression pointer (RFC 1035 4.1.4) that must lead to before
 * the part that holds it, so that no name is endless. */
struct name_walk {
	struct cursor cursor;
	size_t start;  /* of the present part */
	size_t end;    /* where the message goes on behind the name; valid once jumped */
	size_t octets; /* of the name in wire form */
	size_t hops;   /* pointers followed */
	bool jumped;
};

static void follow_pointer(struct name_walk *walk, uint8_t high) {
	size_t to = (size_t)(high & ~POINTER_BITS) << 8 | cursor_u8(&walk->cursor);
	if (!walk->jumped) {
		walk->end = walk->cursor.at;
		walk->jumped = true;
	}
	walk->hops++;
	walk->cursor.failed = walk->cursor.failed || to >= walk->start || walk->hops > DNS_POINTERS_MAX;
	walk->start = to;
	cursor_seek(&walk->cursor, to);
}

/* The next label, n octets long; returns the new length of the text. */
static size_t take_label(struct name_walk *walk, uint8_t n, char *out, size_t len) {
	struct span label = cursor_span(&walk->cursor, n);
	walk->octets += n + 1U;
	if (n > DNS_LABEL_MAX || walk->octets > DNS_WIRE_NAME_MAX) {
		walk->cursor.failed = true;
	}
	if (walk->cursor.failed) {
		return len;
	}
	if (len > 0) {
		out[len++] = '.';
	}
	return add_label(out, len, label);
}

void dns_name_read(struct cursor *cursor, char out[DNS_NAME_MAX]) {
	struct name_walk walk = {.cursor = *cursor, .start = cursor->at, .octets = 1};
	size_t len = 0;
	uint8_t n = 0;
	do {
		n = cursor_u8(&walk.cursor);
		if ((n & POINTER_BITS) == POINTER_BITS) {
			follow_pointer(&walk, n);
		} else if (n > 0) {
			len = take_label(&walk, n, out, len);
		}
	} while (n > 0 && !walk.cursor.failed);
	cursor->at = walk.jumped ? walk.end : walk.cursor.at;
	cursor->failed = walk.cursor.failed;
	if (len == 0 && !walk.cursor.failed) {
		out[len++] = '.';
	}
	out[len] = '\0';
}

void dns_name_skip(struct cursor *cursor) {
	for (;;) {
		uint8_t n = cursor_u8(cursor);
		if ((n & POINTER_BITS) == POINTER_BITS) {
			(void)cursor_u8(cursor);
			return;
		}
		cursor->failed = cursor->failed || n > DNS_LABEL_MAX;
		if (cursor->failed || n == 0) {
			return;
		}
		(void)cursor_span(cursor, n);
	}
}

static int digit(char c) {
	return c >= '0' && c <= '9' ? c - '0' : -1;
}

/* The next octet of a label in *at, which is advanced; -1 for a bad escape. */
static int next_octet(const char **at) {
	const char *s = *at;
	if (*s != '\\') {
		*at = s + 1;
		return (uint8_t)*s;
	}
	s++;
	if (*s == '\0') {
		return -1;
	}
	if (digit(*s) < 0) {
		*at = s + 1;
		return (uint8_t)*s;
	}
	if (digit(s[1]) < 0 || digit(s[2]) < 0) {
		return -1;
	}
	int value = digit(s[0]) * 100 + digit(s[1]) * 10 + digit(s[2]);
	*at = s + 3;
	return value > 255 ? -1 : value;
}

/* One label behind its length octet; returns its octets, 0 when it is none. */
static size_t write_label(uint8_t *out, size_t size, const char **at) {
	size_t n = 0;
	while (**at != '.' && **at != '\0') {
		int octet = next_octet(at);
		if (octet < 0 || n == DNS_LABEL_MAX || n + 1 >= size) {
			return 0;
		}
		out[1 + n++] = (uint8_t)octet;
	}
	if (n > 0) {
		out[0] = (uint8_t)n;
	}
	return n;
}

size_t dns_name_write(uint8_t *out, size_t size, const char *name) {
	size_t limit = size < DNS_WIRE_NAME_MAX ? size : DNS_WIRE_NAME_MAX;
	size_t len = 0;
	if (limit == 0 || *name == '\0') {
		return 0;
	}
	const char *at = strcmp(name, ".") == 0 ? "" : name;
	while (*at != '\0') {
		size_t n = write_label(out + len, limit - len, &at);
		if (n == 0) {
			return 0;
		}
		len += n + 1;
		at += *at == '.' ? 1 : 0;
	}
	if (len == limit) {
		return 0;
	}
	out[len] = 0;
	return len + 1;
}

/* Length without one final dot that is not escaped. */
static size_t significant(const char *name) {
	size_t len = strlen(name);
	if (len == 0 || name[len - 1] != '.') {
		return len;
	}
	size_t slashes = 0;
	while (slashes < len - 1 && name[len - 2 - slashes] == '\\') {
		slashes++;
	}
	return slashes % 2 == 0 ? len - 1 : len;
}

bool dns_name_equal(const char *a, const char *b) {
	size_t len = significant(a);
	if (len != significant(b)) {
		return false;
	}
	for (size_t i = 0; i < len; i++) {
		if (ascii_lower(a[i]) != ascii_lower(b[i])) {
			return false;
		}
	}
	return true;
}
