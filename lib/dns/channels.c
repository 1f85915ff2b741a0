/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Resolvers as children of a crowd, and the questions that wait for one of them. */
#include "dns/channels.h"

struct channel {
	struct source source;
	struct crowd_child child;
	struct channels *all;
	struct resolver *resolver;
	struct channel_question *flying[RESOLVER_BURST];
	size_t n_flying;
	struct pollfd room[RESOLVER_FDS_MAX];
};

struct channels {
	struct channels_spec spec;
	struct arena *arena;
	struct channel *channels[CHANNELS_MAX];
	size_t n;
	bool all_open; /* there will be no other */
	struct channel_question *waiting;
	struct channel_question **waiting_end;
	struct channel_question *oldest; /* of those that are fresh */
	struct channel_question *newest;
	size_t n_fresh;
	size_t n_asked;
};

/* --- those that were asked just now --- */

static void add_fresh(struct channels *channels, struct channel_question *question, usec now) {
	question->launched = now;
	question->fresh = true;
	question->next = NULL;
	question->previous = channels->newest;
	*(channels->newest == NULL ? &channels->oldest : &channels->newest->next) = question;
	channels->newest = question;
	channels->n_fresh++;
}

static void drop_fresh(struct channels *channels, struct channel_question *question) {
	if (question->fresh) {
		*(question->previous == NULL ? &channels->oldest : &question->previous->next) =
			question->next;
		*(question->next == NULL ? &channels->newest : &question->next->previous) =
			question->previous;
		question->fresh = false;
		channels->n_fresh--;
	}
}

static usec end_of_freshness(const struct channels *channels) {
	return deadline_after(channels->oldest->launched, CHANNELS_FRESH_FOR);
}

static void drop_stale(struct channels *channels, usec now) {
	while (channels->oldest != NULL && now >= end_of_freshness(channels)) {
		drop_fresh(channels, channels->oldest);
	}
}

/* --- asking --- */

static void launch(struct channel *channel, struct channel_question *question, usec now) {
	channel->all->n_asked++;
	channel->resolver->ask(channel->resolver, &question->question, now);
	if (question->question.outcome != DNS_PENDING) {
		question->settled(question, now);
		return;
	}
	channel->flying[channel->n_flying++] = question;
	add_fresh(channel->all, question, now);
	crowd_wake(&channel->child); /* it may have a new descriptor */
}

static void launch_waiting(struct channels *channels, usec now);

static enum progress channel_step(
	struct source *source, const struct pollfd *fds, size_t n, usec now) {
	struct channel *channel = (struct channel *)source;
	enum progress progress = source_step(&channel->resolver->source, fds, n, now);
	for (size_t i = 0; i < channel->n_flying; i++) {
		struct channel_question *question = channel->flying[i];
		if (question->question.outcome != DNS_PENDING) {
			channel->flying[i--] = channel->flying[--channel->n_flying];
			drop_fresh(channel->all, question);
			question->settled(question, now);
		}
	}
	launch_waiting(channel->all, now);
	return progress;
}

static size_t channel_watch(
	struct source *source, struct pollfd *fds, size_t max, usec now, usec *wake) {
	const struct channel *channel = (const struct channel *)source;
	const struct channels *channels = channel->all;
	if (channels->waiting != NULL && channels->n_fresh == CHANNELS_FRESH_MAX) {
		*wake = usec_min(*wake, end_of_freshness(channels));
	}
	return source_watch(&channel->resolver->source, fds, max, now, wake);
}

/* It never ends. */
static void channel_ended(struct crowd_child *child, usec now) {
	(void)child;
	(void)now;
}

static struct channel *open_channel(struct channels *channels, usec now, struct err *err) {
	static const struct source_ops ops = {channel_watch, channel_step};
	struct resolver *resolver =
		channels->spec.open(channels->spec.context, channels->arena, now, err);
	if (resolver == NULL) {
		return NULL;
	}
	struct channel *channel = arena_alloc(channels->arena, sizeof *channel);
	channel->source.ops = &ops;
	channel->all = channels;
	channel->resolver = resolver;
	channel->child.source = &channel->source;
	channel->child.ended = channel_ended;
	channels->channels[channels->n++] = channel;
	crowd_add(channels->spec.crowd, &channel->child, channel->room, RESOLVER_FDS_MAX);
	return channel;
}

/* One with room; NULL: nothing can be asked at the moment. */
static struct channel *find_channel(struct channels *channels, usec now) {
	drop_stale(channels, now);
	if (channels->n_fresh >= CHANNELS_FRESH_MAX) {
		return NULL;
	}
	for (size_t i = 0; i < channels->n; i++) {
		if (channels->channels[i]->n_flying < RESOLVER_BURST) {
			return channels->channels[i];
		}
	}
	struct err ignored = {0};
	struct channel *channel = channels->all_open ? NULL : open_channel(channels, now, &ignored);
	channels->all_open = channel == NULL || channels->n == CHANNELS_MAX;
	return channel;
}

/* What waits goes where there is room now. */
static void launch_waiting(struct channels *channels, usec now) {
	struct channel *channel = channels->waiting == NULL ? NULL : find_channel(channels, now);
	while (channels->waiting != NULL && channel != NULL) {
		struct channel_question *question = channels->waiting;
		channels->waiting = question->next;
		if (channels->waiting == NULL) {
			channels->waiting_end = &channels->waiting;
		}
		question->waits = false;
		if (question->launches != NULL) {
			question->launches(question, now);
		}
		if (question->unwanted) {
			question->settled(question, now);
		} else {
			launch(channel, question, now);
		}
		channel = find_channel(channels, now);
	}
}

void channels_ask(struct channels *channels, struct channel_question *question, usec now) {
	struct channel *channel = channels->waiting == NULL ? find_channel(channels, now) : NULL;
	if (channel != NULL) {
		launch(channel, question, now);
		return;
	}
	question->waits = true;
	question->next = NULL;
	*channels->waiting_end = question;
	channels->waiting_end = &question->next;
	crowd_wake(&channels->channels[0]->child); /* to see when it can be asked */
}

size_t channels_asked(const struct channels *channels) {
	return channels->n_asked;
}

struct channels *channels_new(
	struct arena *arena, const struct channels_spec *spec, usec now, struct err *err) {
	struct channels *channels = arena_alloc(arena, sizeof *channels);
	channels->spec = *spec;
	channels->arena = arena;
	channels->waiting_end = &channels->waiting;
	return open_channel(channels, now, err) == NULL ? NULL : channels;
}

void channels_free(struct channels *channels) {
	for (size_t i = 0; channels != NULL && i < channels->n; i++) {
		crowd_remove(&channels->channels[i]->child);
		resolver_free(channels->channels[i]->resolver);
	}
}
