/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What will be deployed next, as a PEM file tells it: a key, a request for a certificate, or
 * certificates. A data header: plain values, no OpenSSL (tls_client.h reads them). */
#ifndef TLS_TLS_NEXT_H
#define TLS_TLS_NEXT_H

#include "tls/tls_facts.h"

#define TLS_NEXT_FILES_MAX 8U

/* A file that was read and not yet looked into. */
struct tls_next_file {
	const char *path;
	struct span pem;
};

enum tls_next_kind {
	TLS_NEXT_EMPTY, /* blanks at most: some clients empty the file of the next key after use */
	TLS_NEXT_KEY,
	TLS_NEXT_REQUEST,
	TLS_NEXT_CERTIFICATE, /* one, without its issuers */
	TLS_NEXT_CHAIN
};

struct tls_next {
	const char *path;
	enum tls_next_kind kind;
	/* What a server would send that has it: the chain as it stands in the file. A key or a request
	 * is a chain of one of which only the key is known: spki, its digests, type and size. All
	 * digests are there. Empty for an empty file. */
	struct tls_facts shown;
};

/* "key", "request", "certificate", "chain"; static. */
static inline const char *tls_next_kind_name(enum tls_next_kind kind) {
	static const char *const names[] = {"nothing", "key", "request", "certificate", "chain"};
	return names[kind];
}

/* Has it certificates, whose names and dates can be looked at? */
static inline bool tls_next_has_certificates(const struct tls_next *next) {
	return next->kind == TLS_NEXT_CERTIFICATE || next->kind == TLS_NEXT_CHAIN;
}

#endif
