/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What is required of one host, and why: levels x TLSA state x MX security x --insecure-mx-policy
 * as one pure function (RFC 7672 2.2, 3.2; posttls-finger's downgrade table). A data header. */
#ifndef PROBE_TLS_POLICY_H
#define PROBE_TLS_POLICY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/habits.h"
#include "base/span.h"
#include "dns/tlsa.h"
#include "tls/tls_level.h"

/* What the DNS says about TLSA for one host. */
enum tlsa_state {
	TLSA_STATE_NOT_ASKED,      /* the level does not use it */
	TLSA_STATE_NOT_APPLICABLE, /* address literal or UNIX socket */
	TLSA_STATE_HOST_INSECURE,  /* the host's addresses are not signed (RFC 7672 2.2.2) */
	TLSA_STATE_ABSENT,         /* no records */
	TLSA_STATE_INSECURE,       /* records, but not signed: as if absent (RFC 6698 4.1) */
	TLSA_STATE_UNUSABLE,       /* signed records, none usable for SMTP: TLS is required, no more */
	TLSA_STATE_USABLE,         /* signed records, at least one usable */
	TLSA_STATE_FAILED          /* the lookup failed: the host counts as unreachable (2.1.2) */
};

enum insecure_mx_policy { INSECURE_MX_DANE, INSECURE_MX_ENCRYPT, INSECURE_MX_MAY };

/* SNI where DANE does not decide it. */
enum sni_choice { SNI_HOSTNAME, SNI_NEXTHOP, SNI_NONE, SNI_NAME };

/* What the user wants; the same for every host. */
struct tls_wish {
	enum tls_level level;
	enum insecure_mx_policy insecure_mx;
	enum sni_choice sni;
	const char *sni_name;        /* for SNI_NAME */
	const char *const *patterns; /* --match: "hostname", "nexthop", "dot-nexthop", ".dom", names */
	size_t n_patterns;           /* 0: the default of the level */
	const struct span *fingerprints; /* --match at level fingerprint, raw digests */
	size_t n_fingerprints;
};

/* Where the host comes from. */
struct origin {
	const char *next_hop;          /* domain, host or address; "" for a UNIX socket */
	const char *next_hop_expanded; /* at the end of the MX question's CNAMEs; NULL when the same */
	bool mx_used;
	bool mx_secure; /* meaningful with mx_used */
};

/* The host and its TLSA situation. */
struct policy_host {
	const char *name;      /* as in the MX record or as the user gave it; "" for a UNIX socket */
	const char *canonical; /* at the end of its CNAMEs, NULL when the same */
	const char *tlsa_base; /* base domain of the records, NULL without */
	enum tlsa_state tlsa_state;
	const struct tlsa *tlsa; /* all records, usable or not */
	size_t n_tlsa;
};

/* Why the effective level is what it is. */
enum policy_reason {
	POLICY_AS_WISHED,
	POLICY_DANE,            /* secure usable TLSA */
	POLICY_MX_INSECURE_MAY, /* MX unsigned, -M may */
	POLICY_MX_INSECURE_ENCRYPT,
	POLICY_MX_INSECURE_DANE, /* half-dane */
	POLICY_NO_TLSA,          /* absent, insecure, or the host is */
	POLICY_TLSA_UNUSABLE,
	POLICY_NOT_APPLICABLE
};

/* The decision. Strings and arrays live in the arena or are borrowed from the arguments. */
struct tls_policy {
	enum tls_level level;     /* effective: the handshake's */
	enum tls_level report_as; /* verified as this level for the report only; else equal to level */
	enum policy_reason reason;
	enum tls_anonymous anonymous; /* the handshake's cipher list */
	bool tls_required;            /* a sender at the wished level would not deliver in clear */
	const struct tlsa *tlsa;      /* the records in force: all of the host's, usable or not */
	size_t n_tlsa;
	bool unusable_beside;     /* there are signed records that SMTP cannot use */
	const char *const *names; /* reference names, most important first */
	size_t n_names;
	const char *sni; /* NULL: none */
};

/* Decide. tlsa_state must not be TLSA_STATE_FAILED at DANE levels: such a host is not contacted. */
struct tls_policy tls_policy_for(struct arena *arena, const struct habits *habits,
	const struct tls_wish *wish, const struct origin *origin, const struct policy_host *host);

/* One line for a trace: "no TLSA records: opportunistic TLS, verified for the report". */
const char *tls_policy_reason_text(enum policy_reason reason);

/* posttls-finger's own line for the decision, NULL when it has none. That of the fallback to secure
 * is printed at level dane-only or with -v only. */
const char *tls_policy_finger_text(const struct tls_policy *policy);

#endif
