/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* --expect-security over everything that a node can reach. */
#include "sample_report.h"

#define CRIT STATE_CRITICAL

static void want_sts(struct sample *s) {
	s->limits.security = SECURITY_STS;
}

static void policy_without_ca(struct sample *s) {
	s->report.policy.outcome = POLICY_FAILED;
}

static void policy_under_way(struct sample *s) {
	s->report.policy.cut_off = true;
}

static void want_tls(struct sample *s) {
	s->limits.security = SECURITY_TLS;
}

static void want_pkix(struct sample *s) {
	s->limits.security = SECURITY_PKIX;
}

static void want_dane(struct sample *s) {
	s->limits.security = SECURITY_DANE;
}

static void want_ta(struct sample *s) {
	s->limits.security = SECURITY_DANE_TA;
}

static void want_ee(struct sample *s) {
	s->limits.security = SECURITY_DANE_EE;
}

static void by_issuer(struct sample *s) {
	s->tls[0].proof.matched = TLS_MATCHED_DANE_TA;
}

static void by_issuer_key(struct sample *s) {
	s->tls[0].proof.matched = TLS_MATCHED_DANE_TA_KEY;
}

static void by_raw_key(struct sample *s) {
	s->tls[0].proof.matched = TLS_MATCHED_DANE_RAW_KEY;
}

static void half(struct sample *s) {
	s->nodes[0].policy.level = s->nodes[0].policy.report_as = TLS_LEVEL_HALF_DANE;
	s->nodes[0].policy.reason = POLICY_MX_INSECURE_DANE;
}

static void mismatch(struct sample *s) {
	sample_add_error(s, TLS_VERIFY_DANE_NO_MATCH, 0, "No matching DANE TLSA records");
}

/* Verified for the report only. */
static void absent(struct sample *s) {
	s->hosts[0].tlsa_state = TLSA_STATE_ABSENT;
	s->hosts[0].n_tlsa = 0;
	s->nodes[0].policy = (struct tls_policy){
		.level = TLS_LEVEL_MAY, .report_as = TLS_LEVEL_SECURE, .reason = POLICY_NO_TLSA};
	s->tls[0].proof.matched = TLS_MATCHED_NOTHING;
	s->tls[0].proof.matched_record = -1;
	s->tls[0].proof.status = TLS_STATUS_TRUSTED;
}

static void absent_without_validation(struct sample *s) {
	absent(s);
	s->report.validation_check = &s->validation_check;
	s->validation_check.secure = false;
}

static void absent_untrusted(struct sample *s) {
	absent(s);
	sample_add_error(s, TLS_VERIFY_SELF_SIGNED_LEAF, 0, "self-signed certificate");
}

static void absent_wrong_name(struct sample *s) {
	absent(s);
	s->tls[0].proof.name_matched = false;
}

static void unsigned_records(struct sample *s) {
	absent(s);
	s->hosts[0].tlsa_state = TLSA_STATE_INSECURE;
}

static void unsigned_host(struct sample *s) {
	absent(s);
	s->hosts[0].tlsa_state = TLSA_STATE_HOST_INSECURE;
}

static void unusable(struct sample *s) {
	absent_untrusted(s);
	s->hosts[0].tlsa_state = TLSA_STATE_UNUSABLE;
}

static void address(struct sample *s) {
	absent(s);
	s->hosts[0].tlsa_state = TLSA_STATE_NOT_APPLICABLE;
}

static void secure(struct sample *s) {
	sample_set_level(s, TLS_LEVEL_SECURE);
}

static void encrypts(struct sample *s) {
	sample_set_level(s, TLS_LEVEL_ENCRYPT);
}

static void anonymous(struct sample *s) {
	absent(s);
	s->tls[0].n_chain = 0;
	s->tls[0].proof.trusted = s->tls[0].proof.name_matched = false;
	s->tls[0].proof.status = TLS_STATUS_ANONYMOUS;
}

static void clear(struct sample *s) {
	sample_set_level(s, TLS_LEVEL_MAY);
	s->nodes[0].result.tls = NULL;
	s->nodes[0].result.smtp.starttls_offered = false;
}

static void handshake(struct sample *s) {
	sample_fail(s, PROBE_HANDSHAKE, ERR_TLS, "handshake failure");
}

static void refused(struct sample *s) {
	sample_fail(s, PROBE_CONNECTING, ERR_NET, "refused");
}

static void deferred(struct sample *s) {
	sample_refuse(s, SMTP_STAGE_GREETING, 450, "450 later");
}

static void deadline(struct sample *s) {
	sample_fail(s, PROBE_HANDSHAKE, ERR_BUDGET, "the deadline passed");
}

static void local(struct sample *s) {
	sample_fail(s, PROBE_STARTTLS, ERR_LOCAL, "no memory");
}

static void by_issuer_for_rsa(struct sample *s) {
	s->tls[1] = s->tls[0];
	s->tls[1].proof.matched = TLS_MATCHED_DANE_TA;
	s->nodes[0].key_types[TLS_KEY_RSA] = (struct key_type){KEY_TYPE_SHOWN, &s->tls[1], {0}};
	s->spec.key_types = true;
}

static void nothing(struct sample *s) {
	(void)s;
}

