/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Starting, moving and ending the visits under way. */
#include "probe/visits.h"

#include <string.h>

bool visits_has_room(const struct visits *visits) {
	return visits->n < visits->window;
}

bool visits_is_busy_at(const struct visits *visits, const char *address) {
	for (size_t i = 0; i < visits->n; i++) {
		if (strcmp(visits->visits[i].node->report.address, address) == 0) {
			return true;
		}
	}
	return false;
}

void visits_start(struct visits *visits, struct node *node, struct tls_context *context, usec now) {
	struct visit_slot slot = {.node = node};
	node->report.chosen = true;
	if (visits->sharer == NULL) {
		slot.visit = visit_new(visits->arena, &node->visit, context, now);
	} else {
		slot.guest = guest_new(visits->arena, visits->sharer, &node->visit, now);
	}
	visits->visits[visits->n++] = slot;
}

/* --- one of them, our own or not --- */

static enum progress step(
	const struct visit_slot *slot, const struct pollfd *fds, size_t n, usec now) {
	if (slot->guest != NULL) {
		return guest_is_done(slot->guest) ? PROGRESS_DONE : PROGRESS_WAITING;
	}
	return source_step(visit_source(slot->visit), fds, n, now);
}

static bool is_connected(const struct visit_slot *slot) {
	return slot->guest != NULL ? guest_is_connected(slot->guest) : visit_is_connected(slot->visit);
}

static void write_down(const struct visit_slot *slot) {
	if (slot->guest != NULL) {
		guest_write(slot->guest, &slot->node->report);
	} else {
		visit_write(slot->visit, &slot->node->report);
	}
}

/* --- all of them --- */

/* Stepping costs a system call or two, so a visit sleeps until what it waits for has come. */
static void fall_asleep(struct visit_slot *visit, usec now) {
	visit->wake = USEC_NEVER;
	visit->waits.fd = -1;
	if (visit->guest == NULL) {
		(void)source_watch(visit_source(visit->visit), &visit->waits, 1, now, &visit->wake);
	}
	visit->asleep = true;
}

static void wake_up(struct visits *visits, const struct pollfd *fds, size_t n, usec now) {
	for (size_t i = 0; i < visits->n; i++) {
		struct visit_slot *visit = &visits->visits[i];
		bool called = visit->waits.fd >= 0 && loop_events(fds, n, visit->waits.fd) != 0;
		bool known = visit->guest != NULL && guest_is_done(visit->guest);
		if (called || known || now >= visit->wake) {
			visit->asleep = false;
		}
	}
}

static bool is_anybody_awake(const struct visits *visits) {
	for (size_t i = 0; i < visits->n; i++) {
		if (!visits->visits[i].asleep) {
			return true;
		}
	}
	return false;
}

static void end(struct visits *visits, const struct nodes *nodes, size_t i) {
	struct visit_slot *over = &visits->visits[i];
	write_down(over);
	if (is_connected(over)) {
		visits->let_in = true;
	} else {
		nodes_tell_failed(nodes, over->node);
	}
	nodes_tell_done(nodes, over->node);
	visit_free(over->visit);
	*over = visits->visits[--visits->n];
}

enum progress visits_step(struct visits *visits, const struct nodes *nodes,
	const struct pollfd *fds, size_t n, usec now) {
	size_t moved = 0;
	wake_up(visits, fds, n, now);
	for (size_t left = visits->n; left > 0 && moved < VISITS_BATCH; left--) {
		visits->turn = visits->turn < visits->n ? visits->turn : 0;
		struct visit_slot *visit = &visits->visits[visits->turn];
		enum progress progress = PROGRESS_WAITING;
		if (!visit->asleep) {
			progress = step(visit, fds, n, now);
		}
		if (progress == PROGRESS_DONE) {
			end(visits, nodes, visits->turn);
		} else if (progress == PROGRESS_WAITING && !visit->asleep) {
			fall_asleep(visit, now);
		}
		moved += progress == PROGRESS_WAITING ? 0 : 1;
		visits->turn += progress == PROGRESS_DONE ? 0 : 1; /* another one has taken its place */
	}
	bool more = moved == VISITS_BATCH && is_anybody_awake(visits);
	return moved == 0 || more ? PROGRESS_WAITING : PROGRESS_MOVED;
}

size_t visits_watch(const struct visits *visits, struct pollfd *fds, size_t max, usec *wake) {
	size_t n = 0;
	for (size_t i = 0; i < visits->n; i++) {
		const struct visit_slot *visit = &visits->visits[i];
		if (!visit->asleep) {
			*wake = 0; /* at once */
			continue;
		}
		if (visit->waits.fd >= 0) {
			if (n < max) {
				fds[n] = visit->waits;
			}
			n++;
		}
		*wake = usec_min(*wake, visit->wake);
	}
	return n;
}

void visits_write(struct visits *visits) {
	for (size_t i = 0; i < visits->n; i++) {
		write_down(&visits->visits[i]);
	}
}

void visits_clear(struct visits *visits) {
	for (size_t i = 0; i < visits->n; i++) {
		visit_free(visits->visits[i].visit);
	}
	visits->n = 0;
}
