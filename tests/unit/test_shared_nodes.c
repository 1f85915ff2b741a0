/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Surveys that want to know about the same nodes, on a clock that jumps; visits happen on paper. */
#include "probe/shared_nodes.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "../fake/fake_clock.h"
#include "crowd_world.h"
#include "paper_visits.h"
#include "unit.h"

#define SEC USEC_PER_SEC
#define SURVEYS_MAX 64

/* --- surveys that want one node each --- */

struct survey {
	struct source source;
	struct crowd_child child;
	struct world *world;
	const char *address;
	const char *sni;
	const char *names[1];
	usec starts;
	usec deadline; /* but for what it is held up; USEC_NEVER: none */
	struct node_name peer;
	struct sockaddr_in sockaddr;
	struct tls_policy policy;
	struct visit_spec spec;
	struct held_up held_up;
	struct sharer sharer;
	struct guest *guest;
	struct report_node node;
	usec ended;
	bool late;
};

struct world {
	struct crowd_world all;
	struct arena *arena;
	struct shared_nodes *nodes;
	struct survey surveys[SURVEYS_MAX];
};

static const struct tls_wish wish;

static void specify(struct survey *survey) {
	survey->peer = (struct node_name){"mx.test", survey->address, 25};
	survey->sockaddr.sin_family = AF_INET;
	ck_assert_int_eq(inet_pton(AF_INET, survey->address, &survey->sockaddr.sin_addr), 1);
	survey->policy = (struct tls_policy){.level = TLS_LEVEL_MAY,
		.report_as = TLS_LEVEL_SECURE,
		.sni = survey->sni,
		.names = survey->names,
		.n_names = 1};
	survey->spec.destination = "d.test";
	survey->spec.probe = (struct probe_spec){.peer = &survey->peer,
		.sockaddr = (const struct sockaddr *)&survey->sockaddr,
		.sockaddr_len = sizeof survey->sockaddr,
		.policy = &survey->policy,
		.wish = &wish};
}

static usec deadline_of(const struct survey *survey, usec now) {
	return deadline_after(survey->deadline, held_up_for(&survey->held_up, now));
}

static enum progress survey_step(
	struct source *source, const struct pollfd *fds, size_t n, usec now) {
	struct survey *survey = (struct survey *)source;
	(void)fds;
	(void)n;
	if (now < survey->starts) {
		return PROGRESS_WAITING;
	}
	if (survey->guest == NULL) {
		specify(survey);
		survey->sharer = (struct sharer){
			.nodes = survey->world->nodes, .child = &survey->child, .held_up = &survey->held_up};
		survey->guest = guest_new(survey->world->arena, &survey->sharer, &survey->spec, now);
	}
	survey->late = !guest_is_done(survey->guest) && now >= deadline_of(survey, now);
	return guest_is_done(survey->guest) || survey->late ? PROGRESS_DONE : PROGRESS_WAITING;
}

static size_t survey_watch(
	struct source *source, struct pollfd *fds, size_t max, usec now, usec *wake) {
	const struct survey *survey = (const struct survey *)source;
	(void)fds;
	(void)max;
	if (survey->held_up.n == 0) {
		*wake = usec_min(*wake, survey->guest == NULL ? survey->starts : deadline_of(survey, now));
	}
	return 0;
}

static void survey_ended(struct crowd_child *child, usec now) {
	struct survey *survey = (struct survey *)((char *)child - offsetof(struct survey, child));
	survey->node.chosen = true;
	guest_write(survey->guest, &survey->node);
	sharer_leave(&survey->sharer, now);
	survey->ended = now;
	survey->world->all.n_ended++;
}

static struct survey *add(
	struct world *world, const char *address, const char *sni, const char *name) {
	struct survey *survey = &world->surveys[world->all.n++];
	survey->address = address;
	survey->sni = sni;
	survey->names[0] = name;
	survey->deadline = USEC_NEVER;
	return survey;
}

