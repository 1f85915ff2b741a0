/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The one escape of peer bytes: monitoring front ends read '|' as the start of performance data,
 * words in angle brackets as HTML, "[OK]" as a coloured state, "\n" as a line break, and people
 * "SMTP_TLS OK" as what the plugin says. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/ascii.h"
#include "base/text.h"

/* Length of the valid UTF-8 sequence at the start of bytes (RFC 3629), 0 when there is none. */
static size_t utf8_length(struct span bytes, uint32_t *code) {
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	uint8_t first = bytes.at[0];
	size_t n = first >= 0xF0 && first < 0xF5 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 0;
	if (n == 0 || first >= 0xF5 || bytes.len < n) {
		return 0;
	}
	*code = first & (0xFFU >> (n + 1));
	for (size_t i = 1; i < n; i++) {
		if ((bytes.at[i] & 0xC0U) != 0x80) {
			return 0;
		}
		*code = *code << 6 | (bytes.at[i] & 0x3FU);
	}
	bool surrogate = *code >= 0xD800 && *code <= 0xDFFF;
	return *code < least[n] || *code > 0x10FFFF || surrogate ? 0 : n;
}

/* C1 controls, the characters that reorder text or separate lines, and those that a screen shows
 * nothing of: Unicode's Default_Ignorable_Code_Point. Two strings that look alike shall be alike.
 */
static bool is_deceptive(uint32_t code) {
	static const struct {
		uint32_t first, last;
	} ranges[] = {{0x80, 0x9F}, {0xAD, 0xAD}, {0x34F, 0x34F}, {0x61C, 0x61C}, {0x115F, 0x1160},
		{0x17B4, 0x17B5}, {0x180B, 0x180F}, {0x200B, 0x200F}, {0x2028, 0x202E}, {0x2060, 0x206F},
		{0x3164, 0x3164}, {0xFE00, 0xFE0F}, {0xFEFF, 0xFEFF}, {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFFB},
		{0xFFFE, 0xFFFF}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF}};
	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
		if (code >= ranges[i].first && code <= ranges[i].last) {
			return true;
		}
	}
	return false;
}

/* Length of the state word when bytes start with "[WORD]" or "(WORD)", else 0. */
static size_t state_word(struct span bytes) {
	static const char *const words[] = {
		"OK", "WARNING", "CRITICAL", "UNKNOWN", "UP", "DOWN", "INFO", "PENDING", "UNREACHABLE"};
	uint8_t close = bytes.at[0] == '[' ? ']' : ')';
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		size_t n = strlen(words[i]);
		if (bytes.len >= n + 2 && memcmp(bytes.at + 1, words[i], n) == 0 &&
			bytes.at[n + 1] == close) {
			return n;
		}
	}
	return 0;
}

/* One step: what the first bytes turn into; returns how many bytes it covers. */
struct piece {
	char out[16];
	size_t out_len;
	size_t chars;
};

static size_t piece_set(struct piece *piece, const void *out, size_t len, size_t covers) {
	memcpy(piece->out, out, len);
	piece->out_len = len;
	piece->chars = len;
	return covers;
}

static size_t piece_percent(struct piece *piece, struct span bytes, size_t n) {
	piece->out_len = 0;
	for (size_t i = 0; i < n; i++) {
		(void)snprintf(piece->out + 3 * i, 4, "%%%02X", bytes.at[i]);
		piece->out_len += 3;
	}
	piece->chars = piece->out_len;
	return n;
}

static size_t piece_ascii(struct piece *piece, struct span bytes) {
	uint8_t c = bytes.at[0];
	bool more = bytes.len > 1;
	if (c == '|') {
		return piece_set(piece, "!", 1, 1);
	}
	if (c == '<' || c == '>') {
		return piece_set(piece, c == '<' ? "{" : "}", 1, 1);
	}
	if (c == '\\' && more && (bytes.at[1] == 'n' || bytes.at[1] == 't' || bytes.at[1] == 'r')) {
		char out[2] = {'/', (char)bytes.at[1]};
		return piece_set(piece, out, 2, 2);
	}
	if (c == '$') {
		return piece_set(piece, "%24", 3, 1);
	}
	if (c == '_' && bytes.len >= 4 && memcmp(bytes.at, "_TLS", 4) == 0) {
		return piece_set(piece, "%5F", 3, 1); /* the SMTP_TLS of a status line is ours alone */
	}
	if (c == '%' && bytes.len > 2 && ascii_hex_value(bytes.at[1]) >= 0 &&
		ascii_hex_value(bytes.at[2]) >= 0) {
		return piece_set(piece, "%25", 3, 1);
	}
	if (c == '[' || c == '(') {
		size_t n = state_word(bytes);
		if (n > 0) {
			char out[16] = "{";
			memcpy(out + 1, bytes.at + 1, n);
			out[n + 1] = '}';
			return piece_set(piece, out, n + 2, n + 2);
		}
	}
	return piece_set(piece, &c, 1, 1);
}

