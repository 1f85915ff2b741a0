/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* TLSA records (RFC 6698, 7218) as SMTP may use them (RFC 7672 3.1). Pure, plain values. */
#ifndef DNS_TLSA_H
#define DNS_TLSA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "base/text.h"

enum tlsa_usage { TLSA_PKIX_TA = 0, TLSA_PKIX_EE = 1, TLSA_DANE_TA = 2, TLSA_DANE_EE = 3 };
enum tlsa_selector { TLSA_CERT = 0, TLSA_SPKI = 1 };
enum tlsa_matching { TLSA_FULL = 0, TLSA_SHA256 = 1, TLSA_SHA512 = 2 };

struct tlsa {
	uint8_t usage;
	uint8_t selector;
	uint8_t matching;
	struct span data;     /* association data, borrowed from the answer */
	struct span rdata;    /* the whole record */
	uint32_t ttl;         /* seconds */
	const char *unusable; /* NULL: usable for SMTP; else why not, a static text */
};

/* Read one record and decide whether SMTP can use it: usage 2 or 3 (RFC 7672 3.1.3), selector 0 or
 * 1, matching type 0 to 2, a digest of the right length, data not empty. A record too short to hold
 * its four fields is unusable too. Whether full (matching type 0) data is a certificate or key is
 * found out by the TLS library later. */
struct tlsa tlsa_read(struct span rdata, uint32_t ttl);

/* How many of them are usable. */
size_t tlsa_count_usable(const struct tlsa *records, size_t n);

/* "DANE-EE", "DANE-TA", "PKIX-TA", "PKIX-EE", "unknown usage". Static. */
const char *tlsa_usage_name(uint8_t usage);

/* Append "3 1 1 ab12...": lower-case hex, data longer than max_octets cut in the middle with "...".
 */
void tlsa_print(struct text *text, const struct tlsa *tlsa, size_t max_octets);

/* Write the owner name "_25._tcp.host" (RFC 7672 2.2.3) into the text. */
void tlsa_owner(struct text *text, uint16_t port, const char *host);

#endif
