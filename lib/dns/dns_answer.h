/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What a resolver said, as plain values: types, outcomes, records, and one question with its
 * answer. A data header: it drags in no library and may be seen by judges and renderers. */
#ifndef DNS_DNS_ANSWER_H
#define DNS_DNS_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/span.h"

enum dns_type {
	DNS_TYPE_A = 1,
	DNS_TYPE_NS = 2,
	DNS_TYPE_CNAME = 5,
	DNS_TYPE_SOA = 6,
	DNS_TYPE_MX = 15,
	DNS_TYPE_TXT = 16,
	DNS_TYPE_AAAA = 28,
	DNS_TYPE_SRV = 33,
	DNS_TYPE_OPT = 41,
	DNS_TYPE_DS = 43,
	DNS_TYPE_RRSIG = 46,
	DNS_TYPE_DNSKEY = 48,
	DNS_TYPE_TLSA = 52
};

enum dns_rcode {
	DNS_RCODE_NOERROR = 0,
	DNS_RCODE_FORMERR = 1,
	DNS_RCODE_SERVFAIL = 2,
	DNS_RCODE_NXDOMAIN = 3,
	DNS_RCODE_NOTIMP = 4,
	DNS_RCODE_REFUSED = 5
};

/* What a question came to. */
enum dns_outcome {
	DNS_PENDING = 0,   /* no answer yet */
	DNS_FOUND,         /* at least one record of the type asked */
	DNS_NODATA,        /* the name exists, the type does not */
	DNS_NXDOMAIN,      /* the name does not exist */
	DNS_BOGUS,         /* SERVFAIL, but an answer exists once DNSSEC checking is disabled (CD=1) */
	DNS_SERVER_FAILED, /* the resolver answered with a failure: SERVFAIL, REFUSED, NOTIMP, ... */
	DNS_TIMED_OUT,     /* no answer within the time for lookups */
	DNS_UNREACHABLE,   /* nobody is there to answer: connection refused by every server */
	DNS_MALFORMED,     /* an answer came that is no DNS message, or not one to this question; or so
						  much had come before that it was not asked (RESOLVER_OCTETS_MAX) */
	DNS_INVALID        /* never asked: the name cannot be asked (too long, empty label) */
};

/* Largest name in presentation form, with its NUL (RFC 1035 3.1: 255 octets, each up to \DDD). */
#define DNS_NAME_MAX 1025

/* One record. Names are in presentation form without the final dot ("." for the root). */
struct dns_record {
	const char *owner;
	enum dns_type type;
	uint32_t ttl;        /* seconds: what is left of it in the resolver's cache */
	uint32_t signed_ttl; /* what its signature says it was (RFC 4034 3.1.4), 0: not known */
	const char *target;  /* MX exchange, CNAME, NS or SRV target; NULL for other types */
	uint16_t preference; /* MX preference, SRV priority */
	uint16_t weight;     /* SRV */
	uint16_t port;       /* SRV */
	struct span data;    /* RDATA as received: 4 octets for A, 16 for AAAA, the whole of TLSA */
};

/* The DNSSEC signatures over one RRset (RFC 4034 3.1): the one that lasts longest, and what the
 * others add. */
struct dns_signature {
	enum dns_type type;      /* RRset it covers */
	int64_t inception;       /* seconds since the epoch */
	int64_t expiration;      /* seconds since the epoch */
	int64_t first_inception; /* the earliest of all over this RRset */
	uint32_t ttl;            /* of the RRset where it comes from */
	uint8_t algorithm;
	uint8_t labels; /* of the name as it was signed: fewer where a wildcard was expanded */
	uint16_t key_tag;
	const char *signer; /* the zone; NULL unless asked with checking disabled */
	bool sha1_only;     /* there is none by another algorithm than 5 and 7 (RFC 9905) */
};

/* One parsed answer. Everything lives in the arena given to the parser. */
struct dns_answer {
	enum dns_rcode rcode;
	bool authenticated;    /* the AD bit (RFC 4035 3.2.3) */
	bool authoritative;    /* the AA bit: a name server of the zone itself speaks */
	bool truncated;        /* the TC bit */
	bool loop;             /* the CNAMEs lead in a circle, or through too many names */
	bool has_soa;          /* SOA in the authority section: a complete negative answer */
	const char *canonical; /* the name at the end of the CNAME chain; the name asked without one */
	struct dns_record *records; /* of the type asked, owned by `canonical`, in message order */
	size_t n_records;
	size_t n_left_out;          /* further records of that type, which are not kept */
	struct dns_record *aliases; /* the CNAMEs followed, in order */
	size_t n_aliases;
	struct dns_signature *signatures; /* one for each RRset of the answer that has any */
	size_t n_signatures;
	/* Of an answer with checking disabled, or about DS: the zone that says there is no such thing,
	 * NULL; and of the signatures over that the one that expires first, its type 0 without any. */
	const char *zone;
	struct dns_signature denial;
	int extended_error;        /* RFC 8914 info code of the first such option, -1 without one */
	struct span extended_text; /* its text, from the resolver, raw */
	size_t octets;             /* of the answer as received; 0 when there is none */
};

struct arena;

/* One question and, later, its answer. The asker fills name and type. */
struct dns_question {
	const char *name;
	enum dns_type type;
	struct arena *arena; /* the answer's; NULL: the resolver's */
	enum dns_outcome outcome;
	/* AD was set on every answer that led here. Meaningful for FOUND, NODATA and NXDOMAIN. */
	bool secure;
	bool unasked; /* MALFORMED: so much had come before (RESOLVER_OCTETS_MAX) */
	bool exists;  /* BOGUS: with checking disabled there are such records */
	const struct dns_answer *unchecked; /* BOGUS: the answer with checking disabled */
	/* The last answer that came, after a failure the one that tells why (rcode, extended error).
	 * Without any: zero, but for extended_error -1. */
	struct dns_answer answer;
	const char *server;       /* which resolver gave the answer; NULL: not known, or no answer */
	struct err err;           /* why the outcome is no answer: ERR_DNS, ERR_LOCAL */
	bool native;              /* the records come from getaddrinfo(3) */
	bool native_only;         /* and no name server was asked for them */
	const char *native_words; /* its words when it was asked last and found nothing, else NULL */
	bool beside;              /* nothing that is judged depends on it, for whoever asked so far */
	usec asked_at;
	usec answered_at;
};

/* Words for messages: "MX", "other type"; "SERVFAIL", "unknown response code"; "bogus". Static. */
const char *dns_type_name(enum dns_type type);
const char *dns_rcode_name(enum dns_rcode rcode);
const char *dns_extended_error_name(int code); /* RFC 8914; "no more" for an unknown code */
const char *dns_outcome_name(enum dns_outcome outcome);

/* The type of a word, case ignored ("ns", "TLSA"); false when unknown. */
bool dns_type_find(const char *word, enum dns_type *type);

/* The key tag of a DNSKEY record (RFC 4034 appendix B), and its algorithm; false when it is cut. */
bool dns_key_tag(struct span dnskey, uint16_t *tag, uint8_t *algorithm);

/* Same domain name: ASCII case and one final dot ignored (RFC 4343). Escapes must be written alike,
 * as they are in all names from answers. */
bool dns_name_equal(const char *a, const char *b);

/* Outcomes that are an answer about the name itself, as opposed to a failure to learn. */
static inline bool dns_outcome_is_answer(enum dns_outcome outcome) {
	return outcome == DNS_FOUND || outcome == DNS_NODATA || outcome == DNS_NXDOMAIN;
}

#endif
