/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* One request as libcurl takes it, and what came of it. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"
#include "http/http_client.h"

/* Where nobody is to be trusted: a folder in which nothing can be. */
#define NO_CAS "/dev/null"

#define FIRST_ROOM 4096U

/* --- what libcurl calls --- */

static size_t take_body(char *bytes, size_t size, size_t count, void *context) {
	struct http_exchange *exchange = context;
	size_t n = size * count;
	size_t left = exchange->request->answer_max - exchange->body_len;
	if (n > left) {
		n = left;
		exchange->too_long = true;
	}
	if (exchange->body_len + n > exchange->body_room) {
		size_t room = exchange->body_len + n;
		room = room < FIRST_ROOM ? FIRST_ROOM : room * 2;
		exchange->body = arena_grow(exchange->arena, exchange->body, exchange->body_room, room);
		exchange->body_room = room;
	}
	if (n > 0) {
		memcpy(exchange->body + exchange->body_len, bytes, n);
	}
	exchange->body_len += n;
	return exchange->too_long ? 0 : n; /* less than there was ends it */
}

/* Nothing in here is looked at, only how much of it comes. */
static size_t take_head(char *bytes, size_t size, size_t count, void *context) {
	struct http_exchange *exchange = context;
	(void)bytes;
	size_t n = size * count;
	exchange->head_len += n;
	if (exchange->head_len > HTTP_HEAD_MAX) {
		exchange->too_long = true;
		return 0;
	}
	return n;
}

/* A connection may have been made for an earlier request, and libcurl does not say which one it
 * uses. All of a client's are with the same server, or there is but one. */
static void shut_down_all(struct http *http) {
	for (size_t i = 0; i < http->n_open; i++) {
		(void)shutdown(http->open[i], SHUT_RDWR);
	}
	http->n_open = 0;
}

/* libcurl goes on with a handshake for as long as there is input, whatever its deadlines: a server
 * that sends empty messages without end would hold us in one call. What libcurl writes to a log of
 * its own tells of each, and a socket that is shut down has an end. */
static int take_note(CURL *easy, curl_infotype what, char *bytes, size_t n, void *context) {
	struct http_exchange *exchange = context;
	(void)easy;
	(void)bytes;
	(void)n;
	if (what == CURLINFO_SSL_DATA_IN && ++exchange->tls_pieces > HTTP_TLS_PIECES_MAX) {
		shut_down_all(exchange->http);
	}
	return 0;
}

/* What is in the socket's buffer behind its end is still read, so there is to be little. */
static int take_socket(void *context, curl_socket_t fd, curlsocktype purpose) {
	struct http *http = context;
	int room = 65536;
	(void)purpose;
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
	if (http->n_open < HTTP_FDS_MAX) {
		http->open[http->n_open++] = fd;
	}
	return CURL_SOCKOPT_OK;
}

static int close_socket(void *context, curl_socket_t fd) {
	struct http *http = context;
	for (size_t i = 0; i < http->n_open; i++) {
		if (http->open[i] == fd) {
			http->open[i] = http->open[--http->n_open];
		}
	}
	return close(fd);
}

/* --- a request becomes options --- */

/* Options are set until one is refused; then `code` stays what it is. */
struct setting {
	const struct http_exchange *exchange;
	CURLcode code;
};

#define SET(setting, option, value)                                                                \
	do {                                                                                           \
		if ((setting)->code == CURLE_OK) {                                                         \
			(setting)->code = (setting)->exchange->library->curl_easy_setopt(                      \
				(setting)->exchange->easy, (option), (value));                                     \
		}                                                                                          \
	} while (0)

static uint16_t port_of(const struct http_request *request) {
	return request->port == 0 ? 443 : request->port;
}

/* "host:port:address,[address]", which no look-up ever replaces. */
static const char *resolved_line(struct arena *arena, const struct http_request *request) {
	struct text line = text_new(arena, 8192);
	text_addf(&line, "%s:%u:", request->host, (unsigned)port_of(request));
	for (size_t i = 0; i < request->n_addresses; i++) {
		const char *address = request->addresses[i];
		bool v6 = strchr(address, ':') != NULL;
		text_addf(&line, "%s%s%s%s", i > 0 ? "," : "", v6 ? "[" : "", address, v6 ? "]" : "");
	}
	return line.at;
}

static const char *url_of(struct arena *arena, const struct http_request *request) {
	bool v6 = strchr(request->host, ':') != NULL;
	return arena_printf(arena, "https://%s%s%s:%u%s", v6 ? "[" : "", request->host, v6 ? "]" : "",
		(unsigned)port_of(request), request->path);
}

static void only_https(struct setting *setting) {
#if LIBCURL_VERSION_NUM >= 0x075500
	SET(setting, CURLOPT_PROTOCOLS_STR, "https");
#else
	SET(setting, CURLOPT_PROTOCOLS, (long)CURLPROTO_HTTPS);
#endif
}

