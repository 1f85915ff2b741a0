/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* An MTA-STS policy (RFC 8461 3.2): the body of https://mta-sts.<domain>/.well-known/mta-sts.txt
 * read into plain values, and which MX hosts it covers (4.1). Pure. */
#ifndef SMTP_STS_POLICY_H
#define SMTP_STS_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/span.h"

#define STS_POLICY_OCTETS_MAX (64U * 1024U) /* RFC 8461 3.3: senders may refuse more */
#define STS_POLICY_MX_MAX 256U              /* patterns kept; more make the policy invalid */
#define STS_POLICY_MAX_AGE_MAX 31557600U    /* seconds (RFC 8461 3.2): a year */

enum sts_mode { STS_MODE_NONE, STS_MODE_TESTING, STS_MODE_ENFORCE };

struct sts_policy {
	bool valid;
	const char *fault; /* why it is not valid: a static text; NULL when it is */
	size_t line;       /* which line is at fault, from 1; 0: the policy as a whole */
	/* Below only what was read; complete when valid. */
	enum sts_mode mode;
	bool has_mode;
	bool has_version;
	bool has_max_age;
	uint32_t max_age; /* seconds */
	struct span *mx;  /* patterns as written, raw */
	size_t n_mx;
};

/* Read a policy. Lines end with LF or CRLF; of fields other than mx the first counts; fields that
 * nobody knows are skipped when they are well formed. */
struct sts_policy sts_policy_read(struct arena *arena, struct span body);

/* Does the pattern cover the host: the same name, or "*." and the host without its first label?
 * ASCII case and one final dot of the host do not count. */
bool sts_pattern_covers(struct span pattern, const char *host);

/* Is the host covered by any pattern of the policy? */
bool sts_policy_covers(const struct sts_policy *policy, const char *host);

/* "none", "testing", "enforce". Static. */
const char *sts_mode_name(enum sts_mode mode);

#endif
