/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Postfix's TLS parameters: what each value does to a session, and what is said of wrong ones. */
#include <openssl/err.h>

#include "about.h"
#include "tls/tls_internal.h"
#include "tls_shelf.h"
#include "unit.h"

/* One parameter at a time, by its name. */
static void set(struct tls_settings *settings, const char *parameter, const char *value) {
	const struct {
		const char *name;
		const char **at;
	} places[] = {
		{"tls_medium_cipherlist", &settings->cipher_lists[TLS_GRADE_MEDIUM]},
		{"tls_high_cipherlist", &settings->cipher_lists[TLS_GRADE_HIGH]},
		{"tls_null_cipherlist", &settings->cipher_lists[TLS_GRADE_NULL]},
		{"tls_eecdh_auto_curves", &settings->groups},
		{"tls_ffdhe_auto_groups", &settings->ffdhe_groups},
		{"tls_dane_digests", &settings->dane_digests},
		{"tls_disable_workarounds", &settings->disable_workarounds},
		{"tls_ssl_options", &settings->ssl_options},
		{"tls_config_file", &settings->config_file},
		{"tls_config_name", &settings->config_name},
	};
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		if (strcmp(places[i].name, parameter) == 0) {
			*places[i].at = value;
			return;
		}
	}
	ck_abort_msg("no parameter %s", parameter);
}

struct value_case {
	const char *parameter;
	const char *value;
	const char *lines;     /* in Postfix, which goes on but for tls_config_file */
	const char *complaint; /* where faults name options; NULL: fine */
};

#define UNKNOWN(parameter, word, list)                                                             \
	"warning: unknown " parameter " value \"" word "\" in \"" list "\"\n"
#define NUMBER(kind, word) "warning: " kind " matching type number in tls_dane_digests: " word "\n"
#define DIGESTS "warning: tls_dane_digests: "

static const struct value_case value_cases[] = {
	{"tls_ssl_options", "", "", NULL},
	{"tls_ssl_options", "no_ticket NO_COMPRESSION,\tPRIORITIZE_CHACHA", "", NULL},
	{"tls_ssl_options", "0x4000 0XfF", "", NULL},
	{"tls_ssl_options", "16384", UNKNOWN("tls_ssl_options", "16384", "16384"),
		"--param tls_ssl_options: unknown tls_ssl_options value \"16384\" in \"16384\""},
	{"tls_ssl_options", "0xzz", UNKNOWN("tls_ssl_options", "0xzz", "0xzz"), "0xzz"},
	{"tls_ssl_options", "0x", UNKNOWN("tls_ssl_options", "0x", "0x"), "0x"},
	{"tls_ssl_options", "foo,NO_TICKET bar",
		UNKNOWN("tls_ssl_options", "foo", "foo,NO_TICKET bar")
			UNKNOWN("tls_ssl_options", "bar", "foo,NO_TICKET bar"),
		"\"foo\""},
	{"tls_ssl_options", "NO_TLSv1", UNKNOWN("tls_ssl_options", "NO_TLSv1", "NO_TLSv1"), "NO_TLSv1"},
	{"tls_disable_workarounds", "CVE-2010-4180 tlsext_padding 0x10", "", NULL},
	{"tls_disable_workarounds", "bogus 0x10",
		UNKNOWN("tls_disable_workarounds", "bogus", "bogus 0x10"),
		"--param tls_disable_workarounds: unknown"},

	{"tls_dane_digests", "sha256", "", NULL},
	{"tls_dane_digests", "SHA512 sha256", "", NULL},
	{"tls_dane_digests", "sha512=2,sha256=1,sha1=7 sha384=254", "", NULL},
	{"tls_dane_digests", "sha256 sha256", DIGESTS "matching type 1 specified more than once\n",
		"--param tls_dane_digests: tls_dane_digests: matching type 1 specified more than once"},
	{"tls_dane_digests", "sha384", DIGESTS "digest algorithm sha384 needs an explicit number\n",
		"needs an explicit number"},
	{"tls_dane_digests", "sha384=", DIGESTS "digest algorithm sha384 needs an explicit number\n",
		"needs an explicit number"},
	{"tls_dane_digests", "sha384=x", NUMBER("Invalid", "sha384=x"), "Invalid matching type"},
	{"tls_dane_digests", "sha384=1x", NUMBER("Invalid", "sha384=1x"), "Invalid matching type"},
	{"tls_dane_digests", "sha384=255", NUMBER("Invalid", "sha384=255"), "Invalid matching type"},
	{"tls_dane_digests", "sha384=99999999999999999999",
		NUMBER("Invalid", "sha384=99999999999999999999"), "Invalid matching type"},
	{"tls_dane_digests", "sha384=0", NUMBER("Reserved", "sha384=0"), "Reserved matching type"},
	{"tls_dane_digests", "sha384=1", DIGESTS "matching type 1 can only be sha256\n",
		"matching type 1 can only be sha256"},
	{"tls_dane_digests", "sha256=2", DIGESTS "matching type 2 can only be sha512\n",
		"matching type 2 can only be sha512"},
	{"tls_dane_digests", "nosuch=5", DIGESTS "digest algorithm \"nosuch\"(5) unknown\n",
		"\"nosuch\"(5) unknown"},
	{"tls_dane_digests", "=3 =", "", NULL},

	{"tls_eecdh_auto_curves", "prime256v1", "", NULL},
	{"tls_eecdh_auto_curves", "", "", NULL},
	{"tls_eecdh_auto_curves", "ffdhe2048", "", NULL},
	{"tls_eecdh_auto_curves", "X25519, X25519 prime256v1 P-256", "", NULL},
	{"tls_eecdh_auto_curves", "foo X25519", "",
		"--param tls_eecdh_auto_curves: \"foo\" is no key exchange group of this TLS library"},
	{"tls_ffdhe_auto_groups", "ffdhe4096 ffdhe9999", "",
		"--param tls_ffdhe_auto_groups: \"ffdhe9999\" is no key exchange group"},

	{"tls_medium_cipherlist", "AES256-SHA", "", NULL},
	{"tls_medium_cipherlist", "NOSUCH", "", "--param tls_medium_cipherlist: \"NOSUCH\""},
	{"tls_high_cipherlist", "NOSUCH", "", NULL}, /* of another grade */

	{"tls_config_file", "default", "", NULL},
	{"tls_config_file", "none", "", NULL},
	{"tls_config_file", "rel.cnf",
		"warning: non-default tls_config_file = rel.cnf is not an absolute pathname, disabling "
		"TLS support\n",
		"--param tls_config_file: non-default tls_config_file = rel.cnf is not an absolute "
		"pathname"},
	{"tls_config_name", "nosuch", "", NULL},
};

