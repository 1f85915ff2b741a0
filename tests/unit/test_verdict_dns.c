/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Findings about the domain, its hosts, and lookups that fail. */
#include "sample_report.h"

#define WARN STATE_WARNING
#define CRIT STATE_CRITICAL
#define UNKN STATE_UNKNOWN

static void nothing(struct sample *s) {
	(void)s;
}

/* A question fails; rcode and extended error as far as there is an answer. */
static void question_fails(struct dns_question *question, enum dns_outcome outcome) {
	question->outcome = outcome;
	question->secure = false;
	question->answer.n_signatures = 0;
	question->err = (struct err){.kind = ERR_NONE};
	err_set(&question->err, ERR_DNS, "no answer from 192.0.2.53:53");
	if (outcome == DNS_SERVER_FAILED || outcome == DNS_BOGUS) {
		question->answer.rcode = DNS_RCODE_SERVFAIL;
		question->answer.octets = 100;
	}
}

static void without_hosts(struct sample *s) {
	s->report.n_hosts = s->report.n_nodes = 0;
	s->report.mx_used = false;
}

static void mx_servfail(struct sample *s) {
	without_hosts(s);
	question_fails(&s->mx, DNS_SERVER_FAILED);
	s->report.validation_check = &s->validation_check;
}

static void mx_servfail_and_validation_check_too(struct sample *s) {
	mx_servfail(s);
	question_fails(&s->validation_check, DNS_SERVER_FAILED);
}

static void mx_servfail_without_validation_check(struct sample *s) {
	mx_servfail(s);
	s->report.validation_check = NULL;
}

static void mx_times_out(struct sample *s) {
	mx_servfail(s);
	question_fails(&s->mx, DNS_TIMED_OUT);
}

static void mx_times_out_without_validation_check(struct sample *s) {
	mx_times_out(s);
	s->report.validation_check = NULL;
}

/* It came no later than the question went out. */
static void mx_times_out_behind_an_answer(struct sample *s) {
	mx_times_out(s);
	s->mx.asked_at = s->validation_check.answered_at;
}

static void mx_malformed(struct sample *s) {
	mx_servfail(s);
	question_fails(&s->mx, DNS_MALFORMED);
}

static void resolver_unreachable(struct sample *s) {
	mx_servfail(s);
	question_fails(&s->mx, DNS_UNREACHABLE);
	question_fails(&s->validation_check, DNS_UNREACHABLE);
}

static void mx_lookup_fails_here(struct sample *s) {
	mx_servfail(s);
	s->mx.err.kind = ERR_LOCAL;
	(void)snprintf(s->mx.err.text, sizeof s->mx.err.text, "Too many open files");
}

static void mx_bogus(struct sample *s) {
	mx_servfail(s);
	question_fails(&s->mx, DNS_BOGUS);
	s->mx.answer.extended_error = 6;
	s->mx.answer.extended_text = span_of("no <NSEC> | proof");
}

static void mx_bogus_without_a_word(struct sample *s) {
	mx_bogus(s);
	s->mx.answer.extended_text.len = 0;
}

static void mx_nxdomain(struct sample *s) {
	without_hosts(s);
	s->mx.outcome = DNS_NXDOMAIN;
}

static void mx_cannot_be_asked(struct sample *s) {
	without_hosts(s);
	question_fails(&s->mx, DNS_INVALID);
}

static void null_mx(struct sample *s) {
	without_hosts(s);
	s->report.null_mx = true;
}

static void strange_domain(struct sample *s) {
	null_mx(s);
	(void)snprintf(s->destination.name, sizeof s->destination.name, "a|b<c>");
}

/* The first host has no node; the second let us in. */
static void second_only(struct sample *s) {
	sample_add_second(s);
	s->nodes[0] = s->nodes[1];
	s->report.n_nodes = 1;
	s->hosts[0].tlsa_state = TLSA_STATE_NOT_ASKED;
}

static void no_node(struct sample *s) {
	s->report.n_nodes = 0;
	s->report.n_hosts = 1;
	s->hosts[0].tlsa_state = TLSA_STATE_NOT_ASKED;
}

static void addresses_fail(struct sample *s) {
	no_node(s);
	s->hosts[0].lookup_failed = true;
	question_fails(&s->a[0], DNS_SERVER_FAILED);
	question_fails(&s->aaaa[0], DNS_SERVER_FAILED);
}

