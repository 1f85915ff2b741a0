#include "check_smtp_tls.d/trace.h"

#include <string.h>

/* One event is never longer. */
#define EVENT_TEXT_MAX (64U * 1024U)
/* Characters of one remote item. */
#define TRACE_QUOTE_MAX 512U
/* Room for the line that says what was left out. */
#define LEFT_OUT_MAX 80U

static size_t count_lines(struct span bytes) {
	size_t n = 0;
	for (size_t i = 0; i < bytes.len; i++) {
		n += bytes.at[i] == '\n';
	}
	return n;
}

static struct span span_of_text(const struct text *text) {
	return (struct span){(const uint8_t *)text->at, text->len};
}

static void emit(struct trace *base, const struct event *event) {
	struct verbose_trace *trace = (struct verbose_trace *)base;
	text_truncate(&trace->lines, 0);
	render_finger_event(&trace->lines, &trace->style, event);
	struct span lines = span_of_text(&trace->lines);
	if (trace->live != NULL) {
		(void)output_write(trace->live, lines); /* a reader that went away is noticed at the end */
	} else if (trace->dropped_lines > 0 || lines.len > trace->kept.max - trace->kept.len) {
		trace->dropped_lines += count_lines(lines);
	} else {
		text_add_span(&trace->kept, lines);
	}
}

unsigned trace_show(int verbosity, unsigned log) {
	unsigned show = FINGER_CHAT | log;
	if (verbosity >= 2) {
		show |= FINGER_VERBOSE | FINGER_UNTRUSTED | FINGER_DANE | FINGER_SNI | FINGER_LIBRARY |
				FINGER_DETAILS;
	}
	if (verbosity >= 3) {
		show |= FINGER_SSL_DEBUG;
	}
	return show;
}

struct verbose_trace trace_new(
	struct arena *arena, unsigned show, size_t max, struct output *live) {
	return (struct verbose_trace){
		.trace = {.emit = emit, .wants = finger_trace_wants(show)},
		.style = {.prefix = "", .show = show, .escape = TEXT_PLUGIN, .quote_max = TRACE_QUOTE_MAX},
		.lines = text_new(arena, EVENT_TEXT_MAX),
		.kept = text_new(arena, max),
		.live = live,
	};
}

void trace_print(const struct verbose_trace *trace, struct text *text, size_t max) {
	struct span kept = span_of_text(&trace->kept);
	size_t room = max > text->len + LEFT_OUT_MAX ? max - text->len - LEFT_OUT_MAX : 0;
	struct span shown = kept;
	if (shown.len > room) {
		shown.len = room;
		while (shown.len > 0 && shown.at[shown.len - 1] != '\n') {
			shown.len--;
		}
	}
	text_add_span(text, shown);
	size_t left_out = trace->dropped_lines +
					  count_lines((struct span){kept.at + shown.len, kept.len - shown.len});
	if (left_out > 0) {
		text_addf(
			text, "(%zu more lines of trace left out: they would pass %zu bytes)\n", left_out, max);
	}
}
