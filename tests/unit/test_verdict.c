/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The verdict as a whole: state, order, the user's assignments, the line, metrics. */
#include "render/words.h"
#include "sample_report.h"

static struct verdict judged(struct sample *s) {
	return judge(s->arena, &s->report, &s->limits, SAMPLE_NOW);
}

static const char *summary_of(struct sample *s) {
	struct verdict verdict = judged(s);
	return sample_summary(s->arena, &verdict);
}

START_TEST(a_good_run_is_ok_and_says_why) {
	struct arena *arena = unit_arena();
	struct verdict verdict = judged(sample_new(arena));
	ck_assert_int_eq(verdict.state, STATE_OK);
	ck_assert_uint_eq(verdict.n_findings, 0);
	ck_assert_str_eq(sample_summary(arena, &verdict),
		"mx1.example.org[192.0.2.1]:25: Verified by DANE-EE 3 1 1, "
		"TLSv1.3, certificate expires in 61 days");
	ck_assert_uint_eq(verdict.n_nodes, 1);
	arena_free(arena);
}
END_TEST

START_TEST(the_worst_finding_leads_and_errors_outrank_thresholds) {
	struct arena *arena = unit_arena();
	struct sample *s = sample_new(arena);
	ck_assert(range_parse(&s->limits.warning, "-w", "0.1", NULL));
	ck_assert(range_parse(&s->limits.critical, "-c", "0.2", NULL));
	s->nodes[0].result.smtp.starttls_offered_in_tls = true;
	s->spec.resolver_remote = true;
	sample_add_error(s, TLS_VERIFY_DANE_NO_MATCH, 0, "no matching DANE TLSA records");
	struct verdict verdict = judged(s);
	static const enum finding_id order[] = {
		FINDING_TLSA_MISMATCH, FINDING_RESPONSE_TIME, FINDING_EHLO_DRIFT, FINDING_RESOLVER_REMOTE};
	ck_assert_uint_eq(verdict.n_findings, 4);
	for (size_t i = 0; i < 4; i++) {
		ck_assert_int_eq(verdict.findings[i].id, order[i]);
	}
	ck_assert_int_eq(verdict.state, STATE_CRITICAL);
	ck_assert_ptr_nonnull(
		strstr(sample_summary(arena, &verdict), "mx1.example.org[192.0.2.1]:25: TLSA mismatch"));
	ck_assert_ptr_nonnull(strstr(sample_words(arena, &verdict.findings[1]), "0.213 s (range 0.2)"));
	arena_free(arena);
}
END_TEST

START_TEST(a_warning_threshold_is_a_warning) {
	struct arena *arena = unit_arena();
	struct sample *s = sample_new(arena);
	ck_assert(range_parse(&s->limits.warning, "-w", "0.1", NULL));
	ck_assert(range_parse(&s->limits.critical, "-c", "5", NULL));
	ck_assert_int_eq(judged(s).state, STATE_WARNING);
	arena_free(arena);
}
END_TEST

START_TEST(an_assignment_replaces_the_state_everywhere) {
	for (int id = 0; id < FINDING_COUNT; id++) {
		struct arena *arena = unit_arena();
		struct sample *s = sample_new(arena);
		s->spec.resolver_remote = true;
		s->report.too_many_nodes = true;
		s->chain[0].not_after = SAMPLE_NOW + SAMPLE_DAY;
		sample_fail(s, PROBE_FINISHED, ERR_NONE, "");
		s->limits.overridden[id] = true;
		s->limits.override[id] = STATE_UNKNOWN;
		struct verdict verdict = judged(s);
		const struct finding *finding = sample_find(&verdict, (enum finding_id)id);
		ck_assert(finding == NULL || finding->state == STATE_UNKNOWN);
		arena_free(arena);
	}
}
END_TEST

START_TEST(findings_that_are_set_ok_leave_the_run_ok) {
	struct arena *arena = unit_arena();
	struct sample *s = sample_new(arena);
	s->report.n_nodes = s->report.n_hosts = 0;
	s->report.null_mx = true;
	limits_set_state(&s->limits, FINDING_NULL_MX, STATE_OK);
	struct verdict verdict = judged(s);
	ck_assert_int_eq(verdict.state, STATE_OK);
	ck_assert_str_eq(
		sample_summary(arena, &verdict), "the domain example.org accepts no mail (null MX)");
	s->report.null_mx = s->report.mx_used = false;
	ck_assert_str_eq(summary_of(s), "nothing was probed");
	arena_free(arena);
}
END_TEST

START_TEST(nodes_are_lined_up_worst_first) {
	struct arena *arena = unit_arena();
	struct sample *s = sample_new(arena);
	sample_add_second(s);
	s->nodes[1].result.smtp.starttls_offered_in_tls = true;
	s->nodes[0].chosen = true;
	struct verdict verdict = judged(s);
	ck_assert_uint_eq(verdict.n_nodes, 2);
	ck_assert_ptr_eq(verdict.nodes[0].node, &s->nodes[1]);
	ck_assert_int_eq(verdict.nodes[0].state, STATE_WARNING);
	ck_assert_int_eq(verdict.nodes[1].state, STATE_OK);
	s->nodes[0].chosen = false;
	ck_assert_uint_eq(judged(s).n_nodes, 1);
	arena_free(arena);
}
END_TEST

