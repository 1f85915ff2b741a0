/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Host lookups by the system's own means. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <signal.h>
#include <sys/wait.h>

#include "dns_text.h"
#include "io/loop.h"
#include "tests/fake/table_resolver.h"

#define MANY 70
#define FAR_UP 300 /* a descriptor, as the last of many domains at once has it */

/* Takes the place of the C library's in this program, in the child as well. */
int getaddrinfo(const char *restrict name, const char *restrict service,
	const struct addrinfo *restrict req, struct addrinfo **restrict pai) {
	static struct sockaddr_in v4[MANY];
	static struct sockaddr_in6 v6;
	static struct addrinfo infos[MANY];
	int n = strcmp(name, "many.test") == 0 ? MANY : 2;
	if (service != NULL || req->ai_socktype != SOCK_STREAM) {
		return EAI_BADFLAGS;
	}
	if (strcmp(name, "hang.test") == 0) {
		for (;;) {
			(void)pause();
		}
	}
	if (strcmp(name, "crash.test") == 0) {
		(void)raise(SIGKILL);
	}
	if (strcmp(name, "inherited.test") == 0) {
		return fcntl(FAR_UP, F_GETFD) >= 0 ? EAI_MEMORY : EAI_NONAME;
	}
	errno = EMFILE;
	if (strncmp(name, "eai", 3) == 0) {
		return -(int)strtol(name + 3, NULL, 10);
	}
	if (req->ai_family == AF_INET6) {
		n = 1;
		v6.sin6_family = AF_INET6;
		ck_assert_int_eq(inet_pton(AF_INET6, "2001:db8::1", &v6.sin6_addr), 1);
		infos[0] = (struct addrinfo){.ai_family = AF_INET6, .ai_addr = (struct sockaddr *)&v6};
	}
	for (int i = 0; i < n && req->ai_family == AF_INET; i++) {
		v4[i].sin_family = AF_INET;
		v4[i].sin_addr.s_addr = htonl(0xC0000201U + (unsigned)i);
		infos[i] = (struct addrinfo){.ai_family = AF_INET, .ai_addr = (struct sockaddr *)&v4[i]};
	}
	for (int i = 0; i + 1 < n; i++) {
		infos[i].ai_next = &infos[i + 1];
	}
	*pai = infos;
	return 0;
}

static const struct table_row rows[] = {
	{"both.test", DNS_TYPE_A, "192.0.2.99", .secure = true},
	{"both.test", DNS_TYPE_MX, "10 mx.test", .secure = true},
	{"eai2.test", DNS_TYPE_A, "192.0.2.98", .secure = true},
	{"broken.test", 0, NULL, .outcome = DNS_SERVER_FAILED},
	{"*", 0, NULL, .secure = true},
	{.name = NULL},
};

#define DNS RESOLVER_HOSTS_DNS
#define ONLY RESOLVER_HOSTS_NATIVE
#define DNS_FIRST RESOLVER_HOSTS_DNS_NATIVE
#define DNS_LAST RESOLVER_HOSTS_NATIVE_DNS

