/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading and writing with a time limit, in clear and through TLS. */
#include "stream.h"

#include <errno.h>
#include <openssl/err.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { SEND_LIMIT_MS = 15000, HANDSHAKE_LIMIT_MS = 15000 };

static int64_t now_ms(void) {
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static enum stream_got wait_for(struct stream *stream, int fd, short events, int64_t deadline) {
	struct pollfd fds[2] = {{.fd = stream->stop, .events = POLLIN}, {.fd = fd, .events = events}};
	int64_t left = deadline - now_ms();
	int n = poll(fds, 2, left > 0 ? (int)left : 0);
	/* What a client said before it ended counts, even when the world is about to end, too. */
	if (fds[1].revents == 0 && fds[0].revents != 0) {
		return STREAM_STOPPED;
	}
	return n > 0 ? STREAM_OK : STREAM_LATE;
}

/* After an SSL call that did not succeed: wait for what it wants, or say that all is over. */
static enum stream_got wait_for_tls(struct stream *stream, int result, int64_t deadline) {
	/* What the library could not read in its own chain is in its queue, and no error of this call.
	 */
	if (SSL_want(stream->ssl) == SSL_READING && BIO_should_retry(SSL_get_rbio(stream->ssl))) {
		ERR_clear_error();
	}
	int reason = SSL_get_error(stream->ssl, result);
	if (reason == SSL_ERROR_WANT_READ) {
		return wait_for(stream, stream->fd, POLLIN, deadline);
	}
	if (reason == SSL_ERROR_WANT_WRITE) {
		return wait_for(stream, stream->fd, POLLOUT, deadline);
	}
	return STREAM_CLOSED;
}

static enum stream_got receive(
	struct stream *stream, char *bytes, size_t room, size_t *got, int64_t deadline) {
	for (;;) {
		enum stream_got state;
		if (stream->ssl != NULL) {
			ERR_clear_error();
			int n = SSL_read(stream->ssl, bytes, (int)room);
			if (n > 0) {
				*got = (size_t)n;
				return STREAM_OK;
			}
			state = wait_for_tls(stream, n, deadline);
		} else {
			ssize_t n = recv(stream->fd, bytes, room, 0);
			if (n > 0) {
				*got = (size_t)n;
				return STREAM_OK;
			}
			state = n < 0 && errno == EAGAIN ? wait_for(stream, stream->fd, POLLIN, deadline)
											 : STREAM_CLOSED;
		}
		if (state != STREAM_OK) {
			return state;
		}
	}
}

enum stream_got stream_line(struct stream *stream, char line[STREAM_LINE_MAX], int limit_ms) {
	int64_t deadline = now_ms() + limit_ms;
	for (;;) {
		char *end = memchr(stream->in, '\n', stream->in_len);
		if (end != NULL) {
			size_t len = (size_t)(end - stream->in);
			memcpy(line, stream->in, len);
			line[len] = '\0';
			stream->in_len -= len + 1;
			memmove(stream->in, end + 1, stream->in_len);
			if (len == 0 || line[len - 1] != '\r' || strlen(line) != len) {
				notes_fail(stream->notes, "%s: a line that does not end in CR LF", stream->name);
				return STREAM_OK;
			}
			line[len - 1] = '\0';
			notes_bytes(stream->notes, "  C:", line, len - 1);
			return STREAM_OK;
		}
		if (stream->in_len == sizeof stream->in) {
			notes_fail(stream->notes, "%s: an endless line", stream->name);
			return STREAM_CLOSED;
		}
		size_t got;
		enum stream_got state = receive(stream, stream->in + stream->in_len,
			sizeof stream->in - stream->in_len, &got, deadline);
		if (state != STREAM_OK) {
			return state;
		}
		stream->in_len += got;
	}
}

enum stream_got stream_bytes(struct stream *stream, char *bytes, size_t len) {
	int64_t deadline = now_ms() + SEND_LIMIT_MS;
	size_t n = stream->in_len < len ? stream->in_len : len;
	memcpy(bytes, stream->in, n);
	stream->in_len -= n;
	memmove(stream->in, stream->in + n, stream->in_len);
	while (n < len) {
		size_t got;
		enum stream_got state = receive(stream, bytes + n, len - n, &got, deadline);
		if (state != STREAM_OK) {
			return state;
		}
		n += got;
	}
	notes_bytes(stream->notes, "  C:", bytes, len);
	return STREAM_OK;
}

enum stream_got stream_send(struct stream *stream, const char *bytes, size_t len) {
	int64_t deadline = now_ms() + SEND_LIMIT_MS;
	notes_bytes(stream->notes, "  S:", bytes, len);
	while (len > 0) {
		enum stream_got state;
		if (stream->ssl != NULL) {
			ERR_clear_error();
			int n = SSL_write(stream->ssl, bytes, (int)len);
			if (n > 0) {
				bytes += n;
				len -= (size_t)n;
				continue;
			}
			state = wait_for_tls(stream, n, deadline);
		} else {
			ssize_t n = send(stream->fd, bytes, len, MSG_NOSIGNAL);
			if (n > 0) {
				bytes += n;
				len -= (size_t)n;
				continue;
			}
			state =
				errno == EAGAIN ? wait_for(stream, stream->fd, POLLOUT, deadline) : STREAM_CLOSED;
		}
		if (state != STREAM_OK) {
			return state;
		}
	}
	return STREAM_OK;
}

enum stream_got stream_drain(struct stream *stream, int limit_ms) {
	int64_t deadline = now_ms() + limit_ms;
	char bytes[2048];
	size_t got;
	enum stream_got state;
	do {
		state = receive(stream, bytes, sizeof bytes, &got, deadline);
		if (state == STREAM_OK) {
			notes_bytes(stream->notes, "  C (ignored):", bytes, got);
		}
	} while (state == STREAM_OK);
	return state;
}

enum stream_got stream_quiet(struct stream *stream, int limit_ms) {
	return stream->in_len > 0 ? STREAM_OK
							  : wait_for(stream, stream->fd, POLLIN, now_ms() + limit_ms);
}

enum stream_got stream_pause(struct stream *stream, int ms) {
	enum stream_got state = wait_for(stream, -1, 0, now_ms() + ms);
	return state == STREAM_LATE ? STREAM_OK : state;
}

static void note_handshake(struct stream *stream) {
	const char *sni = SSL_get_servername(stream->ssl, TLSEXT_NAMETYPE_host_name);
	notes_add(stream->notes, "  = %s %s, SNI %s%s", SSL_get_version(stream->ssl),
		SSL_get_cipher_name(stream->ssl), sni == NULL ? "none" : sni,
		SSL_session_reused(stream->ssl) ? ", reused" : "");
}

static const char *why_closed(int saved_errno) {
	unsigned long code = ERR_peek_error();
	if (code != 0) {
		return ERR_reason_error_string(code);
	}
	return saved_errno != 0 ? strerror(saved_errno) : "closed by the client";
}

/* The octets of the first record, which is the ClientHello; 0 when none came within the limit. */
static size_t hello_octets(struct stream *stream, int64_t deadline) {
	unsigned char head[5];
	enum stream_got state = STREAM_OK;
	ssize_t n = 0;
	while (state == STREAM_OK && n < (ssize_t)sizeof head) {
		n = recv(stream->fd, head, sizeof head, MSG_PEEK);
		if (n == 0 || (n < 0 && errno != EAGAIN)) {
			return 0;
		}
		state =
			n < (ssize_t)sizeof head ? wait_for(stream, stream->fd, POLLIN, deadline) : STREAM_OK;
	}
	return n < (ssize_t)sizeof head ? 0 : (size_t)head[3] << 8 | head[4];
}

/* A middlebox that has no room for it: silence until the client leaves, or a reset. */
static bool bears_hello(struct stream *stream, const struct tls_server *server, int64_t deadline) {
	size_t octets = server->hello_max == 0 ? 0 : hello_octets(stream, deadline);
	if (octets <= (size_t)server->hello_max) {
		return true;
	}
	notes_add(stream->notes, "  = a ClientHello of %zu octets, %s", octets,
		server->hello_reset ? "reset" : "dropped");
	if (server->hello_reset) {
		struct linger linger = {.l_onoff = 1, .l_linger = 0};
		setsockopt(stream->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
	} else {
		stream_drain(stream, HANDSHAKE_LIMIT_MS);
	}
	return false;
}

enum stream_got stream_handshake(
	struct stream *stream, const struct tls_server *server, char *why, size_t why_room) {
	int64_t deadline = now_ms() + HANDSHAKE_LIMIT_MS;
	snprintf(why, why_room, "no client within the limit");
	tls_server_meet(server);
	if (!bears_hello(stream, server, deadline)) {
		snprintf(why, why_room, "the ClientHello is too large");
		return STREAM_CLOSED;
	}
	stream->ssl = SSL_new(server->context);
	if (stream->ssl == NULL || SSL_set_fd(stream->ssl, stream->fd) != 1) {
		snprintf(why, why_room, "SSL_new failed");
		return STREAM_CLOSED;
	}
	SSL_set_mode(stream->ssl, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	for (;;) {
		ERR_clear_error();
		int n = SSL_accept(stream->ssl);
		if (n == 1) {
			note_handshake(stream);
			return STREAM_OK;
		}
		int saved = errno;
		enum stream_got state = wait_for_tls(stream, n, deadline);
		if (state != STREAM_OK) {
			if (state == STREAM_CLOSED) {
				snprintf(why, why_room, "%s", why_closed(saved));
			}
			ERR_clear_error();
			return state;
		}
	}
}

static int begin_unasked(SSL *ssl, enum stream_unasked what) {
	switch (what) {
	case STREAM_REKEYS:
		return SSL_key_update(ssl, SSL_KEY_UPDATE_NOT_REQUESTED);
	case STREAM_TICKETS:
		return SSL_new_session_ticket(ssl);
	case STREAM_HELLO_REQUESTS:
		return SSL_renegotiate(ssl);
	}
	return 0;
}

/* Instead of a handshake: each is skipped, and the next one looked for. */
static enum stream_got hello_in_the_clear(struct stream *stream, long times) {
	static const char record[5 + 16384] = {0x16, 3, 3, 0x40, 0};
	enum stream_got state = STREAM_OK;
	for (long i = 0; i < times && state == STREAM_OK; i += 4096) {
		state = stream_send(stream, record, sizeof record);
	}
	return state;
}

enum stream_got stream_say_unasked(struct stream *stream, enum stream_unasked what, long times) {
	if (stream->ssl == NULL && what == STREAM_HELLO_REQUESTS) {
		return hello_in_the_clear(stream, times);
	}
	int64_t deadline = now_ms() + SEND_LIMIT_MS;
	enum stream_got state = stream->ssl != NULL ? STREAM_OK : STREAM_CLOSED;
	for (long i = 0; i < times && state == STREAM_OK; i++) {
		int n = begin_unasked(stream->ssl, what);
		while (n == 1 && state == STREAM_OK && (n = SSL_do_handshake(stream->ssl)) != 1) {
			state = wait_for_tls(stream, n, deadline);
			n = 1;
		}
		state = n == 1 ? state : STREAM_CLOSED;
	}
	ERR_clear_error();
	return state;
}

void stream_close(struct stream *stream, enum stream_end end) {
	if (stream->ssl != NULL && end == STREAM_POLITE && SSL_is_init_finished(stream->ssl)) {
		ERR_clear_error();
		SSL_shutdown(stream->ssl);
	}
	if (end == STREAM_RESET) {
		struct linger linger = {.l_onoff = 1, .l_linger = 0};
		setsockopt(stream->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
	}
	SSL_free(stream->ssl);
	stream->ssl = NULL;
	ERR_clear_error();
	/* Bytes nobody read would make the kernel send a reset. */
	char unread[4096];
	while (end != STREAM_RESET && recv(stream->fd, unread, sizeof unread, MSG_DONTWAIT) > 0) {
	}
	close(stream->fd);
	stream->fd = -1;
}
