/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Collecting the lines of one reply, within its limits. */
#include "smtp/smtp_reply.h"

#include <string.h>
#include <strings.h>

#include "base/ascii.h"
#include "base/text.h"

#define CODE_DIGITS 3U
#define LINES_FEW 32U          /* an array of more is given back when it is not needed any more */
#define SMTP_FIRST_OCTETS 128U /* room for the few lines that most replies are */

/* Exactly three digits make a code: "22 x" and "2200 x" have none. */
static bool has_code(struct span line) {
	for (size_t i = 0; i < CODE_DIGITS; i++) {
		if (i >= line.len || !ascii_is_digit(line.at[i])) {
			return false;
		}
	}
	return line.len == CODE_DIGITS || !ascii_is_digit(line.at[CODE_DIGITS]);
}

static int code_of(struct span line) {
	if (!has_code(line)) {
		return 0;
	}
	return (line.at[0] - '0') * 100 + (line.at[1] - '0') * 10 + (line.at[2] - '0');
}

static bool is_continued(struct span line) {
	return has_code(line) && line.len > CODE_DIGITS && line.at[CODE_DIGITS] == '-';
}

static enum smtp_progress never(struct smtp_reply_parser *parser, const char *problem) {
	parser->problem = problem;
	return SMTP_NEVER;
}

static size_t octets_of(const struct smtp_reply *reply) {
	if (reply->n_lines == 0) {
		return 0;
	}
	const struct span *last = &reply->lines[reply->n_lines - 1];
	return (size_t)(last->at - reply->octets) + last->len;
}

/* A copy of the line behind the others, which move when there is no room. */
static struct span copy_line(struct smtp_reply_parser *parser, struct span line) {
	struct smtp_reply *reply = &parser->reply;
	size_t used = octets_of(reply);
	if (reply->room - used < line.len || reply->octets == NULL) {
		const uint8_t *before = reply->octets;
		size_t room = 2 * reply->room + line.len + SMTP_FIRST_OCTETS;
		reply->octets = before == NULL
							? arena_alloc(parser->arena, room)
							: arena_grow(parser->arena, reply->octets, reply->room, room);
		reply->room = room;
		size_t at = 0;
		for (size_t i = 0; i < reply->n_lines; i++) {
			reply->lines[i].at = reply->octets + at;
			at += reply->lines[i].len;
		}
	}
	if (line.len > 0) {
		memcpy(reply->octets + used, line.at, line.len);
	}
	return (struct span){reply->octets + used, line.len};
}

/* Small at first; then so large that it can be given back to the arena. */
static size_t next_room(size_t room) {
	return room == 0 ? 8 : room < LINES_FEW ? LINES_FEW : SMTP_REPLY_LINES_MAX + LINES_FEW;
}

static void keep_line(struct smtp_reply_parser *parser, struct span line) {
	struct smtp_reply *reply = &parser->reply;
	if (reply->n_lines == reply->lines_room) {
		size_t room = next_room(reply->lines_room);
		struct span *lines = arena_alloc_array(parser->arena, room, sizeof *lines);
		if (reply->n_lines > 0) {
			memcpy(lines, reply->lines, reply->n_lines * sizeof *lines);
		}
		reply->lines = lines;
		reply->lines_room = room;
	}
	struct span copy = copy_line(parser, line);
	reply->lines[reply->n_lines++] = copy;
	reply->code = code_of(line);
}

/* A line end arrived. */
static enum smtp_progress end_line(struct smtp_reply_parser *parser) {
	size_t len = parser->line_len;
	while (!parser->line_cut && len > 0 && parser->line[len - 1] == '\r') {
		len--;
	}
	struct span line = {parser->line, len};
	parser->line_len = 0;
	parser->line_cut = false;
	if (parser->reply.n_lines == SMTP_REPLY_LINES_MAX) {
		return never(parser, "a reply of more than 256 lines");
	}
	keep_line(parser, line);
	if (parser->reply.n_lines == 1 && parser->reply.code == 0) {
		return never(parser, "a reply that does not start with a three-digit code");
	}
	return is_continued(line) ? SMTP_NOT_YET : SMTP_COMPLETE;
}

static size_t kept_max(const struct smtp_reply_parser *parser) {
	return parser->line_max == 0 ? SMTP_LINE_MAX : parser->line_max;
}

/* Bytes of the present line; what is too long is skipped. */
static void add_to_line(struct smtp_reply_parser *parser, struct span bytes) {
	size_t room = kept_max(parser) - parser->line_len;
	size_t n = bytes.len;
	if (n > room) {
		n = room;
		parser->line_cut = true;
	}
	if (n == 0) {
		return;
	}
	memcpy(parser->line + parser->line_len, bytes.at, n);
	parser->line_len += n;
}

/* Consume up to and including one line end; *n says how many octets that were. */
static enum smtp_progress feed_line(
	struct smtp_reply_parser *parser, struct span bytes, size_t *n) {
	size_t room = SMTP_REPLY_OCTETS_MAX - parser->octets;
	struct span part = {bytes.at, bytes.len < room ? bytes.len : room};
	const uint8_t *newline = memchr(part.at, '\n', part.len);
	if (newline != NULL) {
		part.len = (size_t)(newline - part.at);
	}
	add_to_line(parser, part);
	*n = part.len + (newline != NULL ? 1 : 0);
	parser->octets += *n;
	if (newline != NULL) {
		return end_line(parser);
	}
	return parser->octets == SMTP_REPLY_OCTETS_MAX ? never(parser, "a reply of more than 100 KiB")
												   : SMTP_NOT_YET;
}

