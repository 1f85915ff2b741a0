/* The pieces lines of the trace are made of. Private to this room. */
#ifndef RENDER_FINGER_LINE_H
#define RENDER_FINGER_LINE_H

#include "render/render_finger.h"

/* One line while it is written. */
struct line {
	struct text *text;
	const struct finger_style *style;
	const struct event *event;
};

enum host_case { HOST_AS_IS, HOST_LOWER };

/* The prefix and a severity ("warning: ", ""), at the start of every line; its end. */
void line_begin(const struct line *line, const char *severity);
void line_end(const struct line *line);

/* The same, then "host[address]:port: ". */
void line_begin_peer(const struct line *line, const char *severity, enum host_case host_case);

/* Our own words; bytes from elsewhere; one of the event's texts, which may hold such bytes. */
void line_add(const struct line *line, const char *ours);
void line_add_remote(const struct line *line, struct span bytes);
void line_add_text(const struct line *line, size_t i);

/* "mx1.example.org[192.0.2.1]:25"; a UNIX socket has no port. */
void line_add_peer(const struct line *line, enum host_case host_case);

/* "3 1 1 AB12...": upper-case, data beyond 64 octets cut in the middle. */
void line_add_rdata(const struct line *line, struct span rdata);

/* "12.3 ms". */
void line_add_milliseconds(const struct line *line, int64_t micros);

/* True from -vv on. */
static inline bool line_wants_more(const struct line *line) {
	return line->style->detail >= FINGER_MORE;
}

/* Lines of one TLS event; nothing for others. */
void finger_tls_event(const struct line *line);

#endif
