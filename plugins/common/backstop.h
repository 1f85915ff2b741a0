/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Ends a run that does not end by itself: on a signal that asks for the end, or when a deadline
 * has passed. The loop and the writer come first and have a grace to do it properly; behind that
 * one line is written and the process ends, whatever it is doing: waiting for a file that is a pipe
 * without a writer, for a terminal that nobody reads, or computing. All of it happens in signal
 * handlers, so nothing that blocks or computes can hold it up. One for the process, as signals are.
 */
#ifndef COMMON_BACKSTOP_H
#define COMMON_BACKSTOP_H

#include "base/clock.h"

/* What is left to the loop and the writer, from the signal or the deadline on. It begins when the
 * process sees the deadline, so a process that was stopped has it too. */
#define BACKSTOP_GRACE (200 * USEC_PER_MSEC)

struct backstop_plan {
	const char *head; /* what its line begins with: "SMTP_TLS UNKNOWN - " */
	int exit_code;
};

/* Once, first of all; the plan is borrowed for the life of the process. Writing to where nobody
 * reads, or beyond a limit of size, is an error of write() from here on and no signal. */
void backstop_start(const struct backstop_plan *plan);

/* Let SIGTERM, SIGINT, SIGHUP and SIGXCPU ask for the end instead of ending the process. One that
 * the caller ignores (nohup) stays ignored. The first of them is found in the place returned; 0:
 * none came. Calls that it interrupts are begun again, but for those that wait for descriptors. */
const volatile int *backstop_catch_signals(void);

/* When that was. */
usec backstop_began(void);

/* The time by which all has to be done; absolute, replaces an earlier one; USEC_NEVER: none. */
void backstop_deadline(usec deadline);

/* For a program that may wait as long as it likes but not be busy as long: the deadline is now plus
 * the patience while it works, none while it rests. Costs next to nothing. */
void backstop_patience(usec patience);
void backstop_work(void);
void backstop_rest(void);

/* Whom the line is about, "example.org: ", behind its head. Borrowed. */
void backstop_about(const char *subject);

/* The line must not be written into another: said by who writes, before and after. */
enum backstop_output {
	BACKSTOP_OUTPUT_NONE,   /* whole lines, or nothing, were written */
	BACKSTOP_OUTPUT_TRYING, /* the writer has begun, and gives up by itself */
	BACKSTOP_OUTPUT_ALL     /* nothing is missing: the end is near, and not to be disturbed */
};
void backstop_output(enum backstop_output output);

/* End now, with this reason in the line. */
void backstop_fail(const char *why) __attribute__((noreturn));

/* An arena_exhausted_fn. */
void backstop_out_of_memory(void *unused) __attribute__((noreturn));

/* When SIGINT asked for the end, die of it, so that a loop of the shell that runs this ends too;
 * otherwise come back. */
void backstop_pass_on_signal(void);

#endif
