/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_SCENARIO_TURNS_H
#define TESTS_SCENARIO_TURNS_H
/* How many runs are under way, in this process and in all that it forks. */

/* Once, before anything is forked. */
void turns_make(int n);
/* Waits until fewer than n runs are under way. A turn of a process that crashed is lost: who waited
 * for a minute goes on without one. */
void turns_take(void);
void turns_give(void);

#endif
