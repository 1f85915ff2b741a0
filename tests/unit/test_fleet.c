/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Many domains beside a name server in the same loop. */
#include "probe/fleet.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>

#include "dns_responder.h"
#include "unit.h"

#define SOA "'test 0006 0001 0000003c [ 00 00 00000001 00000e10 00000e10 00000e10 0000003c ]"
#define PATIENCE (400 * USEC_PER_MSEC)
#define MUCH_PATIENCE (10 * USEC_PER_SEC)

static const struct responder_rule rules[] = {
	{"nx", ALWAYS, "81a3", "0000 0001 0000", SOA, 0},
	{"null", ALWAYS, "81a0", "0001 0000 0000", "@12 000f 0001 0000003c [ 0000 00 ]", 0},
	{.label = NULL},
};

/* What is given to a fleet, and what came of it. */
struct supply {
	const char *const *labels; /* of the domains, one after the other, again and again */
	size_t n_labels;
	size_t n; /* domains in all */
	size_t n_given;
	bool auth_servers;
	usec timeout;    /* of a domain */
	size_t n_names;  /* so many different ones; 0: all of them */
	size_t pause_at; /* so many are given before it takes a breath; 0: none */
	struct fleet *fleet;
	size_t n_done;
	size_t n_dropped;    /* without a report */
	size_t n_unanswered; /* its time was over */
	size_t n_ends_known; /* how often it could be told by when all is done */
	size_t n_null;
	size_t n_missing;
	size_t most_in_flight;
	struct fleet_counts counts;
};

struct world {
	struct arena *arena;
	struct responder responder;
	struct crowd_child child;
	struct pollfd room[2 + RESPONDER_STREAMS_MAX];
	const char *server;
	struct supply supply;
	struct fleet_spec spec;
};

static const struct tls_settings tls = {.digest = "sha256", .now = 1, .habits = &habits_monitor};

static enum fleet_supply next(void *context, struct fleet_job *job, usec now) {
	struct supply *supply = context;
	(void)now;
	if (supply->n_given == supply->n) {
		return FLEET_END;
	}
	if (supply->pause_at != 0 && supply->n_given == supply->pause_at) {
		supply->pause_at = 0;
		return FLEET_LATER;
	}
	struct arena *arena = arena_new(unit_exhausted, NULL);
	struct destination *destination = arena_alloc(arena, sizeof *destination);
	struct survey_spec *spec = arena_alloc(arena, sizeof *spec);
	const char *label = supply->labels[supply->n_given % supply->n_labels];
	size_t number = supply->n_given++;
	number = supply->n_names == 0 ? number : number % supply->n_names;
	const char *name = arena_printf(arena, "%s.d%zu.test", label, number);
	ck_assert(destination_parse(destination, name, MAIL_SMTP, NULL));
	*spec = (struct survey_spec){.habits = &habits_monitor,
		.destination = destination,
		.port = 25,
		.wish = {.level = TLS_LEVEL_DANE},
		.order = {.ipv4 = true, .ipv6 = true},
		.timeout = supply->timeout,
		.auth_servers = supply->auth_servers,
		.tls = &tls,
		.scope = SURVEY_ALL};
	*job = (struct fleet_job){.arena = arena, .spec = spec, .context = supply};
	size_t in_flight = fleet_counts(supply->fleet).in_flight + 1;
	supply->most_in_flight =
		in_flight > supply->most_in_flight ? in_flight : supply->most_in_flight;
	return FLEET_JOB;
}

static void done(
	void *context, const struct fleet_job *job, const struct report *report, usec now) {
	struct supply *supply = context;
	ck_assert_ptr_eq(job->context, supply);
	supply->n_done++;
	struct fleet_rest rest = fleet_rest(supply->fleet);
	bool known = rest.all_begun && rest.held_up == 0;
	supply->n_ends_known += known;
	ck_assert(!known || rest.deadline - now <= supply->timeout);
	if (report == NULL) {
		supply->n_dropped++;
		return;
	}
	supply->n_unanswered +=
		report->route_question != NULL && report->route_question->outcome == DNS_TIMED_OUT;
	supply->n_null += report->null_mx;
	supply->n_missing +=
		report->route_question != NULL && report->route_question->outcome == DNS_NXDOMAIN;
}

/* The name server never ends. */
static void ended(struct crowd_child *child, usec now) {
	(void)child;
	(void)now;
}

static void open_world(struct world *world, const char *const *labels, size_t n_labels, size_t n) {
	*world = (struct world){.arena = unit_arena()};
	responder_open(&world->responder, rules);
	world->server = world->responder.address;
	world->supply = (struct supply){
		.labels = labels, .n_labels = n_labels, .n = n, .timeout = 20 * USEC_PER_SEC};
	world->spec = (struct fleet_spec){.limits = {.parallel = 20},
		.lookups = {.servers = &world->server, .n_servers = 1, .patience = MUCH_PATIENCE},
		.tls = &tls,
		.next = next,
		.done = done};
}

