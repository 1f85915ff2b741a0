/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The decision about one host, as a table of DNS situations (RFC 7672 2.1.3, 2.2.2, 2.2.3). */
#include "probe/hosts.h"

#include "tests/fake/table_resolver.h"
#include "unit.h"

#define EE "3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define PKIX "1 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define ROWS 6

static const struct {
	const char *what;
	struct table_row rows[ROWS];
	int force_tlsa;
	enum host_progress progress;
	enum tlsa_state state;
	const char *base;        /* base domain whose records count */
	size_t questions_at_end; /* asked in all */
} cases[] = {
	{"signed address, signed record",
		{{.name = "mx.test", .type = DNS_TYPE_A, .data = "192.0.2.1", .secure = true},
			{.name = "_25._tcp.mx.test", .type = DNS_TYPE_TLSA, .data = EE, .secure = true}},
		0, HOST_READY, TLSA_STATE_USABLE, "mx.test", 3},
	{"signed address, no record, denial not signed (NSEC3 opt-out)",
		{{.name = "mx.test", .type = DNS_TYPE_A, .data = "192.0.2.1", .secure = true}}, 0,
		HOST_READY, TLSA_STATE_ABSENT, NULL, 3},
	{"signed address, unsigned record",
		{{.name = "mx.test", .type = DNS_TYPE_A, .data = "192.0.2.1", .secure = true},
			{.name = "_25._tcp.mx.test", .type = DNS_TYPE_TLSA, .data = EE}},
		0, HOST_READY, TLSA_STATE_INSECURE, NULL, 3},
	{"signed address, only PKIX-TA",
		{{.name = "mx.test", .type = DNS_TYPE_A, .data = "192.0.2.1", .secure = true},
			{.name = "_25._tcp.mx.test", .type = DNS_TYPE_TLSA, .data = PKIX, .secure = true}},
		0, HOST_READY, TLSA_STATE_UNUSABLE, "mx.test", 3},
	{"signed address, TLSA lookup fails",
		{{.name = "mx.test", .type = DNS_TYPE_A, .data = "192.0.2.1", .secure = true},
			{.name = "_25._tcp.mx.test", .type = DNS_TYPE_TLSA, .outcome = DNS_SERVER_FAILED}},
		0, HOST_UNUSABLE, TLSA_STATE_FAILED, NULL, 3},
	{"unsigned address: a failing TLSA lookup hurts nobody",
		{{.name = "mx.test", .type = DNS_TYPE_A, .data = "192.0.2.1"},
			{.name = "_25._tcp.mx.test", .type = DNS_TYPE_TLSA, .outcome = DNS_SERVER_FAILED}},
		0, HOST_READY, TLSA_STATE_HOST_INSECURE, NULL, 3},
	{"unsigned address, signed record, asked for with -f",
		{{.name = "mx.test", .type = DNS_TYPE_A, .data = "192.0.2.1"},
			{.name = "_25._tcp.mx.test", .type = DNS_TYPE_TLSA, .data = EE, .secure = true}},
		1, HOST_READY, TLSA_STATE_USABLE, "mx.test", 3},
	{"signed alias: the expanded name counts first",
		{{.name = "mx.test", .type = DNS_TYPE_CNAME, .data = "real.test", .secure = true},
			{.name = "real.test", .type = DNS_TYPE_A, .data = "192.0.2.1", .secure = true},
			{.name = "_25._tcp.real.test", .type = DNS_TYPE_TLSA, .data = EE, .secure = true},
			{.name = "_25._tcp.mx.test", .type = DNS_TYPE_TLSA, .data = PKIX, .secure = true}},
		0, HOST_READY, TLSA_STATE_USABLE, "real.test", 4},
	{"signed alias: the original name when the expanded one has none",
		{{.name = "mx.test", .type = DNS_TYPE_CNAME, .data = "real.test", .secure = true},
			{.name = "real.test", .type = DNS_TYPE_A, .data = "192.0.2.1", .secure = true},
			{.name = "_25._tcp.mx.test", .type = DNS_TYPE_TLSA, .data = EE, .secure = true}},
		0, HOST_READY, TLSA_STATE_USABLE, "mx.test", 4},
	{"signed alias, expanded name fails: the original one is not asked",
		{{.name = "mx.test", .type = DNS_TYPE_CNAME, .data = "real.test", .secure = true},
			{.name = "real.test", .type = DNS_TYPE_A, .data = "192.0.2.1", .secure = true},
			{.name = "_25._tcp.real.test", .type = DNS_TYPE_TLSA, .outcome = DNS_TIMED_OUT},
			{.name = "_25._tcp.mx.test", .type = DNS_TYPE_TLSA, .data = EE, .secure = true}},
		0, HOST_UNUSABLE, TLSA_STATE_FAILED, NULL, 4},
	{"signed alias into an unsigned zone: the original name counts",
		{{.name = "mx.test", .type = DNS_TYPE_CNAME, .data = "real.test", .secure = true},
			{.name = "real.test", .type = DNS_TYPE_A, .data = "192.0.2.1"},
			{.name = "_25._tcp.mx.test", .type = DNS_TYPE_TLSA, .data = EE, .secure = true}},
		0, HOST_READY, TLSA_STATE_USABLE, "mx.test", 4},
	{"unsigned alias: no DANE, no further question",
		{{.name = "mx.test", .type = DNS_TYPE_CNAME, .data = "real.test"},
			{.name = "real.test", .type = DNS_TYPE_A, .data = "192.0.2.1"},
			{.name = "_25._tcp.mx.test", .type = DNS_TYPE_TLSA, .data = EE, .secure = true}},
		0, HOST_READY, TLSA_STATE_HOST_INSECURE, NULL, 4},
	{"one family fails, the other serves",
		{{.name = "mx.test", .type = DNS_TYPE_A, .outcome = DNS_SERVER_FAILED},
			{.name = "mx.test", .type = DNS_TYPE_AAAA, .data = "2001:db8::1", .secure = true},
			{.name = "_25._tcp.mx.test", .type = DNS_TYPE_TLSA, .data = EE, .secure = true}},
		0, HOST_READY, TLSA_STATE_USABLE, "mx.test", 3},
	{"one family is signed, the other not: the signed one counts",
		{{.name = "mx.test", .type = DNS_TYPE_A, .data = "192.0.2.1"},
			{.name = "mx.test", .type = DNS_TYPE_AAAA, .data = "2001:db8::1", .secure = true},
			{.name = "_25._tcp.mx.test", .type = DNS_TYPE_TLSA, .data = EE, .secure = true}},
		0, HOST_READY, TLSA_STATE_USABLE, "mx.test", 3},
	{"unsigned alias, asked for with -f: what is at its end counts for nothing",
		{{.name = "mx.test", .type = DNS_TYPE_CNAME, .data = "real.test"},
			{.name = "real.test", .type = DNS_TYPE_A, .data = "192.0.2.1"},
			{.name = "_25._tcp.real.test", .type = DNS_TYPE_TLSA, .data = EE, .secure = true}},
		1, HOST_READY, TLSA_STATE_ABSENT, NULL, 3},
	{"no such host", {{.name = "other.test", .type = DNS_TYPE_A, .data = "192.0.2.1"}}, 0,
		HOST_UNUSABLE, TLSA_STATE_NOT_ASKED, NULL, 3},
	{"the address lookup is bogus", {{.name = "mx.test", .type = 0, .outcome = DNS_BOGUS}}, 0,
		HOST_UNUSABLE, TLSA_STATE_NOT_ASKED, NULL, 3},
};

