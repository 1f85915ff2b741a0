/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Many nodes at once, on a clock that jumps: what runs beside what, and how long all of it takes.
 */
#include "probe/visits.h"

#include "probe/survey.h"
#include "tests/fake/fake_clock.h"
#include "tests/fake/fake_visit.h"
#include "tests/fake/table_resolver.h"
#include "unit.h"

#define EE "3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define SECOND USEC_PER_SEC
#define RUN_DEADLINE (100 * SECOND)

/* Everything about one run. */
struct world {
	struct arena *arena;
	struct table_row *rows;
	size_t n_rows;
	struct destination destination;
	struct survey_spec spec;
	struct fake_stage stage;
	const struct report *report;
	usec took;
	size_t n_waits;
};

static struct world world_new(size_t room, const struct fake_host *hosts) {
	static const struct tls_settings tls = {0};
	struct world world = {.arena = unit_arena(), .stage = fake_stage_new(NULL, hosts)};
	world.rows = arena_alloc_array(world.arena, room + 1, sizeof *world.rows);
	world.spec = (struct survey_spec){.habits = &habits_monitor,
		.port = 25,
		.wish = {.level = TLS_LEVEL_DANE},
		.order = {.ipv4 = true, .ipv6 = true},
		.validation_check = "ns:.",
		.tls = &tls,
		.no_tls = true,
		.scope = SURVEY_ALL};
	return world;
}

static struct table_row *add(
	struct world *world, const char *name, enum dns_type type, const char *data) {
	struct table_row *row = &world->rows[world->n_rows++];
	*row = (struct table_row){.name = name, .type = type, .data = data, .secure = true};
	return row;
}

/* Host i with one address of its own. */
static const char *add_host(struct world *world, size_t i) {
	const char *name = arena_printf(world->arena, "mx%03zu.d.test", i);
	add(world, "d.test", DNS_TYPE_MX, arena_printf(world->arena, "%zu %s", i, name));
	add(world, name, DNS_TYPE_A, arena_printf(world->arena, "192.0.%zu.%zu", i / 200, i % 200));
	return name;
}

static void run(struct world *world) {
	struct fake_clock clock = {.now = 1};
	struct loop_os os = fake_clock_os(&clock);
	struct err err = {0};
	ck_assert(destination_parse(&world->destination, "d.test", MAIL_SMTP, NULL));
	world->spec.destination = &world->destination;
	world->spec.trace = &world->stage.trace;
	struct resolver *resolver = table_resolver_new(world->arena, world->rows);
	struct survey *survey = survey_new(world->arena, &world->spec, resolver, clock.now);
	enum loop_end end = loop_run(survey_source(survey), &os, RUN_DEADLINE, &err);
	world->report = survey_finish(survey, end, &err, clock.now);
	world->took = world->report->elapsed;
	world->n_waits = clock.n_waits;
	survey_free(survey);
}

static size_t count_chosen(const struct report *report) {
	size_t n = 0;
	for (size_t i = 0; i < report->n_nodes; i++) {
		n += report->nodes[i].chosen ? 1 : 0;
	}
	return n;
}

static const struct fake_host one_second[] = {{"*", SECOND, false, 0}, {NULL, 0, false, 0}};

static const size_t counts[] = {1, 2, 20, 31, 32, 33, 64, 65, 96, 100, 128};

START_TEST(n_nodes_take_as_long_as_every_32_of_them_one) {
	size_t n = counts[_i];
	struct world world = world_new(2 * n, one_second);
	for (size_t i = 0; i < n; i++) {
		add_host(&world, i);
	}
	run(&world);
	ck_assert_int_eq(world.took, (usec)((n + 31) / 32) * SECOND);
	ck_assert_uint_eq(world.stage.most_running, n < 32 ? n : 32);
	ck_assert_uint_eq(count_chosen(world.report), n);
	ck_assert(!world.stage.doubled);
	ck_assert(!world.report->too_many_nodes);
	ck_assert_int_eq(world.report->phase, REPORT_PHASE_DONE);
	arena_free(world.arena);
}
END_TEST

START_TEST(nodes_stand_in_the_order_of_preference_however_their_answers_came) {
	struct world world = world_new(60, one_second);
	for (size_t i = 0; i < 20; i++) {
		const char *name = add_host(&world, i);
		struct table_row *row = &world.rows[world.n_rows - 1];
		row->delay = (usec)(20 - i) * 1000;
		add(&world, name, DNS_TYPE_AAAA, arena_printf(world.arena, "2001:db8::%zx", i + 1));
	}
	run(&world);
	ck_assert_uint_eq(world.report->n_nodes, 40);
	for (size_t i = 0; i < 40; i++) {
		const struct report_node *node = &world.report->nodes[i];
		ck_assert_ptr_eq(node->host, &world.report->hosts[i / 2]);
		ck_assert_int_eq(node->family, i % 2 == 0 ? 6 : 4);
	}
	/* the last host was the first to be known */
	ck_assert_int_eq(world.report->nodes[38].id, 0);
	arena_free(world.arena);
}
END_TEST

