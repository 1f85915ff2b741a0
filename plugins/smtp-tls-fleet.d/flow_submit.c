/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What submitting tells: to standard error, and to the output, which has a verdict when it is known
 * whether it was submitted. */
#include "smtp-tls-fleet.d/emit.h"
#include "smtp-tls-fleet.d/flow.h"

void flow_submit_changed(void *context) {
	struct flow *flow = context;
	if (flow->fleet != NULL) {
		fleet_more(flow->fleet);
	}
}

void flow_submit_lost(void *context, const char *line, const char *why) {
	struct flow *flow = context;
	struct arena *arena = arena_begin(flow->exhausted, NULL);
	ticker_tell(&flow->ticker, arena, "%s is not submitted: %s", line, why);
	arena_free(arena);
}

void flow_submit_shared(void *context, const char *line, const char *service) {
	struct flow *flow = context;
	struct arena *arena = arena_begin(flow->exhausted, NULL);
	ticker_tell(&flow->ticker, arena,
		"%s: another line has the service \"%s\", too: the worst result counts", line, service);
	arena_free(arena);
}

void flow_submit_settled(void *context, struct span printed, enum submit_fate fate) {
	struct flow *flow = context;
	if (printed.len == 0) {
		return;
	}
	struct arena *arena = arena_begin(flow->exhausted, NULL);
	struct text text = text_new(arena, EMIT_MAX);
	emit_submitted(&text, printed, &flow->settings->shared, fate);
	flow_print(flow, &text);
	arena_free(arena);
}
