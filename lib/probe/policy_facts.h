/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What came of fetching a mail domain's MTA-STS policy (RFC 8461 3.3). A data header. */
#ifndef PROBE_POLICY_FACTS_H
#define PROBE_POLICY_FACTS_H

#include "base/clock.h"
#include "base/err.h"
#include "dns/dns_answer.h"
#include "smtp/sts_policy.h"

enum policy_fetch {
	POLICY_NOT_FETCHED,   /* not wanted, nothing announces one, or the run ended before */
	POLICY_FETCHED,       /* status 200: the policy was read, valid or not */
	POLICY_TOO_LONG,      /* more than STS_POLICY_OCTETS_MAX */
	POLICY_STATUS,        /* any other status; redirects are not followed */
	POLICY_LOOKUP_FAILED, /* nobody knows where the host is */
	POLICY_NO_HOST,       /* it has no address */
	POLICY_NOT_CONNECTED,
	POLICY_TLS_FAILED, /* the handshake */
	POLICY_UNTRUSTED,  /* the certificate is not valid for the host */
	POLICY_BROKEN,     /* closed early, or what came is no HTTP */
	POLICY_TIMED_OUT,
	POLICY_FAILED /* this machine: err */
};

struct policy_facts {
	enum policy_fetch outcome;
	const char *host;    /* "mta-sts.example.org", NULL: not wanted */
	const char *address; /* numeric, where the answer came from; NULL: none came */
	int status;          /* of HTTP; 0: none came */
	struct span type;    /* Content-Type, raw; empty: none */
	struct span words;   /* about a failure, raw: they may quote the peer */
	struct err err;
	struct sts_policy policy;                /* with POLICY_FETCHED */
	const struct dns_question *addresses[2]; /* A, AAAA; NULL: not asked */
	usec elapsed;                            /* of the fetch, lookups aside */
	bool cut_off; /* the run ended while it was under way: nobody knows what would have come */
};

/* Is there a policy that senders go by? */
static inline bool policy_is_valid(const struct policy_facts *facts) {
	return facts->outcome == POLICY_FETCHED && facts->policy.valid;
}

/* Was it something else than the domain that kept it from us? */
static inline bool policy_is_withheld(const struct policy_facts *facts) {
	return facts->outcome == POLICY_FAILED || facts->cut_off;
}

#endif
