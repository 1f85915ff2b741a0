/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Destinations as the plugin reads them. */
#include "smtp/destination.h"

#include "unit.h"

#define LABEL_63 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk"
#define NAME_253                                                                                   \
	LABEL_63 "." LABEL_63 "." LABEL_63                                                             \
			 ".abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghi"
#define REQUIRED "valid hostname or network address required"

static const struct {
	const char *value;
	enum mail_protocol protocol;
	enum destination_kind kind;
	const char *name;
	const char *service;
} good[] = {
	{"example.org", MAIL_SMTP, DESTINATION_DOMAIN, "example.org", ""},
	{"Example.ORG:587", MAIL_SMTP, DESTINATION_DOMAIN, "Example.ORG", "587"},
	{"example.org:submission", MAIL_SMTP, DESTINATION_DOMAIN, "example.org", "submission"},
	{"example.org:", MAIL_SMTP, DESTINATION_DOMAIN, "example.org", ""},
	{"inet:example.org:25", MAIL_SMTP, DESTINATION_DOMAIN, "example.org", "25"},
	{"inet:[mx.example.org]", MAIL_LMTP, DESTINATION_HOST, "mx.example.org", ""},
	{"localhost", MAIL_SMTP, DESTINATION_DOMAIN, "localhost", ""},
	{"a", MAIL_SMTP, DESTINATION_DOMAIN, "a", ""},
	{"my_host.example", MAIL_SMTP, DESTINATION_DOMAIN, "my_host.example", ""},
	{"xn--bcher-kva.example", MAIL_SMTP, DESTINATION_DOMAIN, "xn--bcher-kva.example", ""},
	{"1.2.3.example", MAIL_SMTP, DESTINATION_DOMAIN, "1.2.3.example", ""},
	{"example.org:0", MAIL_SMTP, DESTINATION_DOMAIN, "example.org", "0"},
	{"example.org:no such", MAIL_SMTP, DESTINATION_DOMAIN, "example.org", "no such"},
	{"unix", MAIL_SMTP, DESTINATION_DOMAIN, "unix", ""},
	{"host:24", MAIL_LMTP, DESTINATION_HOST, "host", "24"},
	{"[mx.example.org]", MAIL_SMTP, DESTINATION_HOST, "mx.example.org", ""},
	{"[mx.example.org]:", MAIL_SMTP, DESTINATION_HOST, "mx.example.org", ""},
	{"[mx.example.org]:smtps", MAIL_SMTP, DESTINATION_HOST, "mx.example.org", "smtps"},
	{"192.0.2.1", MAIL_SMTP, DESTINATION_ADDRESS, "192.0.2.1", ""},
	{"192.0.2.1:2525", MAIL_SMTP, DESTINATION_ADDRESS, "192.0.2.1", "2525"},
	{"[192.0.2.1]:25", MAIL_LMTP, DESTINATION_ADDRESS, "192.0.2.1", "25"},
	{"[2001:db8::25]:25", MAIL_SMTP, DESTINATION_ADDRESS, "2001:db8::25", "25"},
	{"[ipv6:::1]", MAIL_SMTP, DESTINATION_ADDRESS, "::1", ""},
	{"[IPv6:::ffff:192.0.2.1]", MAIL_SMTP, DESTINATION_ADDRESS, "::ffff:192.0.2.1", ""},
	{NAME_253, MAIL_SMTP, DESTINATION_DOMAIN, NAME_253, ""},
};

static const struct {
	const char *value;
	const char *problem;
} bad[] = {
	{"", "missing host information"},
	{":25", "missing host information"},
	{"inet:", "missing host information"},
	{"[", "missing \"]\""},
	{"[a", "missing \"]\""},
	{"[a]b", "garbage after \"]\""},
	{"[a]25", "garbage after \"]\""},
	{"[]", REQUIRED},
	{"[]:25", REQUIRED},
	{"::1", REQUIRED},
	{"2001:db8::1", REQUIRED},
	{"x.", REQUIRED},
	{".x", REQUIRED},
	{"foo..bar", REQUIRED},
	{"-a.b", REQUIRED},
	{"a-.b", REQUIRED},
	{"a.b-", REQUIRED},
	{"1.2.3", REQUIRED},
	{"1.2.3.4.5", REQUIRED},
	{"256.1.1.1", REQUIRED},
	{"12345", REQUIRED},
	{"[127.1]", REQUIRED},
	{"[ipv4:127.0.0.1]", REQUIRED},
	{"ipv6:::1", REQUIRED},
	{"u@d", REQUIRED},
	{"a b", REQUIRED},
	{"a\nb", REQUIRED},
	{"b\xc3\xbc"
	 "cher.example",
		REQUIRED},
	{"a:1:2", REQUIRED},
	{"[fe80::1%eth0]", REQUIRED},
	{LABEL_63 "a.example", REQUIRED},
	{NAME_253 "a", REQUIRED},
	{"[ipv6:127.0.0.1]", "malformed IPv6 address"},
	{"[ipv6:]", "malformed IPv6 address"},
	{"[ipv6:host]", "malformed IPv6 address"},
	{"h:25x", "garbage after numerical service"},
	{"[h]:25 ", "garbage after numerical service"},
	{"unix:", "absolute path of a UNIX socket required"},
	{"unix:relative", "absolute path of a UNIX socket required"},
};

