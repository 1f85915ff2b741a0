/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Standard output: the only way anything leaves the program. Waits for a slow reader, but not
 * longer than allowed. */
#ifndef CHECK_SMTP_TLS_OUTPUT_H
#define CHECK_SMTP_TLS_OUTPUT_H

#include "base/clock.h"
#include "base/text.h"
#include "io/loop.h"

/* What a reader may take beyond the run's deadline, or after a signal. */
#define OUTPUT_GRACE (200 * USEC_PER_MSEC)

struct output {
	int fd;
	usec give_up; /* absolute */
	const struct loop_interrupt *interrupt;
	bool failed; /* closed, full or too slow: nothing more is written */
};

struct output output_new(int fd, usec give_up, const struct loop_interrupt *interrupt);

/* Write all of it; false, now and ever after, when that is not possible. */
bool output_write(struct output *output, struct span bytes);

/* Make sure that no socket becomes standard input, output or error. A closed standard output stays
 * one that cannot be written. */
void output_guard_descriptors(void);

/* For the end of memory: one fixed status line, exit code 3. An arena_exhausted_fn. */
void output_out_of_memory(void *context) __attribute__((noreturn));

#endif
