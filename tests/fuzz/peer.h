/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The mail server of a fuzzed run, in the same process: linked with --wrap=socket --wrap=connect,
 * it is at the other end of every socket that the run opens. No thread, no port, no waiting. */
#ifndef TESTS_FUZZ_PEER_H
#define TESTS_FUZZ_PEER_H

#include <openssl/ssl.h>
#include <stdbool.h>

#include "base/cursor.h"

#define PEER_TURN_END 0xFF /* between what it says now and what it says next time */
#define PEER_DAMAGE_MAX 7U

/* What becomes of the bytes of its handshake, at a place counted from the first of a connection. */
enum peer_damage_how {
	PEER_DAMAGE_XOR,
	PEER_DAMAGE_INSERT,
	PEER_DAMAGE_DROP,
	PEER_DAMAGE_END, /* nothing more, and the connection ends */
	PEER_DAMAGE_HOWS
};

struct peer_damage {
	size_t at;
	enum peer_damage_how how;
	uint8_t value;
};

/* Borrowed until peer_end(). */
struct peer_plan {
	SSL_CTX *tls;  /* NULL: answers a ClientHello like any other bytes */
	bool wrapper;  /* says nothing before the handshake */
	bool hangs_up; /* at the end of the script; else it is silent then */
	struct peer_damage damage[PEER_DAMAGE_MAX];
	size_t n_damage;
	struct span script; /* in turns: the first unasked, one more for whatever the run sends */
};

/* A server that speaks TLS with this certificate of tests/pki, for the life of the process. Version
 * 0: any. */
SSL_CTX *peer_tls(const char *certificate, int version);

/* The digest of its key, as a record 3 1 1 has it. */
struct span peer_key_digest(const char *certificate);

/* DER of a certificate: the leaf is 0, then what is presented behind it; empty behind the last. */
struct span peer_certificate(const char *certificate, size_t depth);

void peer_start(const struct peer_plan *plan);

/* Do all that can be done; false when there was nothing. */
bool peer_moves(void);

/* Handshakes that the server saw through to their end, and whether damage was done before. */
size_t peer_handshakes(void);
void peer_end(void);

/* What the linker puts in place of socket() and connect(). */
/* NOLINTBEGIN(bugprone-reserved-identifier) */
struct sockaddr;
int __wrap_socket(int family, int type, int protocol);
int __wrap_connect(int fd, const struct sockaddr *address, unsigned len);
/* NOLINTEND(bugprone-reserved-identifier) */

#endif
