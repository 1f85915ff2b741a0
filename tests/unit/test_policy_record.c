/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* TXT records of MTA-STS and TLSRPT: which count, what they say, what is wrong with them. */
#include "smtp/policy_record.h"

#include "unit.h"

#define STS POLICY_RECORD_STS
#define RPT POLICY_RECORD_TLSRPT
#define ID32 "abcdefghijklmnopqrstuvwxyz012345"

static const struct {
	enum policy_record_kind kind;
	enum policy_record_outcome outcome;
	const char *text;
	const char *value; /* or the start of the fault */
} cases[] = {
	{STS, POLICY_RECORD_VALID, "v=STSv1; id=20261129T000000;", "20261129T000000"},
	{STS, POLICY_RECORD_VALID, "v=STSv1;id=1", "1"},
	{STS, POLICY_RECORD_VALID, "v=STSv1 ; id=" ID32 " ; ", ID32},
	{STS, POLICY_RECORD_VALID, "v=STSv1; new.field-1=x; id=a", "a"},
	{STS, POLICY_RECORD_VALID, "v=STSv1; " ID32 "=x; id=a", "a"},
	{STS, POLICY_RECORD_INVALID, "v=STSv1; " ID32 "6=x; id=a", "a field has a malformed name"},
	{STS, POLICY_RECORD_VALID, "v=STSv1; id=a; id=b", "a"},
	{STS, POLICY_RECORD_INVALID, "v=STSv1; id=" ID32 "6", "id must have"},
	{STS, POLICY_RECORD_INVALID, "v=STSv1; id=", "id must have"},
	{STS, POLICY_RECORD_INVALID, "v=STSv1; id=2026-11-29", "id must consist"},
	{STS, POLICY_RECORD_INVALID, "v=STSv1; id=\"1\"", "id must consist"},
	{STS, POLICY_RECORD_INVALID, "v=STSv1; ID=1", "it has no id"},
	{STS, POLICY_RECORD_INVALID, "v=STSv1;", "it has no id"},
	{STS, POLICY_RECORD_INVALID, "v=STSv1; id=1;;", "a field is empty"},
	{STS, POLICY_RECORD_INVALID, "v=STSv1; id=1; x", "a field has no \"=\""},
	{STS, POLICY_RECORD_INVALID, "v=STSv1; id = 1", "a field has a malformed name"},
	{STS, POLICY_RECORD_INVALID, "v=STSv1; id=1; x=a b", "a field has a character"},
	{STS, POLICY_RECORD_INVALID, "v=STSv1; id=1; x=", "a field has no value"},
	{STS, POLICY_RECORD_ABSENT, "v=STSv1", NULL},
	{STS, POLICY_RECORD_ABSENT, "v=STSv1 id=1", NULL},
	{STS, POLICY_RECORD_ABSENT, "v=STSv2; id=1", NULL},
	{STS, POLICY_RECORD_ABSENT, " v=STSv1; id=1", NULL},
	{STS, POLICY_RECORD_ABSENT, "V=STSv1; id=1", NULL},
	{STS, POLICY_RECORD_ABSENT, "", NULL},
	{RPT, POLICY_RECORD_VALID, "v=TLSRPTv1; rua=mailto:tls@example.org", "mailto:tls@example.org"},
	{RPT, POLICY_RECORD_VALID, "v=TLSRPTv1;rua=https://r.example/x , mailto:a@b;",
		"https://r.example/x , mailto:a@b"},
	{RPT, POLICY_RECORD_INVALID, "v=TLSRPTv1; rua=tls@example.org", "rua must list"},
	{RPT, POLICY_RECORD_INVALID, "v=TLSRPTv1; rua=mailto:", "rua has an address without"},
	{RPT, POLICY_RECORD_INVALID, "v=TLSRPTv1; rua=mailto:tls", "rua has a mailto: address without"},
	{RPT, POLICY_RECORD_INVALID, "v=TLSRPTv1; rua=mailto:a@b,", "rua must list"},
	{RPT, POLICY_RECORD_INVALID, "v=TLSRPTv1; rua=mailto:a@b!10m", "rua has a character"},
	{RPT, POLICY_RECORD_INVALID, "v=TLSRPTv1; rua=", "rua must list"},
	{RPT, POLICY_RECORD_INVALID, "v=TLSRPTv1; ruf=mailto:a@b", "it has no rua"},
	{RPT, POLICY_RECORD_ABSENT, "v=spf1 -all", NULL},
};

