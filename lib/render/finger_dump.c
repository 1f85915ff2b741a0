/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Octets as posttls-finger dumps them, and the TLS library's own decoding of them. */
#include <inttypes.h>
#include <string.h>

#include "render/finger_line.h"

#define ROW_OCTETS 16U
#define CHARS_SHOWN 40U /* of what went through a session */

static void add_row(const struct line *line, struct span row, size_t offset) {
	line_begin(line, "");
	text_addf(line->text, "%04zx ", offset);
	for (size_t i = 0; i < ROW_OCTETS; i++) {
		if (i < row.len) {
			text_addf(line->text, "%02x%c", row.at[i], i == 7 ? '|' : ' ');
		} else {
			line_add(line, "   ");
		}
	}
	line_add(line, " ");
	for (size_t i = 0; i < row.len; i++) {
		bool printable = row.at[i] >= 0x20 && row.at[i] < 0x7F;
		const char c[] = {(char)(printable ? row.at[i] : '.'), '\0'};
		line_add_remote(line, span_of(c));
		line_add(line, i == 7 ? " " : "");
	}
	line_end(line);
}

/* Blanks and zeros at the end tell nothing: their offset is enough. */
static void add_rows(const struct line *line, struct span bytes) {
	size_t len = bytes.len;
	while (len > 0 && (bytes.at[len - 1] == ' ' || bytes.at[len - 1] == '\0')) {
		len--;
	}
	for (size_t i = 0; i < len; i += ROW_OCTETS) {
		size_t n = len - i < ROW_OCTETS ? len - i : ROW_OCTETS;
		add_row(line, (struct span){bytes.at + i, n}, i);
	}
	if (len < bytes.len) {
		line_begin(line, "");
		text_addf(line->text, "%04zx - <SPACES/NULLS>", len);
		line_end(line);
	}
}

/* posttls-finger shows two addresses in its memory here, which say nothing about the peer. */
static void dump(const struct line *line) {
	const struct event *event = line->event;
	line_begin(line, "");
	line_add_text(line, 0);
	text_addf(line->text, " 00000000 [00000000] (%" PRId64 " bytes => %" PRId64, event->number[0],
		event->number[1]);
	if (event->number[1] > 0) {
		text_addf(line->text, " (0x%" PRIX64 "))", event->number[1]);
	} else {
		line_add(line, ")");
	}
	line_end(line);
	add_rows(line, event->bytes[0]);
}

static void chars(const struct line *line) {
	struct span bytes = line->event->bytes[0];
	line_begin(line, "");
	line_add_text(line, 0);
	text_addf(line->text, " %zu chars: ", bytes.len);
	bytes.len = bytes.len > CHARS_SHOWN ? CHARS_SHOWN : bytes.len;
	line_add_smtp(line, bytes);
	line_end(line);
}

/* The library prints names of certificates as they are, line ends included: what follows one may
 * look like anything, so nothing of it starts a line. */
static void messages(const struct line *line) {
	struct span rest = line->event->bytes[0];
	while (rest.len > 0) {
		const uint8_t *end = memchr(rest.at, '\n', rest.len);
		size_t len = end == NULL ? rest.len : (size_t)(end - rest.at);
		line_begin(line, "tls: ");
		line_add_remote(line, (struct span){rest.at, len});
		line_end(line);
		len += end != NULL;
		rest = (struct span){rest.at + len, rest.len - len};
	}
}

static const struct finger_row rows[] = {
	{EVENT_TLS_DUMP, FINGER_HANDSHAKE_DUMP | FINGER_SESSION_DUMP, dump},
	{EVENT_TLS_CHARS, FINGER_SESSION_DUMP, chars},
	{EVENT_TLS_MESSAGE, FINGER_MESSAGES, messages},
};

void finger_dump_event(const struct line *line) {
	line_write(line, rows, sizeof rows / sizeof *rows);
}