/* Nobody's fault but that of the zones that said so much. */
static void addresses_and_the_self_test_are_not_asked(struct sample *s) {
	addresses_fail(s);
	s->report.validation_check = &s->validation_check;
	question_fails(&s->validation_check, DNS_MALFORMED);
	question_fails(&s->a[0], DNS_MALFORMED);
	s->a[0].unasked = s->aaaa[0].unasked = s->validation_check.unasked = true;
}

static void addresses_fail_beside_good(struct sample *s) {
	second_only(s);
	s->hosts[0].lookup_failed = true;
	question_fails(&s->a[0], DNS_SERVER_FAILED);
	question_fails(&s->aaaa[0], DNS_SERVER_FAILED);
}

static void addresses_bogus(struct sample *s) {
	addresses_fail_beside_good(s);
	question_fails(&s->aaaa[0], DNS_BOGUS);
}

static void one_family_fails(struct sample *s) {
	question_fails(&s->aaaa[0], DNS_SERVER_FAILED);
}

static void one_family_is_bogus(struct sample *s) {
	question_fails(&s->aaaa[0], DNS_BOGUS);
}

static void host_does_not_exist(struct sample *s) {
	no_node(s);
	s->hosts[0].no_address = true;
	s->a[0].outcome = s->aaaa[0].outcome = DNS_NXDOMAIN;
}

static void this_system_knows_no_such_host(struct sample *s) {
	host_does_not_exist(s);
	s->a[0].native_only = s->aaaa[0].native_only = true;
}

static void host_does_not_exist_beside_good(struct sample *s) {
	second_only(s);
	s->hosts[0].no_address = true;
	s->a[0].outcome = s->aaaa[0].outcome = DNS_NXDOMAIN;
}

static void host_has_no_ipv6(struct sample *s) {
	no_node(s);
	s->hosts[0].no_address = true;
	s->hosts[0].a = NULL;
}

static void host_has_no_ipv4(struct sample *s) {
	no_node(s);
	s->hosts[0].no_address = true;
	s->a[0].outcome = DNS_NODATA;
	s->hosts[0].aaaa = NULL;
}

static void host_has_no_address(struct sample *s) {
	no_node(s);
	s->hosts[0].no_address = true;
	s->a[0].outcome = DNS_NODATA;
}

static void host_cannot_be_asked(struct sample *s) {
	no_node(s);
	s->hosts[0].lookup_failed = true;
	question_fails(&s->a[0], DNS_INVALID);
	question_fails(&s->aaaa[0], DNS_INVALID);
}

static void domain_has_no_address(struct sample *s) {
	host_has_no_address(s);
	s->mx.outcome = DNS_NODATA;
	s->report.mx_used = false;
	s->hosts[0].name = "example.org";
}

static void host_behind_the_accepted_fails(struct sample *s) {
	s->hosts[1].lookup_failed = true;
	question_fails(&s->a[1], DNS_SERVER_FAILED);
	question_fails(&s->aaaa[1], DNS_SERVER_FAILED);
}

static void too_many(struct sample *s) {
	s->report.too_many_nodes = true;
}

static void too_many_records(struct sample *s) {
	s->a->answer.n_records = 100;
	s->a->answer.n_left_out = 30;
}

static void no_srv(struct sample *s) {
	s->spec.srv_service = "smtp";
	s->report.mx_used = false;
	s->report.n_hosts = s->report.n_nodes = 0;
	s->mx.name = "_smtp._tcp.example.org";
	s->mx.outcome = DNS_NODATA;
}

static void null_srv(struct sample *s) {
	no_srv(s);
	s->mx.outcome = DNS_FOUND;
	s->report.mx_used = true;
	s->report.null_mx = true;
}

static void srv_names_nothing(struct sample *s) {
	null_srv(s);
	s->report.null_mx = false;
}

static void mx_names_nothing(struct sample *s) {
	srv_names_nothing(s);
	s->spec.srv_service = NULL;
}

static void srv_insecure(struct sample *s) {
	s->spec.srv_service = "smtp";
	s->mx.secure = false;
}

static void srv_awaited(struct sample *s) {
	no_srv(s);
	s->mx.outcome = DNS_PENDING;
	s->report.end = REPORT_DEADLINE;
	s->report.phase = REPORT_PHASE_MX;
}