static bool disables(const struct value_case *c) {
	return strstr(c->lines, "disabling TLS support") != NULL;
}

START_TEST(each_wrong_value_has_the_line_that_postfix_prints) {
	const struct value_case *c = &value_cases[_i];
	struct tls_shelf shelf;
	tls_shelf_open(&shelf);
	struct tls_settings settings = tls_lab_settings();
	settings.habits = &habits_postfix;
	set(&settings, c->parameter, c->value);
	struct err err = {0};
	struct tls_context *context = tls_shelf_build(&shelf, &settings, &err);
	tls_shelf_assert_heard(&shelf, arena_printf(shelf.lab.arena, "engine\n%s", c->lines));
	ck_assert_msg((context == NULL) == disables(c), "%s", about_text(&err));
	ck_assert_int_eq(err.kind, disables(c) ? ERR_LOCAL : ERR_NONE);
	tls_context_free(context);
	tls_shelf_close(&shelf);
}
END_TEST

START_TEST(each_wrong_value_names_the_parameter) {
	const struct value_case *c = &value_cases[_i];
	struct tls_shelf shelf;
	tls_shelf_open(&shelf);
	struct tls_settings settings = tls_lab_settings();
	set(&settings, c->parameter, c->value);
	struct err err = {0};
	struct tls_context *context = tls_shelf_build(&shelf, &settings, &err);
	ck_assert_msg((context != NULL) == (c->complaint == NULL), "%s", about_text(&err));
	if (c->complaint != NULL) {
		ck_assert_int_eq(err.kind, ERR_USAGE);
		ck_assert_msg(strncmp(about_text(&err), "--param tls_", 12) == 0 &&
						  strstr(about_text(&err), c->complaint) != NULL,
			"%s", about_text(&err));
	}
	tls_context_free(context);
	tls_shelf_close(&shelf);
}
END_TEST

/* --- groups --- */

#if OPENSSL_VERSION_NUMBER >= 0x30500000L
#define POSTFIX_GROUPS "X25519MLKEM768 "
#define LIBRARY_GROUPS "X25519MLKEM768 "
#define BEARABLE_GROUPS LIBRARY_GROUPS
#else
#define POSTFIX_GROUPS "x25519 x448 secp256r1 secp384r1 secp521r1 ffdhe2048 ffdhe3072 "
#define BEARABLE_GROUPS "x25519 secp256r1 x448 secp521r1 secp384r1 ffdhe2048 ffdhe3072 ffdhe4096 "
#define LIBRARY_GROUPS BEARABLE_GROUPS "ffdhe6144 ffdhe8192 "
#endif
#define NONE_OF "warning: none of the configured key exchange groups are supported\n"
#define NO_GROUP "warning: no configured key exchange group - OpenSSL requires at least one\n"
#define TAKE_POSTFIX "warning: using Postfix default key exchange groups instead\n"

