/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A resolver beside the name servers that it asks, in one loop. */
#ifndef TESTS_UNIT_RESOLVER_WORLD_H
#define TESTS_UNIT_RESOLVER_WORLD_H

#include "dns/resolver.h"
#include "dns_responder.h"

/* Everything of one test: servers, resolver, questions; done when all questions are. */
struct world {
	struct source source;
	struct arena *arena;
	struct responder responders[4];
	size_t n_responders;
	struct resolver *resolver;
	struct dns_question *questions;
	size_t n_questions;
	usec start;
};

static inline bool all_answered(const struct world *world) {
	for (size_t i = 0; i < world->n_questions; i++) {
		if (world->questions[i].outcome == DNS_PENDING) {
			return false;
		}
	}
	return true;
}

static inline enum progress world_step(
	struct source *source, const struct pollfd *fds, size_t n, usec now) {
	struct world *world = (struct world *)source;
	bool moved = source_step(&world->resolver->source, fds, n, now) == PROGRESS_MOVED;
	for (size_t i = 0; i < world->n_responders; i++) {
		struct source *responder = &world->responders[i].source;
		moved = source_step(responder, fds, n, now) == PROGRESS_MOVED || moved;
	}
	if (all_answered(world)) {
		return PROGRESS_DONE;
	}
	return moved ? PROGRESS_MOVED : PROGRESS_WAITING;
}

static inline size_t world_watch(
	struct source *source, struct pollfd *fds, size_t max, usec now, usec *wake) {
	struct world *world = (struct world *)source;
	size_t n = source_watch(&world->resolver->source, fds, max, now, wake);
	for (size_t i = 0; i < world->n_responders; i++) {
		n += source_watch(&world->responders[i].source, fds + n, max - n, now, wake);
	}
	return n;
}

/* A resolver with this long to live, over these servers. */
static inline void open_world(
	struct world *world, const char *const *servers, size_t n, usec life) {
	static const struct source_ops ops = {world_watch, world_step};
	struct err err = {0};
	world->source.ops = &ops;
	world->start = clock_now();
	struct resolver_ares_spec spec = {
		.servers = servers, .n_servers = n, .deadline = deadline_after(world->start, life)};
	world->resolver = resolver_ares_new(world->arena, &spec, world->start, &err);
	ck_assert_msg(world->resolver != NULL, "%s", err.text);
}

/* Longer than a busy machine takes to answer, shorter than ask_all() waits. */
#define ROOM (9 * USEC_PER_SEC)

static inline void ask_all(struct world *world, struct dns_question *questions, size_t n) {
	world->questions = questions;
	world->n_questions = n;
	for (size_t i = 0; i < n; i++) {
		world->resolver->ask(world->resolver, &questions[i], world->start);
	}
	struct loop_os os = loop_os_real(NULL);
	struct err err = {0};
	usec limit = deadline_after(world->start, 10 * USEC_PER_SEC);
	ck_assert_int_eq(loop_run(&world->source, &os, limit, &err), LOOP_FINISHED);
}

static inline void close_world(struct world *world) {
	resolver_free(world->resolver);
	for (size_t i = 0; i < world->n_responders; i++) {
		responder_close(&world->responders[i]);
	}
	arena_free(world->arena);
}

#endif
