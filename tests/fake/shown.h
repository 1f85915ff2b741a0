/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_FAKE_SHOWN_H
#define TESTS_FAKE_SHOWN_H
/* The first words of a server of TLS 1.2, in octets: a certificate that no library would shake
 * hands with can be shown like this, and its key is not needed. */
#include "../pki/pki.h"

/* A ServerHello and a Certificate message with this chain. NULL: too much for one. */
const char *shown_octets(struct pool *pool, const struct pki_chain *chain, size_t *len);

#endif