START_TEST(nobody_is_visited_twice_at_the_same_time) {
	struct world world = world_new(20, one_second);
	add_host(&world, 1);
	add(&world, "d.test", DNS_TYPE_MX, "2 other.d.test");
	add(&world, "other.d.test", DNS_TYPE_A, "192.0.0.1");
	add(&world, "other.d.test", DNS_TYPE_A, "192.0.0.1");
	add(&world, "other.d.test", DNS_TYPE_A, "192.0.0.2");
	add(&world, "d.test", DNS_TYPE_MX, "3 OTHER.d.test");
	run(&world);
	ck_assert_uint_eq(world.report->n_nodes, 3);
	ck_assert_uint_eq(world.stage.n_started, 3);
	ck_assert(!world.stage.doubled);
	ck_assert_uint_eq(world.stage.most_running, 2);
	ck_assert_int_eq(world.took, 2 * SECOND);
	arena_free(world.arena);
}
END_TEST

START_TEST(a_slow_node_delays_nobody) {
	static const struct fake_host hosts[] = {
		{"192.0.0.0", 60 * SECOND, false, 0}, {"*", SECOND, false, 0}, {NULL, 0, false, 0}};
	struct world world = world_new(200, hosts);
	for (size_t i = 0; i < 63; i++) {
		add_host(&world, i);
	}
	run(&world);
	ck_assert_int_eq(world.took, 60 * SECOND);
	ck_assert_int_eq(world.stage.last_start, 1 + 1 * SECOND);
	ck_assert_uint_eq(count_chosen(world.report), 63);
	arena_free(world.arena);
}
END_TEST

START_TEST(while_many_nodes_compute_everybody_is_listened_to) {
	static const struct fake_host hosts[] = {{"*", SECOND, false, 50}, {NULL, 0, false, 0}};
	struct world world = world_new(200, hosts);
	for (size_t i = 0; i < 32; i++) {
		add_host(&world, i);
	}
	run(&world);
	ck_assert_uint_gt(world.n_waits, 32 * 50 / VISITS_BATCH - 1);
	ck_assert_int_eq(world.took, SECOND);
	arena_free(world.arena);
}
END_TEST

START_TEST(a_slow_answer_delays_its_own_host_only) {
	struct world world = world_new(20, one_second);
	for (size_t i = 0; i < 3; i++) {
		const char *name = add_host(&world, i);
		const char *owner = arena_printf(world.arena, "_25._tcp.%s", name);
		add(&world, owner, DNS_TYPE_TLSA, EE)->delay = i == 0 ? 5 * SECOND : 0;
	}
	run(&world);
	ck_assert_int_eq(world.took, 6 * SECOND);
	ck_assert_int_eq(world.stage.last_start, 1 + 5 * SECOND);
	ck_assert_uint_eq(world.stage.most_running, 2);
	ck_assert_int_eq(world.report->nodes[0].policy.level, TLS_LEVEL_DANE);
	ck_assert_int_eq(world.report->nodes[0].id, 2);
	ck_assert_int_eq(world.report->dns_elapsed, 0);
	arena_free(world.arena);
}
END_TEST

START_TEST(hosts_that_cannot_be_tried_are_left_out) {
	struct world world = world_new(20, one_second);
	add_host(&world, 1);
	add(&world, "d.test", DNS_TYPE_MX, "2 nowhere.d.test");
	const char *name = add_host(&world, 3);
	add(&world, arena_printf(world.arena, "_25._tcp.%s", name), DNS_TYPE_TLSA, NULL)->outcome =
		DNS_SERVER_FAILED;
	add_host(&world, 4);
	run(&world);
	ck_assert_uint_eq(world.report->n_hosts, 4);
	ck_assert_uint_eq(world.report->n_nodes, 2);
	ck_assert_str_eq(world.report->nodes[1].address, "192.0.0.4");
	ck_assert(world.report->hosts[1].no_address);
	ck_assert_int_eq(world.report->hosts[2].tlsa_state, TLSA_STATE_FAILED);
	arena_free(world.arena);
}
END_TEST

START_TEST(more_than_128_nodes_are_cut_and_told) {
	struct world world = world_new(400, one_second);
	for (size_t i = 0; i < 65; i++) {
		const char *name = add_host(&world, i);
		add(&world, name, DNS_TYPE_AAAA, arena_printf(world.arena, "2001:db8::%zx", i + 1));
	}
	run(&world);
	ck_assert(world.report->too_many_nodes);
	ck_assert_uint_eq(world.report->n_nodes, 128);
	ck_assert_uint_eq(count_chosen(world.report), 128);
	ck_assert_int_eq(world.took, 4 * SECOND);
	arena_free(world.arena);
}
END_TEST

