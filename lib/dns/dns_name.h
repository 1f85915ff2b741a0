/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Domain names between the wire (RFC 1035 3.1, 4.1.4) and presentation form (RFC 1035 5.1): labels
 * separated by dots, no final dot, "." for the root; '.' and '\' within a label have a backslash in
 * front, octets that are not printable ASCII are \DDD. Pure. */
#ifndef DNS_DNS_NAME_H
#define DNS_DNS_NAME_H

#include "base/cursor.h"
#include "dns/dns_answer.h"

#define DNS_WIRE_NAME_MAX 255U
#define DNS_LABEL_MAX 63U
#define DNS_POINTERS_MAX 64U /* followed in one name; a chain of more is malformed */

/* Read the name at the cursor into out and stand behind it. Compression pointers must lead backward
 * from where they are met, so that every name ends, and soon. A malformed name fails the cursor. */
void dns_name_read(struct cursor *cursor, char out[DNS_NAME_MAX]);

/* Stand behind the name at the cursor without following its pointer. */
void dns_name_skip(struct cursor *cursor);

/* Write the name uncompressed; returns its octets, or 0 when it is no name: empty, empty or
 * overlong label, more than DNS_WIRE_NAME_MAX octets, a bad escape, or more than size. */
size_t dns_name_write(uint8_t *out, size_t size, const char *name);

#endif
