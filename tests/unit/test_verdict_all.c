/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* All nodes judged together: who may be missing, how many are fine, what differs. */
#include "sample_report.h"

#include <errno.h>

/* Every address of every host was probed, and all are fine. */
static void all(struct sample *s) {
	sample_add_second(s);
	s->spec.scope = SURVEY_ALL;
	s->records[1].unusable = NULL;
	s->hosts[0].n_tlsa = s->hosts[1].n_tlsa = 1;
}

static void kill_first(struct sample *s) {
	sample_fail(s, PROBE_CONNECTING, ERR_NET, "Connection refused");
}

static void one_dead(struct sample *s) {
	all(s);
	kill_first(s);
}

static void both_dead(struct sample *s) {
	one_dead(s);
	s->nodes[1].result = s->nodes[0].result;
}

static void allow(struct sample *s, const char *name) {
	const char **names = arena_alloc_array(s->arena, 2, sizeof *names);
	names[0] = "mx9.example.org";
	names[1] = name;
	s->limits.down_ok = names;
	s->limits.n_down_ok = 2;
}

static void one_dead_allowed_by_name(struct sample *s) {
	one_dead(s);
	allow(s, "MX1.example.org");
}

static void one_dead_allowed_by_address(struct sample *s) {
	one_dead(s);
	allow(s, "192.0.2.1");
}

static void another_allowed(struct sample *s) {
	one_dead(s);
	allow(s, "mx2.example.org");
}

static void both_dead_one_allowed(struct sample *s) {
	both_dead(s);
	allow(s, "mx1.example.org");
}

static void dead_and_allowed_in_turn(struct sample *s) {
	one_dead_allowed_by_name(s);
	s->spec.scope = SURVEY_FIRST;
}

/* The hosts behind the one that let us in were not looked up. */
static void address_of_unseen_host(struct sample *s) {
	all(s);
	allow(s, "192.0.2.99");
	s->limits.down_ok++;
	s->limits.n_down_ok = 1;
	s->spec.order.ipv4 = true;
	s->hosts[1].a = NULL;
	s->report.n_nodes = 1;
	s->spec.scope = SURVEY_FIRST;
}

static void allowed_but_mismatching(struct sample *s) {
	all(s);
	allow(s, "mx1.example.org");
	sample_add_error(s, TLS_VERIFY_DANE_NO_MATCH, 0, "no matching DANE TLSA records");
}

static void allowed_but_silent(struct sample *s) {
	all(s);
	allow(s, "mx1.example.org");
	sample_fail(s, PROBE_GREETING, ERR_TIMEOUT, "timed out");
}

static void lookup_failed(struct sample *s) {
	all(s);
	s->report.nodes = &s->nodes[1];
	s->report.n_nodes = 1;
	s->a[0].outcome = DNS_SERVER_FAILED;
	s->hosts[0].lookup_failed = true;
	s->hosts[0].tlsa_state = TLSA_STATE_NOT_ASKED;
}

static void lookup_failed_allowed(struct sample *s) {
	lookup_failed(s);
	allow(s, "mx1.example.org");
}

static void tlsa_failed_allowed(struct sample *s) {
	lookup_failed_allowed(s);
	s->a[0].outcome = DNS_FOUND;
	s->hosts[0].lookup_failed = false;
	s->hosts[0].tlsa_state = TLSA_STATE_FAILED;
	s->hosts[0].tlsa_used = &s->tlsa_question[0];
	s->tlsa_question[0].outcome = DNS_TIMED_OUT;
}

static void no_route(struct sample *s) {
	all(s);
	s->nodes[0].family = 6;
	sample_fail(s, PROBE_CONNECTING, ERR_LOCAL, "Network is unreachable");
	s->nodes[0].result.local_fault = true;
	s->nodes[0].result.net_errno = ENETUNREACH;
}

static void no_route_at_all(struct sample *s) {
	no_route(s);
	s->nodes[1].result = s->nodes[0].result;
}

static void second_mismatches(struct sample *s) {
	all(s);
	s->tls[1].proof.errors = arena_alloc(s->arena, sizeof *s->tls[1].proof.errors);
	s->tls[1].proof.errors[0] = (struct tls_verify_error){
		.code = TLS_VERIFY_DANE_NO_MATCH, .words = "no matching DANE TLSA records"};
	s->tls[1].proof.n_errors = 1;
	s->tls[1].proof.trusted = false;
	s->tls[1].proof.status = TLS_STATUS_UNTRUSTED;
}

