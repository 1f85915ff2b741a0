/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Addresses of name servers. */
#include "dns/resolver.h"
#include "unit.h"

static const struct {
	const char *server;
	const char *text; /* as it is named later; NULL: usage error */
	bool remote;
} cases[] = {
	{"127.0.0.1", "127.0.0.1:53", false},
	{"127.255.0.3:5353", "127.255.0.3:5353", false},
	{"192.0.2.53", "192.0.2.53:53", true},
	{"192.0.2.53:65535", "192.0.2.53:65535", true},
	{"::1", "[::1]:53", false},
	{"[::1]", "[::1]:53", false},
	{"[::1]:5353", "[::1]:5353", false},
	{"2001:DB8::53", "[2001:db8::53]:53", true},
	{"[2001:db8:0:0::53]:1", "[2001:db8::53]:1", true},
	{"0.0.0.0", "0.0.0.0:53", false}, /* this machine, whichever address it has */
	{"0.0.0.1", "0.0.0.1:53", true},
	{"[::]:53", "[::]:53", false},
	{"::ffff:127.0.0.53", "[::ffff:127.0.0.53]:53", false},
	{"::ffff:192.0.2.53", "[::ffff:192.0.2.53]:53", true},
	{"", NULL, false},
	{"ns.test", NULL, false},
	{"127.1", NULL, false},
	{"127.0.0.01", NULL, false},
	{"127.0.0.1:", NULL, false},
	{"127.0.0.1:0", NULL, false},
	{"127.0.0.1:053", NULL, false},
	{"127.0.0.1:+53", NULL, false},
	{"127.0.0.1:65536", NULL, false},
	{"127.0.0.1:53x", NULL, false},
	{"127.0.0.1,127.0.0.2", NULL, false},
	{" 127.0.0.1", NULL, false},
	{"[::1", NULL, false},
	{"::1:5353", NULL, false},
	{"::5353", NULL, false},
	{"[::1:5353]", "[::0.1.83.83]:53", true},
	{"2001:db8::1:5353", "[2001:db8::1:5353]:53", true},
	{"[::1]53", NULL, false},
	{"[127.0.0.1]:53", NULL, false},
	{"[]", NULL, false},
	{"fe80::1%lo", "[fe80::1%lo]:53", true},
	{"fe80::1%1", "[fe80::1%lo]:53", true},
	{"[fe80::1%lo]:5353", "[fe80::1%lo]:5353", true},
	{"fe80::1%nowhere0", NULL, false},
	{"fe80::1%", NULL, false},
	{"fe80::1%a-name-that-is-too-long-for-an-interface", NULL, false},
	{"127.0.0.1%lo", NULL, false},
	{"0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000", NULL, false},
};

START_TEST(a_name_server_is_an_address_and_a_port) {
	struct arena *arena = unit_arena();
	struct err err = {0};
	const char *text = NULL;
	bool ok = resolver_server_check(cases[_i].server, &err);
	ck_assert_msg(ok == (cases[_i].text != NULL), "\"%s\"", cases[_i].server);
	ck_assert_int_eq(err.kind, ok ? ERR_NONE : ERR_USAGE);
	struct resolver_ares_spec spec = {&cases[_i].server, 1, USEC_NEVER, 0, 0};
	struct resolver *resolver = resolver_ares_new(arena, &spec, clock_now(), &err);
	ck_assert_int_eq(resolver != NULL, ok);
	if (ok) {
		ck_assert_int_eq(resolver_ares_is_remote(resolver, &text), cases[_i].remote);
		ck_assert_str_eq(text, cases[_i].text);
	} else {
		ck_assert_int_eq(err.kind, ERR_USAGE);
	}
	resolver_free(resolver);
	arena_free(arena);
}
END_TEST

START_TEST(one_remote_server_makes_all_remote) {
	static const char *const servers[] = {"127.0.0.1", "[2001:db8::53]:53", "127.0.0.1:5353"};
	struct arena *arena = unit_arena();
	const char *text = NULL;
	struct resolver_ares_spec spec = {servers, 3, USEC_NEVER, 0, 0};
	struct resolver *resolver = resolver_ares_new(arena, &spec, clock_now(), NULL);
	ck_assert_ptr_nonnull(resolver);
	ck_assert(resolver_ares_is_remote(resolver, &text));
	ck_assert_str_eq(text, "127.0.0.1:53, [2001:db8::53]:53, 127.0.0.1:5353");
	resolver_free(resolver);
	arena_free(arena);
}
END_TEST

START_TEST(too_many_servers_are_a_usage_error) {
	const char *servers[RESOLVER_SERVERS_MAX + 1];
	struct arena *arena = unit_arena();
	struct err err = {0};
	for (size_t i = 0; i <= RESOLVER_SERVERS_MAX; i++) {
		servers[i] = "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535";
	}
	struct resolver_ares_spec spec = {servers, RESOLVER_SERVERS_MAX, USEC_NEVER, 0, 0};
	struct resolver *resolver = resolver_ares_new(arena, &spec, clock_now(), &err);
	ck_assert_ptr_nonnull(resolver);
	resolver_free(resolver);
	spec.n_servers++;
	ck_assert_ptr_null(resolver_ares_new(arena, &spec, clock_now(), &err));
	ck_assert_int_eq(err.kind, ERR_USAGE);
	arena_free(arena);
}
END_TEST

START_TEST(without_a_list_the_system_says_where_servers_are) {
	struct arena *arena = unit_arena();
	const char *text = NULL;
	struct resolver_ares_spec spec = {NULL, 0, USEC_NEVER, 0, 0};
	struct resolver *resolver = resolver_ares_new(arena, &spec, clock_now(), NULL);
	ck_assert_ptr_nonnull(resolver);
	(void)resolver_ares_is_remote(resolver, &text);
	ck_assert_uint_gt(strlen(text), 0);
	resolver_free(resolver);
	arena_free(arena);
}
END_TEST

START_TEST(a_port_without_brackets_is_told) {
	struct err err = {0};
	ck_assert(!resolver_server_check("::1:5353", &err));
	ck_assert_msg(strstr(err.text, "needs brackets, [::1]:5353") != NULL, "%s", err.text);
	err = (struct err){0};
	ck_assert(!resolver_server_check("::5353", &err));
	ck_assert_msg(strstr(err.text, "needs brackets, [::]:5353") != NULL, "%s", err.text);
}
END_TEST

UNIT_MAIN("name_server", tcase_add_loop_test(tc, a_name_server_is_an_address_and_a_port, 0,
							 (int)(sizeof cases / sizeof cases[0]));
		  tcase_add_test(tc, a_port_without_brackets_is_told);
		  tcase_add_test(tc, one_remote_server_makes_all_remote);
		  tcase_add_test(tc, too_many_servers_are_a_usage_error);
		  tcase_add_test(tc, without_a_list_the_system_says_where_servers_are);)
