/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The edges of rules: the second at which a date begins to count, and what stands beside what a
 * rule is about and must not be taken for it. */
#include <errno.h>

#include "announced_sample.h"
#include "verdict/pkix_fault.h"
#include "verdict/senders.h"

#define OK STATE_OK
#define WARN STATE_WARNING
#define CRIT STATE_CRITICAL
#define ABSENT SAMPLE_ABSENT

/* --- the second --- */

static void ends_in(struct sample *s, int64_t seconds) {
	sample_set_level(s, TLS_LEVEL_SECURE);
	s->chain[0].not_after = SAMPLE_NOW + seconds;
	s->chain[0].not_before = s->chain[0].not_after - 90 * SAMPLE_DAY;
}

static void ends_in_two_weeks(struct sample *s) {
	ends_in(s, 14 * SAMPLE_DAY);
}

static void ends_a_second_earlier(struct sample *s) {
	ends_in(s, 14 * SAMPLE_DAY - 1);
}

static void ends_in_a_week(struct sample *s) {
	ends_in(s, 7 * SAMPLE_DAY);
}

static void ends_a_second_before_a_week(struct sample *s) {
	ends_in(s, 7 * SAMPLE_DAY - 1);
}

static void begins_now(struct sample *s) {
	sample_set_level(s, TLS_LEVEL_SECURE);
	s->chain[0].not_before = SAMPLE_NOW;
}

static void begins_in_a_second(struct sample *s) {
	begins_now(s);
	s->chain[0].not_before++;
}

static void ends_now(struct sample *s) {
	ends_in(s, 0);
}

static void ended_a_second_ago(struct sample *s) {
	ends_in(s, -1);
}

/* The last second of a signature is one, so that no clock is wrong. */
static void signed_until_now(struct sample *s) {
	struct dns_signature *signature = arena_alloc(s->arena, sizeof *signature);
	*signature = s->mx.answer.signatures[0];
	signature->expiration = SAMPLE_NOW;
	s->mx.answer.signatures = signature;
}

static struct policy_facts *fetched(struct sample *s, const char *text) {
	sound(s);
	s->spec.mta_sts = SURVEY_STS_CHECK;
	s->report.n_hosts = 1;
	s->report.policy = (struct policy_facts){.outcome = POLICY_FETCHED,
		.host = "mta-sts.example.org",
		.status = 200,
		.type = span_of("text/plain"),
		.policy = sts_policy_read(s->arena, span_of(text))};
	return &s->report.policy;
}

#define POLICY(mode, age) "version: STSv1\nmode: " mode "\nmx: mx1.example.org\nmax_age: " age "\n"

static void remembered_for_a_day(struct sample *s) {
	(void)fetched(s, POLICY("enforce", "86400"));
}

static void remembered_for_less(struct sample *s) {
	(void)fetched(s, POLICY("enforce", "86399"));
}

static void nearly_plain(struct sample *s) {
	fetched(s, POLICY("enforce", "86400"))->type = span_of("text/plainly");
}

/* --- beside what counts --- */

/* Nothing matches, so senders defer by the records and not by the date: what SMTP cannot use makes
 * dates count for nobody. */
static void expired_beside_unusable(struct sample *s) {
	sample_add_error(s, 65, 0, "no matching DANE TLSA records");
	s->chain[0].not_after = SAMPLE_NOW - SAMPLE_DAY;
	s->records[1].usage = TLSA_DANE_TA;
	s->records[1].unusable = "a SHA2-256 digest has 32 octets";
}

static void mismatch_beside_unusable_sha512(struct sample *s) {
	sample_add_error(s, 65, 0, "no matching DANE TLSA records");
	s->records[1].matching = TLSA_SHA512;
	s->records[1].unusable = "a SHA2-512 digest has 64 octets";
}

static void mismatch_of_an_alias(struct sample *s) {
	sample_add_error(s, 65, 0, "no matching DANE TLSA records");
	s->hosts[0].tlsa_base = "real.example.net";
}

/* The key of a record vouches for the last certificate shown: no anchor of its own, its date
 * counts. */
static void signed_by_a_bare_key(struct sample *s) {
	struct tls_proof *proof = &s->tls[0].proof;
	proof->matched = TLS_MATCHED_TRUST_ANCHOR;
	proof->matched_key = true;
	proof->n_path = 2;
	s->chain[1].not_after = SAMPLE_NOW + 8 * SAMPLE_DAY;
}

static void no_way_beside_unvisited(struct sample *s) {
	sample_add_second(s);
	s->nodes[0].family = 6;
	sample_fail(s, PROBE_CONNECTING, ERR_LOCAL, "Network is unreachable");
	s->nodes[0].result.local_fault = true;
	s->nodes[0].result.net_errno = ENETUNREACH;
	s->nodes[1].chosen = false;
}