static const struct turn_limits one_each = {.connections = 100, .per_address = 1};

static usec run(struct world *world, const struct turn_limits *limits, size_t kept) {
	static const struct source_ops survey_ops = {survey_watch, survey_step};
	struct fake_clock clock = {.now = 0};
	struct loop_os os = fake_clock_os(&clock);
	world->arena = unit_arena();
	crowd_world_open(&world->all, world->arena);
	paper.takes = SEC;
	struct shared_nodes_spec spec = {.turns = *limits, .kept = kept, .crowd = world->all.crowd};
	world->nodes = shared_nodes_new(world->arena, &spec);
	for (size_t i = 0; i < world->all.n; i++) {
		struct survey *survey = &world->surveys[i];
		survey->world = world;
		survey->source.ops = &survey_ops;
		survey->child.source = &survey->source;
		survey->child.ended = survey_ended;
		crowd_add(world->all.crowd, &survey->child, NULL, 0);
	}
	ck_assert_int_eq(loop_run(&world->all.source, &os, 10000 * SEC, NULL), LOOP_FINISHED);
	ck_assert_uint_eq(paper.n_running, 0);
	ck_assert_uint_eq(shared_nodes_counts(world->nodes).active, 0);
	ck_assert_uint_le(shared_nodes_counts(world->nodes).kept, kept);
	return clock.now;
}

static void close_world(struct world *world) {
	shared_nodes_free(world->nodes, 0);
	crowd_free(world->all.crowd);
	arena_free(world->arena);
}

START_TEST(many_that_want_the_same_make_one_connection) {
	struct world world = {.arena = NULL};
	for (size_t i = 0; i < 50; i++) {
		add(&world, "192.0.2.1", "mx.test", "mx.test")->starts = (usec)(i % 5) * SEC / 2;
	}
	ck_assert_int_eq(run(&world, &one_each, 10), 2 * SEC);
	ck_assert_uint_eq(paper.n_visits, 1);
	ck_assert_uint_eq(paper.n_proofs, 0);
	for (size_t i = 0; i < world.all.n; i++) {
		ck_assert(world.surveys[i].node.chosen);
		ck_assert_int_eq(world.surveys[i].node.result.stage, PROBE_FINISHED);
	}
	close_world(&world);
}
END_TEST

/* Two survive the visit with all that it saw, one came behind it. */
START_TEST(all_that_a_visit_saw_is_shared) {
	for (int looks_on = 0; looks_on < 2; looks_on++) {
		struct world world = {.arena = NULL};
		paper.looks_on = looks_on == 1;
		add(&world, "192.0.2.1", "mx.test", "mx.test");
		add(&world, "192.0.2.1", "mx.test", "mx.test");
		add(&world, "192.0.2.1", "mx.test", "mx.test")->starts = 10 * SEC;
		(void)run(&world, &one_each, 10);
		for (size_t i = 0; i < world.all.n; i++) {
			const struct report_node *node = &world.surveys[i].node;
			ck_assert_int_eq(
				node->reconnects.end, looks_on ? RECONNECT_MAXIMUM : RECONNECT_NOT_WANTED);
			ck_assert_uint_eq(node->reconnects.n, looks_on ? 7 : 0);
			ck_assert_int_eq(node->reconnects.time, looks_on ? SEC : -1);
			ck_assert_int_eq(node->key_types[1].outcome, KEY_TYPE_NOT_ASKED);
			ck_assert_int_eq(
				node->key_types[2].outcome, looks_on ? KEY_TYPE_NOT_OFFERED : KEY_TYPE_NOT_ASKED);
			ck_assert_str_eq(node->key_types[2].err.text, looks_on ? "none of these" : "");
			ck_assert_int_eq(node->large_hello.outcome,
				looks_on ? LARGE_HELLO_NEGOTIATED : LARGE_HELLO_NOT_ASKED);
			ck_assert_str_eq(
				looks_on ? node->large_hello.group : "none", looks_on ? "a group" : "none");
		}
		close_world(&world);
	}
}
END_TEST

