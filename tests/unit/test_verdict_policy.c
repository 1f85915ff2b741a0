/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The MTA-STS policy, what came of fetching it, TLSRPT, and what senders make of all that. */
#include "announced_sample.h"

#include "golden.h"
#include "render/formats.h"

#define WARN STATE_WARNING

/* --- the policy --- */

static struct policy_facts *fetched(struct sample *s, const char *text) {
	sound(s);
	s->spec.mta_sts = SURVEY_STS_CHECK;
	s->report.policy = (struct policy_facts){.outcome = POLICY_FETCHED,
		.host = "mta-sts.example.org",
		.status = 200,
		.type = span_of("text/plain;charset=utf-8"),
		.policy = sts_policy_read(s->arena, span_of(text))};
	return &s->report.policy;
}

#define POLICY(mode, mx) "version: STSv1\nmode: " mode "\nmx: " mx "\nmax_age: 604800\n"

static void enforced(struct sample *s) {
	(void)fetched(s, POLICY("enforce", "*.example.org"));
}

static void enforced_and_incomplete(struct sample *s) {
	incomplete(s);
	enforced(s);
}

static void enforced_and_fine(struct sample *s) {
	fine(s);
	enforced(s);
}

static void tested(struct sample *s) {
	(void)fetched(s, POLICY("testing", "mx1.example.org"));
}

static void tested_and_incomplete(struct sample *s) {
	incomplete(s);
	tested(s);
}

static void withdrawn(struct sample *s) {
	(void)fetched(s, "version: STSv1\nmode: none\nmax_age: 86400\n");
}

static void withdrawn_and_incomplete(struct sample *s) {
	incomplete(s);
	withdrawn(s);
}

static void of_another_host(struct sample *s) {
	(void)fetched(s, POLICY("enforce", "mx7.example.org\nmx: mx8.example.org"));
}

static void of_another_host_tested(struct sample *s) {
	(void)fetched(s, POLICY("testing", "mx7.example.org"));
}

static void short_lived(struct sample *s) {
	(void)fetched(s, "version: STSv1\nmode: enforce\nmx: mx1.example.org\nmax_age: 60\n");
}

static void as_a_page(struct sample *s) {
	fetched(s, POLICY("enforce", "mx1.example.org"))->type = span_of("text/html; <x>");
}

static void garbled(struct sample *s) {
	(void)fetched(s, "version: STSv1\nmode: strict\n");
}

static void garbled_though_required(struct sample *s) {
	garbled(s);
	s->spec.mta_sts = SURVEY_STS_REQUIRE;
}

static void not_found(struct sample *s) {
	struct policy_facts *facts = fetched(s, "");
	facts->outcome = POLICY_STATUS;
	facts->status = 404;
}

static void not_found_though_required(struct sample *s) {
	not_found(s);
	s->spec.mta_sts = SURVEY_STS_REQUIRE;
}

static void not_found_and_incomplete(struct sample *s) {
	incomplete(s);
	not_found(s);
}

static void not_found_and_fine(struct sample *s) {
	fine(s);
	not_found(s);
}

static void moved(struct sample *s) {
	not_found(s);
	s->report.policy.status = 302;
}

static void without(struct sample *s, enum policy_fetch outcome) {
	fetched(s, "")->outcome = outcome;
	s->report.policy.words = span_of("words|");
}

static void too_long(struct sample *s) {
	without(s, POLICY_TOO_LONG);
}

static void bad_certificate(struct sample *s) {
	without(s, POLICY_UNTRUSTED);
}

static void no_libcurl(struct sample *s) {
	without(s, POLICY_FAILED);
	(void)err_set(&s->report.policy.err, ERR_LOCAL, "no libcurl");
}

static void required(struct sample *s) {
	s->spec.mta_sts = SURVEY_STS_REQUIRE;
}

static void required_enforced(struct sample *s) {
	enforced(s);
	required(s);
}

static void required_tested(struct sample *s) {
	tested(s);
	required(s);
}

static void required_absent(struct sample *s) {
	absent(s);
	required(s);
}

static void required_malformed(struct sample *s) {
	malformed(s);
	required(s);
}

