/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is awake is in a list, who has a time to wake up in a heap, descriptors in epoll. */
#include "io/crowd.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

/* Looked at with one call; more are left for the next step. */
#define EVENTS_MAX 64

struct crowd {
	struct source source;
	struct arena *arena;
	int epoll;
	struct crowd_child **slots; /* from 1; an event names one of them, and the descriptor */
	size_t *free_slots;
	size_t n_free;
	struct crowd_child **heap; /* from 1; the earliest is the first */
	size_t n_heap;
	size_t n_slots; /* ever used */
	size_t capacity;
	const struct crowd_child **watchers; /* by descriptor: who was the last to have it watched */
	size_t n_watchers;
	struct crowd_child *first; /* of those awake */
	struct crowd_child *last;
	size_t n_steps;
	struct err err;
};

/* --- the list of those awake --- */

void crowd_wake(struct crowd_child *child) {
	struct crowd *crowd = child->crowd;
	if (child->slot == 0 || child->awake) {
		return;
	}
	child->awake = true;
	child->next = NULL;
	child->previous = crowd->last;
	if (crowd->last == NULL) {
		crowd->first = child;
	} else {
		crowd->last->next = child;
	}
	crowd->last = child;
}

static void take_from_list(struct crowd_child *child) {
	struct crowd *crowd = child->crowd;
	if (!child->awake) {
		return;
	}
	*(child->previous == NULL ? &crowd->first : &child->previous->next) = child->next;
	*(child->next == NULL ? &crowd->last : &child->next->previous) = child->previous;
	child->awake = false;
}

/* --- the heap of wake-up times --- */

static void put(struct crowd *crowd, struct crowd_child *child, size_t rank) {
	crowd->heap[rank] = child;
	child->rank = rank;
}

static void rise(struct crowd *crowd, struct crowd_child *child) {
	size_t rank = child->rank;
	while (rank > 1 && crowd->heap[rank / 2]->wake > child->wake) {
		put(crowd, crowd->heap[rank / 2], rank);
		rank /= 2;
	}
	put(crowd, child, rank);
}

static void sink(struct crowd *crowd, struct crowd_child *child) {
	size_t rank = child->rank;
	for (size_t below = 2 * rank; below <= crowd->n_heap; below = 2 * rank) {
		if (below < crowd->n_heap && crowd->heap[below + 1]->wake < crowd->heap[below]->wake) {
			below++;
		}
		if (crowd->heap[below]->wake >= child->wake) {
			break;
		}
		put(crowd, crowd->heap[below], rank);
		rank = below;
	}
	put(crowd, child, rank);
}

static void take_from_heap(struct crowd_child *child) {
	struct crowd *crowd = child->crowd;
	size_t rank = child->rank;
	child->rank = 0;
	if (rank == 0) {
		return;
	}
	struct crowd_child *moved = crowd->heap[crowd->n_heap--];
	if (moved != child) {
		put(crowd, moved, rank);
		rise(crowd, moved);
		sink(crowd, moved);
	}
}

static void set_wake(struct crowd_child *child, usec wake) {
	struct crowd *crowd = child->crowd;
	child->wake = wake;
	if (wake == USEC_NEVER) {
		take_from_heap(child);
		return;
	}
	if (child->rank == 0) {
		put(crowd, child, ++crowd->n_heap);
	}
	rise(crowd, child);
	sink(crowd, child);
}

static void *grow(struct arena *arena, void *list, size_t size, size_t from, size_t to) {
	void *more = arena_alloc_array(arena, to, size);
	if (list != NULL) {
		memcpy(more, list, from * size);
		arena_release(arena, list, from * size);
	}
	return more;
}

/* --- descriptors --- */

static void note_watcher(struct crowd *crowd, int fd, const struct crowd_child *child) {
	size_t n = crowd->n_watchers;
	if ((size_t)fd >= n) {
		size_t more = (size_t)fd < 32 ? 64 : 2 * (size_t)fd;
		crowd->watchers = grow(crowd->arena, crowd->watchers, sizeof(*crowd->watchers), n, more);
		crowd->n_watchers = more;
	}
	crowd->watchers[fd] = child;
}