static struct tls_cert *other_chain(struct sample *s) {
	struct tls_cert *chain = arena_alloc_array(s->arena, 1, sizeof *chain);
	chain[0] = s->chain[0];
	chain[0].der = chain[0].spki = span_of("another");
	chain[0].digest[1][0] = s->records[1].data;
	return chain;
}

static void two_keys(struct sample *s) {
	all(s);
	s->hosts[0].n_tlsa = s->hosts[1].n_tlsa = 2;
	s->tls[1].chain = other_chain(s);
	s->tls[1].n_chain = 1;
}

static void two_keys_one_bad(struct sample *s) {
	second_mismatches(s);
	s->tls[1].chain = other_chain(s);
	s->tls[1].n_chain = 1;
}

static void one_without_certificate(struct sample *s) {
	two_keys(s);
	s->tls[1].n_chain = 0;
}

static void in_turn(struct sample *s) {
	two_keys(s);
	s->spec.scope = SURVEY_FIRST;
}

static void stale(struct sample *s) {
	all(s);
	s->hosts[0].n_tlsa = 2;
	s->records[1].unusable = NULL;
}

static void two_stale_but_one_unusable(struct sample *s) {
	stale(s);
	s->hosts[1].n_tlsa = 2;
	s->records[1].unusable = "unknown selector";
}

static void two_stale(struct sample *s) {
	stale(s);
	s->hosts[1].n_tlsa = 2;
}

static void stale_but_not_all_seen(struct sample *s) {
	stale(s);
	kill_first(s);
}

static void stale_where_dane_is_not_wanted(struct sample *s) {
	stale(s);
	sample_set_level(s, TLS_LEVEL_MAY);
}

static void stale_but_for_another_type(struct sample *s) {
	stale(s);
	s->spec.key_types = true;
	s->nodes[1].key_types[TLS_KEY_RSA] = (struct key_type){.outcome = KEY_TYPE_SHOWN};
	struct tls_facts *tls = arena_alloc(s->arena, sizeof *tls);
	*tls = s->tls[0];
	tls->chain = other_chain(s);
	s->nodes[1].key_types[TLS_KEY_RSA].tls = tls;
}

static void stale_with_types(struct sample *s) {
	stale_but_for_another_type(s);
	s->nodes[1].key_types[TLS_KEY_RSA].outcome = KEY_TYPE_NOT_OFFERED;
}

static void anchor_not_sent(struct sample *s) {
	all(s);
	s->records[0] = (struct tlsa){
		.usage = 2, .selector = 1, .data = span_of("bare key"), .rdata = span_of("2 1 0 bare key")};
}

static void absent_on_one(struct sample *s) {
	all(s);
	s->hosts[1].tlsa_state = TLSA_STATE_ABSENT;
	s->hosts[1].n_tlsa = 0;
	s->nodes[1].policy = (struct tls_policy){.level = TLS_LEVEL_MAY, .reason = POLICY_NO_TLSA};
}

static void absent_on_two_nodes(struct sample *s) {
	absent_on_one(s);
	s->nodes[0].host = &s->hosts[1];
}

static void deadline(struct sample *s) {
	all(s);
	s->report.end = REPORT_DEADLINE;
	s->report.phase = REPORT_PHASE_PROBES;
	s->nodes[1].result.stage = PROBE_EHLO;
	s->nodes[1].result.tls = NULL;
}

static void deadline_before_one(struct sample *s) {
	deadline(s);
	s->nodes[1].chosen = false;
}

static void deadline_before_two(struct sample *s) {
	deadline_before_one(s);
	s->nodes[0].chosen = false;
}

static void deadline_in_dns(struct sample *s) {
	deadline(s);
	s->report.phase = REPORT_PHASE_HOSTS;
}

static void deadline_connecting_allowed(struct sample *s) {
	deadline(s);
	s->nodes[1].result.stage = PROBE_CONNECTING;
	s->nodes[1].result.connected = false;
	allow(s, "192.0.2.2");
}

