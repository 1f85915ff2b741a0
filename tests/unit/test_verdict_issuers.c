/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Records of issuers beside the table of what public CAs issue by. */
#include "sample_report.h"
#include "verdict/issuers.h"

#define OK STATE_OK
#define WARN STATE_WARNING
#define ROWS 5U

/* Only the intermediate's record is published, and it matches. */
static void pin_intermediate(struct sample *s) {
	s->records[0].usage = 2;
	s->chain[1].digest[1][0] = s->records[0].data;
	s->tls[0].proof.matched = TLS_MATCHED_DANE_TA;
	s->hosts[0].n_tlsa = s->nodes[0].policy.n_tlsa = 1;
}

static struct issuer *add(
	struct issuer_table *table, const char *name, enum issuer_state state, const uint8_t *digest) {
	struct issuer *issuer = &table->list[table->n++];
	*issuer = (struct issuer){.group = "CA", .name = name, .state = state};
	memcpy(issuer->digest, digest, ISSUER_DIGEST_OCTETS);
	return issuer;
}

/* The first issuer is the one pinned, the second that of the other record. */
static struct issuer_table *table_of(struct sample *s, enum issuer_state first) {
	static const uint8_t third[ISSUER_DIGEST_OCTETS] = "of the third";
	struct issuer_table *table = arena_alloc(s->arena, sizeof *table);
	table->list = arena_alloc_array(s->arena, ROWS, sizeof *table->list);
	table->date = SAMPLE_NOW - 30 * SAMPLE_DAY;
	pin_intermediate(s);
	add(table, "I1", first, s->records[0].data.at);
	add(table, "I2", ISSUER_ACTIVE, s->records[1].data.at);
	add(table, "I3", ISSUER_BACKUP, third);
	s->limits.issuers = table;
	return table;
}

static void one_of_three(struct sample *s) {
	(void)table_of(s, ISSUER_ACTIVE);
}

static void two_of_three(struct sample *s) {
	one_of_three(s);
	s->records[1].usage = 2;
	s->hosts[0].n_tlsa = s->nodes[0].policy.n_tlsa = 2;
}

static void all_pinned(struct sample *s) {
	struct issuer_table *table = table_of(s, ISSUER_ACTIVE);
	two_of_three(s);
	s->limits.issuers = table;
	table->n = 2;
}

static void aged_table(struct sample *s, int64_t days) {
	struct issuer_table *table = table_of(s, ISSUER_ACTIVE);
	table->date = SAMPLE_NOW - days * SAMPLE_DAY;
}

static void table_of_18_months(struct sample *s) {
	aged_table(s, 548);
}

static void older_table(struct sample *s) {
	aged_table(s, 549);
}

static void key_beside(struct sample *s) {
	one_of_three(s);
	s->hosts[0].n_tlsa = s->nodes[0].policy.n_tlsa = 2;
	s->chain[0].digest[1][0] = s->records[1].data;
}

static void key_of_somebody_beside(struct sample *s) {
	one_of_three(s);
	s->hosts[0].n_tlsa = s->nodes[0].policy.n_tlsa = 2;
}

static void root_pinned(struct sample *s) {
	struct issuer_table *table = table_of(s, ISSUER_ACTIVE);
	s->records[1].usage = 2;
	s->hosts[0].n_tlsa = s->nodes[0].policy.n_tlsa = 2;
	table->list[1].state = ISSUER_ROOT;
}

static void root_pinned_and_sent(struct sample *s) {
	root_pinned(s);
	s->chain[2].digest[1][0] = s->records[1].data;
	s->tls[0].n_chain = 3;
}

static void another_group(struct sample *s) {
	struct issuer_table *table = table_of(s, ISSUER_ACTIVE);
	table->list[1].group = table->list[2].group = "CB";
}

static void unknown(struct sample *s) {
	struct issuer_table *table = table_of(s, ISSUER_ACTIVE);
	table->list++;
	table->n--;
}

static void retired(struct sample *s) {
	(void)table_of(s, ISSUER_RETIRED);
}

static void retired_by_certificate(struct sample *s) {
	retired(s);
	s->records[0].selector = 0;
	s->records[0].matching = 1;
	s->records[0].data = s->chain[1].digest[0][0];
}

static void retired_beside_active(struct sample *s) {
	retired(s);
	s->records[1].usage = 2;
	s->hosts[0].n_tlsa = s->nodes[0].policy.n_tlsa = 2;
}

static void retired_beside_key(struct sample *s) {
	retired(s);
	s->hosts[0].n_tlsa = s->nodes[0].policy.n_tlsa = 2;
	s->chain[0].digest[1][0] = s->records[1].data;
}