START_TEST(a_destination_is_understood) {
	struct destination destination;
	struct err err = {0};
	ck_assert(destination_parse(&destination, good[_i].value, good[_i].protocol, &err));
	ck_assert_int_eq(err.kind, ERR_NONE);
	ck_assert_int_eq(destination.kind, good[_i].kind);
	ck_assert_int_eq(destination.protocol, good[_i].protocol);
	ck_assert_str_eq(destination.name, good[_i].name);
	ck_assert_str_eq(destination.service, good[_i].service);
	ck_assert_str_eq(destination.path, "");
	ck_assert_str_eq(destination.text, good[_i].value);
}
END_TEST

START_TEST(a_bad_destination_is_refused_with_its_reason) {
	struct destination destination;
	struct err err = {0};
	char want[600];
	snprintf(want, sizeof want, "%s in server description: %.160s", bad[_i].problem, bad[_i].value);
	ck_assert(!destination_parse(&destination, bad[_i].value, MAIL_SMTP, &err));
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_str_eq(err.text, want);
}
END_TEST

START_TEST(one_final_dot_of_the_host_is_dropped) {
	static const struct {
		const char *value;
		const char *wanted; /* NULL: as it is */
	} table[] = {
		{"example.org.", "example.org"},
		{"org.", "org"},
		{"example.org.:25", "example.org:25"},
		{"example.org.:", "example.org:"},
		{"[mx1.example.org.]", "[mx1.example.org]"},
		{"[mx1.example.org.]:587", "[mx1.example.org]:587"},
		{"inet:example.org.:25", "inet:example.org:25"},
		{"inet:[a.b.]", "inet:[a.b]"},
		{"example.org", NULL},
		{"example.org..", NULL},
		{"example.org:25.", NULL},
		{"[a.b].", NULL},
		{"[a.b.", "[a.b"},
		{"192.0.2.1.", NULL},
		{"[192.0.2.1.]", NULL},
		{"[2001:db8::1]", NULL},
		{"unix:/run/lmtp.", NULL},
		{".", NULL},
		{"..", NULL},
		{"[.]", NULL},
		{"", NULL},
		{"[", NULL},
		{"inet:", NULL},
		{":", NULL},
	};
	struct arena *arena = unit_arena();
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		const char *wanted = table[i].wanted != NULL ? table[i].wanted : table[i].value;
		ck_assert_str_eq(destination_without_final_dot(arena, table[i].value), wanted);
	}
	arena_free(arena);
}
END_TEST

START_TEST(a_colon_without_a_service_is_dropped) {
	static const struct {
		const char *value;
		const char *wanted; /* NULL: as it is */
	} table[] = {
		{"example.org:", "example.org"},
		{"example.org.:", "example.org"},
		{"[mx1.example.org]:", "[mx1.example.org]"},
		{"[mx1.example.org.]:", "[mx1.example.org]"},
		{"[2001:db8::1]:", "[2001:db8::1]"},
		{"inet:example.org:", "inet:example.org"},
		{"192.0.2.1:", "192.0.2.1"},
		{"example.org.", "example.org"},
		{"example.org:25", NULL},
		{"example.org::", NULL},
		{"2001:db8::", NULL},
		{"unix:/run/x:", NULL},
		{"unix:", NULL},
		{"inet:", NULL},
		{":", NULL},
		{"", NULL},
	};
	struct arena *arena = unit_arena();
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		const char *wanted = table[i].wanted != NULL ? table[i].wanted : table[i].value;
		ck_assert_str_eq(destination_tidy(arena, table[i].value), wanted);
	}
	arena_free(arena);
}
END_TEST