START_TEST(other_names_that_must_match_cost_a_proof_and_no_connection) {
	struct world world = {.arena = NULL};
	add(&world, "192.0.2.1", "mx.test", "a.test");
	add(&world, "192.0.2.1", "mx.test", "b.test");
	(void)run(&world, &one_each, 10);
	ck_assert_uint_eq(paper.n_visits, 1);
	ck_assert_uint_ge(paper.n_proofs, 1);
	ck_assert_uint_le(paper.n_proofs, 1);
	close_world(&world);
}
END_TEST

START_TEST(other_server_names_at_one_address_are_visited_one_by_one) {
	static const char *const names[] = {"a", "b", "c", "d", "e"};
	struct world world = {.arena = NULL};
	for (size_t i = 0; i < 5; i++) {
		struct survey *survey = add(&world, "192.0.2.1", names[i], "mx.test");
		survey->deadline = SEC + SEC / 2; /* waiting for the others is no fault of theirs */
	}
	add(&world, "192.0.2.2", "f", "mx.test");
	ck_assert_int_eq(run(&world, &one_each, 10), 5 * SEC);
	ck_assert_uint_eq(paper.n_visits, 6);
	ck_assert_uint_eq(paper.most_at_one, 1);
	ck_assert_int_eq(world.surveys[5].ended, SEC);
	for (size_t i = 0; i < 5; i++) {
		ck_assert(!world.surveys[i].late);
	}
	close_world(&world);
}
END_TEST

/* Its time stood still, and goes on when its turn has come; meanwhile it sleeps. */
START_TEST(one_whose_turn_has_come_has_the_time_that_it_had_left) {
	struct world world = {.arena = NULL};
	add(&world, "192.0.2.1", "a", "mx.test");
	for (size_t i = 0; i < 10; i++) {
		add(&world, "192.0.2.1", "b", "mx.test")->deadline = SEC / 4 + (usec)i;
	}
	ck_assert_int_eq(run(&world, &one_each, 10), SEC + SEC / 4 + 9);
	for (size_t i = 0; i < 10; i++) {
		ck_assert(world.surveys[1 + i].late);
		ck_assert_int_eq(world.surveys[1 + i].ended, SEC + SEC / 4 + (usec)i);
	}
	ck_assert_uint_le(crowd_steps(world.all.crowd), 60);
	close_world(&world);
}
END_TEST

START_TEST(one_with_hardly_any_time_left_sleeps_until_its_turn_comes) {
	struct world world = {.arena = NULL};
	add(&world, "192.0.2.1", "a", "mx.test");
	add(&world, "192.0.2.1", "b", "mx.test")->deadline = 1;
	ck_assert_int_eq(run(&world, &one_each, 10), SEC + 1);
	ck_assert(world.surveys[1].late);
	ck_assert_uint_le(crowd_steps(world.all.crowd), 20);
	close_world(&world);
}
END_TEST

START_TEST(where_nobody_answers_it_is_not_tried_again_under_another_name) {
	static const char *const names[] = {"a", "b", "c"};
	struct world world = {.arena = NULL};
	for (size_t i = 0; i < 3; i++) {
		add(&world, "192.0.2.1", names[i], "mx.test")->starts = (usec)i * SEC / 4;
	}
	add(&world, "192.0.2.1", "late", "mx.test")->starts = 100 * SEC;
	add(&world, "192.0.2.1", "too late", "mx.test")->starts = 400 * SEC;
	paper.fails = "192.0.2.1";
	(void)run(&world, &one_each, 10);
	ck_assert_uint_eq(paper.n_visits, 2);
	for (size_t i = 0; i < world.all.n; i++) {
		ck_assert_int_eq(world.surveys[i].node.result.err.kind, ERR_NET);
	}
	close_world(&world);
}
END_TEST

