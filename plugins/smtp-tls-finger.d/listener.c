/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Events in, lines of the log out. */
#include "smtp-tls-finger.d/listener.h"

/* One event is never longer: a certificate of a chain that is refused above 100 KiB. */
#define EVENT_TEXT_MAX (256U * 1024U)
/* The log of Postfix does not cut what a peer says; its own limits are lower than this. */
#define QUOTE_MAX (64U * 1024U)

static void emit(struct trace *trace, const struct event *event) {
	struct listener *listener = (struct listener *)trace;
	if (event->kind == EVENT_TLS_MESSAGE) {
		if ((listener->style.show & FINGER_MESSAGES) != 0 && event->peer != NULL) {
			trace_file_write(listener->file, event->peer->address, event->pass, event->bytes[0]);
		}
		return;
	}
	if (event->kind == EVENT_TLS_ENGINE && listener->choices->bad_log_words) {
		choices_warn_log_words(listener->line, listener->log);
	}
	text_truncate(&listener->lines, 0);
	render_finger_event(&listener->lines, &listener->style, event);
	struct span lines = {(const uint8_t *)listener->lines.at, listener->lines.len};
	if (event->kind == EVENT_TLS_CHAIN) {
		log_write_later(listener->log, lines);
	} else {
		log_write(listener->log, lines);
	}
	listener->fatal = listener->fatal || finger_event_is_fatal(event);
}

void listener_init(struct listener *listener, struct arena *arena, struct log *log,
	struct trace_file *file, const struct command_line *line, const struct choices *choices) {
	*listener = (struct listener){
		.trace = {.emit = emit, .wants = finger_trace_wants(choices->show)},
		.style = {.prefix = log->prefix,
			.show = choices->show,
			.escape = log->escape,
			.quote_max = QUOTE_MAX,
			.marks_fatal = true},
		.line = line,
		.choices = choices,
		.log = log,
		.file = file,
		.lines = text_new(arena, EVENT_TEXT_MAX),
	};
}
