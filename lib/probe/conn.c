/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Connecting, reading and writing without waiting, in clear and through TLS. */
#include "probe/conn.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>

/* Errors of socket() and connect() themselves are this machine's: no route, no permission, no
 * descriptors. What the far end says can arrive from connect() too where it is as near as loopback.
 */
static bool is_peer_error(int error, int family) {
	if (error == ECONNREFUSED || error == ECONNRESET || error == ETIMEDOUT) {
		return true;
	}
	return family == AF_UNIX && (error == ENOENT || error == EAGAIN || error == ENOTSOCK);
}

static enum conn_step fail(struct conn *conn, struct err *err, int error, enum err_kind kind) {
	conn->error_number = error;
	conn->local_fault = kind == ERR_LOCAL;
	err_set(err, kind, "%s", strerror(error));
	return CONN_FAILED;
}

/* Before connecting: the window is announced with the first packet. */
static void set_window(const struct conn *conn) {
	if (conn->tcp_window > 0) {
		int octets = conn->tcp_window;
		(void)setsockopt(conn->fd, SOL_SOCKET, SO_SNDBUF, &octets, sizeof octets);
		(void)setsockopt(conn->fd, SOL_SOCKET, SO_RCVBUF, &octets, sizeof octets);
	}
}

enum conn_step conn_open(
	struct conn *conn, const struct sockaddr *address, socklen_t address_len, struct err *err) {
	int family = address->sa_family;
	conn->fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (conn->fd < 0) {
		return fail(conn, err, errno, ERR_LOCAL);
	}
	if (family != AF_UNIX) {
		int on = 1;
		(void)setsockopt(conn->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
		conn->quick_ack = true;
		set_window(conn);
	}
	if (connect(conn->fd, address, address_len) == 0) {
		return CONN_DONE;
	}
	if (errno == EINPROGRESS || errno == EINTR) {
		return CONN_WANT_WRITE;
	}
	int error = errno;
	return fail(conn, err, error, is_peer_error(error, family) ? ERR_NET : ERR_LOCAL);
}

enum conn_step conn_opened(struct conn *conn, struct err *err) {
	int error = 0;
	socklen_t len = sizeof error;
	if (getsockopt(conn->fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0) {
		return fail(conn, err, errno, ERR_LOCAL);
	}
	if (error != 0) {
		return fail(conn, err, error, err_kind_of_errno(error));
	}
	/* No error yet is no connection yet: only a connected socket has a peer. */
	struct sockaddr_storage peer;
	len = sizeof peer;
	bool connected = getpeername(conn->fd, (struct sockaddr *)&peer, &len) == 0;
	return connected ? CONN_DONE : CONN_WANT_WRITE;
}

static enum conn_step from_tls(enum tls_step step) {
	switch (step) {
	case TLS_STEP_DONE:
		return CONN_DONE;
	case TLS_STEP_WANT_READ:
		return CONN_WANT_READ;
	case TLS_STEP_WANT_WRITE:
		return CONN_WANT_WRITE;
	case TLS_STEP_CLOSED:
		return CONN_CLOSED;
	case TLS_STEP_FAILED:
		return CONN_FAILED;
	}
	return CONN_FAILED;
}

static enum conn_step from_errno(
	struct conn *conn, int error, enum conn_step would_block, struct err *err) {
	if (error == EAGAIN || error == EWOULDBLOCK || error == EINTR) {
		return would_block;
	}
	return fail(conn, err, error, err_kind_of_errno(error));
}

/* A server that sends its session ticket and then waits for an acknowledgement before it sends the
 * reply (Nagle) would cost 40 ms; the kernel forgets the wish after each use. */
static void acknowledge_at_once(const struct conn *conn) {
	if (conn->quick_ack) {
		int on = 1;
		(void)setsockopt(conn->fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
	}
}

enum conn_step conn_read(
	struct conn *conn, uint8_t *buffer, size_t size, size_t *done, struct err *err) {
	*done = 0;
	if (conn->tls != NULL) {
		acknowledge_at_once(conn);
		return from_tls(tls_read(conn->tls, buffer, size, done, err));
	}
	ssize_t n = recv(conn->fd, buffer, size, 0);
	if (n < 0) {
		return from_errno(conn, errno, CONN_WANT_READ, err);
	}
	*done = (size_t)n;
	return n == 0 ? CONN_CLOSED : CONN_DONE;
}

enum conn_step conn_write(struct conn *conn, struct span bytes, size_t *done, struct err *err) {
	*done = 0;
	if (conn->tls != NULL) {
		return from_tls(tls_write(conn->tls, bytes, done, err));
	}
	ssize_t n = send(conn->fd, bytes.at, bytes.len, MSG_NOSIGNAL);
	if (n < 0) {
		return from_errno(conn, errno, CONN_WANT_WRITE, err);
	}
	*done = (size_t)n;
	return CONN_DONE;
}

enum conn_step conn_handshake(struct conn *conn, struct err *err) {
	return from_tls(tls_handshake(conn->tls, err));
}

enum conn_step conn_shutdown(struct conn *conn) {
	return from_tls(tls_shutdown(conn->tls, NULL));
}

void conn_close(struct conn *conn) {
	if (conn->tls != NULL) {
		tls_close(conn->tls);
		tls_free(conn->tls);
		conn->tls = NULL;
	}
	if (conn->fd >= 0) {
		(void)close(conn->fd);
		conn->fd = -1;
	}
}

const char *conn_local_literal(const struct conn *conn, struct arena *arena) {
	struct sockaddr_storage local = {0};
	socklen_t len = sizeof local;
	char text[INET6_ADDRSTRLEN] = "";
	if (getsockname(conn->fd, (struct sockaddr *)&local, &len) == 0) {
		if (local.ss_family == AF_INET) {
			const struct sockaddr_in *in = (const struct sockaddr_in *)&local;
			if (inet_ntop(AF_INET, &in->sin_addr, text, sizeof text) != NULL) {
				return arena_printf(arena, "[%s]", text);
			}
		}
		if (local.ss_family == AF_INET6) {
			const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)&local;
			if (inet_ntop(AF_INET6, &in6->sin6_addr, text, sizeof text) != NULL) {
				return arena_printf(arena, "[IPv6:%s]", text);
			}
		}
	}
	return "[127.0.0.1]";
}