struct group_case {
	const struct habits *habits;
	const char *groups;
	const char *ffdhe_groups;
	const char *offered; /* the start of what the server hears */
	const char *lines;
};

static const struct group_case group_cases[] = {
	{&habits_monitor, NULL, NULL, BEARABLE_GROUPS, ""},
	{&habits_monitor, "", "", LIBRARY_GROUPS, ""},
	{&habits_monitor, "P-384 X25519", "", "secp384r1 x25519 ", ""},
	{&habits_postfix, NULL, NULL, POSTFIX_GROUPS, ""},
	{&habits_postfix, "", "", LIBRARY_GROUPS, ""},
	{&habits_postfix, "", "ffdhe2048", "ffdhe2048 ", ""},
	{&habits_postfix, "prime256v1", "ffdhe4096", "secp256r1 ffdhe4096 ", ""},
	{&habits_postfix, "foo P-521 prime256v1 P-521 P-256", "", "secp521r1 secp256r1 ", ""},
	{&habits_postfix, "foo bar", "", POSTFIX_GROUPS, NONE_OF TAKE_POSTFIX},
	{&habits_postfix, ",", "", POSTFIX_GROUPS, NO_GROUP TAKE_POSTFIX},
#if OPENSSL_VERSION_NUMBER < 0x30500000L
	{&habits_postfix, "secp521r1", NULL, "secp521r1 ffdhe2048 ffdhe3072 ", ""},
	{&habits_postfix, NULL, "", "x25519 x448 secp256r1 secp384r1 secp521r1 ", ""},
	{&habits_postfix, "?X25519MLKEM768:DEFAULT", "", POSTFIX_GROUPS, NONE_OF TAKE_POSTFIX},
#endif
};

static const char *groups_heard(struct tls_meeting *meeting) {
	int codes[64];
	int n = (int)SSL_get1_groups(meeting->server, NULL);
	ck_assert_int_le(n, 64);
	(void)SSL_get1_groups(meeting->server, codes);
	struct text all = text_new(meeting->lab->arena, 1000);
	for (int i = 0; i < n; i++) {
		text_addf(&all, "%s ", SSL_group_to_name(meeting->server, codes[i]));
	}
	return all.at;
}

static const struct tls_spec encrypted = {
	.level = TLS_LEVEL_ENCRYPT, .report_as = TLS_LEVEL_ENCRYPT};
static const struct tls_server_plan any_server;

START_TEST(the_groups_wished_for_are_offered) {
	const struct group_case *c = &group_cases[_i];
	struct tls_shelf shelf;
	tls_shelf_open(&shelf);
	struct tls_settings settings = tls_lab_settings();
	settings.habits = c->habits;
	settings.groups = c->groups;
	settings.ffdhe_groups = c->ffdhe_groups;
	tls_context_free(tls_shelf_build(&shelf, &settings, NULL));
	tls_shelf_assert_heard(&shelf, arena_printf(shelf.lab.arena, "engine\n%s", c->lines));
	struct tls_meeting *meeting = tls_meet(&shelf.lab, &settings, &encrypted, &any_server);
	const char *heard = groups_heard(meeting);
	ck_assert_msg(strncmp(heard, c->offered, strlen(c->offered)) == 0, "%s", heard);
	ck_assert_msg(c->groups != NULL || strstr(heard, "ffdhe8192") == NULL, "%s", heard);
	tls_part(meeting);
	tls_shelf_close(&shelf);
}
END_TEST

/* --- options --- */

struct option_case {
	const char *disable_workarounds;
	const char *ssl_options;
	uint64_t on; /* at least */
	uint64_t off;
};

#define ALWAYS (SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_NO_RENEGOTIATION)

static const struct option_case option_cases[] = {
	{NULL, NULL, ALWAYS | SSL_OP_ALL, SSL_OP_NO_TICKET},
	{"", "", ALWAYS | SSL_OP_ALL, SSL_OP_NO_TICKET},
	{"TLSEXT_PADDING", NULL, ALWAYS | SSL_OP_CRYPTOPRO_TLSEXT_BUG,
		SSL_OP_TLSEXT_PADDING | SSL_OP_SAFARI_ECDHE_ECDSA_BUG},
	{"0xffffffffffffffff", NULL, ALWAYS, SSL_OP_ALL},
	{"CVE-2005-2969", NULL, ALWAYS | SSL_OP_TLSEXT_PADDING, 0},
	{NULL, "NO_TICKET LEGACY_SERVER_CONNECT",
		ALWAYS | SSL_OP_ALL | SSL_OP_NO_TICKET | SSL_OP_LEGACY_SERVER_CONNECT, 0},
	{NULL, "0x4000", ALWAYS | SSL_OP_NO_TICKET, 0},
	/* decided elsewhere */
	{"TLSEXT_PADDING", "0xffffffff", ALWAYS | SSL_OP_NO_TICKET,
		SSL_OP_TLSEXT_PADDING | SSL_OP_NO_TLSv1_2 | SSL_OP_CIPHER_SERVER_PREFERENCE},
};

