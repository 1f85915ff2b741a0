/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* How far a run is, on a terminal. */
#include "check_smtp_tls.d/headway.h"

#define HEADWAY_NAME_MAX 40U /* characters of a host's name */

static void write_line(struct headway *headway) {
	struct text *line = &headway->line;
	if (line->len > HEADWAY_COLUMNS) {
		text_truncate(line, HEADWAY_COLUMNS);
	}
	while (line->len < HEADWAY_COLUMNS) { /* over what stands there */
		text_add(line, " ");
	}
	text_add(line, "\r");
	(void)output_write(headway->output, (struct span){(const uint8_t *)line->at, line->len});
	text_truncate(line, 0);
}

static void add_peer(struct headway *headway, const struct event *event) {
	if (event->peer == NULL) {
		text_add(&headway->line, "the server");
		return;
	}
	text_add_escaped(&headway->line, TEXT_PLUGIN, span_of(event->peer->host), HEADWAY_NAME_MAX);
	text_addf(&headway->line, "[%.50s]", event->peer->address);
}

static void emit(struct trace *base, const struct event *event) {
	struct headway *headway = (struct headway *)base;
	bool waits = event->kind == EVENT_RECONNECT;
	if (event->kind == EVENT_NODE_DONE) {
		headway->done++;
	} else if (!waits && event->kind != EVENT_CONNECTING) {
		return;
	}
	if (headway->done > 0) {
		text_addf(&headway->line, "%zu done, ", headway->done);
	}
	if (waits) {
		text_addf(&headway->line, "waiting %lld seconds for ",
			(long long)(event->number[0] / USEC_PER_SEC));
	} else {
		text_add(&headway->line, event->kind == EVENT_NODE_DONE ? "last " : "connecting to ");
	}
	add_peer(headway, event);
	write_line(headway);
}

struct headway headway_new(struct arena *arena, struct output *output) {
	return (struct headway){
		.trace = {.emit = emit}, .output = output, .line = text_new(arena, 4U * HEADWAY_COLUMNS)};
}

void headway_clear(struct headway *headway) {
	write_line(headway);
}
