/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside http: a client and what it has under way. */
#ifndef HTTP_HTTP_CLIENT_H
#define HTTP_HTTP_CLIENT_H

#include "http/http_library.h"

/* One request and its answer. */
struct http_exchange {
	struct http_answer answer;
	const struct http_request *request;
	const struct http_library *library;
	struct arena *arena;
	CURL *easy; /* NULL: over */
	struct curl_slist *resolved;
	struct curl_slist *headers;
	struct http_exchange *next;
	usec deadline;
	uint8_t *body; /* grows up to answer_max */
	size_t body_len;
	size_t body_room;
	size_t head_len;
	bool too_long;
	unsigned tls_pieces; /* records and messages of TLS so far */
	struct http *http;
	char words[CURL_ERROR_SIZE];
};

struct http_socket {
	curl_socket_t fd;
	short events;
};

struct http {
	struct source source;
	const struct http_library *library;
	struct arena *arena;
	CURLM *multi;
	struct http_exchange *pending;
	struct http_socket sockets[HTTP_FDS_MAX];
	size_t n_sockets;
	curl_socket_t open[HTTP_FDS_MAX]; /* not closed yet, in use or kept for the next request */
	size_t n_open;
	usec wake; /* when the library wants to be called without an event */
	bool full; /* it wanted more sockets than there is room for */
};

/* Make the library's handle for a request. False with answer.err set. */
bool http_exchange_begin(struct http_exchange *exchange);

/* Over: fill in the answer from what the library says. */
void http_exchange_end(struct http_exchange *exchange, CURLcode code);

/* Free the library's part; the answer stays. */
void http_exchange_free(struct http_exchange *exchange);

#endif
