/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of issuers: its grammar, and whether the one that is installed keeps to it. */
#include "verdict/issuers.h"

#include "unit.h"

#define HEX "6ebcefb4210b088654a38b03fea3d7d1c711b4fb1ddc363a45f9b1a4e53da01e"
#define HEX2 "B3FB5D00E994CDDF2CC9A4EEA9F806BC5727E83CC0E4299BF956F2D524FE5376"
#define DATE "date\t2026-07-08\n"

/* fault NULL: the table is fine. */
static const struct {
	const char *text;
	const char *fault;
	size_t n;
} tables[] = {
	{DATE, NULL, 0},
	{"# x\r\n" DATE "\nA CA\tX1\tactive\t" HEX "\nA CA\tX2\tretired\t" HEX2 "\r\n", NULL, 2},
	{"CA\tX1\tROOT\t" HEX "\n" DATE, NULL, 1},
	{DATE "CA\tX1\tbackup\t" HEX, NULL, 1},
	{"", "f: a line \"date\", tab, YYYY-MM-DD is missing", 0},
	{"date\t2026-7-8\n", "f, line 1: the date must be YYYY-MM-DD", 0},
	{"date\t2026-13-01\n", "f, line 1: the date must be YYYY-MM-DD", 0},
	{"date\t2026-00-01\n", "f, line 1: the date must be YYYY-MM-DD", 0},
	{DATE DATE, "f, line 2: there is a second date", 0},
	{DATE "CA\tX1\tactive\n", "f, line 2: four fields", 0},
	{DATE "CA\tX1\tactive\t" HEX "\tmore\n", "f, line 2: four fields", 0},
	{DATE "CA X1 active " HEX "\n", "f, line 2: four fields", 0},
	{DATE "CA\tX1\tasleep\t" HEX "\n", "f, line 2: the third field", 0},
	{DATE "\tX1\tactive\t" HEX "\n", "f, line 2: group and name", 0},
	{DATE "CA\tX1\tactive\t" HEX "0\n", "f, line 2: the fourth field", 0},
	{DATE "CA\tX1\tactive\tg" HEX "\n", "f, line 2: the fourth field", 0},
	{DATE "CA\tX1\tactive\t" HEX "\nCA\tX2\tactive\t" HEX "\n", "f, line 3: this key stands", 0},
};

START_TEST(a_table_is_read_or_refused_with_the_line) {
	struct issuer_table table;
	struct err err = {0};
	bool fine =
		issuers_read(&table, unit_arena(), "f", unit_guarded(span_of(tables[_i].text)), &err);
	if (tables[_i].fault == NULL) {
		ck_assert_msg(fine, "%s", err.text);
		ck_assert_uint_eq(table.n, tables[_i].n);
		return;
	}
	ck_assert(!fine);
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_msg(
		strncmp(err.text, tables[_i].fault, strlen(tables[_i].fault)) == 0, "%s", err.text);
}
END_TEST

START_TEST(no_prefix_reads_too_far) {
	struct span all = span_of(tables[_i].text);
	for (size_t n = 0; n <= all.len; n++) {
		struct issuer_table table;
		issuers_read(
			&table, unit_arena(), "f", unit_guarded((struct span){all.at, n}), &(struct err){0});
	}
}
END_TEST

START_TEST(dates_are_days_since_1970) {
	static const struct {
		const char *text;
		int64_t date;
	} dates[] = {{"date\t1970-01-01\n", 0}, {"date\t2000-02-29\n", 951782400},
		{"date\t2026-07-08\n", 1783468800}, {"date\t2100-03-01\n", 4107542400}};
	for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++) {
		struct issuer_table table;
		ck_assert(issuers_read(&table, unit_arena(), "f", span_of(dates[i].text), NULL));
		ck_assert_int_eq(table.date, dates[i].date);
	}
}
END_TEST

/* What is shipped: read whole, every group has an active issuer, and a known one is found. */
START_TEST(the_installed_table_keeps_to_its_form) {
	const char *source = getenv("srcdir");
	char name[4096];
	snprintf(name, sizeof name, "%s/plugins/issuers.tsv", source != NULL ? source : ".");
	FILE *file = fopen(name, "r");
	ck_assert_msg(file != NULL, "%s", name);
	static uint8_t text[ISSUERS_OCTETS_MAX];
	struct span all = {text, fread(text, 1, sizeof text, file)};
	fclose(file);
	struct issuer_table table;
	struct err err = {0};
	ck_assert_msg(issuers_read(&table, unit_arena(), name, all, &err), "%s", err.text);
	ck_assert_int_gt(table.date, INT64_C(1767225600)); /* 2026 */
	for (size_t i = 0; i < table.n; i++) {
		bool active = false;
		for (size_t k = 0; k < table.n; k++) {
			active = active || (strcmp(table.list[i].group, table.list[k].group) == 0 &&
								   table.list[k].state == ISSUER_ACTIVE);
		}
		ck_assert_msg(active, "no active issuer in group %s", table.list[i].group);
	}
	const struct issuer *issuer =
		issuers_find(&table, (struct span){table.list[0].digest, ISSUER_DIGEST_OCTETS});
	ck_assert_ptr_eq(issuer, &table.list[0]);
	ck_assert(issuer_may_sign(issuer));
	ck_assert_ptr_null(issuers_find(&table, span_of("short")));
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

UNIT_MAIN(
	"issuers", tcase_add_loop_test(tc, a_table_is_read_or_refused_with_the_line, 0, COUNT(tables));
	tcase_add_loop_test(tc, no_prefix_reads_too_far, 0, COUNT(tables));
	tcase_add_test(tc, dates_are_days_since_1970);
	tcase_add_test(tc, the_installed_table_keeps_to_its_form);)