static void two_keys(struct sample *s) {
	static const uint8_t other[] = "another key";
	sample_add_second(s);
	struct tls_cert *chain = arena_alloc(s->arena, 2 * sizeof *chain);
	chain[0] = s->chain[0];
	chain[1] = s->chain[1];
	chain[0].spki = chain[0].der = (struct span){other, sizeof other};
	s->tls[1].chain = chain;
	s->spec.scope = SURVEY_ALL;
}

static void both_proven(struct sample *s) {
	two_keys(s);
	for (size_t i = 0; i < 2; i++) {
		s->nodes[i].policy.reason = POLICY_DANE;
	}
}

static void both_half_proven(struct sample *s) {
	two_keys(s);
	for (size_t i = 0; i < 2; i++) {
		s->nodes[i].policy.level = TLS_LEVEL_HALF_DANE;
		s->nodes[i].policy.reason = POLICY_MX_INSECURE_DANE;
	}
}

/* The other host has no records, so that it need not be known what it shows. */
static void stale_beside_a_dead_host(struct sample *s) {
	sample_add_second(s);
	s->spec.scope = SURVEY_ALL;
	s->nodes[1].result.tls = NULL;
	s->hosts[1].tlsa_state = TLSA_STATE_ABSENT;
	s->hosts[1].tlsa = NULL;
	s->hosts[1].n_tlsa = 0;
}

static void stale_perhaps_of_a_dead_host(struct sample *s) {
	stale_beside_a_dead_host(s);
	s->hosts[1].tlsa_state = TLSA_STATE_USABLE;
	s->hosts[1].tlsa = s->records;
	s->hosts[1].n_tlsa = 2;
}

/* --- more than one node, more than one question --- */

/* Another address of the host shows a key that no record is about: that is a mismatch, and no part
 * of the records is about another certificate. */
static void one_address_mismatches(struct sample *s) {
	two_keys(s);
	struct tls_cert *chain = (struct tls_cert *)s->tls[1].chain;
	memset(chain[0].digest, 0, sizeof chain[0].digest);
	memset(chain[1].digest, 0, sizeof chain[1].digest);
	s->nodes[1].host = &s->hosts[0];
	s->report.n_hosts = 1;
	s->tls[1].proof.status = TLS_STATUS_UNTRUSTED;
	s->tls[1].proof.matched = TLS_MATCHED_NOTHING;
	s->tls[1].proof.matched_record = -1;
}

static void two_kinds(struct sample *s) {
	two_keys(s);
	s->records[1].selector = TLSA_CERT;
	s->nodes[1].host = &s->hosts[0];
	s->report.n_hosts = 1;
}

/* The only record that fits is overruled by a stronger digest of another key: nothing matches. */
static void overruled_beside_another_kind(struct sample *s) {
	static const uint8_t digest[64] = "of another key";
	struct tlsa *records = arena_alloc_array(s->arena, 3, sizeof *records);
	sample_add_error(s, 65, 0, "no matching DANE TLSA records");
	records[0] = s->records[0];
	records[1] = s->records[1];
	records[1].matching = TLSA_SHA512;
	records[1].data = (struct span){digest, sizeof digest};
	records[2] = s->records[1];
	records[2].selector = TLSA_CERT;
	s->hosts[0].tlsa = records;
	s->nodes[0].policy.tlsa = records;
	s->tls[0].proof.records = records;
	s->hosts[0].n_tlsa = s->nodes[0].policy.n_tlsa = 3;
}

/* The addresses of one family are known: that the others are not costs no more than a WARNING, even
 * where nobody takes the mail. */
static void half_of_the_addresses_beside_a_mismatch(struct sample *s) {
	sample_add_error(s, 65, 0, "no matching DANE TLSA records");
	s->aaaa[0].outcome = DNS_SERVER_FAILED;
	s->report.validation_check = &s->validation_check;
}

/* A resolver that cannot deny is to blame for what may not be there, and not for records that it
 * shows once it does not check them. */
static void bogus_where_nothing_can_be_denied(struct sample *s) {
	struct dns_answer *unchecked = arena_alloc(s->arena, sizeof *unchecked);
	*unchecked = s->mx.answer;
	s->mx.outcome = DNS_BOGUS;
	s->mx.unchecked = unchecked;
	s->mx.exists = true;
	s->report.n_hosts = s->report.n_nodes = 0;
	s->report.validation_check = &s->validation_check;
	s->misplaced.outcome = DNS_SERVER_FAILED;
	s->report.denial = &s->misplaced;
}

