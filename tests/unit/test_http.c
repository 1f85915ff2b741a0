/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests over HTTPS against scripted servers: what is sent, and how each kind of end is told. */
#include "http/http.h"

#include <signal.h>

#include "../fake/world.h"
#include "unit.h"

#define CERTIFICATE "cert web san=web.example.test\n"
#define GET " tls web\n want-sni web.example.test\n request GET /x?y=1 HTTP/1.1\n"
#define PATIENCE (10 * USEC_PER_SEC)

/* A world, a client, and all that is under way; done when everything is answered. */
struct desk {
	struct source source;
	struct arena *arena;
	struct pool pool; /* of the script's text */
	struct world world;
	struct http_library *library;
	struct http *http;
	const char *addresses[1];
	struct http_request request;
	size_t most_fds;
};

static size_t desk_watch(
	struct source *source, struct pollfd *fds, size_t max, usec now, usec *wake) {
	struct desk *desk = (struct desk *)source;
	size_t n = source_watch(http_source(desk->http), fds, max, now, wake);
	desk->most_fds = n > desk->most_fds ? n : desk->most_fds;
	return n;
}

static enum progress desk_step(
	struct source *source, const struct pollfd *fds, size_t n, usec now) {
	struct desk *desk = (struct desk *)source;
	enum progress progress = source_step(http_source(desk->http), fds, n, now);
	return http_pending(desk->http) == 0 ? PROGRESS_DONE : progress;
}

static void desk_open(struct desk *desk, const char *script) {
	static const struct source_ops ops = {desk_watch, desk_step};
	(void)signal(SIGPIPE, SIG_IGN); /* as the programs do */
	struct scenario scenario;
	*desk = (struct desk){.source = {&ops}, .arena = unit_arena()};
	scenario_read(&scenario, &desk->pool, script);
	ck_assert_msg(world_start(&desk->world, &scenario), "%s", desk->world.why);
	struct err err = {0};
	desk->library = http_open(desk->arena, &err);
	ck_assert_msg(desk->library != NULL, "%s", err.text);
	desk->http = http_new(desk->library, desk->arena, &err);
	ck_assert_msg(desk->http != NULL, "%s", err.text);
	desk->addresses[0] = "127.0.0.2";
	desk->request = (struct http_request){.host = "web.example.test",
		.port = desk->world.port,
		.path = "/x?y=1",
		.addresses = desk->addresses,
		.n_addresses = 1,
		.agent = "test/1",
		.ca_file = world_expand(&desk->world, "@pem(root)"),
		.answer_max = 1000,
		.deadline = deadline_after(clock_now(), PATIENCE)};
}

static void desk_run(struct desk *desk) {
	struct loop_os os = loop_os_real(NULL);
	struct err err = {0};
	enum loop_end end =
		loop_run(&desk->source, &os, deadline_after(clock_now(), 2 * PATIENCE), &err);
	ck_assert_int_eq(end, LOOP_FINISHED);
}

static void desk_close(struct desk *desk) {
	http_free(desk->http);
	bool ok = world_stop(&desk->world);
	ck_assert_msg(ok, "%s", desk->world.why);
	http_close(desk->library);
	world_free(&desk->world);
	pool_free(&desk->pool);
}

static const struct http_answer *fetch(struct desk *desk, const char *script) {
	desk_open(desk, script);
	const struct http_answer *answer = http_start(desk->http, &desk->request, clock_now());
	desk_run(desk);
	return answer;
}

struct row {
	const char *script;
	enum http_outcome outcome;
	int status;
	const char *body;  /* NULL: not looked at */
	const char *words; /* somewhere in what the library says; NULL: not looked at */
};

#define SERVER CERTIFICATE "smtpd 127.0.0.2\n"

