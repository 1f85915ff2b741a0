/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What a proof by CA lacks, by the errors of verification. Private to this room. */
#ifndef VERDICT_PKIX_FAULT_H
#define VERDICT_PKIX_FAULT_H

#include "probe/report.h"
#include "tls/tls_facts.h"
#include "verdict/senders.h"

/* What the chain is worth, its name aside; *error is what tells it (NULL: there is none). */
enum sender_chain pkix_chain(const struct tls_proof *proof, const struct tls_verify_error **error);

/* What mends the chain that has this fault; "" where that is not known. Static. */
const char *pkix_remedy(const struct tls_verify_error *error);

/* Has the certificate no DNS name in subjectAltName, so that it is its common name which the proofs
 * took? RFC 8461 4.2 allows no such thing, RFC 6125 6.4.4 and Postfix do. */
bool pkix_names_by_cn(const struct report_node *node);

/* What the announcement and the policy make senders do; UNKNOWN when there is one and it was not
 * fetched, or cannot be: some senders may remember it. */
enum sender_sts policy_effect(const struct report *report);

/* A node as senders see it. */
struct sender_facts sender_facts_of(const struct report *report, const struct report_node *node);

#endif