static void required_unanswered(struct sample *s) {
	unanswered(s);
	required(s);
}

static void expected(struct sample *s) {
	s->limits.security = SECURITY_STS;
}

static void expected_enforced(struct sample *s) {
	enforced_and_fine(s);
	expected(s);
}

static void expected_incomplete(struct sample *s) {
	enforced_and_incomplete(s);
	expected(s);
}

static void expected_tested(struct sample *s) {
	fine(s);
	tested(s);
	expected(s);
}

static void no_reports(struct sample *s) {
	reports(s, POLICY_RECORD_ABSENT);
}

static void two_reports(struct sample *s) {
	reports(s, POLICY_RECORD_SEVERAL);
}

static void bad_reports(struct sample *s) {
	reports(s, POLICY_RECORD_INVALID);
}

static void good_reports(struct sample *s) {
	reports(s, POLICY_RECORD_VALID);
}

#define UNREACHABLE FINDING_STS_POLICY_UNREACHABLE
#define CRIT STATE_CRITICAL

static const struct sample_row rows[] = {
	{"enforced, and a chain that is not fine", enforced_and_incomplete, FINDING_PKIX_FAILS, CRIT,
		"was not sent (the domain enforces MTA-STS)"},
	{"the same in mode testing", tested_and_incomplete, FINDING_PKIX_FAILS, WARN,
		"was not sent (the domain tests MTA-STS)"},
	{"in mode none", withdrawn_and_incomplete, FINDING_PKIX_FAILS, SAMPLE_ABSENT, NULL},
	{"some may remember one", not_found_and_incomplete, FINDING_PKIX_FAILS, WARN,
		"(the domain announces MTA-STS)"},
	{"a host in the policy", enforced, FINDING_STS_MX_UNCOVERED, SAMPLE_ABSENT, NULL},
	{"a host that is not", of_another_host, FINDING_STS_MX_UNCOVERED, CRIT,
		"matches mx1.example.org: senders that know MTA-STS do not deliver to it"},
	{"while it is tested", of_another_host_tested, FINDING_STS_MX_UNCOVERED, WARN,
		"will not deliver to it once it is enforced"},
	{"nothing to note", enforced, FINDING_STS_NOTE, SAMPLE_ABSENT, NULL},
	{"a pattern without a host", of_another_host, FINDING_STS_NOTE, STATE_OK,
		"the pattern \"mx7.example.org\" and 1 more of the MTA-STS policy match no MX host"},
	{"testing", tested, FINDING_STS_NOTE, STATE_OK, "in mode testing"},
	{"none", withdrawn, FINDING_STS_NOTE, STATE_OK, "in mode none"},
	{"a minute", short_lived, FINDING_STS_NOTE, STATE_OK, "max_age 60"},
	{"a page", as_a_page, FINDING_STS_NOTE, STATE_OK, "but as \"text/html; {x}\""},
	{"a policy that cannot be read", garbled, FINDING_STS_POLICY_INVALID, WARN, "in line 2"},
	{"though required", garbled_though_required, FINDING_STS_POLICY_INVALID, CRIT, "is not valid"},
	{"too long", too_long, FINDING_STS_POLICY_INVALID, WARN, "longer than 65,536 octets"},
	{"not found", not_found, UNREACHABLE, WARN, "status 404; senders"},
	{"not found though required", not_found_though_required, UNREACHABLE, CRIT, "status 404"},
	{"moved", moved, UNREACHABLE, WARN, "status 302, and redirects are not followed"},
	{"no library", no_libcurl, FINDING_LOCAL_ERROR, STATE_UNKNOWN, "was not fetched: no libcurl"},
	{"no library is not the domain's fault", no_libcurl, UNREACHABLE, SAMPLE_ABSENT, NULL},
	{"required, and there", required_enforced, FINDING_STS_MISSING, SAMPLE_ABSENT, NULL},
	{"required, and tested", required_tested, FINDING_STS_MISSING, CRIT, "is not enforced"},
	{"required, and absent", required_absent, FINDING_STS_MISSING, CRIT, "announces no MTA-STS"},
	{"required, and malformed", required_malformed, FINDING_STS_MISSING, CRIT, "take for one"},
	{"required, and unknown", required_unanswered, FINDING_STS_MISSING, CRIT, "be looked up"},
	{"required, and unreachable", not_found_though_required, FINDING_STS_MISSING, SAMPLE_ABSENT,
		NULL},
	{"not required", absent, FINDING_STS_MISSING, SAMPLE_ABSENT, NULL},
	{"expected, and reached", expected_enforced, FINDING_EXPECTED_SECURITY, SAMPLE_ABSENT, NULL},
	{"expected: DANE is not it", expected_incomplete, FINDING_EXPECTED_SECURITY, CRIT,
		"an issuer was not sent: less than --expect-security=sts"},
	{"expected, and tested", expected_tested, FINDING_EXPECTED_SECURITY, CRIT,
		"no MTA-STS policy is enforced"},
	{"no reports wanted", no_reports, FINDING_TLSRPT_MISSING, STATE_OK,
		"at _smtp._tls.example.org"},
	{"twice", two_reports, FINDING_TLSRPT_INVALID, WARN, "several v=TLSRPTv1 records"},
	{"not where", bad_reports, FINDING_TLSRPT_INVALID, WARN, "(it has no rua)"},
	{"reports wanted", good_reports, FINDING_TLSRPT_INVALID, SAMPLE_ABSENT, NULL},
	{"and not missing", good_reports, FINDING_TLSRPT_MISSING, SAMPLE_ABSENT, NULL},
};

