/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading the script of a server; the table of its verbs. */
#include "smtp_script.h"

#include "shown.h"
#include <ctype.h>
#include <string.h>

enum { BYTES_MAX = 4 * 1024 * 1024, PAUSE_MAX_MS = 60000 };

/* One line in the making. */
struct line {
	struct smtp_script *script;
	struct pool *pool;
	struct pki *pki;
	const char *rest; /* behind the verb */
	const char **why;
};

static struct smtp_step *new_step(const struct line *line, enum smtp_verb verb) {
	if (line->script->n == SMTP_STEPS_MAX) {
		*line->why = "too many steps";
		return NULL;
	}
	struct smtp_step *step = &line->script->step[line->script->n++];
	step->verb = verb;
	step->text = line->rest;
	step->len = strlen(line->rest);
	return step;
}

static bool add_plain(const struct line *line, enum smtp_verb verb) {
	return new_step(line, verb) != NULL;
}

static bool add_bytes(const struct line *line, const char *bytes, size_t len) {
	struct smtp_step *step = new_step(line, SMTP_SEND);
	if (step != NULL) {
		step->text = bytes;
		step->len = len;
	}
	return step != NULL;
}

static bool add_send(const struct line *line) {
	const char *text = pool_print(line->pool, "%s\r\n", line->rest);
	return add_bytes(line, text, strlen(text));
}

static bool add_sendraw(const struct line *line) {
	char *bytes;
	size_t len;
	*line->why = "unknown escape";
	return words_unescape(line->pool, line->rest, &bytes, &len) && add_bytes(line, bytes, len);
}

static bool add_pipeline(const struct line *line) {
	struct smtp_step *last = line->script->n > 0 ? &line->script->step[line->script->n - 1] : NULL;
	if (last == NULL || last->verb != SMTP_SEND) {
		*line->why = "pipeline needs a send before it";
		return false;
	}
	size_t more = strlen(line->rest) + 2;
	char *joined = pool_new(line->pool, last->len + more + 1);
	memcpy(joined, last->text, last->len);
	memcpy(joined + last->len, line->rest, more - 2);
	memcpy(joined + last->len + more - 2, "\r\n", 2);
	last->text = joined;
	last->len += more;
	return true;
}

/* "NUMBER TEXT": the number, and the text behind it. */
static bool take_number(const struct line *line, long max, long *number, const char **text) {
	size_t len = strcspn(line->rest, " ");
	*text = line->rest + len + (line->rest[len] == ' ');
	*line->why = "a number is missing";
	return words_number(pool_copy(line->pool, line->rest, len), max, number);
}

static bool add_lines(const struct line *line) {
	long number;
	const char *text;
	if (!take_number(line, 100000, &number, &text)) {
		return false;
	}
	size_t len = strlen(text) + 2;
	char *all = pool_new(line->pool, len * (size_t)number + 1);
	for (long i = 0; i < number; i++) {
		memcpy(all + len * (size_t)i, text, len - 2);
		memcpy(all + len * (size_t)i + len - 2, "\r\n", 2);
	}
	return add_bytes(line, all, len * (size_t)number);
}

static bool add_again(const struct line *line) {
	long number;
	const char *text;
	char *bytes;
	size_t len;
	if (!take_number(line, BYTES_MAX, &number, &text)) {
		return false;
	}
	*line->why = "again takes a number and the octets";
	if (!words_unescape(line->pool, text, &bytes, &len) || len * (size_t)number > BYTES_MAX) {
		return false;
	}
	char *all = pool_new(line->pool, len * (size_t)number + 1);
	for (long i = 0; i < number; i++) {
		memcpy(all + len * (size_t)i, bytes, len);
	}
	return add_bytes(line, all, len * (size_t)number);
}

static bool add_flood(const struct line *line) {
	long number;
	const char *text;
	if (!take_number(line, BYTES_MAX, &number, &text)) {
		return false;
	}
	char *bytes = pool_new(line->pool, (size_t)number + 1);
	memset(bytes, 'A', (size_t)number);
	return add_bytes(line, bytes, (size_t)number);
}

