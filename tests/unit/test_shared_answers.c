/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* More questions than can be asked at a time, of a resolver that takes its time, on a clock that
 * jumps: who has to wait until he may ask has no less time for it. */
#include "dns/shared_answers.h"

#include "../fake/fake_clock.h"
#include "../fake/table_resolver.h"
#include "crowd_world.h"
#include "unit.h"

#define SEC USEC_PER_SEC
#define ASKERS 1200
#define AT_ONCE (CHANNELS_MAX * RESOLVER_BURST)

static const struct table_row slow_rows[] = {
	{"silent.test", .outcome = DNS_TIMED_OUT, .delay = 3 * SEC},
	{"quick.test", .outcome = DNS_NODATA, .delay = SEC},
	{"*", .outcome = DNS_NODATA, .delay = 5 * SEC}, {.name = NULL}};

struct world;

/* Asks one question when the world begins, and perhaps another behind it. */
struct client {
	struct source source;
	struct crowd_child child;
	struct world *world;
	struct resolver *resolver;
	struct held_up held_up;
	struct dns_question question;
	struct dns_question next; /* without a name: none; so is the last */
	struct dns_question last;
	usec patience;
	usec leaves; /* without waiting for the answer; 0: never */
	usec ended;
	size_t n_steps;
};

struct world {
	struct crowd_world all;
	struct arena *arena;
	struct channels *channels;
	struct shared_answers *answers;
	struct client clients[ASKERS];
};

static bool leaves(const struct client *client, usec now) {
	return client->leaves != 0 && now >= client->leaves;
}

/* True when it is answered, or there is none. */
static bool ask_behind(struct client *client, struct dns_question *question, usec now) {
	if (question->name != NULL && question->arena == NULL) {
		question->arena = client->world->arena;
		client->resolver->ask(client->resolver, question, now);
	}
	return question->name == NULL || question->outcome != DNS_PENDING;
}

static enum progress client_step(
	struct source *source, const struct pollfd *fds, size_t n, usec now) {
	struct client *client = (struct client *)source;
	client->n_steps++;
	if (client->n_steps == 1) {
		client->resolver->ask(client->resolver, &client->question, now);
	}
	enum progress progress = source_step(&client->resolver->source, fds, n, now);
	bool over = client->question.outcome != DNS_PENDING || leaves(client, now);
	over = over && ask_behind(client, &client->next, now) && ask_behind(client, &client->last, now);
	return over ? PROGRESS_DONE : progress;
}

static size_t client_watch(
	struct source *source, struct pollfd *fds, size_t max, usec now, usec *wake) {
	const struct client *client = (const struct client *)source;
	if (client->leaves != 0) {
		*wake = usec_min(*wake, client->leaves);
	}
	return source_watch(&client->resolver->source, fds, max, now, wake);
}

static void client_ended(struct crowd_child *child, usec now) {
	struct client *client = (struct client *)((char *)child - offsetof(struct client, child));
	resolver_free(client->resolver);
	client->ended = now;
	client->world->all.n_ended++;
}

static struct resolver *open_slow(void *context, struct arena *arena, usec now, struct err *err) {
	(void)context;
	(void)now;
	(void)err;
	return table_resolver_new(arena, slow_rows);
}

static void open_world(struct world *world) {
	*world = (struct world){.arena = unit_arena()};
	crowd_world_open(&world->all, world->arena);
	struct channels_spec channels = {open_slow, NULL, world->all.crowd};
	world->channels = channels_new(world->arena, &channels, 0, NULL);
	struct shared_answers_spec answers = {world->channels, "the table", 10};
	world->answers = shared_answers_new(world->arena, &answers);
}

/* name: NULL for one of its own. */
static struct client *add(struct world *world, const char *name, usec patience) {
	static const struct source_ops ops = {client_watch, client_step};
	struct client *client = &world->clients[world->all.n++];
	client->source.ops = &ops;
	client->world = world;
	client->patience = patience;
	client->question = (struct dns_question){.type = DNS_TYPE_A, .arena = world->arena};
	client->question.name =
		name != NULL ? name : arena_printf(world->arena, "d%zu.test", world->all.n);
	return client;
}

static usec run(struct world *world) {
	struct fake_clock clock = {.now = 0};
	struct loop_os os = fake_clock_os(&clock);
	for (size_t i = 0; i < world->all.n; i++) {
		struct client *client = &world->clients[i];
		struct shared_answers_asker asker = {
			&client->child, &client->held_up, deadline_after(0, client->patience)};
		client->resolver = shared_answers_join(world->arena, world->answers, &asker);
		client->child.source = &client->source;
		client->child.ended = client_ended;
		crowd_add(world->all.crowd, &client->child, NULL, 0);
	}
	ck_assert_int_eq(loop_run(&world->all.source, &os, 1000 * SEC, NULL), LOOP_FINISHED);
	for (size_t i = 0; i < world->all.n; i++) {
		ck_assert(world->clients[i].held_up.n == 0 || world->clients[i].leaves != 0);
	}
	return clock.now;
}

static void close_world(struct world *world) {
	channels_free(world->channels);
	shared_answers_free(world->answers);
	crowd_free(world->all.crowd);
	arena_free(world->arena);
}

