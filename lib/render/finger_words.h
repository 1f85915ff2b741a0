/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* posttls-finger's -L: words that choose what is shown of TLS. */
#ifndef RENDER_FINGER_WORDS_H
#define RENDER_FINGER_WORDS_H

#include <stdbool.h>

#include "base/keywords.h"
#include "base/span.h"

/* Word and enum finger_show, for messages and completion. */
extern const struct keyword finger_words[];

/* What posttls-finger shows without -L: "routine,certmatch". */
#define FINGER_WORDS_DEFAULT "routine,certmatch"

/* A list with commas or blanks between words, ASCII case ignored; words accumulate, an empty list
 * chooses nothing. An unknown word makes *show empty, as in Postfix; it is returned in *unknown
 * (borrowed from the list), and the result is false. */
bool finger_words_parse(unsigned *show, const char *list, struct span *unknown);

#endif