static void retired_beside_old_key(struct sample *s) {
	retired(s);
	s->hosts[0].n_tlsa = s->nodes[0].policy.n_tlsa = 2;
}

static void retired_beside_unusable(struct sample *s) {
	retired_beside_active(s);
	s->records[1].unusable = "cut";
}

static void retired_and_not_reached(struct sample *s) {
	retired(s);
	sample_fail(s, PROBE_CONNECTING, ERR_NET, "refused");
}

static void retired_by_an_old_table(struct sample *s) {
	struct issuer_table *table = table_of(s, ISSUER_RETIRED);
	table->date = SAMPLE_NOW - 600 * SAMPLE_DAY;
}

static void no_table(struct sample *s) {
	one_of_three(s);
	s->limits.issuers = NULL;
}

static void at_verify(struct sample *s) {
	one_of_three(s);
	sample_set_level(s, TLS_LEVEL_VERIFY);
}

static const struct sample_row rows[] = {
	{"one of three", one_of_three, FINDING_ISSUER_SET_INCOMPLETE, WARN,
		"2 of the 3 issuers that CA may use for the next certificate are not pinned: I2, I3 "
		"(table of 2026-12-16); publish _25._tcp.mx1.example.org. IN TLSA 2 1 1 "},
	{"one of three", one_of_three, FINDING_ISSUER_RETIRED, SAMPLE_ABSENT, NULL},
	{"two of three", two_of_three, FINDING_ISSUER_SET_INCOMPLETE, WARN,
		"1 of the 3 issuers that CA may use for the next certificate is not pinned: I3"},
	{"all", all_pinned, FINDING_ISSUER_SET_INCOMPLETE, SAMPLE_ABSENT, NULL},
	{"18 months", table_of_18_months, FINDING_ISSUER_SET_INCOMPLETE, WARN, NULL},
	{"older", older_table, FINDING_ISSUER_SET_INCOMPLETE, OK, NULL},
	{"key beside", key_beside, FINDING_ISSUER_SET_INCOMPLETE, SAMPLE_ABSENT, NULL},
	{"old key beside", key_of_somebody_beside, FINDING_ISSUER_SET_INCOMPLETE, WARN, NULL},
	{"root not sent", root_pinned, FINDING_ISSUER_SET_INCOMPLETE, WARN, NULL},
	{"root sent", root_pinned_and_sent, FINDING_ISSUER_SET_INCOMPLETE, SAMPLE_ABSENT, NULL},
	{"another group", another_group, FINDING_ISSUER_SET_INCOMPLETE, SAMPLE_ABSENT, NULL},
	{"unknown", unknown, FINDING_ISSUER_SET_INCOMPLETE, SAMPLE_ABSENT, NULL},
	{"unknown", unknown, FINDING_ISSUER_RETIRED, SAMPLE_ABSENT, NULL},
	{"retired", retired, FINDING_ISSUER_RETIRED, WARN, "is of I1 (CA), which signs nothing"},
	{"retired", retired, FINDING_ISSUER_SET_INCOMPLETE, SAMPLE_ABSENT, NULL},
	{"by certificate", retired_by_certificate, FINDING_ISSUER_RETIRED, WARN, "2 0 1"},
	{"beside active", retired_beside_active, FINDING_ISSUER_RETIRED, SAMPLE_ABSENT, NULL},
	{"beside active", retired_beside_active, FINDING_ISSUER_SET_INCOMPLETE, WARN, "pinned: I3"},
	{"beside key", retired_beside_key, FINDING_ISSUER_RETIRED, SAMPLE_ABSENT, NULL},
	{"beside old key", retired_beside_old_key, FINDING_ISSUER_RETIRED, WARN, NULL},
	{"beside unusable", retired_beside_unusable, FINDING_ISSUER_RETIRED, WARN, NULL},
	{"not reached", retired_and_not_reached, FINDING_ISSUER_RETIRED, WARN, NULL},
	{"old table", retired_by_an_old_table, FINDING_ISSUER_RETIRED, OK, NULL},
	{"no table", no_table, FINDING_ISSUER_SET_INCOMPLETE, SAMPLE_ABSENT, NULL},
	{"verify", at_verify, FINDING_ISSUER_SET_INCOMPLETE, SAMPLE_ABSENT, NULL},
};

START_TEST(issuers_are_judged_by_the_table) {
	sample_check(&rows[_i]);
}
END_TEST

UNIT_MAIN("verdict_issuers", tcase_add_loop_test(tc, issuers_are_judged_by_the_table, 0,
								 (int)(sizeof rows / sizeof *rows));)
