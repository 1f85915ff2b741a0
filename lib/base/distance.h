/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* How far a date is from now, and how long something lasts, in words. */
#ifndef BASE_DISTANCE_H
#define BASE_DISTANCE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"

/* "in 61 days", "3 hours ago"; seconds since the epoch. */
const char *distance_words(struct arena *arena, int64_t now, int64_t date);

/* "40 s", "1500 ms": as somebody would give it to an option. */
const char *duration_words(struct arena *arena, usec duration);

#endif
