/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* libcurl's multi interface as a source: it says which sockets it waits for and until when, and is
 * told what happened. */
#include "http/http_client.h"

#include <arpa/inet.h>

/* --- what libcurl waits for --- */

static void forget_socket(struct http *http, size_t i) {
	http->sockets[i] = http->sockets[--http->n_sockets];
}

static int note_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *unused) {
	struct http *http = context;
	(void)easy;
	(void)unused;
	size_t i = 0;
	while (i < http->n_sockets && http->sockets[i].fd != fd) {
		i++;
	}
	if (what == CURL_POLL_REMOVE) {
		if (i < http->n_sockets) {
			forget_socket(http, i);
		}
		return 0;
	}
	if (i == HTTP_FDS_MAX) {
		http->full = true;
		return 0;
	}
	bool in = (what & CURL_POLL_IN) != 0;
	bool out = (what & CURL_POLL_OUT) != 0;
	http->sockets[i] = (struct http_socket){fd, (short)((in ? POLLIN : 0) | (out ? POLLOUT : 0))};
	http->n_sockets = i == http->n_sockets ? i + 1 : http->n_sockets;
	return 0;
}

static size_t http_watch(
	struct source *source, struct pollfd *fds, size_t max, usec now, usec *wake) {
	const struct http *http = (const struct http *)source;
	(void)now;
	*wake = usec_min(*wake, http->wake);
	for (const struct http_exchange *at = http->pending; at != NULL; at = at->next) {
		*wake = usec_min(*wake, at->deadline);
	}
	for (size_t i = 0; i < http->n_sockets && i < max; i++) {
		fds[i] = (struct pollfd){.fd = http->sockets[i].fd, .events = http->sockets[i].events};
	}
	return http->n_sockets;
}

/* --- ends --- */

static void finish(struct http *http, struct http_exchange *exchange) {
	struct http_exchange **link = &http->pending;
	while (*link != exchange) {
		link = &(*link)->next;
	}
	*link = exchange->next;
	if (exchange->easy != NULL) {
		(void)http->library->curl_multi_remove_handle(http->multi, exchange->easy);
	}
	http_exchange_free(exchange);
}

static void give_up(struct http *http, struct http_exchange *exchange, CURLcode code) {
	http_exchange_end(exchange, code);
	finish(http, exchange);
}

static enum progress collect(struct http *http) {
	enum progress progress = PROGRESS_WAITING;
	int left = 0;
	const CURLMsg *message = http->library->curl_multi_info_read(http->multi, &left);
	while (message != NULL) {
		struct http_exchange *exchange = http->pending;
		while (exchange != NULL && exchange->easy != message->easy_handle) {
			exchange = exchange->next;
		}
		if (message->msg == CURLMSG_DONE && exchange != NULL) {
			give_up(http, exchange, message->data.result);
			progress = PROGRESS_MOVED;
		}
		message = http->library->curl_multi_info_read(http->multi, &left);
	}
	return progress;
}

static enum progress expire(struct http *http, usec now) {
	enum progress progress = PROGRESS_WAITING;
	struct http_exchange *at = http->pending;
	while (at != NULL) {
		struct http_exchange *next = at->next;
		if (now >= at->deadline || http->full) {
			give_up(http, at, http->full ? CURLE_FAILED_INIT : CURLE_OPERATION_TIMEDOUT);
			progress = PROGRESS_MOVED;
		}
		at = next;
	}
	http->full = false;
	return progress;
}

/* --- steps --- */

/* The library counts on a clock of its own, in whole milliseconds, so it is asked each time. */
static void ask_wake(struct http *http, usec now) {
	long left = -1;
	(void)http->library->curl_multi_timeout(http->multi, &left);
	http->wake = left < 0 ? USEC_NEVER : deadline_after(now, (usec)left * USEC_PER_MSEC);
}

