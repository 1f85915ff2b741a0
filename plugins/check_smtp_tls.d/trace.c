/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines of the trace collected, or written at once. */
#include "check_smtp_tls.d/trace.h"

#include <string.h>

/* One event is never longer. */
#define EVENT_TEXT_MAX (64U * 1024U)
/* Characters of one remote item. */
#define TRACE_QUOTE_MAX 512U
/* Certificates of all nodes, whole ones only. */
#define CHAINS_TEXT_MAX (4U * 1024U * 1024U)
/* All blocks together keep so many times what is printed in the end: which of them will be is not
 * known before. */
#define KEPT_TIMES 8U
/* Room for the line that says what was left out. */
#define LEFT_OUT_MAX 120U

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

static void keep(struct verbose_trace *trace, struct trace_block *block, struct span lines) {
	size_t room = KEPT_TIMES * trace->plan.max - trace->kept;
	if (block->dropped > 0 || lines.len > block->lines.max - block->lines.len || lines.len > room) {
		block->dropped += count_lines(lines);
	} else {
		text_add_span(&block->lines, lines);
		trace->kept += lines.len;
	}
}

/* Where lines about this event wait; made when the first one comes. */
static struct trace_block *block_of(struct verbose_trace *trace, const struct event *event) {
	bool about_node = event->node >= 0 && event->node < (int)REPORT_NODES_MAX;
	if (trace->plan.order == TRACE_AS_IT_HAPPENS || !about_node) {
		return &trace->run;
	}
	struct trace_block **block = &trace->nodes[event->node];
	if (*block == NULL) {
		*block = arena_alloc(trace->arena, sizeof **block);
		(*block)->lines = text_new(trace->arena, trace->plan.max);
	}
	return *block;
}

/* A reader that went away is noticed at the end. */
static void write_block(struct verbose_trace *trace, struct trace_block *block) {
	(void)output_write(trace->plan.live, span_of_text(&block->lines));
	trace->kept -= block->lines.len;
	text_truncate(&block->lines, 0);
}

/* Certificates are for programs, and so no one is cut: what has no room is left out. */
static void add_certificate(struct verbose_trace *trace, const struct event *event) {
	if ((trace->plan.show & FINGER_CHAIN) == 0) {
		return;
	}
	size_t start = trace->chains.len;
	if (trace->chains_dropped > 0) {
		trace->chains_dropped++;
		return;
	}
	if (event->number[0] == 0 && event->peer != NULL) {
		text_add(&trace->chains, "\nCertificates of ");
		text_add_escaped(&trace->chains, TEXT_PLUGIN, span_of(event->peer->host), TRACE_QUOTE_MAX);
		text_addf(&trace->chains, "[%s]", event->peer->address);
		if (event->peer->port > 0) {
			text_addf(&trace->chains, ":%u", event->peer->port);
		}
	}
	render_finger_event(&trace->chains, &trace->style, event);
	if (trace->chains.cut) {
		text_truncate(&trace->chains, start);
		trace->chains_dropped++;
	}
}

/* The library's decoding of messages is most of a trace: where it has no room it is not made. */
static bool is_full(struct trace *base, const struct event *event) {
	struct verbose_trace *trace = (struct verbose_trace *)base;
	return event->kind == EVENT_TLS_MESSAGE && block_of(trace, event)->dropped > 0;
}

static void emit(struct trace *base, const struct event *event) {
	struct verbose_trace *trace = (struct verbose_trace *)base;
	if (event->kind == EVENT_TLS_CHAIN) {
		add_certificate(trace, event);
		return;
	}
	if (trace->plan.show == FINGER_CHAIN) {
		return;
	}
	struct trace_block *block = block_of(trace, event);
	if (is_full(base, event)) {
		block->untold++;
		return;
	}
	text_truncate(&trace->lines, 0);
	render_finger_event(&trace->lines, &trace->style, event);
	/* Dumps have one in each line; only the status line may have it. */
	for (char *at = strchr(trace->lines.at, '|'); at != NULL; at = strchr(at, '|')) {
		*at = '!';
	}
	keep(trace, block, span_of_text(&trace->lines));
	bool ripe = block == &trace->run || event->kind == EVENT_NODE_DONE;
	if (trace->plan.live != NULL && ripe) {
		write_block(trace, block);
	}
}

