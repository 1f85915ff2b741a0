/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A line of those who wait for each address, and a line of the addresses where somebody may begin.
 */
#include "probe/turns.h"

#include <string.h>

#include "base/chains.h"

#define BUCKETS 1024U /* a power of two */

/* An address where somebody has his turn or waits for it, or where it is too soon for another. */
struct place {
	struct span address; /* in `octets` */
	uint8_t octets[128]; /* the longest is the path of a UNIX socket */
	struct chain_link found;
	struct turn *first; /* who waits */
	struct turn **end;
	size_t n_begun;
	usec next_start;
	bool in_line;
	bool rests;
	struct place *next;      /* in line, or of those not in use */
	struct place *next_rest; /* of those that rest */
};

struct place_line {
	struct place *first;
	struct place *last;
};

struct turns {
	struct source source;
	struct crowd_child child;
	struct arena *arena;
	struct turn_limits limits;
	struct chains places; /* by address */
	struct place *unused;
	struct place_line ready; /* where somebody waits and fewer than may have begun */
	struct place *resting;   /* where it is too soon for another, the first that may first */
	struct place *last_resting;
	size_t n_begun;
	usec wake;
};

/* --- places --- */

static uint64_t hash_of(struct span address) {
	return chains_hash(CHAINS_HASH_START, address.at, address.len);
}

static struct place *of_found(struct chain_link *link) {
	return link == NULL ? NULL : (struct place *)((char *)link - offsetof(struct place, found));
}

static struct place *find_place(struct turns *turns, struct span address) {
	struct place *place = of_found(chains_at(&turns->places, hash_of(address)));
	while (place != NULL && !span_equal(place->address, address)) {
		place = of_found(place->found.next);
	}
	return place;
}

static struct place *add_place(struct turns *turns, struct span address) {
	struct place *place = turns->unused;
	if (place == NULL) {
		place = arena_alloc(turns->arena, sizeof *place);
	} else {
		turns->unused = place->next;
		memset(place, 0, sizeof *place);
	}
	size_t len = address.len < sizeof place->octets ? address.len : sizeof place->octets;
	if (len > 0) {
		memcpy(place->octets, address.at, len);
	}
	place->address = (struct span){place->octets, len};
	place->end = &place->first;
	chains_add(&turns->places, &place->found, hash_of(place->address));
	return place;
}

static void drop_place(struct turns *turns, struct place *place) {
	chains_remove(&turns->places, &place->found);
	place->next = turns->unused;
	turns->unused = place;
}

/* --- lines of places --- */

static void line_add(struct place_line *line, struct place *place) {
	place->next = NULL;
	if (line->first == NULL) {
		line->first = place;
	} else {
		line->last->next = place;
	}
	line->last = place;
}

static struct place *line_take(struct place_line *line) {
	struct place *place = line->first;
	if (place != NULL) {
		line->first = place->next;
	}
	return place;
}

/* Nobody waits and nobody has his turn: it is kept only while it is too soon for another one. */
static bool is_idle(const struct place *place) {
	return place->first == NULL && place->n_begun == 0;
}

/* To be looked at when there is room. */
static void stand_in_line(struct turns *turns, struct place *place) {
	if (!place->in_line) {
		place->in_line = true;
		line_add(&turns->ready, place);
	}
}

static void rest(struct turns *turns, struct place *place) {
	place->rests = true;
	place->next_rest = NULL;
	*(turns->resting == NULL ? &turns->resting : &turns->last_resting->next_rest) = place;
	turns->last_resting = place;
}

/* What becomes of a place where something has changed. */
static void settle(struct turns *turns, struct place *place, usec now) {
	if (place->in_line || place->rests || !is_idle(place)) {
		return;
	}
	if (now < place->next_start) {
		rest(turns, place);
	} else {
		drop_place(turns, place);
	}
}

/* All rest equally long. One that has begun something since then holds up those behind it, which
 * does no harm. */
static void end_rests(struct turns *turns, usec now) {
	while (turns->resting != NULL && turns->resting->next_start <= now) {
		struct place *place = turns->resting;
		turns->resting = place->next_rest;
		place->rests = false;
		settle(turns, place, now);
	}
}

