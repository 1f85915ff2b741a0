/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What each kind of sender does with mail for a node, from facts alone: RFC 7435 (opportunistic),
 * RFC 7672 (DANE), RFC 8461 (MTA-STS), RFC 8689 (REQUIRETLS), and partner policies. Pure. */
#ifndef VERDICT_SENDERS_H
#define VERDICT_SENDERS_H

#include <stdbool.h>
#include <stddef.h>

enum sender {
	SENDER_OPPORTUNISTIC, /* TLS where it works, else in clear ("may") */
	SENDER_ENCRYPT,       /* any TLS, or no delivery ("encrypt") */
	SENDER_DANE,          /* TLSA where there are secure records, else opportunistic */
	SENDER_DANE_ONLY,     /* TLSA, or no delivery */
	SENDER_STS,           /* MTA-STS, without DANE */
	SENDER_DANE_STS,      /* both: DANE decides where TLSA is usable (RFC 8461 2) */
	SENDER_VERIFY,        /* partner policy: by CA, name of the MX host */
	SENDER_SECURE,        /* partner policy: by CA, name of the mail domain */
	SENDER_REQUIRETLS,    /* a message that must not be relayed otherwise */
	SENDER_COUNT
};

enum sender_outcome {
	SENDER_AUTHENTICATED, /* delivered, encrypted, to who it should be */
	SENDER_ENCRYPTED,     /* delivered, encrypted */
	SENDER_CLEAR,         /* delivered in clear text */
	SENDER_DEFERS,        /* tries the next host or later, and bounces in the end */
	SENDER_BOUNCES        /* returns the message at once */
};

/* What came of TLS at the node. */
enum sender_tls {
	SENDER_TLS_UNREACHED,   /* no conversation: no connection, silence, or closed */
	SENDER_TLS_REFUSED,     /* a reply that says no, for now; or for good in place of a greeting */
	SENDER_TLS_REJECTED,    /* one that says no to EHLO for good */
	SENDER_TLS_NO_SMTP,     /* what came is no reply */
	SENDER_TLS_NOT_OFFERED, /* no STARTTLS, or it was refused */
	SENDER_TLS_FAILED,      /* the handshake fails */
	SENDER_TLS_BROKEN,      /* it was complete, and nothing sound came behind it */
	SENDER_TLS_ANONYMOUS,   /* encrypted, no certificate */
	SENDER_TLS_CERTIFICATE  /* encrypted, a certificate or raw key was shown */
};

/* What DNS and the certificate are worth to DANE. */
enum sender_dane {
	SENDER_DANE_NONE,     /* no secure TLSA: absent, unsigned, or the host is */
	SENDER_DANE_FAILED,   /* a lookup fails, bogus included */
	SENDER_DANE_UNUSABLE, /* secure records, none usable */
	SENDER_DANE_MISMATCH, /* usable, and nothing matches */
	SENDER_DANE_MISNAMED, /* an issuer matches, but the certificate names another host */
	SENDER_DANE_EXPIRED,  /* it matches, but something of the path has expired */
	SENDER_DANE_TOO_SOON, /* the same, and is not valid yet */
	SENDER_DANE_INVALID,  /* it matches, and the path is not valid for another reason */
	SENDER_DANE_MATCH
};

/* What the certificates sent are worth to who trusts CAs. */
enum sender_chain {
	SENDER_CHAIN_UNKNOWN, /* not looked at */
	SENDER_CHAIN_VALID,
	SENDER_CHAIN_INCOMPLETE, /* an issuer was not sent */
	SENDER_CHAIN_SELF_SIGNED,
	SENDER_CHAIN_UNTRUSTED,
	SENDER_CHAIN_EXPIRED,
	SENDER_CHAIN_NOT_YET_VALID,
	SENDER_CHAIN_INVALID /* anything else */
};

enum sender_sts {
	SENDER_STS_NONE,    /* no policy, mode none, or one that senders ignore */
	SENDER_STS_UNKNOWN, /* announced, but not fetched */
	SENDER_STS_TESTING,
	SENDER_STS_ENFORCE
};

/* One node as senders see it. */
struct sender_facts {
	bool null_mx; /* stands beside the MX record of this host: Postfix asks no further */
	enum sender_tls tls;
	enum sender_dane dane;
	bool mx_insecure; /* the MX answer is not signed: DANE proves a host, not the domain */
	enum sender_chain chain;
	bool host_named;   /* the certificate names the MX host */
	bool host_in_san;  /* and does so in subjectAltName, as RFC 8461 4.2 wants it */
	bool domain_named; /* it names the mail domain, or a name below it */
	bool tls12;        /* TLS 1.2 or later */
	enum sender_sts sts;
	bool sts_covered; /* a pattern of the policy matches the host */
	bool requiretls;  /* offered inside TLS */
};

struct sender_view {
	enum sender_outcome outcome;
	const char *why; /* at most six words, static */
};

/* What this sender does at the node. */
struct sender_view sender_view(enum sender sender, const struct sender_facts *facts);

/* What it does for a domain with these nodes, in the order senders try them: the first delivery,
 * unless a node before it refuses EHLO for good, behind which Postfix tries no other; else a bounce
 * where any node leads to one, else a deferral. *node (NULL: not wanted) is the index of the node
 * that decides; without nodes: deferred. */
struct sender_view sender_view_domain(
	enum sender sender, const struct sender_facts *facts, size_t n, size_t *node);

/* "opportunistic", "encrypt", "dane", "dane-only", "mta-sts", "dane+mta-sts", "verify", "secure",
 * "requiretls"; "delivers, authenticated" and so on. Static. */
const char *sender_name(enum sender sender);
const char *sender_outcome_name(enum sender_outcome outcome);

#endif
