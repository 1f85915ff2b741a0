/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Command lines of the plugin that are refused, and with which words. */
#include "about.h"
#include "check_smtp_tls.d/option_table.h"
#include "option_line.h"

/* Longer than what is told of it. */
#define X32 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define X128 X32 X32 X32 X32
#define LONG X128 X128 X128

START_TEST(a_bad_command_line_is_refused_with_option_value_and_what_is_allowed) {
	static const struct {
		const char *line;
		const char *named[3];
	} table[] = {
		{"", {"--hostname", "missing", "mail domain"}},
		{"-v", {"--hostname", "missing", NULL}},
		{"example.org", {"unexpected argument \"example.org\"", "--hostname", "--match"}},
		{"-H example.org mx1", {"unexpected argument \"mx1\"", "--match", NULL}},
		{"-H example.org -- mx1", {"unexpected argument \"mx1\"", NULL, NULL}},
		{"-H example.org -", {"unexpected argument \"-\"", NULL, NULL}},
		{"-H example.org \"\"", {"empty argument", "macro", NULL}},
		{"-H", {"--hostname", "missing", "DESTINATION"}},
		{"-H -v", {"--hostname", "\"-v\"", "--hostname=-v"}},
		{"-H \"\"", {"--hostname", "empty", "macro"}},
		{"--hostname=", {"--hostname", "empty", "macro"}},
		{"-H a..b", {"--hostname", "a..b", NULL}},
		{"-H a.org..", {"--hostname", "a.org..", "dot at the end"}},
		{"-H 192.0.2.1.", {"--hostname", "192.0.2.1.", "dot at the end"}},
		{"-H https://good.demo.test/",
			{"demo.test/\": a mail domain or host is wanted, not a URL: ", "domain alone", NULL}},
		{"-H a.org:a-service-that-has-a-name-so-long-that-no-message-can-hold-all-of-it",
			{"unknown service (1 to 65535 or a service name are allowed): give", NULL, NULL}},
		{"--help=foo", {"--help: unknown value \"foo\": allowed are all table", NULL, NULL}},
		{"-H 'a.org'", {"--hostname: 'a.org' has quotation marks", NULL, NULL}},
		{"-H a.org -l 'may'", {"--level: the value 'may' has quotation marks", NULL, NULL}},
		{"-H a.org --all --down-ok mx..", {"--down-ok", "mx..", "host name"}},
		{"-H user@a.org", {"--hostname", "user@a.org", "domain alone"}},
		{"-H smtp://a.org", {"--hostname", "smtp://a.org", "domain alone"}},
		{"-H m\xc3\xbcnchen..org", {"--hostname", "nchen..org", "xn--"}},
		{"-H m\xc3\xbc..a-name-that-is-long-enough-to-take-all-the-place-that-a-line-has-for-names"
		 ".example.org",
			{"--hostname", "cannot be converted to ASCII: ", "in their xn-- form"}},
		{"-H m\xff.org", {"--hostname", ".org", "xn--"}},
		{"-H m\xc3\xbcnchen.org -o smtputf8_enable=no", {"--hostname", "nchen.org", "xn--"}},
		{"-H m\xc3\xbc@a.org", {"--hostname", "@a.org", "domain alone"}},
		{"-H a.org -l secure --match .m\xc3\xbc..org", {"--match", "..org", "xn--"}},
		{"-H a.org -l secure --match m\xff.org", {"--match", ".org", "xn--"}},
		{"-H a.org -l secure --match m\xc3\xbc.org -o smtputf8_enable=no",
			{"--match", ".org", "xn--"}},
		{"-H a.org -s m\xc3\xbc..org", {"--servername", "..org", "xn--"}},
		{"-H a.org -s m\xc3\xbc.org -o smtputf8_enable=no", {"--servername", ".org", "xn--"}},
		{"-H a.org --helo m\xc3\xbc..org", {"--helo", "..org", "xn--"}},
		{"-H a.org --helo m\xc3\xbc.org -o smtputf8_enable=no", {"--helo", ".org", "xn--"}},
		{"-H a.org --all --down-ok m\xc3\xbc..org", {"--down-ok", "..org", "xn--"}},
		{"-H a.org --all --down-ok m\xc3\xbc.org -o smtputf8_enable=no",
			{"--down-ok", ".org", "xn--"}},
		{"-H [mx1.example.org", {"--hostname", "[mx1.example.org", NULL}},
		{"-H unix:lmtp", {"--hostname", "unix:lmtp", "absolute"}},
		{"-H a.org -H b.org", {"--hostname", "b.org", "one destination"}},
		{"--host=example.org", {"unknown option --host", "--hostname", "--help"}},
		{"--lev may -H a.org", {"unknown option --lev", "--level", NULL}},
		{"--levle may -H a.org", {"unknown option --levle", "did you mean --level?", NULL}},
		{"--certificaet 14 -H a.org", {"unknown option", "did you mean --certificate?", NULL}},
		{"--certifcate 14 -H a.org", {"unknown option --certifcate", "--certificate", NULL}},
		{"--xyzzy", {"unknown option --xyzzy", "--help", NULL}},
		{"-H a.org -Z", {"unknown option -Z", "--help", NULL}},
		{"-H a.org -vZ", {"unknown option -Z", NULL, NULL}},
		{"-H a.org --each", {"unknown option --each", NULL, NULL}},
		{"-H a.org -L", {"no option -L", "--lmtp", "--log"}},
		{"-H a.org -S", {"no option -S", "STARTTLS is the default", "--lmtp"}},
		{"-H a.org -X", {"no option -X", "no tlsproxy here", NULL}},
		{"-H a.org --lmtp=yes", {"--lmtp takes no value", "yes", NULL}},
		{"-H a.org -p 0", {"--port", "port: 0 ", "65535"}},
		{"-H a.org -p 65536", {"--port", "65536", "65535"}},
		{"-H a.org -p 25x", {"--port", "25x", NULL}},
		{"-H a.org:0", {"--hostname", "0", NULL}},
		{"-H a.org:587 -p 25", {"--port", "\"25\"", "a.org:587"}},
		{"-H a.org -4 -6", {"--ipv4", "--ipv6", "--address-family"}},
		{"-H a.org -4 -a ipv6", {"--ipv4", "--address-family=ipv6", NULL}},
		{"-H a.org -6 --address 192.0.2.1", {"--address", "192.0.2.1", "--ipv6"}},
		{"-H [192.0.2.1] -6", {"--hostname", "192.0.2.1", "--ipv6"}},
		{"-H a.org -a ipv5", {"--address-family", "ipv5", "any ipv4 ipv6"}},
		{"-H a.org --address mx1", {"--address", "mx1", "numeric"}},
		{"-H unix:/s --address 192.0.2.1", {"--address", "UNIX socket", NULL}},
		{"-H unix:/s -p 24", {"--port", "UNIX socket", NULL}},
		{"-H a.org --all --address 192.0.2.1", {"--address", "--all", "exclude"}},
		{"-H a.org --srv --address 192.0.2.1", {"--address", "--srv", "exclude"}},
		{"-H a.org --srv --no-mx", {"--srv", "--no-mx", "exclude"}},
		{"-H a.org --srv --lmtp", {"--srv", "--lmtp", "exclude"}},
		{"-H [mx1.a.org] -R", {"--srv", "needs a domain", "[mx1.a.org]"}},
		{"-H 192.0.2.1 -R", {"--srv", "needs a domain", "192.0.2.1"}},
		{"-H unix:/s -R", {"--srv", "UNIX socket", NULL}},
		{"-H a.org:587 -R", {"--srv", "\"587\"", "submission"}},
		{"-H a.org -p 25 -R", {"--srv", "\"25\"", "submission"}},
		{"-H a.org --down-ok a..b", {"--down-ok", "a..b", "host name"}},
		{"-H a.org --helo a..b", {"--helo", "a..b", "host name"}},
		{"-H a.org --helo [x]", {"--helo", "[x]", "address literal"}},
		{"-H a.org -l dan", {"--level", "\"dan\"", "dane dane-only"}},
		{"-H a.org --match mx1", {"--match", "--level=dane", "verify secure"}},
		{"-H a.org -A " SRC, {"--trust-anchor", "--level=dane", "verify secure"}},
		{"-H a.org -l none -F " SRC, {"--cafile", "--level=none", NULL}},
		{"-H a.org -l verify -f", {"--force-tlsa-lookup", "--level=verify", "dane dane-only"}},
		{"-H a.org -l may --rrsig 1d", {"--rrsig", "--level=may", NULL}},
		{"-H a.org -l verify --auth-servers",
			{"--auth-servers", "--level=verify", "dane dane-only"}},
		{"-H a.org --auth-servers=53", {"--auth-servers", NULL, NULL}},
		{"-H a.org -l none --wrapper", {"--wrapper", "--level=none", NULL}},
		{"-H a.org -l none -D 14", {"--certificate", "--level=none", NULL}},
		{"-H unix:/s -f", {"--force-tlsa-lookup", "--level=may", NULL}},
		{"-H a.org -l fingerprint", {"--level=fingerprint", "--match", NULL}},
		{"-H a.org -l fingerprint --match ab:cd", {"--match", "ab:cd", "64 hex digits"}},
		{"-H a.org -l verify --match a..b", {"--match", "a..b", "host name"}},
		{"-H a.org -l verify --no-default-ca", {"--no-default-ca", "--level=verify", "--cafile"}},
		{"-H a.org -F /nonexistent/ca", {"--cafile", "/nonexistent/ca", "PEM"}},
		{"-H a.org -F /tmp", {"--cafile", "/tmp", "a directory"}},
		{"-H a.org -F /dev/null", {"--cafile", "/dev/null", "not a regular file"}},
		{"-H a.org -l may -A /tmp", {"--trust-anchor", "/tmp", "a directory"}},
		{"-H a.org -P /nonexistent/ca", {"--capath", "/nonexistent/ca", "directory"}},
		{"-H a.org -P " SRC, {"--capath", SRC, "not a directory"}},
		{"-H a.org -P hunter2", {"--capath", "not shown", "directory"}},
		{"-H a.org --chain-files " SRC " -k " SRC, {"--chain-files", "--client-cert", "exclude"}},
		{"-H a.org -k " SRC " -K " SRC " --chain-files " SRC, {"--chain-files", "exclude", NULL}},
		{"-H a.org --chain-files " SRC ",/nonexistent/x",
			{"--chain-files", "/nonexistent/x", "PEM"}},
		{"-H a.org --chain-files ,", {"--chain-files", "\",\"", "no file"}},
		{"-H a.org -k /nonexistent/x", {"--client-cert", "/nonexistent/x", "PEM"}},
		{"-H a.org -K " SRC, {"--private-key", "--client-cert", NULL}},
		{"-H a.org -l none -k " SRC, {"--client-cert", "--level=none", NULL}},
		{"-H a.org -l none --key-types", {"--key-types", "--level=none", NULL}},
		{"-H a.org -l none --pq-probe", {"--pq-probe", NULL, NULL}},
		{"-H a.org --dns-only --sender-view", {"--sender-view", "reaches no server", NULL}},
		{"-H a.org --dns-only --pq-probe", {"--pq-probe", NULL, NULL}},
		{"-H a.org --output-format=json -C", {"--print-chain", "json", "for line"}},
		{"-H a.org --output-format=openmetrics -C", {"--print-chain", "openmetrics", NULL}},
		{"-H a.org --protocols !TLSv1.3 --pq-probe", {"--pq-probe", NULL, NULL}},
		{"-H a.org -l none -C", {"--print-chain", "--level=none", NULL}},
		{"-H a.org -l none -r 1", {"--reconnect", "--level=none", NULL}},
		{"-H a.org -r 1.5", {"--reconnect", "1.5", "500ms"}},
		{"-H a.org -m 3", {"--max-reconnects", "--reconnect", NULL}},
		{"-H a.org -r 1 -m x", {"--max-reconnects", "\"x\"", "0 to 1000"}},
		{"-H a.org -r 1 -m 1001", {"--max-reconnects", "1001", "0 to 1000"}},
		{"-H a.org -r 1 -t 5", {"--timeout", "--reconnect", "5 times 1 s of waiting take 5 s"}},
		{"-H a.org -r 500ms -t 2",
			{"--timeout", "--reconnect", "5 times 500 ms of waiting take 2500 ms"}},
		{"-H a.org -d crc99", {"--digest", "crc99", "sha256"}},
		{"-H a.org -s a..b", {"--servername", "a..b", "hostname, nexthop, none"}},
		{"-H a.org -g low", {"--ciphers", "\"low\"", "high"}},
		{"-H a.org --protocols TLSv1.9", {"--protocols", "TLSv1.9", NULL}},
		{"-H a.org --protocols >=,TLSv1", {"--protocols", ">=,TLSv1", "no blank"}},
		{"-H a.org --protocols SSLv3", {"--protocols", "SSLv3", "no version"}},
		{"-H a.org --protocols <=TLSv1.1,>=TLSv1.2", {"--protocols", "no version", NULL}},
		{"-H a.org --min-protocol SSLv3", {"--min-protocol", "SSLv3", "TLSv1.2"}},
		{"-H a.org --min-protocol TLSv1.3 --protocols TLSv1.2",
			{"--min-protocol and --protocols", "exclude each other", NULL}},
		{"-H a.org --min-protocol TLS1.2", {"--min-protocol", "TLS1.2", "TLSv1.2"}},
		{"-H a.org --expect-security mta", {"--expect-security", "mta", "dane-ee dane-ta dane"}},
		{"-H a.org --expect-security sts", {"--expect-security=sts", "--mta-sts=check", NULL}},
		{"-H [a.org] --mta-sts require", {"--mta-sts=require", "[a.org]", "mail domain"}},
		{"-H a.org -R --mta-sts require", {"--mta-sts=require", "a.org", "mail domain"}},
		{"-H a.org -l may --expect-security pkix",
			{"--expect-security=pkix", "--level=may", "dane dane-only verify secure"}},
		{"-H a.org -l verify --expect-security dane-ta",
			{"--expect-security=dane-ta", "--level=verify", "dane dane-only"}},
		{"-H a.org -l none --expect-security tls", {"--expect-security=tls", "--level=none", NULL}},
		{"-H a.org -l verify --sender-view", {"--sender-view", "--level=verify", "dane dane-only"}},
		{"-H a.org --mta-sts fetch", {"--mta-sts", "fetch", "off dns check require"}},
		{"-H a.org -l none --mta-sts dns", {"--mta-sts", "--level=none", NULL}},
		{"-H a.org --min-key 2048", {"--min-key", "\"2048\"", "rsa:2048,ec:256"}},
		{"-H a.org --min-key rsa:2048,", {"--min-key", "rsa:2048,", "rsa:2048,ec:256"}},
		{"-H a.org --min-key ec:256x", {"--min-key", "ec:256x", "rsa:2048,ec:256"}},
		{"-H a.org --min-key rsa:123456", {"--min-key", "rsa:123456", "rsa:2048,ec:256"}},
		{"-H a.org -l none --min-key rsa:1024", {"--min-key", "--level=none", NULL}},
		{"-H a.org --expect-ehlo tls:", {"--expect-ehlo", "tls:", "REQUIRETLS"}},
		{"-H a.org --forbid-ehlo AUTH=PLAIN", {"--forbid-ehlo", "AUTH=PLAIN", "clear:AUTH"}},
		{"-H a.org --wrapper --forbid-ehlo clear:AUTH",
			{"--forbid-ehlo", "clear:AUTH", "--wrapper"}},
		{"-H a.org -l none --expect-ehlo SIZE", {"--expect-ehlo", "tls:SIZE", "--level=none"}},
		{"-H a.org --issuers /none.tsv",
			{"--issuers", "/none.tsv",
				"No such file or directory: give a table of issuers, or none"}},
		{"-H a.org -l verify --issuers none", {"--issuers", "--level=verify", "dane dane-only"}},
		{"-H a.org -M maybe", {"--insecure-mx-policy", "maybe", "dane encrypt may"}},
		{"-H a.org --nameserver dns.a.org", {"--nameserver", "dns.a.org", NULL}},
		{"-H a.org -k /none.pem -K /none.pem",
			{"--client-cert", "/none.pem", "give a readable PEM file"}},
		{"-H a.org --next /none.pem",
			{"--next", "/none.pem", "give a PEM file with a key, a request"}},
		{"-H a.org --nameserver " LONG, {"--nameserver", "is not a name server", "ADDRESS:PORT"}},
		{"-H a.org --mail-config /" LONG, {"--mail-config", "/xxxxx", "File name too long"}},
		{"-H a.org --nameserver 192.0.2.1:0", {"--nameserver", "192.0.2.1:0", NULL}},
		{"-H a.org --host-lookup file", {"--host-lookup", "\"file\"", "dns native"}},
		{"-H a.org --dnssec-probe bad:a.org", {"--dnssec-probe", "bad:a.org", "ns"}},
		{"-H a.org -w 10abc", {"--warning", "10abc", "10:20"}},
		{"-H a.org -c 20:10", {"--critical", "20:10", "10:20"}},
		{"-H a.org -w 20 -c 15", {"--warning=20", "--critical=15", "never"}},
		{"-H a.org -D 7,14", {"--certificate", "7,14", "W[,C]"}},
		{"-H a.org -D 1.5", {"--certificate", "1.5", "whole numbers"}},
		{"-H a.org --rrsig 2w", {"--rrsig", "2w", "W[,C]"}},
		{"-H a.org --state tlsa=ok", {"--state", "tlsa", "--list-findings"}},
		{"-H a.org --state tlsa-missing",
			{"--state", "\"tlsa-missing\" is not FINDING=STATE", NULL}},
		{"-H a.org --state =ok", {"--state", "there is no finding \"\";", "--list-findings"}},
		{"-H a.org --state TLSA-missing=ok", {"--state", "finding \"TLSA-missing\"", NULL}},
		{"-H a.org --state tlsa-mising=ok",
			{"--state: there is no finding \"tlsa-mising\": did you mean tlsa-missing? (",
				"--list-findings", NULL}},
		{"-H a.org --state a-name-that-is-longer-than-any-finding-can-ever-be-in-this-catalogue=ok",
			{"--state", "there is no finding \"a-name", "--list-findings"}},
		{"-H a.org --state untrusted=fine", {"--state", "\"fine\" is no state", "warning"}},
		{"-H a.org --state untrusted=", {"--state", "\"\" is no state", NULL}},
		{"-H a.org --state untrusted=4", {"--state", "\"4\" is no state", NULL}},
		{"--explain tlsa-mismatches",
			{"--explain", "did you mean tlsa-mismatch?", "--list-findings"}},
		{"--explain null-msx", {"--explain", "did you mean null-mx?", "--list-findings"}},
		{"--explain nothing-of-all-this",
			{"--explain: there is no finding \"nothing-of-all-this\"; --list-findings", NULL,
				NULL}},
		{"-H a.org -l verify --match nexhop", {"--match: \"nexhop\": did you mean nexthop?", NULL}},
		{"-H a.org -l secure --match dot-next", {"--match", "did you mean dot-nexthop?", NULL}},
		{"-H a.org -p 99999", {"--port: bad network port: 99999", "65535", NULL}},
		{"-H a.org -t 0", {"--timeout", "\"0\"", "500ms"}},
		{"-H a.org -t 1h", {"--timeout", "1h", "500ms"}},
		{"-H a.org -t 1.5", {"--timeout", "1.5", "whole number"}},
		{"-H a.org -t -5", {"--timeout", "-5", "--timeout=-5"}},
		{"-H a.org -t=5", {"--timeout", "=5", NULL}},
		{"-H a.org -t 99999999999999999999", {"--timeout", "9999", "24 hours"}},
		{"-H a.org -t 25000m", {"--timeout", "25000m", "24 hours"}},
		{"-H a.org -T 1x", {"--command-timeout", "1x", NULL}},
		{"-H a.org --connect-timeout x", {"--connect-timeout", "\"x\"", NULL}},
		{"-H a.org --greeting-timeout x", {"--greeting-timeout", "\"x\"", NULL}},
		{"-H a.org --dns-timeout x", {"--dns-timeout", "\"x\"", NULL}},
		{"-H a.org --timeout-result bad", {"--timeout-result", "bad", "critical"}},
		{"-H a.org -v --log routine,certmach", {"--log", "\"certmach\"", "certmatch"}},
		{"-H a.org --log cache", {"--log", "--verbose", NULL}},
		{"-H a.org --output-format xml", {"--output-format", "\"xml\"", "line json openmetrics"}},
		{"-H a.org --perfdata all", {"--perfdata", "\"all\"", "ranges plain none"}},
	};
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		struct arena *arena = unit_arena();
		struct settings settings;
		struct err err;
		ck_assert_msg(
			parse(&settings, arena, table[i].line, &err) == OPTIONS_BAD, "%s", table[i].line);
		ck_assert_int_eq(err.kind, ERR_USAGE);
		for (size_t k = 0; k < 3 && table[i].named[k] != NULL; k++) {
			ck_assert_msg(strstr(err.text, table[i].named[k]) != NULL, "%s: no %s in: %s",
				table[i].line, table[i].named[k], err.text);
		}
		ck_assert_ptr_null(strstr(err.text, "hunter2"));
		arena_free(arena);
	}
}
END_TEST

