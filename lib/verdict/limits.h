/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The user's limits: everything the verdict needs besides the report. Plain values. */
#ifndef VERDICT_LIMITS_H
#define VERDICT_LIMITS_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/keywords.h"
#include "verdict/findings.h"
#include "verdict/range.h"

/* One end of a remaining-validity threshold: an amount of time, a share of the lifetime, or the
 * smaller of both. */
struct remaining {
	int64_t seconds; /* -1: no amount given */
	int percent;     /* -1: no share given */
};

/* Seconds that count for something with this lifetime: the smaller of those given. */
int64_t remaining_seconds(struct remaining remaining, int64_t lifetime);

struct remaining_limits {
	struct remaining warning;
	struct remaining critical;
};

/* Parse "W[,C]": `N` or `Nd` days, `Nh` hours, `N%` of the lifetime; whole numbers; W alone: C = 0.
 * ERR_USAGE names the option when C is above W or anything else is there. */
bool remaining_limits_parse(
	struct remaining_limits *limits, const char *option, const char *text, struct err *err);

/* What the conversation with a node is worth, the least first: what --expect-security names. */
enum security {
	SECURITY_NONE,    /* in clear; as an expectation: none */
	SECURITY_TLS,     /* encrypted, with whoever it was */
	SECURITY_PKIX,    /* a CA vouches for chain and name */
	SECURITY_DANE,    /* any TLSA record; nothing reaches just this */
	SECURITY_DANE_TA, /* a TLSA record vouches for an issuer */
	SECURITY_DANE_EE, /* a TLSA record vouches for the server's own key or certificate */
	SECURITY_STS      /* what an MTA-STS policy that is enforced demands: no rung of the ladder */
};

/* Words for all but the first. */
extern const struct keyword security_words[];

/* A keyword that a reply to EHLO must have, or must not (--expect-ehlo, --forbid-ehlo). */
struct ehlo_rule {
	enum ehlo_demand { EHLO_EXPECTED, EHLO_FORBIDDEN } demand;
	enum ehlo_place { EHLO_IN_TLS, EHLO_IN_CLEAR } place;
	const char *keyword;
};

/* Parse "WORD", "tls:WORD" or "clear:WORD"; false when the word is no keyword (RFC 5321 4.1.1.1).
 */
bool ehlo_rule_parse(struct ehlo_rule *rule, const char *text);

/* The weakest keys that are fine, in bits (--min-key). */
struct key_limits {
	int rsa; /* default: 2048 */
	int ec;  /* default: 224 */
};

/* Parse "rsa:N", "ec:N" or both with a comma between; what is not named stays. False for anything
 * else. */
bool key_limits_parse(struct key_limits *limits, const char *text);

struct issuer_table;

struct limits {
	struct range warning; /* response time, seconds */
	struct range critical;
	struct remaining_limits certificate; /* default: 14 d or 25 %, 7 d or 10 % */
	bool certificate_given;              /* --certificate: counts under DANE-EE too */
	struct remaining_limits rrsig;       /* default: 2 d or 25 %, 12 h or 6 % */
	int min_protocol;                    /* wire number; default 0x0303 */
	enum state timeout_result;           /* default STATE_CRITICAL */
	const char *expect;                  /* text the greeting must contain, NULL */
	struct key_limits min_key;
	const struct ehlo_rule *ehlo_rules;
	size_t n_ehlo_rules;
	enum security security;             /* --expect-security */
	const struct issuer_table *issuers; /* NULL: nothing is known about CAs */
	const char *const *down_ok;         /* names or addresses that may be unreachable */
	size_t n_down_ok;
	bool overridden[FINDING_COUNT]; /* --state given */
	enum state override[FINDING_COUNT];
};

/* The defaults of every field. */
struct limits limits_default(void);

/* --state: wherever the finding is raised, this is its state. */
void limits_set_state(struct limits *limits, enum finding_id id, enum state state);

#endif