static const struct {
	enum policy_fetch outcome;
	const char *words;
} failures[] = {
	{POLICY_NO_HOST, "the name has no address; senders"},
	{POLICY_LOOKUP_FAILED, "the lookup of its address failed; senders"},
	{POLICY_NOT_CONNECTED, "no connection (\"words!\"); senders"},
	{POLICY_TLS_FAILED, "the TLS handshake failed (\"words!\"); senders"},
	{POLICY_UNTRUSTED, "its certificate is not valid (\"words!\"); senders"},
	{POLICY_BROKEN, "the answer is not HTTP, or ends early (\"words!\"); senders"},
	{POLICY_TIMED_OUT, "no answer in time; senders"},
};

START_TEST(a_fetch_that_fails_says_how) {
	struct sample *s = sample_new(unit_arena());
	without(s, failures[_i].outcome);
	struct verdict verdict = judge(s->arena, &s->report, &s->limits, SAMPLE_NOW);
	const struct finding *finding = sample_find(&verdict, UNREACHABLE);
	ck_assert_ptr_nonnull(finding);
	ck_assert_ptr_nonnull(strstr(sample_words(s->arena, finding), failures[_i].words));
	s->report.policy.words = (struct span){NULL, 0};
	verdict = judge(s->arena, &s->report, &s->limits, SAMPLE_NOW);
	ck_assert_ptr_null(strstr(sample_words(s->arena, sample_find(&verdict, UNREACHABLE)), "(\""));
}
END_TEST

START_TEST(a_policy_is_judged) {
	sample_check(&rows[_i]);
}
END_TEST

/* --- the view --- */

static void nothing(struct sample *s) {
	(void)s;
}

static void unreached(struct sample *s) {
	sample_fail(s, PROBE_CONNECTING, ERR_NET, "refused");
}

static void no_starttls(struct sample *s) {
	s->nodes[0].result.tls = NULL;
	s->nodes[0].result.smtp.starttls_offered = false;
}

static void starttls_refused(struct sample *s) {
	sample_refuse(s, SMTP_STAGE_STARTTLS, 454, "454 no");
}

static void deferred(struct sample *s) {
	sample_refuse(s, SMTP_STAGE_EHLO, 421, "421 later");
}

static void handshake_fails(struct sample *s) {
	sample_fail(s, PROBE_HANDSHAKE, ERR_TLS, "alert");
}

static void mismatch(struct sample *s) {
	sample_add_error(s, TLS_VERIFY_DANE_NO_MATCH, 0, "no match");
}

static void unsigned_mx(struct sample *s) {
	s->mx.secure = false;
}

static void our_fault(struct sample *s) {
	sample_fail(s, PROBE_CONNECTING, ERR_LOCAL, "no socket");
}

