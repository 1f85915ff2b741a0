/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line of smtp-tls-fleet, and what a line of the list makes of it. */
#include "smtp-tls-fleet.d/fleet_options.h"
#include "unit.h"

#define ARGS_MAX 24

struct desk {
	struct arena *arena;
	struct settings defaults;
	struct fleet_settings fleet;
	struct option_draft draft;
	struct err err;
};

static enum options_outcome start(struct desk *desk, const char *line) {
	desk->arena = unit_arena();
	desk->draft = (struct option_draft){.arena = desk->arena, .settings = &desk->defaults};
	desk->err = (struct err){0};
	char *argv[ARGS_MAX + 1] = {"smtp-tls-fleet"};
	int argc = 1;
	for (size_t len = 0; *line != '\0'; line += len + (line[len] != '\0')) {
		len = strcspn(line, " ");
		ck_assert_int_lt(argc, ARGS_MAX);
		argv[argc++] = arena_copy_text(desk->arena, line, len);
	}
	struct arguments arguments = {argc, argv, NULL, NULL};
	return fleet_options_parse(&desk->fleet, &desk->draft, &arguments, &desk->err);
}

static bool read_line(
	struct desk *desk, struct settings *settings, struct arena *arena, const char *text) {
	struct list_line line;
	desk->err = (struct err){0};
	ck_assert_int_eq(list_line_parse(&line, arena, span_of(text), &desk->err), LIST_LINE_DOMAIN);
	return fleet_options_line(settings, arena, &desk->draft, &line, &desk->err);
}

START_TEST(defaults) {
	struct desk desk;
	ck_assert_int_eq(start(&desk, ""), OPTIONS_RUN);
	ck_assert_uint_eq(desk.fleet.files.n, 1);
	ck_assert_str_eq(desk.fleet.files.at[0], "-");
	ck_assert_int_eq(desk.fleet.parallel, 256);
	ck_assert_int_eq(desk.fleet.shared.format, FORMAT_JSON);
	struct settings settings;
	ck_assert_msg(read_line(&desk, &settings, desk.arena, "example.org"), "%s", desk.err.text);
	ck_assert_int_eq(settings.survey.scope, SURVEY_ALL);
	ck_assert_uint_eq(settings.survey.port, 25);
	ck_assert_int_eq(settings.survey.wish.level, TLS_LEVEL_DANE);
	ck_assert_str_eq(settings.destination.text, "example.org");
	arena_free(desk.arena);
}
END_TEST

START_TEST(a_line_adds_to_the_command_line_and_leaves_it_as_it_is) {
	struct desk desk;
	struct settings one;
	struct settings two;
	ck_assert_int_eq(
		start(&desk, "--down-ok=a.org --down-ok=b.org --down-ok=c.org -D 9 list "
					 "--level=dane-only --first --rrsig=3d -p 2525 --expect-security=dane more"),
		OPTIONS_RUN);
	ck_assert_uint_eq(desk.fleet.files.n, 2);
	struct arena *arenas[2] = {unit_arena(), unit_arena()};
	ck_assert(read_line(&desk, &one, arenas[0], "one.org:587 --down-ok=one --level=may"));
	ck_assert(read_line(&desk, &two, arenas[1], "[two.org] --down-ok=two -D 8"));
	ck_assert_uint_eq(one.limits.n_down_ok, 4);
	ck_assert_uint_eq(two.limits.n_down_ok, 4);
	ck_assert_str_eq(one.limits.down_ok[3], "one");
	ck_assert_str_eq(two.limits.down_ok[3], "two");
	ck_assert_int_eq(one.survey.wish.level, TLS_LEVEL_MAY);
	ck_assert_int_eq(two.survey.wish.level, TLS_LEVEL_DANE_ONLY);
	ck_assert_uint_eq(one.survey.port, 587);
	ck_assert_uint_eq(two.survey.port, 2525);
	ck_assert_int_eq(one.limits.security, SECURITY_NONE); /* its level cannot reach it */
	ck_assert_int_eq(two.limits.security, SECURITY_DANE);
	ck_assert_int_eq(two.destination.kind, DESTINATION_HOST);
	ck_assert_int_eq(one.survey.scope, SURVEY_FIRST);
	ck_assert_uint_eq(desk.draft.down_ok.n, 3);
	arena_free(arenas[0]);
	ck_assert_str_eq(two.limits.down_ok[0], "a.org");
	arena_free(arenas[1]);
	arena_free(desk.arena);
}
END_TEST