/* Step the resolver and decide again until there is a decision. */
static enum host_progress decide(const struct host_rules *rules, struct report_host *host) {
	enum host_progress progress = HOST_WAITING;
	for (usec now = 0; now < 20 && progress == HOST_WAITING; now++) {
		progress = host_find_addresses(rules, host, now);
		progress = progress == HOST_READY ? host_decide_tlsa(rules, host, now) : progress;
		(void)lookups_step(rules->lookups, NULL, 0, now);
	}
	return progress;
}

START_TEST(a_host_is_decided_as_the_rfc_demands) {
	struct arena *arena = unit_arena();
	struct resolver *resolver = table_resolver_new(arena, cases[_i].rows);
	struct lookups lookups = {.arena = arena, .resolver = resolver};
	struct host_rules rules = {.lookups = &lookups,
		.want_tlsa = true,
		.habits = &habits_monitor,
		.ipv4 = true,
		.ipv6 = true,
		.force_tlsa = cases[_i].force_tlsa != 0};
	struct report_host host = {.name = "mx.test", .port = 25};
	ck_assert_msg(decide(&rules, &host) == cases[_i].progress, "%s", cases[_i].what);
	ck_assert_msg(
		host.tlsa_state == cases[_i].state, "%s: state %d", cases[_i].what, (int)host.tlsa_state);
	if (cases[_i].base == NULL) {
		ck_assert_msg(host.tlsa_base == NULL, "%s", cases[_i].what);
	} else {
		ck_assert_msg(host.tlsa_base != NULL, "%s", cases[_i].what);
		ck_assert_str_eq(host.tlsa_base, cases[_i].base);
	}
	ck_assert_msg(table_resolver_count(resolver, NULL, 0) == cases[_i].questions_at_end,
		"%s: %zu questions", cases[_i].what, table_resolver_count(resolver, NULL, 0));
	resolver_free(resolver);
	arena_free(arena);
}
END_TEST

