/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* main.cf: lines, settings, references. */
#include "config/main_cf.h"

#include <sys/stat.h>

#include "base/text.h"
#include "config/compat_level.h"
#include "unit.h"

#define DIRECTORY "/etc/postfix"
#define FATAL "dictionary mail_dict: macro processing error"

static struct main_cf *parsed(const char *text, struct err *err) {
	struct main_cf *cf = main_cf_new(unit_arena());
	return main_cf_parse(cf, unit_guarded(span_of(text)), DIRECTORY "/main.cf", err) ? cf : NULL;
}

/* The value of "x". */
static const char *value_in(const char *text) {
	struct err err = {0};
	struct main_cf *cf = parsed(text, &err);
	ck_assert_str_eq(err.text, "");
	const char *value = NULL;
	const char *warning = NULL;
	ck_assert(main_cf_value(cf, "x", &value, &warning, &err));
	ck_assert_ptr_null(warning);
	return value;
}

static const struct {
	const char *text;
	const char *value; /* of x; NULL: none */
} lines[] = {
	{"", NULL},
	{"x=1", "1"},
	{"x=1\n", "1"},
	{"x = 1 \t\r\n", "1"},
	{"x=", ""},
	{"x\n =\n 1", "1"},
	{"X=1", NULL},
	{"x=a=b", "a=b"},
	{"x=# no comment", "# no comment"},
	{"#x=1\n  # x=2\n", NULL},
	{"\n\n x=1\n", NULL}, /* a warning */
	{"x=1\n\n\ny=2", "1"},
	{"x=1\n  2\n\t3", "1  2\t3"},
	{"x=1\n# comment\n\n   \n 2", "1 2"},
	{"x=1\n  # comment\n 2\ny=3", "1 2"},
	{"x=1\nx=2", "2"},
	{"x=1\r\n 2\r\n", "1\r 2"},
};

START_TEST(a_value_is_read_as_postfix_reads_it) {
	const char *value = value_in(lines[_i].text);
	if (lines[_i].value == NULL) {
		ck_assert_ptr_null(value);
	} else {
		ck_assert_str_eq(value, lines[_i].value);
	}
}
END_TEST

static const struct {
	const char *text;
	const char *error;
} bad_lines[] = {
	{"x", DIRECTORY "/main.cf, line 1: missing '=' after attribute name: \"x\""},
	{"a=1\n\n# c\nx y = 1",
		DIRECTORY "/main.cf, line 4: missing '=' after attribute name: \"x y = 1\""},
	{"\n= 1\n 2", DIRECTORY "/main.cf, line 2: missing attribute name: \"= 1 2\""},
};

START_TEST(a_line_that_is_no_setting_is_named) {
	struct err err = {0};
	ck_assert_ptr_null(parsed(bad_lines[_i].text, &err));
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_str_eq(err.text, bad_lines[_i].error);
}
END_TEST

START_TEST(what_postfix_warns_of_is_kept) {
	struct err err = {0};
	const struct main_cf *cf =
		parsed("  a=1, and thirty letters or more\n b=1\nx=1\ny=2\nx=3\n 4\nz=5\ny=2", &err);
	size_t n = 0;
	const char *const *warnings = main_cf_warnings(cf, &n);
	ck_assert_uint_eq(n, 2);
	ck_assert_str_eq(warnings[0],
		DIRECTORY "/main.cf: logical line must not start with whitespace: "
				  "\"  a=1, and thirty letters or m...\"");
	ck_assert_str_eq(warnings[1], DIRECTORY "/main.cf, line 5: overriding earlier entry: x=1");
}
END_TEST

START_TEST(a_file_has_limits) {
	struct err err = {0};
	size_t len = MAIN_CF_OCTETS_MAX + 1;
	char *text = malloc(len);
	memset(text, '\n', len);
	struct main_cf *cf = main_cf_new(unit_arena());
	ck_assert(main_cf_parse(cf, (struct span){(uint8_t *)text, len - 1}, "f", &err));
	ck_assert(!main_cf_parse(cf, (struct span){(uint8_t *)text, len}, "f", &err));
	ck_assert_str_eq(err.text, "open f: longer than 1048576 octets");
	for (size_t i = 0; i + 4 <= len; i += 4) {
		memcpy(text + i, "a=1\n", 4);
	}
	err = (struct err){0};
	ck_assert(!main_cf_parse(cf, (struct span){(uint8_t *)text, len - 1}, "f", &err));
	ck_assert_str_eq(err.text, "f, line 10001: more than 10000 settings");
	free(text);
}
END_TEST