/* What one child closed is forgotten by epoll, and the number may be another child's before the
 * first one says that it does not wait for it any more: only the last to ask has a say. */
static void forget_fd(struct crowd_child *child, int fd) {
	struct crowd *crowd = child->crowd;
	struct epoll_event none = {0};
	if (crowd->watchers[fd] == child) {
		(void)epoll_ctl(crowd->epoll, EPOLL_CTL_DEL, fd, &none);
		crowd->watchers[fd] = NULL;
	}
}

static void watch_fd(struct crowd_child *child, const struct pollfd *fd) {
	struct crowd *crowd = child->crowd;
	struct epoll_event event = {.data.u64 = (uint64_t)child->slot << 32 | (uint32_t)fd->fd};
	event.events = ((fd->events & POLLIN) != 0 ? (uint32_t)EPOLLIN : 0) |
				   ((fd->events & POLLOUT) != 0 ? (uint32_t)EPOLLOUT : 0);
	note_watcher(crowd, fd->fd, child);
	if (epoll_ctl(crowd->epoll, EPOLL_CTL_MOD, fd->fd, &event) == 0) {
		return;
	}
	if (errno != ENOENT || epoll_ctl(crowd->epoll, EPOLL_CTL_ADD, fd->fd, &event) != 0) {
		err_set(&crowd->err, ERR_LOCAL, "cannot wait for the network: %s", strerror(errno));
	}
}

static bool has(const struct pollfd *fds, size_t n, int fd) {
	for (size_t i = 0; i < n; i++) {
		if (fds[i].fd == fd) {
			return true;
		}
	}
	return false;
}

static void watch_fds(struct crowd_child *child, struct pollfd *fds, size_t n) {
	for (size_t i = 0; i < child->n_fds; i++) {
		if (!has(fds, n, child->fds[i].fd)) {
			forget_fd(child, child->fds[i].fd);
		}
	}
	size_t n_kept = 0;
	for (size_t i = 0; i < n; i++) {
		if (fds[i].fd >= 0) {
			watch_fd(child, &fds[i]);
			fds[n_kept] = fds[i];
			fds[n_kept++].revents = 0;
		}
	}
	if (n_kept > 0) {
		memcpy(child->fds, fds, n_kept * sizeof *fds);
	}
	child->n_fds = n_kept;
}

static void fall_asleep(struct crowd_child *child, usec now) {
	struct crowd *crowd = child->crowd;
	struct pollfd fds[LOOP_FDS_MAX];
	size_t room = child->room < LOOP_FDS_MAX ? child->room : LOOP_FDS_MAX;
	usec wake = USEC_NEVER;
	child->moved = false;
	size_t n = source_watch(child->source, fds, room, now, &wake);
	if (n > room) {
		err_set(&crowd->err, ERR_LOCAL, "more than %zu descriptors to wait for", room);
		n = room;
	}
	watch_fds(child, fds, n);
	set_wake(child, wake);
}

static void note_event(struct crowd *crowd, const struct epoll_event *event) {
	struct crowd_child *child = crowd->slots[event->data.u64 >> 32];
	int fd = (int)(event->data.u64 & UINT32_MAX);
	/* What it waited for before it moved is no news: it would move on that for ever, and never come
	 * to say what it waits for now. It is asked soon. */
	if (child == NULL || child->moved) {
		return;
	}
	for (size_t i = 0; i < child->n_fds; i++) {
		if (child->fds[i].fd == fd) {
			/* the values are the same on Linux, and only there is there an epoll */
			child->fds[i].revents = (short)event->events;
			crowd_wake(child);
		}
	}
}

static void hear_events(struct crowd *crowd) {
	struct epoll_event events[EVENTS_MAX];
	int n = epoll_wait(crowd->epoll, events, EVENTS_MAX, 0);
	for (int i = 0; i < n; i++) {
		note_event(crowd, &events[i]);
	}
	if (n < 0 && errno != EINTR) {
		err_set(&crowd->err, ERR_LOCAL, "cannot wait for the network: %s", strerror(errno));
	}
}

static void hear_clock(struct crowd *crowd, usec now) {
	while (crowd->n_heap > 0 && crowd->heap[1]->wake <= now) {
		struct crowd_child *child = crowd->heap[1];
		take_from_heap(child);
		crowd_wake(child);
	}
}

