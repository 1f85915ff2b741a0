/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Proofs without a handshake, beside those of one. */
#ifndef TESTS_UNIT_TLS_PROOF_H
#define TESTS_UNIT_TLS_PROOF_H

#include "tls_peer.h"

/* The demand of a meeting, put to the same certificates without a handshake: proved for the first
 * time, again, and when the same was proved for other names before, it comes to what the handshake
 * came to. */
void tls_lab_prove_same(const struct tls_meeting *meeting, const struct tls_spec *demand,
	int64_t now, const char *what);

#endif