START_TEST(who_has_to_wait_until_it_can_be_asked_is_not_late) {
	static struct world world;
	open_world(&world);
	for (size_t i = 0; i < ASKERS; i++) {
		add(&world, NULL, 6 * SEC);
	}
	/* 192 a second until all channels are full, and then behind those that are answered */
	ck_assert_int_ge(run(&world), 11 * SEC);
	ck_assert_uint_eq(channels_asked(world.channels), ASKERS);
	for (size_t i = 0; i < ASKERS; i++) {
		const struct client *client = &world.clients[i];
		ck_assert_int_eq(client->question.outcome, DNS_NODATA);
		ck_assert_int_eq(client->ended - held_up_for(&client->held_up, client->ended), 5 * SEC);
	}
	ck_assert_int_eq(held_up_for(&world.clients[0].held_up, 0), 0);
	ck_assert_int_eq(held_up_for(&world.clients[CHANNELS_FRESH_MAX].held_up, 0), SEC);
	ck_assert_int_eq(held_up_for(&world.clients[AT_ONCE].held_up, 0), 5 * SEC);
	close_world(&world);
}
END_TEST

/* A time of which hardly anything is left stands as still as any other. */
START_TEST(who_waits_sleeps_however_little_time_is_left) {
	static struct world world;
	open_world(&world);
	for (size_t i = 0; i < ASKERS; i++) {
		add(&world, NULL, 1);
	}
	(void)run(&world);
	for (size_t i = 0; i < ASKERS; i++) {
		const struct client *client = &world.clients[i];
		ck_assert_int_eq(client->question.outcome, DNS_TIMED_OUT);
		ck_assert_int_eq(client->ended - held_up_for(&client->held_up, client->ended), 1);
		ck_assert_uint_le(client->n_steps, 4);
	}
	close_world(&world);
}
END_TEST

START_TEST(all_who_wait_for_the_same_question_are_held_up_by_it) {
	static struct world world;
	open_world(&world);
	for (size_t i = 0; i < CHANNELS_FRESH_MAX; i++) {
		add(&world, NULL, 6 * SEC);
	}
	const struct client *first = add(&world, "same.test", 6 * SEC);
	const struct client *second = add(&world, "same.test", 6 * SEC);
	struct client *gone = add(&world, "same.test", 6 * SEC);
	struct client *lonely = add(&world, "lonely.test", 6 * SEC);
	const struct client *last = add(&world, "last.test", 6 * SEC);
	gone->leaves = SEC / 2;
	lonely->leaves = SEC / 2;
	ck_assert_int_eq(run(&world), 6 * SEC);
	ck_assert_uint_eq(channels_asked(world.channels), CHANNELS_FRESH_MAX + 2);
	ck_assert_int_eq(held_up_for(&first->held_up, 0), SEC);
	ck_assert_int_eq(held_up_for(&second->held_up, 0), SEC);
	ck_assert_int_eq(held_up_for(&last->held_up, 0), SEC);
	ck_assert_int_eq(gone->ended, SEC / 2);
	ck_assert_int_eq(first->question.outcome, DNS_NODATA);
	ck_assert_int_eq(second->question.outcome, DNS_NODATA);
	ck_assert_int_eq(last->question.outcome, DNS_NODATA);
	close_world(&world);
}
END_TEST

/* What was answered before does not tell whether the resolver is alive now. */
START_TEST(who_met_with_silence_is_not_answered_from_before_it) {
	static struct world world;
	open_world(&world);
	struct client *calm = add(&world, "quick.test", 20 * SEC);
	calm->next = (struct dns_question){.name = "quick.test", .type = DNS_TYPE_A};
	struct client *alarmed = add(&world, "silent.test", 20 * SEC);
	alarmed->next = calm->next;
	run(&world); /* heard at 1 s, behind the question of 0 s: that is evidence, and kept */
	ck_assert_uint_eq(channels_asked(world.channels), 2);
	ck_assert_int_eq(calm->next.answered_at, SEC);
	ck_assert_int_eq(alarmed->next.outcome, DNS_NODATA);
	ck_assert_int_eq(alarmed->next.answered_at, SEC);
	close_world(&world);
	open_world(&world);
	alarmed = add(&world, "quick.test", 20 * SEC);
	alarmed->next = (struct dns_question){.name = "silent.test", .type = DNS_TYPE_A};
	alarmed->last = (struct dns_question){.name = "quick.test", .type = DNS_TYPE_A};
	run(&world); /* heard at 1 s, before the question of that time: asked again at 4 s */
	ck_assert_uint_eq(channels_asked(world.channels), 3);
	ck_assert_int_eq(alarmed->last.outcome, DNS_NODATA);
	ck_assert_int_eq(alarmed->last.answered_at, 5 * SEC);
	close_world(&world);
}
END_TEST

UNIT_MAIN("shared answers", tcase_add_test(tc, who_met_with_silence_is_not_answered_from_before_it);
		  tcase_add_test(tc, who_has_to_wait_until_it_can_be_asked_is_not_late);
		  tcase_add_test(tc, who_waits_sleeps_however_little_time_is_left);
		  tcase_add_test(tc, all_who_wait_for_the_same_question_are_held_up_by_it);)
