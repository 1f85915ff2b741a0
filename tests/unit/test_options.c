/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Command lines of the plugin that are accepted. */
#include "option_line.h"

#include "check_smtp_tls.d/option_table.h"
#include "render/render_finger.h"

static const struct settings *parse_good(struct arena *arena, const char *line) {
	struct settings *settings = arena_alloc(arena, sizeof *settings);
	struct err err;
	enum options_outcome outcome = parse(settings, arena, line, &err);
	ck_assert_msg(outcome == OPTIONS_RUN, "%s: %s", line, err.text);
	return settings;
}

START_TEST(help_wins_over_version_which_wins_over_everything) {
	static const struct {
		const char *line;
		enum options_outcome outcome;
	} table[] = {
		{"-h", OPTIONS_HELP},
		{"--bad -V -h", OPTIONS_HELP},
		{"-vh -p 0", OPTIONS_HELP},
		{"operand --version -t x", OPTIONS_VERSION},
		{"-V --list-findings", OPTIONS_VERSION},
		{"--list-findings -l dane-only", OPTIONS_LIST_FINDINGS},
		{"--list-findings --state tlsa-missing=maybe", OPTIONS_BAD},
		{"--explain tlsa-mismatch", OPTIONS_EXPLAIN},
		{"--explain tlsa-mismatch -V", OPTIONS_VERSION},
		{"--explain tlsa-mismatches", OPTIONS_BAD},
		{"-H --help", OPTIONS_HELP},
	};
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		struct arena *arena = unit_arena();
		struct settings settings;
		struct err err;
		enum options_outcome outcome = parse(&settings, arena, table[i].line, &err);
		ck_assert_msg(outcome == table[i].outcome, "%s: %d", table[i].line, (int)outcome);
		arena_free(arena);
	}
}
END_TEST

START_TEST(the_defaults_are_those_of_the_manual) {
	struct arena *arena = unit_arena();
	const struct settings *settings = parse_good(arena, "-H example.org");
	ck_assert_int_eq(settings->destination.kind, DESTINATION_DOMAIN);
	ck_assert_uint_eq(settings->survey.port, 25);
	ck_assert_int_eq(settings->survey.wish.level, TLS_LEVEL_DANE);
	ck_assert_ptr_eq(settings->tls.habits, &habits_monitor);
	ck_assert_int_eq(settings->survey.wish.sni, SNI_HOSTNAME);
	ck_assert_int_eq(settings->survey.wish.insecure_mx, INSECURE_MX_DANE);
	ck_assert_int_eq(settings->survey.manner.mode, SMTP_TLS_STARTTLS);
	ck_assert(settings->survey.order.ipv4 && settings->survey.order.ipv6 &&
			  !settings->survey.order.shuffle);
	ck_assert_int_eq(settings->tls.default_ca, TLS_DEFAULT_CA_DIRECTORY);
	ck_assert_str_eq(settings->tls.digest, "sha256");
	ck_assert_int_eq(settings->tls.protocols.floor, 0x0301);
	ck_assert_int_eq(settings->survey.timeout, 30 * USEC_PER_SEC);
	ck_assert_int_eq(settings->survey.manner.times.connect, 5 * USEC_PER_SEC);
	ck_assert_int_eq(settings->survey.manner.times.greeting, 20 * USEC_PER_SEC);
	ck_assert_int_eq(settings->survey.manner.times.command, 10 * USEC_PER_SEC);
	ck_assert_int_eq(settings->survey.manner.times.dns, 10 * USEC_PER_SEC);
	ck_assert_str_eq(settings->survey.validation_check, "ns:.");
	ck_assert_int_eq(settings->verbosity, 0);
	ck_assert_int_eq(settings->exit_style, EXIT_STYLE_STATE);
	ck_assert_uint_eq(settings->n_nameservers, 0);
	arena_free(arena);
}
END_TEST

START_TEST(the_port_follows_from_protocol_and_mode_unless_it_is_given) {
	static const struct {
		const char *line;
		unsigned port;
	} table[] = {
		{"-H a.org --lmtp", 24},
		{"-H a.org --wrapper", 465},
		{"-H a.org --tls", 465},
		{"-H a.org:587", 587},
		{"-H [a.org]:submission", 587},
		{"-H a.org -p 2525", 2525},
		{"-H a.org -p2525", 2525},
		{"-p submission -H a.org --wrapper", 587},
		{"-H a.org:25 -p smtp", 25},
		{"-H unix:/run/lmtp", 0},
	};
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		struct arena *arena = unit_arena();
		const struct settings *settings = parse_good(arena, table[i].line);
		ck_assert_msg(
			settings->survey.port == table[i].port, "%s: %u", table[i].line, settings->survey.port);
		arena_free(arena);
	}
}
END_TEST