static const struct row rows[] = {
	/* answers */
	{SERVER GET " answer 200 text/plain \"ok\"", HTTP_ANSWERED, 200, "ok", NULL},
	{SERVER GET " answer 404 text/html \"no\"", HTTP_ANSWERED, 404, "no", NULL},
	{SERVER GET " answer 200 text/plain \"\"", HTTP_ANSWERED, 200, "", NULL},
	{SERVER GET " send HTTP/1.1 301 Moved\n send Location: http://other.example.test/\n"
				" send Content-Length: 0\n send",
		HTTP_ANSWERED, 301, "", NULL},
	{SERVER GET " send HTTP/1.1 200 OK\n send Transfer-Encoding: chunked\n send\n"
				" sendraw \"2\\r\\nab\\r\\n1\\r\\nc\\r\\n0\\r\\n\\r\\n\"",
		HTTP_ANSWERED, 200, "abc", NULL},
	{SERVER GET " send HTTP/1.0 200 OK\n send\n sendraw \"to the end\"\n close", HTTP_ANSWERED, 200,
		"to the end", NULL},
	{SERVER GET " send HTTP/1.1 200 OK\n send Content-Encoding: gzip\n send Content-Length: 3\n"
				" send\n sendraw \"\\x1f\\x8b\\x08\"",
		HTTP_ANSWERED, 200, "\x1f\x8b\x08", NULL},
	{SERVER GET " send HTTP/1.1 100 Continue\n send\n answer 200 text/plain \"ok\"", HTTP_ANSWERED,
		200, "ok", NULL},
	/* too much */
	{SERVER GET " send HTTP/1.1 200 OK\n send Content-Length: 1001\n send\n flood 1001",
		HTTP_TOO_LONG, 200, NULL, NULL},
	{SERVER GET " send HTTP/1.1 200 OK\n send\n flood 100000", HTTP_TOO_LONG, 200, NULL, NULL},
	{SERVER GET " send HTTP/1.1 200 OK\n lines 10000 X-Header: what nobody asked for\n hang",
		HTTP_TOO_LONG, 200, NULL, NULL},
	/* 33 octets each: just below and above 64 KiB */
	{SERVER GET " send HTTP/1.1 200 OK\n send Content-Length: 2\n"
				" lines 1980 X-Header: what nobody asked for\n send\n sendraw \"ok\"",
		HTTP_ANSWERED, 200, "ok", NULL},
	{SERVER GET " send HTTP/1.1 200 OK\n send Content-Length: 2\n"
				" lines 1990 X-Header: what nobody asked for\n send\n sendraw \"ok\"",
		HTTP_TOO_LONG, 200, NULL, NULL},
	/* no HTTP */
	{SERVER GET " send 220 mx.example.test ESMTP", HTTP_BROKEN, 0, NULL, NULL},
	{SERVER GET " send HTTP/1.1 200 OK\n send Content-Length: 10\n send\n sendraw \"short\"\n"
				" close",
		HTTP_BROKEN, 200, NULL, NULL},
	{SERVER GET " close", HTTP_BROKEN, 0, NULL, NULL},
	{SERVER GET " reset", HTTP_BROKEN, 0, NULL, NULL},
	/* TLS */
	{SERVER " tls web max=TLSv1.1 ciphers=ALL:@SECLEVEL=0 fails", HTTP_TLS_FAILED, 0, NULL, NULL},
	{SERVER " send HTTP/1.1 400 Bad Request\n send\n close", HTTP_TLS_FAILED, 0, NULL, NULL},
	{"smtpd 127.0.0.2\n tls good mayfail", HTTP_UNTRUSTED, 0, NULL, "name"},
	{"cert old san=web.example.test from=-9d to=-1d\nsmtpd 127.0.0.2\n tls old mayfail",
		HTTP_UNTRUSTED, 0, NULL, "expired"},
	{"cert lone issuer=self chain=none san=web.example.test\nsmtpd 127.0.0.2\n tls lone mayfail",
		HTTP_UNTRUSTED, 0, NULL, "self"},
	{SERVER " tls web+none mayfail", HTTP_UNTRUSTED, 0, NULL, "issuer"},
	/* connections */
	{"smtpd 127.0.0.2 refuse", HTTP_NOT_CONNECTED, 0, NULL, NULL},
};

START_TEST(each_end_is_told) {
	struct desk desk;
	const struct row *row = &rows[_i];
	const struct http_answer *answer = fetch(&desk, row->script);
	ck_assert_msg(answer->outcome == row->outcome, "row %d: %s; %.*s %s", _i,
		http_outcome_words(answer->outcome), (int)answer->words.len, (const char *)answer->words.at,
		answer->err.text);
	ck_assert_int_eq(answer->status, row->status);
	if (row->body != NULL) {
		ck_assert(span_equal(answer->body, span_of(row->body)));
	}
	ck_assert_uint_le(answer->body.len, desk.request.answer_max);
	if (row->words != NULL) {
		ck_assert_ptr_nonnull(
			memmem(answer->words.at, answer->words.len, row->words, strlen(row->words)));
	}
	ck_assert_uint_le(desk.most_fds, HTTP_FDS_MAX);
	desk_close(&desk);
}
END_TEST