static void bogus_and_perhaps_not_there(struct sample *s) {
	bogus_where_nothing_can_be_denied(s);
	s->mx.exists = false;
}

/* What a CA vouches for needs no resolver that validates. */
static void less_than_pkix_without_validation(struct sample *s) {
	sample_add_error(s, 18, 0, "self-signed certificate");
	s->nodes[0].policy.level = TLS_LEVEL_MAY;
	s->nodes[0].policy.report_as = TLS_LEVEL_SECURE;
	s->nodes[0].policy.reason = POLICY_NO_TLSA;
	s->hosts[0].tlsa_state = TLSA_STATE_ABSENT;
	s->report.validation_check = &s->validation_check;
	s->validation_check.secure = false;
	s->limits.security = SECURITY_PKIX;
}

static void less_than_dane_without_validation(struct sample *s) {
	less_than_pkix_without_validation(s);
	s->limits.security = SECURITY_DANE;
}

static const struct sample_row rows[] = {
	{"two weeks are enough", ends_in_two_weeks, FINDING_CERT_EXPIRY, ABSENT, NULL},
	{"a second less is not", ends_a_second_earlier, FINDING_CERT_EXPIRY, WARN, NULL},
	{"a week is a WARNING", ends_in_a_week, FINDING_CERT_EXPIRY, WARN, NULL},
	{"a second less is CRITICAL", ends_a_second_before_a_week, FINDING_CERT_EXPIRY, CRIT, NULL},
	{"the first second is one", begins_now, FINDING_CERT_NOT_YET_VALID, ABSENT, NULL},
	{"the one before is not", begins_in_a_second, FINDING_CERT_NOT_YET_VALID, CRIT, NULL},
	{"the last second is one", ends_now, FINDING_CERT_EXPIRED, ABSENT, NULL},
	{"the one behind is not", ended_a_second_ago, FINDING_CERT_EXPIRED, CRIT, NULL},
	{"a signature's last second is one", signed_until_now, FINDING_RRSIG_EXPIRY, CRIT,
		"is the signer still running"},
	{"a policy for a day", remembered_for_a_day, FINDING_STS_NOTE, ABSENT, NULL},
	{"a policy for less", remembered_for_less, FINDING_STS_NOTE, OK, "has max_age 86399"},
	{"a type that only begins so", nearly_plain, FINDING_STS_NOTE, OK, "but as \"text/plainly\""},
	{"an unusable record makes no date count", expired_beside_unusable, FINDING_DANE_EE_EXPIRY, OK,
		"expired 24 hours"},
	{"an unusable 3 1 2 is not in force", mismatch_beside_unusable_sha512, FINDING_TLSA_MISMATCH,
		CRIT, "mx1.example.org. IN TLSA 3 1 1 "},
	{"records belong where the alias leads", mismatch_of_an_alias, FINDING_TLSA_MISMATCH, CRIT,
		"publish _25._tcp.real.example.net. IN TLSA"},
	{"whom a bare key signed is no anchor", signed_by_a_bare_key, FINDING_CHAIN_EXPIRY, WARN,
		"expires in 8 days (2027-01-23)"},
	{"who was not visited proves no way", no_way_beside_unvisited, FINDING_LOCAL_ERROR,
		STATE_UNKNOWN, NULL},
	{"two keys, both proven", both_proven, FINDING_NODES_DIFFER, OK, "2 different keys"},
	{"two keys, the MX not signed", both_half_proven, FINDING_NODES_DIFFER, ABSENT, NULL},
	{"a host without records may be dead", stale_beside_a_dead_host, FINDING_TLSA_STALE, OK, NULL},
	{"of a mismatch no part is told", one_address_mismatches, FINDING_TLSA_PARTIAL, ABSENT, NULL},
	{"nor where what fits is overruled", overruled_beside_another_kind, FINDING_TLSA_PARTIAL,
		ABSENT, NULL},
	{"of a match it is", two_kinds, FINDING_TLSA_PARTIAL, OK, "3 0 x"},
	{"one family's addresses do", half_of_the_addresses_beside_a_mismatch,
		FINDING_ADDRESS_LOOKUP_FAILED, WARN, "the other family"},
	{"records that are there are bogus", bogus_where_nothing_can_be_denied, FINDING_DNSSEC_BOGUS,
		CRIT, NULL},
	{"what may not be there is the resolver's", bogus_and_perhaps_not_there,
		FINDING_RESOLVER_FAILED, STATE_UNKNOWN, "cannot deny"},
	{"a CA needs no validation", less_than_pkix_without_validation, FINDING_EXPECTED_SECURITY, CRIT,
		"less than --expect-security=pkix"},
	{"DANE does", less_than_dane_without_validation, FINDING_EXPECTED_SECURITY, ABSENT, NULL},
	{"one with records may not", stale_perhaps_of_a_dead_host, FINDING_TLSA_STALE, ABSENT, NULL},
};

