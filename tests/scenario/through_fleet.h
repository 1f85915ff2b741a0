/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_SCENARIO_THROUGH_FLEET_H
#define TESTS_SCENARIO_THROUGH_FLEET_H
/* Each run of check_smtp_tls that can be said to a fleet is played twice, in two worlds of its
 * scenario: as written, with JSON, and as smtp-tls-fleet with a list of one line. State, findings
 * and all else in the JSON have to be the same, but for what a list of known differences names.
 * What the scenario expects is not looked at, nor what the runner adds to it unless FLEET_SAME in
 * the environment is "all". */
#include "scn_file.h"

/* Once, before all: reads the list. False when that fails. */
bool through_fleet_begin(const char *known_differences);
/* A point for each run that can be compared, and one for lines of the list that name the file and
 * were not needed. The number is that of the point before and is moved on. */
bool through_fleet_play(struct file *file, size_t *number);

#endif
