/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands in for libcurl where configure did not find it. */
#include "http/http.h"

bool http_is_available(void) {
	return false;
}

struct http_library *http_open(struct arena *arena, struct err *err) {
	(void)arena;
	(void)err_set(err, ERR_LOCAL, "this program was built without libcurl");
	return NULL;
}

void http_close(struct http_library *library) {
	(void)library;
}

struct http *http_new(struct http_library *library, struct arena *arena, struct err *err) {
	(void)library;
	(void)arena;
	(void)err_set(err, ERR_LOCAL, "this program was built without libcurl");
	return NULL;
}

const struct http_answer *http_start(
	struct http *http, const struct http_request *request, usec now) {
	static const struct http_answer none = {.outcome = HTTP_FAILED};
	(void)http;
	(void)request;
	(void)now;
	return &none;
}

struct source *http_source(struct http *http) {
	(void)http;
	return NULL;
}

size_t http_pending(const struct http *http) {
	(void)http;
	return 0;
}

void http_cancel(struct http *http) {
	(void)http;
}

void http_free(struct http *http) {
	(void)http;
}
