/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A sentence in runs, each ours or bytes from a peer as they came. Nothing in it is escaped: that
 * is done when it is printed, by whoever prints, in the way of his format. */
#ifndef BASE_PHRASE_H
#define BASE_PHRASE_H

#include <stdarg.h>

#include "base/arena.h"
#include "base/text.h"

#define PHRASE_QUOTE_MAX 200U   /* characters of output of one run that is a peer's */
#define PHRASE_OCTETS_MAX 4096U /* what comes after so many is dropped */

enum phrase_voice { PHRASE_OURS, PHRASE_THEIRS };

struct phrase_run {
	struct span bytes; /* borrowed: static, or of an arena that lives as long */
	enum phrase_voice voice;
};

/* All zero is the empty phrase. */
struct phrase {
	struct phrase_run *runs;
	size_t n;
	size_t capacity;
	size_t octets;
	bool cut; /* something did not fit */
};

/* Append, with these conversions and no others:
 *   %s %d %u %zu %lld  ours
 *   %pN  const char *, a peer's: a name, or words that may hold what a peer sent
 *   %pB  const struct span *, a peer's bytes
 *   %pP  const struct phrase *
 * and %%. Nothing that is pointed to is copied: the format is a literal, strings live as long as
 * the phrase. */
void phrase_add(struct arena *arena, struct phrase *phrase, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* " and 3 more" behind a list of which the first ones were added; nothing when those are all. */
void phrase_add_rest(struct arena *arena, struct phrase *phrase, size_t n, size_t added);
void phrase_vadd(struct arena *arena, struct phrase *phrase, const char *fmt, va_list args)
	__attribute__((format(printf, 3, 0)));

struct phrase phrase_new(struct arena *arena, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Append to the text: the peer's runs escaped, ours as they are (which only TEXT_JSON escapes too).
 * False when something of it is missing, here or already in the phrase. */
bool phrase_print(const struct phrase *phrase, struct text *text, enum text_escape how);

/* The same as a string for plugin output, in the arena. */
const char *phrase_plain(struct arena *arena, const struct phrase *phrase);

#endif
