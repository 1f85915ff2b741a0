/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Names beyond ASCII, with libidn2 and without. */
#include "config/idn.h"

#include "unit.h"

#define UE "\xc3\xbc" /* u with two dots */

static const struct {
	const char *text;
	const char *ascii; /* as it is, unless converted */
	enum idn_mapping mapping;
} good[] = {
	{"", "", IDN_NON_TRANSITIONAL},
	{"Example.org", "Example.org", IDN_NON_TRANSITIONAL},
	{"[192.0.2.1]:25", "[192.0.2.1]:25", IDN_NON_TRANSITIONAL},
	{"unix:/b" UE, "unix:/b" UE, IDN_NON_TRANSITIONAL},
	{"example.org:" UE, "example.org:" UE, IDN_NON_TRANSITIONAL},
	{"[example.org]" UE, "[example.org]" UE, IDN_NON_TRANSITIONAL},
	{"b" UE "cher.example", "xn--bcher-kva.example", IDN_NON_TRANSITIONAL},
	{"B\xc3\x9c"
	 "CHER.Example",
		"xn--bcher-kva.example", IDN_NON_TRANSITIONAL},
	{"u\xcc\x88.y", "xn--tda.y", IDN_NON_TRANSITIONAL},
	{"[b" UE "cher.example]:25", "[xn--bcher-kva.example]:25", IDN_NON_TRANSITIONAL},
	{"[b" UE "cher.example", "[xn--bcher-kva.example", IDN_NON_TRANSITIONAL},
	{"inet:b" UE ".x:smtp", "inet:xn--b-eha.x:smtp", IDN_NON_TRANSITIONAL},
	{"inet:[" UE ".x]:24", "inet:[xn--tda.x]:24", IDN_NON_TRANSITIONAL},
	{"." UE ".x", ".xn--tda.x", IDN_NON_TRANSITIONAL},
	{UE "\xe3\x80\x82x\xef\xbc\x8ey\xef\xbd\xa1z", "xn--tda.x.y.z", IDN_NON_TRANSITIONAL},
	{UE "_x.y", "xn--_x-wka.y", IDN_NON_TRANSITIONAL},
	{"fa\xc3\x9f.de", "xn--fa-hia.de", IDN_NON_TRANSITIONAL},
	{"fa\xc3\x9f.de", "fass.de", IDN_TRANSITIONAL},
	{"\xef\xbd\x81.x", "a.x", IDN_NON_TRANSITIONAL},
	{"[\xef\xbd\x89net]:25", "[inet]:25", IDN_NON_TRANSITIONAL},
	{"inet:\xef\xbd\x89net:25", "inet:inet:25", IDN_NON_TRANSITIONAL},
	{"\xef\xbd\x89net", "inet", IDN_NON_TRANSITIONAL},
};

#define FIFTY "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

/* What Postfix 3.7.11 says. */
static const struct {
	const char *name;
	const char *reason;
} bad[] = {
	{"b.." UE, "UIDNA_ERROR_EMPTY_LABEL"},
	{".." UE, "UIDNA_ERROR_EMPTY_LABEL"},
	{"\xff\xfe.x", "malformed UTF-8"},
	{"b\xc3", "malformed UTF-8"},
	{UE "-.x", "UIDNA_ERROR_TRAILING_HYPHEN"},
	{"-" UE ".x", "UIDNA_ERROR_LEADING_HYPHEN"},
	{UE FIFTY FIFTY ".x", "UIDNA_ERROR_LABEL_TOO_LONG"},
	{UE "." FIFTY "." FIFTY "." FIFTY "." FIFTY "." FIFTY "." FIFTY,
		"UIDNA_ERROR_DOMAIN_NAME_TOO_LONG"},
	{UE " b", "malformed ASCII label(s)"},
	{UE "@x", "malformed ASCII label(s)"},
	{UE "[x].y", "malformed ASCII label(s)"},
	{"ab--" UE ".y", "UIDNA_ERROR_HYPHEN_3_4"},
	{"xn--" UE ".y", "UIDNA_ERROR_PUNYCODE"},
	{UE ".xn--a.y", "UIDNA_ERROR_INVALID_ACE_LABEL"},
	/* A colon that is none, and figures that would make an address. */
	{"\xef\xbd\x81\xef\xbc\x9a\xef\xbc\x92\xef\xbc\x95.x", "malformed ASCII label(s)"},
	{"\xef\xbc\x91.2.\xef\xbc\x93.\xef\xbc\x94", "malformed ASCII label(s)"},
	{UE ".", "malformed ASCII label(s)"},
	{"\xcc\x81"
	 "a.x",
		"UIDNA_ERROR_LEADING_COMBINING_MARK"},
	/* Wide letters would become the beginning of something else; in brackets they are a name. */
	{"\xef\xbd\x89net:25", "it would be read as another kind of destination"},
	{"\xef\xbd\x95nix:/tmp/x", "it would be read as another kind of destination"},
};

