/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* DNSSEC signatures over several record sets of one answer, and their algorithms. */
#include "sample_report.h"

#define OK STATE_OK
#define WARN STATE_WARNING
#define CRIT STATE_CRITICAL
#define UNKN STATE_UNKNOWN
#define HOUR 3600

/* One more signed record set in an answer. */
static struct dns_signature *add_set(
	struct sample *s, struct dns_question *question, enum dns_type type, int64_t hours) {
	struct dns_answer *answer = &question->answer;
	struct dns_signature *sets =
		arena_alloc_array(s->arena, answer->n_signatures + 1, sizeof *sets);
	for (size_t i = 0; i < answer->n_signatures; i++) {
		sets[i] = answer->signatures[i];
	}
	struct dns_signature *last = &sets[answer->n_signatures++];
	answer->signatures = sets;
	*last = sets[0];
	last->type = type;
	last->expiration = SAMPLE_NOW + hours * HOUR;
	return last;
}

/* It ends first and lives for two days only: that is how it is meant. */
static void alias_signed_online(struct sample *s) {
	struct dns_signature *alias = add_set(s, &s->a[0], DNS_TYPE_CNAME, 30);
	alias->inception = alias->first_inception = SAMPLE_NOW - 18 * HOUR;
}

static void alias_online_address_ending(struct sample *s) {
	alias_signed_online(s);
	s->a[0].answer.signatures[0].expiration = SAMPLE_NOW + 40 * HOUR;
}

static void alias_ending(struct sample *s) {
	(void)add_set(s, &s->a[0], DNS_TYPE_CNAME, 20);
}

static void ending_in_the_second_answer(struct sample *s) {
	s->hosts[0].tlsa_questions[1] = &s->misplaced;
	s->misplaced.answer.signatures[0].expiration = SAMPLE_NOW + 5 * HOUR;
}

/* The next signature is published before it begins. */
static void signed_ahead(struct sample *s) {
	s->mx.answer.signatures[0].inception = SAMPLE_NOW + HOUR;
}

static void by(struct dns_question *question, uint8_t algorithm) {
	question->answer.signatures[0].algorithm = algorithm;
	question->answer.signatures[0].sha1_only = algorithm == 5 || algorithm == 7;
}

static void sha1(struct sample *s) {
	by(&s->mx, 7);
}

static void sha1_all(struct sample *s) {
	by(&s->mx, 5);
	by(&s->a[0], 5);
	by(&s->tlsa_question[0], 5);
}

static void sha1_two_sets_of_one_answer(struct sample *s) {
	by(&s->a[0], 7);
	(void)add_set(s, &s->a[0], DNS_TYPE_CNAME, 240);
}

static void sha1_unsigned(struct sample *s) {
	sha1(s);
	s->mx.secure = false;
}

static void sha1_at_may(struct sample *s) {
	sha1(s);
	sample_set_level(s, TLS_LEVEL_MAY);
}

static void sha1_behind_the_accepted(struct sample *s) {
	by(&s->a[1], 5);
}

static void sha1_beside_another(struct sample *s) {
	s->mx.answer.signatures[0].algorithm = 7;
}

static const struct sample_row rows[] = {
	{"an alias that is signed online", alias_signed_online, FINDING_RRSIG_EXPIRY, SAMPLE_ABSENT,
		NULL},
	{"behind an alias that is signed online", alias_online_address_ending, FINDING_RRSIG_EXPIRY,
		WARN, "in 40 hours"},
	{"an alias whose signature ends", alias_ending, FINDING_RRSIG_EXPIRY, WARN, "in 20 hours"},
	{"TLSA at the second base domain", ending_in_the_second_answer, FINDING_RRSIG_EXPIRY, CRIT,
		"TLSA answer"},
	{"a signature made ahead beside one in force", signed_ahead, FINDING_RRSIG_NOT_YET_VALID,
		SAMPLE_ABSENT, NULL},
	{"SHA-1", sha1, FINDING_DNSSEC_SHA1, WARN,
		"the MX answer for example.org is signed with SHA-1 only (algorithm 7)"},
	{"SHA-1 everywhere", sha1_all, FINDING_DNSSEC_SHA1, WARN, "and 2 more are signed"},
	{"SHA-1 over two sets of one answer", sha1_two_sets_of_one_answer, FINDING_DNSSEC_SHA1, WARN,
		"the A answer for mx1.example.org is signed"},
	{"SHA-1 that nobody validated", sha1_unsigned, FINDING_DNSSEC_SHA1, SAMPLE_ABSENT, NULL},
	{"SHA-1 matters to DANE", sha1_at_may, FINDING_DNSSEC_SHA1, SAMPLE_ABSENT, NULL},
	{"SHA-1 behind the accepted host", sha1_behind_the_accepted, FINDING_DNSSEC_SHA1, SAMPLE_ABSENT,
		NULL},
	{"SHA-1 beside another algorithm", sha1_beside_another, FINDING_DNSSEC_SHA1, SAMPLE_ABSENT,
		NULL},
};

START_TEST(signatures_are_judged_set_by_set) {
	sample_check(&rows[_i]);
}
END_TEST

UNIT_MAIN("verdict_dnssec", tcase_add_loop_test(tc, signatures_are_judged_set_by_set, 0,
								(int)(sizeof rows / sizeof *rows));)