START_TEST(every_prefix_is_read_or_refused) {
	const char *text = "# c\nx = ${y?{a}:{b}} $$\n  $(z)\n\ny=${{1} <=level {2} ? {q}}\nz";
	for (size_t len = 0; len <= strlen(text); len++) {
		struct main_cf *cf = main_cf_new(unit_arena());
		struct span prefix = unit_guarded((struct span){(const uint8_t *)text, len});
		struct err err = {0};
		bool good = main_cf_parse(cf, prefix, "f", &err);
		ck_assert_int_eq(good, err.kind == ERR_NONE);
	}
}
END_TEST

START_TEST(a_file_is_found_in_its_directory) {
	char directory[] = "/tmp/test_main_cf_XXXXXX";
	ck_assert_ptr_nonnull(mkdtemp(directory));
	char file[64];
	snprintf(file, sizeof file, "%s/main.cf", directory);
	struct main_cf *cf = main_cf_new(unit_arena());
	struct err err = {0};
	ck_assert(!main_cf_load(cf, directory, &err));
	char text[128];
	snprintf(text, sizeof text, "open %s: No such file or directory", file);
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_str_eq(err.text, text);
	ck_assert_ptr_null(main_cf_directory(cf));

	FILE *out = fopen(file, "w");
	fputs("x = $y\ny = 1\n", out);
	fclose(out);
	ck_assert(main_cf_load(cf, directory, NULL));
	const char *value = NULL;
	const char *warning = NULL;
	ck_assert(main_cf_value(cf, "x", &value, &warning, NULL));
	ck_assert_str_eq(value, "1");
	ck_assert_str_eq(main_cf_directory(cf), directory);

	unlink(file);
	mkdir(file, 0700);
	err = (struct err){0};
	ck_assert(!main_cf_load(cf, directory, &err));
	snprintf(text, sizeof text, "read %s: Is a directory", file);
	ck_assert_str_eq(err.text, text);
	rmdir(file);
	rmdir(directory);
}
END_TEST

static const struct {
	const char *text;
	const char *value; /* NULL: refused */
} settings[] = {
	{"x=1", "1"},
	{" x = 1 ", "1"},
	{"x=", ""},
	{"x==", "="},
	{"x", NULL},
	{"", NULL},
	{"=1", NULL},
	{" =1", NULL},
	{"x y=1", NULL},
};

START_TEST(a_setting_needs_a_name_and_a_sign) {
	struct main_cf *cf = main_cf_new(unit_arena());
	ck_assert_int_eq(main_cf_set(cf, settings[_i].text), settings[_i].value != NULL);
	const char *value = NULL;
	const char *warning = NULL;
	ck_assert(main_cf_value(cf, "x", &value, &warning, NULL));
	if (settings[_i].value != NULL) {
		ck_assert_str_eq(value, settings[_i].value);
	}
}
END_TEST

START_TEST(settings_override_the_file_and_defaults_neither) {
	struct main_cf *cf = main_cf_new(unit_arena());
	ck_assert(main_cf_set(cf, "x=old"));
	ck_assert(main_cf_set(cf, "x=set$y$z"));
	ck_assert(main_cf_parse(cf, span_of("x=file\ny=file"), "f", NULL));
	struct main_cf *more = main_cf_derive(unit_arena(), cf);
	main_cf_default(more, "x", "default");
	main_cf_default(more, "z", "default");
	const char *value = NULL;
	const char *warning = NULL;
	ck_assert(main_cf_value(more, "x", &value, &warning, NULL));
	ck_assert_str_eq(value, "setfiledefault");
	ck_assert(main_cf_value(cf, "x", &value, &warning, NULL));
	ck_assert_str_eq(value, "setfile");
}
END_TEST

/* a is "A", e is empty, n is not there, r refers to a. */
#define NAMES "a=A\ne=\nr=<$a>\nx="

