/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_FAKE_DNS_WIRE_H
#define TESTS_FAKE_DNS_WIRE_H
/* DNS messages as a server sees them: one question in, records out (RFC 1035 4, 6891, 8914). */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum dns_type {
	TYPE_A = 1,
	TYPE_NS = 2,
	TYPE_CNAME = 5,
	TYPE_SOA = 6,
	TYPE_MX = 15,
	TYPE_TXT = 16,
	TYPE_AAAA = 28,
	TYPE_SRV = 33,
	TYPE_OPT = 41,
	TYPE_DS = 43,
	TYPE_RRSIG = 46,
	TYPE_DNSKEY = 48,
	TYPE_TLSA = 52,
	TYPE_ANY = 255,
};

enum dns_rcode {
	RCODE_OK,
	RCODE_FORMERR,
	RCODE_SERVFAIL,
	RCODE_NXDOMAIN,
	RCODE_NOTIMP,
	RCODE_REFUSED
};

enum { DNS_NAME_MAX = 1025, DNS_MESSAGE_MAX = 65535 };

struct dns_query {
	uint16_t id;
	char name[DNS_NAME_MAX]; /* lower case, final dot; "." is the root */
	uint16_t type;
	bool rd, ad, cd;
	bool edns, dnssec_ok;
	uint16_t udp_size;       /* 512 without EDNS */
	const uint8_t *question; /* as received, to be echoed */
	size_t question_len;
};

/* False when it is not a query of one question. */
bool dns_query_parse(struct dns_query *query, const uint8_t *bytes, size_t len);

/* Words of types: "TLSA" and so on; 0 when unknown. */
uint16_t dns_type_of(const char *word);
const char *dns_type_word(uint16_t type);

/* A growing message; what does not fit sets full and is dropped. */
struct dns_out {
	uint8_t *bytes;
	size_t room;
	size_t len;
	bool full;
};

void dns_put_u8(struct dns_out *out, unsigned int value);
void dns_put_u16(struct dns_out *out, unsigned int value);
void dns_put_u32(struct dns_out *out, uint32_t value);
void dns_put_bytes(struct dns_out *out, const void *bytes, size_t len);
/* A presentation name without escapes; a label over 63 octets sets full. */
void dns_put_name(struct dns_out *out, const char *name);
/* Owner (a pointer to the question when it is the same name), type, class IN, TTL; returns the
 * place of the length, for dns_end_record(). */
size_t dns_begin_record(struct dns_out *out, const struct dns_query *query, const char *owner,
	uint16_t type, uint32_t ttl);
void dns_end_record(struct dns_out *out, size_t length_at);

#endif
