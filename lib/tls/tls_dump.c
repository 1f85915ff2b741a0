/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What goes over the wire, for whoever wants to see it. Nothing is installed otherwise. */
#include <openssl/err.h>

#include "tls/tls_internal.h"

bool tls_has_messages(void) {
#ifdef OPENSSL_NO_SSL_TRACE
	return false;
#else
	return true;
#endif
}

static bool wants(const struct tls *tls, unsigned what) {
	return tls->listener.trace != NULL && (tls->listener.trace->wants & what) != 0;
}

/* NOLINTNEXTLINE(readability-function-size): the signature is OpenSSL's */
static long on_bytes(BIO *bio, int operation, const char *data, size_t len, int unused_number,
	long unused_long, int result, size_t *moved) {
	(void)unused_number;
	(void)unused_long;
	struct tls *tls = (struct tls *)BIO_get_callback_arg(bio);
	bool reading = operation == (BIO_CB_READ | BIO_CB_RETURN);
	if (reading || operation == (BIO_CB_WRITE | BIO_CB_RETURN)) {
		bool some = result > 0 && moved != NULL;
		tls_events_dump(tls, reading ? "read from" : "write to", len,
			(struct span){some ? (const uint8_t *)data : NULL, some ? *moved : 0});
	}
	return result;
}

void tls_dump_message(struct tls *tls, const struct tls_message *message) {
#ifndef OPENSSL_NO_SSL_TRACE
	if (tls->messages == NULL || message->type == SSL3_RT_APPLICATION_DATA) {
		return;
	}
	/* The decoding of a chain takes longer than its handshake. */
	if (!tls_events_is_message_kept(tls)) {
		tls_events_message(tls, (struct span){0});
		return;
	}
	(void)BIO_reset(tls->messages);
	SSL_trace(message->sent, message->version, message->type, message->bytes, message->len,
		tls->ssl, tls->messages);
	char *text = NULL;
	long text_len = BIO_get_mem_data(tls->messages, &text);
	if (text_len > 0) {
		tls_events_message(tls, (struct span){(const uint8_t *)text, (size_t)text_len});
	}
#else
	(void)tls;
	(void)message;
#endif
}

void tls_dump_start(struct tls *tls) {
	if (wants(tls, TRACE_WANTS_HANDSHAKE_DUMP | TRACE_WANTS_SESSION_DUMP)) {
		BIO *bio = SSL_get_rbio(tls->ssl);
		/* Record by record, head and body: nobody wants several in one dump. */
		SSL_set_read_ahead(tls->ssl, 0);
		BIO_set_callback_ex(bio, on_bytes);
		BIO_set_callback_arg(bio, (char *)tls);
	}
	if (wants(tls, TRACE_WANTS_MESSAGES) && tls_has_messages()) {
		tls->messages = BIO_new(BIO_s_mem());
	}
}

void tls_dump_established(struct tls *tls) {
	if (wants(tls, TRACE_WANTS_HANDSHAKE_DUMP) && !wants(tls, TRACE_WANTS_SESSION_DUMP)) {
		BIO_set_callback_ex(SSL_get_rbio(tls->ssl), NULL);
	}
}

void tls_dump_read(struct tls *tls, struct span bytes) {
	if (wants(tls, TRACE_WANTS_SESSION_DUMP)) {
		tls_events_chars(tls, "Read", bytes);
	}
}

/* What could not be sent comes again; it is told once. */
void tls_dump_write(struct tls *tls, struct span bytes) {
	if (wants(tls, TRACE_WANTS_SESSION_DUMP) && !tls->write_pending) {
		tls_events_chars(tls, "Write", bytes);
	}
}

void tls_dump_end(struct tls *tls) {
	BIO_free(tls->messages);
	tls->messages = NULL;
}