START_TEST(a_host_is_written_small) {
	static const struct {
		const char *value;
		const char *wanted;
	} table[] = {
		{"Good.EXAMPLE.org", "good.example.org"},
		{"MX.Example.org:Submission", "mx.example.org:Submission"},
		{"[MX.Example.org]:SMTP", "[mx.example.org]:SMTP"},
		{"[IPv6:2001:DB8::1]", "[ipv6:2001:db8::1]"},
		{"unix:/run/LMTP", "unix:/run/LMTP"},
		{"uNix:/run/LMTP", "unix:/run/LMTP"},
		{"[A", "[a"},
		{"", ""},
		{"\xc3\x84", "\xc3\x84"},
	};
	struct arena *arena = unit_arena();
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		ck_assert_str_eq(destination_in_small(arena, table[i].value), table[i].wanted);
	}
	arena_free(arena);
}
END_TEST

START_TEST(a_unix_socket_speaks_lmtp) {
	struct destination destination;
	ck_assert(destination_parse(&destination, "unix:/run/lmtp:x", MAIL_SMTP, NULL));
	ck_assert_int_eq(destination.kind, DESTINATION_UNIX);
	ck_assert_int_eq(destination.protocol, MAIL_LMTP);
	ck_assert_str_eq(destination.path, "/run/lmtp:x");
	ck_assert_str_eq(destination.name, "");
	ck_assert(destination_parse(&destination, "UNIX:/run/lmtp", MAIL_SMTP, NULL));
	ck_assert_str_eq(destination.path, "/run/lmtp");
}
END_TEST

/* A value of n characters that starts as given and goes on with "a". */
static const char *stretched(char *buffer, const char *start, size_t n) {
	memset(buffer, 'a', n);
	memcpy(buffer, start, strlen(start));
	buffer[n] = '\0';
	return buffer;
}

START_TEST(what_does_not_fit_is_refused_and_never_cut) {
	static const struct {
		const char *start;
		size_t fits; /* the longest that is accepted */
		const char *problem;
	} limits[] = {
		{"unix:/", 5 + 107, "path of a UNIX socket longer than 107 characters"},
		{"[mx]:s", 5 + 255, "service name longer than 255 characters"},
		{"unix:/", 0, "more than 511 characters"},
	};
	struct destination destination;
	char value[700];
	for (size_t i = 0; i < 2; i++) {
		const char *start = limits[i].start;
		ck_assert(destination_parse(
			&destination, stretched(value, start, limits[i].fits), MAIL_SMTP, NULL));
		struct err err = {0};
		ck_assert(!destination_parse(
			&destination, stretched(value, start, limits[i].fits + 1), MAIL_SMTP, &err));
		ck_assert_ptr_eq(strstr(err.text, limits[i].problem), err.text);
	}
	struct err err = {0};
	ck_assert(!destination_parse(&destination, stretched(value, "unix:/", 512), MAIL_SMTP, &err));
	ck_assert_ptr_eq(strstr(err.text, limits[2].problem), err.text);
}
END_TEST

START_TEST(every_prefix_ends_before_the_unmapped_page) {
	const char *value = good[_i].value;
	for (size_t n = 0; n <= strlen(value); n++) {
		char prefix[600] = "";
		memcpy(prefix, value, n);
		struct span guarded = unit_guarded((struct span){(const uint8_t *)prefix, n + 1});
		struct destination destination;
		struct err err = {0};
		bool parsed =
			destination_parse(&destination, (const char *)guarded.at, good[_i].protocol, &err);
		ck_assert_int_eq(parsed, err.kind == ERR_NONE);
	}
}
END_TEST

START_TEST(families_are_told_by_the_strict_forms) {
	ck_assert_int_eq(address_family_of("192.0.2.1"), 4);
	ck_assert_int_eq(address_family_of("::"), 6);
	ck_assert_int_eq(address_family_of("192.0.2.01"), 0);
	ck_assert_int_eq(address_family_of("192.0.2"), 0);
	ck_assert_int_eq(address_family_of("[::1]"), 0);
	ck_assert_int_eq(address_family_of(""), 0);
	ck_assert(!hostname_is_valid(""));
	ck_assert(hostname_is_valid("mx-1.example"));
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof *(table)))

UNIT_MAIN("destination", tcase_add_loop_test(tc, a_destination_is_understood, 0, COUNT(good));
		  tcase_add_loop_test(tc, a_bad_destination_is_refused_with_its_reason, 0, COUNT(bad));
		  tcase_add_test(tc, a_unix_socket_speaks_lmtp);
		  tcase_add_test(tc, what_does_not_fit_is_refused_and_never_cut);
		  tcase_add_loop_test(tc, every_prefix_ends_before_the_unmapped_page, 0, COUNT(good));
		  tcase_add_test(tc, a_host_is_written_small);
		  tcase_add_test(tc, one_final_dot_of_the_host_is_dropped);
		  tcase_add_test(tc, a_colon_without_a_service_is_dropped);
		  tcase_add_test(tc, families_are_told_by_the_strict_forms);)
