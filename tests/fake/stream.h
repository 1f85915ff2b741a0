/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_FAKE_STREAM_H
#define TESTS_FAKE_STREAM_H
/* One accepted connection, in the clear or inside TLS. Every wait ends at its time limit or when
 * the world is stopped, whatever the peer does. */
#include "notes.h"
#include "tls_server.h"

enum { STREAM_LINE_MAX = 4096 };

struct stream {
	int fd;
	int stop; /* readable when the world ends */
	SSL *ssl;
	struct notes *notes;
	const char *name; /* for the notes */
	char in[STREAM_LINE_MAX];
	size_t in_len;
};

enum stream_got {
	STREAM_OK,
	STREAM_CLOSED,  /* by the peer, or broken */
	STREAM_LATE,    /* nothing within the limit */
	STREAM_STOPPED, /* the world ends */
};

/* A line without its CR LF. A line that ends otherwise fails the notes. */
enum stream_got stream_line(struct stream *stream, char line[STREAM_LINE_MAX], int limit_ms);
/* Exactly so many bytes. */
enum stream_got stream_bytes(struct stream *stream, char *bytes, size_t len);
/* Sends all or says why not; a peer that is gone is STREAM_CLOSED. */
enum stream_got stream_send(struct stream *stream, const char *bytes, size_t len);
/* Reads and forgets until the peer closes. */
enum stream_got stream_drain(struct stream *stream, int limit_ms);
/* STREAM_LATE when nothing came within the limit, as wanted. */
enum stream_got stream_quiet(struct stream *stream, int limit_ms);
/* Sleeps unless the world ends. */
enum stream_got stream_pause(struct stream *stream, int ms);
/* The server's side of a handshake; the reason of a failure goes to why. */
enum stream_got stream_handshake(
	struct stream *stream, const struct tls_server *server, char *why, size_t why_room);

/* What a server may say between handshake and end without being asked. */
enum stream_unasked {
	STREAM_REKEYS,        /* updates of the keys of TLS 1.3 */
	STREAM_TICKETS,       /* TLS 1.3, too */
	STREAM_HELLO_REQUESTS /* TLS 1.2: wishes to begin again */
};
/* So often; a peer that is gone, or another version, is STREAM_CLOSED. */
enum stream_got stream_say_unasked(struct stream *stream, enum stream_unasked what, long times);

/* Waits for a ClientHello that nobody answers. */
enum stream_got stream_client_hello(struct stream *stream);
/* Wishes for another ClientHello (TLS 1.3), each in answer to one; in place of a handshake. */
enum stream_got stream_hello_retry(struct stream *stream, long times);

enum stream_end { STREAM_POLITE, STREAM_ABRUPT, STREAM_RESET };
void stream_close(struct stream *stream, enum stream_end end);

#endif
