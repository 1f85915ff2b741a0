/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What is written to the last octet, however long the reader takes. */
#ifndef COMMON_WRITE_ALL_H
#define COMMON_WRITE_ALL_H

#include <stdbool.h>

#include "base/span.h"

/* Goes on behind a signal, and waits where a descriptor that does not block is full. False, with
 * errno, when it cannot be written; some of it may be. */
bool write_all(int fd, struct span bytes);

#endif
