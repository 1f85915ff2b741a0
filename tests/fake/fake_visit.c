/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Visits that take as long as a table says. */
#include "fake_visit.h"

#include <string.h>

#include "tls/postfix_words.h"

struct visit {
	struct source source;
	const struct visit_spec *spec;
	struct fake_stage *stage;
	usec until;
	bool refused;
	size_t moves;
};

static struct fake_stage *stage_of(const struct visit_spec *spec) {
	return (struct fake_stage *)spec->probe.trace;
}

static const struct fake_host *find(const struct fake_stage *stage, const char *address) {
	static const struct fake_host open_door = {"*", 0, false, 0};
	for (const struct fake_host *host = stage->hosts; host != NULL && host->address != NULL;
		 host++) {
		if (strcmp(host->address, address) == 0 || strcmp(host->address, "*") == 0) {
			return host;
		}
	}
	return &open_door;
}

static void enter(struct fake_stage *stage, const char *address) {
	size_t free_at = 64;
	for (size_t i = 0; i < 64; i++) {
		if (stage->running[i] == NULL) {
			free_at = i;
		} else if (strcmp(stage->running[i], address) == 0) {
			stage->doubled = true;
		}
	}
	if (free_at < 64) {
		stage->running[free_at] = address;
	}
	stage->n_started++;
	stage->n_running++;
	if (stage->n_running > stage->most_running) {
		stage->most_running = stage->n_running;
	}
}

static void leave(struct fake_stage *stage, const char *address) {
	for (size_t i = 0; i < 64; i++) {
		if (stage->running[i] != NULL && strcmp(stage->running[i], address) == 0) {
			stage->running[i] = NULL;
			stage->n_running--;
			return;
		}
	}
}

static size_t watch(struct source *source, struct pollfd *fds, size_t max, usec now, usec *wake) {
	(void)now;
	(void)fds;
	(void)max;
	*wake = usec_min(*wake, ((struct visit *)source)->until);
	return 0;
}

static enum progress step(struct source *source, const struct pollfd *fds, size_t n, usec now) {
	struct visit *visit = (struct visit *)source;
	(void)fds;
	(void)n;
	if (visit->moves > 0) {
		visit->moves--;
		return PROGRESS_MOVED;
	}
	if (now < visit->until) {
		return PROGRESS_WAITING;
	}
	leave(visit->stage, visit->spec->probe.peer->address);
	return PROGRESS_DONE;
}

struct visit *visit_new(
	struct arena *arena, const struct visit_spec *spec, struct tls_context *context, usec now) {
	static const struct source_ops ops = {watch, step};
	struct visit *visit = arena_alloc(arena, sizeof *visit);
	const struct node_name *peer = spec->probe.peer;
	(void)context;
	visit->source.ops = &ops;
	visit->spec = spec;
	visit->stage = stage_of(spec);
	const struct fake_host *host = find(visit->stage, peer->address);
	visit->until = now + host->takes;
	visit->refused = host->refuses;
	visit->moves = host->moves;
	enter(visit->stage, peer->address);
	visit->stage->last_start = now;
	if (visit->stage->lines != NULL) {
		text_addf(visit->stage->lines, "visit %s[%s]:%u %s\n", peer->host, peer->address,
			peer->port, tls_level_name(spec->probe.policy->level));
	}
	return visit;
}

struct source *visit_source(struct visit *visit) {
	return &visit->source;
}

bool visit_is_connected(const struct visit *visit) {
	return !visit->refused;
}

void visit_glance(const struct visit *visit, struct report_node *node) {
	node->result.connected = !visit->refused;
	if (visit->refused) {
		(void)err_set(&node->result.err, ERR_NET, "Connection refused");
	}
}

void visit_write(struct visit *visit, struct report_node *node) {
	visit_glance(visit, node);
}

void visit_free(struct visit *visit) {
	(void)visit;
}

/* --- what is told --- */

static void emit(struct trace *trace, const struct event *event) {
	struct text *lines = ((struct fake_stage *)trace)->lines;
	if (lines == NULL) {
		return;
	}
	switch ((unsigned)event->kind) {
	case EVENT_DNS_QUESTION:
		text_addf(lines, "ask %s %s\n", event->text[0], event->text[1]);
		break;
	case EVENT_DNS_WARNING:
		text_addf(lines, "warning: %s\n", event->text[0]);
		break;
	case EVENT_DNSSEC_UNTRUSTED:
		text_addf(lines, "untrusted %s%s%s\n", event->text[0], event->text[1] != NULL ? ": " : "",
			event->text[1] != NULL ? event->text[1] : "");
		break;
	case EVENT_LOOKUP_FAILED:
		text_addf(lines, "failed: %s\n", event->text[0]);
		break;
	case EVENT_TLSA_RECORD:
		text_addf(lines, "record %s\n", event->text[0]);
		break;
	case EVENT_TLSA_UNUSABLE:
		text_addf(lines, "unusable %s\n", event->text[0]);
		break;
	case EVENT_POLICY:
		if (event->text[2] != NULL) {
			text_addf(lines, "%s%s\n", event->number[0] != 0 ? "(-v) " : "", event->text[2]);
		}
		break;
	case EVENT_NODE_FAILED:
		text_addf(lines, "%s via %s:%u: %s\n", event->text[0], event->peer->host, event->peer->port,
			event->text[1]);
		break;
	default:
		break;
	}
}

struct fake_stage fake_stage_new(struct text *lines, const struct fake_host *hosts) {
	return (struct fake_stage){.trace = {.emit = emit}, .lines = lines, .hosts = hosts};
}
