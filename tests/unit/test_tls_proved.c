/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What was proved is not proved again, and what was proved of something else is never shown. */
#include "tls/tls_internal.h"
#include "tls_proof.h"
#include "unit.h"

#define MX "mx1.example.test"
#define HOUR 3600
#define DAY 86400

/* What is proved behind the first one: the leaf "good" and its issuer, at level dane, of MX by the
 * record "2 1 1 inter", now. NULL and 0: the same as there. */
struct proved_case {
	const char *what;
	const char *chain;
	const char *records;
	const char *names;
	enum tls_level level;
	int64_t later;
	bool again; /* is it verified again? */
	const char *errors;
};

static const struct proved_case cases[] = {
	{"nothing differs", NULL, NULL, NULL, 0, 0, false, ""},
	{"another name, which it has not", NULL, NULL, "other.example", 0, 0, false, "62@0"},
	{"another name, which it has", NULL, NULL, ".example.test", 0, 0, false, ""},
	{"two names, of which it has the second", NULL, NULL, "other.example " MX, 0, 0, false, ""},
	{"a name in another spelling", NULL, NULL, "MX1.EXAMPLE.test", 0, 0, false, ""},
	{"an address", NULL, NULL, "192.0.2.1", 0, 0, true, "64@0"},
	{"a name that is none", NULL, NULL, ".", 0, 0, true, "1@0"},
	{"no name", NULL, NULL, "", 0, 0, true, "1@0"},
	{"another level", NULL, NULL, NULL, TLS_LEVEL_HALF_DANE, 0, true, ""},
	{"a level without records", NULL, NULL, NULL, TLS_LEVEL_SECURE, 0, true, "20@1"},
	{"another usage", NULL, "3 1 1 inter", NULL, 0, 0, true, "65@0"},
	{"another selector", NULL, "2 0 1 inter", NULL, 0, 0, true, ""},
	{"another matching type", NULL, "2 1 2 inter", NULL, 0, 0, true, ""},
	{"another digest", NULL, "2 1 1 otherinter", NULL, 0, 0, true, "65@1 20@1"},
	{"a further record", NULL, "2 1 1 inter, 3 1 1 good", NULL, 0, 0, true, ""},
	{"the record twice", NULL, "2 1 1 inter, 2 1 1 inter", NULL, 0, 0, true, ""},
	{"another leaf", "wrongname inter", NULL, NULL, 0, 0, true, "62@0"},
	{"another issuer", "good otherinter", NULL, NULL, 0, 0, true, "65@0 20@0 21@0"},
	{"no issuer", "good", NULL, NULL, 0, 0, true, "65@0 20@0 21@0"},
	{"one certificate more", "good inter inter", NULL, NULL, 0, 0, true, ""},
	{"some time later", NULL, NULL, NULL, 0, HOUR - 1, false, ""},
	{"some time before", NULL, NULL, NULL, 0, -HOUR, false, ""},
	{"an hour later", NULL, NULL, NULL, 0, HOUR, true, ""},
	{"more than an hour before", NULL, NULL, NULL, 0, -HOUR - 1, true, ""},
	{"when it has expired", NULL, NULL, NULL, 0, 5000 * (int64_t)DAY, true, "10@0"},
};

struct bench {
	struct tls_lab lab;
	struct tls_meeting *meeting;
	int64_t now;
	uint8_t der[4][PKI_DATA_MAX];
	struct tls_cert chain[4];
};

static void open_bench(struct bench *bench) {
	tls_lab_open(&bench->lab);
	bench->now = (int64_t)time(NULL);
	struct tls_spec spec = tls_lab_spec(TLS_LEVEL_MAY);
	bench->meeting = tls_meet(&bench->lab, NULL, &spec, &(struct tls_server_plan){0});
}

static void close_bench(struct bench *bench) {
	tls_part(bench->meeting);
	tls_lab_close(&bench->lab);
}

/* These certificates, leaf first. */
static struct tls_facts shown(struct bench *bench, const char *words) {
	struct tls_facts facts = {.chain = bench->chain};
	const char *const *names = tls_lab_names(&bench->lab, words, &facts.n_chain);
	for (size_t i = 0; i < facts.n_chain; i++) {
		struct span der = {bench->der[i], 0};
		ck_assert(pki_data(bench->lab.pki, names[i], PKI_CERT, 0, bench->der[i], &der.len));
		bench->chain[i] = (struct tls_cert){.der = der};
	}
	return facts;
}

/* The verify errors. */
static const char *prove(struct bench *bench, const struct tls_spec *demand,
	const struct tls_facts *facts, int64_t now) {
	struct err err = {0};
	const struct tls_proof *proof =
		tls_prove(bench->meeting->context, bench->lab.arena, demand, facts, now, &err);
	ck_assert_msg(proof != NULL, "%s", err.text);
	const struct tls_facts errors = {.proof = *proof};
	return tls_lab_errors(&bench->lab, &errors);
}

