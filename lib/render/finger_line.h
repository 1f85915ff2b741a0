/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The pieces lines of the trace are made of. Private to this room. */
#ifndef RENDER_FINGER_LINE_H
#define RENDER_FINGER_LINE_H

#include "render/render_finger.h"

/* One line while it is written. */
struct line {
	struct text *text;
	const struct finger_style *style;
	const struct event *event;
	unsigned show; /* in this pass */
};

enum host_case { HOST_AS_IS, HOST_LOWER };

/* The lines of one kind of event. */
struct finger_row {
	enum event_kind kind;
	unsigned shown_by; /* any of these bits of enum finger_show; 0: always shown */
	void (*write)(const struct line *line);
};

/* Write the event's lines if a row wants them. */
void line_write(const struct line *line, const struct finger_row *rows, size_t n);

/* Is one of these bits on? */
static inline bool line_shows(const struct line *line, unsigned bits) {
	return (line->show & bits) != 0;
}

/* The prefix and a severity ("warning: ", ""), at the start of every line; its end. */
void line_begin(const struct line *line, const char *severity);
void line_end(const struct line *line);

/* The same, then "host[address]:port: ". */
void line_begin_peer(const struct line *line, const char *severity, enum host_case host_case);

/* Our own words; bytes from elsewhere; the same without UTF-8, as Postfix has SMTP; one of the
 * event's texts, which may hold such bytes. */
void line_add(const struct line *line, const char *ours);
void line_add_remote(const struct line *line, struct span bytes);
void line_add_smtp(const struct line *line, struct span bytes);
void line_add_text(const struct line *line, size_t i);

/* "mx1.example.org[192.0.2.1]:25"; a UNIX socket has no port. */
void line_add_peer(const struct line *line, enum host_case host_case);

/* "3 1 1 AB12...": upper-case, data beyond 64 octets cut in the middle. */
void line_add_rdata(const struct line *line, struct span rdata);

/* "12.3 ms". */
void line_add_milliseconds(const struct line *line, int64_t micros);

/* Lines of one event of the TLS room, of sessions and reconnects, of octets; nothing for others. */
void finger_tls_event(const struct line *line);
void finger_session_event(const struct line *line);
void finger_dump_event(const struct line *line);

/* A certificate of -C. */
void finger_chain_certificate(const struct line *line);

#endif
