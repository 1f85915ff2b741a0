/* What the DNS says about one host: addresses, then TLSA in the order RFC 7672 2.2.2 demands.
 * Asking again is free, so the decision is written as if every answer were there and stops at the
 * first that is not. */
#ifndef PROBE_HOSTS_H
#define PROBE_HOSTS_H

#include "probe/lookups.h"
#include "probe/report.h"

struct host_rules {
	struct lookups *lookups;
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

/* Ask early for what the decision will probably need: A, AAAA and TLSA of the name as it stands. */
void host_prefetch(const struct host_rules *rules, struct report_host *host, usec now);

/* Go on deciding; fills the host's facts. Call again after each answer until it is not WAITING. */
enum host_progress host_advance(const struct host_rules *rules, struct report_host *host, usec now);

#endif
