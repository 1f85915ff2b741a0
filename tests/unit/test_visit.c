/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The plan of a visit, over probes that do as a table says: thirty seconds of waiting take no time.
 */
#include "probe/visit.h"

#include "tests/fake/fake_clock.h"
#include "unit.h"

#define STEP (10 * USEC_PER_MSEC) /* what a connection takes */

/* --- a probe that keeps to a script --- */

struct connection {
	enum probe_stage stage; /* where it ends; PROBE_NOT_STARTED: it never does */
	enum err_kind err;      /* ERR_BUDGET: none, but it never ends either */
	const char *shown;      /* type of the certificate; NULL: no TLS */
	size_t stored;
	bool offered, resumed;
};

static const struct connection *script;
static struct probe_spec seen[8];
static size_t n_seen;

struct probe {
	struct source source;
	struct result result;
	struct tls_facts facts;
	struct tls_cert leaf;
	usec done_at;
};

static size_t fake_watch(
	struct source *source, struct pollfd *fds, size_t max, usec now, usec *wake) {
	(void)now;
	(void)fds;
	(void)max;
	*wake = usec_min(*wake, ((struct probe *)source)->done_at);
	return 0;
}

static enum progress fake_step(
	struct source *source, const struct pollfd *fds, size_t n, usec now) {
	(void)fds;
	(void)n;
	return now >= ((struct probe *)source)->done_at ? PROGRESS_DONE : PROGRESS_WAITING;
}

struct probe *probe_new(
	struct arena *arena, const struct probe_spec *spec, struct tls_context *context, usec now) {
	static const struct source_ops ops = {fake_watch, fake_step};
	const struct connection *plan = &script[n_seen];
	struct probe *probe = arena_alloc(arena, sizeof *probe);
	(void)context;
	ck_assert_uint_lt(n_seen, sizeof seen / sizeof *seen);
	seen[n_seen++] = *spec;
	probe->source.ops = &ops;
	bool endless = plan->stage == PROBE_NOT_STARTED || plan->err == ERR_BUDGET;
	probe->done_at = endless ? USEC_NEVER : now + STEP;
	probe->result.stage = plan->stage;
	probe->result.err.kind = endless ? ERR_NONE : plan->err;
	probe->result.connected = plan->stage > PROBE_CONNECTING;
	probe->result.times = (struct probe_times){1, 2, 4, 8, plan->shown == NULL ? -1 : 16};
	if (plan->shown != NULL) {
		probe->leaf.key_type = plan->shown;
		probe->facts = (struct tls_facts){.established = plan->stage != PROBE_HANDSHAKE,
			.resumed = plan->resumed,
			.session_offered = plan->offered,
			.chain = &probe->leaf,
			.n_chain = *plan->shown == '\0' ? 0 : 1,
			.n_stored = plan->stored,
			.tickets = plan->stored};
		probe->result.tls = &probe->facts;
	}
	return probe;
}

struct source *probe_source(struct probe *probe) {
	return &probe->source;
}

bool probe_is_connected(const struct probe *probe) {
	return probe->result.connected;
}

struct result probe_result(struct probe *probe) {
	return probe->result;
}

struct result probe_glance(const struct probe *probe) {
	return probe->result;
}

void probe_drop_replies(struct probe *probe) {
	(void)probe;
}

void probe_shorten(struct probe *probe) {
	(void)probe;
}

void probe_free(struct probe *probe) {
	(void)probe;
}

/* --- a listener that keeps the words --- */

struct listener {
	struct trace trace;
	const char *end;
	int n_waits, n_policies, n_failed, last_pass;
};

static void listen_to(struct trace *trace, const struct event *event) {
	struct listener *listener = (struct listener *)trace;
	listener->n_waits += event->kind == EVENT_RECONNECT ? 1 : 0;
	listener->n_policies += event->kind == EVENT_POLICY ? 1 : 0;
	listener->n_failed += event->kind == EVENT_NODE_FAILED ? 1 : 0;
	listener->last_pass = event->pass;
	if (event->kind == EVENT_RECONNECT_END) {
		listener->end = event->text[0];
	}
}

struct run {
	struct listener listener;
	struct report_node node;
	enum loop_end end;
	usec took;
};