static enum loop_end run(struct world *world, struct loop_interrupt *interrupt) {
	struct err err = {0};
	struct loop_os os = loop_os_real(interrupt);
	world->spec.context = &world->supply;
	struct fleet *fleet = fleet_new(world->arena, &world->spec, clock_now(), &err);
	ck_assert_msg(fleet != NULL, "%s", err.text);
	world->supply.fleet = fleet;
	world->child.source = &world->responder.source;
	world->child.ended = ended;
	fleet_join(fleet, &world->child, world->room, sizeof world->room / sizeof *world->room);
	enum loop_end end = fleet_run(fleet, &os, &err);
	world->supply.counts = fleet_counts(fleet);
	ck_assert_uint_eq(world->supply.counts.in_flight, 0);
	ck_assert_uint_eq(world->supply.counts.done, world->supply.n_done - world->supply.n_dropped);
	fleet_free(fleet);
	responder_close(&world->responder);
	arena_free(world->arena);
	return end;
}

START_TEST(all_domains_come_out_and_a_window_of_them_is_under_way) {
	static const char *const labels[] = {"nx", "null"};
	struct world world;
	open_world(&world, labels, 2, 200);
	ck_assert_int_eq(run(&world, NULL), LOOP_FINISHED);
	ck_assert_uint_eq(world.supply.n_done, 200);
	ck_assert_uint_eq(world.supply.n_dropped, 0);
	ck_assert_uint_eq(world.supply.n_missing, 100);
	ck_assert_uint_eq(world.supply.n_null, 100);
	ck_assert_uint_eq(world.supply.most_in_flight, 20);
}
END_TEST

START_TEST(one_that_gets_no_answer_ends_at_its_own_deadline_and_delays_no_other) {
	static const char *const labels[] = {"silent", "nx", "nx", "nx"};
	struct world world;
	open_world(&world, labels, 4, 40);
	world.supply.timeout = PATIENCE / 2;
	ck_assert_int_eq(run(&world, NULL), LOOP_FINISHED);
	ck_assert_uint_eq(world.supply.n_done, 40);
	ck_assert_uint_gt(world.supply.n_ends_known, 0);
	ck_assert_uint_lt(world.supply.n_ends_known, 40);
	ck_assert_uint_eq(world.supply.n_unanswered, 10);
	ck_assert_uint_eq(world.supply.n_missing, 30);
}
END_TEST

/* Only so many questions are asked in a second (CHANNELS_FRESH_MAX): behind those of domains that
 * get no answer others have to wait for longer than they may take. */
START_TEST(one_that_has_to_wait_before_it_can_ask_is_not_late) {
	const char *names[400];
	for (size_t i = 0; i < 400; i++) {
		names[i] = i < 384 ? "silent" : "nx";
	}
	struct world world;
	open_world(&world, names, 400, 400);
	world.spec.limits.parallel = 400;
	world.supply.timeout = 1800 * USEC_PER_MSEC;
	ck_assert_int_eq(run(&world, NULL), LOOP_FINISHED);
	ck_assert_uint_eq(world.supply.n_unanswered, 384);
	ck_assert_uint_eq(world.supply.n_missing, 16);
	ck_assert_uint_le(world.supply.counts.steps, 400 * 12);
}
END_TEST

START_TEST(a_question_of_many_domains_is_asked_once) {
	static const char *const labels[] = {"nx"};
	struct world world;
	open_world(&world, labels, 1, 300);
	world.supply.n_names = 10;
	ck_assert_int_eq(run(&world, NULL), LOOP_FINISHED);
	ck_assert_uint_eq(world.supply.n_missing, 300);
	ck_assert_uint_eq(world.supply.counts.questions, 10);
	ck_assert_uint_eq(world.supply.counts.lookups, 300);
	ck_assert_uint_eq(world.responder.n_queries, 10);
}
END_TEST

START_TEST(more_questions_than_one_resolver_takes_are_all_answered) {
	static const char *const labels[] = {"nx", "null"};
	struct world world;
	open_world(&world, labels, 2, 1500);
	world.spec.limits.parallel = 1500;
	ck_assert_int_eq(run(&world, NULL), LOOP_FINISHED);
	ck_assert_uint_eq(world.supply.n_missing, 750);
	ck_assert_uint_eq(world.supply.n_null, 750);
	ck_assert_uint_eq(world.supply.counts.questions, 1500);
	ck_assert_uint_eq(world.supply.most_in_flight, 1500);
}
END_TEST

