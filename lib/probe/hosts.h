/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What the DNS says about one host: addresses, then TLSA in the order RFC 7672 2.2.2 demands.
 * Asking again is free, so the decision is written as if every answer were there and stops at the
 * first that is not. */
#ifndef PROBE_HOSTS_H
#define PROBE_HOSTS_H

#include "base/habits.h"
#include "probe/lookups.h"
#include "probe/report.h"

struct host_rules {
	struct lookups *lookups;
	const struct habits *habits;
	bool want_tlsa; /* a DANE level */
	bool ipv4;      /* families in use */
	bool ipv6;
	bool force_tlsa; /* ask and believe signed TLSA of hosts whose addresses are not signed */
};

enum host_progress {
	HOST_WAITING, /* for an answer */
	HOST_READY,   /* addresses are known and TLSA is decided */
	HOST_UNUSABLE /* no address, or the TLSA lookup failed: a sender goes on to the next host */
};

/* Ask for what the decision will probably need: A, AAAA, and where TLSA is asked for early, TLSA of
 * the name as it stands. */
void host_prefetch(const struct host_rules *rules, struct report_host *host, usec now);

/* Go on finding addresses; fills the host's facts. READY: there are some. */
enum host_progress host_find_addresses(
	const struct host_rules *rules, struct report_host *host, usec now);

/* Go on with TLSA of a host whose addresses are known. READY at once where none is wanted. */
enum host_progress host_decide_tlsa(
	const struct host_rules *rules, struct report_host *host, usec now);

#endif