/* The same bytes in every run, all values, now and then an end of line. */
static bool add_garbage(const struct line *line) {
	long number;
	const char *text;
	if (!take_number(line, BYTES_MAX, &number, &text)) {
		return false;
	}
	char *bytes = pool_new(line->pool, (size_t)number + 1);
	uint32_t state = 1;
	for (long i = 0; i < number; i++) {
		state = state * 1103515245U + 12345U;
		bytes[i] = (char)(unsigned char)(state >> 16 & 0xff);
	}
	return add_bytes(line, bytes, (size_t)number);
}

/* "STATUS TYPE "BYTES"". */
static bool add_answer(const struct line *line) {
	long status;
	const char *text;
	char *bytes;
	size_t len;
	if (!take_number(line, 999, &status, &text)) {
		return false;
	}
	size_t type_len = strcspn(text, " ");
	*line->why = "answer takes a status, a type and the body";
	if (!words_unescape(line->pool, text + type_len + (text[type_len] == ' '), &bytes, &len)) {
		return false;
	}
	const char *head = pool_print(line->pool,
		"HTTP/1.1 %ld Answer\r\nContent-Type: %.*s\r\nContent-Length: %zu\r\n\r\n", status,
		(int)type_len, text, len);
	char *all = pool_new(line->pool, strlen(head) + len + 1);
	memcpy(all, head, strlen(head));
	memcpy(all + strlen(head), bytes, len);
	return add_bytes(line, all, strlen(head) + len);
}

static bool add_drip(const struct line *line) {
	long number;
	const char *text;
	if (!take_number(line, PAUSE_MAX_MS, &number, &text)) {
		return false;
	}
	struct smtp_step *step = new_step(line, SMTP_DRIP);
	if (step != NULL) {
		step->number = number;
		step->text = pool_print(line->pool, "%s\r\n", text);
		step->len = strlen(step->text);
	}
	return step != NULL;
}

static bool add_wait(const struct line *line, enum smtp_verb verb) {
	struct smtp_step *step = new_step(line, verb);
	const char *text;
	return step != NULL && take_number(line, PAUSE_MAX_MS, &step->number, &text);
}

static bool add_pause(const struct line *line) {
	return add_wait(line, SMTP_PAUSE);
}

static bool add_quiet(const struct line *line) {
	return add_wait(line, SMTP_QUIET);
}

static bool add_tls(const struct line *line) {
	struct words words;
	struct smtp_step *step = new_step(line, SMTP_TLS);
	return step != NULL && words_split(&words, line->pool, line->rest) &&
		   tls_server_make(&step->tls, line->pki, &words, 0, line->why);
}

static bool add_unasked(const struct line *line, enum stream_unasked what) {
	struct smtp_step *step = new_step(line, SMTP_UNASKED);
	const char *text;
	if (step == NULL || !take_number(line, BYTES_MAX, &step->number, &text)) {
		return false;
	}
	step->unasked = what;
	return true;
}

static bool add_rekey(const struct line *line) {
	return add_unasked(line, STREAM_REKEYS);
}

static bool add_tickets(const struct line *line) {
	return add_unasked(line, STREAM_TICKETS);
}

static bool add_hello_again(const struct line *line) {
	return add_unasked(line, STREAM_HELLO_REQUESTS);
}

static bool add_hello_retry(const struct line *line) {
	struct smtp_step *step = new_step(line, SMTP_HELLO_RETRY);
	const char *text;
	return step != NULL && take_number(line, BYTES_MAX, &step->number, &text);
}

static bool add_shown(const struct line *line) {
	const struct pki_chain *chain = pki_find(line->pki, line->rest);
	size_t len = 0;
	const char *octets = chain != NULL ? shown_octets(line->pool, chain, &len) : NULL;
	*line->why = "no such certificate, or too much of it";
	return octets != NULL && add_bytes(line, octets, len);
}

