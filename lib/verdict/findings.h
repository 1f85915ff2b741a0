/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The catalogue of findings: one table of identifier, default state and explanation. */
#ifndef VERDICT_FINDINGS_H
#define VERDICT_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>

/* In the order of the interface: also the exit codes. */
enum state { STATE_OK = 0, STATE_WARNING = 1, STATE_CRITICAL = 2, STATE_UNKNOWN = 3 };

/* Worse of two: OK < UNKNOWN < WARNING < CRITICAL. */
enum state state_worse(enum state a, enum state b);
const char *state_name(enum state state);

/* ok, info (= ok), warning, critical, unknown or 0-3; false otherwise. */
bool state_find(const char *word, enum state *state);

/* One identifier per row of the catalogue (names with '-' in the output, "tlsa-mismatch"). */
enum finding_id {
	FINDING_RESOLVER_FAILED,
	FINDING_RESOLVER_NOT_VALIDATING,
	FINDING_LOCAL_ERROR,
	FINDING_TIMEOUT,
	FINDING_RESOLVER_REMOTE,
	FINDING_FAMILY_UNREACHABLE,
	FINDING_DOMAIN_NOT_FOUND,
	FINDING_NULL_MX,
	FINDING_NULL_MX_MIXED,
	FINDING_MX_LOOKUP_FAILED,
	FINDING_ADDRESS_LOOKUP_FAILED,
	FINDING_TLSA_LOOKUP_FAILED,
	FINDING_MX_HOST_NOT_FOUND,
	FINDING_MX_NAME_INVALID,
	FINDING_DNSSEC_BOGUS,
	FINDING_DENIAL_BROKEN,
	FINDING_CONNECT_FAILED, /* ahead of what the DNS says of a dead host: the cause leads */
	FINDING_MX_INSECURE,
	FINDING_HOST_INSECURE,
	FINDING_TLSA_INSECURE,
	FINDING_DANE_NOT_APPLICABLE,
	FINDING_TLSA_MISSING,
	FINDING_TLSA_UNUSABLE,
	FINDING_TLSA_RECORD_UNUSABLE,
	FINDING_TLSA_MISPLACED,
	FINDING_TLSA_ANCHOR_NOT_SENT,
	FINDING_NEXT_UNPUBLISHED,
	FINDING_NEXT_COVERED,
	FINDING_AUTH_DROPS_TLSA, /* these three behind what the resolver met of it */
	FINDING_AUTH_DIFFER,
	FINDING_AUTH_TCP_FAILS,
	FINDING_SMTP_DEFERRED,
	FINDING_GREETING_REFUSED,
	FINDING_EHLO_REFUSED,
	FINDING_SMTP_PROTOCOL_ERROR,
	FINDING_EXPECT_MISMATCH,
	FINDING_NO_STARTTLS,
	FINDING_STARTTLS_REFUSED,
	FINDING_STARTTLS_INJECTION,
	FINDING_HANDSHAKE_FAILED,
	FINDING_CLIENT_CERTIFICATE_REQUIRED,
	FINDING_TLSA_MISMATCH,
	FINDING_UNTRUSTED,
	FINDING_NAME_MISMATCH,
	FINDING_FINGERPRINT_MISMATCH,
	FINDING_ANONYMOUS,
	FINDING_CHAIN_INVALID,
	FINDING_CERT_EXPIRED,
	FINDING_CERT_NOT_YET_VALID,
	FINDING_CERT_EXPIRY,
	FINDING_CHAIN_EXPIRY,
	FINDING_DANE_EE_EXPIRY,
	FINDING_EXPECTED_SECURITY, /* behind what explains it */
	FINDING_WEAK_PROTOCOL,
	FINDING_WEAK_KEY,
	FINDING_WEAK_SIGNATURE,
	FINDING_SESSION_NOT_CACHED,
	FINDING_SESSION_NOT_REUSED,
	FINDING_KEY_TYPE_MISMATCH,
	FINDING_KEY_TYPES,
	FINDING_LARGE_HELLO_FAILS,
	FINDING_PQ_PROBE,
	FINDING_NODES_DIFFER,
	FINDING_EHLO_DRIFT,
	FINDING_EHLO_UNEXPECTED,
	FINDING_RRSIG_EXPIRY,
	FINDING_RRSIG_NOT_YET_VALID,
	FINDING_DNSSEC_SHA1,
	FINDING_DENIAL_ENT,
	FINDING_STS_MX_UNCOVERED,
	FINDING_STS_MISSING,
	FINDING_STS_RECORD_INVALID,
	FINDING_STS_POLICY_UNREACHABLE,
	FINDING_STS_POLICY_INVALID,
	FINDING_PKIX_FAILS,
	FINDING_RESPONSE_TIME,
	FINDING_AUTH_SERVERS,
	FINDING_OPTION_UNUSED, /* an option whose use depends on DNS was not used */
	FINDING_TOO_MANY_NODES,
	FINDING_TOO_MANY_RECORDS,
	FINDING_MX_ALIAS,
	FINDING_STS_NOTE,
	FINDING_TLSRPT_INVALID,
	FINDING_TLSRPT_MISSING,
	FINDING_TLSA_STALE,
	FINDING_TLSA_MANY,
	FINDING_TLSA_PARTIAL,
	FINDING_TLSA_FRAGILE,
	FINDING_ISSUER_RETIRED,
	FINDING_ISSUER_SET_INCOMPLETE,
	FINDING_TLSA_NO_SPARE,
	FINDING_RENEWAL_RISK,
	FINDING_COUNT
};

struct finding_info {
	const char *name;
	/* Defaults. Rows whose state depends on the level have both; others have the same twice. Where
	 * the verdict decides further (thresholds, redundancy), the summary says so. */
	enum state at_dane; /* and at every level that is not dane-only */
	enum state at_dane_only;
	const char *summary; /* one line for --list-findings: when it is raised */
};

const struct finding_info *finding_info(enum finding_id id);

/* Good advice at a healthy host: while it is OK, only who wants to know more is told. */
bool finding_is_advice(enum finding_id id);

/* Identifier by name; false when unknown. */
bool finding_find(const char *name, enum finding_id *id);

/* The name of a finding that is like this one; NULL: none is. */
const char *finding_near(const char *name);

#endif
