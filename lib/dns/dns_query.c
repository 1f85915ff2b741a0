/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The octets of a question. */
#include "dns/dns_msg.h"
#include "dns/dns_name.h"

#define HEADER_OCTETS 12U
#define QUESTION_OCTETS 4U /* type and class behind the name */
#define OPT_OCTETS 11U     /* nothing in it: c-ares 1.18 cuts exactly these off after a FORMERR */
#define FLAG_RD 0x01U      /* third octet */
#define FLAG_AD 0x20U      /* fourth octet */
#define FLAG_CD 0x10U
#define FLAG_DO 0x80U /* first octet of the OPT record's flags (RFC 4035 4.1) */
#define CLASS_IN 1U

static uint8_t *put16(uint8_t *at, unsigned value) {
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
	return at + 2;
}

/* RFC 6891 6.1.2 */
static uint8_t *put_opt(uint8_t *at) {
	*at++ = 0; /* the root */
	at = put16(at, DNS_TYPE_OPT);
	at = put16(at, DNS_UDP_SIZE);
	at = put16(at, 0); /* extended rcode, version */
	at = put16(at, FLAG_DO << 8);
	return put16(at, 0); /* no options */
}

static uint8_t fourth_octet(enum dns_query_checks checks) {
	switch (checks) {
	case DNS_CHECKS_DISABLED:
		return FLAG_AD | FLAG_CD;
	case DNS_CHECKS_AUTHORITY:
		return 0;
	case DNS_CHECKS_ENABLED:
	case DNS_CHECKS_PLAIN:
		break;
	}
	return FLAG_AD;
}

size_t dns_query_write(uint8_t *out, size_t size, const struct dns_query *query) {
	if (size < HEADER_OCTETS + QUESTION_OCTETS + OPT_OCTETS) {
		return 0;
	}
	size_t room = size - HEADER_OCTETS - QUESTION_OCTETS - OPT_OCTETS;
	size_t name = dns_name_write(out + HEADER_OCTETS, room, query->name);
	if (name == 0) {
		return 0;
	}
	bool plain = query->checks == DNS_CHECKS_PLAIN;
	uint8_t *at = put16(out, query->id);
	*at++ = (uint8_t)(query->checks == DNS_CHECKS_AUTHORITY ? 0 : FLAG_RD);
	*at++ = fourth_octet(query->checks);
	at = put16(at, 1);
	at = put16(at, 0);
	at = put16(at, 0);
	at = put16(at, plain ? 0 : 1);
	at = put16(at + name, (unsigned)query->type);
	at = put16(at, CLASS_IN);
	if (!plain) {
		at = put_opt(at);
	}
	return (size_t)(at - out);
}
