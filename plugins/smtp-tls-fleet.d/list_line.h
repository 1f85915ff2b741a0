/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* One line of a list of domains: `DOMAIN [--option[=value] ...] [# comment]`. Pure: options are cut
 * apart here and understood elsewhere. */
#ifndef SMTP_TLS_FLEET_LIST_LINE_H
#define SMTP_TLS_FLEET_LIST_LINE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

/* Octets of a line; of one that is longer the rest is not kept. */
#define LIST_LINE_MAX 4096U

/* Options in a line, each with its value. */
#define LIST_WORDS_MAX 64U

struct list_line {
	const char *destination;         /* as written, but for a final dot */
	char *words[LIST_WORDS_MAX + 2]; /* the destination, the options, NULL: an argv */
	int n_words;
	const char *options; /* the options with one blank between; "": none */
};

enum list_line_kind {
	LIST_LINE_NOTHING, /* blank, or a comment */
	LIST_LINE_DOMAIN,
	LIST_LINE_BAD /* err says in one sentence why it cannot be read */
};

/* Take it apart; strings live in the arena. CR at the end does not count, nor a byte order mark at
 * the start; other control characters make it bad. A comment begins with '#' at the start of a
 * word. */
enum list_line_kind list_line_parse(
	struct list_line *line, struct arena *arena, struct span text, struct err *err);

#endif
