/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What a mail domain announces in TXT records: MTA-STS and TLSRPT. The questions ride with the one
 * for MX, and nothing waits for their answers: one that is late or fails is as good as none. */
#ifndef PROBE_ANNOUNCEMENTS_H
#define PROBE_ANNOUNCEMENTS_H

#include "probe/lookups.h"
#include "probe/report.h"
#include "probe/survey_spec.h"

/* Ask what the specification wants asked. */
void announcements_ask(
	struct report *report, const struct survey_spec *spec, struct lookups *lookups, usec now);

/* Read what has been answered by now. */
void announcements_read(struct report *report, struct arena *arena);

#endif
