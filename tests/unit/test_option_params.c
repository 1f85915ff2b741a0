/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Postfix parameters on the command line and in main.cf: what they change, and what outranks them.
 */
#include "option_line.h"

#include <sys/stat.h>

#include "config/idn.h"

static char folder[] = "/tmp/check_smtp_tls-XXXXXX";

/* A folder with this main.cf; NULL: an empty folder. */
static const char *folder_with(const char *text) {
	if (strstr(folder, "XXXXXX") != NULL) {
		ck_assert_ptr_nonnull(mkdtemp(folder));
	}
	char path[64];
	(void)snprintf(path, sizeof path, "%s/main.cf", folder);
	if (text == NULL) {
		(void)unlink(path);
		return folder;
	}
	FILE *file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(text, file), 0);
	ck_assert_int_eq(fclose(file), 0);
	return folder;
}

/* Before there are children: each would have one of its own, and leave it. */
static void make_folder(void) {
	(void)folder_with(NULL);
}

static void remove_folder(void) {
	(void)folder_with(NULL);
	(void)rmdir(folder);
}

static const struct settings *good(struct arena *arena, const char *line, const char *mail_config) {
	struct settings *settings = arena_alloc(arena, sizeof *settings);
	struct err err;
	enum options_outcome outcome = parse_with(settings, arena, line, mail_config, &err);
	ck_assert_msg(outcome == OPTIONS_RUN, "%s: %s", line, err.text);
	return settings;
}

START_TEST(parameters_change_defaults) {
	struct arena *arena = unit_arena();
	const struct settings *settings = good(arena,
		"-H a.org:mail --param known_tcp_ports=mail=2525 -o myhostname=me.a.org "
		"-o inet_protocols=ipv4 -o dnssec_probe=a:probe.org "
		"-o smtp_tls_fingerprint_digest=sha512 -o line_length_limit=4096 -o tcp_windowsize=65536",
		NULL);
	ck_assert_uint_eq(settings->survey.port, 2525);
	ck_assert_str_eq(settings->survey.manner.helo, "me.a.org");
	ck_assert(settings->survey.order.ipv4 && !settings->survey.order.ipv6);
	ck_assert_str_eq(settings->survey.validation_check, "a:probe.org");
	ck_assert_str_eq(settings->tls.digest, "sha512");
	ck_assert_uint_eq(settings->survey.manner.line_max, 4096);
	ck_assert_int_eq(settings->survey.manner.tcp_window, 65536);
	settings = good(arena,
		"-H a.org -o dnssec_probe= -o tls_dane_digests=sha256 -o tls_append_default_CA=yes "
		"-o tls_fast_shutdown_enable=no -o nameservers=192.0.2.53,[2001:db8::53]:5353",
		NULL);
	ck_assert_ptr_null(settings->survey.validation_check);
	ck_assert_str_eq(settings->tls.dane_digests, "sha256");
	ck_assert(settings->tls.append_default_ca);
	ck_assert_int_eq(settings->tls.ending, TLS_ENDING_FULL);
	ck_assert_uint_eq(settings->n_nameservers, 2);
	ck_assert_str_eq(settings->nameservers[1], "[2001:db8::53]:5353");
	arena_free(arena);
}
END_TEST

#define UE "\xc3\xbc"

START_TEST(names_in_other_options_are_converted_like_the_destination) {
	static const struct {
		const char *name, *match, *ascii;
	} table[] = {
		{"b" UE ".org", "b" UE ".org", "xn--b-eha.org"},
		{"b" UE "\xe3\x80\x82org", ".b" UE ".org", "xn--b-eha.org"},
		{"b" UE "\xef\xbc\x8eorg",
			"\xe3\x80\x82"
			"b" UE ".org",
			"xn--b-eha.org"},
		{"a.org",
			"\xef\xbc\x8e"
			"a.org",
			"a.org"},
		{"a.org",
			"\xef\xbd\xa1"
			"a.org",
			"a.org"},
	};
	for (size_t i = 0; i < sizeof table / sizeof *table && idn_is_available(); i++) {
		struct arena *arena = unit_arena();
		const char *name = table[i].name;
		const char *line = arena_printf(arena,
			"-H a.org -l secure --match nexthop --match %s --servername %s --helo %s --all "
			"--down-ok %s --down-ok 2001:DB8::1",
			table[i].match, name, name, name);
		const struct settings *settings = good(arena, line, NULL);
		const char *pattern = settings->survey.wish.patterns[1];
		ck_assert_str_eq(settings->survey.wish.patterns[0], "nexthop");
		ck_assert_str_eq(pattern + (*pattern == '.'), table[i].ascii);
		ck_assert_int_eq(*pattern == '.', table[i].match[0] != 'b');
		ck_assert_str_eq(settings->survey.wish.sni_name, table[i].ascii);
		ck_assert_str_eq(settings->survey.manner.helo, table[i].ascii);
		ck_assert_str_eq(settings->limits.down_ok[0], table[i].ascii);
		ck_assert_str_eq(settings->limits.down_ok[1], "2001:db8::1");
		ck_assert_ptr_null(settings->written);
		arena_free(arena);
	}
}
END_TEST

