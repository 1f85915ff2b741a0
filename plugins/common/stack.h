/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The stack: where it cannot grow, the kernel ends a program in the middle of a line. */
#ifndef COMMON_STACK_H
#define COMMON_STACK_H

#include <stdbool.h>

#define STACK_KIB_MIN 64U /* a run takes up to half of it, the environment what it has */
#define STACK_WORDS_MAX 120U

/* First of all: see to it that the stack may grow, beyond the limit we were started with if the
 * system grants that. False when it stays below what a run takes; the words say so. */
bool stack_make_room(char words[STACK_WORDS_MAX]);

#endif
