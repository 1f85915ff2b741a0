/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Postfix parameters: defaults, values, Postfix's words for bad ones. */
#include "config/postfix_params.h"

#include "base/text.h"
#include "unit.h"

#define DIRECTORY "/etc/postfix"
#define SETTINGS_MAX 4

/* What the settings give; *params is valid in any case. */
static bool evaluated(struct postfix_params *params, const char *const settings[], const char *host,
	struct err *err) {
	struct arena *arena = unit_arena();
	struct main_cf *cf = main_cf_new(arena);
	for (size_t i = 0; i < SETTINGS_MAX && settings[i] != NULL; i++) {
		ck_assert(main_cf_set(cf, settings[i]));
	}
	return postfix_params_evaluate(params, arena, cf, host, err);
}

START_TEST(without_a_setting_the_defaults_hold) {
	struct postfix_params params;
	struct err err = {0};
	ck_assert(evaluated(&params, (const char *[SETTINGS_MAX]){NULL}, "host.example.org", &err));
	ck_assert_str_eq(err.text, "");
	ck_assert_str_eq(params.myhostname, "host.example.org");
	ck_assert(params.ipv4 && params.ipv6);
	ck_assert(!params.smtputf8_enable); /* compatibility_level is 0 */
	ck_assert_int_eq(params.idn_mapping, IDN_NON_TRANSITIONAL);
	ck_assert_str_eq(
		params.known_tcp_ports, "lmtp=24, smtp=25, smtps=submissions=465, submission=587");
	ck_assert_str_eq(params.dnssec_probe, "ns:.");
	ck_assert_uint_eq(params.line_length_limit, 2048);
	ck_assert_int_eq(params.tcp_windowsize, 0);
	ck_assert_uint_eq(params.n_environment, 1);
	ck_assert_str_eq(params.environment[0], "LANG=C");
	ck_assert_ptr_null(params.fingerprint_digest);
	ck_assert_uint_eq(params.n_nameservers, 0);
	ck_assert_ptr_null(params.cipher_lists[TLS_GRADE_MEDIUM]);
	ck_assert_ptr_null(params.dane_digests);
	ck_assert_ptr_null(params.config_file);
	ck_assert(!params.append_default_ca);
	ck_assert_int_eq(params.ending, TLS_ENDING_FAST);
	ck_assert_uint_eq(params.n_warnings, 0);
}
END_TEST

static const struct {
	const char *settings[SETTINGS_MAX];
	const char *host;
	const char *myhostname;
} names[] = {
	{{NULL}, "vm", "vm.localdomain"},
	{{"mydomain=example.net"}, "vm", "vm.example.net"},
	{{"mydomain=example.net"}, "vm.example.org", "vm.example.org"},
	{{"myhostname=mail.example.com"}, "vm", "mail.example.com"},
	{{"myhostname=mail.$mydomain", "mydomain=example.com"}, "vm", "mail.example.com"},
	{{"myhostname=x.$mydomain.y", "mydomain="}, "vm", NULL},
	{{"myhostname=mail"}, "vm", "mail"},
	/* Names that Postfix evaluates later have no value yet. */
	{{"myhostname=a$mail_name.b"}, "vm", "a.b"},
	{{"myhostname=a$syslog_facility.b"}, "vm", "amail.b"},
};

START_TEST(the_host_has_a_full_name) {
	struct postfix_params params;
	struct err err = {0};
	bool good = evaluated(&params, names[_i].settings, names[_i].host, &err);
	ck_assert_int_eq(good, names[_i].myhostname != NULL);
	if (good) {
		ck_assert_str_eq(params.myhostname, names[_i].myhostname);
	}
}
END_TEST

#define BAD_HOST "file " DIRECTORY "/main.cf: parameter myhostname: bad parameter value: "
#define AAAA "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

