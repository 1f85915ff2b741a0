/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Certificates shown without a handshake (RFC 5246 7.4). */
#include "shown.h"

#include <string.h>

enum { RECORD_MAX = 16384, HEAD_OCTETS = 5, MESSAGE_MAX = 400000 };

static size_t put_number(unsigned char *out, size_t number, int octets) {
	for (int i = 0; i < octets; i++) {
		out[i] = (unsigned char)(number >> (8 * (octets - 1 - i)));
	}
	return (size_t)octets;
}

/* ECDHE-ECDSA-AES128-GCM-SHA256, and that it will not begin again insecurely, as clients demand. */
static size_t put_hello(unsigned char *out) {
	static const unsigned char end[] = {
		0x00, 0xc0, 0x2b, 0x00, 0x00, 0x05, 0xff, 0x01, 0x00, 0x01, 0x00};
	const size_t body = 2 + 32 + sizeof end;
	size_t at = 0;
	out[at++] = 2;
	at += put_number(out + at, body, 3);
	at += put_number(out + at, 0x0303, 2);
	memset(out + at, 0x5a, 32);
	at += 32;
	memcpy(out + at, end, sizeof end);
	return at + sizeof end;
}

static size_t put_certificate(unsigned char *out, size_t at, X509 *cert) {
	int len = i2d_X509(cert, NULL);
	unsigned char *end = out + at + 3;
	if (len <= 0 || at + 3 + (size_t)len > MESSAGE_MAX) {
		return MESSAGE_MAX + 1;
	}
	(void)put_number(out + at, (size_t)len, 3);
	return at + 3 + (size_t)i2d_X509(cert, &end);
}

/* MESSAGE_MAX + 1: it has no room. */
static size_t put_chain(unsigned char *out, const struct pki_chain *chain) {
	size_t at = put_certificate(out, 7, chain->leaf);
	for (int i = 0; i < sk_X509_num(chain->rest) && at <= MESSAGE_MAX; i++) {
		at = put_certificate(out, at, sk_X509_value(chain->rest, i));
	}
	out[0] = 11;
	(void)put_number(out + 1, at - 4, 3);
	(void)put_number(out + 4, at - 7, 3);
	return at;
}

const char *shown_octets(struct pool *pool, const struct pki_chain *chain, size_t *len) {
	unsigned char *message = pool_new(pool, 128 + MESSAGE_MAX);
	size_t hello = put_hello(message);
	size_t certificates = put_chain(message + hello, chain);
	if (certificates > MESSAGE_MAX) {
		return NULL;
	}
	size_t left = hello + certificates;
	unsigned char *out = pool_new(pool, left + HEAD_OCTETS * (left / RECORD_MAX + 1));
	for (*len = 0; left > 0; message += RECORD_MAX) {
		size_t n = left < RECORD_MAX ? left : RECORD_MAX;
		(void)put_number(out + *len, 0x160303, 3);
		(void)put_number(out + *len + 3, n, 2);
		memcpy(out + *len + HEAD_OCTETS, message, n);
		*len += HEAD_OCTETS + n;
		left -= n;
	}
	return (const char *)out;
}
