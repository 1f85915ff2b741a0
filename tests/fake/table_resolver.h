/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A resolver that answers from a table: no socket, and no clock but the caller's. */
#ifndef TESTS_FAKE_TABLE_RESOLVER_H
#define TESTS_FAKE_TABLE_RESOLVER_H

#include "dns/resolver.h"

#define TABLE_AT_ONCE INT64_C(-1) /* answered within ask() instead of a step */

/* One record, or one outcome without records. Rows of the same name and type make an RRset; what is
 * not about a single record (outcome, secure, delay, ...) is taken from its first row. */
struct table_row {
	const char
		*name; /* "*" stands for every name that has no row of its own; NULL ends the table */
	enum dns_type type; /* 0: every type of the name */
	const char *data;   /* "10 mx.test", "0 5 25 mx.test" (SRV), "192.0.2.1", "2001:db8::1",
						   "3 1 1 <hex>", a name (CNAME, NS); others in hex. NULL: no record */
	bool secure;
	enum dns_outcome outcome; /* DNS_PENDING: FOUND with data, NODATA without */
	usec delay;               /* of the answer, counted from the question; aliases add theirs */
	uint32_t ttl;             /* seconds; 0: 3600 */
	int64_t inception;        /* of the signature, seconds since the epoch */
	int64_t expiration;       /* 0: no signature */
	const char *extended;     /* text of an Extended DNS Error; NULL: none */
	int extended_error;       /* its code */
};

/* Rows are borrowed. A name with rows, but not of the type asked nor CNAME, has NODATA, secure as
 * its first row; a name without is NXDOMAIN, insecure. Bad data aborts. */
struct resolver *table_resolver_new(struct arena *arena, const struct table_row *rows);

/* How often this was asked; name NULL: anything. */
size_t table_resolver_count(const struct resolver *resolver, const char *name, enum dns_type type);

#endif