static void resolver_takes_all_the_time(struct sample *s) {
	mx_times_out_without_validation_check(s);
	s->report.end = REPORT_DEADLINE;
	s->report.phase = REPORT_PHASE_MX;
}

static void resolver_and_policy_take_all_the_time(struct sample *s) {
	resolver_takes_all_the_time(s);
	s->report.phase = REPORT_PHASE_PROBES;
	s->nodes[0].result.stage = PROBE_QUIT;
	s->report.policy.cut_off = true;
}

static void interrupted_at_a_silent_resolver(struct sample *s) {
	resolver_takes_all_the_time(s);
	s->report.end = REPORT_INTERRUPTED;
}

static const struct sample_row rows[] = {
	{"the resolver takes all the time", resolver_takes_all_the_time, FINDING_RESOLVER_FAILED, UNKN,
		"does not answer"},
	{"and is the one cause", resolver_takes_all_the_time, FINDING_TIMEOUT, SAMPLE_ABSENT, NULL},
	{"a policy's time is another one", resolver_and_policy_take_all_the_time, FINDING_TIMEOUT, UNKN,
		"waiting for the MTA-STS policy"},
	{"a signal is another one", interrupted_at_a_silent_resolver, FINDING_TIMEOUT, UNKN,
		"interrupted by a signal"},
	{"no SRV", no_srv, FINDING_DOMAIN_NOT_FOUND, STATE_CRITICAL,
		"there are no SRV records at _smtp._tcp.example.org"},
	{"null SRV", null_srv, FINDING_NULL_MX, STATE_CRITICAL, "no such service"},
	{"SRV names nothing", srv_names_nothing, FINDING_MX_HOST_NOT_FOUND, STATE_CRITICAL,
		"no SRV record of example.org names a host"},
	{"MX names nothing", mx_names_nothing, FINDING_MX_HOST_NOT_FOUND, STATE_CRITICAL,
		"no MX record of example.org names a host"},
	{"SRV insecure", srv_insecure, FINDING_MX_INSECURE, STATE_WARNING, "the SRV answer of"},
	{"SRV awaited", srv_awaited, FINDING_TIMEOUT, STATE_UNKNOWN, "waiting for the SRV answer"},
	{"a good run", nothing, FINDING_MX_LOOKUP_FAILED, SAMPLE_ABSENT, NULL},
	{"MX fails, the probe name does not", mx_servfail, FINDING_MX_LOOKUP_FAILED, CRIT, "SERVFAIL"},
	{"MX fails, the probe name too", mx_servfail_and_validation_check_too, FINDING_RESOLVER_FAILED,
		UNKN, "--nameserver"},
	{"MX fails, the probe name too: not the domain's fault", mx_servfail_and_validation_check_too,
		FINDING_MX_LOOKUP_FAILED, SAMPLE_ABSENT, NULL},
	{"MX fails and nothing else was asked", mx_servfail_without_validation_check,
		FINDING_MX_LOOKUP_FAILED, CRIT, NULL},
	{"MX times out while the resolver works", mx_times_out, FINDING_MX_LOOKUP_FAILED, CRIT,
		"no answer from 192.0.2.53:53"},
	{"MX times out behind another answer", mx_times_out_behind_an_answer, FINDING_RESOLVER_FAILED,
		UNKN, NULL},
	{"MX times out and nothing else was asked", mx_times_out_without_validation_check,
		FINDING_RESOLVER_FAILED, UNKN, NULL},
	{"MX answer is malformed", mx_malformed, FINDING_MX_LOOKUP_FAILED, CRIT, NULL},
	{"nobody answers", resolver_unreachable, FINDING_RESOLVER_FAILED, UNKN, NULL},
	{"this machine fails to ask", mx_lookup_fails_here, FINDING_LOCAL_ERROR, UNKN,
		"Too many open files"},
	{"MX is bogus", mx_bogus, FINDING_DNSSEC_BOGUS, CRIT,
		"the resolver says \"no {NSEC} ! proof\" (extended error 6)"},
	{"MX is bogus, without a word", mx_bogus_without_a_word, FINDING_DNSSEC_BOGUS, CRIT,
		"(extended error 6)"},
	{"MX is bogus, not failed", mx_bogus, FINDING_MX_LOOKUP_FAILED, SAMPLE_ABSENT, NULL},
	{"no such domain", mx_nxdomain, FINDING_DOMAIN_NOT_FOUND, CRIT, "does not exist"},
	{"no name at all", mx_cannot_be_asked, FINDING_DOMAIN_NOT_FOUND, CRIT, "no name"},
	{"null MX", null_mx, FINDING_NULL_MX, CRIT, "example.org"},
	{"a name with dangerous characters", strange_domain, FINDING_NULL_MX, CRIT, "a!b{c}"},
	{"addresses fail", addresses_fail, FINDING_ADDRESS_LOOKUP_FAILED, CRIT, "SERVFAIL"},
	{"addresses fail beside a good node", addresses_fail_beside_good, FINDING_ADDRESS_LOOKUP_FAILED,
		WARN, "mx1.example.org"},
	{"addresses are bogus beside a good node", addresses_bogus, FINDING_DNSSEC_BOGUS, CRIT,
		"the AAAA lookup"},
	{"one family fails", one_family_fails, FINDING_ADDRESS_LOOKUP_FAILED, WARN, "AAAA"},
	{"one family is bogus", one_family_is_bogus, FINDING_DNSSEC_BOGUS, WARN, "AAAA"},
	{"an MX names nothing", host_does_not_exist, FINDING_MX_HOST_NOT_FOUND, CRIT, "NXDOMAIN"},
	{"an MX names nothing that this system knows", this_system_knows_no_such_host,
		FINDING_MX_HOST_NOT_FOUND, CRIT, "the DNS was not asked"},
	{"an MX names nothing beside a good node", host_does_not_exist_beside_good,
		FINDING_MX_HOST_NOT_FOUND, WARN, NULL},
	{"an MX has no IPv6", host_has_no_ipv6, FINDING_MX_HOST_NOT_FOUND, CRIT, "no IPv6 address"},
	{"an MX has no IPv4", host_has_no_ipv4, FINDING_MX_HOST_NOT_FOUND, CRIT, "no IPv4 address"},
	{"an MX has no address", host_has_no_address, FINDING_MX_HOST_NOT_FOUND, CRIT, "no address"},
	{"an MX cannot be asked", host_cannot_be_asked, FINDING_MX_HOST_NOT_FOUND, CRIT, "no name"},
	{"neither MX nor address", domain_has_no_address, FINDING_DOMAIN_NOT_FOUND, CRIT,
		"no MX record"},
	{"what comes after the accepted host is not judged", host_behind_the_accepted_fails,
		FINDING_ADDRESS_LOOKUP_FAILED, SAMPLE_ABSENT, NULL},
	{"more records than we look at", too_many_records, FINDING_TOO_MANY_RECORDS, WARN,
		"there are 130 A records, only the first 100 were looked at"},
	{"more answers than we look at", addresses_and_the_self_test_are_not_asked,
		FINDING_TOO_MANY_NODES, WARN, "came to more than 1 MiB: the A lookup of mx1"},
	{"more nodes than we probe", too_many, FINDING_TOO_MANY_NODES, WARN, "128"},
};

