/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What went wrong and who is to blame. The first error wins: setting a second one changes nothing.
 * The text is ours alone; bytes from a peer never enter it (they stay in the result, as received).
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>

enum err_kind {
	ERR_NONE = 0,
	ERR_USAGE,   /* the command line */
	ERR_LOCAL,   /* this machine: files, sockets, libraries */
	ERR_BUDGET,  /* our own deadline for the whole run ran out */
	ERR_DNS,     /* no usable answer from the resolver */
	ERR_NET,     /* refused, unreachable, reset, closed early */
	ERR_TIMEOUT, /* the peer took longer than a step may */
	ERR_PROTO,   /* the peer broke the grammar of SMTP or DNS */
	ERR_REFUSED, /* the peer said no, grammatically */
	ERR_TLS,     /* the handshake failed */
	ERR_TRUST    /* the handshake worked, the peer is not who it should be */
};

#define ERR_TEXT_MAX 256

/* Which setting of a program an error is about. Only the program knows how it calls it. */
enum err_about {
	ERR_ABOUT_NOTHING = 0,
	ERR_ABOUT_CA_FILE,
	ERR_ABOUT_CA_PATH,
	ERR_ABOUT_TRUST_ANCHOR,
	ERR_ABOUT_CHAIN_FILES,
	ERR_ABOUT_CLIENT_CERT,
	ERR_ABOUT_PRIVATE_KEY,
	ERR_ABOUT_DIGEST,
	ERR_ABOUT_NEXT,      /* what will be deployed */
	ERR_ABOUT_PARAMETER, /* of Postfix; the text begins with a blank and its name */
	ERR_ABOUT_COUNT
};

/* All zero is "no error". */
struct err {
	enum err_kind kind;
	enum err_about about;
	/* One line, cut at the end when too long. With `about` it goes on behind the name of that
	 * setting: " FILE: what is wrong with the value", or ": what is wrong with all of it". */
	char text[ERR_TEXT_MAX];
};

/* Record an error unless one is recorded already. Always returns false, so that a failing function
 * can end with `return err_set(...)`. err may be NULL. */
bool err_set(struct err *err, enum err_kind kind, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The same about a setting, which is the user's: ERR_USAGE. */
bool err_set_about(struct err *err, enum err_about about, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Whom the errno of a connection blames: ERR_LOCAL where this machine ran out of something, forbids
 * it (as its firewall does) or is confused; ERR_NET for what the network and the far end can cause.
 * What connect() itself returns has rules of its own. */
enum err_kind err_kind_of_errno(int error_number);

#endif
