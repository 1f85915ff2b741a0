/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* RRSIG and DNSKEY records (RFC 4034): what is needed to tell how long a signature lasts and which
 * key it is by. Nothing is verified here: that is the resolver's. */
#ifndef DNS_DNS_SIGNATURE_H
#define DNS_DNS_SIGNATURE_H

#include "base/arena.h"
#include "dns/dns_answer.h"

/* Read RRSIG data; the name of the signer only where there is an arena to keep it. False when the
 * data is cut short. */
bool dns_signature_read(struct span data, struct arena *arena, struct dns_signature *signature);

/* One more signature over the same RRset. */
void dns_signature_add(struct dns_signature *kept, const struct dns_signature *signature);

#endif