/* --- as a source --- */

static void step_child(struct crowd_child *child, usec now) {
	take_from_list(child);
	child->crowd->n_steps++;
	enum progress progress = source_step(child->source, child->fds, child->n_fds, now);
	for (size_t i = 0; i < child->n_fds; i++) {
		child->fds[i].revents = 0;
	}
	switch (progress) {
	case PROGRESS_DONE:
		crowd_remove(child);
		child->ended(child, now);
		break;
	case PROGRESS_MOVED:
		child->moved = true;
		crowd_wake(child);
		break;
	case PROGRESS_WAITING:
		fall_asleep(child, now);
		break;
	}
}

static enum progress crowd_step(
	struct source *source, const struct pollfd *fds, size_t n, usec now) {
	struct crowd *crowd = (struct crowd *)source;
	(void)fds;
	(void)n;
	hear_events(crowd);
	hear_clock(crowd, now);
	size_t steps = 0;
	while (crowd->first != NULL && steps < CROWD_BATCH) {
		step_child(crowd->first, now);
		steps++;
	}
	return steps > 0 ? PROGRESS_MOVED : PROGRESS_WAITING;
}

static size_t crowd_watch(
	struct source *source, struct pollfd *fds, size_t max, usec now, usec *wake) {
	const struct crowd *crowd = (const struct crowd *)source;
	if (crowd->first != NULL) {
		*wake = usec_min(*wake, now);
	} else if (crowd->n_heap > 0) {
		*wake = usec_min(*wake, crowd->heap[1]->wake);
	}
	if (max > 0) {
		fds[0] = (struct pollfd){.fd = crowd->epoll, .events = POLLIN};
	}
	return 1;
}

/* --- coming and going --- */

static size_t take_slot(struct crowd *crowd) {
	if (crowd->n_free > 0) {
		return crowd->free_slots[--crowd->n_free];
	}
	if (crowd->n_slots + 1 >= crowd->capacity) {
		size_t n = crowd->capacity;
		size_t more = n == 0 ? 64 : 2 * n;
		crowd->slots = grow(crowd->arena, crowd->slots, sizeof(struct crowd_child *), n, more);
		crowd->heap = grow(crowd->arena, crowd->heap, sizeof(struct crowd_child *), n, more);
		crowd->free_slots = grow(crowd->arena, crowd->free_slots, sizeof(size_t), n, more);
		crowd->capacity = more;
	}
	return ++crowd->n_slots;
}

void crowd_add(struct crowd *crowd, struct crowd_child *child, struct pollfd *room, size_t n_room) {
	child->crowd = crowd;
	child->fds = room;
	child->n_fds = 0;
	child->room = n_room;
	child->rank = 0;
	child->moved = false;
	child->slot = take_slot(crowd);
	crowd->slots[child->slot] = child;
	crowd_wake(child);
}

void crowd_remove(struct crowd_child *child) {
	struct crowd *crowd = child->crowd;
	if (child->slot == 0) {
		return;
	}
	take_from_list(child);
	take_from_heap(child);
	watch_fds(child, NULL, 0);
	crowd->slots[child->slot] = NULL;
	crowd->free_slots[crowd->n_free++] = child->slot;
	child->slot = 0;
}

struct source *crowd_source(struct crowd *crowd) {
	return &crowd->source;
}

struct err *crowd_trouble(struct crowd *crowd) {
	return &crowd->err;
}

size_t crowd_steps(const struct crowd *crowd) {
	return crowd->n_steps;
}

struct crowd *crowd_new(struct arena *arena, struct err *err) {
	static const struct source_ops ops = {crowd_watch, crowd_step};
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	if (epoll < 0) {
		err_set(err, ERR_LOCAL, "cannot wait for the network: %s", strerror(errno));
		return NULL;
	}
	struct crowd *crowd = arena_alloc(arena, sizeof *crowd);
	crowd->source.ops = &ops;
	crowd->arena = arena;
	crowd->epoll = epoll;
	return crowd;
}

void crowd_free(struct crowd *crowd) {
	if (crowd != NULL && crowd->epoll >= 0) {
		(void)close(crowd->epoll);
		crowd->epoll = -1;
	}
}
