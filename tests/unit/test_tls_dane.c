/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* DANE over real handshakes: the table of outcomes, one row per constellation. */
#include <openssl/evp.h>
#include <time.h>

#include "tls/tls_record.h"
#include "tls_proof.h"
#include "unit.h"

struct dane_case {
	const char *what;
	const char *certificate;
	const char *records;
	const char *names;
	const char *errors; /* codes in order raised */
	enum tls_status status;
	enum tls_matched matched;
	int depth;
	const char *record; /* the one that matched, as in records */
};

#define MX "mx1.example.test"
#define NO TLS_MATCHED_NOTHING
#define EE TLS_MATCHED_DANE_EE
#define TA TLS_MATCHED_DANE_TA
#define KEY TLS_MATCHED_DANE_TA_KEY

static const struct dane_case dane_cases[] = {
	{"a key digest matches", "good", "3 1 1 good", MX, "", TLS_STATUS_VERIFIED, EE, 0,
		"3 1 1 good"},
	{"an expired leaf does not matter under DANE-EE", "expired", "3 1 1 expired", MX, "",
		TLS_STATUS_VERIFIED, EE, 0, "3 1 1 expired"},
	{"a leaf from the future does not matter under DANE-EE", "notyet", "3 0 2 notyet", MX, "",
		TLS_STATUS_VERIFIED, EE, 0, "3 0 2 notyet"},
	{"a wrong name does not matter under DANE-EE", "wrongname", "3 1 1 wrongname", MX, "",
		TLS_STATUS_VERIFIED, EE, 0, "3 1 1 wrongname"},
	{"a self-signed leaf is fine under DANE-EE", "selfsigned", "3 0 1 selfsigned", MX, "",
		TLS_STATUS_VERIFIED, EE, 0, "3 0 1 selfsigned"},
	{"an unknown issuer does not matter under DANE-EE", "stranger+none", "3 1 1 stranger", MX, "",
		TLS_STATUS_VERIFIED, EE, 0, "3 1 1 stranger"},
	{"the whole key matches", "good", "3 1 0 good", MX, "", TLS_STATUS_VERIFIED, EE, 0,
		"3 1 0 good"},
	{"the whole certificate matches", "good", "3 0 0 good", MX, "", TLS_STATUS_VERIFIED, EE, 0,
		"3 0 0 good"},
	{"no record matches", "good", "3 1 1 good2", MX, "65@0", TLS_STATUS_UNTRUSTED, NO, -1, NULL},
	{"the issuer's digest in an EE record does not match", "good", "3 1 1 inter", MX, "65@0",
		TLS_STATUS_UNTRUSTED, NO, -1, NULL},
	{"the intermediate is the anchor", "good", "2 1 1 inter", MX, "", TLS_STATUS_VERIFIED, TA, 1,
		"2 1 1 inter"},
	{"the root is the anchor and is sent", "good+inter+root", "2 1 1 root", MX, "",
		TLS_STATUS_VERIFIED, TA, 2, "2 1 1 root"},
	{"the root is the anchor but is not sent", "good", "2 1 1 root", MX, "65@1 20@1",
		TLS_STATUS_UNTRUSTED, NO, -1, NULL},
	{"the root's certificate is in the record itself", "good", "2 0 0 root", MX, "",
		TLS_STATUS_VERIFIED, TA, 2, "2 0 0 root"},
	{"the root's bare key signed the intermediate", "good", "2 1 0 root", MX, "",
		TLS_STATUS_VERIFIED, KEY, 1, "2 1 0 root"},
	{"a DANE-TA record never matches the leaf", "good", "2 1 1 good", MX, "65@1 20@1",
		TLS_STATUS_UNTRUSTED, NO, -1, NULL},
	{"a wrong name fails under DANE-TA", "wrongname", "2 1 1 inter", MX, "62@0", TLS_STATUS_TRUSTED,
		TA, 1, "2 1 1 inter"},
	{"the second reference name counts as well", "domain", "2 1 1 inter", MX " example.test", "",
		TLS_STATUS_VERIFIED, TA, 1, "2 1 1 inter"},
	{"an expired leaf fails under DANE-TA", "expired", "2 1 1 inter", MX, "10@0",
		TLS_STATUS_UNTRUSTED, TA, 1, "2 1 1 inter"},
	{"a leaf from the future fails under DANE-TA", "notyet", "2 0 1 inter", MX, "9@0",
		TLS_STATUS_UNTRUSTED, TA, 1, "2 0 1 inter"},
	{"a stale EE record beside a good TA record", "good", "3 1 1 good2, 2 1 1 inter", MX, "",
		TLS_STATUS_VERIFIED, TA, 1, "2 1 1 inter"},
	{"a good EE record saves a wrong name beside a TA record", "wrongname",
		"2 1 1 otherinter, 3 1 1 wrongname", MX, "", TLS_STATUS_VERIFIED, EE, 0, "3 1 1 wrongname"},
	{"digest agility: the stronger digest alone counts", "good", "3 1 1 good, 3 1 2 good2", MX,
		"65@0", TLS_STATUS_UNTRUSTED, NO, -1, NULL},
	{"digest agility: a right stronger one suffices", "good", "3 1 1 good2, 3 1 2 good", MX, "",
		TLS_STATUS_VERIFIED, EE, 0, "3 1 2 good"},
	{"digest agility is per selector", "good", "3 1 1 good, 3 0 2 good2", MX, "",
		TLS_STATUS_VERIFIED, EE, 0, "3 1 1 good"},
	{"full data is exempt from digest agility", "good", "3 1 2 good2, 3 1 0 good", MX, "",
		TLS_STATUS_VERIFIED, EE, 0, "3 1 0 good"},
	{"an SHA-1 signature is no matter under DANE-EE", "sha1", "3 1 1 sha1", MX, "",
		TLS_STATUS_VERIFIED, EE, 0, "3 1 1 sha1"},
	{"a wildcard certificate names the host", "wildcard", "2 1 1 inter", MX, "",
		TLS_STATUS_VERIFIED, TA, 1, "2 1 1 inter"},
};