static struct tls_spec demand_of(struct bench *bench, const struct proved_case *c) {
	enum tls_level level = c->level != 0 ? c->level : TLS_LEVEL_DANE;
	struct tls_spec spec = {.level = level, .report_as = level};
	spec.tlsa =
		tls_lab_records(&bench->lab, c->records != NULL ? c->records : "2 1 1 inter", &spec.n_tlsa);
	spec.names = tls_lab_names(&bench->lab, c->names != NULL ? c->names : MX, &spec.n_names);
	return spec;
}

START_TEST(what_makes_a_difference_is_verified_again) {
	const struct proved_case *c = &cases[_i];
	struct bench bench;
	open_bench(&bench);
	size_t *n = &bench.meeting->context->n_proved;
	struct tls_facts facts = shown(&bench, "good inter");
	struct tls_spec demand = demand_of(&bench, &(struct proved_case){0});
	ck_assert_str_eq(prove(&bench, &demand, &facts, bench.now), "");
	ck_assert_uint_eq(*n, 1);
	facts = shown(&bench, c->chain != NULL ? c->chain : "good inter");
	demand = demand_of(&bench, c);
	const char *errors = prove(&bench, &demand, &facts, bench.now + c->later);
	ck_assert_msg(strcmp(errors, c->errors) == 0, "%s: errors %s", c->what, errors);
	ck_assert_msg((*n > 1) == c->again, "%s: verified %zu times", c->what, *n);
	/* Nor has it hurt what was known. */
	size_t before = *n;
	facts = shown(&bench, "good inter");
	demand = demand_of(&bench, &(struct proved_case){0});
	ck_assert_str_eq(prove(&bench, &demand, &facts, bench.now), "");
	ck_assert_uint_eq(*n, before);
	close_bench(&bench);
}
END_TEST

START_TEST(a_certificate_may_end_in_between) {
	static const struct {
		int64_t seconds; /* from the end of the leaf */
		bool again;
		const char *errors;
	} times[] = {{-1, false, ""}, {0, true, "10@0"}, {1, true, "10@0"}, {-600, false, ""}};
	struct bench bench;
	open_bench(&bench);
	size_t *n = &bench.meeting->context->n_proved;
	struct tls_facts facts = shown(&bench, "good inter");
	struct tls_spec demand = demand_of(&bench, &(struct proved_case){0});
	int64_t end = bench.meeting->facts->chain[0].not_after;
	ck_assert_str_eq(prove(&bench, &demand, &facts, end - 900), "");
	ck_assert_str_eq(prove(&bench, &demand, &facts, end + times[_i].seconds), times[_i].errors);
	ck_assert_uint_eq(*n, times[_i].again ? 2 : 1);
	close_bench(&bench);
}
END_TEST

START_TEST(what_is_trusted_counts) {
	struct bench bench;
	open_bench(&bench);
	size_t *n = &bench.meeting->context->n_proved;
	struct tls_facts facts = shown(&bench, "good inter");
	struct tls_spec demand = demand_of(&bench, &(struct proved_case){.level = TLS_LEVEL_SECURE});
	ck_assert_str_eq(prove(&bench, &demand, &facts, bench.now), "20@1");
	ck_assert_str_eq(prove(&bench, &demand, &facts, bench.now), "20@1");
	ck_assert_uint_eq(*n, 1);
	(void)tls_trust_for_proofs(bench.meeting->context);
	ck_assert_str_eq(prove(&bench, &demand, &facts, bench.now), "20@1");
	ck_assert_uint_eq(*n, 2);
	(void)tls_trust_for_proofs(bench.meeting->context);
	ck_assert_str_eq(prove(&bench, &demand, &facts, bench.now), "20@1");
	ck_assert_uint_eq(*n, 2);
	close_bench(&bench);
}
END_TEST

START_TEST(records_that_do_not_count_and_fingerprints_make_a_difference) {
	struct bench bench;
	open_bench(&bench);
	size_t *n = &bench.meeting->context->n_proved;
	struct tls_facts facts = shown(&bench, "good inter");
	struct tlsa records[2] = {
		tls_lab_record(&bench.lab, "inter", 2, 1, 1), tls_lab_record(&bench.lab, "good", 3, 1, 1)};
	struct tls_spec demand = demand_of(&bench, &(struct proved_case){0});
	demand.tlsa = records;
	demand.n_tlsa = 2;
	ck_assert_str_eq(prove(&bench, &demand, &facts, bench.now), "");
	records[0].unusable = "for a reason";
	ck_assert_str_eq(prove(&bench, &demand, &facts, bench.now), "");
	ck_assert_uint_eq(*n, 2);
	struct span digests[2] = {records[1].data, records[0].data};
	demand = (struct tls_spec){.level = TLS_LEVEL_FINGERPRINT,
		.report_as = TLS_LEVEL_FINGERPRINT,
		.fingerprints = digests,
		.n_fingerprints = 1};
	ck_assert_str_eq(prove(&bench, &demand, &facts, bench.now), "");
	ck_assert_str_eq(prove(&bench, &demand, &facts, bench.now), "");
	ck_assert_uint_eq(*n, 3);
	demand.fingerprints = &digests[1];
	ck_assert_str_eq(prove(&bench, &demand, &facts, bench.now), "65@0");
	ck_assert_uint_eq(*n, 4);
	close_bench(&bench);
}
END_TEST

