/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What of a command line reaches the settings beside what it says: defaults, limits, hints. */
#include "option_line.h"

#include "http/http.h"

#define LABEL64 "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz01"
#define NS4 "--nameserver=::1 --nameserver=::1 --nameserver=::1 --nameserver=::1 "

static const struct settings *parse_good(struct arena *arena, const char *line) {
	struct settings *settings = arena_alloc(arena, sizeof *settings);
	struct err err;
	enum options_outcome outcome = parse(settings, arena, line, &err);
	ck_assert_msg(outcome == OPTIONS_RUN, "%s: %s", line, err.text);
	return settings;
}

START_TEST(defaults_that_nobody_names) {
	struct arena *arena = unit_arena();
	const struct settings *settings = parse_good(arena, "-H a.org");
	ck_assert_int_eq(settings->survey.mta_sts, SURVEY_STS_DNS);
	ck_assert_int_eq(settings->survey.reconnect.max, 5);
	ck_assert(!settings->survey.manner.wait_for_quit);
	ck_assert_ptr_null(settings->written);
	ck_assert_int_eq(settings->tls.library_use, TLS_USE_HANDSHAKES);
	ck_assert_int_eq(settings->tls.proof_ca, TLS_DEFAULT_CA_ANY);
	ck_assert(parse_good(arena, "-H a.org -v")->survey.manner.wait_for_quit);
	arena_free(arena);
}
END_TEST

START_TEST(an_authority_that_is_named_is_the_only_one) {
	static const char *const lines[] = {
		("-H a.org --cafile " SRC), "-H a.org --capath /", "-H a.org --no-default-ca"};
	struct arena *arena = unit_arena();
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		const struct settings *settings = parse_good(arena, lines[i]);
		ck_assert_int_eq(settings->tls.proof_ca, TLS_DEFAULT_CA_NONE);
		ck_assert_int_eq(settings->tls.web_ca, TLS_DEFAULT_CA_NONE);
		ck_assert_int_eq(settings->tls.default_ca, TLS_DEFAULT_CA_NONE);
	}
	arena_free(arena);
}
END_TEST

START_TEST(names_and_addresses_are_kept_as_nodes_have_them) {
	struct arena *arena = unit_arena();
	const struct settings *settings =
		parse_good(arena, "-H 192.0.2.1 --no-mx --down-ok=mx.a.org. --down-ok=2001:DB8::0:1");
	ck_assert_int_eq(settings->destination.kind, DESTINATION_ADDRESS);
	ck_assert_str_eq(settings->limits.down_ok[0], "mx.a.org");
	ck_assert_str_eq(settings->limits.down_ok[1], "2001:db8::1");
	ck_assert_ptr_null(parse_good(arena, "-H a.org -s none")->survey.wish.sni_name);
	/* a stranger's name that is like a word, but is one */
	settings = parse_good(arena, "-H a.org -l verify --match next.hop");
	ck_assert_str_eq(settings->survey.wish.patterns[0], "next.hop");
	arena_free(arena);
}
END_TEST

START_TEST(limits_are_allowed_and_what_is_beyond_is_not) {
	static const struct {
		const char *line;
		const char *why; /* NULL: fine */
	} rows[] = {
		{"-H a.org -t 000000030", NULL},
		{"-H a.org -t 0000000030", "not a duration"},
		{"-H a.org " NS4 NS4 NS4 NS4, NULL},
		{"-H a.org " NS4 NS4 NS4 NS4 "--nameserver=::1", "at most 16"},
		{"-H " LABEL64 ".org", "at most 63 characters from dot to dot"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct arena *arena = unit_arena();
		struct settings settings;
		struct err err;
		enum options_outcome outcome = parse(&settings, arena, rows[i].line, &err);
		ck_assert_msg((outcome == OPTIONS_RUN) == (rows[i].why == NULL), "%s", rows[i].line);
		ck_assert_ptr_nonnull(strstr(err.text, rows[i].why == NULL ? "" : rows[i].why));
		arena_free(arena);
	}
}
END_TEST

START_TEST(policies_are_for_mail_domains_at_every_level_with_tls) {
	struct arena *arena = unit_arena();
	if (http_is_available()) {
		const struct settings *settings = parse_good(arena, "-H a.org --mta-sts=require");
		ck_assert_int_eq(settings->survey.mta_sts, SURVEY_STS_REQUIRE);
		settings = parse_good(arena, "-H a.org -l may --mta-sts=check --expect-security=sts");
		ck_assert_int_eq(settings->limits.security, SECURITY_STS);
		ck_assert_int_eq(settings->tls.library_use, TLS_USE_ALL);
	}
	arena_free(arena);
}
END_TEST

static usec told;

static void tell(usec timeout) {
	told = timeout;
}

/* The backstop has to know it, also where the line is refused. */
START_TEST(the_timeout_is_told_as_soon_as_it_is_read) {
	static char *const lines[][5] = {{"x", "-H", "a.org", "-t", "7"},
		{"x", "--bad", "-t", "7", "-h"}, {"x", "-t", "7", "-t", "x"}};
	struct arena *arena = unit_arena();
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		char *argv[6] = {NULL};
		struct settings settings;
		struct err err = {0};
		memcpy(argv, lines[i], sizeof lines[i]);
		told = 0;
		(void)options_parse(&settings, arena, &(struct arguments){5, argv, NULL, tell}, &err);
		ck_assert_int_eq(told, 7 * USEC_PER_SEC);
	}
	arena_free(arena);
}
END_TEST

UNIT_MAIN("options_kept", tcase_add_test(tc, defaults_that_nobody_names);
		  tcase_add_test(tc, an_authority_that_is_named_is_the_only_one);
		  tcase_add_test(tc, names_and_addresses_are_kept_as_nodes_have_them);
		  tcase_add_test(tc, limits_are_allowed_and_what_is_beyond_is_not);
		  tcase_add_test(tc, policies_are_for_mail_domains_at_every_level_with_tls);
		  tcase_add_test(tc, the_timeout_is_told_as_soon_as_it_is_read);)