START_TEST(parameters_decide_how_names_in_options_are_converted) {
	struct arena *arena = unit_arena();
	if (idn_is_available()) {
		const struct settings *settings = good(arena,
			"--helo fa\xc3\x9f.de -H a.org -o compatibility_level=3.6 "
			"-o enable_idna2003_compatibility=yes",
			NULL);
		ck_assert_str_eq(settings->survey.manner.helo, "fass.de");
	}
	arena_free(arena);
}
END_TEST

START_TEST(options_outrank_parameters_in_any_order) {
	struct arena *arena = unit_arena();
	const struct settings *settings = good(arena,
		"-H a.org --helo you.a.org -6 -d sha384 -o myhostname=me.a.org -o inet_protocols=ipv4 "
		"-o smtp_tls_fingerprint_digest=md9 -o dnssec_probe=x:y --dnssec-probe ns:org "
		"-o nameservers=nonsense --nameserver 192.0.2.53",
		NULL);
	ck_assert_str_eq(settings->survey.manner.helo, "you.a.org");
	ck_assert(!settings->survey.order.ipv4 && settings->survey.order.ipv6);
	ck_assert_str_eq(settings->tls.digest, "sha384");
	ck_assert_str_eq(settings->survey.validation_check, "ns:org");
	ck_assert_uint_eq(settings->n_nameservers, 1);
	arena_free(arena);
}
END_TEST

START_TEST(a_file_is_read_when_it_is_named_and_parameters_outrank_it) {
	struct arena *arena = unit_arena();
	const char *text = "myhostname = file.a.org\ninet_protocols = ipv6\nsoft_bounce = yes\n"
					   "smtp_tls_security_level = may\ntls_config_name = mail\n";
	const struct settings *settings = good(arena, "-H a.org", folder_with(text));
	ck_assert_str_eq(settings->survey.manner.helo, "file.a.org");
	ck_assert(!settings->survey.order.ipv4);
	ck_assert_str_eq(settings->tls.config_name, "mail");
	ck_assert_int_eq(settings->survey.wish.level, TLS_LEVEL_DANE);
	settings = good(arena, "-H a.org -o myhostname=param.a.org", folder);
	ck_assert_str_eq(settings->survey.manner.helo, "param.a.org");
	const char *line = arena_printf(arena, "-H a.org --mail-config %s", folder);
	settings = good(arena, line, "/nonexistent");
	ck_assert_str_eq(settings->survey.manner.helo, "file.a.org");
	settings = good(arena, "-H a.org", "");
	ck_assert_uint_eq(settings->survey.manner.line_max, 0);
	ck_assert(settings->survey.order.ipv4);
	arena_free(arena);
}
END_TEST

START_TEST(what_postfix_warns_of_is_kept_for_the_trace) {
	struct arena *arena = unit_arena();
	const struct settings *settings =
		good(arena, "-H a.org", folder_with("myhostname = a.b.org\nmyhostname = c.b.org\n"));
	ck_assert_str_eq(settings->survey.manner.helo, "c.b.org");
	ck_assert_uint_eq(settings->n_warnings, 1);
	ck_assert_ptr_nonnull(strstr(settings->warnings[0], "myhostname"));
	arena_free(arena);
}
END_TEST