static const struct sample_row rows[] = {
	{"all fine", all, FINDING_CONNECT_FAILED, SAMPLE_ABSENT, NULL},
	{"one dead", one_dead, FINDING_CONNECT_FAILED, STATE_WARNING, "Connection refused"},
	{"both dead", both_dead, FINDING_CONNECT_FAILED, STATE_CRITICAL, NULL},
	{"by name", one_dead_allowed_by_name, FINDING_CONNECT_FAILED, STATE_OK, "refused (--down-ok)"},
	{"by address", one_dead_allowed_by_address, FINDING_CONNECT_FAILED, STATE_OK, "(--down-ok)"},
	{"another allowed", another_allowed, FINDING_CONNECT_FAILED, STATE_WARNING, "refused"},
	{"nobody left", both_dead_one_allowed, FINDING_CONNECT_FAILED, STATE_CRITICAL, NULL},
	{"allowed in turn", dead_and_allowed_in_turn, FINDING_CONNECT_FAILED, STATE_OK, "(--down-ok)"},
	{"allowed, mismatch", allowed_but_mismatching, FINDING_TLSA_MISMATCH, STATE_CRITICAL, NULL},
	{"allowed, silent", allowed_but_silent, FINDING_TIMEOUT, STATE_WARNING, NULL},
	{"lookup failed", lookup_failed, FINDING_ADDRESS_LOOKUP_FAILED, STATE_WARNING, NULL},
	{"lookup allowed", lookup_failed_allowed, FINDING_ADDRESS_LOOKUP_FAILED, STATE_WARNING, NULL},
	{"TLSA allowed", tlsa_failed_allowed, FINDING_TLSA_LOOKUP_FAILED, STATE_WARNING, NULL},
	{"no route", no_route, FINDING_FAMILY_UNREACHABLE, STATE_OK, "IPv6: Network is unreachable (1"},
	{"no route", no_route, FINDING_LOCAL_ERROR, SAMPLE_ABSENT, NULL},
	{"no route at all", no_route_at_all, FINDING_LOCAL_ERROR, STATE_UNKNOWN, NULL},
	{"unknown spare", another_allowed, FINDING_OPTION_UNUSED, STATE_OK,
		"no host or address mx9.example.org"},
	{"in turn", dead_and_allowed_in_turn, FINDING_OPTION_UNUSED, STATE_OK,
		"mx9.example.org (there are mx1.example.org, mx2.example.org)"},
	{"address in turn", address_of_unseen_host, FINDING_OPTION_UNUSED, SAMPLE_ABSENT, NULL},
	{"one mismatches", second_mismatches, FINDING_TLSA_MISMATCH, STATE_CRITICAL, NULL},
	{"same key", all, FINDING_NODES_DIFFER, SAMPLE_ABSENT, NULL},
	{"two keys", two_keys, FINDING_NODES_DIFFER, STATE_OK, "2 nodes show 2 different keys"},
	{"one bad", two_keys_one_bad, FINDING_NODES_DIFFER, SAMPLE_ABSENT, NULL},
	{"no certificate", one_without_certificate, FINDING_NODES_DIFFER, SAMPLE_ABSENT, NULL},
	{"in turn", in_turn, FINDING_NODES_DIFFER, SAMPLE_ABSENT, NULL},
	{"not stale", all, FINDING_TLSA_STALE, SAMPLE_ABSENT, NULL},
	{"stale", stale, FINDING_TLSA_STALE, STATE_OK,
		"1 TLSA record matches nothing seen on any node: mx1.example.org 3 1 1"},
	{"hint", stale, FINDING_TLSA_STALE, STATE_OK, "; --key-types looks"},
	{"two stale", two_stale, FINDING_TLSA_STALE, STATE_OK, "2 TLSA records match nothing"},
	{"two stale", two_stale, FINDING_TLSA_STALE, STATE_OK, ", mx2.example.org 3 1 1"},
	{"unusable", two_stale_but_one_unusable, FINDING_TLSA_STALE, SAMPLE_ABSENT, NULL},
	{"not seen", stale_but_not_all_seen, FINDING_TLSA_STALE, SAMPLE_ABSENT, NULL},
	{"may", stale_where_dane_is_not_wanted, FINDING_TLSA_STALE, SAMPLE_ABSENT, NULL},
	{"type", stale_but_for_another_type, FINDING_TLSA_STALE, SAMPLE_ABSENT, NULL},
	{"types", stale_with_types, FINDING_TLSA_STALE, STATE_OK, "1 TLSA record"},
	{"anchor", anchor_not_sent, FINDING_TLSA_STALE, SAMPLE_ABSENT, NULL},
	{"absent on one", absent_on_one, FINDING_TLSA_MISSING, STATE_WARNING, NULL},
	{"deadline", deadline, FINDING_TIMEOUT, STATE_WARNING, "while waiting for the reply to EHLO"},
	{"before one", deadline_before_one, FINDING_TIMEOUT, STATE_UNKNOWN, "before 1 node could"},
	{"before two", deadline_before_two, FINDING_TIMEOUT, STATE_UNKNOWN, "before 2 nodes could"},
	{"connecting", deadline_connecting_allowed, FINDING_TIMEOUT, STATE_OK,
		"while connecting (--down-ok)"},
};

START_TEST(a_run_over_all_nodes_is_judged_as_one) {
	sample_check(&rows[_i]);
}
END_TEST

static struct verdict judged(struct sample *s) {
	return judge(s->arena, &s->report, &s->limits, SAMPLE_NOW);
}

