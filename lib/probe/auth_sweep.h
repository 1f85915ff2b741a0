/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The authoritative sweep: once TLSA of a host is decided, every name server of the zone that holds
 * the records is asked for them directly. A child of the survey that delays nothing else: zones,
 * name servers and their addresses come from the run's resolver, the rest from sockets of its own.
 */
#ifndef PROBE_AUTH_SWEEP_H
#define PROBE_AUTH_SWEEP_H

#include "dns/authority.h"
#include "probe/auth_facts.h"
#include "probe/lookups.h"
#include "probe/report.h"

#define AUTH_LABELS_MAX 32U /* of an owner's name: zone cuts below are not looked for */
#define AUTH_NAMES_MAX 16U  /* name servers of one zone; further ones count as left out */
#define AUTH_WINDOW 16U     /* servers asked at a time */
#define AUTH_FDS_MAX (AUTH_WINDOW * AUTHORITY_FDS)
#define AUTH_SWEEP_MAX (12 * USEC_PER_SEC) /* from the first host on; then it ends as it is */

struct sweep_owner {
	struct auth_owner facts;
	const struct dns_question *ns[AUTH_LABELS_MAX]; /* longest name first */
	size_t n_ns;
	bool placed; /* its zone is known, or never will be */
};

struct sweep_zone {
	struct auth_zone *facts;
	const struct dns_question *ns;
	const struct dns_question *addresses[AUTH_NAMES_MAX][2];
	bool listed; /* its servers are known: no further owner joins it */
	size_t n_started;
};

/* All zero but for what is given. */
struct auth_sweep {
	struct arena *arena;
	struct lookups *lookups;
	struct report *report; /* its `auth` is filled in */
	bool ipv4;             /* families in use */
	bool ipv6;
	bool wanted;
	usec patience; /* what the run grants */

	bool *seen; /* by host of the report */
	struct sweep_owner owners[AUTH_ZONES_MAX * AUTH_OWNERS_MAX];
	size_t n_owners;
	struct sweep_zone zones[AUTH_ZONES_MAX];
	struct auth_facts facts;
	struct authority *window[AUTH_WINDOW];
	size_t n_window;
	usec deadline;     /* set with the first owner */
	bool stands_still; /* it does not come nearer: the run is held up by others */
	bool expired;
};

/* Do all that can be done now. DONE when nothing is under way; hosts that are decided later make
 * it go on. */
enum progress auth_sweep_step(
	struct auth_sweep *sweep, const struct pollfd *fds, size_t n, usec now);
size_t auth_sweep_watch(const struct auth_sweep *sweep, struct pollfd *fds, size_t max, usec *wake);

/* Close all sockets. The facts stay. */
void auth_sweep_clear(struct auth_sweep *sweep);

#endif
