/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* How large a ClientHello is: with or without the key share of a post-quantum group. A data header.
 */
#ifndef TLS_TLS_HELLO_H
#define TLS_TLS_HELLO_H

/* The hybrid group (1,216 octets of key share) that libraries send first. */
#define TLS_POST_QUANTUM_GROUP "X25519MLKEM768"

enum tls_hello {
	TLS_HELLO_AS_SET, /* as the settings and the library have it */
	TLS_HELLO_SMALL,  /* no post-quantum group: it fits into one segment */
	TLS_HELLO_LARGE   /* with that key share and one of X25519: more than 1,400 octets, and no
						 server needs to ask for another share */
};

#endif
