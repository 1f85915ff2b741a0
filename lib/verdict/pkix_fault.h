/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What a proof by CA lacks, by the errors of verification. Private to this room. */
#ifndef VERDICT_PKIX_FAULT_H
#define VERDICT_PKIX_FAULT_H

#include "tls/tls_facts.h"
#include "verdict/senders.h"

/* What the chain is worth, its name aside; *error is what tells it (NULL: there is none). */
enum sender_chain pkix_chain(const struct tls_proof *proof, const struct tls_verify_error **error);

#endif
