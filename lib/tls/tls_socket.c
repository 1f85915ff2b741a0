/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Octets between the TLS library and the socket, without waiting. */
#include <errno.h>
#include <sys/socket.h>

#include "tls/tls_internal.h"

static bool is_not_yet(int error) {
	return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

static int socket_write(BIO *bio, const char *data, int len) {
	struct tls *tls = BIO_get_data(bio);
	BIO_clear_retry_flags(bio);
	/* A peer that is gone must be an errno, not a signal. */
	ssize_t n = send(tls->fd, data, (size_t)len, MSG_NOSIGNAL);
	if (n < 0 && is_not_yet(errno)) {
		BIO_set_retry_write(bio);
	} else if (n < 0) {
		tls->net_errno = errno;
	}
	return (int)n;
}

static int socket_read(BIO *bio, char *data, int len) {
	struct tls *tls = BIO_get_data(bio);
	BIO_clear_retry_flags(bio);
	/* OpenSSL goes on for as long as there is input that is no data, such as session tickets. A
	 * peer that sends them without end must not keep the caller from its deadline: what is left
	 * stays in the socket, which therefore stays readable. */
	if (tls->receives_left == 0) {
		BIO_set_retry_read(bio);
		return -1;
	}
	if (tls->endless || tls->octets > TLS_SESSION_OCTETS_MAX) {
		tls->endless = true;
		return -1;
	}
	tls->receives_left--;
	ssize_t n = recv(tls->fd, data, (size_t)len, 0);
	if (n < 0 && is_not_yet(errno)) {
		BIO_set_retry_read(bio);
	} else if (n < 0) {
		tls->net_errno = errno;
	} else if (n == 0) {
		tls->peer_eof = true;
	} else {
		tls->octets += (size_t)n;
	}
	return (int)n;
}

static long socket_control(BIO *bio, int command, long number, void *pointer) {
	(void)number;
	(void)pointer;
	const struct tls *tls = BIO_get_data(bio);
	switch (command) {
	case BIO_CTRL_FLUSH:
		return 1;
	case BIO_CTRL_EOF:
		return tls->peer_eof ? 1 : 0;
	default:
		return 0;
	}
}

BIO_METHOD *tls_socket_method(void) {
	BIO_METHOD *method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "socket without signals");
	if (method != NULL) {
		BIO_meth_set_write(method, socket_write);
		BIO_meth_set_read(method, socket_read);
		BIO_meth_set_ctrl(method, socket_control);
	}
	return method;
}

BIO *tls_socket_new(struct tls *tls) {
	BIO *bio = BIO_new(tls->context->socket);
	if (bio != NULL) {
		BIO_set_data(bio, tls);
		BIO_set_init(bio, 1);
	}
	return bio;
}
