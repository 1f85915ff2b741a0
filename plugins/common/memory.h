/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Out of memory ends the program, also where a library would have gone on without. */
#ifndef COMMON_MEMORY_H
#define COMMON_MEMORY_H

#include "base/arena.h"

/* Before any other call into a library: from now on each allocation of OpenSSL and c-ares that
 * fails calls exhausted(NULL), which must not return, as the arena does. */
void memory_start(arena_exhausted_fn *exhausted);

#endif