START_TEST(unsigned_hosts_are_visited_at_once_and_their_tlsa_awaited_a_second) {
	struct world world = world_new(20, one_second);
	for (size_t i = 0; i < 2; i++) {
		const char *name = add_host(&world, i);
		world.rows[world.n_rows - 1].secure = false;
		const char *owner = arena_printf(world.arena, "_25._tcp.%s", name);
		add(&world, owner, DNS_TYPE_TLSA, EE)->delay = i == 0 ? 90 * SECOND : 1800000;
	}
	add(&world, ".", DNS_TYPE_NS, "a.test");
	run(&world);
	ck_assert_int_eq(world.took, 2 * SECOND);
	ck_assert_int_eq(world.report->hosts[0].tlsa_questions[0]->outcome, DNS_PENDING);
	ck_assert_int_eq(world.report->hosts[1].tlsa_questions[0]->outcome, DNS_FOUND);
	ck_assert(world.report->validation_check->secure);
	arena_free(world.arena);
}
END_TEST

START_TEST(the_deadline_leaves_a_report_of_all_that_is_known) {
	static const struct fake_host hosts[] = {
		{"192.0.0.1", 500 * SECOND, false, 0}, {"*", SECOND, false, 0}, {NULL, 0, false, 0}};
	struct world world = world_new(200, hosts);
	for (size_t i = 0; i < 40; i++) {
		add_host(&world, i);
	}
	run(&world);
	ck_assert_int_eq(world.report->end, REPORT_DEADLINE);
	ck_assert_uint_eq(world.report->n_nodes, 40);
	ck_assert_uint_eq(count_chosen(world.report), 40);
	arena_free(world.arena);
}
END_TEST

/* The same world one by one: as a sending MTA, until one lets it in. */
START_TEST(one_by_one_ends_with_the_first_that_lets_in) {
	static const struct fake_host hosts[] = {{"192.0.0.0", SECOND, true, 0},
		{"192.0.0.1", SECOND, true, 0}, {"*", SECOND, false, 0}, {NULL, 0, false, 0}};
	struct world world = world_new(200, hosts);
	for (size_t i = 0; i < 10; i++) {
		add_host(&world, i);
	}
	world.spec.scope = SURVEY_FIRST;
	run(&world);
	ck_assert_int_eq(world.took, 3 * SECOND);
	ck_assert_uint_eq(world.stage.n_started, 3);
	ck_assert_uint_eq(world.stage.most_running, 1);
	ck_assert_uint_eq(world.report->n_nodes, 3);
	ck_assert_str_eq(report_main_node(world.report)->address, "192.0.0.2");
	arena_free(world.arena);
}
END_TEST

START_TEST(srv_nodes_have_ports_of_their_own) {
	struct world world = world_new(20, one_second);
	add(&world, "_smtp._tcp.d.test", DNS_TYPE_SRV, "10 0 26 mx.d.test");
	add(&world, "_smtp._tcp.d.test", DNS_TYPE_SRV, "20 0 27 mx.d.test");
	add(&world, "mx.d.test", DNS_TYPE_A, "192.0.2.1");
	add(&world, "_27._tcp.mx.d.test", DNS_TYPE_TLSA, EE);
	world.spec.srv_service = "smtp";
	run(&world);
	ck_assert(world.report->spec->srv_service != NULL);
	ck_assert_uint_eq(world.report->n_nodes, 2);
	ck_assert_uint_eq(world.report->nodes[0].host->port, 26);
	ck_assert_int_eq(world.report->nodes[0].host->tlsa_state, TLSA_STATE_ABSENT);
	ck_assert_uint_eq(world.report->nodes[1].host->port, 27);
	ck_assert_int_eq(world.report->nodes[1].policy.level, TLS_LEVEL_DANE);
	ck_assert_str_eq(world.report->nodes[1].policy.names[1], "d.test");
	ck_assert_ptr_null(world.report->misplaced);
	ck_assert(!world.stage.doubled);
	arena_free(world.arena);
}
END_TEST

UNIT_MAIN("survey_all", tcase_add_loop_test(tc, n_nodes_take_as_long_as_every_32_of_them_one, 0,
							(int)(sizeof counts / sizeof *counts));
		  tcase_add_test(tc, nodes_stand_in_the_order_of_preference_however_their_answers_came);
		  tcase_add_test(tc, nobody_is_visited_twice_at_the_same_time);
		  tcase_add_test(tc, a_slow_node_delays_nobody);
		  tcase_add_test(tc, while_many_nodes_compute_everybody_is_listened_to);
		  tcase_add_test(tc, a_slow_answer_delays_its_own_host_only);
		  tcase_add_test(tc, hosts_that_cannot_be_tried_are_left_out);
		  tcase_add_test(tc, more_than_128_nodes_are_cut_and_told);
		  tcase_add_test(tc, unsigned_hosts_are_visited_at_once_and_their_tlsa_awaited_a_second);
		  tcase_add_test(tc, the_deadline_leaves_a_report_of_all_that_is_known);
		  tcase_add_test(tc, one_by_one_ends_with_the_first_that_lets_in);
		  tcase_add_test(tc, srv_nodes_have_ports_of_their_own);)