START_TEST(a_deadline_is_not_moved_by_what_arrives) {
	struct desk desk;
	desk_open(&desk, SERVER GET " drip 50 HTTP/1.1 200 OK and so on and so on and so on");
	desk.request.deadline = deadline_after(clock_now(), 300 * USEC_PER_MSEC);
	const struct http_answer *answer = http_start(desk.http, &desk.request, clock_now());
	desk_run(&desk);
	ck_assert_int_eq(answer->outcome, HTTP_TIMED_OUT);
	desk_close(&desk);
}
END_TEST

START_TEST(what_is_given_is_sent) {
	static const char *const headers[] = {"Accept: application/json"};
	struct desk desk;
	desk_open(&desk, SERVER " tls web\n request POST /x?y=1 HTTP/1.1\n"
							" want-header Host: web.example.test:*\n"
							" want-header User-Agent: test/1\n"
							" want-header Accept: application/json\n"
							" want-header Authorization: Basic bWU6c2VjcmV0\n"
							" want-header {\"a\":1}\n"
							" answer 200 application/json \"{}\"\n"
							" request POST /x?y=1 HTTP/1.1\n answer 201 application/json \"\"");
	desk.request.method = HTTP_POST;
	desk.request.headers = headers;
	desk.request.n_headers = 1;
	desk.request.user = "me";
	desk.request.password = "secret";
	desk.request.body = span_of("{\"a\":1}");
	const struct http_answer *first = http_start(desk.http, &desk.request, clock_now());
	desk_run(&desk);
	const struct http_answer *second = http_start(desk.http, &desk.request, clock_now());
	desk_run(&desk);
	ck_assert_int_eq(first->status, 200);
	ck_assert(span_equal(first->type, span_of("application/json")));
	ck_assert_str_eq(first->address, "127.0.0.2");
	ck_assert_int_eq(second->status, 201);
	ck_assert_int_eq(desk.world.smtpd[0]->connections, 1);
	desk_close(&desk);
}
END_TEST

START_TEST(no_environment_has_a_say) {
	struct desk desk;
	(void)setenv("https_proxy", "http://127.0.0.3:1", 1);
	(void)setenv("ALL_PROXY", "socks5://127.0.0.3:1", 1);
	(void)setenv("HOME", "/nowhere", 1);
	(void)setenv("CURL_CA_BUNDLE", "/nowhere", 1);
	const struct http_answer *answer = fetch(&desk, SERVER GET " answer 200 text/plain \"ok\"");
	ck_assert_int_eq(answer->outcome, HTTP_ANSWERED);
	desk_close(&desk);
}
END_TEST

START_TEST(a_host_without_an_address_is_not_looked_up) {
	struct desk desk;
	desk_open(&desk, "smtpd 127.0.0.2 never");
	desk.request.host = "localhost";
	desk.request.n_addresses = 0;
	const struct http_answer *answer = http_start(desk.http, &desk.request, clock_now());
	ck_assert_int_eq(answer->outcome, HTTP_NOT_CONNECTED);
	desk_close(&desk);
}
END_TEST

/* An address that means something on one link only, and no word of which. */
START_TEST(a_connection_that_cannot_be_begun_is_our_fault) {
	struct desk desk;
	desk_open(&desk, "smtpd 127.0.0.2 optional");
	desk.addresses[0] = "fe80::1";
	const struct http_answer *answer = http_start(desk.http, &desk.request, clock_now());
	desk_run(&desk);
	ck_assert_int_eq(answer->outcome, HTTP_FAILED);
	ck_assert_int_eq(answer->err.kind, ERR_LOCAL);
	desk_close(&desk);
}
END_TEST