static const struct {
	enum resolver_hosts order;
	const char *name;
	enum dns_type type;
	enum dns_outcome outcome;
	bool secure;
	const char *answer; /* NULL: none */
	enum err_kind err;
} cases[] = {
	{DNS, "both.test", DNS_TYPE_A, DNS_FOUND, true, "NOERROR ad; both.test 3600 A C0000263", 0},
	{DNS, "only.test", DNS_TYPE_A, DNS_NXDOMAIN, true, "NXDOMAIN ad", 0},
	{ONLY, "both.test", DNS_TYPE_MX, DNS_FOUND, true, "NOERROR ad; both.test 3600 MX 10 mx.test",
		0},
	{ONLY, "both.test", DNS_TYPE_A, DNS_FOUND, false,
		"NOERROR; both.test 0 A C0000201; both.test 0 A C0000202", 0},
	{ONLY, "both.test", DNS_TYPE_AAAA, DNS_FOUND, false,
		"NOERROR; both.test 0 AAAA 20010DB8000000000000000000000001", 0},
	{ONLY, "eai2.test", DNS_TYPE_A, DNS_NXDOMAIN, false, NULL, 0},            /* EAI_NONAME */
	{ONLY, "eai5.test", DNS_TYPE_A, DNS_NODATA, false, NULL, 0},              /* EAI_NODATA */
	{ONLY, "eai9.test", DNS_TYPE_A, DNS_NODATA, false, NULL, 0},              /* EAI_ADDRFAMILY */
	{ONLY, "eai3.test", DNS_TYPE_A, DNS_SERVER_FAILED, false, NULL, ERR_DNS}, /* EAI_AGAIN */
	{ONLY, "eai11.test", DNS_TYPE_A, DNS_SERVER_FAILED, false, NULL, ERR_LOCAL}, /* EAI_SYSTEM */
	{ONLY, "crash.test", DNS_TYPE_A, DNS_SERVER_FAILED, false, NULL, ERR_LOCAL},
	{DNS_FIRST, "crash.test", DNS_TYPE_A, DNS_SERVER_FAILED, false, NULL, ERR_LOCAL},
	{DNS_LAST, "crash.test", DNS_TYPE_A, DNS_SERVER_FAILED, false, NULL, ERR_LOCAL},
	{ONLY, "hang.test", DNS_TYPE_A, DNS_TIMED_OUT, false, NULL, ERR_DNS},
	{DNS_FIRST, "both.test", DNS_TYPE_A, DNS_FOUND, true, "NOERROR ad; both.test 3600 A C0000263",
		0},
	{DNS_FIRST, "both.test", DNS_TYPE_AAAA, DNS_FOUND, false,
		"NOERROR; both.test 0 AAAA 20010DB8000000000000000000000001", 0},
	{DNS_FIRST, "only.test", DNS_TYPE_A, DNS_FOUND, false,
		"NOERROR; only.test 0 A C0000201; only.test 0 A C0000202", 0},
	{DNS_FIRST, "eai3.test", DNS_TYPE_A, DNS_NXDOMAIN, true, "NXDOMAIN ad", 0},
	{DNS_FIRST, "broken.test", DNS_TYPE_A, DNS_SERVER_FAILED, false, "SERVFAIL", ERR_DNS},
	{DNS_LAST, "both.test", DNS_TYPE_A, DNS_FOUND, false,
		"NOERROR; both.test 0 A C0000201; both.test 0 A C0000202", 0},
	{DNS_LAST, "eai2.test", DNS_TYPE_A, DNS_FOUND, true, "NOERROR ad; eai2.test 3600 A C0000262",
		0},
	{DNS_LAST, "eai2.nowhere.test", DNS_TYPE_A, DNS_NXDOMAIN, true, "NXDOMAIN ad", 0},
	{DNS_LAST, "eai3.test", DNS_TYPE_A, DNS_SERVER_FAILED, false, NULL, ERR_DNS},
};

struct world {
	struct source source;
	struct resolver *resolver;
	struct dns_question *questions;
	size_t n;
};

static size_t watch(struct source *source, struct pollfd *fds, size_t max, usec now, usec *wake) {
	return source_watch(&((struct world *)source)->resolver->source, fds, max, now, wake);
}

static enum progress step(struct source *source, const struct pollfd *fds, size_t n, usec now) {
	struct world *world = (struct world *)source;
	enum progress progress = source_step(&world->resolver->source, fds, n, now);
	for (size_t i = 0; i < world->n; i++) {
		if (world->questions[i].outcome == DNS_PENDING) {
			return progress;
		}
	}
	return PROGRESS_DONE;
}

static void ask_all(struct resolver *resolver, struct dns_question *questions, size_t n) {
	static const struct source_ops ops = {watch, step};
	struct world world = {{&ops}, resolver, questions, n};
	usec now = clock_now();
	for (size_t i = 0; i < n; i++) {
		resolver->ask(resolver, &questions[i], now);
	}
	struct loop_os os = loop_os_real(NULL);
	struct err err = {0};
	usec limit = deadline_after(now, 5 * USEC_PER_SEC);
	ck_assert_int_eq(loop_run(&world.source, &os, limit, &err), LOOP_FINISHED);
}

static struct resolver *open_resolver(struct arena *arena, enum resolver_hosts order, usec life) {
	struct resolver *table = table_resolver_new(arena, rows);
	return resolver_native_new(arena, table, order, deadline_after(clock_now(), life));
}