START_TEST(durations_have_units) {
	static const struct {
		const char *line;
		usec timeout;
	} table[] = {
		{"-H a.org -t 5", 5 * USEC_PER_SEC},
		{"-H a.org -t5s", 5 * USEC_PER_SEC},
		{"-H a.org --timeout=500ms", 500 * USEC_PER_MSEC},
		{"-H a.org --timeout 1m", 60 * USEC_PER_SEC},
		{"-H a.org -t 010", 10 * USEC_PER_SEC},
		{"-H a.org -t 5 -t 7", 7 * USEC_PER_SEC},
		{"-H a.org -t 86400", 86400 * USEC_PER_SEC},
	};
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		struct arena *arena = unit_arena();
		ck_assert_int_eq(parse_good(arena, table[i].line)->survey.timeout, table[i].timeout);
		arena_free(arena);
	}
}
END_TEST

START_TEST(trust_comes_from_where_the_user_says_and_costs_nothing_where_no_level_needs_it) {
	static const struct {
		const char *line;
		enum tls_default_ca default_ca;
	} table[] = {
		{"-H a.org", TLS_DEFAULT_CA_DIRECTORY},
		{"-H a.org --no-default-ca", TLS_DEFAULT_CA_NONE},
		{"-H a.org -l verify", TLS_DEFAULT_CA_ANY},
		{"-H a.org -l secure", TLS_DEFAULT_CA_ANY},
		{"-H a.org -l secure -F " SRC, TLS_DEFAULT_CA_NONE},
		{"-H a.org -l secure -P /tmp", TLS_DEFAULT_CA_NONE},
		{"-H a.org -l verify -A " SRC, TLS_DEFAULT_CA_NONE},
		{"-H a.org -F " SRC, TLS_DEFAULT_CA_NONE},
		{"-H a.org -l may", TLS_DEFAULT_CA_NONE},
		{"-H a.org -l encrypt", TLS_DEFAULT_CA_NONE},
		{"-H a.org -l dane-only", TLS_DEFAULT_CA_NONE},
	};
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		struct arena *arena = unit_arena();
		const struct settings *settings = parse_good(arena, table[i].line);
		ck_assert_msg(settings->tls.default_ca == table[i].default_ca, "%s", table[i].line);
		arena_free(arena);
	}
}
END_TEST

START_TEST(repeated_options_keep_their_order) {
	struct arena *arena = unit_arena();
	const struct settings *settings = parse_good(
		arena, "-vv --match=b.org -H a.org --match .c.org -l verify --match hostname -v -A " SRC);
	ck_assert_uint_eq(settings->survey.wish.n_patterns, 3);
	ck_assert_str_eq(settings->survey.wish.patterns[0], "b.org");
	ck_assert_str_eq(settings->survey.wish.patterns[1], ".c.org");
	ck_assert_str_eq(settings->survey.wish.patterns[2], "hostname");
	ck_assert_uint_eq(settings->tls.n_trust_anchors, 1);
	ck_assert_int_eq(settings->verbosity, 3);
	settings =
		parse_good(arena, "-H a.org --nameserver 192.0.2.1 --nameserver [::1]:5353 -vvvvv -4");
	ck_assert_uint_eq(settings->n_nameservers, 2);
	ck_assert_str_eq(settings->nameservers[1], "[::1]:5353");
	ck_assert_int_eq(settings->verbosity, 3);
	ck_assert(settings->survey.order.ipv4 && !settings->survey.order.ipv6);
	arena_free(arena);
}
END_TEST

START_TEST(fingerprints_are_read_with_and_without_colons) {
	struct arena *arena = unit_arena();
	const struct settings *settings = parse_good(arena,
		"-H a.org -l fingerprint -d sha1 --match 000102030405060708090a0b0c0d0e0f10111213 "
		"--match 00:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:fF:10:11:12:13");
	ck_assert_uint_eq(settings->survey.wish.n_fingerprints, 2);
	ck_assert_uint_eq(settings->survey.wish.n_patterns, 0);
	const struct span *digests = settings->survey.wish.fingerprints;
	ck_assert_uint_eq(digests[0].len, 20);
	ck_assert_uint_eq(digests[0].at[15], 0x0f);
	ck_assert_uint_eq(digests[1].at[15], 0xff);
	ck_assert_uint_eq(digests[1].at[19], 0x13);
	arena_free(arena);
}
END_TEST