static void check_value(const struct policy_record *record, const char *want) {
	if (record->outcome == POLICY_RECORD_VALID) {
		ck_assert(span_equal(record->value, span_of(want)));
		ck_assert_ptr_null(record->fault);
	} else if (record->outcome == POLICY_RECORD_INVALID) {
		ck_assert_msg(strncmp(record->fault, want, strlen(want)) == 0, "%s", record->fault);
	} else {
		ck_assert_uint_eq(record->text.len, 0);
	}
}

START_TEST(a_record_says_what_it_is) {
	struct span text = unit_guarded(span_of(cases[_i].text));
	struct policy_record record = policy_record_read(cases[_i].kind, &text, 1);
	ck_assert_msg(record.outcome == cases[_i].outcome, "%s: %d", cases[_i].text, record.outcome);
	check_value(&record, cases[_i].value);
}
END_TEST

START_TEST(no_prefix_reads_too_far) {
	struct span all = span_of(cases[_i].text);
	for (size_t n = 0; n <= all.len; n++) {
		struct span text = unit_guarded((struct span){all.at, n});
		policy_record_read(cases[_i].kind, &text, 1);
	}
}
END_TEST

START_TEST(others_at_the_name_do_not_count_but_a_second_does) {
	struct span texts[] = {
		span_of("v=spf1 -all"), span_of("v=STSv1; id=1"), span_of("v=STSv1; id=2")};
	ck_assert_int_eq(policy_record_read(STS, texts, 0).outcome, POLICY_RECORD_ABSENT);
	ck_assert_int_eq(policy_record_read(STS, texts, 1).outcome, POLICY_RECORD_ABSENT);
	ck_assert_int_eq(policy_record_read(STS, texts, 2).outcome, POLICY_RECORD_VALID);
	ck_assert_int_eq(policy_record_read(STS, texts, 3).outcome, POLICY_RECORD_SEVERAL);
}
END_TEST

START_TEST(what_was_meant_for_a_record_and_is_none_is_told) {
	static const struct {
		enum policy_record_kind kind;
		const char *text;
		bool meant;
	} texts[] = {{STS, "V=STSv1; id=1", true}, {STS, " v=STSv1; id=1", true},
		{STS, "id=1; v=stsv1", true}, {STS, "v=STSv1", true}, {STS, "v=STSv2; id=1", false},
		{STS, "v=spf1 -all", false}, {STS, "v=STSv1; id=", false}, {STS, "", false},
		{RPT, "v=TLSRPT1; rua=mailto:a@b", true}, {RPT, "v=STSv1; id=1", false}};
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct span all[] = {
			span_of("v=spf1 -all"), unit_guarded(span_of(texts[i].text)), span_of("v=STSv1; id=1")};
		struct policy_record record = policy_record_read(texts[i].kind, all, 2);
		ck_assert_msg((record.meant.len > 0) == texts[i].meant, "%s", texts[i].text);
		ck_assert(!texts[i].meant || record.meant.at == all[1].at);
		ck_assert_uint_eq(policy_record_read(STS, all, 3).meant.len, 0);
	}
}
END_TEST

START_TEST(the_strings_of_a_record_are_joined_without_blanks) {
	static const struct {
		const char *rdata;
		const char *text;
	} rdata[] = {{"\10v=STSv1;\5 id=1", "v=STSv1; id=1"}, {"\3abc", "abc"}, {"\5abc", "abc"},
		{"\1a\1b", "ab"}, {"", ""}};
	for (size_t i = 0; i < sizeof rdata / sizeof rdata[0]; i++) {
		struct span joined =
			policy_record_join(unit_arena(), unit_guarded(span_of(rdata[i].rdata)));
		ck_assert(span_equal(joined, span_of(rdata[i].text)));
	}
	static const uint8_t empty_between[] = {1, 'a', 0, 1, 'b', 200};
	struct span joined = policy_record_join(
		unit_arena(), unit_guarded((struct span){empty_between, sizeof empty_between}));
	ck_assert(span_equal(joined, span_of("ab")));
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

UNIT_MAIN("policy_record", tcase_add_loop_test(tc, a_record_says_what_it_is, 0, COUNT(cases));
		  tcase_add_loop_test(tc, no_prefix_reads_too_far, 0, COUNT(cases));
		  tcase_add_test(tc, others_at_the_name_do_not_count_but_a_second_does);
		  tcase_add_test(tc, what_was_meant_for_a_record_and_is_none_is_told);
		  tcase_add_test(tc, the_strings_of_a_record_are_joined_without_blanks);)