static size_t piece_plugin(struct piece *piece, struct span bytes) {
	uint8_t c = bytes.at[0];
	if (c < 0x20 || c == 0x7F) {
		return piece_percent(piece, bytes, 1);
	}
	if (c < 0x80) {
		return piece_ascii(piece, bytes);
	}
	uint32_t code = 0;
	size_t n = utf8_length(bytes, &code);
	if (n == 0 || is_deceptive(code)) {
		return piece_percent(piece, bytes, n == 0 ? 1 : n);
	}
	piece_set(piece, bytes.at, n, n);
	piece->chars = 1;
	return n;
}

static size_t piece_finger(struct piece *piece, struct span bytes) {
	uint8_t c = bytes.at[0];
	return piece_set(piece, c >= 0x20 && c < 0x7F ? (const char *)&c : "?", 1, 1);
}

static size_t piece_finger_utf8(struct piece *piece, struct span bytes) {
	uint32_t code = 0;
	size_t n = bytes.at[0] < 0x80 ? 0 : utf8_length(bytes, &code);
	if (n == 0) {
		return piece_finger(piece, bytes);
	}
	if (is_deceptive(code)) {
		return piece_set(piece, "????", n, n);
	}
	piece_set(piece, bytes.at, n, n);
	piece->chars = 1;
	return n;
}

/* A UTF-16 code unit or two (RFC 8259 7). */
static void json_escape(struct piece *piece, uint32_t code) {
	if (code < 0x10000) {
		(void)snprintf(piece->out, sizeof piece->out, "\\u%04x", (unsigned)(code & 0xFFFFU));
		piece->out_len = 6;
	} else {
		uint32_t above = code - 0x10000;
		(void)snprintf(piece->out, sizeof piece->out, "\\u%04x\\u%04x",
			(unsigned)(0xD800U + (above >> 10 & 0x3FFU)), (unsigned)(0xDC00U + (above & 0x3FFU)));
		piece->out_len = 12;
	}
}

static size_t piece_json(struct piece *piece, struct span bytes) {
	uint32_t code = bytes.at[0];
	size_t n = code < 0x80 ? 1 : utf8_length(bytes, &code);
	if (n == 0) {
		json_escape(piece, 0xFFFD);
		n = 1;
	} else if (code < 0x20 || code == 0x7F || code == '"' || code == '\\' ||
			   (code >= 0x80 && is_deceptive(code))) {
		json_escape(piece, code);
	} else {
		piece_set(piece, bytes.at, n, n);
	}
	piece->chars = 1;
	return n;
}

static size_t piece_of(struct piece *piece, enum text_escape how, struct span bytes) {
	switch (how) {
	case TEXT_PLUGIN:
		return piece_plugin(piece, bytes);
	case TEXT_FINGER_UTF8:
		return piece_finger_utf8(piece, bytes);
	case TEXT_JSON:
		return piece_json(piece, bytes);
	case TEXT_FINGER:
		break;
	}
	return piece_finger(piece, bytes);
}

/* Nothing to any reader of this format. */
static bool is_plain(enum text_escape how, uint8_t c) {
	if (how == TEXT_JSON) {
		return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
	}
	return ascii_is_alnum(c) || c == ':' || (c >= ',' && c <= '/') || c == ' ' || c == '=';
}

/* How many of the first bytes are, at most max. Most text is nothing else. */
static size_t plain_run(enum text_escape how, struct span bytes, size_t max) {
	size_t most = bytes.len < max ? bytes.len : max;
	size_t n = 0;
	while (n < most && is_plain(how, bytes.at[n])) {
		n++;
	}
	return n;
}

bool text_add_escaped(
	struct text *text, enum text_escape how, struct span bytes, size_t max_chars) {
	size_t chars = 0;
	while (bytes.len > 0) {
		struct piece piece;
		size_t run = plain_run(how, bytes, max_chars - chars);
		if (run > 0) {
			text_add_span(text, (struct span){bytes.at, run});
			chars += run;
			bytes.at += run;
			bytes.len -= run;
			continue;
		}
		size_t n = piece_of(&piece, how, bytes);
		chars += piece.chars;
		if (chars > max_chars) {
			text_add(text, "...");
			return false;
		}
		text_add_span(text, (struct span){(const uint8_t *)piece.out, piece.out_len});
		bytes.at += n;
		bytes.len -= n;
	}
	return true;
}
