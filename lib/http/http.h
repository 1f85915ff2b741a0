/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests over HTTPS, as a source in the one loop. libcurl does the work; it is opened at run time
 * and only by http_open(), no program links it. It gets addresses and looks up none, follows no
 * redirect, and nothing in the environment or in a file of the user's changes what it does: no
 * proxy, no netrc, no cookies, no compression, HTTP/1.1 over TLS 1.2 or later and nothing else. The
 * program ignores SIGPIPE.
 *
 *     struct http_library *library = http_open(arena, &err);             once in a process
 *     struct http *http = http_new(library, arena, &err);                a source
 *     const struct http_answer *answer = http_start(http, &request, now);
 *     ... the loop steps http_source(http) until answer->outcome is not HTTP_PENDING ...
 *     http_free(http);
 *     http_close(library);
 */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"
#include "io/loop.h"

/* Of one client at a time; further requests wait for their turn. */
#define HTTP_CONNECTIONS_MAX 4U
#define HTTP_FDS_MAX 8U             /* two address families are tried side by side */
#define HTTP_HEAD_MAX (64U * 1024U) /* octets of an answer's header lines, 1xx included */
#define HTTP_TLS_PIECES_MAX 4096U   /* records and messages of TLS for one answer */
#define HTTP_WORDS_MAX 255U
#define HTTP_TYPE_MAX 127U

/* --- the library --- */

struct http_library;

/* Was libcurl there when this was built? */
bool http_is_available(void);

/* Open it. NULL with ERR_LOCAL: not built in, not installed, or too old. To be called behind the
 * first TLS context, if there is one: both use the same libcrypto, and the first sets it up. */
struct http_library *http_open(struct arena *arena, struct err *err);

/* After all clients are freed. Accepts NULL. */
void http_close(struct http_library *library);

/* --- one request --- */

enum http_method { HTTP_GET, HTTP_POST };

/* Borrowed until it is answered. What is zero is not given. */
struct http_request {
	enum http_method method;
	const char *host; /* a name or an address, which the certificate must have */
	uint16_t port;    /* 0: 443 */
	const char *path; /* "/" and what follows: path and query, encoded */
	/* Numeric, tried in this order, IPv6 and IPv4 side by side. A host that is an address itself
	 * needs none; any other without one is HTTP_NOT_CONNECTED at once. */
	const char *const *addresses;
	size_t n_addresses;
	const char *agent;          /* User-Agent */
	const char *const *headers; /* "Accept: application/json" */
	size_t n_headers;
	struct span body; /* HTTP_POST */
	const char *user; /* Basic authentication, together with password */
	const char *password;
	const char *ca_file; /* PEM; without both nobody is trusted */
	const char *ca_path;
	const char *cert_file; /* what we show when asked for a certificate, PEM */
	const char *key_file;
	size_t answer_max; /* octets of the answer's body */
	usec deadline;     /* absolute, on the loop's clock; starting to answer does not move it */
};

enum http_outcome {
	HTTP_PENDING,
	HTTP_ANSWERED,      /* whole, with whatever status */
	HTTP_TOO_LONG,      /* the body passed answer_max, or its head HTTP_HEAD_MAX */
	HTTP_TIMED_OUT,     /* the deadline */
	HTTP_NOT_CONNECTED, /* refused, unreachable, no address */
	HTTP_TLS_FAILED,    /* the handshake failed, or TLS passed HTTP_TLS_PIECES_MAX */
	HTTP_UNTRUSTED,     /* the certificate is not valid for the host */
	HTTP_BROKEN,        /* closed early, or what came is no HTTP */
	HTTP_FAILED         /* this machine: memory, a file, the library */
};

struct http_answer {
	enum http_outcome outcome;
	int status;          /* 0: none came */
	struct span type;    /* Content-Type, raw, at most HTTP_TYPE_MAX; empty: none */
	struct span body;    /* raw, at most answer_max, also when it was cut there */
	struct span words;   /* the library's about a failure, steady; may quote the peer, so raw */
	const char *address; /* numeric, where the answer came from; NULL: never connected */
	struct err err;      /* HTTP_FAILED */
};

/* "the certificate is not valid" and the like; static. */
const char *http_outcome_words(enum http_outcome outcome);

/* The library's words about a failure without what differs from run to run, so that the same
 * failure is told alike: times it took (" after 8 ms") and what had come (" with 3 bytes ..."). */
void http_make_steady(char *words);

/* --- a client --- */

struct http;

/* NULL with ERR_LOCAL when the library refuses. Answers live in the arena. */
struct http *http_new(struct http_library *library, struct arena *arena, struct err *err);

/* Start a request. The answer's outcome changes from HTTP_PENDING exactly once, here or in a later
 * step. Never blocks. Connections are kept and used again for the same host. */
const struct http_answer *http_start(
	struct http *http, const struct http_request *request, usec now);

/* Steps all requests; PROGRESS_MOVED when something happened, else PROGRESS_WAITING: never
 * PROGRESS_DONE itself. */
struct source *http_source(struct http *http);

/* Requests that are not answered yet. */
size_t http_pending(const struct http *http);

/* Give up: what is pending becomes HTTP_TIMED_OUT. */
void http_cancel(struct http *http);

/* Close all connections. Accepts NULL. Answers stay. */
void http_free(struct http *http);

#endif