/* As posttls-finger of Postfix 3.7.11 says them. */
static const struct {
	const char *settings[SETTINGS_MAX];
	const char *error;
	const char *warning;
} bad[] = {
	{{"myhostname="}, "bad string length 0 < 1: myhostname = ", NULL},
	{{"myhostname=$(mail_name)"}, "bad string length 0 < 1: myhostname = ", NULL},
	{{"mydomain="}, "bad string length 0 < 1: mydomain = ", NULL},
	{{"myhostname=a$$b"}, BAD_HOST "a$b", "valid_hostname: invalid character 36(decimal): a$b"},
	{{"myhostname=a..b"}, BAD_HOST "a..b", "valid_hostname: misplaced delimiter: a..b"},
	{{"myhostname=.a"}, BAD_HOST ".a", "valid_hostname: misplaced delimiter: .a"},
	{{"myhostname=a.b."}, BAD_HOST "a.b.", "valid_hostname: misplaced delimiter: a.b."},
	{{"myhostname=-a.b"}, BAD_HOST "-a.b", "valid_hostname: misplaced hyphen: -a.b"},
	{{"myhostname=a-.b"}, BAD_HOST "a-.b", "valid_hostname: misplaced hyphen: a-.b"},
	{{"myhostname=12-.3"}, BAD_HOST "12-.3", "valid_hostname: misplaced hyphen: 12-.3"},
	{{"myhostname=1.2.3.4"}, BAD_HOST "1.2.3.4", "valid_hostname: numeric hostname: 1.2.3.4"},
	{{"myhostname=" AAAA ".x"}, BAD_HOST AAAA ".x",
		"valid_hostname: hostname label too long: " AAAA ".x"},
	{{"myhostname=b\xc3\xbc"}, BAD_HOST "b\xc3\xbc",
		"valid_hostname: invalid character 195(decimal): b\xc3\xbc"},
	{{"mydomain=a..b"}, BAD_HOST "vm.a..b", "valid_hostname: misplaced delimiter: vm.a..b"},
	{{"myhostname=1-2.3"}, "file " DIRECTORY "/main.cf: parameter mydomain: bad parameter value: 3",
		"valid_hostname: numeric hostname: 3"},
	{{"myhostname=${a"}, "dictionary mail_dict: macro processing error",
		"truncated macro reference: \"${a\""},
	{{"compatibility_level=junk"}, "malformed compatibility level syntax: \"junk\"", NULL},
	{{"compatibility_level="}, "malformed compatibility level syntax: \"\"", NULL},
	{{"inet_protocols=ipv4 junk"}, "unknown inet_protocols value \"junk\" in \"ipv4 junk\"", NULL},
	{{"inet_protocols=ALL"}, "unknown inet_protocols value \"ALL\" in \"ALL\"", NULL},
	{{"smtputf8_enable=1"}, "bad boolean configuration: smtputf8_enable = 1", NULL},
	{{"soft_bounce="}, "bad boolean configuration: soft_bounce = ", NULL},
	{{"line_length_limit=511"}, "invalid line_length_limit parameter value 511 < 512", NULL},
	{{"line_length_limit=-5"}, "invalid line_length_limit parameter value -5 < 512", NULL},
	{{"line_length_limit=0x300"}, "bad numerical configuration: line_length_limit = 0x300", NULL},
	{{"line_length_limit=2147483648"},
		"bad numerical configuration: line_length_limit = 2147483648", NULL},
	{{"line_length_limit="}, "bad numerical configuration: line_length_limit = ", NULL},
	{{"dont_remove=-2147483649"}, "bad numerical configuration: dont_remove = -2147483649", NULL},
	{{"message_size_limit=99999999999999999999"},
		"bad numerical configuration: message_size_limit = 99999999999999999999", NULL},
	{{"default_process_limit=0"}, "invalid default_process_limit parameter value 0 < 1", NULL},
	{{"ipc_timeout=1x"}, "parameter ipc_timeout: bad time value or unit: 1x", NULL},
	{{"ipc_timeout=5S"}, "parameter ipc_timeout: bad time value or unit: 5S", NULL},
	{{"ipc_timeout=5 s"}, "parameter ipc_timeout: bad time value or unit: 5 s", NULL},
	{{"ipc_timeout=-1"}, "parameter ipc_timeout: bad time value or unit: -1", NULL},
	{{"ipc_timeout="}, "parameter ipc_timeout: bad time value or unit: ", NULL},
	{{"ipc_timeout=9999999999"}, "parameter ipc_timeout: bad time value or unit: 9999999999", NULL},
	{{"ipc_timeout=3600w"}, "parameter ipc_timeout: bad time value or unit: 3600w", NULL},
	{{"mail_version="}, "bad string length 0 < 1: mail_version = ", NULL},
	{{"default_verp_delimiters="}, "bad string length 0 < 2: default_verp_delimiters = ", NULL},
	{{"smtp_tls_fingerprint_digest="},
		"bad string length 0 < 1: smtp_tls_fingerprint_digest = ", NULL},
	{{"import_environment=A B=c d=e=f =x"}, "update_env: missing attribute name in: =x", NULL},
	{{"import_environment={ A B = c }"}, "update_env: missing '=' after attribute name in: A B = c",
		NULL},
	{{"import_environment={ = c }"}, "update_env: missing attribute name in: = c", NULL},
	{{"import_environment=A {B=c"}, "import_environment: missing '}' in \"{B=c\"", NULL},
	{{"import_environment={A=b}c"}, "import_environment: syntax error after '}' in \"{A=b}c\"",
		NULL},
	{{"import_environment==$config_directory"},
		"update_env: missing attribute name in: =" DIRECTORY, NULL},
	{{"import_environment==$mail_name"}, "update_env: missing attribute name in: =Postfix", NULL},
};

