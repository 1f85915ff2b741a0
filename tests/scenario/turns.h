/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_SCENARIO_TURNS_H
#define TESTS_SCENARIO_TURNS_H
/* How many runs are under way and do not wait, in this process and in all that it forks. */

/* Once, before anything is forked. */
void turns_make(int n);
/* Waits until fewer than n have a turn. A turn of a process that crashed is lost: who waited
 * for a minute goes on without one. */
void turns_take(void);
/* Nothing when this process has none. */
void turns_give(void);

#endif
