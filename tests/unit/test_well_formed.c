/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The parsers that fuzzed output is held against can say no. */
#include "tests/fuzz/well_formed.h"

#include "unit.h"

static const struct {
	bool (*parser)(struct span text);
	bool fine;
	const char *text;
} rows[] = {
	{well_formed_lines, true, "SMTP_TLS OK - fine | time=1s\n"},
	{well_formed_lines, true, "SMTP_TLS WARNING - \xc3\xa4\n[OK] more\n"},
	{well_formed_lines, false, "SMTP_TLS OK - fine"},
	{well_formed_lines, false, "SMTP_TLS FINE - fine\n"},
	{well_formed_lines, false, "SMTP_TLS OK - a | b | c\n"},
	{well_formed_lines, false, "SMTP_TLS OK - a\nb | c\n"},
	{well_formed_lines, false, "SMTP_TLS OK - a\nSMTP_TLS OK - b\n"},
	{well_formed_lines, false, "SMTP_TLS OK - \x1b[2J\n"},
	{well_formed_lines, false, "SMTP_TLS OK - \xff\n"},
	{well_formed_lines, false, "SMTP_TLS OK - \xc2\x9b\n"},
	{well_formed_lines, false, "SMTP_TLS OK - \xe2\x80\xae\n"},
	{well_formed_lines, false, "SMTP_TLS OK - \xc2\xad\n"},
	{well_formed_lines, false, "SMTP_TLS OK - \xed\xa0\x80\n"},
	{well_formed_json, true, "{\"a\":[1,-2.5,true,null],\"b\":{\"c\":\"\\u00e4\\n\"}}\n"},
	{well_formed_json, false, "{\"a\":1}"},
	{well_formed_json, false, "{\"a\":1}\n{}\n"},
	{well_formed_json, false, "{\"a\":01}\n"},
	{well_formed_json, false, "{\"a\":1,}\n"},
	{well_formed_json, false, "{\"a\" 1}\n"},
	{well_formed_json, false, "{\"a\":\"\\x\"}\n"},
	{well_formed_json, false, "{\"a\":\"\\u00g0\"}\n"},
	{well_formed_json, false, "{\"a\":\"b\nc\"}\n"},
	{well_formed_json, false, "{\"a\":\"\xff\"}\n"},
	{well_formed_json, false, "[1]\n"},
	{well_formed_metrics, true,
		"# TYPE a gauge\n# HELP a Words.\na{b=\"c\\\"d\",e=\"\"} 1\na 0.5\n# EOF\n"},
	{well_formed_metrics, false, "# TYPE a gauge\n"},
	{well_formed_metrics, false, "a{b=\"c\"d\"} 1\n# EOF\n"},
	{well_formed_metrics, false, "a{b=\"c\\d\"} 1\n# EOF\n"},
	{well_formed_metrics, false, "a{b=\"c} 1\n# EOF\n"},
	{well_formed_metrics, false, "1a 1\n# EOF\n"},
	{well_formed_metrics, false, "a one\n# EOF\n"},
	{well_formed_metrics, false, "a 1\n# EOF\nb 1\n"},
};

START_TEST(a_text_is_well_formed_or_not) {
	ck_assert_msg(
		rows[_i].parser(span_of(rows[_i].text)) == rows[_i].fine, "row %d: %s", _i, rows[_i].text);
}
END_TEST

UNIT_MAIN("well_formed",
		  tcase_add_loop_test(tc, a_text_is_well_formed_or_not, 0, sizeof rows / sizeof *rows);)
