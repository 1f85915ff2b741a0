/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* How far a date is from now, in words. */
#ifndef BASE_DISTANCE_H
#define BASE_DISTANCE_H

#include <stdint.h>

#include "base/arena.h"

/* "in 61 days", "3 hours ago"; seconds since the epoch. */
const char *distance_words(struct arena *arena, int64_t now, int64_t date);

#endif