/* A directory, for the messages. */
static struct main_cf *in_directory(struct arena *arena) {
	struct main_cf *cf = main_cf_new(arena);
	main_cf_name_directory(cf, DIRECTORY);
	return cf;
}

START_TEST(a_bad_value_is_told_in_postfix_words) {
	struct arena *arena = unit_arena();
	struct main_cf *cf = in_directory(arena);
	for (size_t i = 0; bad[_i].settings[i] != NULL; i++) {
		ck_assert(main_cf_set(cf, bad[_i].settings[i]));
	}
	struct postfix_params params;
	struct err err = {0};
	ck_assert(!postfix_params_evaluate(&params, arena, cf, "vm", &err));
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_str_eq(err.text, bad[_i].error);
	ck_assert_uint_eq(params.n_warnings, bad[_i].warning != NULL);
	if (bad[_i].warning != NULL) {
		ck_assert_str_eq(params.warnings[0], bad[_i].warning);
	}
}
END_TEST

/* The first bad one in Postfix's order, which looks at them when it sets up TLS. */
static const struct {
	const char *settings[SETTINGS_MAX];
	const char *fault;
} bad_for_tls[] = {
	{{"tls_dane_digests="}, "bad string length 0 < 1: tls_dane_digests = "},
	{{"tls_fast_shutdown_enable=maybe"},
		"bad boolean configuration: tls_fast_shutdown_enable = maybe"},
	{{"tls_daemon_random_bytes=0"}, "invalid tls_daemon_random_bytes parameter value 0 < 1"},
	{{"tls_medium_cipherlist="}, "bad string length 0 < 1: tls_medium_cipherlist = "},
	{{"tls_high_cipherlist=$nosuch"}, "bad string length 0 < 1: tls_high_cipherlist = "},
	{{"tls_ssl_options=${"}, "dictionary mail_dict: macro processing error"},
	{{"tls_dane_digests=", "tls_null_cipherlist="},
		"bad string length 0 < 1: tls_null_cipherlist = "},
};

START_TEST(a_bad_value_for_tls_is_told_to_tls) {
	struct postfix_params params;
	struct err err = {0};
	ck_assert(evaluated(&params, bad_for_tls[_i].settings, "vm.example.org", &err));
	ck_assert_str_eq(err.text, "");
	ck_assert_str_eq(params.myhostname, "vm.example.org");
	ck_assert_str_eq(params.tls_fault, bad_for_tls[_i].fault);
	struct tls_settings settings = {.digest = "sha256"};
	postfix_params_apply(&params, &settings);
	ck_assert_str_eq(settings.bad_parameter, bad_for_tls[_i].fault);
}
END_TEST

static const char *const good[] = {
	"nosuch=1",
	"nosuch=${", /* nobody asks for it */
	"inet_protocols=",
	"smtputf8_enable= YES",
	"line_length_limit= 512 ",
	"tcp_windowsize=-3",
	"dont_remove=-2147483648",
	"message_size_limit=2147483648",
	"ipc_timeout=5",
	"ipc_timeout= +5w",
	"ipc_timeout=3500w",
	"myhostname=a--b",
	"myhostname=1_2",
	"dnssec_probe=junk",
	"compatibility_level=99999999999",
	"tls_eecdh_auto_curves=",
	"tls_config_file=junk",
	"default_privs=nosuchuser", /* we run as who we are */
	"import_environment=A={x",
	"import_environment={ } {A} { A B } }A=b",
};

