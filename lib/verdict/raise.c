/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The one way a finding comes into the verdict. */
#include "verdict/raise.h"

#include <string.h>

static struct finding *next_finding(struct judging *judging) {
	if (judging->n_findings == judging->capacity) {
		judging->capacity = judging->capacity == 0 ? 16 : judging->capacity * 2;
		struct finding *more = arena_alloc_array(judging->arena, judging->capacity, sizeof *more);
		if (judging->n_findings > 0) {
			memcpy(more, judging->findings, judging->n_findings * sizeof *more);
		}
		judging->findings = more;
	}
	return &judging->findings[judging->n_findings++];
}

__attribute__((format(printf, 5, 0))) static struct finding *add(struct judging *judging,
	enum finding_id id, enum state state, struct subject subject, const char *fmt, va_list args) {
	struct finding *finding = next_finding(judging);
	*finding = (struct finding){.id = id, .state = state, .subject = subject, .depth = -1};
	/* What harms nobody is no failure, whatever the user wants to be told. */
	finding->cause =
		state == STATE_OK ? CAUSE_NONE : cause_of(id, judging->report->spec->wish.level);
	if (judging->limits->overridden[id]) {
		finding->state = judging->limits->override[id];
	}
	phrase_vadd(judging->arena, &finding->text, fmt, args);
	return finding;
}

/* The node that a finding about its host is about: the one that let us in, or the host's only one.
 */
static const struct report_node *node_of_host(
	const struct report *report, const struct report_host *host) {
	const struct report_node *node = report_main_node(report);
	if (report->spec->scope == SURVEY_ALL) {
		size_t n = 0;
		for (size_t i = 0; i < report->n_nodes; i++) {
			if (report->nodes[i].host == host) {
				node = &report->nodes[i];
				n++;
			}
		}
		node = n == 1 ? node : NULL;
	}
	return node != NULL && node->host == host && node->result.connected ? node : NULL;
}

static struct subject about_host(const struct judging *judging, const struct report_host *host) {
	return (struct subject){.node = node_of_host(judging->report, host), .host = host};
}

static struct subject about_node(const struct report_node *node) {
	return (struct subject){.node = node, .host = node->host};
}

struct finding *raise_run(struct judging *judging, enum finding_id id, const char *fmt, ...) {
	va_list args;
	va_start(args, fmt);
	struct finding *finding =
		add(judging, id, judging_default(judging, id), (struct subject){.node = NULL}, fmt, args);
	va_end(args);
	return finding;
}

struct finding *raise_run_as(
	struct judging *judging, enum finding_id id, enum state state, const char *fmt, ...) {
	va_list args;
	va_start(args, fmt);
	struct finding *finding = add(judging, id, state, (struct subject){.node = NULL}, fmt, args);
	va_end(args);
	return finding;
}

struct finding *raise_host(struct judging *judging, enum finding_id id,
	const struct report_host *host, const char *fmt, ...) {
	va_list args;
	va_start(args, fmt);
	struct finding *finding =
		add(judging, id, judging_default(judging, id), about_host(judging, host), fmt, args);
	va_end(args);
	return finding;
}

struct finding *raise_host_as(struct judging *judging, enum finding_id id, enum state state,
	const struct report_host *host, const char *fmt, ...) {
	va_list args;
	va_start(args, fmt);
	struct finding *finding = add(judging, id, state, about_host(judging, host), fmt, args);
	va_end(args);
	return finding;
}

struct finding *raise_node(struct judging *judging, enum finding_id id,
	const struct report_node *node, const char *fmt, ...) {
	va_list args;
	va_start(args, fmt);
	struct finding *finding =
		add(judging, id, judging_default(judging, id), about_node(node), fmt, args);
	va_end(args);
	return finding;
}

struct finding *raise_node_as(struct judging *judging, enum finding_id id, enum state state,
	const struct report_node *node, const char *fmt, ...) {
	va_list args;
	va_start(args, fmt);
	struct finding *finding = add(judging, id, state, about_node(node), fmt, args);
	va_end(args);
	return finding;
}

void raise_remedy(struct judging *judging, struct finding *finding, const char *fmt, ...) {
	va_list args;
	va_start(args, fmt);
	phrase_vadd(judging->arena, &finding->remedy, fmt, args);
	va_end(args);
}

void raise_date(const struct judging *judging, struct finding *finding, int64_t date) {
	finding->dated = true;
	finding->seconds_left = date - judging->now;
}

bool is_raised(const struct judging *judging, enum finding_id id) {
	for (size_t i = 0; i < judging->n_findings; i++) {
		if (judging->findings[i].id == id) {
			return true;
		}
	}
	return false;
}
