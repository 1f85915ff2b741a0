/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What the next renewal breaks. */
#include "sample_report.h"

#define OK STATE_OK
#define WARN STATE_WARNING

/* A certificate of so many days, of which so many have passed. */
static void aged(struct sample *s, int64_t life, int64_t age) {
	s->chain[0].not_before = SAMPLE_NOW - age * SAMPLE_DAY;
	s->chain[0].not_after = s->chain[0].not_before + life * SAMPLE_DAY;
}

static void spare(struct sample *s) {
	aged(s, 90, 60);
}

static void single(struct sample *s) {
	s->hosts[0].n_tlsa = s->nodes[0].policy.n_tlsa = 1;
}

static void single_at_half(struct sample *s) {
	single(s);
	aged(s, 90, 45);
}

static void single_past_half(struct sample *s) {
	single(s);
	aged(s, 90, 46);
}

static void single_short(struct sample *s) {
	single(s);
	aged(s, 9, 3);
}

static void single_short_past_a_third(struct sample *s) {
	single(s);
	aged(s, 9, 4);
}

static void single_expired(struct sample *s) {
	single(s);
	aged(s, 90, 91);
}

static void single_without_dates(struct sample *s) {
	single(s);
	s->chain[0].not_before = s->chain[0].not_after = 0;
}

static void single_self_issued(struct sample *s) {
	single(s);
	aged(s, 3000, 2000);
	s->chain[0].self_issued = true;
}

static void whole(struct sample *s) {
	single(s);
	s->records[0].selector = 0;
	s->chain[0].digest[0][0] = s->records[0].data;
}

static void whole_beside_another(struct sample *s) {
	whole(s);
	s->hosts[0].n_tlsa = s->nodes[0].policy.n_tlsa = 2;
}

static void whole_beside_refused(struct sample *s) {
	whole_beside_another(s);
	static const char *refused[] = {NULL, "no certificate"};
	s->tls[0].proof.refused = refused;
	s->tls[0].proof.n_refused = 1;
}

static void whole_self_issued(struct sample *s) {
	whole(s);
	single_self_issued(s);
}

static void whole_self_issued_short(struct sample *s) {
	whole_self_issued(s);
	aged(s, 400, 10);
}

static void issuer(struct sample *s) {
	single_past_half(s);
	s->records[0].usage = 2;
	s->chain[1].digest[1][0] = s->records[0].data;
}

/* The second record is SHA-512 of the same key. */
static void both_digests(struct sample *s) {
	s->records[1].matching = 2;
	s->records[1].data = s->chain[0].digest[1][1];
	s->records[1].rdata = span_of("3 1 2");
}

/* ... of another one: the digest that counts does not match. */
static void stronger_is_wrong(struct sample *s) {
	both_digests(s);
	s->records[1].data = span_of("another key, 64 octets");
	sample_add_error(s, TLS_VERIFY_DANE_NO_MATCH, 0, "No matching DANE TLSA records");
}

static void other_kind(struct sample *s) {
	s->records[1].usage = 2;
}

static void other_kind_with_types(struct sample *s) {
	other_kind(s);
	s->spec.key_types = true;
}

static void other_kind_alone(struct sample *s) {
	other_kind(s);
	s->records[0].data = span_of("no key of theirs");
	sample_add_error(s, TLS_VERIFY_DANE_NO_MATCH, 0, "No matching DANE TLSA records");
}

static void many(struct sample *s) {
	struct tlsa *records = arena_alloc_array(s->arena, 13, sizeof *records);
	for (size_t i = 0; i < 13; i++) {
		records[i] = s->records[i > 0];
	}
	s->hosts[0].tlsa = records;
	s->hosts[0].n_tlsa = 13;
}

static void twelve(struct sample *s) {
	many(s);
	s->hosts[0].n_tlsa = 12;
}

/* The second node of the same host has the key of the second record. */
static void a_key_for_each_node(struct sample *s) {
	static struct tls_cert leaf;
	sample_add_second(s);
	s->nodes[1].host = &s->hosts[0];
	leaf = s->chain[0];
	leaf.digest[1][0] = s->records[1].data;
	s->tls[1].chain = &leaf;
	s->tls[1].n_chain = 1;
	s->tls[1].proof.matched_record = 1;
	s->spec.scope = SURVEY_ALL;
}

