/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Playing a script on one connection. */
#include "fake_smtpd.h"

#include "stream.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { REQUEST_MAX = 8192, WANT_LIMIT_MS = 15000, HANG_LIMIT_MS = 60000, LEAVE_LIMIT_MS = 1500 };

enum turn { GO_ON, CONNECTION_ENDS };

struct session {
	struct smtpd *smtpd;
	struct stream stream;
	enum stream_end end;
	char request[REQUEST_MAX]; /* lines, the body last */
	size_t request_len;
};

static const char *reason(enum stream_got state) {
	switch (state) {
	case STREAM_CLOSED:
		return "the client closed the connection";
	case STREAM_LATE:
		return "nothing came within the limit";
	case STREAM_STOPPED:
		return "the run ended";
	case STREAM_OK:
		break;
	}
	return "";
}

static void note_quit(struct session *session, const char *line) {
	if (strcasecmp(line, "QUIT") == 0) {
		session->smtpd->quits++;
	}
}

static enum turn play_want(struct session *session, const struct smtp_step *step) {
	char line[STREAM_LINE_MAX];
	enum stream_got state = stream_line(&session->stream, line, WANT_LIMIT_MS);
	if (state != STREAM_OK) {
		if (step->verb == SMTP_WANT) {
			notes_fail(&session->smtpd->notes, "%s: wanted \"%s\", but %s", session->smtpd->name,
				step->text, reason(state));
		}
		return CONNECTION_ENDS;
	}
	note_quit(session, line);
	if (!words_match(step->text, line)) {
		notes_fail(&session->smtpd->notes, "%s: wanted \"%s\", got \"%.200s\"",
			session->smtpd->name, step->text, line);
		return CONNECTION_ENDS;
	}
	return GO_ON;
}

static enum turn play_polite(struct session *session) {
	char line[STREAM_LINE_MAX];
	while (stream_line(&session->stream, line, WANT_LIMIT_MS) == STREAM_OK) {
		const char *answer = "502 5.5.1 not here\r\n";
		note_quit(session, line);
		if (words_match("EHLO *", line) || words_match("LHLO *", line)) {
			answer = "250 mx.example.test\r\n";
		} else if (words_match("QUIT", line)) {
			answer = "221 2.0.0 bye\r\n";
		}
		stream_send(&session->stream, answer, strlen(answer));
	}
	return CONNECTION_ENDS;
}

static enum turn play_tls(struct session *session, const struct smtp_step *step) {
	char why[256];
	struct notes *notes = &session->smtpd->notes;
	if (session->stream.in_len > 0) {
		notes_fail(notes, "%s: the client sent bytes ahead of TLS", session->smtpd->name);
		return CONNECTION_ENDS;
	}
	if (stream_handshake(&session->stream, &step->tls, why, sizeof why) == STREAM_OK) {
		if (step->tls.outcome == TLS_MUST_FAIL) {
			notes_fail(notes, "%s: the handshake was to fail, but it worked", session->smtpd->name);
		}
		return GO_ON;
	}
	notes_add(notes, "  = handshake failed: %s", why);
	if (step->tls.outcome == TLS_MUST_WORK) {
		notes_fail(notes, "%s: handshake failed: %s", session->smtpd->name, why);
	}
	return CONNECTION_ENDS;
}

/* What the handshake before showed must be what the step names. */
static enum turn compare(
	struct session *session, const struct smtp_step *step, const char *what, const char *seen) {
	seen = seen == NULL ? "none" : seen;
	if (strcmp(seen, step->text) != 0) {
		notes_fail(&session->smtpd->notes, "%s: wanted %s \"%s\", got \"%s\"", session->smtpd->name,
			what, step->text, seen);
	}
	return GO_ON;
}

static enum turn play_want_sni(struct session *session, const struct smtp_step *step) {
	const SSL *ssl = session->stream.ssl;
	const char *seen = ssl == NULL ? NULL : SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
	return compare(session, step, "SNI", seen);
}

static enum turn play_want_session(struct session *session, const struct smtp_step *step) {
	const SSL *ssl = session->stream.ssl;
	const char *kind = ssl != NULL && SSL_session_reused(ssl) ? "resumed" : "new";
	return compare(session, step, "session", ssl == NULL ? NULL : kind);
}

static enum turn play_want_client(struct session *session, const struct smtp_step *step) {
	char name[256] = "";
	const SSL *ssl = session->stream.ssl;
	const X509 *certificate = ssl == NULL ? NULL : SSL_get0_peer_certificate(ssl);
	if (certificate == NULL) {
		return compare(session, step, "client certificate", NULL);
	}
	(void)X509_NAME_get_text_by_NID(
		X509_get_subject_name(certificate), NID_commonName, name, sizeof name);
	return compare(session, step, "client certificate", name);
}

static enum turn play_quiet(struct session *session, const struct smtp_step *step) {
	if (stream_quiet(&session->stream, (int)step->number) == STREAM_OK) {
		notes_fail(&session->smtpd->notes, "%s: the client does not wait for its turn",
			session->smtpd->name);
	}
	return GO_ON;
}

/* A client may leave while it is spoken to; only what it says is judged. */
static enum turn play_drip(struct session *session, const struct smtp_step *step) {
	for (size_t i = 0; i < step->len; i++) {
		if (stream_send(&session->stream, step->text + i, 1) != STREAM_OK ||
			stream_pause(&session->stream, (int)step->number) != STREAM_OK) {
			return CONNECTION_ENDS;
		}
	}
	return GO_ON;
}