START_TEST(what_the_dns_says_is_judged_as_the_catalogue_has_it) {
	sample_check(&rows[_i]);
}
END_TEST

START_TEST(a_resolver_that_fails_everything_is_one_finding) {
	struct arena *arena = unit_arena();
	struct sample *s = sample_new(arena);
	addresses_fail(s);
	question_fails(&s->mx, DNS_UNREACHABLE);
	s->hosts[1] = s->hosts[0];
	s->report.n_hosts = 2;
	s->hosts[0].n_tlsa_questions = s->hosts[1].n_tlsa_questions = 0;
	s->hosts[0].tlsa_questions[0] = s->hosts[1].tlsa_questions[0] = NULL;
	s->report.validation_check = &s->validation_check;
	question_fails(&s->validation_check, DNS_TIMED_OUT);
	struct verdict verdict = judge(arena, &s->report, &s->limits, SAMPLE_NOW);
	ck_assert_uint_eq(verdict.n_findings, 1);
	ck_assert_int_eq(verdict.findings[0].id, FINDING_RESOLVER_FAILED);
	ck_assert_int_eq(verdict.state, STATE_UNKNOWN);
	arena_free(arena);
}
END_TEST

UNIT_MAIN(
	"verdict_dns", tcase_add_loop_test(tc, what_the_dns_says_is_judged_as_the_catalogue_has_it, 0,
					   (int)(sizeof rows / sizeof *rows));
	tcase_add_test(tc, a_resolver_that_fails_everything_is_one_finding);)