/* What a domain costs does not depend on how many are in flight. */
START_TEST(steps_of_a_domain_do_not_grow_with_their_number) {
	static const char *const labels[] = {"nx", "null"};
	static const size_t windows[] = {4, 64, 512};
	double steps[3];
	for (size_t i = 0; i < 3; i++) {
		struct world world;
		open_world(&world, labels, 2, 1024);
		world.spec.limits.parallel = windows[i];
		ck_assert_int_eq(run(&world, NULL), LOOP_FINISHED);
		steps[i] = (double)world.supply.counts.steps / 1024;
		ck_assert_uint_eq(world.supply.n_unanswered, 0);
	}
	ck_assert_double_le(steps[1], steps[0] * 1.5);
	ck_assert_double_le(steps[2], steps[0] * 1.5);
}
END_TEST

START_TEST(domains_that_need_descriptors_of_their_own_wait_for_them) {
	static const char *const labels[] = {"nx"};
	struct world world;
	open_world(&world, labels, 1, 30);
	world.supply.auth_servers = true;
	world.spec.limits.own_descriptors = 3 * 32;
	ck_assert_int_eq(run(&world, NULL), LOOP_FINISHED);
	ck_assert_uint_eq(world.supply.n_missing, 30);
	ck_assert_uint_eq(world.supply.most_in_flight, 3);
}
END_TEST

START_TEST(no_domain_at_all_is_the_end_at_once) {
	static const char *const labels[] = {"nx"};
	struct world world;
	open_world(&world, labels, 1, 0);
	ck_assert_int_eq(run(&world, NULL), LOOP_FINISHED);
	ck_assert_uint_eq(world.supply.n_done, 0);
}
END_TEST

static volatile int signal_number;

static void on_signal(int number) {
	signal_number = number;
}

START_TEST(a_signal_ends_it_and_says_which_domains_were_not_done) {
	static const char *const labels[] = {"silent"};
	struct sigaction action = {.sa_handler = on_signal};
	struct loop_interrupt interrupt = {&signal_number};
	struct world world;
	open_world(&world, labels, 1, 100);
	ck_assert_int_eq(sigaction(SIGALRM, &action, NULL), 0);
	struct itimerval soon = {.it_value = {0, 50000}};
	ck_assert_int_eq(setitimer(ITIMER_REAL, &soon, NULL), 0);
	ck_assert_int_eq(run(&world, &interrupt), LOOP_INTERRUPTED);
	ck_assert_uint_eq(world.supply.n_dropped, 20);
	ck_assert_uint_eq(world.supply.n_done, 20);
}
END_TEST

static void allow_files(rlim_t soft, rlim_t hard) {
	struct rlimit files = {soft, hard};
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &files), 0);
}

START_TEST(too_few_descriptors_are_told_of) {
	static const char *const labels[] = {"nx"};
	struct err err = {0};
	struct world world;
	open_world(&world, labels, 1, 10);
	allow_files(20, 40);
	ck_assert_ptr_null(fleet_new(world.arena, &world.spec, 1, &err));
	ck_assert_int_eq(err.kind, ERR_LOCAL);
	ck_assert_str_eq(err.text, "only 40 files may be open, and 64 are needed");
}
END_TEST

START_TEST(few_descriptors_make_for_few_connections_and_all_are_used) {
	static const char *const labels[] = {"nx"};
	struct err err = {0};
	struct world world;
	struct rlimit files;
	open_world(&world, labels, 1, 10);
	allow_files(70, 100);
	world.spec.limits = (struct fleet_limits){.connections = 5000};
	struct fleet *fleet = fleet_new(world.arena, &world.spec, 1, &err);
	ck_assert_ptr_nonnull(fleet);
	ck_assert_uint_lt(fleet_limits(fleet).connections, 100);
	ck_assert_uint_gt(fleet_limits(fleet).connections, 40);
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &files), 0);
	ck_assert_uint_eq(files.rlim_cur, 100);
	fleet_free(fleet);
}
END_TEST

UNIT_MAIN("fleet", tcase_add_test(tc, all_domains_come_out_and_a_window_of_them_is_under_way);
		  tcase_add_test(tc, one_that_gets_no_answer_ends_at_its_own_deadline_and_delays_no_other);
		  tcase_add_test(tc, one_that_has_to_wait_before_it_can_ask_is_not_late);
		  tcase_add_test(tc, a_question_of_many_domains_is_asked_once);
		  tcase_add_test(tc, more_questions_than_one_resolver_takes_are_all_answered);
		  tcase_add_test(tc, steps_of_a_domain_do_not_grow_with_their_number);
		  tcase_add_test(tc, domains_that_need_descriptors_of_their_own_wait_for_them);
		  tcase_add_test(tc, no_domain_at_all_is_the_end_at_once);
		  tcase_add_test(tc, a_signal_ends_it_and_says_which_domains_were_not_done);
		  tcase_add_test(tc, too_few_descriptors_are_told_of);
		  tcase_add_test(tc, few_descriptors_make_for_few_connections_and_all_are_used);)
