/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What ends a fleet early: SIGTERM, SIGINT, or that it makes no sense to go on. A second signal
 * ends the process at once. SIGHUP means nothing, so that a terminal may go; writing to where
 * nobody reads, or beyond a limit of size, is an error of write(). One for the process, as signals
 * are. */
#ifndef SMTP_TLS_FLEET_STOP_H
#define SMTP_TLS_FLEET_STOP_H

#include <stdbool.h>

#include "io/loop.h"

/* False, with errno: the system has no pipe left. */
bool stop_start(void);

/* To be told to the loop: non-zero from the moment on when something wants the end. */
struct loop_interrupt *stop_interrupt(void);

/* A source that wakes whoever waits when a signal comes; never done. */
struct source *stop_source(void);

/* End without a signal. */
void stop_now(void);

/* The signal that came; 0: none. */
int stop_signal(void);

/* When SIGINT asked for the end, die of it, so that a loop of the shell that runs this ends too. */
void stop_pass_on(void);

#endif