START_TEST(a_state_is_assigned_by_name_or_number) {
	static const struct {
		const char *line;
		enum finding_id id;
		enum state state;
	} rows[] = {
		{"-H a.org --state tlsa-missing=ok", FINDING_TLSA_MISSING, STATE_OK},
		{"-H a.org --state=cert-expiry=unknown", FINDING_CERT_EXPIRY, STATE_UNKNOWN},
		{"-H a.org --state resolver-failed=2", FINDING_RESOLVER_FAILED, STATE_CRITICAL},
		{"-H a.org --state weak-key=ok --state weak-key=WARNING", FINDING_WEAK_KEY, STATE_WARNING},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *arena = unit_arena();
		struct settings settings;
		struct err err;
		ck_assert_int_eq(parse(&settings, arena, rows[i].line, &err), OPTIONS_RUN);
		ck_assert(settings.limits.overridden[rows[i].id]);
		ck_assert_int_eq(settings.limits.override[rows[i].id], rows[i].state);
		arena_free(arena);
	}
}
END_TEST

START_TEST(a_name_that_is_like_a_word_may_be_matched_all_the_same) {
	static const char *const lines[] = {"-H a.org -l verify --match HostName",
		"-H a.org -l verify --match nexthop.org", "-H a.org -l verify --match mailhost",
		"-H a.org -l verify --match .hostnames"};
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		struct arena *arena = unit_arena();
		struct settings settings;
		struct err err;
		ck_assert_int_eq(parse(&settings, arena, lines[i], &err), OPTIONS_RUN);
		arena_free(arena);
	}
}
END_TEST

/* Other tests write the names down: they must be ours. */
START_TEST(a_setting_that_an_error_is_about_has_our_name) {
	for (int about = ERR_ABOUT_NOTHING; about < ERR_ABOUT_COUNT; about++) {
		struct err err = {.kind = ERR_USAGE, .about = (enum err_about)about};
		ck_assert_str_eq(option_about(err.about), about_text(&err));
	}
}
END_TEST

UNIT_MAIN("options_refused",
		  tcase_add_test(tc, a_bad_command_line_is_refused_with_option_value_and_what_is_allowed);
		  tcase_add_test(tc, a_state_is_assigned_by_name_or_number);
		  tcase_add_test(tc, a_name_that_is_like_a_word_may_be_matched_all_the_same);
		  tcase_add_test(tc, a_setting_that_an_error_is_about_has_our_name);)