START_TEST(options_are_switched_by_name_or_number) {
	const struct option_case *c = &option_cases[_i];
	struct arena *arena = unit_arena();
	struct tls_settings settings = tls_lab_settings();
	settings.disable_workarounds = c->disable_workarounds;
	settings.ssl_options = c->ssl_options;
	struct err err = {0};
	struct tls_context *context = tls_context_new(arena, &settings, NULL, &err);
	ck_assert_msg(context != NULL, "%s", about_text(&err));
	uint64_t options = SSL_CTX_get_options(context->library);
	ck_assert_uint_eq(options & c->on, c->on);
	ck_assert_uint_eq(options & c->off, 0);
	tls_context_free(context);
	arena_free(arena);
}
END_TEST

/* --- cipher lists --- */

struct list_case {
	enum tls_grade grade;
	const char *parameter; /* NULL: none is given */
	enum tls_anonymous anonymous;
	const char *list;
};

static const struct list_case list_cases[] = {
	{TLS_GRADE_MEDIUM, "tls_medium_cipherlist", TLS_ANONYMOUS_NEVER, "HIGH:AES128-SHA:!aNULL"},
	{TLS_GRADE_MEDIUM, "tls_medium_cipherlist", TLS_ANONYMOUS_FIRST, "HIGH:AES128-SHA:!eNULL"},
	{TLS_GRADE_MEDIUM, "tls_medium_cipherlist", TLS_ANONYMOUS_LAST,
		"HIGH:AES128-SHA:+aNULL:!eNULL"},
	{TLS_GRADE_HIGH, "tls_high_cipherlist", TLS_ANONYMOUS_NEVER, "HIGH:AES128-SHA:!aNULL"},
	{TLS_GRADE_NULL, "tls_null_cipherlist", TLS_ANONYMOUS_NEVER, "HIGH:AES128-SHA:!aNULL"},
	{TLS_GRADE_HIGH, "tls_medium_cipherlist", TLS_ANONYMOUS_NEVER, NULL},
	{TLS_GRADE_MEDIUM, NULL, TLS_ANONYMOUS_FIRST, NULL},
};

START_TEST(a_list_of_ciphers_is_for_its_grade) {
	const struct list_case *c = &list_cases[_i];
	struct arena *arena = unit_arena();
	struct tls_settings settings = tls_lab_settings();
	settings.grade = c->grade;
	if (c->parameter != NULL) {
		set(&settings, c->parameter, "HIGH:AES128-SHA");
	}
	const char *list = tls_cipher_list_for(&settings, arena, c->anonymous);
	ck_assert_str_eq(list, c->list != NULL ? c->list : tls_cipher_list(c->grade, c->anonymous));
	arena_free(arena);
}
END_TEST

START_TEST(a_list_of_ciphers_makes_the_cipher) {
	struct tls_lab lab;
	tls_lab_open(&lab);
	struct tls_settings settings = tls_lab_settings();
	settings.cipher_lists[TLS_GRADE_MEDIUM] = "ECDHE-ECDSA-AES128-SHA";
	const struct tls_server_plan plan = {.version = TLS1_2_VERSION};
	struct tls_meeting *meeting = tls_meet(&lab, &settings, &encrypted, &plan);
	ck_assert_str_eq(meeting->facts->cipher, "ECDHE-ECDSA-AES128-SHA");
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

/* One case per row of a table. */
#define LOOP(name, table)                                                                          \
	tcase_add_loop_test(tc, name, 0, (int)(sizeof(table) / sizeof((table)[0])))

UNIT_MAIN("tls_parameters", LOOP(each_wrong_value_has_the_line_that_postfix_prints, value_cases);
		  LOOP(each_wrong_value_names_the_parameter, value_cases);
		  LOOP(the_groups_wished_for_are_offered, group_cases);
		  LOOP(options_are_switched_by_name_or_number, option_cases);
		  LOOP(a_list_of_ciphers_is_for_its_grade, list_cases);
		  tcase_add_test(tc, a_list_of_ciphers_makes_the_cipher);)