static void no_child_is_left(void) {
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	ck_assert_int_eq(errno, ECHILD);
}

START_TEST(each_order_asks_whom_it_names) {
	struct arena *arena = unit_arena();
	usec life = strcmp(cases[_i].name, "hang.test") == 0 ? 100 * USEC_PER_MSEC : 5 * USEC_PER_SEC;
	struct resolver *resolver = open_resolver(arena, cases[_i].order, life);
	struct dns_question question = {.name = cases[_i].name, .type = cases[_i].type};
	ask_all(resolver, &question, 1);
	ck_assert_msg(question.outcome == cases[_i].outcome, "%s: %s, %s", cases[_i].name,
		dns_outcome_name(question.outcome), question.err.text);
	ck_assert_int_eq(question.secure, cases[_i].secure);
	ck_assert_int_eq(question.err.kind, cases[_i].err);
	bool alone = cases[_i].order == ONLY && cases[_i].type != DNS_TYPE_MX;
	ck_assert_int_eq(question.native_only, alone && question.outcome != DNS_TIMED_OUT);
	if (cases[_i].answer != NULL) {
		ck_assert_str_eq(dns_answer_text(arena, &question.answer), cases[_i].answer);
	} else {
		ck_assert_int_eq(question.answer.extended_error, -1);
	}
	no_child_is_left();
	resolver_free(resolver);
	arena_free(arena);
}
END_TEST

START_TEST(more_lookups_than_children_wait_their_turn) {
	struct arena *arena = unit_arena();
	struct resolver *resolver = open_resolver(arena, ONLY, 5 * USEC_PER_SEC);
	struct dns_question questions[20];
	for (size_t i = 0; i < 20; i++) {
		questions[i] = (struct dns_question){.name = "many.test", .type = DNS_TYPE_A};
	}
	ask_all(resolver, questions, 20);
	for (size_t i = 0; i < 20; i++) {
		ck_assert_int_eq(questions[i].outcome, DNS_FOUND);
		ck_assert_uint_eq(questions[i].answer.n_records, 64);
	}
	no_child_is_left();
	resolver_free(resolver);
	arena_free(arena);
}
END_TEST

/* It would keep connections open that the parent closes. */
START_TEST(a_child_has_no_descriptor_of_its_parent) {
	struct arena *arena = unit_arena();
	struct resolver *resolver = open_resolver(arena, ONLY, 5 * USEC_PER_SEC);
	struct dns_question question = {.name = "inherited.test", .type = DNS_TYPE_A};
	ck_assert_int_eq(dup2(STDOUT_FILENO, FAR_UP), FAR_UP);
	ask_all(resolver, &question, 1);
	ck_assert_int_eq(question.outcome, DNS_NXDOMAIN);
	ck_assert_int_eq(close(FAR_UP), 0);
	no_child_is_left();
	resolver_free(resolver);
	arena_free(arena);
}
END_TEST

START_TEST(cancelled_and_freed_lookups_leave_no_child) {
	struct arena *arena = unit_arena();
	struct resolver *resolver = open_resolver(arena, ONLY, 5 * USEC_PER_SEC);
	struct dns_question questions[10];
	for (size_t i = 0; i < 10; i++) {
		questions[i] = (struct dns_question){.name = "hang.test", .type = DNS_TYPE_A};
		resolver->ask(resolver, &questions[i], clock_now());
	}
	resolver->cancel(resolver, clock_now());
	for (size_t i = 0; i < 10; i++) {
		ck_assert_int_eq(questions[i].outcome, DNS_TIMED_OUT);
	}
	no_child_is_left();
	resolver->ask(resolver, &questions[0], clock_now());
	resolver_free(resolver);
	ck_assert_int_eq(questions[0].outcome, DNS_PENDING);
	no_child_is_left();
	arena_free(arena);
}
END_TEST

#define N_CASES ((int)(sizeof cases / sizeof cases[0]))

UNIT_MAIN("resolver_native", tcase_add_loop_test(tc, each_order_asks_whom_it_names, 0, N_CASES);
		  tcase_add_test(tc, more_lookups_than_children_wait_their_turn);
		  tcase_add_test(tc, a_child_has_no_descriptor_of_its_parent);
		  tcase_add_test(tc, cancelled_and_freed_lookups_leave_no_child);)
