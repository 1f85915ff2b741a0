/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Certificate types a handshake may be restricted to. A data header. */
#ifndef TLS_TLS_KEY_TYPE_H
#define TLS_TLS_KEY_TYPE_H

/* By signature algorithms, and by suites below TLS 1.3: a server with several certificates shows
 * the one that fits (RFC 8446 4.4.2.2). */
enum tls_key_type {
	TLS_KEY_ANY,
	TLS_KEY_RSA,
	TLS_KEY_ECDSA,
	TLS_KEY_EDDSA, /* Ed25519, Ed448, and where the library knows it ML-DSA: one handshake for all
					  of these, for next to no server has one of them and none has two */
	TLS_KEY_TYPES
};

#endif
