/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What a failure is called in the reports that senders send (RFC 8460 4.3). */
#ifndef VERDICT_CAUSE_H
#define VERDICT_CAUSE_H

#include "tls/tls_level.h"
#include "verdict/findings.h"

/* Result types of TLSRPT, as Postfix maps them. */
enum cause {
	CAUSE_NONE, /* no failure of TLS, or none that a sender meets */
	CAUSE_STARTTLS_NOT_SUPPORTED,
	CAUSE_CERTIFICATE_HOST_MISMATCH,
	CAUSE_CERTIFICATE_EXPIRED,
	CAUSE_TLSA_INVALID,
	CAUSE_DNSSEC_INVALID,
	CAUSE_DANE_REQUIRED,
	CAUSE_STS_POLICY_FETCH_ERROR,
	CAUSE_STS_POLICY_INVALID,
	CAUSE_STS_WEBPKI_INVALID,
	CAUSE_VALIDATION_FAILURE
};

/* "starttls-not-supported"; NULL for CAUSE_NONE. */
const char *cause_word(enum cause cause);

/* What a sender at this level would report. */
enum cause cause_of(enum finding_id id, enum tls_level level);

#endif
