/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_FAKE_ZONE_H
#define TESTS_FAKE_ZONE_H
/* What a scripted resolver knows: the "zone" lines of a scenario, and how a validating resolver
 * would answer from them.
 *
 *   NAME TYPE DATA [FLAGS]     NAME TYPE VERB [FLAGS]     NAME NXDOMAIN|NODATA [FLAGS]
 *
 * TYPE is A AAAA MX CNAME TLSA SRV NS SOA TXT DS DNSKEY; with a verb also ANY. Verbs: SERVFAIL
 * REFUSED NOTIMP FORMERR TIMEOUT GARBAGE NODATA NXDOMAIN BOGUS. Flags: AD (validated), TTL=n,
 * LEFT=n (of it, in the cache), ALG=n or ALG=n,m (algorithms of the signatures), SIGNER=zone,
 * LABELS=n (of the name as it was signed: fewer where it comes from a wildcard),
 * SIG(from,to) (inception and expiration as seconds from now: -10d,+20d), NOSIG, ISLAND
 * (signed, and not validated), BOGUS (the data
 * come only with CD=1), EDE=code,text, TRUNCATE (TC over UDP), DELAY=ms (from when it is asked for
 * first), ONCE (the line counts for one answer), ALONE (nobody follows this CNAME: the answer ends
 * with it). TLSA data are hex digits or
 * @spki(NAME), @cert(NAME), hashed as the matching type says, or with 0, 256 or 512 behind the word
 * hashed as told. SERIAL=n is that of a SOA record. In names \\DDD is an octet (the line itself
 * takes one backslash off). */
#include "../pki/pki.h"
#include "dns_wire.h"
#include "pool.h"

enum zone_verb {
	ZONE_DATA,
	ZONE_NODATA,
	ZONE_NXDOMAIN,
	ZONE_SERVFAIL,
	ZONE_REFUSED,
	ZONE_NOTIMP,
	ZONE_FORMERR,
	ZONE_TIMEOUT,
	ZONE_GARBAGE,
};

struct zone_record {
	struct zone_record *next;
	char *owner; /* lower case, final dot */
	uint16_t type;
	enum zone_verb verb;
	uint8_t *rdata;
	size_t rdata_len;
	char *target; /* of a CNAME */
	uint32_t ttl;
	uint32_t left; /* of it, as the answer says */
	bool secure;
	bool sealed; /* has an RRSIG when secure */
	bool island; /* or without: no way leads from the root to its key */
	bool bogus;
	bool truncate;
	bool once, spent;
	bool alone;
	int64_t sig_from, sig_to; /* seconds from now */
	const char *signer;       /* NULL: the root */
	uint8_t algorithm[2];     /* of its signatures; 0: no second one */
	uint8_t labels;           /* 0: as many as the name has */
	long delay_ms;
	int64_t known_at; /* milliseconds; 0: nobody has asked yet */
	int ede;          /* -1: none */
	const char *ede_text;
};

struct zone {
	struct pool *pool;
	struct zone_record *first;
	struct zone_record **end;
	bool insecure_by_default; /* AD of answers about names no line encloses */
};

enum { ZONE_ANSWER_MAX = 256 };

struct zone_reply {
	enum zone_verb verb; /* ZONE_DATA also for NODATA and NXDOMAIN */
	enum dns_rcode rcode;
	bool secure;
	bool truncate;
	long delay_ms;
	int ede;
	const char *ede_text;
	struct zone_record *answer[ZONE_ANSWER_MAX];
	size_t n;
	bool negative;    /* a SOA belongs into the authority section */
	const char *apex; /* whose: the nearest above with a line for SOA, else the root */
};

void zone_init(struct zone *zone, struct pool *pool);
/* The words behind "zone". False, and why, when the line cannot be understood. */
bool zone_add(struct zone *zone, struct pki *pki, const char *line, const char **why);
/* Answers as a recursive resolver does: follows CNAMEs, hides bogus data unless CD=1. */
void zone_answer(struct zone *zone, const struct dns_query *query, struct zone_reply *reply);

#endif
