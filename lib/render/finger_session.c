/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines about sessions kept, found and resumed. */
#include <inttypes.h>

#include "render/finger_line.h"

/* posttls-finger's cache is a table in its own memory, and so is ours. */
static void cache(const struct line *line) {
	const char *head = "";
	const char *tail = " memory cache";
	switch ((enum event_cache)line->event->number[0]) {
	case EVENT_CACHE_LOOKING:
		head = "looking for session ";
		tail = " in memory cache";
		break;
	case EVENT_CACHE_RELOADED:
		head = "reloaded session ";
		tail = " from memory cache";
		break;
	case EVENT_CACHE_SAVED:
		head = "save session ";
		tail = " to memory cache";
		break;
	case EVENT_CACHE_REMOVED:
		head = "remove session ";
		tail = " from client cache";
		break;
	}
	line_begin(line, "");
	line_add(line, head);
	line_add_text(line, 0);
	line_add(line, tail);
	line_end(line);
}

static void reused(const struct line *line) {
	line_begin_peer(line, "", HOST_LOWER);
	line_add(line, "Reusing old session");
	line_end(line);
}

static void reused_untrusted(const struct line *line) {
	if (line->event->text[1] == NULL && !line_shows(line, FINGER_UNTRUSTED)) {
		return;
	}
	line_begin_peer(line, "", HOST_AS_IS);
	line_add(line,
		"re-using session with untrusted peer credential, look for details earlier in the log");
	line_end(line);
}

static void anonymous(const struct line *line) {
	if (line->event->pass <= 1) {
		line_begin(line, "");
		line_add(line, "Server is anonymous");
		line_end(line);
	}
}

static void chain(const struct line *line) {
	if (line->event->pass <= 1) {
		finger_chain_certificate(line);
	}
}

/* Parts of a second, of which posttls-finger knows nothing, are told as they were given. */
static void reconnect(const struct line *line) {
	int64_t micros = line->event->number[0];
	line_begin(line, "");
	text_add(line->text, "Reconnecting after ");
	if (micros % 1000000 == 0) {
		text_addf(line->text, "%" PRId64 " seconds", micros / 1000000);
	} else {
		text_addf(line->text, "%" PRId64 " ms", micros / 1000);
	}
	line_end(line);
}

static void reconnect_end(const struct line *line) {
	line_begin(line, "");
	line_add_text(line, 0);
	line_end(line);
}

static const struct finger_row rows[] = {
	{EVENT_TLS_CACHE, FINGER_CACHE, cache},
	{EVENT_TLS_REUSED, FINGER_CACHE, reused},
	{EVENT_TLS_REUSED_UNTRUSTED, 0, reused_untrusted},
	{EVENT_TLS_ANONYMOUS, 0, anonymous},
	{EVENT_TLS_CHAIN, FINGER_CHAIN, chain},
	{EVENT_RECONNECT, 0, reconnect},
	{EVENT_RECONNECT_END, 0, reconnect_end},
};

void finger_session_event(const struct line *line) {
	line_write(line, rows, sizeof rows / sizeof *rows);
}