/* Of a chain the last four demands are kept, and none that is large. */
START_TEST(only_so_much_is_kept) {
	static const char *const records[] = {
		"3 1 1 good", "3 0 1 good", "3 1 2 good", "3 0 2 good", "2 1 1 inter"};
	struct bench bench;
	open_bench(&bench);
	size_t *n = &bench.meeting->context->n_proved;
	struct tls_facts facts = shown(&bench, "good inter");
	for (size_t i = 0; i < 15; i++) {
		struct tls_spec demand =
			demand_of(&bench, &(struct proved_case){.records = records[i % 5]});
		ck_assert_str_eq(prove(&bench, &demand, &facts, bench.now), "");
		ck_assert_uint_eq(*n, i + 1);
		ck_assert_str_eq(prove(&bench, &demand, &facts, bench.now), "");
		ck_assert_uint_eq(*n, i + 1);
	}
	struct tlsa many[60];
	for (size_t i = 0; i < 60; i++) {
		many[i] = tls_lab_record(&bench.lab, "good", 3, 1, 1);
	}
	struct tls_spec demand = demand_of(&bench, &(struct proved_case){0});
	demand.tlsa = many;
	demand.n_tlsa = 60;
	ck_assert_str_eq(prove(&bench, &demand, &facts, bench.now), "");
	ck_assert_str_eq(prove(&bench, &demand, &facts, bench.now), "");
	ck_assert_uint_eq(*n, 17);
	close_bench(&bench);
}
END_TEST

/* Certificates that are made for it: with the name that stands in for others, and with more to
 * complain of than is kept. */
START_TEST(no_certificate_leads_astray) {
	static const char *const leaves[] = {
		"odd san=nobody.invalid", ("odd san=nobody.invalid," MX), "odd sig=sha1 from=-9d to=-1d"};
	struct tls_lab lab;
	tls_lab_open(&lab);
	const char *why = NULL;
	struct text chain = text_new(lab.arena, 300);
	const char *issuer = "root";
	for (int i = 0; i < (_i == 2 ? 9 : 0); i++) {
		const char *name = arena_printf(lab.arena, "c%d", i);
		ck_assert(pki_define(lab.pki,
			arena_printf(
				lab.arena, "%s issuer=%s chain=none ca=yes sig=sha1 from=-9d to=-1d", name, issuer),
			&why));
		text_addf(&chain, "%s%s", i > 0 ? "," : "", name);
		issuer = name;
	}
	ck_assert(pki_define(lab.pki,
		_i == 2 ? arena_printf(lab.arena, "%s issuer=%s chain=%s", leaves[_i], issuer, chain.at)
				: leaves[_i],
		&why));
	struct tls_settings settings = tls_lab_settings();
	settings.ca_file = tls_lab_file(&lab, "root", PKI_FILE_CHAIN);
	struct tls_spec spec = tls_lab_spec(TLS_LEVEL_SECURE);
	struct tls_meeting *meeting =
		tls_meet(&lab, &settings, &spec, &(struct tls_server_plan){.certificate = "odd"});
	ck_assert_uint_eq(meeting->facts->proof.n_errors, _i == 2 ? TLS_ERRORS_MAX : 1 - (size_t)_i);
	tls_lab_prove_same(meeting, &spec, settings.now, leaves[_i]);
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

/* One case per row of a table. */
#define LOOP(name, table)                                                                          \
	tcase_add_loop_test(tc, name, 0, (int)(sizeof(table) / sizeof((table)[0])))

UNIT_MAIN("tls_proved", LOOP(what_makes_a_difference_is_verified_again, cases);
		  tcase_add_loop_test(tc, a_certificate_may_end_in_between, 0, 4);
		  tcase_add_test(tc, what_is_trusted_counts);
		  tcase_add_test(tc, records_that_do_not_count_and_fingerprints_make_a_difference);
		  tcase_add_test(tc, only_so_much_is_kept);
		  tcase_add_loop_test(tc, no_certificate_leads_astray, 0, 3);)
