/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_SCENARIO_PREPARE_H
#define TESTS_SCENARIO_PREPARE_H
/* From the words of a run to a command that can be started in a world. */
#include "scn_file.h"

/* The command of the run, its environment, and its expectations with all macros replaced. */
bool prepare(struct run *run, struct world *world);
/* The same for a command of these words, the environment and conditions being those of the run;
 * expectations stay as they are. */
void prepare_words(struct run *run, struct world *world, const struct words *words);

#endif
