/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A crowd whose children are a test's: the loop ends when all of them have. */
#ifndef UNIT_CROWD_WORLD_H
#define UNIT_CROWD_WORLD_H

#include "io/crowd.h"

struct crowd_world {
	struct source source;
	struct crowd *crowd;
	size_t n;       /* children, whether they were added yet or not */
	size_t n_ended; /* counted by whoever ends them */
};

static inline enum progress crowd_world_step(
	struct source *source, const struct pollfd *fds, size_t n, usec now) {
	const struct crowd_world *world = (const struct crowd_world *)source;
	enum progress progress = source_step(crowd_source(world->crowd), fds, n, now);
	return world->n_ended == world->n ? PROGRESS_DONE : progress;
}

static inline size_t crowd_world_watch(
	struct source *source, struct pollfd *fds, size_t max, usec now, usec *wake) {
	const struct crowd_world *world = (const struct crowd_world *)source;
	return source_watch(crowd_source(world->crowd), fds, max, now, wake);
}

static inline void crowd_world_open(struct crowd_world *world, struct arena *arena) {
	static const struct source_ops ops = {crowd_world_watch, crowd_world_step};
	world->source.ops = &ops;
	world->crowd = crowd_new(arena, NULL);
}

#endif