static struct run visit(struct arena *arena, struct visit_spec *spec, usec deadline) {
	static const struct node_name peer = {"mx.test", "192.0.2.1", 25};
	static const struct tls_policy policy = {.level = TLS_LEVEL_MAY};
	static const struct tls_wish wish = {.level = TLS_LEVEL_MAY};
	struct run run = {.listener = {.trace = {.emit = listen_to}}};
	struct fake_clock clock = {.now = USEC_PER_SEC};
	struct loop_os os = fake_clock_os(&clock);
	struct err err = {0};
	n_seen = 0;
	spec->destination = "mx.test";
	spec->probe.peer = &peer;
	spec->probe.policy = &policy;
	spec->probe.wish = &wish;
	spec->probe.session_peer = "[192.0.2.1]:25";
	spec->probe.trace = &run.listener.trace;
	struct visit *visit = visit_new(arena, spec, NULL, clock.now);
	run.end = loop_run(visit_source(visit), &os, USEC_PER_SEC + deadline, &err);
	visit_write(visit, &run.node);
	visit_free(visit);
	spec->probe.trace = NULL;
	run.took = clock.now - USEC_PER_SEC;
	return run;
}

static const char declined[] = "Server declined session caching. Done reconnecting.";
static const char found[] = "Found a previously used server.  Done reconnecting.";
static const char maximum[] = "Maximum reconnect count reached.";

#define FULL(stored)                                                                               \
	{ PROBE_FINISHED, ERR_NONE, "EC", stored, false, false }
#define MISS                                                                                       \
	{ PROBE_FINISHED, ERR_NONE, "EC", 1, false, false }
#define HIT                                                                                        \
	{ PROBE_FINISHED, ERR_NONE, "EC", 1, true, true }

static const struct {
	struct connection connections[8];
	int max;
	const struct habits *habits;
	enum reconnect_end end;
	const char *words;
	unsigned n, resumed;
} plans[] = {
	{{FULL(0)}, 5, NULL, RECONNECT_DECLINED, declined, 0, 0},
	{{FULL(0)}, 0, NULL, RECONNECT_DECLINED, declined, 0, 0},
	{{{PROBE_FINISHED, ERR_NONE, NULL, 0, false, false}}, 5, NULL, RECONNECT_DECLINED, declined, 0,
		0},
	{{FULL(2), HIT}, 5, NULL, RECONNECT_FOUND, found, 1, 1},
	/* Looked up, offered, and refused: found all the same. */
	{{FULL(2), {PROBE_FINISHED, ERR_NONE, "EC", 1, true, false}}, 5, NULL, RECONNECT_FOUND, found,
		1, 0},
	{{FULL(1), MISS, MISS, HIT}, 5, NULL, RECONNECT_FOUND, found, 3, 1},
	{{FULL(1), MISS, MISS}, 2, NULL, RECONNECT_MAXIMUM, maximum, 2, 0},
	{{FULL(1)}, 0, NULL, RECONNECT_MAXIMUM, maximum, 0, 0},
	{{FULL(1)}, -3, NULL, RECONNECT_MAXIMUM, maximum, 0, 0},
	{{{PROBE_GREETING, ERR_REFUSED, NULL, 0, false, false}}, 5, NULL, RECONNECT_NOT_REACHED, NULL,
		0, 0},
	{{{PROBE_HANDSHAKE, ERR_TLS, "", 0, false, false}}, 5, NULL, RECONNECT_NOT_REACHED, NULL, 0, 0},
	{{FULL(1), {PROBE_GREETING, ERR_REFUSED, NULL, 0, false, false}}, 5, NULL, RECONNECT_FAILED,
		NULL, 1, 0},
	{{FULL(1), {PROBE_CONNECTING, ERR_NET, NULL, 0, false, false}}, 5, NULL, RECONNECT_FAILED, NULL,
		1, 0},
	/* A session that only the EHLO inside TLS spoilt. */
	{{{PROBE_TLS_EHLO, ERR_REFUSED, "EC", 1, false, false}, HIT}, 5, &habits_postfix,
		RECONNECT_FOUND, found, 1, 1},
	{{{PROBE_TLS_EHLO, ERR_REFUSED, "EC", 1, false, false}}, 5, &habits_monitor,
		RECONNECT_NOT_REACHED, NULL, 0, 0},
};

