/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Counts what a server says of TLS itself, and ends a session that does not come to its end. */
#include "tls/tls_internal.h"

/* NOLINTNEXTLINE(readability-function-size): the signature is OpenSSL's */
static void on_message(
	int sent, int version, int type, const void *bytes, size_t len, SSL *ssl, void *unused) {
	(void)unused;
	struct tls *tls = SSL_get_app_data(ssl);
	if (sent == 0 && type == SSL3_RT_HANDSHAKE && ++tls->n_messages > TLS_SESSION_MESSAGES_MAX) {
		tls->endless = true;
		/* The library looks at this before it takes the next record: those that have been read
		 * ahead, hundreds of them, cost nothing more. */
		SSL_set_shutdown(ssl, SSL_get_shutdown(ssl) | SSL_RECEIVED_SHUTDOWN);
	}
	tls_dump_message(tls, &(struct tls_message){sent, version, type, bytes, len});
}

void tls_messages_count(struct tls *tls) {
	SSL_set_msg_callback(tls->ssl, on_message);
}
