/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Giving up what a probe never needs, before the first octet of a stranger is read: whoever takes
 * the process over can read and connect, and nothing else. Files are still read, because CA
 * directories, libraries and locales are opened when they are needed. */
#ifndef COMMON_LEAST_POWER_H
#define COMMON_LEAST_POWER_H

/* What this run needs beyond that. */
enum least_power_need {
	LEAST_POWER_CHILDREN = 1, /* processes, by fork(): lookups by getaddrinfo(3) */
	LEAST_POWER_FILES = 2     /* files that are made and written */
};

/* From now on, and for children too, there is no other program, no new process (threads are fine),
 * no file made, changed or opened for writing, no signal for others, no port, no privilege: each
 * fails with EPERM, so that the line is printed all the same. What is open stays as it is.
 * Linux: seccomp, and Landlock where the kernel has it; OpenBSD: pledge(2). NULL, also
 * where it was not built in, or why not, a static text: the run goes on without. */
const char *least_power(unsigned needs);

#endif
