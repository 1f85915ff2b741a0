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

/* The MX answer does not validate; with checking disabled it is what it was. */
static struct dns_answer *bogus(struct sample *s) {
	struct dns_answer *seen = arena_alloc(s->arena, sizeof *seen);
	s->report.n_hosts = s->report.n_nodes = 0;
	s->report.mx_used = false;
	s->report.validation_check = &s->validation_check;
	s->report.bogus = &s->mx;
	*seen = s->mx.answer;
	seen->n_records = 1;
	seen->signatures[0].signer = "example.org";
	seen->signatures[0].key_tag = 4660;
	s->mx.outcome = DNS_BOGUS;
	s->mx.secure = false;
	s->mx.exists = true;
	s->mx.unchecked = seen;
	s->mx.server = "192.0.2.53:53";
	s->mx.answer = (struct dns_answer){.rcode = DNS_RCODE_SERVFAIL, .extended_error = -1};
	return seen;
}

static void bogus_for_no_reason(struct sample *s) {
	(void)bogus(s);
}

static void bogus_expired(struct sample *s) {
	bogus(s)->signatures[0].expiration = SAMPLE_NOW - 3 * SAMPLE_DAY;
}

static void bogus_not_yet(struct sample *s) {
	struct dns_signature *signature = &bogus(s)->signatures[0];
	signature->inception = signature->first_inception = SAMPLE_NOW + 5 * HOUR;
}

static void bogus_denial(struct sample *s) {
	struct dns_answer *seen = bogus(s);
	seen->n_records = seen->n_signatures = 0;
	s->mx.exists = false;
}

static void bogus_denial_expired(struct sample *s) {
	bogus_denial(s);
	struct dns_answer *seen = arena_alloc(s->arena, sizeof *seen);
	*seen = *s->mx.unchecked;
	seen->denial = (struct dns_signature){.type = DNS_TYPE_SOA,
		.inception = 1,
		.first_inception = 1,
		.expiration = SAMPLE_NOW - HOUR};
	s->mx.unchecked = seen;
}

static void bogus_unsigned(struct sample *s) {
	bogus(s)->n_signatures = 0;
}

static void bogus_unsigned_with_ds(struct sample *s) {
	bogus_unsigned(s);
	s->cname = (struct dns_question){
		.name = "example.org", .type = DNS_TYPE_DS, .outcome = DNS_FOUND, .secure = true};
	s->report.zone_ds = &s->cname;
}

static void bogus_unsigned_without_ds(struct sample *s) {
	bogus_unsigned_with_ds(s);
	s->cname.outcome = DNS_NODATA;
}

/* One DNSKEY, whose tag is 4660 with these two octets at its end. */
static void publish(struct sample *s, const char *key) {
	s->misplaced = (struct dns_question){
		.name = "example.org", .type = DNS_TYPE_DNSKEY, .outcome = DNS_FOUND, .secure = true};
	s->misplaced.answer.records = arena_alloc(s->arena, sizeof *s->misplaced.answer.records);
	s->misplaced.answer.records[0].data = (struct span){(const uint8_t *)key, 6};
	s->misplaced.answer.n_records = 1;
	s->report.zone_keys = &s->misplaced;
}

static void bogus_with_its_key(struct sample *s) {
	(void)bogus(s);
	publish(s, "\x01\x01\x03\x0d\x0e\x26");
}

static void bogus_with_another_key(struct sample *s) {
	(void)bogus(s);
	publish(s, "\x01\x01\x03\x0d\x0e\x27");
}

static void bogus_with_its_tag_by_another_algorithm(struct sample *s) {
	(void)bogus(s);
	publish(s, "\x01\x01\x03\x0e\x0e\x25");
}

static void bogus_with_the_key_of_another_zone(struct sample *s) {
	bogus_with_another_key(s);
	s->misplaced.name = "example.net";
}

