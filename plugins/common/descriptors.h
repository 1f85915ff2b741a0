/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What must be settled before anything else is opened: the three standard descriptors. */
#ifndef COMMON_DESCRIPTORS_H
#define COMMON_DESCRIPTORS_H

#include <stdbool.h>

/* Make sure that no socket becomes standard input, output or error. A closed standard output stays
 * one that cannot be written. False, with errno, when a closed one could not be occupied. */
bool descriptors_guard(void);

/* Where it is a terminal: a description of our own of it, which does not block when nobody reads
 * (the shell's is shared and stays as it is). Anything else, and where that cannot be had: the
 * descriptor itself. */
int descriptors_own_terminal(int fd);

#endif