/* --- turns --- */

static void begin(struct turns *turns, struct place *place, usec now) {
	struct turn *turn = place->first;
	place->first = turn->next;
	if (place->first == NULL) {
		place->end = &place->first;
	}
	place->next_start = deadline_after(now, turns->limits.interval);
	place->n_begun++;
	turns->n_begun++;
	turn->begun = true;
	turn->begin(turn, now);
}

/* Begin what can begin at one place. */
static void serve(struct turns *turns, struct place *place, usec now) {
	while (place->first != NULL && place->n_begun < turns->limits.per_address &&
		   turns->n_begun < turns->limits.connections && now >= place->next_start) {
		begin(turns, place, now);
	}
	place->in_line = false;
	bool waits = place->first != NULL && place->n_begun < turns->limits.per_address;
	if (waits) {
		stand_in_line(turns, place);
		bool room = turns->n_begun < turns->limits.connections;
		turns->wake = room ? usec_min(turns->wake, place->next_start) : turns->wake;
	}
	settle(turns, place, now);
}

static enum progress turns_step(
	struct source *source, const struct pollfd *fds, size_t n, usec now) {
	struct turns *turns = (struct turns *)source;
	(void)fds;
	(void)n;
	turns->wake = USEC_NEVER;
	end_rests(turns, now);
	struct place_line line = turns->ready; /* who comes back into it is not looked at again */
	turns->ready = (struct place_line){NULL, NULL};
	while (line.first != NULL && turns->n_begun < turns->limits.connections) {
		serve(turns, line_take(&line), now);
	}
	if (line.first != NULL) { /* these are still before those that came back */
		line.last->next = turns->ready.first;
		line.last = turns->ready.first != NULL ? turns->ready.last : line.last;
		turns->ready = line;
	}
	return PROGRESS_WAITING;
}

static size_t turns_watch(
	struct source *source, struct pollfd *fds, size_t max, usec now, usec *wake) {
	const struct turns *turns = (const struct turns *)source;
	(void)fds;
	(void)max;
	(void)now;
	*wake = usec_min(*wake, turns->wake);
	return 0;
}

void turns_ask(struct turns *turns, struct turn *turn) {
	struct place *place = find_place(turns, turn->address);
	if (place == NULL) {
		place = add_place(turns, turn->address);
	}
	turn->turns = turns;
	turn->place = place;
	turn->begun = false;
	turn->next = NULL;
	*place->end = turn;
	place->end = &turn->next;
	if (place->n_begun < turns->limits.per_address) {
		stand_in_line(turns, place);
		crowd_wake(&turns->child);
	}
}

static void leave_queue(struct turn *turn) {
	struct place *place = turn->place;
	struct turn **at = &place->first;
	while (*at != turn) {
		at = &(*at)->next;
	}
	*at = turn->next;
	if (turn->next == NULL) {
		place->end = at;
	}
}

void turn_end(struct turn *turn, usec now) {
	struct turns *turns = turn->turns;
	struct place *place = turn->place;
	if (place == NULL) {
		return;
	}
	if (turn->begun) {
		place->n_begun--;
		turns->n_begun--;
	} else {
		leave_queue(turn);
	}
	turn->place = NULL;
	if (place->first != NULL) {
		stand_in_line(turns, place);
	}
	if (turns->ready.first != NULL) {
		crowd_wake(&turns->child);
	}
	settle(turns, place, now);
}

/* It never ends. */
static void ended(struct crowd_child *child, usec now) {
	(void)child;
	(void)now;
}

struct turns *turns_new(
	struct arena *arena, struct crowd *crowd, const struct turn_limits *limits) {
	static const struct source_ops ops = {turns_watch, turns_step};
	struct turns *turns = arena_alloc(arena, sizeof *turns);
	turns->source.ops = &ops;
	turns->arena = arena;
	chains_init(&turns->places, arena, BUCKETS);
	turns->limits = *limits;
	turns->wake = USEC_NEVER;
	turns->child.source = &turns->source;
	turns->child.ended = ended;
	crowd_add(crowd, &turns->child, NULL, 0);
	return turns;
}