static bool tell_events(struct http *http, const struct pollfd *fds, size_t n) {
	struct http_socket sockets[HTTP_FDS_MAX];
	size_t n_sockets = http->n_sockets; /* which change while the library works */
	bool told = false;
	for (size_t i = 0; i < n_sockets; i++) {
		sockets[i] = http->sockets[i];
	}
	for (size_t i = 0; i < n_sockets; i++) {
		short events = loop_events(fds, n, sockets[i].fd);
		int mask = ((events & (POLLIN | POLLHUP)) != 0 ? CURL_CSELECT_IN : 0) |
				   ((events & POLLOUT) != 0 ? CURL_CSELECT_OUT : 0) |
				   ((events & (POLLERR | POLLNVAL)) != 0 ? CURL_CSELECT_ERR : 0);
		int running = 0;
		if (mask != 0) {
			(void)http->library->curl_multi_socket_action(
				http->multi, sockets[i].fd, mask, &running);
			told = true;
		}
	}
	return told;
}

static enum progress http_step(
	struct source *source, const struct pollfd *fds, size_t n, usec now) {
	struct http *http = (struct http *)source;
	if (http->pending == NULL) {
		return PROGRESS_WAITING;
	}
	bool told = tell_events(http, fds, n);
	if (now >= http->wake) {
		int running = 0;
		(void)http->library->curl_multi_socket_action(
			http->multi, CURL_SOCKET_TIMEOUT, 0, &running);
		told = true;
	}
	if (told) {
		ask_wake(http, now);
	}
	enum progress collected = collect(http);
	enum progress expired = expire(http, now);
	bool moved = told || collected == PROGRESS_MOVED || expired == PROGRESS_MOVED;
	return moved ? PROGRESS_MOVED : PROGRESS_WAITING;
}

/* --- birth and end --- */

struct http *http_new(struct http_library *library, struct arena *arena, struct err *err) {
	static const struct source_ops ops = {http_watch, http_step};
	struct http *http = arena_alloc(arena, sizeof *http);
	http->source.ops = &ops;
	http->library = library;
	http->arena = arena;
	http->wake = USEC_NEVER;
	http->multi = library->curl_multi_init();
	long max = HTTP_CONNECTIONS_MAX;
	bool ok =
		http->multi != NULL &&
		library->curl_multi_setopt(http->multi, CURLMOPT_SOCKETFUNCTION, note_socket) == CURLM_OK &&
		library->curl_multi_setopt(http->multi, CURLMOPT_SOCKETDATA, http) == CURLM_OK &&
		library->curl_multi_setopt(http->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, max) == CURLM_OK &&
		library->curl_multi_setopt(http->multi, CURLMOPT_MAXCONNECTS, max) == CURLM_OK;
	if (!ok) {
		(void)err_set(err, ERR_LOCAL, "libcurl does not start");
		http_free(http);
		return NULL;
	}
	return http;
}

static bool is_address(const char *host) {
	struct in6_addr octets;
	return inet_pton(AF_INET, host, &octets) == 1 || inet_pton(AF_INET6, host, &octets) == 1;
}

const struct http_answer *http_start(
	struct http *http, const struct http_request *request, usec now) {
	struct http_exchange *exchange = arena_alloc(http->arena, sizeof *exchange);
	*exchange = (struct http_exchange){.request = request,
		.http = http,
		.library = http->library,
		.arena = http->arena,
		.deadline = request->deadline};
	if (request->n_addresses == 0 && !is_address(request->host)) {
		exchange->answer.outcome = HTTP_NOT_CONNECTED;
		return &exchange->answer;
	}
	if (!http_exchange_begin(exchange) ||
		http->library->curl_multi_add_handle(http->multi, exchange->easy) != CURLM_OK) {
		(void)err_set(&exchange->answer.err, ERR_LOCAL, "libcurl does not take a request");
		exchange->answer.outcome = HTTP_FAILED;
		http_exchange_free(exchange);
		return &exchange->answer;
	}
	exchange->next = http->pending;
	http->pending = exchange;
	http->wake = now;
	return &exchange->answer;
}

struct source *http_source(struct http *http) {
	return &http->source;
}

size_t http_pending(const struct http *http) {
	size_t n = 0;
	for (const struct http_exchange *at = http->pending; at != NULL; at = at->next) {
		n++;
	}
	return n;
}

void http_cancel(struct http *http) {
	while (http->pending != NULL) {
		give_up(http, http->pending, CURLE_OPERATION_TIMEDOUT);
	}
}

void http_free(struct http *http) {
	if (http != NULL && http->multi != NULL) {
		http_cancel(http);
		(void)http->library->curl_multi_cleanup(http->multi);
		http->multi = NULL;
	}
}