START_TEST(more_requests_than_connections_wait_for_their_turn) {
	struct desk desk;
	desk_open(&desk, SERVER " accept forever\n tls web\n request GET /x?y=1 HTTP/1.1\n"
							" send HTTP/1.1 200 OK\n send Connection: close\n"
							" send Content-Length: 0\n send\n close");
	const struct http_answer *answers[20];
	for (size_t i = 0; i < 20; i++) {
		answers[i] = http_start(desk.http, &desk.request, clock_now());
	}
	ck_assert_uint_eq(http_pending(desk.http), 20);
	desk_run(&desk);
	for (size_t i = 0; i < 20; i++) {
		ck_assert_int_eq(answers[i]->outcome, HTTP_ANSWERED);
	}
	ck_assert_uint_le(desk.most_fds, HTTP_FDS_MAX);
	desk_close(&desk);
}
END_TEST

START_TEST(what_is_given_up_has_timed_out) {
	struct desk desk;
	desk_open(&desk, "smtpd 127.0.0.2\n optional");
	const struct http_answer *answer = http_start(desk.http, &desk.request, clock_now());
	ck_assert_int_eq(answer->outcome, HTTP_PENDING);
	http_cancel(desk.http);
	ck_assert_int_eq(answer->outcome, HTTP_TIMED_OUT);
	desk_close(&desk);
}
END_TEST

START_TEST(a_file_of_cas_that_is_not_there_is_our_fault) {
	struct desk desk;
	desk_open(&desk, SERVER " optional\n tls web mayfail");
	desk.request.ca_file = "/nowhere/ca.pem";
	const struct http_answer *answer = http_start(desk.http, &desk.request, clock_now());
	desk_run(&desk);
	ck_assert_int_eq(answer->outcome, HTTP_FAILED);
	ck_assert_int_eq(answer->err.kind, ERR_LOCAL);
	desk_close(&desk);
}
END_TEST

START_TEST(words_are_the_same_in_each_run) {
	static const struct {
		const char *words;
		const char *steady;
	} table[] = {
		{"Failed to connect to mx.test port 443 after 8 ms: Couldn't connect to server",
			"Failed to connect to mx.test port 443: Couldn't connect to server"},
		{"Failed to connect to mx.test port 443 after 0 ms: Connection refused",
			"Failed to connect to mx.test port 443: Connection refused"},
		{"Connection timed out after 10001 milliseconds", "Connection timed out"},
		{"Operation timed out after 10 milliseconds with 3 out of 96 bytes received",
			"Operation timed out"},
		{"transfer closed with 96 bytes remaining to read", "transfer closed"},
		{"transfer closed with outstanding read data remaining",
			"transfer closed with outstanding read data remaining"},
		{"look after 8 mailboxes with 2 keys", "look after 8 mailboxes with 2 keys"},
		{"Empty reply from server", "Empty reply from server"},
		{" after ", " after "},
		{"", ""},
	};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		char words[HTTP_WORDS_MAX + 1];
		(void)snprintf(words, sizeof words, "%s", table[i].words);
		http_make_steady(words);
		ck_assert_str_eq(words, table[i].steady);
	}
}
END_TEST

START_TEST(without_libcurl_a_message_says_so) {
	struct err err = {0};
	struct arena *arena = unit_arena();
	ck_assert_ptr_null(http_open(arena, &err));
	ck_assert_str_eq(err.text, "this program was built without libcurl");
}
END_TEST

static void add_tests(TCase *tc) {
	tcase_add_loop_test(tc, each_end_is_told, 0, (int)(sizeof rows / sizeof rows[0]));
	tcase_add_test(tc, a_deadline_is_not_moved_by_what_arrives);
	tcase_add_test(tc, what_is_given_is_sent);
	tcase_add_test(tc, no_environment_has_a_say);
	tcase_add_test(tc, a_host_without_an_address_is_not_looked_up);
	tcase_add_test(tc, a_connection_that_cannot_be_begun_is_our_fault);
	tcase_add_test(tc, more_requests_than_connections_wait_for_their_turn);
	tcase_add_test(tc, what_is_given_up_has_timed_out);
	tcase_add_test(tc, a_file_of_cas_that_is_not_there_is_our_fault);
}

UNIT_MAIN(
	"http", tcase_add_test(tc, words_are_the_same_in_each_run); if (http_is_available()) {
		add_tests(tc);
	} else { tcase_add_test(tc, without_libcurl_a_message_says_so); })