/* Why a host has no address: nobody knows, there is none, or none that a host can have. */
static const struct {
	struct table_row rows[3];
	bool failed;
	const char *odd; /* the first one that no host can have */
} without[] = {
	{{{.name = "other.test", .type = DNS_TYPE_A, .data = "192.0.2.1"}}, false, NULL},
	{{{.name = "mx.test", .type = DNS_TYPE_A, .outcome = DNS_SERVER_FAILED}}, true, NULL},
	{{{.name = "mx.test", .type = DNS_TYPE_AAAA, .outcome = DNS_TIMED_OUT}}, true, NULL},
	{{{.name = "mx.test", .type = DNS_TYPE_A, .data = "0.0.0.0"},
		 {.name = "mx.test", .type = DNS_TYPE_AAAA, .data = "ff02::1"}},
		false, "0.0.0.0"},
};

START_TEST(a_host_without_an_address_says_why) {
	struct arena *arena = unit_arena();
	struct resolver *resolver = table_resolver_new(arena, without[_i].rows);
	struct lookups lookups = {.arena = arena, .resolver = resolver};
	struct host_rules rules = {
		.lookups = &lookups, .habits = &habits_monitor, .ipv4 = true, .ipv6 = true};
	struct report_host host = {.name = "mx.test", .port = 25};
	ck_assert_int_eq(decide(&rules, &host), HOST_UNUSABLE);
	ck_assert_int_eq(host.lookup_failed, without[_i].failed);
	ck_assert_int_eq(host.no_address, !without[_i].failed);
	ck_assert_pstr_eq(host.no_host_address, without[_i].odd);
	resolver_free(resolver);
	arena_free(arena);
}
END_TEST