START_TEST(a_value_may_start_with_a_dash_when_it_is_attached) {
	struct arena *arena = unit_arena();
	ck_assert_str_eq(parse_good(arena, "-H a.org --expect=-x")->limits.expect, "-x");
	ck_assert_str_eq(parse_good(arena, "-H a.org -e-x")->limits.expect, "-x");
	ck_assert_str_eq(parse_good(arena, "-H a.org --expect=a=b")->limits.expect, "a=b");
	arena_free(arena);
}
END_TEST

START_TEST(a_bare_ipv6_address_is_a_destination) {
	struct arena *arena = unit_arena();
	const struct settings *settings = parse_good(arena, "-H 2001:db8::25");
	ck_assert_int_eq(settings->destination.kind, DESTINATION_ADDRESS);
	ck_assert_str_eq(settings->destination.name, "2001:db8::25");
	settings = parse_good(arena, "-H mx1.a.org --no-mx");
	ck_assert_int_eq(settings->destination.kind, DESTINATION_HOST);
	arena_free(arena);
}
END_TEST

START_TEST(a_unix_socket_is_lmtp_at_level_may) {
	struct arena *arena = unit_arena();
	const struct settings *settings = parse_good(arena, "-H unix:/run/lmtp");
	ck_assert_int_eq(settings->destination.protocol, MAIL_LMTP);
	ck_assert_int_eq(settings->survey.wish.level, TLS_LEVEL_MAY);
	ck_assert_str_eq(
		settings->survey.validation_check, "ns:."); /* asked of a resolver that fails */
	settings = parse_good(arena, "-H unix:/run/lmtp -l none");
	ck_assert_int_eq(settings->survey.wish.level, TLS_LEVEL_NONE);
	ck_assert_int_eq(settings->survey.manner.mode, SMTP_TLS_NEVER);
	arena_free(arena);
}
END_TEST

START_TEST(what_is_judged_goes_to_the_limits) {
	struct arena *arena = unit_arena();
	const struct settings *settings =
		parse_good(arena, "-H a.org -w 2 -c :5 -D 14,7 --rrsig 12h --min-protocol TLSv1.3 "
						  "--timeout-result 3 --expect-security dane --mta-sts off");
	ck_assert_int_eq(settings->survey.mta_sts, SURVEY_STS_OFF);
	ck_assert_int_eq(settings->survey.view, REPORT_VIEW_NONE);
	ck_assert_int_eq(parse_good(arena, "-H a.org --sender-view")->survey.view, REPORT_VIEW_ASKED);
	ck_assert_int_eq(
		parse_good(arena, "-H a.org --output-format json")->survey.view, REPORT_VIEW_FACTS);
	ck_assert_int_eq(settings->limits.security, SECURITY_DANE);
	ck_assert_str_eq(settings->limits.warning.text, "2");
	ck_assert_str_eq(settings->limits.critical.text, "0:5");
	ck_assert_int_eq(settings->limits.certificate.warning.seconds, 14 * 86400);
	ck_assert_int_eq(settings->limits.certificate.critical.seconds, 7 * 86400);
	ck_assert(settings->limits.certificate_given);
	ck_assert_int_eq(settings->limits.rrsig.warning.seconds, 12 * 3600);
	ck_assert_int_eq(settings->limits.min_protocol, 0x0304);
	ck_assert_int_eq(settings->limits.timeout_result, STATE_UNKNOWN);
	settings = parse_good(arena, "-H a.org --state tlsa-missing=ok --perfdata plain --exit-ok "
								 "--host-lookup dns,native --sni none");
	ck_assert(!settings->limits.certificate_given);
	ck_assert(settings->limits.overridden[FINDING_TLSA_MISSING]);
	ck_assert_int_eq(settings->limits.override[FINDING_TLSA_MISSING], STATE_OK);
	ck_assert_int_eq(settings->perfdata, PERFDATA_PLAIN);
	ck_assert_int_eq(settings->exit_style, EXIT_STYLE_ALWAYS_OK);
	ck_assert_int_eq(settings->hosts, RESOLVER_HOSTS_DNS_NATIVE);
	ck_assert_int_eq(settings->survey.wish.sni, SNI_NONE);
	arena_free(arena);
}
END_TEST