static void at_may(struct sample *s) {
	whole(s);
	sample_set_level(s, TLS_LEVEL_MAY);
}

static void not_reached(struct sample *s) {
	single(s);
	sample_fail(s, PROBE_CONNECTING, ERR_NET, "refused");
}

static const struct sample_row rows[] = {
	{"a spare", spare, FINDING_TLSA_NO_SPARE, SAMPLE_ABSENT, NULL},
	{"a spare", spare, FINDING_RENEWAL_RISK, SAMPLE_ABSENT, NULL},
	{"a spare", spare, FINDING_TLSA_PARTIAL, SAMPLE_ABSENT, NULL},
	{"single", single, FINDING_TLSA_NO_SPARE, OK, "a new key has to be published before"},
	{"single", single, FINDING_TLSA_FRAGILE, SAMPLE_ABSENT, NULL},
	{"at half", single_at_half, FINDING_RENEWAL_RISK, SAMPLE_ABSENT, NULL},
	{"past half", single_past_half, FINDING_RENEWAL_RISK, OK, "it expires in 44 days"},
	{"short", single_short, FINDING_RENEWAL_RISK, SAMPLE_ABSENT, NULL},
	{"short, past a third", single_short_past_a_third, FINDING_RENEWAL_RISK, OK, NULL},
	{"expired", single_expired, FINDING_RENEWAL_RISK, SAMPLE_ABSENT, NULL},
	{"no dates", single_without_dates, FINDING_RENEWAL_RISK, SAMPLE_ABSENT, NULL},
	{"self-issued", single_self_issued, FINDING_RENEWAL_RISK, SAMPLE_ABSENT, NULL},
	{"whole", whole, FINDING_TLSA_FRAGILE, WARN, "; publish _25._tcp.mx1.example.org. IN TLSA 3 1"},
	{"whole", whole, FINDING_TLSA_NO_SPARE, SAMPLE_ABSENT, NULL},
	{"whole, next one", whole_beside_another, FINDING_TLSA_FRAGILE, SAMPLE_ABSENT, NULL},
	{"whole, garbage beside", whole_beside_refused, FINDING_TLSA_FRAGILE, WARN, NULL},
	{"whole, self-issued", whole_self_issued, FINDING_TLSA_FRAGILE, SAMPLE_ABSENT, NULL},
	{"whole, self-issued, short", whole_self_issued_short, FINDING_TLSA_FRAGILE, WARN, NULL},
	{"issuer", issuer, FINDING_TLSA_NO_SPARE, SAMPLE_ABSENT, NULL},
	{"issuer", issuer, FINDING_RENEWAL_RISK, SAMPLE_ABSENT, NULL},
	{"both digests", both_digests, FINDING_TLSA_NO_SPARE, OK, NULL},
	{"stronger digest wrong", stronger_is_wrong, FINDING_TLSA_NO_SPARE, SAMPLE_ABSENT, NULL},
	{"other kind", other_kind, FINDING_TLSA_PARTIAL, OK, "records 2 1 x matches"},
	{"other kind", other_kind, FINDING_TLSA_PARTIAL, OK, "(--key-types) (RFC 7671 8.1)"},
	{"other kind, types", other_kind_with_types, FINDING_TLSA_PARTIAL, WARN,
		"if they are not of what comes next (RFC"},
	{"other kind alone", other_kind_alone, FINDING_TLSA_PARTIAL, SAMPLE_ABSENT, NULL},
	{"many", many, FINDING_TLSA_MANY, OK, "13 TLSA records"},
	{"twelve", twelve, FINDING_TLSA_MANY, SAMPLE_ABSENT, NULL},
	{"a key each", a_key_for_each_node, FINDING_TLSA_NO_SPARE, OK, NULL},
	{"a key each", a_key_for_each_node, FINDING_TLSA_PARTIAL, SAMPLE_ABSENT, NULL},
	{"may", at_may, FINDING_TLSA_FRAGILE, SAMPLE_ABSENT, NULL},
	{"not reached", not_reached, FINDING_TLSA_NO_SPARE, SAMPLE_ABSENT, NULL},
};

START_TEST(what_the_next_renewal_breaks_is_told) {
	sample_check(&rows[_i]);
}
END_TEST

UNIT_MAIN("verdict_ahead", tcase_add_loop_test(tc, what_the_next_renewal_breaks_is_told, 0,
							   (int)(sizeof rows / sizeof *rows));)
