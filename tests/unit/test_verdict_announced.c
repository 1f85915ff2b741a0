/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What the mail domain announces: a row per situation. */
#include "announced_sample.h"

#define WARN STATE_WARNING

static void not_asked(struct sample *s) {
	(void)s;
}

static void several(struct sample *s) {
	announce(s, POLICY_RECORD_SEVERAL, "v=STSv1; id=1;");
}

/* --- by CA --- */

static void asked(struct sample *s) {
	incomplete(s);
	absent(s);
	s->spec.view = REPORT_VIEW_ASKED;
}

static void not_announced(struct sample *s) {
	incomplete(s);
	absent(s);
}

static void untrusted(struct sample *s) {
	prove(s, TLS_VERIFY_NO_LOCAL_ISSUER, 1);
}

static void expired(struct sample *s) {
	prove(s, TLS_VERIFY_EXPIRED, 1);
}

static void not_yet_valid(struct sample *s) {
	prove(s, TLS_VERIFY_NOT_YET_VALID, 1);
}

static void other_name(struct sample *s) {
	prove(s, TLS_VERIFY_HOSTNAME, 0);
	((struct tls_proof *)s->nodes[0].proofs[REPORT_PROOF_HOST])->trusted = true;
}

static void by_common_name(struct sample *s) {
	fine(s);
	s->chain[0].n_names_sent = 0;
}

static void by_common_name_unannounced(struct sample *s) {
	by_common_name(s);
	absent(s);
}

static void weak(struct sample *s) {
	prove(s, TLS_VERIFY_EE_KEY_TOO_SMALL, 0);
}

static void refused_by_all(struct sample *s) {
	incomplete(s);
	sample_add_error(s, TLS_VERIFY_DANE_NO_MATCH, 0, "no match");
}

static void at_secure(struct sample *s) {
	incomplete(s);
	sample_set_level(s, TLS_LEVEL_SECURE);
}

static const struct sample_row rows[] = {
	{"not asked", not_asked, FINDING_STS_RECORD_INVALID, SAMPLE_ABSENT, NULL},
	{"no answer", unanswered, FINDING_STS_RECORD_INVALID, SAMPLE_ABSENT, NULL},
	{"no record", absent, FINDING_STS_RECORD_INVALID, SAMPLE_ABSENT, NULL},
	{"one that is sound", sound, FINDING_STS_RECORD_INVALID, SAMPLE_ABSENT, NULL},
	{"one that is not", malformed, FINDING_STS_RECORD_INVALID, WARN,
		"malformed (it has no id): senders act as if there were no MTA-STS: \"v=STSv1; {x} !\""},
	{"several", several, FINDING_STS_RECORD_INVALID, WARN, "several v=STSv1 records"},
	{"a chain that is fine", fine, FINDING_PKIX_FAILS, SAMPLE_ABSENT, NULL},
	{"an issuer not sent", incomplete, FINDING_PKIX_FAILS, WARN,
		"the issuer \"/CN={Issuer}\" of its certificate was not sent (the domain announces "
		"MTA-STS)"},
	{"asked for, without MTA-STS", asked, FINDING_PKIX_FAILS, STATE_OK, "was not sent; let"},
	{"neither asked for nor announced", not_announced, FINDING_PKIX_FAILS, SAMPLE_ABSENT, NULL},
	{"an unknown root", untrusted, FINDING_PKIX_FAILS, WARN, "the chain ends at \"/CN={Issuer}\""},
	{"expired", expired, FINDING_PKIX_FAILS, WARN, "at depth 1 has expired"},
	{"not yet valid", not_yet_valid, FINDING_PKIX_FAILS, WARN, "at depth 1 is not yet valid"},
	{"another name", other_name, FINDING_PKIX_FAILS, WARN, "names another host"},
	{"a common name alone", by_common_name, FINDING_PKIX_FAILS, WARN,
		"would refuse it: its certificate names the host as common name alone, not in "
		"subjectAltName (the domain announces MTA-STS); get a certificate that names the MX host "
		"in subjectAltName"},
	{"the same without MTA-STS", by_common_name_unannounced, FINDING_PKIX_FAILS, SAMPLE_ABSENT,
		NULL},
	{"anything else", weak, FINDING_PKIX_FAILS, WARN, "would refuse it: words"},
	{"nobody delivers there", refused_by_all, FINDING_PKIX_FAILS, SAMPLE_ABSENT, NULL},
	{"the level looks at CAs itself", at_secure, FINDING_PKIX_FAILS, SAMPLE_ABSENT, NULL},
};

START_TEST(an_announcement_that_senders_ignore_is_a_warning) {
	sample_check(&rows[_i]);
}
END_TEST

UNIT_MAIN(
	"verdict_announced", tcase_add_loop_test(tc, an_announcement_that_senders_ignore_is_a_warning,
							 0, (int)(sizeof rows / sizeof *rows));)
