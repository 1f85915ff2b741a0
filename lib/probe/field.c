/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Starting, moving and ending the visits under way. */
#include "probe/field.h"

#include <string.h>

bool field_has_room(const struct field *field) {
	return field->n < field->window;
}

bool field_is_busy_at(const struct field *field, const char *address) {
	for (size_t i = 0; i < field->n; i++) {
		if (strcmp(field->visits[i].candidate->node.address, address) == 0) {
			return true;
		}
	}
	return false;
}

void field_start(
	struct field *field, struct candidate *candidate, struct tls_context *context, usec now) {
	candidate->node.chosen = true;
	field->visits[field->n++] = (struct field_visit){
		.visit = visit_new(field->arena, &candidate->visit, context, now), .candidate = candidate};
}

/* Stepping costs a system call or two, so a visit sleeps until what it waits for has come. */
static void fall_asleep(struct field_visit *visit, usec now) {
	visit->wake = USEC_NEVER;
	visit->waits.fd = -1;
	(void)source_watch(visit_source(visit->visit), &visit->waits, 1, now, &visit->wake);
	visit->asleep = true;
}

static void wake_up(struct field *field, const struct pollfd *fds, size_t n, usec now) {
	for (size_t i = 0; i < field->n; i++) {
		struct field_visit *visit = &field->visits[i];
		bool called = visit->waits.fd >= 0 && loop_events(fds, n, visit->waits.fd) != 0;
		if (called || now >= visit->wake) {
			visit->asleep = false;
		}
	}
}

static bool is_anybody_awake(const struct field *field) {
	for (size_t i = 0; i < field->n; i++) {
		if (!field->visits[i].asleep) {
			return true;
		}
	}
	return false;
}

static void end(struct field *field, const struct candidates *candidates, size_t i) {
	struct field_visit *over = &field->visits[i];
	visit_write(over->visit, &over->candidate->node);
	if (visit_is_connected(over->visit)) {
		field->let_in = true;
	} else {
		candidates_tell_failed(candidates, over->candidate);
	}
	candidates_tell_done(candidates, over->candidate);
	visit_free(over->visit);
	*over = field->visits[--field->n];
}

enum progress field_step(struct field *field, const struct candidates *candidates,
	const struct pollfd *fds, size_t n, usec now) {
	size_t moved = 0;
	wake_up(field, fds, n, now);
	for (size_t left = field->n; left > 0 && moved < FIELD_BATCH; left--) {
		field->turn = field->turn < field->n ? field->turn : 0;
		struct field_visit *visit = &field->visits[field->turn];
		enum progress progress = PROGRESS_WAITING;
		if (!visit->asleep) {
			progress = source_step(visit_source(visit->visit), fds, n, now);
		}
		if (progress == PROGRESS_DONE) {
			end(field, candidates, field->turn);
		} else if (progress == PROGRESS_WAITING && !visit->asleep) {
			fall_asleep(visit, now);
		}
		moved += progress == PROGRESS_WAITING ? 0 : 1;
		field->turn += progress == PROGRESS_DONE ? 0 : 1; /* another one has taken its place */
	}
	bool more = moved == FIELD_BATCH && is_anybody_awake(field);
	return moved == 0 || more ? PROGRESS_WAITING : PROGRESS_MOVED;
}

size_t field_watch(const struct field *field, struct pollfd *fds, size_t max, usec *wake) {
	size_t n = 0;
	for (size_t i = 0; i < field->n; i++) {
		const struct field_visit *visit = &field->visits[i];
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

void field_write(struct field *field) {
	for (size_t i = 0; i < field->n; i++) {
		visit_write(field->visits[i].visit, &field->visits[i].candidate->node);
	}
}

void field_clear(struct field *field) {
	for (size_t i = 0; i < field->n; i++) {
		visit_free(field->visits[i].visit);
	}
	field->n = 0;
}