static const struct {
	const char *text;
	const char *value;
} references[] = {
	{"$a", "A"},
	{"${a}", "A"},
	{"$(a)", "A"},
	{"${ a }", "A"},
	{"$a$a-$a.$a_", "AA-A."},
	{"[$n]", "[]"},
	{"${ }", ""},
	{"$$a", "$a"},
	{"$$$a", "$A"},
	{"$r", "<A>"},
	{"${a?y}", "y"},
	{"${e?y}", ""},
	{"${n?y}", ""},
	{"${a:y}", ""},
	{"${e:y}", "y"},
	{"${n:y}", "y"},
	{"${a ?y}", "y"},
	{"${a? y }", " y "},
	{"${a? {y} }", "y"},
	{"${a?$r}", "<A>"},
	{"$(a?y)", "y"},
	{"${a?{y}:{z}}", "y"},
	{"${n?{y}:{z}}", "z"},
	{"${n?{y}:z$a}", "zA"},
	{"${n ? {y} : {z} }", "z"},
	{"${a??foo:{b}ar}", "?foo:{b}ar"},
	{"${?y}z", "z"},
	{"${:y}z", "yz"},
	{"${n?${a}}${a?{${r}}}", "<A>"},
	{"${{$a} == {A} ? {y} : {z}}", "y"},
	{"${{$a} != {A} ? {y} : {z}}", "z"},
	{"${{a}=={b}:z}", "z"},
	{"${{a} == {a}}", "true"},
	{"${{a} == {b}}", ""},
	{"${{b}>{a}}", "true"},
	{"${{a} <= {b} ? {y}}", "y"},
	{"${{a} >= {a} ? {y}}", "y"},
	{"${{b} < {a} ? {y}}", ""},
	{"${{10} <= {9} ? {y} : {z}}", "z"},
	{"${{10} == {010}}", "true"},
	{"${{1a} < {2}}", "true"},
	{"${{} < {2}}", "true"},
	{"${{-1} < {-2}}", "true"},
	{"${{3.10} <=level {3.9} ? {y} : {z}}", "z"},
	{"${{2} ==level {2.0.0}}", "true"},
	{"${{2} >level {1.99.7}}", "true"},
	{"${{{}} == {{}}}", "true"},
};

static bool expands(const char *text, const char **value, const char **warning, struct err *err) {
	struct arena *arena = unit_arena();
	struct main_cf *cf = main_cf_new(arena);
	struct span all = span_of(arena_printf(arena, NAMES "%s", text));
	ck_assert(main_cf_parse(cf, all, "f", NULL));
	return main_cf_value(cf, "x", value, warning, err);
}

START_TEST(a_reference_is_replaced) {
	const char *value = NULL;
	const char *warning = NULL;
	ck_assert(expands(references[_i].text, &value, &warning, NULL));
	/* The parser drops blanks at both ends. */
	const char *wanted = references[_i].value;
	ck_assert_str_eq(value, wanted);
}
END_TEST

static const struct {
	const char *text;
	const char *warning;
} bad_references[] = {
	{"q${a", "truncated macro reference: \"q${a\""},
	{"q$(a}", "truncated macro reference: \"q$(a}\""},
	{"${{x == {y}}", "truncated macro reference: \"${{x == {y}}\""},
	{"q$", "empty macro name: \"q$\""},
	{"q$-b", "empty macro name: \"q$-b\""},
	{"q${}b", "empty macro name: \"q${}b\""},
	{"${a-b}", "attribute name syntax error at: \"...a>>>-b\""},
	{"${a b ? c}", "attribute name syntax error at: \"...a>>> b ? c\""},
	{"${a?{y}x:{z}}", "\":\" expected at: \"...y}>>>x:{z}\""},
	{"${e:{y}z}", "unexpected input at: \"...y}>>>z\""},
	{"${{b}<{a}:{x}:{y}}", "unexpected input at: \"...x}>>>:{y}\""},
	{"${{a} lt {b}}", "\"==\" or \"!=\"\" or \"<\"\" or \"<=\"\" or \">=\"\" or \">\" expected at: "
					  "\"...a}>>>lt {b}\""},
	{"${{1} ~ {2} 345678901234567890}",
		"\"==\" or \"!=\"\" or \"<\"\" or \"<=\"\" or \">=\"\" or \">\" expected at: "
		"\"...1}>>>~ {2} 34567890123456\""},
	{"${{a} <=levl {b}}", "bad operator suffix at: \"...<=>>>levl\""},
	{"${{a} == b}", "\"{expression}\" expected at: \"...{a} ==>>> b\""},
	{"${{a} <= level {b}}", "\"{expression}\" expected at: \"...{a} <=>>> level {b}\""},
	{"${{a}==}", "\"{expression}\" expected at: \"...{a} ==>>>\""},
	{"${{a} == {b} x}", "\"?\" or \":\" expected at: \"...}>>>x\""},
	{"${{a} ==level {b}}", "malformed compatibility level syntax: \"a\""},
	{"${{1} <level {3.x}}", "malformed compatibility level syntax: \"3.x\""},
	{"$(a?{y)", "unbalanced {} in attribute expression: \"{y\""},
	{"$x", "unreasonable macro call nesting: \"x\""},
	{"$y\ny=$z\nz=${y}", "unreasonable macro call nesting: \"z\""},
};