START_TEST(connections_are_limited_in_all_and_spaced_at_one_address) {
	static const struct turn_limits limits = {
		.connections = 2, .per_address = 2, .interval = 3 * SEC};
	static const char *const addresses[] = {"192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"};
	struct world world = {.arena = NULL};
	for (size_t i = 0; i < 4; i++) {
		add(&world, addresses[i], "a", "mx.test");
	}
	add(&world, addresses[0], "b", "mx.test");
	(void)run(&world, &limits, 10);
	ck_assert_uint_eq(paper.n_visits, 5);
	ck_assert_uint_eq(paper.most_running, 2);
	ck_assert_int_eq(paper.starts[2], SEC);
	ck_assert_int_eq(paper.starts[4], 3 * SEC);
	close_world(&world);
}
END_TEST

START_TEST(one_that_cannot_wait_leaves_with_what_is_known_and_the_visit_goes_on_for_others) {
	struct world world = {.arena = NULL};
	add(&world, "192.0.2.1", "a", "mx.test")->deadline = SEC / 2;
	add(&world, "192.0.2.1", "a", "mx.test");
	add(&world, "192.0.2.2", "a", "mx.test")->deadline = SEC / 2;
	(void)run(&world, &one_each, 10);
	ck_assert(world.surveys[0].late);
	ck_assert_int_eq(world.surveys[0].node.result.stage, PROBE_GREETING);
	ck_assert_int_eq(world.surveys[1].node.result.stage, PROBE_FINISHED);
	ck_assert_uint_eq(paper.n_visits, 2);
	ck_assert_uint_eq(paper.n_freed_early, 1);
	close_world(&world);
}
END_TEST

START_TEST(only_so_many_are_kept_the_last_ones) {
	struct world world = {.arena = NULL};
	add(&world, "192.0.2.1", "a", "mx.test");
	add(&world, "192.0.2.2", "a", "mx.test")->starts = 2 * SEC;
	add(&world, "192.0.2.3", "a", "mx.test")->starts = 4 * SEC;
	add(&world, "192.0.2.3", "a", "mx.test")->starts = 6 * SEC;
	add(&world, "192.0.2.2", "a", "mx.test")->starts = 6 * SEC;
	add(&world, "192.0.2.1", "a", "mx.test")->starts = 8 * SEC;
	(void)run(&world, &one_each, 2);
	ck_assert_uint_eq(paper.n_visits, 4);
	close_world(&world);
}
END_TEST

START_TEST(what_was_seen_an_hour_ago_is_looked_at_again) {
	struct world world = {.arena = NULL};
	add(&world, "192.0.2.1", "a", "mx.test");
	add(&world, "192.0.2.1", "a", "mx.test")->starts = 3000 * SEC;
	add(&world, "192.0.2.1", "a", "mx.test")->starts = 3700 * SEC;
	(void)run(&world, &one_each, 10);
	ck_assert_uint_eq(paper.n_visits, 2);
	close_world(&world);
}
END_TEST

UNIT_MAIN("shared nodes", tcase_add_test(tc, many_that_want_the_same_make_one_connection);
		  tcase_add_test(tc, all_that_a_visit_saw_is_shared);
		  tcase_add_test(tc, other_names_that_must_match_cost_a_proof_and_no_connection);
		  tcase_add_test(tc, other_server_names_at_one_address_are_visited_one_by_one);
		  tcase_add_test(tc, one_whose_turn_has_come_has_the_time_that_it_had_left);
		  tcase_add_test(tc, one_with_hardly_any_time_left_sleeps_until_its_turn_comes);
		  tcase_add_test(tc, where_nobody_answers_it_is_not_tried_again_under_another_name);
		  tcase_add_test(tc, connections_are_limited_in_all_and_spaced_at_one_address);
		  tcase_add_test(
			  tc, one_that_cannot_wait_leaves_with_what_is_known_and_the_visit_goes_on_for_others);
		  tcase_add_test(tc, only_so_many_are_kept_the_last_ones);
		  tcase_add_test(tc, what_was_seen_an_hour_ago_is_looked_at_again);)
