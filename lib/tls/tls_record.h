/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* How TLSA records and the certificates that a server sent fit together: the one rule, for whoever
 * asks. A data header: plain values, no OpenSSL; the digests are in the facts. A record is named by
 * its index in the set it came in, for several may be equal. */
#ifndef TLS_TLS_RECORD_H
#define TLS_TLS_RECORD_H

#include "tls/tls_facts.h"

/* The demand's record that matched, NULL: none did, or what matched is no record. With errors of
 * date or name too: the record is not the trouble then. */
const struct tlsa *tls_record_matched(const struct tls_proof *proof);

/* Depth of the first certificate that the record fits: usage 3 the leaf, usage 2 an issuer that was
 * sent; -1 for none, and for records that SMTP cannot use. What is beside it is not looked at. */
int tls_record_depth(const struct tlsa *record, const struct tls_facts *facts);

/* Does a digest not count because there is a stronger one of the same usage and selector beside it
 * (RFC 7671 9)? By the usual order of digests; whole data is exempt. */
bool tls_record_is_overruled(const struct tlsa *records, size_t n, size_t index);

/* What a record is. */
enum tls_miss_kind {
	TLS_MISS_NONE,      /* it fits, and counts if it is usable */
	TLS_MISS_UNSEEN,    /* fits nothing that was seen, whatever it is taken for */
	TLS_MISS_NOTHING,   /* the digest of no octets at all */
	TLS_MISS_OVERRULED, /* fits, but a stronger digest is preferred */
	TLS_MISS_PKIX,      /* would fit with usage 2 or 3 in place of 0 or 1 */
	TLS_MISS_ISSUER,    /* usage 3 with data of an issuer */
	TLS_MISS_LEAF,      /* usage 2 with data of the server itself */
	TLS_MISS_SELECTOR,  /* the key in a record about a certificate, or the other way round */
	TLS_MISS_MATCHING,  /* a digest of the other type, or whole data in place of it */
	TLS_MISS_CUT,       /* the beginning of a longer digest */
	TLS_MISS_SHA1,      /* a SHA-1 digest, which no matching type has */
	TLS_MISS_PEM,       /* the digest of the PEM file */
	TLS_MISS_REISSUED,  /* another certificate with a key that was shown */
	TLS_MISS_NOT_SENT,  /* an issuer that this chain names and another session showed */
	TLS_MISS_ELSEWHERE, /* fits what another session showed */
	TLS_MISS_KINDS
};

struct tls_miss {
	enum tls_miss_kind kind;
	int depth; /* of the certificate it is about: in the other session's chain for NOT_SENT and
				  ELSEWHERE, else in this one; -1 unknown */
	/* As this it would fit. */
	uint8_t usage;
	uint8_t selector;
	uint8_t matching;
};

/* "overruled", "selector", ...: for machines; NULL for NONE. Static. */
const char *tls_miss_name(enum tls_miss_kind kind);

/* How nearly a record misses what a session showed; nothing is guessed. */
struct tls_miss tls_record_miss(
	const struct tlsa *records, size_t n, size_t index, const struct tls_facts *facts);

/* What a record is that this session leaves unseen, by what another session showed. */
struct tls_miss tls_record_miss_beside(
	const struct tlsa *record, const struct tls_facts *facts, const struct tls_facts *other);

#endif