static const struct {
	void (*change)(struct sample *s);
	enum state state;
	const char *count; /* part of the line, NULL: none */
	size_t n_fine;
	size_t n_counted;
} counts[] = {
	{all, STATE_OK, " (2 of 2 nodes fine)", 2, 2},
	{one_dead, STATE_WARNING, "Connection refused (1 of 2 nodes fine)", 1, 2},
	{both_dead, STATE_CRITICAL, " (0 of 2 nodes fine)", 0, 2},
	{one_dead_allowed_by_name, STATE_OK, "61 days (1 of 1 node fine)", 1, 1},
	{dead_and_allowed_in_turn, STATE_OK, NULL, 1, 1},
	{no_route, STATE_OK, "mx2.example.org[192.0.2.2]:25: Verified by DANE-EE 3 1 1", 1, 1},
	{lookup_failed, STATE_WARNING, " (1 of 1 node fine)", 1, 1},
	{second_mismatches, STATE_CRITICAL, " (1 of 2 nodes fine)", 1, 2},
	{in_turn, STATE_OK, NULL, 2, 2},
};

START_TEST(the_line_tells_how_many_of_how_many_are_fine) {
	struct arena *arena = unit_arena();
	struct sample *s = sample_new(arena);
	counts[_i].change(s);
	struct verdict verdict = judged(s);
	ck_assert_int_eq(verdict.state, counts[_i].state);
	ck_assert_uint_eq(verdict.n_fine, counts[_i].n_fine);
	ck_assert_uint_eq(verdict.n_counted, counts[_i].n_counted);
	const char *count = counts[_i].count == NULL ? "Verified" : counts[_i].count;
	ck_assert_msg(strstr(sample_summary(arena, &verdict), count) != NULL, "%s",
		sample_summary(arena, &verdict));
	ck_assert((strstr(sample_summary(arena, &verdict), " fine)") != NULL) ==
			  (s->spec.scope == SURVEY_ALL));
	arena_free(arena);
}
END_TEST

START_TEST(one_node_needs_no_count) {
	struct arena *arena = unit_arena();
	struct sample *s = sample_new(arena);
	s->spec.scope = SURVEY_ALL;
	s->report.n_hosts = 1;
	s->hosts[0].n_tlsa = 1;
	struct verdict verdict = judged(s);
	ck_assert_str_eq(sample_summary(arena, &verdict),
		"mx1.example.org[192.0.2.1]:25: Verified by DANE-EE 3 1 1, "
		"TLSv1.3, certificate expires in 61 days");
	ck_assert_uint_eq(verdict.n_findings, 0);
	arena_free(arena);
}
END_TEST

START_TEST(a_finding_about_a_host_names_its_only_node_or_the_host) {
	struct arena *arena = unit_arena();
	struct sample *s = sample_new(arena);
	absent_on_one(s);
	struct verdict verdict = judged(s);
	const struct finding *finding = sample_find(&verdict, FINDING_TLSA_MISSING);
	ck_assert_ptr_nonnull(finding);
	ck_assert_ptr_eq(finding->subject.node, &s->nodes[1]);
	absent_on_two_nodes(s);
	verdict = judged(s);
	finding = sample_find(&verdict, FINDING_TLSA_MISSING);
	ck_assert_ptr_nonnull(finding);
	ck_assert_ptr_null(finding->subject.node);
	ck_assert_ptr_eq(finding->subject.host, &s->hosts[1]);
	arena_free(arena);
}
END_TEST

START_TEST(a_deadline_in_the_dns_tells_of_nodes_too) {
	struct arena *arena = unit_arena();
	struct sample *s = sample_new(arena);
	deadline_in_dns(s);
	struct verdict verdict = judged(s);
	size_t n = 0;
	for (size_t i = 0; i < verdict.n_findings; i++) {
		n += verdict.findings[i].id == FINDING_TIMEOUT;
	}
	ck_assert_uint_eq(n, 2);
	arena_free(arena);
}
END_TEST

UNIT_MAIN("verdict_all", tcase_add_loop_test(tc, a_run_over_all_nodes_is_judged_as_one, 0,
							 (int)(sizeof rows / sizeof *rows));
		  tcase_add_loop_test(tc, the_line_tells_how_many_of_how_many_are_fine, 0,
			  (int)(sizeof counts / sizeof *counts));
		  tcase_add_test(tc, one_node_needs_no_count);
		  tcase_add_test(tc, a_finding_about_a_host_names_its_only_node_or_the_host);
		  tcase_add_test(tc, a_deadline_in_the_dns_tells_of_nodes_too);)