static const struct {
	const char *word;
	enum smtp_verb verb;
	bool (*add)(const struct line *line); /* NULL: a plain step of this verb */
} verbs[] = {
	{"send", SMTP_SEND, add_send},
	{"sendraw", SMTP_SEND, add_sendraw},
	{"pipeline", SMTP_SEND, add_pipeline},
	{"lines", SMTP_SEND, add_lines},
	{"again", SMTP_SEND, add_again},
	{"flood", SMTP_SEND, add_flood},
	{"garbage", SMTP_SEND, add_garbage},
	{"drip", SMTP_DRIP, add_drip},
	{"want", SMTP_WANT, NULL},
	{"may", SMTP_MAY, NULL},
	{"polite", SMTP_POLITE, NULL},
	{"tls", SMTP_TLS, add_tls},
	{"wrapper", SMTP_TLS, add_tls},
	{"rekey", SMTP_UNASKED, add_rekey},
	{"tickets", SMTP_UNASKED, add_tickets},
	{"hello-again", SMTP_UNASKED, add_hello_again},
	{"hello-retry", SMTP_HELLO_RETRY, add_hello_retry},
	{"client-hello", SMTP_CLIENT_HELLO, NULL},
	{"shown", SMTP_SEND, add_shown},
	{"want-sni", SMTP_WANT_SNI, NULL},
	{"want-session", SMTP_WANT_SESSION, NULL},
	{"want-client", SMTP_WANT_CLIENT, NULL},
	{"pause", SMTP_PAUSE, add_pause},
	{"quiet", SMTP_QUIET, add_quiet},
	{"hang", SMTP_HANG, NULL},
	{"close", SMTP_CLOSE, NULL},
	{"reset", SMTP_RESET, NULL},
	{"noclosenotify", SMTP_NO_CLOSE_NOTIFY, NULL},
	{"request", SMTP_REQUEST, NULL},
	{"want-header", SMTP_WANT_HEADER, NULL},
	{"answer", SMTP_SEND, add_answer},
};

/* A '$' stands for the words behind the short form. */
static const struct {
	const char *word;
	const char *lines[8];
} short_forms[] = {
	{"greet", {"send 220 mx.example.test ESMTP"}},
	{"ready", {"greet", "want EHLO *", "send 250-mx.example.test", "send 250-SIZE 1000000",
				  "send 250 STARTTLS", "want STARTTLS", "send 220 2.0.0 go ahead"}},
	{"ready-as", {"greet", "want EHLO *", "send 250-$", "send 250 STARTTLS", "want STARTTLS",
					 "send 220 2.0.0 go ahead"}},
	{"ready-lmtp", {"send 220 mx.example.test LMTP", "want LHLO *", "send 250-mx.example.test",
					   "send 250 STARTTLS", "want STARTTLS", "send 220 2.0.0 go ahead"}},
	{"finish", {"want EHLO *", "send 250-mx.example.test", "send 250 SIZE 1000000", "want QUIT",
				   "send 221 2.0.0 bye"}},
	{"finish-lmtp", {"want LHLO *", "send 250 mx.example.test", "want QUIT", "send 221 bye"}},
	{"starttls", {"want STARTTLS", "send 220 2.0.0 go ahead", "tls $"}},
	{"normal", {"ready", "tls $", "finish"}},
	{"normal-lmtp", {"ready-lmtp", "tls $", "finish-lmtp"}},
	{"wrapped", {"tls $", "greet", "finish"}},
};

static bool add_short_form(const struct line *line, size_t form) {
	for (size_t i = 0; i < 8 && short_forms[form].lines[i] != NULL; i++) {
		const char *text = short_forms[form].lines[i];
		size_t len = strlen(text);
		if (text[len - 1] == '$') {
			text = pool_print(line->pool, "%.*s%s", (int)len - 1, text, line->rest);
		}
		if (!smtp_script_add(line->script, line->pool, line->pki, text, line->why)) {
			return false;
		}
	}
	return true;
}

bool smtp_script_add(struct smtp_script *script, struct pool *pool, struct pki *pki,
	const char *text, const char **why) {
	while (isspace((unsigned char)*text)) {
		text++;
	}
	size_t len = strcspn(text, " \t");
	const char *verb = pool_copy(pool, text, len);
	const char *rest = text + len + strspn(text + len, " \t");
	const struct line line = {script, pool, pki, rest, why};
	for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
		if (strcmp(verbs[i].word, verb) == 0) {
			return verbs[i].add != NULL ? verbs[i].add(&line) : add_plain(&line, verbs[i].verb);
		}
	}
	for (size_t i = 0; i < sizeof short_forms / sizeof short_forms[0]; i++) {
		if (strcmp(short_forms[i].word, verb) == 0) {
			return add_short_form(&line, i);
		}
	}
	*why = "unknown verb";
	return false;
}

void smtp_script_free(struct smtp_script *script) {
	for (size_t i = 0; i < script->n; i++) {
		tls_server_free(&script->step[i].tls);
	}
}