static void bogus_keys(struct sample *s) {
	bogus_with_its_key(s);
	struct dns_answer *seen = arena_alloc(s->arena, sizeof *seen);
	*seen = s->misplaced.answer;
	s->misplaced.outcome = DNS_BOGUS;
	s->misplaced.unchecked = seen;
	s->misplaced.answer = (struct dns_answer){.extended_error = -1};
}

static void everything_is_bogus(struct sample *s) {
	(void)bogus(s);
	s->validation_check.outcome = DNS_BOGUS;
	s->validation_check.exists = true;
}

/* The root is bogus, too, and no better without checking: there the resolver may have lost its way
 * to the servers, and neither clock nor anchor is to blame for that. */
static void everything_is_bogus_and_gone(struct sample *s) {
	everything_is_bogus(s);
	s->validation_check.exists = false;
}

/* The root is answered without checking, and fails in another way with it. */
static void bogus_and_the_root_fails(struct sample *s) {
	everything_is_bogus(s);
	s->validation_check.outcome = DNS_SERVER_FAILED;
}

/* What is not there was asked about, and ended so. */
static struct dns_question *deny(struct sample *s, enum dns_outcome outcome) {
	s->cname = (struct dns_question){.name = "_0._tcp.mx1.example.org",
		.type = DNS_TYPE_TLSA,
		.outcome = outcome,
		.asked_at = 5,
		.answer = {.rcode = DNS_RCODE_SERVFAIL, .extended_error = -1}};
	s->hosts[0].denial_name = &s->cname;
	s->spec.denial_probe = true;
	s->report.validation_check = &s->validation_check;
	s->validation_check.answered_at = 9;
	return &s->cname;
}

static void denied(struct sample *s) {
	(void)deny(s, DNS_NXDOMAIN);
}

static void not_denied(struct sample *s) {
	(void)deny(s, DNS_SERVER_FAILED);
}

static void not_denied_by_type(struct sample *s) {
	not_denied(s);
	s->hosts[0].denial_type = s->hosts[0].denial_name;
	s->hosts[0].denial_name = NULL;
}

static void not_denied_bogus(struct sample *s) {
	(void)deny(s, DNS_BOGUS);
}

static void wildcard_bogus(struct sample *s) {
	deny(s, DNS_BOGUS)->exists = true;
}

static void not_denied_silence(struct sample *s) {
	(void)deny(s, DNS_TIMED_OUT);
}

static void not_denied_silence_behind_a_failure(struct sample *s) {
	not_denied_silence(s);
	s->spec.denial_probe = false;
}

static void not_denied_anywhere(struct sample *s) {
	not_denied(s);
	s->misplaced.outcome = DNS_SERVER_FAILED;
	s->misplaced.name = "invalid";
	s->report.denial = &s->misplaced;
}

static void not_denied_behind_the_accepted(struct sample *s) {
	not_denied(s);
	s->hosts[1].denial_name = s->hosts[0].denial_name;
	s->hosts[0].denial_name = NULL;
}

static void parent(struct sample *s, enum dns_outcome outcome) {
	(void)deny(s, outcome);
	s->cname.name = "_tcp.mx1.example.org";
	s->hosts[0].denial_parent = &s->cname;
	s->hosts[0].denial_name = NULL;
}

static void parent_denied(struct sample *s) {
	parent(s, DNS_NXDOMAIN);
}

static void parent_empty(struct sample *s) {
	parent(s, DNS_NODATA);
}

