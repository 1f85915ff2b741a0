/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Many children of one source, each asleep until one of its descriptors or its time calls, or until
 * somebody wakes it: who sleeps is never stepped, and costs nothing. Their descriptors are watched
 * through one of the crowd's own (epoll(7)), which is all that the loop sees of them. */
#ifndef IO_CROWD_H
#define IO_CROWD_H

#include "base/arena.h"
#include "io/loop.h"

/* So many steps are made with the same "now"; then the loop looks at the clock and at everybody's
 * descriptors again, for handshakes take their time. */
#define CROWD_BATCH 8U

struct crowd;

/* One child, part of whoever it belongs to; all-zero before it is added. Only the first two are
 * anybody else's business. */
struct crowd_child {
	struct source *source;
	/* The source has said PROGRESS_DONE, and the child is in no crowd any more: it may be freed
	 * here, and others may be added, woken and removed. */
	void (*ended)(struct crowd_child *child, usec now);

	struct crowd *crowd;
	struct pollfd *fds; /* watched, with what came of them since the last step */
	size_t n_fds;
	size_t room;
	size_t slot; /* behind which the crowd finds it; 0: in no crowd */
	size_t rank; /* place among those with a wake-up time, from 1; 0: it has none */
	usec wake;
	bool awake;
	bool moved; /* since it told what it waits for: that may be something else by now */
	struct crowd_child *next; /* of those awake */
	struct crowd_child *previous;
};

/* A crowd; it lives in the arena, its descriptor until crowd_free(). NULL with ERR_LOCAL. */
struct crowd *crowd_new(struct arena *arena, struct err *err);
void crowd_free(struct crowd *crowd); /* accepts NULL */

/* Steps the children. Never says PROGRESS_DONE: when it is over, its owner knows. */
struct source *crowd_source(struct crowd *crowd);

/* The child is awake at first. The room for its descriptors is its owner's; a source that waits for
 * more of them breaks the crowd. */
void crowd_add(struct crowd *crowd, struct crowd_child *child, struct pollfd *room, size_t n_room);

/* There is something for it to do that neither a descriptor nor the time tells of. */
void crowd_wake(struct crowd_child *child);

/* It is not stepped any more; its descriptors may be closed from now on. Not for the child that is
 * being stepped. One that is in no crowd is left alone. */
void crowd_remove(struct crowd_child *child);

/* This machine refused to watch a descriptor, or a child had too many: ERR_LOCAL, and the loop is
 * to be left. ERR_NONE: all is well. */
struct err *crowd_trouble(struct crowd *crowd);

/* Steps made so far, of all children, for tests and cost reports. */
size_t crowd_steps(const struct crowd *crowd);

#endif