START_TEST(the_table_is_in_order_and_every_option_is_in_the_help) {
	struct arena *arena = unit_arena();
	struct text help = text_new(arena, 64 * 1024);
	option_print_help(&help, HELP_ALL);
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		const struct option_row *row = &option_table[i];
		ck_assert_int_eq(row->id, (int)i);
		ck_assert_ptr_eq(option_find_name(row->name, strlen(row->name)), row);
		ck_assert_ptr_eq(row->letter == '\0' ? row : option_find_letter(row->letter), row);
		ck_assert_ptr_nonnull(strstr(help.at, row->name));
		for (size_t k = i + 1; k < OPTION_COUNT; k++) {
			ck_assert_str_ne(row->name, option_table[k].name);
		}
	}
	for (const char *line = help.at; *line != '\0';) {
		size_t len = strcspn(line, "\n");
		ck_assert_msg(len <= 90, "%.*s", (int)len, line);
		line += len + (line[len] != '\0');
	}
	arena_free(arena);
}
END_TEST

START_TEST(reconnecting_extends_the_deadline_unless_one_is_given) {
	static const struct {
		const char *line;
		usec delay;
		int max;
		usec timeout;
	} table[] = {
		{"-H a.org", 0, 5, 30 * USEC_PER_SEC},
		{"-H a.org -r 2", 2 * USEC_PER_SEC, 5, 40 * USEC_PER_SEC},
		{"-H a.org --reconnect=500ms --max-reconnects=1", 500 * USEC_PER_MSEC, 1,
			30500 * USEC_PER_MSEC},
		{"-H a.org -r 2 -m 0", 2 * USEC_PER_SEC, 0, 30 * USEC_PER_SEC},
		{"-H a.org -r 2 -t 11", 2 * USEC_PER_SEC, 5, 11 * USEC_PER_SEC},
		{"-t 3 -m 1 -r 2 -H a.org", 2 * USEC_PER_SEC, 1, 3 * USEC_PER_SEC},
	};
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		struct arena *arena = unit_arena();
		const struct settings *settings = parse_good(arena, table[i].line);
		ck_assert_int_eq(settings->survey.reconnect.delay, table[i].delay);
		ck_assert_int_eq(settings->survey.reconnect.max, table[i].max);
		ck_assert_int_eq(settings->survey.timeout, table[i].timeout);
		ck_assert_int_eq(settings->tls.keep_sessions, table[i].delay > 0);
		arena_free(arena);
	}
}
END_TEST

START_TEST(a_service_is_named_by_destination_port_or_mode) {
	static const struct {
		const char *line;
		const char *service;
		uint16_t port;
	} table[] = {
		{"-H a.org", NULL, 25},
		{"-H a.org:submission", NULL, 587},
		{"-H a.org -R", "smtp", 25},
		{"-H a.org --srv --wrapper", "submissions", 465},
		{"-H a.org:submission -R", "submission", 587},
		{"-H a.org -R -p submissions", "submissions", 465},
	};
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		struct arena *arena = unit_arena();
		const struct settings *settings = parse_good(arena, table[i].line);
		ck_assert_pstr_eq(settings->survey.srv_service, table[i].service);
		ck_assert_uint_eq(settings->survey.port, table[i].port);
		arena_free(arena);
	}
}
END_TEST

START_TEST(all_nodes_key_types_and_spares_reach_the_settings) {
	struct arena *arena = unit_arena();
	const struct settings *settings = parse_good(
		arena, "-H a.org --all --key-types -C --down-ok mx2.a.org --down-ok=2001:DB8:0::1");
	ck_assert_int_eq(settings->survey.scope, SURVEY_ALL);
	ck_assert(settings->survey.key_types);
	ck_assert(settings->print_chain);
	ck_assert_uint_eq(settings->limits.n_down_ok, 2);
	ck_assert_str_eq(settings->limits.down_ok[0], "mx2.a.org");
	ck_assert_str_eq(settings->limits.down_ok[1], "2001:db8::1");
	settings = parse_good(arena, "-H a.org");
	ck_assert_int_eq(settings->survey.scope, SURVEY_FIRST);
	ck_assert(!settings->survey.key_types);
	ck_assert_int_eq(settings->tls.raw_keys, TLS_RAW_KEYS_NEVER);
	arena_free(arena);
}
END_TEST

