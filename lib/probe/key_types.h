/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Which types of certificates a server has: what each further handshake showed. Pure. */
#ifndef PROBE_KEY_TYPES_H
#define PROBE_KEY_TYPES_H

#include "probe/result.h"
#include "tls/tls_key_type.h"

/* Every type that the first connection did not show is to be asked for: undetermined until its
 * handshake is over. None is when that connection never came to TLS, or is about a bare key. */
void key_types_start(struct key_type types[TLS_KEY_TYPES], const struct result *first);

/* The next type to ask for; TLS_KEY_ANY: none is left. */
enum tls_key_type key_types_next(const struct key_type types[TLS_KEY_TYPES]);

/* "an RSA certificate", for a trace; NULL for TLS_KEY_ANY. */
const char *key_type_wanted(enum tls_key_type type);

/* The run ended before the rest was asked for: ERR_BUDGET. */
void key_types_cut_off(struct key_type types[TLS_KEY_TYPES]);

/* What a handshake for this type came to. */
void key_types_note(
	struct key_type types[TLS_KEY_TYPES], enum tls_key_type type, const struct result *result);

#endif
