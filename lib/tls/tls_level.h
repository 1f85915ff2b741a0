/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Postfix's TLS security levels. A data header. */
#ifndef TLS_TLS_LEVEL_H
#define TLS_TLS_LEVEL_H

enum tls_level {
	TLS_LEVEL_NONE,        /* no TLS */
	TLS_LEVEL_MAY,         /* opportunistic: encrypt when offered, verify nothing */
	TLS_LEVEL_ENCRYPT,     /* TLS required, verify nothing */
	TLS_LEVEL_DANE,        /* opportunistic DANE (RFC 7672) */
	TLS_LEVEL_DANE_ONLY,   /* mandatory DANE */
	TLS_LEVEL_HALF_DANE,   /* effective only: DANE for a host found through an unsigned MX */
	TLS_LEVEL_FINGERPRINT, /* certificate or key digest */
	TLS_LEVEL_VERIFY,      /* trusted chain, name of the MX host */
	TLS_LEVEL_SECURE       /* trusted chain, name of the mail domain */
};

/* Levels at which the peer must prove who it is. */
static inline int tls_level_must_match(enum tls_level level) {
	return level >= TLS_LEVEL_DANE;
}

/* The two levels a user chooses for DANE. */
static inline int tls_level_is_dane(enum tls_level level) {
	return level == TLS_LEVEL_DANE || level == TLS_LEVEL_DANE_ONLY || level == TLS_LEVEL_HALF_DANE;
}

/* Where anonymous suites go in a cipher list. */
enum tls_anonymous {
	TLS_ANONYMOUS_NEVER, /* levels that must match */
	TLS_ANONYMOUS_FIRST, /* may, encrypt, as Postfix */
	TLS_ANONYMOUS_LAST   /* only if the server has nothing better: no certificate to report else */
};

#endif