START_TEST(other_values_are_accepted) {
	struct postfix_params params;
	struct err err = {0};
	ck_assert(evaluated(&params, (const char *[SETTINGS_MAX]){good[_i]}, "vm", &err));
	ck_assert_str_eq(err.text, "");
	ck_assert_uint_eq(params.n_warnings, 0);
	ck_assert_ptr_null(params.tls_fault);
}
END_TEST

START_TEST(a_host_without_a_name_has_none) {
	struct postfix_params params;
	struct err err = {0};
	ck_assert(!evaluated(&params, (const char *[SETTINGS_MAX]){NULL}, "a b", &err));
	ck_assert_str_eq(err.text, "unable to use my own hostname");
	ck_assert_str_eq(params.warnings[0], "valid_hostname: invalid character 32(decimal): a b");
	err = (struct err){0};
	ck_assert(!evaluated(&params, (const char *[SETTINGS_MAX]){NULL}, "", &err));
	ck_assert_str_eq(params.warnings[0], "valid_hostname: empty hostname");
	char name[302];
	memset(name, 'a', sizeof name - 1);
	for (size_t i = 4; i < sizeof name - 2; i += 5) {
		name[i] = '.';
	}
	name[sizeof name - 1] = '\0';
	err = (struct err){0};
	ck_assert(!evaluated(&params, (const char *[SETTINGS_MAX]){NULL}, name, &err));
	ck_assert_int_eq(
		strncmp(params.warnings[0], "valid_hostname: bad length 301 for aaaa.aaaa.", 44), 0);
}
END_TEST

START_TEST(smtputf8_depends_on_the_level) {
	static const struct {
		const char *settings[SETTINGS_MAX];
		bool on;
	} rows[] = {
		{{"compatibility_level=0"}, false},
		{{"compatibility_level=0.9"}, false},
		{{"compatibility_level=1"}, true},
		{{"compatibility_level=3.6"}, true},
		{{"compatibility_level=3.6", "smtputf8_enable=no"}, false},
		{{"smtputf8_enable=yes"}, true},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct postfix_params params;
		ck_assert(evaluated(&params, rows[i].settings, "vm", NULL));
		ck_assert_int_eq(params.smtputf8_enable, rows[i].on);
		/* Ours: sha256 whatever the level. */
		ck_assert_ptr_null(params.fingerprint_digest);
	}
}
END_TEST

