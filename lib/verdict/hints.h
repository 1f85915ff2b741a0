/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What to try next where the conversation failed, as far as port and dialogue tell: the remedy
 * of its finding, "" where there is none; nothing in it is a peer's. Private to this room. */
#ifndef VERDICT_HINTS_H
#define VERDICT_HINTS_H

#include "verdict/judging.h"

/* No connection. */
const char *hint_connection(const struct judging *judging, const struct report_node *node);

/* Silence, the end of the connection, or something else than a greeting: TLS may be expected. */
const char *hint_greeting(const struct judging *judging, const struct report_node *node);

/* EHLO or LHLO was refused for good: the name given, or the wrong protocol. */
const char *hint_hello(const struct judging *judging, const struct report_node *node);

/* The handshake failed: perhaps the server speaks in clear first. */
const char *hint_handshake(const struct report_node *node);

/* STARTTLS is not offered, or was not understood: something on the way may have masked it. */
const char *hint_masked(const struct report_node *node);

/* The resolver is silent: the end of its address may have been meant as its port. With the mark
 * that goes before it. */
const char *hint_nameserver(const struct judging *judging);

#endif