enum smtp_progress smtp_reply_feed(
	struct smtp_reply_parser *parser, struct span bytes, size_t *used) {
	if (parser->line == NULL) {
		parser->line = arena_alloc(parser->arena, kept_max(parser));
	}
	*used = 0;
	while (parser->progress == SMTP_NOT_YET && *used < bytes.len) {
		size_t n = 0;
		struct span rest = {bytes.at + *used, bytes.len - *used};
		parser->progress = feed_line(parser, rest, &n);
		*used += n;
	}
	return parser->progress;
}

void smtp_reply_restart(struct smtp_reply_parser *parser, struct arena *arena) {
	uint8_t *line = parser->arena == arena ? parser->line : NULL;
	*parser =
		(struct smtp_reply_parser){.arena = arena, .line = line, .line_max = parser->line_max};
}

struct span smtp_reply_text(struct span line) {
	size_t at = 0;
	if (has_code(line)) {
		at = is_continued(line) ? CODE_DIGITS + 1 : CODE_DIGITS;
	}
	while (at < line.len && ascii_is_blank(line.at[at])) {
		at++;
	}
	return (struct span){line.len > 0 ? line.at + at : line.at, line.len - at};
}

/* Digits that are no code are dropped like a code. */
static struct span joined_text(struct span line) {
	while (!has_code(line) && line.len > 0 && ascii_is_digit(*line.at)) {
		line.at++;
		line.len--;
	}
	return smtp_reply_text(line);
}

struct span smtp_reply_joined(
	struct arena *arena, const struct smtp_reply *reply, size_t line_max) {
	size_t max = line_max == 0 ? SMTP_LINE_MAX : line_max;
	if (reply->n_lines == 0) { /* the first line never ended */
		return (struct span){NULL, 0};
	}
	struct text joined = text_new(arena, 16 + 2 * max);
	text_addf(&joined, "%d ", reply->code);
	size_t start = joined.len;
	for (size_t i = 0; i < reply->n_lines && joined.len - start < max; i++) {
		struct span text = joined_text(reply->lines[i]);
		if (i > 0) {
			text_add(&joined, "\n");
		}
		text_add_span(&joined, text);
	}
	return (struct span){(const uint8_t *)joined.at, joined.len};
}

/* The word ends at a blank or at '=', which old servers put behind AUTH. */
static struct span first_word(struct span text) {
	size_t len = 0;
	while (len < text.len && !ascii_is_blank(text.at[len]) && text.at[len] != '=') {
		len++;
	}
	return (struct span){text.at, len};
}

bool smtp_reply_offers(const struct smtp_reply *reply, const char *keyword) {
	size_t len = strlen(keyword);
	for (size_t i = 0; i < reply->n_lines; i++) {
		struct span word = first_word(smtp_reply_text(reply->lines[i]));
		if (word.len == len && strncasecmp((const char *)word.at, keyword, len) == 0) {
			return true;
		}
	}
	return false;
}

struct span smtp_reply_first_word(const struct smtp_reply *reply) {
	if (reply->n_lines == 0) {
		return (struct span){NULL, 0};
	}
	return first_word(smtp_reply_text(reply->lines[0]));
}

static void release_lines(struct arena *arena, const struct smtp_reply *reply) {
	if (reply->lines_room > LINES_FEW) {
		arena_release(arena, reply->lines, reply->lines_room * sizeof *reply->lines);
	}
}

static void shorten_lines(struct arena *arena, struct smtp_reply *reply) {
	if (reply->lines_room <= LINES_FEW || reply->n_lines > LINES_FEW) {
		return;
	}
	struct span *lines = arena_alloc_array(arena, reply->n_lines, sizeof *lines);
	memcpy(lines, reply->lines, reply->n_lines * sizeof *lines);
	release_lines(arena, reply);
	reply->lines = lines;
	reply->lines_room = reply->n_lines;
}

void smtp_reply_shorten(struct arena *arena, struct smtp_reply *reply) {
	size_t n = reply->n_lines;
	size_t octets = octets_of(reply);
	if (octets <= SMTP_REPLY_KEPT_MAX) {
		return;
	}
	while (n > 1 && octets > SMTP_REPLY_KEPT_MAX) {
		octets -= reply->lines[--n].len;
	}
	uint8_t *kept = (uint8_t *)arena_copy_text(arena, (const char *)reply->octets, octets);
	arena_release(arena, reply->octets, reply->room);
	reply->octets = kept;
	reply->room = octets;
	for (size_t i = 0, at = 0; i < n; at += reply->lines[i++].len) {
		reply->lines[i].at = kept + at;
	}
	reply->n_left_out += reply->n_lines - n;
	reply->n_lines = n;
	shorten_lines(arena, reply);
}

void smtp_reply_drop(struct arena *arena, struct smtp_reply *reply) {
	if (reply->octets != NULL) {
		arena_release(arena, reply->octets, reply->room);
	}
	release_lines(arena, reply);
	*reply = (struct smtp_reply){.code = reply->code};
}

struct span smtp_reply_decisive_line(const struct smtp_reply *reply) {
	for (size_t i = 0; i < reply->n_lines; i++) {
		if (code_of(reply->lines[i]) == reply->code) {
			return reply->lines[i];
		}
	}
	return (struct span){NULL, 0};
}