START_TEST(reconnecting_ends_in_one_of_these_ways) {
	struct arena *arena = unit_arena();
	struct visit_spec spec = {.reconnect = {30 * USEC_PER_SEC, plans[_i].max}};
	spec.probe.habits = plans[_i].habits != NULL ? plans[_i].habits : &habits_monitor;
	script = plans[_i].connections;
	struct run run = visit(arena, &spec, 3600 * USEC_PER_SEC);
	const struct reconnects *reconnects = &run.node.reconnects;
	ck_assert_int_eq(run.end, LOOP_FINISHED);
	ck_assert_int_eq(reconnects->end, plans[_i].end);
	ck_assert_pstr_eq(run.listener.end, plans[_i].words);
	ck_assert_uint_eq(reconnects->n, plans[_i].n);
	ck_assert_uint_eq(reconnects->resumed, plans[_i].resumed);
	ck_assert_uint_eq(n_seen, plans[_i].n + 1);
	ck_assert_int_eq(run.listener.n_waits, (int)plans[_i].n);
	ck_assert_int_eq(run.listener.n_policies, (int)plans[_i].n);
	ck_assert_int_eq(reconnects->waited, plans[_i].n * 30 * USEC_PER_SEC);
	ck_assert_int_eq(run.took, reconnects->waited + (plans[_i].n + 1) * STEP);
	/* The first result stays what it was. */
	ck_assert_int_eq(run.node.result.stage, plans[_i].connections[0].stage);
	ck_assert_int_eq(run.node.result.err.kind, plans[_i].connections[0].err);
	arena_free(arena);
}
END_TEST

START_TEST(each_connection_knows_its_errand) {
	static const struct connection connections[] = {FULL(1), HIT,
		{PROBE_HANDSHAKE, ERR_TLS, "", 0, false, false},
		{PROBE_HANDSHAKE, ERR_TIMEOUT, "", 0, false, false}};
	struct arena *arena = unit_arena();
	struct visit_spec spec = {
		.probe = {.habits = &habits_monitor}, .reconnect = {USEC_PER_SEC, 5}, .key_types = true};
	script = connections;
	struct run run = visit(arena, &spec, 3600 * USEC_PER_SEC);
	static const int passes[] = {1, 2, -TLS_KEY_RSA, -TLS_KEY_EDDSA};
	ck_assert_uint_eq(n_seen, 4);
	for (size_t i = 0; i < n_seen; i++) {
		ck_assert_int_eq(seen[i].pass, passes[i]);
		ck_assert_int_eq(seen[i].errand, i == 0 ? SMTP_ERRAND_ALL : SMTP_ERRAND_SESSION);
		ck_assert_int_eq(seen[i].manner.wait_for_quit, i < 2);
		ck_assert_int_eq(seen[i].session_peer != NULL, i < 2);
		ck_assert_int_eq(seen[i].key_type, passes[i] < 0 ? -passes[i] : TLS_KEY_ANY);
	}
	ck_assert_int_eq(run.node.reconnects.time, 31);
	ck_assert_uint_eq(run.node.reconnects.stored, 2);
	ck_assert_int_eq(run.node.key_types[TLS_KEY_RSA].outcome, KEY_TYPE_NOT_OFFERED);
	ck_assert_int_eq(run.node.key_types[TLS_KEY_ECDSA].outcome, KEY_TYPE_NOT_ASKED);
	ck_assert_int_eq(run.node.key_types[TLS_KEY_EDDSA].outcome, KEY_TYPE_UNDETERMINED);
	arena_free(arena);
}
END_TEST

