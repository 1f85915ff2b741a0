/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The TXT records by which a mail domain announces MTA-STS (RFC 8461 3.1, at _mta-sts.<domain>) and
 * TLSRPT (RFC 8460 3, at _smtp._tls.<domain>). One grammar, two vocabularies. Pure, plain values.
 */
#ifndef SMTP_POLICY_RECORD_H
#define SMTP_POLICY_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/span.h"

#define POLICY_RECORD_ID_MAX 32U /* characters of an MTA-STS id (RFC 8461 3.1) */

enum policy_record_kind { POLICY_RECORD_STS, POLICY_RECORD_TLSRPT };

enum policy_record_outcome {
	POLICY_RECORD_ABSENT,  /* no record of this kind; others at the name do not count */
	POLICY_RECORD_VALID,   /* exactly one, well formed */
	POLICY_RECORD_SEVERAL, /* senders act as if there were none */
	POLICY_RECORD_INVALID  /* one, but senders act as if there were none */
};

struct policy_record {
	enum policy_record_outcome outcome;
	struct span text; /* the first record of this kind, joined; raw; empty when absent */
	/* Absent: a text that names the kind, and that senders do not take for one; empty: none. */
	struct span meant;
	struct span value; /* of "id" or "rua" when valid, borrowed from text */
	const char *fault; /* why it is invalid: a static text, else NULL */
};

/* The character strings of one TXT RDATA (RFC 1035 3.3.14) joined without blanks, as both RFCs
 * want; a string that ends early is taken as far as it goes. The bytes are the arena's. */
struct span policy_record_join(struct arena *arena, struct span rdata);

/* Is it a name that a field may have, in records and in policies (RFC 8461 3.1, 3.2, RFC 8460 3)?
 */
bool policy_field_name_is_valid(struct span name);

/* Read what the joined texts of all TXT records at the name say. */
struct policy_record policy_record_read(
	enum policy_record_kind kind, const struct span *texts, size_t n);

#endif