START_TEST(what_cannot_be_is_refused_before_the_first_line) {
	static const struct {
		const char *line;
		const char *why;
	} table[] = {
		{"--hostname=a.org", "--hostname is not for a fleet"},
		{"-v", "--verbose is not for a fleet"},
		{"--address=192.0.2.1", "--address is not for a fleet"},
		{"--next=key.pem", "--next is not for a fleet"},
		{"--parallel=0", "from 1 to"},
		{"--parallel=10001", "from 1 to"},
		{"--connections=x", "from 1 to"},
		{"--per-address-rate=-1", "from 1 to"},
		{"--max-age=7d", "means nothing without --resume"},
		{"--max-age=7w", "is no age"},
		{"--max-age=d", "is no age"},
		{"--max-age=7", "is no age"},
		{"--max-age=99999999999d", "whole number up to 999999 with a unit"},
		{"--max-age=1000000s", "whole number up to 999999 with a unit"},
		{"--help=foo", "--help: unknown value \"foo\": allowed are all table"},
		{"--submit=foo", "\"foo\" is not allowed: give icinga2=https://HOST[:PORT]"},
		{"--submit=icinga2=http://u:hunter2@x", "--submit: give icinga2=https://HOST[:PORT]"},
		{"--max-age=7d --resume=x --at=+1d", "exclude each other"},
		{"--resume=x --output-format=openmetrics", "exclude each other"},
		{"--fail-on=ok", "unknown warning critical"},
		{"--fail-on=bad", "unknown warning critical"},
		{"--summary=long", "auto full line none"},
		{"--first --all", "exclude each other"},
		{"--first --dns-only", "about all hosts"},
		{"--submit=icinga2=https://master", "belong together"},
		{"--submit=nagios=x", "give icinga2=https://HOST"},
		{"--submit-config=/nonexistent", "No such file or directory: give a file with user"},
		{"--submit-config=/etc/passwd", "anybody may read it"},
		{"--level=verify --no-default-ca", "--no-default-ca"},
		{"--level=may --rrsig=2d", "cannot apply"},
		{"--paralel=3", "unknown option --paralel: did you mean --parallel?"},
		{"--resumme=x", "did you mean --resume?"},
		{"--certificat=21", "did you mean --certificate?"},
		{"--parallel", "value is missing"},
	};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct desk desk;
		ck_assert_msg(start(&desk, table[i].line) == OPTIONS_BAD, "%s", table[i].line);
		ck_assert_msg(
			strstr(desk.err.text, table[i].why) != NULL, "%s: %s", table[i].line, desk.err.text);
		arena_free(desk.arena);
	}
}
END_TEST

START_TEST(an_age_has_a_unit) {
	static const struct {
		const char *line;
		int64_t seconds;
	} table[] = {{"--max-age=90s", 90}, {"--max-age=90m", 5400}, {"--max-age=12h", 43200},
		{"--max-age=7d", 604800}};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct desk desk;
		ck_assert_int_eq(
			start(&desk, arena_printf(unit_arena(), "--resume=x %s", table[i].line)), OPTIONS_RUN);
		ck_assert_int_eq(desk.fleet.max_age, table[i].seconds);
		arena_free(desk.arena);
	}
}
END_TEST

START_TEST(help_and_version_win) {
	struct desk desk;
	ck_assert_int_eq(start(&desk, "--bad --help"), OPTIONS_HELP);
	ck_assert_int_eq(start(&desk, "list --version"), OPTIONS_VERSION);
	ck_assert_int_eq(start(&desk, "--list-findings"), OPTIONS_LIST_FINDINGS);
}
END_TEST

START_TEST(help_has_what_can_be_given_and_nothing_else) {
	struct arena *arena = unit_arena();
	struct text help = text_new(arena, 256 * 1024);
	fleet_print_help(&help, HELP_ALL);
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		struct desk desk;
		const struct option_row *row = &option_table[i];
		(void)start(&desk, arena_printf(arena, "%s=x", row->name));
		bool allowed = strstr(desk.err.text, "is not for a fleet") == NULL;
		bool shown = strstr(help.at, arena_printf(arena, "%s\n", row->name)) != NULL ||
					 strstr(help.at, arena_printf(arena, "%s=", row->name)) != NULL ||
					 strstr(help.at, arena_printf(arena, "%s[", row->name)) != NULL ||
					 strstr(help.at, arena_printf(arena, "%s,", row->name)) != NULL;
		ck_assert_msg(row->argument == NULL || allowed == shown, "%s", row->name);
		arena_free(desk.arena);
	}
	arena_free(arena);
}
END_TEST

UNIT_MAIN("fleet_options", tcase_add_test(tc, defaults);
		  tcase_add_test(tc, a_line_adds_to_the_command_line_and_leaves_it_as_it_is);
		  tcase_add_test(tc, what_cannot_be_is_refused_before_the_first_line);
		  tcase_add_test(tc, an_age_has_a_unit); tcase_add_test(tc, help_and_version_win);
		  tcase_add_test(tc, help_has_what_can_be_given_and_nothing_else);)