START_TEST(a_large_client_hello_comes_last_and_behind_a_handshake_only) {
	static const struct {
		struct connection connections[4];
		size_t n;
		enum large_hello_outcome outcome;
	} cases[] = {
		{{FULL(1), FULL(1)}, 2, LARGE_HELLO_NOT_KNOWN},
		{{FULL(1), {PROBE_HANDSHAKE, ERR_TIMEOUT, "", 0, false, false}, FULL(1)}, 3,
			LARGE_HELLO_FAILED},
		{{FULL(1), {PROBE_HANDSHAKE, ERR_NET, "", 0, false, false}, FULL(1)}, 3,
			LARGE_HELLO_FAILED},
		{{FULL(1), {PROBE_HANDSHAKE, ERR_TLS, "", 0, false, false}, FULL(1)}, 3,
			LARGE_HELLO_FAILED},
		{{FULL(1), {PROBE_HANDSHAKE, ERR_NET, "", 0, false, false},
			 {PROBE_TLS_EHLO, ERR_NET, "", 0, false, false}},
			3, LARGE_HELLO_FAILED},
		{{FULL(1), {PROBE_HANDSHAKE, ERR_TIMEOUT, "", 0, false, false},
			 {PROBE_HANDSHAKE, ERR_TIMEOUT, "", 0, false, false}},
			3, LARGE_HELLO_UNDETERMINED},
		{{FULL(1), {PROBE_HANDSHAKE, ERR_NET, "", 0, false, false},
			 {PROBE_CONNECTING, ERR_NET, NULL, 0, false, false}},
			3, LARGE_HELLO_UNDETERMINED},
		{{FULL(1), {PROBE_HANDSHAKE, ERR_NET, "", 0, false, false},
			 {PROBE_HANDSHAKE, ERR_LOCAL, "", 0, false, false}},
			3, LARGE_HELLO_UNDETERMINED},
		{{FULL(1), {PROBE_HANDSHAKE, ERR_NET, "", 0, false, false},
			 {PROBE_NOT_STARTED, ERR_NONE, NULL, 0, false, false}},
			3, LARGE_HELLO_UNDETERMINED},
		{{FULL(1), {PROBE_HANDSHAKE, ERR_LOCAL, "", 0, false, false}}, 2, LARGE_HELLO_UNDETERMINED},
		{{FULL(1), {PROBE_GREETING, ERR_TIMEOUT, NULL, 0, false, false}}, 2,
			LARGE_HELLO_UNDETERMINED},
		{{FULL(1), {PROBE_NOT_STARTED, ERR_NONE, NULL, 0, false, false}}, 2,
			LARGE_HELLO_UNDETERMINED},
		{{{PROBE_HANDSHAKE, ERR_TLS, "", 0, false, false}}, 1, LARGE_HELLO_NOT_ASKED},
		{{{PROBE_FINISHED, ERR_NONE, NULL, 0, false, false}}, 1, LARGE_HELLO_NOT_ASKED},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena *arena = unit_arena();
		struct visit_spec spec = {
			.probe = {.habits = &habits_monitor, .hello = TLS_HELLO_SMALL}, .pq_probe = true};
		script = cases[i].connections;
		struct run run = visit(arena, &spec, USEC_PER_SEC);
		ck_assert_uint_eq(n_seen, cases[i].n);
		ck_assert_int_eq(seen[0].hello, TLS_HELLO_SMALL);
		ck_assert(n_seen == 1 || seen[1].hello == TLS_HELLO_LARGE);
		ck_assert(n_seen == 1 || (seen[1].session_peer == NULL && seen[1].pass < 0));
		ck_assert(n_seen < 3 || (seen[2].hello == TLS_HELLO_SMALL && seen[2].pass < 0));
		ck_assert_int_eq(run.node.large_hello.outcome, cases[i].outcome);
		arena_free(arena);
	}
}
END_TEST

START_TEST(one_connection_is_all_unless_more_is_wanted) {
	static const struct connection connections[] = {FULL(1)};
	struct arena *arena = unit_arena();
	struct visit_spec spec = {.probe = {.habits = &habits_monitor}, .reconnect = {0, 5}};
	script = connections;
	struct run run = visit(arena, &spec, 3600 * USEC_PER_SEC);
	ck_assert_uint_eq(n_seen, 1);
	ck_assert(!seen[0].manner.wait_for_quit);
	ck_assert_int_eq(run.node.reconnects.end, RECONNECT_NOT_WANTED);
	ck_assert_ptr_null(run.listener.end);
	ck_assert_int_eq(run.node.key_types[TLS_KEY_RSA].outcome, KEY_TYPE_NOT_ASKED);
	arena_free(arena);
}
END_TEST

/* The deadline falls into the first connection, its QUIT, the waiting, a reconnect, a handshake,
 * and one behind a first connection that failed in TLS. */