unsigned trace_show(int verbosity, unsigned log) {
	unsigned show = FINGER_CHAT | log;
	if (verbosity >= 2) {
		show |= FINGER_VERBOSE | FINGER_UNTRUSTED | FINGER_DANE | FINGER_SNI | FINGER_LIBRARY |
				FINGER_DETAILS;
	}
	if (verbosity >= 3) {
		show |= FINGER_SSL_DEBUG | FINGER_CACHE | FINGER_MESSAGES;
	}
	return show;
}

struct verbose_trace trace_new(struct arena *arena, const struct trace_plan *plan) {
	struct verbose_trace trace = {
		.trace = {.emit = emit, .wants = finger_trace_wants(plan->show), .is_full = is_full},
		.arena = arena,
		.plan = *plan,
		.style = {.prefix = "",
			.show = plan->show,
			.escape = TEXT_PLUGIN,
			.quote_max = TRACE_QUOTE_MAX},
		.lines = text_new(arena, EVENT_TEXT_MAX),
		.chains = text_new(arena, CHAINS_TEXT_MAX),
	};
	/* What is written at once never waits long enough to be cut. */
	trace.run.lines = text_new(arena, plan->live != NULL ? EVENT_TEXT_MAX : plan->max);
	return trace;
}

/* What was left out. */
struct rest {
	size_t lines;
	size_t messages;
};

/* What fits of a block, up to a line's end. */
static void print_block(
	struct text *text, const struct trace_block *block, size_t room, struct rest *rest) {
	struct span kept = span_of_text(&block->lines);
	struct span shown = kept;
	if (shown.len > room) {
		shown.len = room;
		while (shown.len > 0 && shown.at[shown.len - 1] != '\n') {
			shown.len--;
		}
	}
	text_add_span(text, shown);
	rest->lines +=
		block->dropped + count_lines((struct span){kept.at + shown.len, kept.len - shown.len});
	rest->messages += block->untold;
}

static void print_rest(struct text *text, const struct rest *rest, size_t max) {
	if (rest->lines > 0) {
		text_addf(text, "(%zu more lines of trace", rest->lines);
		if (rest->messages > 0) {
			text_addf(text, " and %zu messages of TLS", rest->messages);
		}
		text_addf(text, " left out: they would pass %zu bytes)\n", max);
	}
}

void trace_print(
	const struct verbose_trace *trace, struct text *text, const struct report *report) {
	size_t max = trace->plan.max > LEFT_OUT_MAX ? trace->plan.max - LEFT_OUT_MAX : 0;
	struct rest rest = {0};
	print_block(text, &trace->run, max > text->len ? max - text->len : 0, &rest);
	for (size_t i = 0; i < report->n_nodes; i++) {
		int id = report->nodes[i].id;
		bool known = id >= 0 && id < (int)REPORT_NODES_MAX && trace->nodes[id] != NULL;
		if (known) {
			/* Behind the first line that is missing nothing follows. */
			size_t room = rest.lines == 0 && max > text->len ? max - text->len : 0;
			print_block(text, trace->nodes[id], room, &rest);
		}
	}
	print_rest(text, &rest, trace->plan.max);
	text_add_span(text, span_of_text(&trace->chains));
	if (trace->chains_dropped > 0) {
		text_addf(text, "\n(%zu more certificates left out: they would pass %u MiB)\n",
			trace->chains_dropped, CHAINS_TEXT_MAX / (1024U * 1024U));
	}
}
