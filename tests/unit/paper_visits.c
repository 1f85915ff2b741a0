/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Visits on paper. */
#include "paper_visits.h"

#include <string.h>

#include "probe/guest_proof.h"

struct paper_stage paper;

struct visit {
	struct source source;
	const struct visit_spec *spec;
	usec until;
	bool over;
	const char *group; /* gone with the visit */
};

static size_t count_running(const char *address) {
	size_t n = 0;
	for (size_t i = 0; i < paper.n_running; i++) {
		n += strcmp(paper.running[i], address) == 0;
	}
	return n;
}

static void leave(struct visit *visit) {
	const char *address = visit->spec->probe.peer->address;
	size_t i = 0;
	while (strcmp(paper.running[i], address) != 0) {
		i++;
	}
	paper.running[i] = paper.running[--paper.n_running];
	visit->over = true;
}

static enum progress visit_step(
	struct source *source, const struct pollfd *fds, size_t n, usec now) {
	struct visit *visit = (struct visit *)source;
	(void)fds;
	(void)n;
	if (now < visit->until) {
		return PROGRESS_WAITING;
	}
	leave(visit);
	return PROGRESS_DONE;
}

static size_t visit_watch(
	struct source *source, struct pollfd *fds, size_t max, usec now, usec *wake) {
	(void)fds;
	(void)max;
	(void)now;
	*wake = usec_min(*wake, ((const struct visit *)source)->until);
	return 0;
}

struct visit *visit_new(
	struct arena *arena, const struct visit_spec *spec, struct tls_context *context, usec now) {
	static const struct source_ops ops = {visit_watch, visit_step};
	struct visit *visit = arena_alloc(arena, sizeof *visit);
	(void)context;
	*visit = (struct visit){.source = {&ops}, .spec = spec, .until = now + paper.takes};
	visit->group = arena_copy_string(arena, "a group");
	paper.starts[paper.n_visits++ % PAPER_VISITS_MAX] = now;
	paper.running[paper.n_running++] = spec->probe.peer->address;
	size_t at_one = count_running(spec->probe.peer->address);
	paper.most_at_one = at_one > paper.most_at_one ? at_one : paper.most_at_one;
	paper.most_running =
		paper.n_running > paper.most_running ? paper.n_running : paper.most_running;
	return visit;
}

struct source *visit_source(struct visit *visit) {
	return &visit->source;
}

static bool fails(const struct visit *visit) {
	return paper.fails != NULL && strcmp(paper.fails, visit->spec->probe.peer->address) == 0;
}

bool visit_is_connected(const struct visit *visit) {
	return !fails(visit);
}

void visit_glance(const struct visit *visit, struct report_node *node) {
	node->result = (struct result){.connected = !fails(visit), .stage = PROBE_FINISHED};
	if (fails(visit)) {
		node->result.stage = PROBE_CONNECTING;
		(void)err_set(&node->result.err, ERR_NET, "Connection refused");
	} else if (!visit->over) {
		node->result.stage = PROBE_GREETING;
	}
	node->reconnects = (struct reconnects){.time = -1};
	if (paper.looks_on) {
		node->reconnects =
			(struct reconnects){.end = RECONNECT_MAXIMUM, .n = 7, .time = USEC_PER_SEC};
		node->key_types[2] = (struct key_type){.outcome = KEY_TYPE_NOT_OFFERED};
		(void)err_set(&node->key_types[2].err, ERR_TLS, "none of these");
		node->large_hello = (struct large_hello){.outcome = LARGE_HELLO_NEGOTIATED};
		node->large_hello.group = visit->group;
	}
}

void visit_write(struct visit *visit, struct report_node *node) {
	visit_glance(visit, node);
}

void visit_free(struct visit *visit) {
	if (visit != NULL && !visit->over) {
		paper.n_freed_early++;
		leave(visit);
	}
}

void guest_prove(struct report_node *node, struct arena *arena, const struct visit_spec *spec,
	struct tls_context *context, int64_t now) {
	(void)node;
	(void)arena;
	(void)spec;
	(void)context;
	(void)now;
	paper.n_proofs++;
}
