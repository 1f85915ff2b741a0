/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Peers, hex and escaped text as pieces of lines. */
#include "render/finger_line.h"

#include <inttypes.h>

#include "base/ascii.h"

/* posttls-finger cuts longer record data in the middle. */
#define TLSA_HEX_MAX 64U

void line_write(const struct line *line, const struct finger_row *rows, size_t n) {
	for (size_t i = 0; i < n; i++) {
		bool shown = rows[i].shown_by == 0 || line_shows(line, rows[i].shown_by);
		if (rows[i].kind == line->event->kind && shown) {
			rows[i].write(line);
		}
	}
}

void line_add(const struct line *line, const char *ours) {
	text_add(line->text, ours);
}

void line_add_remote(const struct line *line, struct span bytes) {
	text_add_escaped(line->text, line->style->escape, bytes, line->style->quote_max);
}

void line_add_smtp(const struct line *line, struct span bytes) {
	bool utf8 = line->style->escape == TEXT_FINGER_UTF8;
	text_add_escaped(
		line->text, utf8 ? TEXT_FINGER : line->style->escape, bytes, line->style->quote_max);
}

void line_add_text(const struct line *line, size_t i) {
	const char *words = line->event->text[i];
	line_add_remote(line, span_of(words));
}

void line_begin(const struct line *line, const char *severity) {
	line_add(line, line->style->prefix);
	line_add(line, severity);
}

void line_end(const struct line *line) {
	line_add(line, "\n");
}

void line_add_peer(const struct line *line, enum host_case host_case) {
	const struct node_name *peer = line->event->peer;
	if (peer == NULL) {
		return;
	}
	size_t start = line->text->len;
	line_add_remote(line, span_of(peer->host));
	for (size_t i = start; host_case == HOST_LOWER && i < line->text->len; i++) {
		line->text->at[i] = ascii_lower(line->text->at[i]);
	}
	line_add(line, "[");
	line_add_remote(line, span_of(peer->address));
	line_add(line, "]");
	if (peer->port != 0) {
		text_addf(line->text, ":%u", peer->port);
	}
}

void line_begin_peer(const struct line *line, const char *severity, enum host_case host_case) {
	line_begin(line, severity);
	line_add_peer(line, host_case);
	line_add(line, ": ");
}

static void add_hex_cut(const struct line *line, struct span data) {
	if (data.len <= TLSA_HEX_MAX) {
		text_add_hex(line->text, data, '\0');
		return;
	}
	text_add_hex(line->text, (struct span){data.at, TLSA_HEX_MAX / 2}, '\0');
	line_add(line, "...");
	text_add_hex(
		line->text, (struct span){data.at + data.len - TLSA_HEX_MAX / 2, TLSA_HEX_MAX / 2}, '\0');
}

void line_add_rdata(const struct line *line, struct span rdata) {
	if (rdata.len < 3) {
		text_add_hex(line->text, rdata, ' ');
		return;
	}
	text_addf(line->text, "%u %u %u ", rdata.at[0], rdata.at[1], rdata.at[2]);
	struct span data = {rdata.at + 3, rdata.len - 3};
	if (data.len == 0) {
		line_add(line, "...");
	} else {
		add_hex_cut(line, data);
	}
}

void line_add_milliseconds(const struct line *line, int64_t micros) {
	text_addf(line->text, "%" PRId64 ".%" PRId64 " ms", micros / 1000, micros % 1000 / 100);
}
