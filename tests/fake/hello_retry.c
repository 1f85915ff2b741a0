/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A server of TLS 1.3 that always wants to hear another ClientHello (RFC 8446 4.1.4). */
#include "stream.h"

#include <string.h>

enum { HEAD_OCTETS = 5, HELLO_MAX = 16384, RANDOM_OCTETS = 32, CHANGE_CIPHER_SPEC = 20 };

/* SHA-256 of "HelloRetryRequest" */
static const unsigned char random_of_retries[RANDOM_OCTETS] = {0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a,
	0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb,
	0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c};

/* The next record that is a ClientHello or pretends to be. */
static enum stream_got read_hello(struct stream *stream, unsigned char hello[HELLO_MAX]) {
	unsigned char head[HEAD_OCTETS];
	enum stream_got state;
	do {
		state = stream_bytes(stream, (char *)head, sizeof head);
		size_t len = (size_t)head[3] << 8 | head[4];
		if (state == STREAM_OK) {
			state = len > HELLO_MAX ? STREAM_CLOSED : stream_bytes(stream, (char *)hello, len);
		}
	} while (state == STREAM_OK && head[0] == CHANGE_CIPHER_SPEC);
	return state;
}

/* P-384 is wanted, which nobody offers a key for at first. The session's name goes back as it came.
 */
static size_t write_retry(unsigned char out[128], const unsigned char *session) {
	static const unsigned char rest[] = {0x13, 0x01, 0x00, 0x00, 0x0c, 0x00, 0x2b, 0x00, 0x02, 0x03,
		0x04, 0x00, 0x33, 0x00, 0x02, 0x00, 0x18};
	size_t id_len = session[0] <= RANDOM_OCTETS ? session[0] : 0;
	size_t body = 2 + RANDOM_OCTETS + 1 + id_len + sizeof rest;
	unsigned char *at = out;
	const unsigned char head[] = {
		0x16, 3, 3, 0, (unsigned char)(body + 4), 2, 0, 0, (unsigned char)body, 3, 3};
	memcpy(at, head, sizeof head);
	at += sizeof head;
	memcpy(at, random_of_retries, RANDOM_OCTETS);
	at += RANDOM_OCTETS;
	*at++ = (unsigned char)id_len;
	memcpy(at, session + 1, id_len);
	at += id_len;
	memcpy(at, rest, sizeof rest);
	return (size_t)(at - out) + sizeof rest;
}

enum stream_got stream_client_hello(struct stream *stream) {
	unsigned char hello[HELLO_MAX];
	return read_hello(stream, hello);
}

enum stream_got stream_hello_retry(struct stream *stream, long times) {
	static const size_t session_at = 4 + 2 + RANDOM_OCTETS;
	enum stream_got state = STREAM_OK;
	for (long i = 0; i < times && state == STREAM_OK; i++) {
		unsigned char hello[HELLO_MAX] = {0};
		unsigned char retry[128];
		state = read_hello(stream, hello);
		if (state == STREAM_OK) {
			size_t len = write_retry(retry, hello + session_at);
			state = stream_send(stream, (const char *)retry, len);
		}
	}
	return state;
}
