/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Counts what a server says of TLS itself, and ends a session that does not come to its end. Sees
 * whether a session was really offered. */
#include <openssl/err.h>

#include "base/cursor.h"
#include "tls/tls_internal.h"

/* In a ClientHello, where an extension for a session of TLS 1.3 is always the last. */
static bool has_session(struct span hello) {
	struct cursor at = cursor_new(hello);
	(void)cursor_span(&at, 4 + 2 + 32); /* type and length, version, random */
	(void)cursor_span(&at, cursor_u8(&at));
	(void)cursor_span(&at, cursor_u16(&at));
	(void)cursor_span(&at, cursor_u8(&at));
	(void)cursor_u16(&at);
	while (!at.failed && cursor_left(&at) > 0) {
		if (cursor_u16(&at) == TLSEXT_TYPE_psk) {
			return !at.failed;
		}
		(void)cursor_span(&at, cursor_u16(&at));
	}
	return false;
}

static void note_hello(struct tls *tls, struct span message) {
	struct tls_facts *facts = &tls->facts;
	if (facts->session_offered && !facts->session_sent && message.len > 0 &&
		message.at[0] == SSL3_MT_CLIENT_HELLO) {
		facts->session_sent = has_session(message);
	}
}

/* NOLINTNEXTLINE(readability-function-size): the signature is OpenSSL's */
static void on_message(
	int sent, int version, int type, const void *bytes, size_t len, SSL *ssl, void *unused) {
	(void)unused;
	struct tls *tls = SSL_get_app_data(ssl);
	/* What is shown of a message may not be readable, which is no error of the session: the library
	 * would take it for one when the next record is not there yet. */
	(void)ERR_set_mark();
	if (sent == 0 && type == SSL3_RT_HANDSHAKE && ++tls->n_messages > TLS_SESSION_MESSAGES_MAX) {
		tls->endless = true;
		/* The library looks at this before it takes the next record: those that have been read
		 * ahead, hundreds of them, cost nothing more. */
		SSL_set_shutdown(ssl, SSL_get_shutdown(ssl) | SSL_RECEIVED_SHUTDOWN);
	}
	if (sent != 0 && type == SSL3_RT_HANDSHAKE) {
		note_hello(tls, (struct span){bytes, len});
	}
	tls_dump_message(tls, &(struct tls_message){sent, version, type, bytes, len});
	(void)ERR_pop_to_mark();
}

void tls_messages_count(struct tls *tls) {
	SSL_set_msg_callback(tls->ssl, on_message);
}
