/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* SMTP replies (RFC 5321 4.2, 4.5.3.1.5; LMTP's are the same): bytes in, one reply out. Pure. */
#ifndef SMTP_SMTP_REPLY_H
#define SMTP_SMTP_REPLY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/span.h"

#define SMTP_LINE_MAX 2048U       /* octets kept per line unless told else; the rest is skipped */
#define SMTP_REPLY_LINES_MAX 256U /* lines per reply */
#define SMTP_REPLY_KEPT_MAX 8192U /* octets of a reply kept when it has been dealt with */
#define SMTP_REPLY_OCTETS_MAX (100U * 1024U) /* octets per reply, skipped ones included */

/* One complete reply. */
struct smtp_reply {
	int code;           /* of the last line; 0 when that line has no three-digit code */
	struct span *lines; /* as received, without CR LF */
	size_t n_lines;
	size_t lines_room;
	size_t n_left_out; /* lines behind these, once it was shortened */
	uint8_t *octets;   /* of all lines, one behind the other */
	size_t room;       /* for these */
};

enum smtp_progress {
	SMTP_NOT_YET,  /* more bytes are needed */
	SMTP_COMPLETE, /* one reply is complete; bytes behind it were not consumed */
	SMTP_NEVER     /* too many lines or octets, or no line starts with a code */
};

/* State of a reply that arrives in pieces. Zero is the start; all memory is the arena's. */
struct smtp_reply_parser {
	struct arena *arena;
	struct smtp_reply reply;
	size_t octets;   /* consumed so far */
	size_t line_max; /* octets kept per line; 0: SMTP_LINE_MAX */
	uint8_t *line;   /* the line being read, line_max octets */
	size_t line_len;
	bool line_cut; /* the line was longer than that */
	enum smtp_progress progress;
	const char *problem; /* why SMTP_NEVER: a static text, "a reply that ..." */
};

/* Feed bytes; *used says how many were consumed (never any behind the end of a complete reply).
 * Lines end with LF, trailing CRs are dropped, a bare LF is accepted. A line with '-' behind its
 * three digits continues the reply. A first line that does not start with exactly three digits
 * makes it SMTP_NEVER: the peer does not speak SMTP; that line is kept in `reply`, with code 0.
 * After SMTP_COMPLETE and SMTP_NEVER nothing more is consumed until a restart. */
enum smtp_progress smtp_reply_feed(
	struct smtp_reply_parser *parser, struct span bytes, size_t *used);

/* Ready for the first or the next reply (lines of the former stay valid in their arena; line_max
 * stays). */
void smtp_reply_restart(struct smtp_reply_parser *parser, struct arena *arena);

/* Text of a line behind its code, separator and blanks; the whole line when it has no code. */
struct span smtp_reply_text(struct span line);

/* True when the reply (to EHLO) offers the extension: first word of any line, case ignored, ended
 * by blank, tab, '=' or the line's end. */
bool smtp_reply_offers(const struct smtp_reply *reply, const char *keyword);

/* First word of the first line: the name a server gives itself in its EHLO reply. */
struct span smtp_reply_first_word(const struct smtp_reply *reply);

/* The reply as posttls-finger quotes it: the code (0 without), a blank, and the text of the lines
 * joined by newlines; lines behind the first line_max octets are left out. Empty without a line. */
struct span smtp_reply_joined(struct arena *arena, const struct smtp_reply *reply, size_t line_max);

/* What is kept of a reply that nobody reads any more is its first lines, SMTP_REPLY_KEPT_MAX octets
 * of them and one line at least: the memory of a longer one is given back. Spans into its lines are
 * of no use behind this. */
void smtp_reply_shorten(struct arena *arena, struct smtp_reply *reply);

/* Nobody reads the lines any more: give them back. The code stays. */
void smtp_reply_drop(struct arena *arena, struct smtp_reply *reply);

/* The first line that carries the reply's code: what a message quotes. Empty without lines. */
struct span smtp_reply_decisive_line(const struct smtp_reply *reply);

#endif