START_TEST(bad_parameters_and_files_are_usage_errors_that_name_them) {
	static const struct {
		const char *line;
		const char *mail_config;
		const char *named[2];
	} table[] = {
		{"-H a.org -o tls_ssl_options", NULL, {"--param", "NAME=VALUE"}},
		{"-H a.org --param =x", NULL, {"--param", "NAME=VALUE"}},
		{"-H a.org -o smtp_tls_CAfile=/x", NULL, {"--param: \"smtp_tls_CAfile\"", "no effect"}},
		{"-H a.org -o soft_bounce=yes", NULL, {"\"soft_bounce\"", "no effect"}},
		{"-H a.org -o myhostname=a..b", NULL, {"--param", "myhostname"}},
		{"-H a.org -o inet_protocols=ipv5", NULL, {"--param", "inet_protocols"}},
		{"-H a.org -o line_length_limit=1", NULL, {"--param", "line_length_limit"}},
		{"-H a.org -o tls_append_default_CA=si", NULL, {"--param", "tls_append_default_CA"}},
		{"-H a.org -o dnssec_probe=x:y", NULL, {"--param dnssec_probe", "x:y"}},
		{"-H a.org -o smtp_tls_fingerprint_digest=md9", NULL, {"fingerprint_digest", "md9"}},
		{"-H a.org -o nameservers=dns.a.org", NULL, {"--param nameservers", "dns.a.org"}},
		{"-H a.org:post -o known_tcp_ports=post=x", NULL, {"--hostname", "post"}},
		{"-H a.org", "/nonexistent", {"MAIL_CONFIG", "/nonexistent/main.cf"}},
		{"-H a.org --mail-config /nonexistent", NULL, {"--mail-config", "/nonexistent/main.cf"}},
	};
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		struct arena *arena = unit_arena();
		struct settings settings;
		struct err err;
		ck_assert_msg(
			parse_with(&settings, arena, table[i].line, table[i].mail_config, &err) == OPTIONS_BAD,
			"%s", table[i].line);
		for (size_t k = 0; k < 2; k++) {
			ck_assert_msg(strstr(err.text, table[i].named[k]) != NULL, "%s: no %s in: %s",
				table[i].line, table[i].named[k], err.text);
		}
		arena_free(arena);
	}
	struct arena *arena = unit_arena();
	struct settings settings;
	struct err err;
	const char *bad = folder_with("this is no setting\n");
	ck_assert_int_eq(parse_with(&settings, arena, "-H a.org", bad, &err), OPTIONS_BAD);
	ck_assert_msg(strstr(err.text, "MAIL_CONFIG") != NULL, "%s", err.text);
	bad = folder_with("inet_protocols = ipv5\n");
	ck_assert_int_eq(parse_with(&settings, arena, "-H a.org", bad, &err), OPTIONS_BAD);
	ck_assert_msg(
		strstr(err.text, "Postfix parameters: unknown inet_protocols") != NULL, "%s", err.text);
	arena_free(arena);
}
END_TEST

START_TEST(a_name_with_other_letters_becomes_what_the_dns_knows) {
	static const struct {
		const char *line;
		const char *name;
	} table[] = {
		{"-H b\xc3\xbc"
		 "cher.example",
			"xn--bcher-kva.example"},
		{"-H [b\xc3\xbc"
		 "cher.example]:587",
			"xn--bcher-kva.example"},
		{"--no-mx -H b\xc3\xbc"
		 "cher.example",
			"xn--bcher-kva.example"},
		{"-H stra\xc3\x9f"
		 "e.example -o smtputf8_enable=yes",
			"xn--strae-oqa.example"},
		{"-H stra\xc3\x9f"
		 "e.example -o compatibility_level=3.6 "
		 "-o enable_idna2003_compatibility=yes",
			"strasse.example"},
	};
	for (size_t i = 0; i < sizeof table / sizeof table[0] && idn_is_available(); i++) {
		struct arena *arena = unit_arena();
		const struct settings *settings = good(arena, table[i].line, NULL);
		ck_assert_str_eq(settings->destination.name, table[i].name);
		ck_assert_ptr_nonnull(strstr(settings->destination.text, table[i].name));
		ck_assert_ptr_nonnull(settings->written);
		arena_free(arena);
	}
}
END_TEST

UNIT_MAIN("option_params", tcase_add_unchecked_fixture(tc, make_folder, remove_folder);
		  tcase_add_test(tc, parameters_change_defaults);
		  tcase_add_test(tc, a_name_with_other_letters_becomes_what_the_dns_knows);
		  tcase_add_test(tc, names_in_other_options_are_converted_like_the_destination);
		  tcase_add_test(tc, parameters_decide_how_names_in_options_are_converted);
		  tcase_add_test(tc, options_outrank_parameters_in_any_order);
		  tcase_add_test(tc, a_file_is_read_when_it_is_named_and_parameters_outrank_it);
		  tcase_add_test(tc, what_postfix_warns_of_is_kept_for_the_trace);
		  tcase_add_test(tc, bad_parameters_and_files_are_usage_errors_that_name_them);)
