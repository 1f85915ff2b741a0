/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Does a server, or what stands before it, bear a ClientHello with a post-quantum key share? Pure.
 */
#ifndef PROBE_LARGE_HELLO_H
#define PROBE_LARGE_HELLO_H

#include "probe/result.h"

/* Is there anything to compare with: did the first connection, whose ClientHello was small, come to
 * TLS? */
bool large_hello_is_due(const struct result *first);

/* What the connection with the large one came to. The group's name is the result's. */
struct large_hello large_hello_of(const struct result *result);

/* It failed: what the next connection, with a small one, came to. Where that is no handshake
 * either, nothing is known of the size. */
void large_hello_beside(struct large_hello *large, const struct result *small);

/* The run ended before that was known. */
struct large_hello large_hello_cut_off(void);

#endif