START_TEST(dane_outcomes_are_those_of_the_table) {
	const struct dane_case *c = &dane_cases[_i];
	struct tls_lab lab;
	tls_lab_open(&lab);
	struct tls_spec spec = {.level = TLS_LEVEL_DANE, .report_as = TLS_LEVEL_DANE};
	spec.tlsa = tls_lab_records(&lab, c->records, &spec.n_tlsa);
	spec.names = tls_lab_names(&lab, c->names, &spec.n_names);
	struct tls_meeting *meeting =
		tls_meet(&lab, NULL, &spec, &(struct tls_server_plan){.certificate = c->certificate});
	ck_assert_msg(meeting->step == TLS_STEP_DONE, "%s: %s", c->what, meeting->err.text);
	const struct tls_facts *facts = meeting->facts;
	const char *errors = tls_lab_errors(&lab, facts);
	ck_assert_msg(strcmp(errors, c->errors) == 0, "%s: errors %s", c->what, errors);
	ck_assert_msg(facts->proof.status == c->status, "%s: status %d", c->what, facts->proof.status);
	ck_assert_msg(
		facts->proof.matched == c->matched, "%s: matched %d", c->what, facts->proof.matched);
	ck_assert_msg(facts->proof.matched_depth == c->depth, "%s: depth %d", c->what,
		facts->proof.matched_depth);
	ck_assert_uint_eq(facts->proof.n_usable, spec.n_tlsa);
	ck_assert_msg(
		(tls_record_matched(&facts->proof) != NULL) == (c->record != NULL), "%s: record", c->what);
	if (c->record != NULL) {
		size_t n = 0;
		const struct tlsa *expected = tls_lab_records(&lab, c->record, &n);
		ck_assert_msg(span_equal(tls_record_matched(&facts->proof)->rdata, expected->rdata),
			"%s: record", c->what);
	}
	tls_lab_prove_same(meeting, &spec, (int64_t)time(NULL), c->what);
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

START_TEST(a_proof_is_of_its_own_time_and_demand) {
	static const int64_t day = 86400;
	static const struct {
		const char *records;
		const char *name;
		int64_t days;
		const char *errors;
		int record;
		int depths[2];
	} cases[] = {
		{"3 1 1 good, 2 1 1 inter", MX, 10000, "", 0, {0, 1}},
		{"2 1 1 inter, 3 1 1 good2", MX, 0, "", 0, {1, -1}},
		{"2 1 1 inter, 3 1 1 good2", MX, 600, "10@0", 0, {1, -1}},
		{"2 1 1 inter, 3 1 1 good2", "other.example", 0, "62@0", 0, {1, -1}},
		{"3 1 1 good2, 3 1 1 wildcard", MX, 0, "65@0", -1, {-1, -1}},
	};
	struct tls_lab lab;
	tls_lab_open(&lab);
	struct tls_spec spec = tls_lab_spec(TLS_LEVEL_MAY);
	struct tls_meeting *meeting = tls_meet(&lab, NULL, &spec, &(struct tls_server_plan){0});
	struct tls_spec demand = {.level = TLS_LEVEL_DANE, .report_as = TLS_LEVEL_DANE};
	demand.tlsa = tls_lab_records(&lab, cases[_i].records, &demand.n_tlsa);
	demand.names = tls_lab_names(&lab, cases[_i].name, &demand.n_names);
	struct err err = {0};
	const struct tls_proof *proof = tls_prove(meeting->context, lab.arena, &demand, meeting->facts,
		(int64_t)time(NULL) + cases[_i].days * day, &err);
	ck_assert_ptr_nonnull(proof);
	const struct tls_facts errors = {.proof = *proof};
	ck_assert_str_eq(tls_lab_errors(&lab, &errors), cases[_i].errors);
	ck_assert_int_eq(proof->matched_record, cases[_i].record);
	ck_assert_int_eq(tls_record_depth(&demand.tlsa[0], meeting->facts), cases[_i].depths[0]);
	ck_assert_int_eq(tls_record_depth(&demand.tlsa[1], meeting->facts), cases[_i].depths[1]);
	const struct tls_facts nothing = {.n_chain = 0};
	ck_assert_ptr_null(tls_prove(meeting->context, lab.arena, &demand, &nothing, 0, &err));
	ck_assert_int_eq(err.kind, ERR_LOCAL);
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

START_TEST(a_bare_key_is_proved_by_a_record_about_it) {
	static const struct {
		const char *records;
		enum tls_level level;
		enum tls_status status;
		int record;
	} cases[] = {
		{"3 1 1 good", TLS_LEVEL_DANE, TLS_STATUS_VERIFIED, 0},
		{"3 1 1 good2, 3 1 2 good", TLS_LEVEL_DANE_ONLY, TLS_STATUS_VERIFIED, 1},
		{"3 1 1 good, 3 1 2 good2", TLS_LEVEL_DANE, TLS_STATUS_VERIFIED, 0},
		{"2 1 1 inter, 3 1 0 good", TLS_LEVEL_DANE, TLS_STATUS_VERIFIED, 1},
		{"3 1 1 good", TLS_LEVEL_HALF_DANE, TLS_STATUS_TRUSTED, 0},
		{"3 1 1 good2, 2 1 1 good, 3 0 1 good", TLS_LEVEL_DANE, TLS_STATUS_UNTRUSTED, -1},
	};
	struct tls_lab lab;
	tls_lab_open(&lab);
	struct tls_spec spec = tls_lab_spec(TLS_LEVEL_MAY);
	struct tls_meeting *meeting = tls_meet(&lab, NULL, &spec, &(struct tls_server_plan){0});
	uint8_t data[PKI_DATA_MAX];
	struct tls_facts shown = {.raw_public_key = true, .raw_key = {data, 0}};
	ck_assert(pki_data(lab.pki, "good", PKI_SPKI, 0, data, &shown.raw_key.len));
	struct tls_spec demand = {.level = cases[_i].level, .report_as = cases[_i].level};
	demand.tlsa = tls_lab_records(&lab, cases[_i].records, &demand.n_tlsa);
	demand.names = tls_lab_names(&lab, "other.example", &demand.n_names);
	struct err err = {0};
	const struct tls_proof *proof =
		tls_prove(meeting->context, lab.arena, &demand, &shown, (int64_t)time(NULL), &err);
	bool fine = cases[_i].record >= 0;
	ck_assert_ptr_nonnull(proof);
	ck_assert_int_eq(proof->status, cases[_i].status);
	ck_assert_int_eq(proof->matched_record, cases[_i].record);
	ck_assert_int_eq(proof->matched, fine ? TLS_MATCHED_DANE_RAW_KEY : TLS_MATCHED_NOTHING);
	ck_assert(proof->trusted == fine && proof->name_matched && !proof->names_checked);
	const struct tls_facts errors = {.proof = *proof};
	ck_assert_str_eq(tls_lab_errors(&lab, &errors), fine ? "" : "65@0");
	demand.level = demand.report_as = TLS_LEVEL_SECURE; /* such senders are shown a certificate */
	ck_assert_ptr_null(tls_prove(meeting->context, lab.arena, &demand, &shown, 0, &err));
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

/* Chains are decoded once for as long as they are kept: whose is whose is told apart, also of more
 * than are kept, and with the same certificates in another number. */
START_TEST(many_chains_are_proved_in_turn) {
	enum { LEAVES = 3, LONGEST = 30 };
	static const char *const leaves[LEAVES] = {"good", "good2", "good3"};
	static uint8_t data[LEAVES + 1][PKI_DATA_MAX];
	struct span der[LEAVES + 1];
	struct tls_lab lab;
	tls_lab_open(&lab);
	struct tls_spec spec = tls_lab_spec(TLS_LEVEL_MAY);
	struct tls_meeting *meeting = tls_meet(&lab, NULL, &spec, &(struct tls_server_plan){0});
	struct tls_spec demand = {.level = TLS_LEVEL_DANE, .report_as = TLS_LEVEL_DANE};
	demand.tlsa = tls_lab_records(&lab, "3 1 1 good2", &demand.n_tlsa);
	for (size_t i = 0; i <= LEAVES; i++) {
		der[i].at = data[i];
		ck_assert(
			pki_data(lab.pki, i < LEAVES ? leaves[i] : "inter", PKI_CERT, 0, data[i], &der[i].len));
	}
	for (size_t i = 0; i < 2 * (LEAVES * LONGEST); i++) {
		size_t leaf = i / 2 % LEAVES; /* each twice, one behind the other */
		struct tls_cert chain[LONGEST];
		struct tls_facts shown = {.chain = chain, .n_chain = 1 + i / 2 / LEAVES};
		for (size_t k = 0; k < shown.n_chain; k++) {
			chain[k] = (struct tls_cert){.der = der[k == 0 ? leaf : LEAVES]};
		}
		struct err err = {0};
		const struct tls_proof *proof =
			tls_prove(meeting->context, lab.arena, &demand, &shown, (int64_t)time(NULL), &err);
		ck_assert_ptr_nonnull(proof);
		ck_assert_msg(
			proof->status == (leaf == 1 ? TLS_STATUS_VERIFIED : TLS_STATUS_UNTRUSTED), "%zu", i);
	}
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

/* --- more than anybody needs --- */

START_TEST(whole_records_count_up_to_a_bound) {
	static const struct {
		int usage;
		size_t usable;
	} cases[] = {{TLSA_DANE_EE, TLS_WHOLE_RECORDS_MAX}, {TLSA_DANE_TA, TLS_ISSUER_KEYS_MAX}};
	struct tls_lab lab;
	tls_lab_open(&lab);
	struct tlsa records[TLS_WHOLE_RECORDS_MAX + 3];
	struct tls_spec spec = {.level = TLS_LEVEL_DANE,
		.report_as = TLS_LEVEL_DANE,
		.tlsa = records,
		.n_tlsa = sizeof records / sizeof records[0]};
	spec.names = tls_lab_names(&lab, MX, &spec.n_names);
	for (size_t i = 0; i < spec.n_tlsa; i++) {
		records[i] = tls_lab_record(&lab, "otherinter", cases[_i].usage, 1, 0);
	}
	/* Those behind are looked at first. */
	records[spec.n_tlsa - 1] =
		tls_lab_record(&lab, _i == 0 ? "good" : "inter", cases[_i].usage, 1, 0);
	struct tls_meeting *meeting = tls_meet(&lab, NULL, &spec, &(struct tls_server_plan){0});
	const struct tls_facts *facts = meeting->facts;
	ck_assert_int_eq(facts->proof.status, TLS_STATUS_VERIFIED);
	ck_assert_uint_eq(facts->proof.n_usable, cases[_i].usable);
	ck_assert_uint_eq(facts->proof.n_refused, spec.n_tlsa - cases[_i].usable);
	ck_assert_ptr_nonnull(strstr(facts->proof.refused[0], "too many"));
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

/* --- which digests count (tls_dane_digests) --- */

struct digest_case {
	const char *digests;
	const char *records;
	enum tls_status status;
	size_t n_usable;
};

static const struct digest_case digest_cases[] = {
	{NULL, "3 1 2 good", TLS_STATUS_VERIFIED, 1},
	{"sha256", "3 1 2 good", TLS_STATUS_UNTRUSTED, 0},
	{"sha256", "3 1 1 good", TLS_STATUS_VERIFIED, 1},
	{"sha256", "3 1 0 good", TLS_STATUS_VERIFIED, 1},
	{"sha512", "3 1 1 good", TLS_STATUS_UNTRUSTED, 0},
	/* only the preferred one counts */
	{NULL, "3 1 2 good2, 3 1 1 good", TLS_STATUS_UNTRUSTED, 2},
	{"sha512 sha256", "3 1 2 good2, 3 1 1 good", TLS_STATUS_UNTRUSTED, 2},
	{"sha256 sha512", "3 1 2 good2, 3 1 1 good", TLS_STATUS_VERIFIED, 2},
	{"sha384=3 sha256", "3 1 1 good", TLS_STATUS_VERIFIED, 1},
	{"=1 sha512", "3 1 1 good", TLS_STATUS_UNTRUSTED, 0},
};

START_TEST(digests_count_when_and_as_listed) {
	const struct digest_case *c = &digest_cases[_i];
	struct tls_lab lab;
	tls_lab_open(&lab);
	struct tls_settings settings = tls_lab_settings();
	settings.dane_digests = c->digests;
	struct tls_spec spec = {.level = TLS_LEVEL_DANE_ONLY, .report_as = TLS_LEVEL_DANE_ONLY};
	spec.tlsa = tls_lab_records(&lab, c->records, &spec.n_tlsa);
	struct tls_meeting *meeting = tls_meet(&lab, &settings, &spec, &(struct tls_server_plan){0});
	ck_assert_int_eq(meeting->facts->proof.status, c->status);
	ck_assert_uint_eq(meeting->facts->proof.n_usable, c->n_usable);
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

START_TEST(a_private_matching_type_can_be_given_a_digest) {
	struct tls_lab lab;
	tls_lab_open(&lab);
	struct tls_settings settings = tls_lab_settings();
	settings.dane_digests = "sha384=200";
	const struct tlsa whole = tls_lab_record(&lab, "good", 3, 1, 0);
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	ck_assert_int_eq(
		EVP_Digest(whole.data.at, whole.data.len, digest, &len, EVP_sha384(), NULL), 1);
	const struct tlsa record = {.usage = 3, .selector = 1, .matching = 200, .data = {digest, len}};
	const struct tls_spec spec = {.level = TLS_LEVEL_DANE_ONLY,
		.report_as = TLS_LEVEL_DANE_ONLY,
		.tlsa = &record,
		.n_tlsa = 1};
	struct tls_meeting *meeting = tls_meet(&lab, &settings, &spec, &(struct tls_server_plan){0});
	ck_assert_int_eq(meeting->facts->proof.status, TLS_STATUS_VERIFIED);
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

START_TEST(fingerprints_work_with_any_list_of_digests) {
	struct tls_lab lab;
	tls_lab_open(&lab);
	struct tls_settings settings = tls_lab_settings();
	settings.dane_digests = "sha512";
	const struct tlsa record = tls_lab_record(&lab, "good", 3, 1, 1);
	const struct tls_spec spec = {.level = TLS_LEVEL_FINGERPRINT,
		.report_as = TLS_LEVEL_FINGERPRINT,
		.fingerprints = &record.data,
		.n_fingerprints = 1};
	struct tls_meeting *meeting = tls_meet(&lab, &settings, &spec, &(struct tls_server_plan){0});
	ck_assert_int_eq(meeting->facts->proof.status, TLS_STATUS_VERIFIED);
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

/* One case per row of a table. */
#define LOOP(name, table)                                                                          \
	tcase_add_loop_test(tc, name, 0, (int)(sizeof(table) / sizeof((table)[0])))

UNIT_MAIN("tls_dane", LOOP(dane_outcomes_are_those_of_the_table, dane_cases);
		  LOOP(digests_count_when_and_as_listed, digest_cases);
		  tcase_add_loop_test(tc, a_proof_is_of_its_own_time_and_demand, 0, 5);
		  tcase_add_loop_test(tc, a_bare_key_is_proved_by_a_record_about_it, 0, 6);
		  tcase_add_test(tc, many_chains_are_proved_in_turn);
		  tcase_add_loop_test(tc, whole_records_count_up_to_a_bound, 0, 2);
		  tcase_add_test(tc, a_private_matching_type_can_be_given_a_digest);
		  tcase_add_test(tc, fingerprints_work_with_any_list_of_digests);)