START_TEST(families_are_chosen) {
	static const struct {
		const char *settings[SETTINGS_MAX];
		bool ipv4;
		bool ipv6;
	} rows[] = {
		{{"inet_protocols=ipv4"}, true, false},
		{{"inet_protocols=ipv6"}, false, true},
		{{"inet_protocols=ipv4, ipv6"}, true, true},
		{{"inet_protocols=all"}, true, true},
		{{"inet_protocols="}, false, false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct postfix_params params;
		ck_assert(evaluated(&params, rows[i].settings, "vm", NULL));
		ck_assert_int_eq(params.ipv4, rows[i].ipv4);
		ck_assert_int_eq(params.ipv6, rows[i].ipv6);
	}
}
END_TEST

START_TEST(lists_are_split) {
	struct postfix_params params;
	const char *const settings[SETTINGS_MAX] = {
		"import_environment=A, B=c d=e=f { G = h i } =$nosuch", "nameservers=127.0.0.1:53 , ::1",
		"enable_idna2003_compatibility=yes"};
	struct err err = {0};
	ck_assert(!evaluated(&params, settings, "vm", &err));
	ck_assert_str_eq(err.text, "update_env: missing attribute name in: =");
	const char *const better[SETTINGS_MAX] = {
		"import_environment=A, B=c d=e=f { G = h i }, {J} K=", settings[1], settings[2]};
	ck_assert(evaluated(&params, better, "vm", NULL));
	ck_assert_uint_eq(params.n_environment, 4);
	ck_assert_str_eq(params.environment[0], "B=c");
	ck_assert_str_eq(params.environment[1], "d=e=f");
	ck_assert_str_eq(params.environment[2], "G=h i");
	ck_assert_str_eq(params.environment[3], "K=");
	ck_assert_uint_eq(params.n_nameservers, 2);
	ck_assert_str_eq(params.nameservers[0], "127.0.0.1:53");
	ck_assert_str_eq(params.nameservers[1], "::1");
	ck_assert_int_eq(params.idn_mapping, IDN_TRANSITIONAL);
}
END_TEST

START_TEST(bad_ports_are_warnings) {
	struct postfix_params params;
	struct err err = {0};
	const char *const settings[SETTINGS_MAX] = {"known_tcp_ports=x,a=1 b=2"};
	ck_assert(evaluated(&params, settings, "vm", &err));
	ck_assert_uint_eq(params.n_warnings, 2);
	ck_assert_str_eq(
		params.warnings[0], "known_tcp_ports: in \"x\" is not in \"name = value\" form");
	ck_assert_str_eq(
		params.warnings[1], "known_tcp_ports: in \"a=1 b=2\": whitespace in service name");
	struct text list = text_new(unit_arena(), 1024);
	text_add(&list, "known_tcp_ports=");
	for (int i = 0; i < 100; i++) {
		text_add(&list, "x,");
	}
	ck_assert(evaluated(&params, (const char *[SETTINGS_MAX]){list.at}, "vm", &err));
	ck_assert_uint_eq(params.n_warnings, POSTFIX_WARNINGS_MAX);
}
END_TEST

START_TEST(warnings_of_the_file_come_first) {
	struct arena *arena = unit_arena();
	struct main_cf *cf = main_cf_new(arena);
	ck_assert(main_cf_parse(cf, span_of("myhostname=a\nmyhostname=-b\n"), "f", NULL));
	struct postfix_params params;
	ck_assert(!postfix_params_evaluate(&params, arena, cf, "vm", NULL));
	ck_assert_uint_eq(params.n_warnings, 2);
	ck_assert_str_eq(params.warnings[0], "f, line 2: overriding earlier entry: myhostname=a");
	ck_assert_str_eq(params.warnings[1], "valid_hostname: misplaced hyphen: -b");
}
END_TEST

START_TEST(tls_hears_what_was_set) {
	struct postfix_params params;
	const char *const first[SETTINGS_MAX] = {"tls_medium_cipherlist=$tls_high_cipherlist",
		"tls_dane_digests=sha512", "tls_fast_shutdown_enable=no", "tls_append_default_CA=yes"};
	ck_assert(evaluated(&params, first, "vm", NULL));
	struct tls_settings settings = {.digest = "sha256", .groups = "stays?"};
	postfix_params_apply(&params, &settings);
	ck_assert_str_eq(settings.cipher_lists[TLS_GRADE_MEDIUM],
		"aNULL:-aNULL:HIGH:!SEED:!IDEA:!3DES:!RC2:!RC4:!RC5:!kDH:!kECDH:!aDSS:!MD5:@STRENGTH");
	ck_assert_ptr_null(settings.cipher_lists[TLS_GRADE_HIGH]);
	ck_assert_str_eq(settings.dane_digests, "sha512");
	ck_assert_ptr_null(settings.groups);
	ck_assert_str_eq(settings.digest, "sha256");
	ck_assert_int_eq(settings.ending, TLS_ENDING_FULL);
	ck_assert(settings.append_default_ca);
	const char *const second[SETTINGS_MAX] = {"tls_eecdh_auto_curves=X25519",
		"tls_ssl_options=NO_TICKET", "tls_config_file=/f", "smtp_tls_fingerprint_digest=sha1"};
	ck_assert(evaluated(&params, second, "vm", NULL));
	postfix_params_apply(&params, &settings);
	ck_assert_str_eq(settings.groups, "X25519");
	ck_assert_str_eq(settings.ssl_options, "NO_TICKET");
	ck_assert_str_eq(settings.config_file, "/f");
	ck_assert_str_eq(params.fingerprint_digest, "sha1");
}
END_TEST

#define EACH(test, table) tcase_add_loop_test(tc, test, 0, (int)(sizeof(table) / sizeof(*(table))))

UNIT_MAIN("postfix_params", tcase_add_test(tc, without_a_setting_the_defaults_hold);
		  EACH(the_host_has_a_full_name, names); EACH(a_bad_value_is_told_in_postfix_words, bad);
		  EACH(a_bad_value_for_tls_is_told_to_tls, bad_for_tls);
		  EACH(other_values_are_accepted, good); tcase_add_test(tc, a_host_without_a_name_has_none);
		  tcase_add_test(tc, smtputf8_depends_on_the_level);
		  tcase_add_test(tc, families_are_chosen); tcase_add_test(tc, lists_are_split);
		  tcase_add_test(tc, bad_ports_are_warnings);
		  tcase_add_test(tc, warnings_of_the_file_come_first);
		  tcase_add_test(tc, tls_hears_what_was_set);)