START_TEST(a_malformed_reference_is_told_in_postfix_words) {
	const char *value = NULL;
	const char *warning = NULL;
	struct err err = {0};
	ck_assert(!expands(bad_references[_i].text, &value, &warning, &err));
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_str_eq(err.text, FATAL);
	ck_assert_str_eq(warning, bad_references[_i].warning);
}
END_TEST

START_TEST(names_that_multiply_are_stopped) {
	struct arena *arena = unit_arena();
	struct text text = text_new(arena, 4096);
	text_add(&text, "$b0$b0\n");
	for (int i = 0; i < 60; i++) {
		text_addf(&text, "b%d=$b%d$b%d\n", i, i + 1, i + 1);
	}
	text_add(&text, "b60=");
	const char *value = NULL;
	const char *warning = NULL;
	struct err err = {0};
	ck_assert(!expands(text.at, &value, &warning, &err));
	ck_assert_str_eq(err.text, FATAL);
	ck_assert_int_eq(strncmp(warning, "unreasonable macro call nesting: ", 33), 0);
	ck_assert_uint_lt(arena_used(arena), 1U << 20);
}
END_TEST

static const struct {
	const char *text;
	const char *next; /* a greater one; NULL: malformed */
} levels[] = {
	{"0", "0.0.1"},
	{"3", "3.0.1"},
	{"3.6", "3.6.1"},
	{"3.9.1023", "3.10"},
	{"3.1023", "4"},
	{"99999999", "99999999999"},
	{"", NULL},
	{"-1", NULL},
	{"3.", NULL},
	{".3", NULL},
	{"3.6.1.2", NULL},
	{"3.1024", NULL},
	{"3.x", NULL},
	{"3 ", NULL},
	{"99999999999999999999999999", NULL},
};

START_TEST(compatibility_levels_have_an_order) {
	uint64_t level = 0;
	uint64_t next = 0;
	struct err err = {0};
	if (levels[_i].next != NULL) {
		ck_assert(compat_level_parse(levels[_i].text, &level, &err));
		ck_assert(compat_level_parse(levels[_i].next, &next, &err));
		ck_assert_uint_lt(level, next);
		return;
	}
	ck_assert(!compat_level_parse(levels[_i].text, &level, &err));
	char text[128];
	snprintf(text, sizeof text, "malformed compatibility level syntax: \"%s\"", levels[_i].text);
	ck_assert_str_eq(err.text, text);
}
END_TEST

#define EACH(test, table) tcase_add_loop_test(tc, test, 0, (int)(sizeof(table) / sizeof(*(table))))

UNIT_MAIN("main_cf", EACH(a_value_is_read_as_postfix_reads_it, lines);
		  EACH(a_line_that_is_no_setting_is_named, bad_lines);
		  tcase_add_test(tc, what_postfix_warns_of_is_kept); tcase_add_test(tc, a_file_has_limits);
		  tcase_add_test(tc, every_prefix_is_read_or_refused);
		  tcase_add_test(tc, a_file_is_found_in_its_directory);
		  EACH(a_setting_needs_a_name_and_a_sign, settings);
		  tcase_add_test(tc, settings_override_the_file_and_defaults_neither);
		  EACH(a_reference_is_replaced, references);
		  EACH(a_malformed_reference_is_told_in_postfix_words, bad_references);
		  tcase_add_test(tc, names_that_multiply_are_stopped);
		  EACH(compatibility_levels_have_an_order, levels);)