#define REACHED(what) "the security reached is " what ", less than --expect-security="

static const struct {
	const char *name;
	void (*expect)(struct sample *s);
	void (*reach)(struct sample *s);
	int state;
	const char *text;
} rows[] = {
	{"nothing expected", nothing, absent, SAMPLE_ABSENT, NULL},
	{"3 1 1 for dane-ee", want_ee, nothing, SAMPLE_ABSENT, NULL},
	{"3 1 1 for dane", want_dane, nothing, SAMPLE_ABSENT, NULL},
	{"3 1 1 for pkix", want_pkix, nothing, SAMPLE_ABSENT, NULL},
	{"raw key for dane-ee", want_ee, by_raw_key, SAMPLE_ABSENT, NULL},
	{"2 1 1 for dane-ee", want_ee, by_issuer, CRIT, "usage 2 matched: " REACHED("dane-ta")},
	{"2 1 0 for dane-ee", want_ee, by_issuer_key, CRIT, "usage 2 matched: " REACHED("dane-ta")},
	{"2 1 1 for dane-ta", want_ta, by_issuer, SAMPLE_ABSENT, NULL},
	{"2 1 1 for dane", want_dane, by_issuer, SAMPLE_ABSENT, NULL},
	{"half-dane for dane", want_dane, half, CRIT,
		"the MX answer is not signed: " REACHED("pkix") "dane; see whether a DS"},
	{"half-dane for pkix", want_pkix, half, SAMPLE_ABSENT, NULL},
	{"mismatch for dane", want_dane, mismatch, CRIT,
		"No matching DANE TLSA records: " REACHED("tls")},
	{"mismatch for tls", want_tls, mismatch, SAMPLE_ABSENT, NULL},
	{"absent for dane", want_dane, absent, CRIT,
		"no TLSA records: " REACHED("pkix") "dane; see whether a DS"},
	{"absent for pkix", want_pkix, absent, SAMPLE_ABSENT, NULL},
	{"absent without validation", want_dane, absent_without_validation, SAMPLE_ABSENT, NULL},
	{"untrusted for pkix", want_pkix, absent_untrusted, CRIT,
		"self-signed certificate: " REACHED("tls") "pkix"},
	{"wrong name for pkix", want_pkix, absent_wrong_name, CRIT, REACHED("tls")},
	{"unsigned records", want_dane, unsigned_records, CRIT, "the TLSA records are not signed: "},
	{"unsigned host", want_dane, unsigned_host, CRIT, "the host's addresses are not signed: "},
	{"unusable records", want_dane, unusable, CRIT, "no usable TLSA record: " REACHED("tls")},
	{"address", want_dane, address, CRIT, "DANE does not apply"},
	{"secure for pkix", want_pkix, secure, SAMPLE_ABSENT, NULL},
	{"encrypt for tls", want_tls, encrypts, SAMPLE_ABSENT, NULL},
	{"anonymous for tls", want_tls, anonymous, SAMPLE_ABSENT, NULL},
	{"anonymous for pkix", want_pkix, anonymous, CRIT, "no certificate was shown: "},
	{"clear for tls", want_tls, clear, CRIT, "no STARTTLS: " REACHED("no TLS at all") "tls"},
	{"handshake for tls", want_tls, handshake, CRIT, "the TLS handshake failed: "},
	{"not reached", want_dane, refused, SAMPLE_ABSENT, NULL},
	{"deferred", want_dane, deferred, SAMPLE_ABSENT, NULL},
	{"our deadline", want_tls, deadline, SAMPLE_ABSENT, NULL},
	{"our fault", want_tls, local, SAMPLE_ABSENT, NULL},
	{"no policy for sts", want_sts, nothing, CRIT,
		"no MTA-STS policy is enforced: less than --expect-security=sts"},
	{"a policy that this machine cannot fetch", want_sts, policy_without_ca, SAMPLE_ABSENT, NULL},
	{"a policy that came too late for the run", want_sts, policy_under_way, SAMPLE_ABSENT, NULL},
	{"the other certificate", want_ee, by_issuer_for_rsa, CRIT, REACHED("dane-ta")},
	{"the other certificate is enough", want_dane, by_issuer_for_rsa, SAMPLE_ABSENT, NULL},
};

START_TEST(less_than_expected_is_told) {
	struct arena *arena = unit_arena();
	struct sample *s = sample_new(arena);
	rows[_i].reach(s);
	rows[_i].expect(s);
	struct verdict verdict = judge(arena, &s->report, &s->limits, SAMPLE_NOW);
	const struct finding *finding = sample_find(&verdict, FINDING_EXPECTED_SECURITY);
	int state = finding == NULL ? SAMPLE_ABSENT : (int)finding->state;
	ck_assert_msg(state == rows[_i].state, "%s: state %d", rows[_i].name, state);
	if (rows[_i].text != NULL) {
		const char *words = sample_words(arena, finding);
		ck_assert_msg(strstr(words, rows[_i].text) != NULL, "%s: %s", rows[_i].name, words);
	}
	arena_free(arena);
}
END_TEST

UNIT_MAIN("verdict_expected", tcase_add_loop_test(tc, less_than_expected_is_told, 0,
								  (int)(sizeof rows / sizeof *rows));)