START_TEST(what_is_new_needs_a_library_that_knows_it) {
	struct arena *arena = unit_arena();
	struct settings settings;
	struct err err;
	enum options_outcome outcome = parse(&settings, arena, "-H a.org -x", &err);
	ck_assert_int_eq(outcome, tls_has_raw_keys() ? OPTIONS_RUN : OPTIONS_BAD);
	ck_assert(tls_has_raw_keys() || strstr(err.text, "OpenSSL 3.2 or later") != NULL);
	ck_assert_int_eq(settings.tls.raw_keys, TLS_RAW_KEYS_ALWAYS);
	ck_assert_int_eq(parse(&settings, arena, "-H a.org -l verify -x", &err), OPTIONS_BAD);
	outcome = parse(&settings, arena, "-H a.org --pq-probe", &err);
	ck_assert_int_eq(outcome, tls_has_large_hello() ? OPTIONS_RUN : OPTIONS_BAD);
	ck_assert(tls_has_large_hello() || strstr(err.text, "OpenSSL 3.5 or later") != NULL);
	arena_free(arena);
}
END_TEST

START_TEST(the_words_of_the_trace_are_those_of_posttls_finger) {
	struct arena *arena = unit_arena();
	ck_assert_uint_eq(parse_good(arena, "-H a.org -v")->log, FINGER_SUMMARY | FINGER_CERTMATCH);
	ck_assert_uint_eq(
		parse_good(arena, "-H a.org --log=cache,Dane -v")->log, FINGER_CACHE | FINGER_DANE);
	ck_assert_uint_eq(parse_good(arena, "-H a.org -v --log none")->log, 0);
	arena_free(arena);
}
END_TEST

START_TEST(client_certificates_come_as_chain_files_or_as_certificate_and_key) {
	struct arena *arena = unit_arena();
	const struct settings *settings =
		parse_good(arena, "-H a.org --chain-files " SRC "," SRC " --chain-files=" SRC);
	ck_assert_uint_eq(settings->tls.n_chain_files, 3);
	ck_assert_str_eq(settings->tls.chain_files[2], SRC);
	settings = parse_good(arena, "-H a.org -k " SRC " -K " SRC);
	ck_assert_str_eq(settings->tls.cert_file, SRC);
	ck_assert_str_eq(settings->tls.key_file, SRC);
	settings = parse_good(arena, "-H a.org --client-cert=" SRC);
	ck_assert_str_eq(settings->tls.cert_file, SRC);
	ck_assert_ptr_null(settings->tls.key_file);
	arena_free(arena);
}
END_TEST

UNIT_MAIN("options", tcase_add_test(tc, help_wins_over_version_which_wins_over_everything);
		  tcase_add_test(tc, the_defaults_are_those_of_the_manual);
		  tcase_add_test(tc, the_port_follows_from_protocol_and_mode_unless_it_is_given);
		  tcase_add_test(tc, durations_have_units); tcase_add_test(
			  tc, trust_comes_from_where_the_user_says_and_costs_nothing_where_no_level_needs_it);
		  tcase_add_test(tc, repeated_options_keep_their_order);
		  tcase_add_test(tc, fingerprints_are_read_with_and_without_colons);
		  tcase_add_test(tc, a_value_may_start_with_a_dash_when_it_is_attached);
		  tcase_add_test(tc, a_bare_ipv6_address_is_a_destination);
		  tcase_add_test(tc, a_unix_socket_is_lmtp_at_level_may);
		  tcase_add_test(tc, what_is_judged_goes_to_the_limits);
		  tcase_add_test(tc, reconnecting_extends_the_deadline_unless_one_is_given);
		  tcase_add_test(tc, a_service_is_named_by_destination_port_or_mode);
		  tcase_add_test(tc, all_nodes_key_types_and_spares_reach_the_settings);
		  tcase_add_test(tc, what_is_new_needs_a_library_that_knows_it);
		  tcase_add_test(tc, the_words_of_the_trace_are_those_of_posttls_finger);
		  tcase_add_test(tc, client_certificates_come_as_chain_files_or_as_certificate_and_key);
		  tcase_add_test(tc, the_table_is_in_order_and_every_option_is_in_the_help);)
