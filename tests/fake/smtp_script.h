/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_FAKE_SMTP_SCRIPT_H
#define TESTS_FAKE_SMTP_SCRIPT_H
/* What a scripted SMTP server says and wants to hear, one verb a line:
 *
 *   send TEXT            a line; CR LF is added
 *   sendraw "BYTES"      as it stands; \r \n \t \0 \xHH
 *   pipeline TEXT        a line in the same write as the send before it
 *   lines N TEXT         the same line N times
 *   drip MS TEXT         a line, one byte each MS milliseconds
 *   again N "BYTES"      those octets N times; escapes as in sendraw
 *   flood N              N bytes without an end of line
 *   garbage N            N bytes of anything
 *   want PATTERN         the next line; another one, or none, fails the scenario
 *   may PATTERN          as want, but the client may leave instead: then the script ends
 *   polite               answers EHLO, LHLO and QUIT and refuses the rest, to the end
 *   tls CERT ...         a handshake (tls_server.h); "wrapper CERT ..." is the same
 *   want-sni NAME|none   what the handshake before asked for
 *   want-session new|resumed
 *   want-client NAME|none  the common name of the certificate that "clientcert" got
 *   rekey N              N updates of the keys of TLS 1.3, which say nothing
 *   tickets N            N tickets of TLS 1.3 that nobody needs
 *   hello-again N        N requests of TLS 1.2 to begin again
 *   hello-retry N        N requests of TLS 1.3 for another ClientHello, in place of a handshake
 *   client-hello         waits for the ClientHello, in place of a handshake
 *   shown CERT           behind it: a ServerHello of TLS 1.2 and this chain, and no more
 *   quiet MS             nothing may come for this long
 *   pause MS  hang  close  reset  noclosenotify
 *   request PATTERN      the head of an HTTP request, and its body; the pattern is for its first
 * line want-header PATTERN  a line of that head, or the body, looks like this answer STATUS TYPE
 * "BYTES"  an HTTP answer; escapes as in sendraw
 *
 * and short forms: greet; ready and finish (all before and behind "tls" of an ordinary session);
 * starttls CERT ...; ready-as NAME (a back-end that calls itself so in answer to EHLO); normal CERT
 * ... (ready, tls, finish); wrapped CERT ... (the same with TLS at once); ready-lmtp, finish-lmtp,
 * normal-lmtp. */
#include "stream.h"
#include "tls_server.h"

enum smtp_verb {
	SMTP_SEND,
	SMTP_DRIP,
	SMTP_WANT,
	SMTP_MAY,
	SMTP_POLITE,
	SMTP_TLS,
	SMTP_UNASKED,
	SMTP_HELLO_RETRY,
	SMTP_CLIENT_HELLO,
	SMTP_WANT_SNI,
	SMTP_WANT_SESSION,
	SMTP_WANT_CLIENT,
	SMTP_PAUSE,
	SMTP_QUIET,
	SMTP_HANG,
	SMTP_CLOSE,
	SMTP_RESET,
	SMTP_NO_CLOSE_NOTIFY,
	SMTP_REQUEST,
	SMTP_WANT_HEADER,
};

enum { SMTP_STEPS_MAX = 64 };

struct smtp_step {
	enum smtp_verb verb;
	const char *text;
	size_t len;
	long number;
	enum stream_unasked unasked;
	struct tls_server tls;
};

struct smtp_script {
	long sessions; /* how many in a row follow this script */
	size_t n;
	struct smtp_step step[SMTP_STEPS_MAX];
};

/* Adds one line. False, and why, when it cannot be understood. */
bool smtp_script_add(struct smtp_script *script, struct pool *pool, struct pki *pki,
	const char *line, const char **why);
void smtp_script_free(struct smtp_script *script);

#endif
