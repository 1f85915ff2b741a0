/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* From the destination to hosts: by MX, by SRV, or because it is a host already. */
#ifndef PROBE_ROUTE_H
#define PROBE_ROUTE_H

#include "probe/lookups.h"
#include "probe/report.h"
#include "probe/survey_spec.h"

/* Pointers are borrowed. */
struct route {
	const struct survey_spec *spec;
	struct lookups *lookups;
	struct node_order order;
	struct report *report;
	struct origin *origin;
	bool heard;               /* the answer is in, and what is odd about it was told */
	struct dns_answer answer; /* then: what is left of it */
};

/* Go on. Once the report's phase is REPORT_PHASE_HOSTS its hosts are known: none, when the lookup
 * failed or says that there is no such service; the listener has been told why. */
enum progress route_advance(struct route *route, usec now);

/* True where hosts have names to look up. */
bool route_is_named(const struct report *report);

/* Tell the listener why there is no address for the destination. */
void route_tell_failed(const struct lookups *lookups, const char *reason);

#endif