static const struct sample_row rows[] = {
	{"denied", denied, FINDING_DENIAL_BROKEN, SAMPLE_ABSENT, NULL},
	{"not denied", not_denied, FINDING_DENIAL_BROKEN, CRIT,
		"the TLSA lookup of _0._tcp.mx1.example.org, which has no such record, fails (SERVFAIL)"},
	{"a type is not denied", not_denied_by_type, FINDING_DENIAL_BROKEN, CRIT, NULL},
	{"a denial is bogus", not_denied_bogus, FINDING_DENIAL_BROKEN, CRIT, "fails (bogus"},
	{"a wildcard is bogus", wildcard_bogus, FINDING_DENIAL_BROKEN, SAMPLE_ABSENT, NULL},
	{"silence", not_denied_silence, FINDING_DENIAL_BROKEN, CRIT, NULL},
	{"silence behind a failure", not_denied_silence_behind_a_failure, FINDING_DENIAL_BROKEN,
		SAMPLE_ABSENT, NULL},
	{"nothing is denied by this resolver", not_denied_anywhere, FINDING_RESOLVER_FAILED, UNKN,
		"cannot deny"},
	{"nothing is denied by this resolver: not the zone", not_denied_anywhere, FINDING_DENIAL_BROKEN,
		SAMPLE_ABSENT, NULL},
	{"behind the accepted host", not_denied_behind_the_accepted, FINDING_DENIAL_BROKEN,
		SAMPLE_ABSENT, NULL},
	{"an empty non-terminal is denied", parent_denied, FINDING_DENIAL_ENT, WARN,
		"_tcp.mx1.example.org does not exist (NXDOMAIN)"},
	{"an empty non-terminal", parent_empty, FINDING_DENIAL_ENT, SAMPLE_ABSENT, NULL},
	{"bogus, and no more is known", bogus_for_no_reason, FINDING_DNSSEC_BOGUS, CRIT,
		"fails DNSSEC validation at 192.0.2.53:53 (bogus)"},
	{"bogus: expired", bogus_expired, FINDING_DNSSEC_BOGUS, CRIT,
		"the signature over MX expired 3 days ago (2027-01-12); senders"},
	{"bogus: not yet", bogus_not_yet, FINDING_DNSSEC_BOGUS, CRIT,
		"the signature over MX is not valid yet, it becomes so in 5 hours"},
	{"bogus: denial", bogus_denial, FINDING_DNSSEC_BOGUS, CRIT,
		"the denial of existence is broken"},
	{"bogus: denial expired", bogus_denial_expired, FINDING_DNSSEC_BOGUS, CRIT,
		"the signature over the denial of existence expired 60 minutes ago"},
	{"bogus: unsigned", bogus_unsigned, FINDING_DNSSEC_BOGUS, CRIT, "it is not signed;"},
	{"bogus: unsigned, with DS", bogus_unsigned_with_ds, FINDING_DNSSEC_BOGUS, CRIT,
		"it is not signed although the parent of example.org has a DS record"},
	{"bogus: unsigned, without DS", bogus_unsigned_without_ds, FINDING_DNSSEC_BOGUS, CRIT,
		"it is not signed;"},
	{"bogus: signed by a published key", bogus_with_its_key, FINDING_DNSSEC_BOGUS, CRIT,
		":53 (bogus)"},
	{"bogus: signed by a key that is not", bogus_with_another_key, FINDING_DNSSEC_BOGUS, CRIT,
		"a key (tag 4660, algorithm 13) that is not in the DNSKEY set of example.org"},
	{"bogus: signed by another algorithm", bogus_with_its_tag_by_another_algorithm,
		FINDING_DNSSEC_BOGUS, CRIT, "that is not in the DNSKEY set"},
	{"bogus: keys of another zone say nothing", bogus_with_the_key_of_another_zone,
		FINDING_DNSSEC_BOGUS, CRIT, ":53 (bogus)"},
	{"bogus: the keys are", bogus_keys, FINDING_DNSSEC_BOGUS, CRIT,
		"the DNSKEY set of example.org does not validate"},
	{"everything is bogus here", everything_is_bogus, FINDING_RESOLVER_FAILED, UNKN,
		"this resolver's trust anchor or clock is wrong"},
	{"everything is bogus here, and gone", everything_is_bogus_and_gone, FINDING_RESOLVER_FAILED,
		UNKN, ":53 fails (the MX lookup of example.org: bogus)"},
	{"bogus, and the root fails", bogus_and_the_root_fails, FINDING_RESOLVER_FAILED, UNKN,
		":53 fails (the MX lookup of example.org: bogus)"},
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