static void requires_tls(struct sample *s) {
	s->nodes[0].result.smtp.tls_ehlo = sample_reply(s->arena, 250, "250 REQUIRETLS");
}

static void not_dane(struct sample *s) {
	sample_set_level(s, TLS_LEVEL_MAY);
}

/* A letter for each sender in its order: Authenticated, Encrypted, Clear, Defers, Bounces. */
static const struct {
	const char *name;
	void (*change)(struct sample *s);
	const char *views;
} views[] = {
	{"a record matches, no CA was asked", nothing, "EEAAEADDB"},
	{"and the chain is fine", fine, "EEAAAAADB"},
	{"and it is not", incomplete, "EEAADADDB"},
	{"a policy that is enforced", enforced_and_fine, "EEAAAAADB"},
	{"and the chain is not fine", enforced_and_incomplete, "EEAADADDB"},
	{"a policy without the host", of_another_host, "EEAADADDB"},
	{"one that is tested", tested_and_incomplete, "EEAAEADDB"},
	{"one that nobody gets", not_found_and_fine, "EEAAEAADB"},
	{"REQUIRETLS is offered", requires_tls, "EEAAEADDA"},
	{"the MX answer is not signed", unsigned_mx, "EEEDEEDDB"},
	{"no record matches", mismatch, "EEDDEDDDD"},
	{"nobody answers", unreached, "DDDDDDDDD"},
	{"a deferral", deferred, "DDDDDDDDD"},
	{"no STARTTLS", no_starttls, "CDDDCDDDD"},
	{"STARTTLS is refused", starttls_refused, "CDDDCDDDD"},
	{"the handshake fails", handshake_fails, "CDDDCDDDD"},
	{"a failure of this machine", our_fault, ""},
	{"a level without TLSA lookups", not_dane, "EEEDD"},
};

START_TEST(senders_see_what_the_report_says) {
	struct arena *arena = unit_arena();
	struct sample *s = sample_new(arena);
	char seen[SENDER_COUNT + 1] = "";
	views[_i].change(s);
	s->spec.view = REPORT_VIEW_FACTS;
	struct verdict verdict = judge(arena, &s->report, &s->limits, SAMPLE_NOW);
	ck_assert_ptr_nonnull(verdict.senders);
	for (size_t i = 0; i < verdict.senders->n; i++) {
		seen[i] = "AECDB"[verdict.senders->rows[i].domain.outcome];
	}
	ck_assert_msg(strcmp(seen, views[_i].views) == 0, "%s: %s", views[_i].name, seen);
	arena_free(arena);
}
END_TEST

/* --- JSON --- */

static void with_reports(struct sample *s) {
	enforced(s);
	good_reports(s);
	s->report.policy.address = "192.0.2.9";
	s->report.policy.elapsed = 12345;
}

static const struct {
	const char *golden;
	void (*change)(struct sample *s);
} outputs[] = {
	{"policy.json", with_reports},
	{"policy_garbled.json", garbled},
	{"policy_unreachable.json", bad_certificate},
};

START_TEST(json_has_the_policy) {
	static const struct format_choice choice = {PERFDATA_NONE, "0", LINE_NEWS, NULL, NULL};
	struct arena *arena = unit_arena();
	struct sample *s = sample_new(arena);
	struct text text = text_new(arena, 1 << 20);
	outputs[_i].change(s);
	struct verdict verdict = judge(arena, &s->report, &s->limits, SAMPLE_NOW);
	formats[FORMAT_JSON].verdict(&text, &verdict, &choice);
	golden_check(outputs[_i].golden, text.at);
	arena_free(arena);
}
END_TEST

UNIT_MAIN("verdict_policy",
		  tcase_add_loop_test(tc, a_policy_is_judged, 0, (int)(sizeof rows / sizeof *rows));
		  tcase_add_loop_test(
			  tc, a_fetch_that_fails_says_how, 0, (int)(sizeof failures / sizeof *failures));
		  tcase_add_loop_test(tc, json_has_the_policy, 0, (int)(sizeof outputs / sizeof *outputs));
		  tcase_add_loop_test(
			  tc, senders_see_what_the_report_says, 0, (int)(sizeof views / sizeof *views));)
