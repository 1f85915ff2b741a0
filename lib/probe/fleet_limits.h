/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* How much at a time, as far as this process may have descriptors. */
#ifndef PROBE_FLEET_LIMITS_H
#define PROBE_FLEET_LIMITS_H

#include "probe/fleet.h"

/* Least number of descriptors that a fleet is run with. */
#define FLEET_DESCRIPTORS_MIN 64U

/* Of them, those that are left to files, pipes, and whatever else a program opens. */
#define FLEET_DESCRIPTORS_SPARE 24U

/* Fill in what was not said, and cut what there is no room for. ERR_LOCAL when there is room for
 * nothing. */
bool fleet_limits_settle(
	struct fleet_limits *limits, const struct fleet_lookups *lookups, struct err *err);

/* How many descriptors such a survey may need for what it does not share. */
size_t fleet_own_descriptors(const struct survey_spec *spec);

#endif