START_TEST(a_finding_about_a_host_that_was_not_reached_counts_for_its_nodes) {
	struct arena *arena = unit_arena();
	struct sample *s = sample_new(arena);
	sample_fail(s, PROBE_CONNECTING, ERR_NET, "Connection refused");
	s->records[1].unusable = "unknown selector";
	limits_set_state(&s->limits, FINDING_CONNECT_FAILED, STATE_OK);
	struct verdict verdict = judged(s);
	ck_assert_int_eq(verdict.nodes[0].state, STATE_WARNING);
	ck_assert_ptr_nonnull(strstr(sample_summary(arena, &verdict), "mx1.example.org: 1 of 2 TLSA"));
	arena_free(arena);
}
END_TEST

/* Findings in any number: more than a table would hold. */
START_TEST(many_findings_are_all_kept) {
	struct arena *arena = unit_arena();
	struct sample *s = sample_new(arena);
	struct report_node *nodes = arena_alloc_array(arena, REPORT_NODES_MAX, sizeof *nodes);
	for (size_t i = 0; i < REPORT_NODES_MAX; i++) {
		nodes[i] = s->nodes[0];
		nodes[i].result.smtp.injected_octets = 1;
		nodes[i].result.smtp.requiretls_in_clear = true;
	}
	s->report.nodes = nodes;
	s->report.n_nodes = REPORT_NODES_MAX;
	struct verdict verdict = judged(s);
	ck_assert_uint_eq(verdict.n_findings, 2U * REPORT_NODES_MAX);
	ck_assert_uint_eq(verdict.n_nodes, REPORT_NODES_MAX);
	arena_free(arena);
}
END_TEST

/* What a node line says. */
static void plain(struct sample *s) {
	sample_set_level(s, TLS_LEVEL_NONE);
	s->nodes[0].result.tls = NULL;
}

static void plain_not_offered(struct sample *s) {
	plain(s);
	s->nodes[0].result.smtp.starttls_offered = false;
}

static void at_may(struct sample *s) {
	sample_set_level(s, TLS_LEVEL_MAY);
}

static void anonymous(struct sample *s) {
	at_may(s);
	s->tls[0].proof.status = TLS_STATUS_ANONYMOUS;
	s->tls[0].n_chain = 0;
}

static void at_secure(struct sample *s) {
	sample_set_level(s, TLS_LEVEL_SECURE);
	s->tls[0].proof.matched_name = span_of("*.example.org");
}

static void at_secure_by_anchor(struct sample *s) {
	at_secure(s);
	s->tls[0].proof.matched_name.len = 0;
}

static void by_fingerprint(struct sample *s) {
	sample_set_level(s, TLS_LEVEL_FINGERPRINT);
	s->tls[0].proof.matched = TLS_MATCHED_FINGERPRINT;
}

static void half_dane(struct sample *s) {
	s->tls[0].proof.status = TLS_STATUS_TRUSTED;
}

static void for_the_report(struct sample *s) {
	at_secure(s);
	s->nodes[0].policy.level = TLS_LEVEL_MAY;
	s->nodes[0].policy.report_as = TLS_LEVEL_SECURE;
}

static void for_the_report_in_vain(struct sample *s) {
	for_the_report(s);
	s->nodes[0].policy.reason = POLICY_NO_TLSA;
	s->hosts[0].tlsa_state = TLSA_STATE_ABSENT;
	sample_add_error(s, TLS_VERIFY_SELF_SIGNED_LEAF, 0, "self-signed certificate");
}

static void for_the_report_of_another_name(struct sample *s) {
	for_the_report_in_vain(s);
	s->errors[0].code = TLS_VERIFY_HOSTNAME;
	s->tls[0].proof.status = TLS_STATUS_TRUSTED;
	s->tls[0].proof.matched_name.len = 0;
}

static void expired(struct sample *s) {
	s->chain[0].not_after = SAMPLE_NOW - 4 * SAMPLE_DAY;
}

static void unreachable(struct sample *s) {
	sample_fail(s, PROBE_CONNECTING, ERR_NET, "Connection refused");
}

static void no_handshake(struct sample *s) {
	sample_fail(s, PROBE_HANDSHAKE, ERR_TLS, "alert");
}

static void at_encrypt(struct sample *s) {
	sample_set_level(s, TLS_LEVEL_ENCRYPT);
}

/* The wish was dane, but nothing is demanded of this node. */
static void lenient(struct sample *s, enum policy_reason reason) {
	sample_set_level(s, TLS_LEVEL_MAY);
	s->spec.wish.level = TLS_LEVEL_DANE;
	s->nodes[0].policy.reason = reason;
}

static void address(struct sample *s) {
	lenient(s, POLICY_NOT_APPLICABLE);
}

static void socket_at_dane(struct sample *s) {
	lenient(s, POLICY_NOT_APPLICABLE);
	s->nodes[0].family = 0;
}