START_TEST(what_is_asked_beside_counts_once_somebody_needs_it) {
	static const struct table_row rows[] = {
		{.name = "broken.test", .type = DNS_TYPE_A, .outcome = DNS_SERVER_FAILED},
		{.name = "bogus.test", .type = DNS_TYPE_DS, .outcome = DNS_BOGUS},
		{.name = "bogus.test", .type = DNS_TYPE_A, .outcome = DNS_BOGUS}, {.name = NULL}};
	struct arena *arena = unit_arena();
	struct resolver *resolver = table_resolver_new(arena, rows);
	struct lookups lookups = {.arena = arena, .resolver = resolver};
	(void)lookups_ask_beside(&lookups, "broken.test", DNS_TYPE_A, 0);
	(void)lookups_step(&lookups, NULL, 0, 1);
	ck_assert(!lookups_any_failed(&lookups));
	ck_assert_ptr_null(lookups_first_refused(&lookups));
	struct dns_question *broken = lookups_ask(&lookups, "BROKEN.test.", DNS_TYPE_A, 1);
	ck_assert(lookups_any_failed(&lookups));
	ck_assert_ptr_eq(lookups_first_refused(&lookups), broken);
	ck_assert_uint_eq(table_resolver_count(resolver, NULL, 0), 1);
	/* a failure of this machine, and what is asked to explain a failure, say nothing of a resolver
	 */
	broken->err.kind = ERR_LOCAL;
	(void)lookups_ask(&lookups, "bogus.test", DNS_TYPE_DS, 1);
	(void)lookups_step(&lookups, NULL, 0, 2);
	ck_assert_ptr_null(lookups_first_refused(&lookups));
	struct dns_question *bogus = lookups_ask(&lookups, "bogus.test", DNS_TYPE_A, 2);
	(void)lookups_step(&lookups, NULL, 0, 3);
	ck_assert_ptr_eq(lookups_first_refused(&lookups), bogus);
	bogus->exists = true;
	ck_assert_ptr_null(lookups_first_refused(&lookups));
	resolver_free(resolver);
	arena_free(arena);
}
END_TEST

START_TEST(without_dane_nobody_asks_for_tlsa) {
	static const struct table_row rows[] = {
		{.name = "mx.test", .type = DNS_TYPE_A, .data = "192.0.2.1", .secure = true},
		{.name = NULL}};
	struct arena *arena = unit_arena();
	struct resolver *resolver = table_resolver_new(arena, rows);
	struct lookups lookups = {.arena = arena, .resolver = resolver};
	struct host_rules rules = {.lookups = &lookups, .habits = &habits_monitor, .ipv4 = true};
	struct report_host host = {.name = "mx.test", .port = 25};
	ck_assert_int_eq(decide(&rules, &host), HOST_READY);
	ck_assert_uint_eq(table_resolver_count(resolver, NULL, 0), 1);
	ck_assert_int_eq(host.tlsa_state, TLSA_STATE_NOT_ASKED);
	resolver_free(resolver);
	arena_free(arena);
}
END_TEST

START_TEST(a_doubt_is_a_failure_or_an_unsigned_answer) {
	static const struct table_row rows[] = {
		{.name = "signed.test", .type = DNS_TYPE_A, .data = "192.0.2.1", .secure = true},
		{.name = "plain.test", .type = DNS_TYPE_A, .data = "192.0.2.1"},
		{.name = "broken.test", .type = DNS_TYPE_A, .outcome = DNS_SERVER_FAILED}, {.name = NULL}};
	struct arena *arena = unit_arena();
	struct resolver *resolver = table_resolver_new(arena, rows);
	struct lookups lookups = {.arena = arena, .resolver = resolver};
	(void)lookups_ask(&lookups, "signed.test", DNS_TYPE_A, 0);
	(void)lookups_step(&lookups, NULL, 0, 1);
	ck_assert(!lookups_any_insecure(&lookups));
	(void)lookups_ask(&lookups, "plain.test", DNS_TYPE_A, 1);
	(void)lookups_step(&lookups, NULL, 0, 2);
	ck_assert(lookups_any_insecure(&lookups));
	ck_assert(!lookups_any_failed(&lookups));
	(void)lookups_ask(&lookups, "broken.test", DNS_TYPE_A, 2);
	(void)lookups_step(&lookups, NULL, 0, 3);
	ck_assert(lookups_any_failed(&lookups));
	resolver_free(resolver);
	arena_free(arena);
}
END_TEST

UNIT_MAIN("hosts", tcase_add_loop_test(tc, a_host_is_decided_as_the_rfc_demands, 0,
					   (int)(sizeof cases / sizeof *cases));
		  tcase_add_loop_test(
			  tc, a_host_without_an_address_says_why, 0, (int)(sizeof without / sizeof *without));
		  tcase_add_test(tc, what_is_asked_beside_counts_once_somebody_needs_it);
		  tcase_add_test(tc, without_dane_nobody_asks_for_tlsa);
		  tcase_add_test(tc, a_doubt_is_a_failure_or_an_unsigned_answer);)