/* Whatever could let somebody else have a say is off, be it by default or not. */
static void set_limits(struct setting *setting) {
	only_https(setting);
	SET(setting, CURLOPT_PROXY, "");
	SET(setting, CURLOPT_NOPROXY, "*");
	SET(setting, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(setting, CURLOPT_FOLLOWLOCATION, 0L);
	SET(setting, CURLOPT_NOSIGNAL, 1L);
	SET(setting, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(setting, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(setting, CURLOPT_SSL_VERIFYPEER, 1L);
	SET(setting, CURLOPT_SSL_VERIFYHOST, 2L);
	SET(setting, CURLOPT_HTTP_CONTENT_DECODING, 0L);
	SET(setting, CURLOPT_BUFFERSIZE, 16384L);
	SET(setting, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)setting->exchange->request->answer_max);
}

static void set_trust(struct setting *setting) {
	const struct http_request *request = setting->exchange->request;
	bool nobody = request->ca_file == NULL && request->ca_path == NULL;
	SET(setting, CURLOPT_CAINFO, request->ca_file);
	SET(setting, CURLOPT_CAPATH, nobody ? NO_CAS : request->ca_path);
	if (request->cert_file != NULL) {
		SET(setting, CURLOPT_SSLCERT, request->cert_file);
		SET(setting, CURLOPT_SSLKEY,
			request->key_file != NULL ? request->key_file : request->cert_file);
	}
}

static bool add_line(
	const struct http_exchange *exchange, struct curl_slist **list, const char *line) {
	struct curl_slist *longer = exchange->library->curl_slist_append(*list, line);
	if (longer != NULL) {
		*list = longer;
	}
	return longer != NULL;
}

/* libcurl would wait a second for leave to send a larger body. */
static void set_headers(struct setting *setting, struct http_exchange *exchange) {
	const struct http_request *request = exchange->request;
	bool ok = add_line(exchange, &exchange->headers, "Expect:");
	for (size_t i = 0; ok && i < request->n_headers; i++) {
		ok = add_line(exchange, &exchange->headers, request->headers[i]);
	}
	setting->code = ok ? setting->code : CURLE_OUT_OF_MEMORY;
	SET(setting, CURLOPT_HTTPHEADER, exchange->headers);
	if (request->agent != NULL) {
		SET(setting, CURLOPT_USERAGENT, request->agent);
	}
	if (request->user != NULL) {
		SET(setting, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
		SET(setting, CURLOPT_USERNAME, request->user);
		SET(setting, CURLOPT_PASSWORD, request->password != NULL ? request->password : "");
	}
	if (request->method == HTTP_POST) {
		SET(setting, CURLOPT_POST, 1L);
		SET(setting, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len);
		SET(setting, CURLOPT_POSTFIELDS,
			request->body.len > 0 ? (const char *)request->body.at : "");
	}
}

static void set_target(struct setting *setting, struct http_exchange *exchange) {
	SET(setting, CURLOPT_URL, url_of(exchange->arena, exchange->request));
	if (exchange->request->n_addresses > 0) {
		const char *line = resolved_line(exchange->arena, exchange->request);
		if (!add_line(exchange, &exchange->resolved, line)) {
			setting->code = CURLE_OUT_OF_MEMORY;
		}
		SET(setting, CURLOPT_RESOLVE, exchange->resolved);
	}
	SET(setting, CURLOPT_VERBOSE, 1L);
	SET(setting, CURLOPT_DEBUGFUNCTION, take_note);
	SET(setting, CURLOPT_DEBUGDATA, exchange);
	SET(setting, CURLOPT_SOCKOPTFUNCTION, take_socket);
	SET(setting, CURLOPT_SOCKOPTDATA, exchange->http);
	SET(setting, CURLOPT_CLOSESOCKETFUNCTION, close_socket);
	SET(setting, CURLOPT_CLOSESOCKETDATA, exchange->http);
	SET(setting, CURLOPT_ERRORBUFFER, exchange->words);
	SET(setting, CURLOPT_PRIVATE, exchange);
	SET(setting, CURLOPT_WRITEFUNCTION, take_body);
	SET(setting, CURLOPT_WRITEDATA, exchange);
	SET(setting, CURLOPT_HEADERFUNCTION, take_head);
	SET(setting, CURLOPT_HEADERDATA, exchange);
}

bool http_exchange_begin(struct http_exchange *exchange) {
	exchange->easy = exchange->library->curl_easy_init();
	struct setting setting = {.exchange = exchange, .code = CURLE_OK};
	if (exchange->easy == NULL) {
		return err_set(&exchange->answer.err, ERR_LOCAL, "libcurl has no memory left");
	}
	set_limits(&setting);
	set_trust(&setting);
	set_headers(&setting, exchange);
	set_target(&setting, exchange);
	return setting.code == CURLE_OK ||
		   err_set(&exchange->answer.err, ERR_LOCAL, "libcurl refuses an option: %.100s",
			   exchange->library->curl_easy_strerror(setting.code));
}

void http_exchange_free(struct http_exchange *exchange) {
	if (exchange->easy != NULL) {
		exchange->library->curl_easy_cleanup(exchange->easy);
	}
	exchange->library->curl_slist_free_all(exchange->resolved);
	exchange->library->curl_slist_free_all(exchange->headers);
	exchange->easy = NULL;
	exchange->resolved = NULL;
	exchange->headers = NULL;
}

/* --- how it ended --- */

static const struct {
	CURLcode code;
	enum http_outcome outcome;
} endings[] = {
	{CURLE_OK, HTTP_ANSWERED},
	{CURLE_FILESIZE_EXCEEDED, HTTP_TOO_LONG},
	{CURLE_OPERATION_TIMEDOUT, HTTP_TIMED_OUT},
	{CURLE_COULDNT_CONNECT, HTTP_NOT_CONNECTED},
	{CURLE_COULDNT_RESOLVE_HOST, HTTP_NOT_CONNECTED},
	{CURLE_SSL_CONNECT_ERROR, HTTP_TLS_FAILED},
	{CURLE_SSL_CIPHER, HTTP_TLS_FAILED},
	{CURLE_PEER_FAILED_VERIFICATION, HTTP_UNTRUSTED},
	{CURLE_SSL_ISSUER_ERROR, HTTP_UNTRUSTED},
	{CURLE_UNSUPPORTED_PROTOCOL, HTTP_BROKEN}, /* HTTP/0.9, or of a redirect */
	{CURLE_WEIRD_SERVER_REPLY, HTTP_BROKEN},
	{CURLE_PARTIAL_FILE, HTTP_BROKEN},
	{CURLE_WRITE_ERROR, HTTP_BROKEN}, /* too long is seen before */
	{CURLE_GOT_NOTHING, HTTP_BROKEN},
	{CURLE_SEND_ERROR, HTTP_BROKEN},
	{CURLE_RECV_ERROR, HTTP_BROKEN},
	{CURLE_BAD_CONTENT_ENCODING, HTTP_BROKEN},
	{CURLE_HTTP2, HTTP_BROKEN},
	{CURLE_HTTP2_STREAM, HTTP_BROKEN},
	{CURLE_HTTP_RETURNED_ERROR, HTTP_BROKEN},
	/* Header lines longer than libcurl bears. */
	{CURLE_OUT_OF_MEMORY, HTTP_FAILED},
	{CURLE_SSL_CACERT_BADFILE, HTTP_FAILED},
	{CURLE_SSL_CERTPROBLEM, HTTP_FAILED},
};

static enum http_outcome outcome_of(const struct http_exchange *exchange, CURLcode code) {
	if (exchange->too_long) {
		return HTTP_TOO_LONG;
	}
	if (exchange->tls_pieces > HTTP_TLS_PIECES_MAX) {
		return HTTP_TLS_FAILED;
	}
	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
		if (endings[i].code == code) {
			return endings[i].outcome;
		}
	}
	return exchange->head_len > 0 ? HTTP_BROKEN : HTTP_FAILED;
}

/* A connection that this machine did not let us make. */
static enum http_outcome whose(const struct http_exchange *exchange, enum http_outcome outcome) {
	long error_number = 0;
	CURLcode code =
		exchange->library->curl_easy_getinfo(exchange->easy, CURLINFO_OS_ERRNO, &error_number);
	bool ours =
		code == CURLE_OK && error_number != 0 && err_kind_of_errno((int)error_number) == ERR_LOCAL;
	return outcome == HTTP_NOT_CONNECTED && ours ? HTTP_FAILED : outcome;
}

static struct span keep(struct arena *arena, const char *text, size_t max) {
	size_t len = text == NULL ? 0 : strnlen(text, max);
	return arena_copy_span(arena, (struct span){(const uint8_t *)text, len});
}

static void ask_library(struct http_exchange *exchange) {
	const struct http_library *library = exchange->library;
	struct http_answer *answer = &exchange->answer;
	long status = 0;
	const char *type = NULL;
	const char *address = NULL;
	if (library->curl_easy_getinfo(exchange->easy, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK) {
		answer->status = (int)status;
	}
	if (library->curl_easy_getinfo(exchange->easy, CURLINFO_CONTENT_TYPE, &type) == CURLE_OK) {
		answer->type = keep(exchange->arena, type, HTTP_TYPE_MAX);
	}
	if (library->curl_easy_getinfo(exchange->easy, CURLINFO_PRIMARY_IP, &address) == CURLE_OK &&
		address != NULL && *address != '\0') {
		answer->address = arena_copy_string(exchange->arena, address);
	}
}

void http_exchange_end(struct http_exchange *exchange, CURLcode code) {
	struct http_answer *answer = &exchange->answer;
	const char *words = exchange->words;
	http_make_steady(exchange->words);
	if (exchange->tls_pieces > HTTP_TLS_PIECES_MAX) {
		words = "messages of TLS came without end";
	} else if (code != CURLE_OK && *words == '\0') {
		words = exchange->library->curl_easy_strerror(code);
	}
	ask_library(exchange);
	answer->words = keep(exchange->arena, words, HTTP_WORDS_MAX);
	answer->body = (struct span){exchange->body, exchange->body_len};
	answer->outcome = whose(exchange, outcome_of(exchange, code));
	if (answer->outcome == HTTP_FAILED) {
		(void)err_set(&answer->err, ERR_LOCAL, "libcurl: %.200s",
			exchange->library->curl_easy_strerror(code));
	}
}
