/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A non-blocking byte stream to one peer, in clear first and through TLS later. Owns the socket and
 * the TLS session. Never waits: says what it would wait for. */
#ifndef PROBE_CONN_H
#define PROBE_CONN_H

#include <sys/socket.h>

#include "base/arena.h"
#include "base/err.h"
#include "tls/tls_client.h"

enum conn_step {
	CONN_DONE,       /* the operation is complete, or moved some bytes */
	CONN_WANT_READ,  /* poll for POLLIN */
	CONN_WANT_WRITE, /* poll for POLLOUT */
	CONN_CLOSED,     /* the peer ended the stream */
	CONN_FAILED      /* err says how */
};

struct conn {
	int fd; /* -1: none */
	struct tls *tls;
	bool local_fault; /* socket() or connect() itself failed: this machine's fault */
	int error_number; /* errno behind CONN_FAILED, 0 */
	int tcp_window;   /* socket buffers in octets, set by the caller; 0: the system's */
	bool quick_ack;   /* TCP: re-arm TCP_QUICKACK before reads (a 40 ms stall else) */
};

/* Start connecting. CONN_WANT_WRITE while under way. ERR_LOCAL for errors of socket() and connect()
 * themselves, ERR_NET for the peer's (ECONNREFUSED; for UNIX sockets ENOENT too). */
enum conn_step conn_open(
	struct conn *conn, const struct sockaddr *address, socklen_t address_len, struct err *err);

/* Is it connected by now? CONN_WANT_WRITE while it is not. */
enum conn_step conn_opened(struct conn *conn, struct err *err);

/* Read or write what is possible now; *done says how many bytes. */
enum conn_step conn_read(
	struct conn *conn, uint8_t *buffer, size_t size, size_t *done, struct err *err);
enum conn_step conn_write(struct conn *conn, struct span bytes, size_t *done, struct err *err);

/* Go on with the handshake of conn->tls (set by the caller). */
enum conn_step conn_handshake(struct conn *conn, struct err *err);

/* Send close_notify and wait for that of the peer; CONN_DONE when nothing more is to come. */
enum conn_step conn_shutdown(struct conn *conn);

/* close_notify when TLS is up, then close. Safe to call twice. */
void conn_close(struct conn *conn);

/* "[192.0.2.1]" or "[IPv6:2001:db8::1]" of our end: an EHLO argument where the host has no name
 * (RFC 5321 4.1.3). "[127.0.0.1]" for a UNIX socket. */
const char *conn_local_literal(const struct conn *conn, struct arena *arena);

#endif
