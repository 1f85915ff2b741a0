/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Standard output: the only way anything leaves the program. Waits for a slow reader, but not
 * longer than allowed: on the wall clock, so that the time of a stopped process counts. */
#ifndef CHECK_SMTP_TLS_OUTPUT_H
#define CHECK_SMTP_TLS_OUTPUT_H

#include "base/clock.h"
#include "base/text.h"
#include "common/backstop.h"
#include "io/loop.h"

/* What a reader may take beyond the run's deadline, or after a signal. */
#define OUTPUT_GRACE BACKSTOP_GRACE

struct output {
	int fd;
	usec give_up; /* absolute */
	struct loop_interrupt *interrupt;
	bool last;   /* what is given next is all there is */
	bool failed; /* closed, full or too slow: nothing more is written */
	size_t lost; /* octets of what was given last that were not written */
};

struct output output_new(int fd, usec give_up, struct loop_interrupt *interrupt);

/* Write all of it; false, now and ever after, when that is not possible. What can be written at
 * once is, however late it is. */
bool output_write(struct output *output, struct span bytes);

#endif