START_TEST(an_edge_is_where_it_should_be) {
	sample_check(&rows[_i]);
}
END_TEST

/* --- what no row can say --- */

static size_t count_raised(const struct verdict *verdict, enum finding_id id) {
	size_t n = 0;
	for (size_t i = 0; i < verdict->n_findings; i++) {
		n += verdict->findings[i].id == id;
	}
	return n;
}

START_TEST(a_policy_that_is_to_be_forgotten_may_be_short_lived) {
	struct arena *arena = unit_arena();
	struct sample *s = sample_new(arena);
	(void)fetched(s, POLICY("none", "60"));
	struct verdict verdict = judge(arena, &s->report, &s->limits, SAMPLE_NOW);
	ck_assert_uint_eq(count_raised(&verdict, FINDING_STS_NOTE), 1);
	arena_free(arena);
}
END_TEST

/* Of three nodes two are proven, with different keys: not all are valid. */
START_TEST(keys_are_compared_where_all_are_proven) {
	for (int proven = 2; proven <= 3; proven++) {
		struct arena *arena = unit_arena();
		struct sample *s = sample_new(arena);
		struct report_node nodes[3];
		both_proven(s);
		memcpy(nodes, s->nodes, sizeof s->nodes);
		nodes[2] = s->nodes[1];
		struct tls_facts third = s->tls[0];
		third.proof.status = proven == 3 ? TLS_STATUS_VERIFIED : TLS_STATUS_UNTRUSTED;
		nodes[2].result.tls = &third;
		s->report.nodes = nodes;
		s->report.n_nodes = 3;
		struct verdict verdict = judge(arena, &s->report, &s->limits, SAMPLE_NOW);
		ck_assert_uint_eq(count_raised(&verdict, FINDING_NODES_DIFFER), proven == 3 ? 1 : 0);
		arena_free(arena);
	}
}
END_TEST

START_TEST(of_several_faults_of_a_chain_the_first_to_mend_is_told) {
	struct tls_verify_error errors[] = {{.code = 10, .depth = 1}, {.code = 20, .depth = 0}};
	struct tls_proof proof = {.trusted = false, .errors = errors, .n_errors = 2};
	const struct tls_verify_error *error = NULL;
	ck_assert_int_eq(pkix_chain(&proof, &error), SENDER_CHAIN_INCOMPLETE);
	ck_assert_ptr_eq(error, &errors[1]);
	proof.n_errors = 1;
	ck_assert_int_eq(pkix_chain(&proof, &error), SENDER_CHAIN_EXPIRED);
	ck_assert_ptr_eq(error, &errors[0]);
	proof.n_errors = 0;
	ck_assert_int_eq(pkix_chain(&proof, &error), SENDER_CHAIN_INVALID);
	ck_assert_ptr_null(error);
	proof.trusted = true;
	ck_assert_int_eq(pkix_chain(&proof, &error), SENDER_CHAIN_VALID);
}
END_TEST

/* What has several reasons is told by the one that comes first. */
START_TEST(an_old_version_is_told_where_nothing_else_is_wrong) {
	struct sender_facts facts = {.tls = SENDER_TLS_CERTIFICATE,
		.chain = SENDER_CHAIN_VALID,
		.sts = SENDER_STS_ENFORCE,
		.sts_covered = true};
	ck_assert_str_eq(sender_view(SENDER_STS, &facts).why, "the certificate names another host");
	facts.host_named = true;
	ck_assert_str_eq(sender_view(SENDER_STS, &facts).why, "no name in subjectAltName");
	facts.host_in_san = true;
	ck_assert_str_eq(sender_view(SENDER_STS, &facts).why, "TLS is older than 1.2");
	facts.tls12 = true;
	ck_assert_int_eq(sender_view(SENDER_STS, &facts).outcome, SENDER_AUTHENTICATED);
}
END_TEST

UNIT_MAIN("verdict_edges", tcase_add_loop_test(tc, an_edge_is_where_it_should_be, 0,
							   (int)(sizeof rows / sizeof *rows));
		  tcase_add_test(tc, a_policy_that_is_to_be_forgotten_may_be_short_lived);
		  tcase_add_test(tc, keys_are_compared_where_all_are_proven);
		  tcase_add_test(tc, of_several_faults_of_a_chain_the_first_to_mend_is_told);
		  tcase_add_test(tc, an_old_version_is_told_where_nothing_else_is_wrong);)