static bool is_converted(const char *from, const char *to) {
	return strcmp(from, to) != 0;
}

START_TEST(a_name_becomes_ascii) {
	const char *ascii = NULL;
	struct err err = {0};
	bool done = idn_to_ascii(unit_arena(), good[_i].text, good[_i].mapping, &ascii, &err);
	if (!idn_is_available() && is_converted(good[_i].text, good[_i].ascii)) {
		ck_assert(!done);
		ck_assert_ptr_nonnull(strstr(err.text, "built without libidn2"));
		return;
	}
	ck_assert_str_eq(err.text, "");
	ck_assert(done);
	ck_assert_str_eq(ascii, good[_i].ascii);
	if (!is_converted(good[_i].text, good[_i].ascii)) {
		ck_assert_ptr_eq(ascii, good[_i].text);
	}
}
END_TEST

START_TEST(a_bad_name_is_told_in_postfix_words) {
	const char *ascii = NULL;
	struct err err = {0};
	ck_assert(!idn_to_ascii(unit_arena(), bad[_i].name, IDN_NON_TRANSITIONAL, &ascii, &err));
	ck_assert_int_eq(err.kind, ERR_USAGE);
	char text[sizeof err.text];
	const char *shown = bad[_i].name[0] == '.' ? bad[_i].name + 1 : bad[_i].name;
	size_t len = strcspn(shown, ":") < 100 ? strcspn(shown, ":") : 100;
	snprintf(text, sizeof text, "Problem translating domain \"%.*s\" to ASCII form: %s", (int)len,
		shown, idn_is_available() ? bad[_i].reason : "this program was built without libidn2");
	ck_assert_str_eq(err.text, text);
	ck_assert_str_eq(idn_reason(&err),
		idn_is_available() ? bad[_i].reason : "this program was built without libidn2");
}
END_TEST

START_TEST(a_reason_is_found_behind_any_name) {
	const char *ascii = NULL;
	struct err err = {0};
	const char *name = "b\xc3\xbc.. to ASCII form: x";
	ck_assert(!idn_to_ascii(unit_arena(), name, IDN_NON_TRANSITIONAL, &ascii, &err));
	ck_assert_ptr_null(strstr(idn_reason(&err), "ASCII"));
}
END_TEST

START_TEST(only_bytes_beyond_ascii_need_it) {
	ck_assert(!idn_is_needed(""));
	ck_assert(!idn_is_needed("xn--bcher-kva.example\x7f"));
	ck_assert(idn_is_needed("b\xc3"));
}
END_TEST

UNIT_MAIN(
	"idn", tcase_add_loop_test(tc, a_name_becomes_ascii, 0, (int)(sizeof good / sizeof *good));
	tcase_add_loop_test(
		tc, a_bad_name_is_told_in_postfix_words, 0, (int)(sizeof bad / sizeof *bad));
	tcase_add_test(tc, a_reason_is_found_behind_any_name);
	tcase_add_test(tc, only_bytes_beyond_ascii_need_it);)