static void unusable(struct sample *s) {
	lenient(s, POLICY_TLSA_UNUSABLE);
}

static void unsigned_mx(struct sample *s) {
	lenient(s, POLICY_MX_INSECURE_ENCRYPT);
}

static void unsigned_host(struct sample *s) {
	lenient(s, POLICY_NO_TLSA);
	s->hosts[0].tlsa_state = TLSA_STATE_HOST_INSECURE;
}

static void no_greeting(struct sample *s) {
	sample_fail(s, PROBE_GREETING, ERR_TIMEOUT, "timed out");
}

static const struct {
	void (*change)(struct sample *s);
	const char *text;
} lines[] = {
	{plain, "no TLS, STARTTLS is offered"},
	{plain_not_offered, "no TLS, STARTTLS is not offered"},
	{at_may,
		"Untrusted TLS, nothing verified (level may), TLSv1.3, certificate expires in 61 days"},
	{at_encrypt,
		"Untrusted TLS, nothing verified (level encrypt), TLSv1.3, certificate expires in 61 days"},
	{address,
		"Untrusted TLS, nothing verified (DANE needs a mail domain or a host name, this is an "
		"address), TLSv1.3, certificate expires in 61 days"},
	{socket_at_dane, "Untrusted TLS, nothing verified (DANE does not apply to a socket), TLSv1.3, "
					 "certificate expires in 61 days"},
	{unusable, "Untrusted TLS, nothing verified (no usable TLSA records), TLSv1.3, certificate "
			   "expires in 61 days"},
	{unsigned_mx, "Untrusted TLS, nothing verified (the MX answer is not signed), TLSv1.3, "
				  "certificate expires in 61 days"},
	{unsigned_host,
		"Untrusted TLS, nothing verified (no signed TLSA records), TLSv1.3, certificate "
		"expires in 61 days"},
	{anonymous, "Anonymous TLS, nothing verified (level may), TLSv1.3"},
	{at_secure, "Verified as \"*.example.org\", TLSv1.3, certificate expires in 61 days"},
	{at_secure_by_anchor, "Verified TLS, TLSv1.3, certificate expires in 61 days"},
	{by_fingerprint, "Verified by fingerprint, TLSv1.3, certificate expires in 61 days"},
	{half_dane, "Trusted by DANE-EE 3 1 1, TLSv1.3, certificate expires in 61 days"},
	{for_the_report, "Trusted as \"*.example.org\", TLSv1.3, certificate expires in 61 days"},
	{for_the_report_in_vain,
		"Untrusted TLS (level secure would fail: self-signed certificate), nothing verified (no "
		"TLSA records), TLSv1.3, certificate expires in 61 days"},
	{for_the_report_of_another_name, "Trusted TLS (level secure would fail: the certificate does "
									 "not name example.org), TLSv1.3, "
									 "certificate expires in 61 days"},
	{expired, "Verified by DANE-EE 3 1 1, TLSv1.3, certificate expired 4 days ago"},
	{unreachable, "no connection"},
	{no_handshake, "no TLS: the handshake did not complete"},
	{no_greeting, "no TLS, ended while waiting for the greeting"},
};

START_TEST(a_node_line_says_what_was_reached) {
	struct arena *arena = unit_arena();
	struct sample *s = sample_new(arena);
	lines[_i].change(s);
	struct verdict verdict = judged(s);
	struct phrase words = node_words(arena, &verdict, verdict.nodes[0].node);
	ck_assert_str_eq(phrase_plain(arena, &words), lines[_i].text);
	arena_free(arena);
}
END_TEST

START_TEST(a_unix_socket_is_named_by_its_path) {
	struct arena *arena = unit_arena();
	struct sample *s = sample_new(arena);
	plain(s);
	s->nodes[0].family = 0;
	s->nodes[0].address = "/run/lmtp";
	s->hosts[0].name = "";
	ck_assert_str_eq(summary_of(s), "unix:/run/lmtp: no TLS, STARTTLS is offered");
	ck_assert_uint_eq(subject_words(arena, &(struct subject){.host = &s->hosts[0]}).n, 0);
	ck_assert_uint_eq(subject_words(arena, &(struct subject){.host = NULL}).n, 0);
	arena_free(arena);
}
END_TEST

UNIT_MAIN("verdict", tcase_add_test(tc, a_good_run_is_ok_and_says_why);
		  tcase_add_test(tc, the_worst_finding_leads_and_errors_outrank_thresholds);
		  tcase_add_test(tc, a_warning_threshold_is_a_warning);
		  tcase_add_test(tc, an_assignment_replaces_the_state_everywhere);
		  tcase_add_test(tc, findings_that_are_set_ok_leave_the_run_ok);
		  tcase_add_test(tc, nodes_are_lined_up_worst_first);
		  tcase_add_test(tc, a_finding_about_a_host_that_was_not_reached_counts_for_its_nodes);
		  tcase_add_test(tc, many_findings_are_all_kept); tcase_add_loop_test(
			  tc, a_node_line_says_what_was_reached, 0, (int)(sizeof lines / sizeof *lines));
		  tcase_add_test(tc, a_unix_socket_is_named_by_its_path);)