static void keep_line(struct session *session, const char *line) {
	size_t room = sizeof session->request - session->request_len;
	int n = snprintf(session->request + session->request_len, room, "%s\n", line);
	session->request_len += n > 0 && (size_t)n < room ? (size_t)n : 0;
}

/* Lines up to the empty one, then as many octets as they say. */
static enum turn play_request(struct session *session, const struct smtp_step *step) {
	char line[STREAM_LINE_MAX];
	size_t body = 0;
	session->request_len = 0;
	session->request[0] = '\0';
	enum turn turn = play_want(session, step);
	for (bool head = true; head && turn == GO_ON;) {
		if (stream_line(&session->stream, line, WANT_LIMIT_MS) != STREAM_OK) {
			notes_fail(&session->smtpd->notes, "%s: the request has no end", session->smtpd->name);
			return CONNECTION_ENDS;
		}
		keep_line(session, line);
		head = line[0] != '\0';
		if (strncasecmp(line, "Content-Length:", 15) == 0) {
			body = strtoul(line + 15, NULL, 10);
		}
	}
	if (turn == GO_ON && body > 0) {
		if (body >= sizeof line || stream_bytes(&session->stream, line, body) != STREAM_OK) {
			notes_fail(&session->smtpd->notes, "%s: the body has no end", session->smtpd->name);
			return CONNECTION_ENDS;
		}
		line[body] = '\0';
		keep_line(session, line);
	}
	return turn;
}

static enum turn play_want_header(struct session *session, const struct smtp_step *step) {
	char copy[REQUEST_MAX];
	char *rest = copy;
	snprintf(copy, sizeof copy, "%s", session->request);
	for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
		if (words_match(step->text, line)) {
			return GO_ON;
		}
	}
	notes_fail(&session->smtpd->notes, "%s: no line like \"%s\" in the request",
		session->smtpd->name, step->text);
	return CONNECTION_ENDS;
}

static enum turn play_send(struct session *session, const struct smtp_step *step) {
	enum stream_got got = stream_send(&session->stream, step->text, step->len);
	return got == STREAM_STOPPED ? CONNECTION_ENDS : GO_ON;
}

static enum turn play_pause(struct session *session, const struct smtp_step *step) {
	enum stream_got got = stream_pause(&session->stream, (int)step->number);
	return got == STREAM_OK ? GO_ON : CONNECTION_ENDS;
}

static enum turn play_unasked(struct session *session, const struct smtp_step *step) {
	enum stream_got got = stream_say_unasked(&session->stream, step->unasked, step->number);
	return got == STREAM_OK ? GO_ON : CONNECTION_ENDS;
}

static enum turn play_hello_retry(struct session *session, const struct smtp_step *step) {
	return stream_hello_retry(&session->stream, step->number) == STREAM_OK ? GO_ON
																		   : CONNECTION_ENDS;
}

static enum turn play_step(struct session *session, const struct smtp_step *step) {
	switch (step->verb) {
	case SMTP_SEND:
		return play_send(session, step);
	case SMTP_DRIP:
		return play_drip(session, step);
	case SMTP_WANT:
	case SMTP_MAY:
		return play_want(session, step);
	case SMTP_POLITE:
		return play_polite(session);
	case SMTP_TLS:
		return play_tls(session, step);
	case SMTP_UNASKED:
		return play_unasked(session, step);
	case SMTP_HELLO_RETRY:
		return play_hello_retry(session, step);
	case SMTP_CLIENT_HELLO:
		return stream_client_hello(&session->stream) == STREAM_OK ? GO_ON : CONNECTION_ENDS;
	case SMTP_WANT_SNI:
		return play_want_sni(session, step);
	case SMTP_WANT_SESSION:
		return play_want_session(session, step);
	case SMTP_WANT_CLIENT:
		return play_want_client(session, step);
	case SMTP_QUIET:
		return play_quiet(session, step);
	case SMTP_PAUSE:
		return play_pause(session, step);
	case SMTP_HANG:
		stream_drain(&session->stream, HANG_LIMIT_MS);
		return CONNECTION_ENDS;
	case SMTP_CLOSE:
		return CONNECTION_ENDS;
	case SMTP_RESET:
		session->end = STREAM_RESET;
		return CONNECTION_ENDS;
	case SMTP_NO_CLOSE_NOTIFY:
		session->end = STREAM_ABRUPT;
		return GO_ON;
	case SMTP_REQUEST:
		return play_request(session, step);
	case SMTP_WANT_HEADER:
		return play_want_header(session, step);
	}
	return CONNECTION_ENDS;
}

/* The script is at its end: the client has nothing left to say and leaves. */
static void await_leaving(struct session *session) {
	char line[STREAM_LINE_MAX];
	if (stream_line(&session->stream, line, LEAVE_LIMIT_MS) == STREAM_OK) {
		note_quit(session, line);
		notes_fail(&session->smtpd->notes, "%s: unexpected \"%.200s\" behind the script's end",
			session->smtpd->name, line);
	}
}

void smtpd_play(struct smtpd *smtpd, const struct smtp_script *script, int fd) {
	struct session session = {.smtpd = smtpd, .end = STREAM_POLITE};
	session.stream.fd = fd;
	session.stream.stop = smtpd->stop[0];
	session.stream.notes = &smtpd->notes;
	session.stream.name = smtpd->name;
	enum turn turn = GO_ON;
	for (size_t i = 0; i < script->n && turn == GO_ON; i++) {
		turn = play_step(&session, &script->step[i]);
	}
	if (turn == GO_ON) {
		await_leaving(&session);
	}
	stream_close(&session.stream, session.end);
	notes_add(&smtpd->notes, "  = connection closed");
}
