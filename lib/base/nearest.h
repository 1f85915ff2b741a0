/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Which of the words that are known somebody meant who typed another one. */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include <stddef.h>

struct nearest {
	const char *typed;
	size_t len;
	const char *word; /* the nearest so far; NULL: nothing comes near */
	size_t least;
};

struct nearest nearest_new(const char *typed, size_t len);

/* Is it this word, which is known? A slip is a letter too many, missing, another, or two that
 * changed places. Short ones must be but one slip away, of longer ones one more for every eight
 * letters, and a beginning of at least four letters counts as one. */
void nearest_offer(struct nearest *nearest, const char *word);

#endif
