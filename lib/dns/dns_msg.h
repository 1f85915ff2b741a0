/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* DNS messages: bytes out, records in (RFC 1035, 3596, 4034, 6698, 6891, 8914). Pure. */
#ifndef DNS_DNS_MSG_H
#define DNS_DNS_MSG_H

#include "base/arena.h"
#include "dns/dns_answer.h"

#define DNS_QUERY_MAX 512U
#define DNS_UDP_SIZE 1232U    /* advertised payload: no fragments on any sane path */
#define DNS_RECORDS_MAX 4096U /* records per message; more is malformed */
#define DNS_ALIASES_MAX 16U   /* CNAMEs followed within one message; more is malformed */

/* A, AAAA and TLSA records of one answer that are kept, as many as Postfix looks at; further ones
 * are counted in n_left_out. Of other types, which a run asks for once, all are. */
#define DNS_HOST_RECORDS_MAX 100U

/* Of one answer section; more is malformed, as is one owner too many (dns/owner_names.h). */
#define DNS_SIGNED_SETS_MAX 64U
#define DNS_SIGNATURES_MAX 128U

enum dns_query_checks {
	DNS_CHECKS_ENABLED,  /* RD, AD, EDNS0 with DO: the resolver's verdict and the signatures */
	DNS_CHECKS_DISABLED, /* the same with CD: what the resolver found, valid or not */
	DNS_CHECKS_PLAIN,    /* RD, AD, no EDNS0: for servers that answer FORMERR to it */
	DNS_CHECKS_AUTHORITY /* no RD, EDNS0 with DO: for a name server of the zone itself */
};

struct dns_query {
	const char *name; /* presentation form; a final dot is allowed */
	enum dns_type type;
	uint16_t id;
	enum dns_query_checks checks;
};

/* Write the query; returns its length, or 0 when the name cannot be asked: empty or overlong label
 * (63), more than 255 octets, bad \DDD escape. size should be DNS_QUERY_MAX. */
size_t dns_query_write(uint8_t *out, size_t size, const struct dns_query *query);

/* How many records of this type are kept of one answer. */
size_t dns_records_kept(enum dns_type type);

/* What the header says, without the bits that EDNS adds; DNS_RCODE_NOERROR without a header. */
enum dns_rcode dns_header_rcode(struct span message);

/* Parse an answer to the query (its id is not compared: the transport did). The answer is a copy:
 * the message is not needed any more. Follows CNAMEs within the message from the name asked,
 * unless CNAME is what was asked. False with ERR_PROTO when it is no DNS message, no response,
 * answers another question, or breaks the grammar anywhere that was looked at. */
bool dns_answer_parse(struct dns_answer *answer, struct arena *arena, struct span message,
	const struct dns_query *query, struct err *err);

#endif