START_TEST(the_runs_deadline_leaves_what_is_known) {
	static const struct {
		struct connection connections[4];
		usec deadline;
		enum probe_stage stage;
		enum reconnect_end end;
		enum key_type_outcome rsa;
	} cuts[] = {
		{{{PROBE_NOT_STARTED, ERR_NONE, NULL, 0, false, false}}, STEP, PROBE_NOT_STARTED,
			RECONNECT_NOT_REACHED, KEY_TYPE_NOT_ASKED},
		{{{PROBE_QUIT, ERR_BUDGET, "EC", 1, false, false}}, 2 * STEP, PROBE_QUIT, RECONNECT_FAILED,
			KEY_TYPE_UNDETERMINED},
		{{FULL(1)}, 2 * STEP, PROBE_FINISHED, RECONNECT_FAILED, KEY_TYPE_UNDETERMINED},
		{{FULL(1), {PROBE_NOT_STARTED, ERR_NONE, NULL, 0, false, false}}, 2 * USEC_PER_SEC,
			PROBE_FINISHED, RECONNECT_FAILED, KEY_TYPE_UNDETERMINED},
		{{FULL(1), HIT, {PROBE_NOT_STARTED, ERR_NONE, NULL, 0, false, false}}, 2 * USEC_PER_SEC,
			PROBE_FINISHED, RECONNECT_FOUND, KEY_TYPE_UNDETERMINED},
		{{{PROBE_TLS_EHLO, ERR_NET, "EC", 1, false, false},
			 {PROBE_NOT_STARTED, ERR_NONE, NULL, 0, false, false}},
			2 * USEC_PER_SEC, PROBE_TLS_EHLO, RECONNECT_NOT_REACHED, KEY_TYPE_UNDETERMINED},
	};
	for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
		struct arena *arena = unit_arena();
		struct visit_spec spec = {.probe = {.habits = &habits_monitor},
			.reconnect = {USEC_PER_SEC, 5},
			.key_types = true};
		script = cuts[i].connections;
		struct run run = visit(arena, &spec, cuts[i].deadline);
		ck_assert_int_eq(run.end, LOOP_DEADLINE);
		ck_assert_int_eq(run.took, cuts[i].deadline);
		ck_assert_int_eq(run.node.result.stage, cuts[i].stage);
		ck_assert_int_eq(run.node.reconnects.end, cuts[i].end);
		bool cut = cuts[i].end == RECONNECT_FAILED;
		ck_assert_int_eq(run.node.reconnects.err.kind, cut ? ERR_BUDGET : ERR_NONE);
		const struct key_type *rsa = &run.node.key_types[TLS_KEY_RSA];
		cut = cuts[i].rsa == KEY_TYPE_UNDETERMINED;
		ck_assert_int_eq(rsa->outcome, cuts[i].rsa);
		ck_assert_int_eq(rsa->err.kind, cut ? ERR_BUDGET : ERR_NONE);
		arena_free(arena);
	}
}
END_TEST

START_TEST(an_address_that_is_gone_is_told) {
	static const struct connection connections[] = {
		FULL(1), {PROBE_CONNECTING, ERR_NET, NULL, 0, false, false}};
	struct arena *arena = unit_arena();
	struct visit_spec spec = {.probe = {.habits = &habits_monitor}, .reconnect = {USEC_PER_SEC, 5}};
	script = connections;
	struct run run = visit(arena, &spec, 3600 * USEC_PER_SEC);
	ck_assert_int_eq(run.listener.n_failed, 1);
	ck_assert_int_eq(run.listener.last_pass, 2);
	arena_free(arena);
}
END_TEST

UNIT_MAIN("visit", tcase_add_loop_test(tc, reconnecting_ends_in_one_of_these_ways, 0,
					   (int)(sizeof plans / sizeof *plans));
		  tcase_add_test(tc, each_connection_knows_its_errand);
		  tcase_add_test(tc, a_large_client_hello_comes_last_and_behind_a_handshake_only);
		  tcase_add_test(tc, one_connection_is_all_unless_more_is_wanted);
		  tcase_add_test(tc, the_runs_deadline_leaves_what_is_known);
		  tcase_add_test(tc, an_address_that_is_gone_is_told);)
