/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Can the zone of a host prove that something does not exist? Asked when the user wants to know,
 * and where the TLSA lookup failed for what may be just that reason. */
#ifndef PROBE_DENIAL_PROBE_H
#define PROBE_DENIAL_PROBE_H

#include "probe/lookups.h"
#include "probe/survey.h"

/* Ask together with the addresses of a host, so that silence can be told from a slow start. */
void denial_probe_prefetch(struct lookups *lookups, const struct survey_spec *spec,
	const struct report_host *host, usec now);

/* Ask about a host whose TLSA records are decided. */
void denial_probe_ask(
	struct lookups *lookups, const struct survey_spec *spec, struct report_host *host, usec now);

bool denial_probe_is_pending(const struct report *report);

#endif
