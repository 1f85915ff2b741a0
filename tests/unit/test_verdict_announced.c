/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What the mail domain announces: a row per situation. */
#include "sample_report.h"

#define WARN STATE_WARNING

static void announce(struct sample *s, enum policy_record_outcome outcome, const char *text) {
	struct dns_question *question = arena_alloc(s->arena, sizeof *question);
	*question = (struct dns_question){.name = "_mta-sts.example.org", .type = DNS_TYPE_TXT};
	s->report.sts = (struct report_announcement){.question = question, .known = true};
	s->report.sts.record.outcome = outcome;
	s->report.sts.record.text = span_of(text);
	s->report.sts.record.fault = outcome == POLICY_RECORD_INVALID ? "it has no id" : NULL;
}

static void not_asked(struct sample *s) {
	(void)s;
}

static void unanswered(struct sample *s) {
	announce(s, POLICY_RECORD_ABSENT, "");
	s->report.sts.known = false;
}

static void absent(struct sample *s) {
	announce(s, POLICY_RECORD_ABSENT, "");
}

static void sound(struct sample *s) {
	announce(s, POLICY_RECORD_VALID, "v=STSv1; id=1;");
}

static void malformed(struct sample *s) {
	announce(s, POLICY_RECORD_INVALID, "v=STSv1; <x> |");
}

static void several(struct sample *s) {
	announce(s, POLICY_RECORD_SEVERAL, "v=STSv1; id=1;");
}

/* --- by CA --- */

static void prove(struct sample *s, int code, int depth) {
	struct tls_proof *proof = arena_alloc(s->arena, sizeof *proof);
	sound(s);
	proof->trusted = proof->name_matched = code == 0;
	if (code != 0) {
		s->errors[0] = (struct tls_verify_error){
			.code = code, .depth = depth, .words = "words", .issuer = span_of("/CN=<Issuer>")};
		proof->errors = s->errors;
		proof->n_errors = 1;
	}
	s->nodes[0].proofs[REPORT_PROOF_HOST] = proof;
}

static void fine(struct sample *s) {
	prove(s, 0, 0);
}

static void incomplete(struct sample *s) {
	prove(s, TLS_VERIFY_NO_LOCAL_ISSUER, 0);
}

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
	{"anything else", weak, FINDING_PKIX_FAILS, WARN, "would refuse it: words"},
	{"nobody delivers there", refused_by_all, FINDING_PKIX_FAILS, SAMPLE_ABSENT, NULL},
	{"the level looks at CAs itself", at_secure, FINDING_PKIX_FAILS, SAMPLE_ABSENT, NULL},
};

START_TEST(an_announcement_that_senders_ignore_is_a_warning) {
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

UNIT_MAIN(
	"verdict_announced", tcase_add_loop_test(tc, an_announcement_that_senders_ignore_is_a_warning,
							 0, (int)(sizeof rows / sizeof *rows));
	tcase_add_loop_test(
		tc, senders_see_what_the_report_says, 0, (int)(sizeof views / sizeof *views));)
