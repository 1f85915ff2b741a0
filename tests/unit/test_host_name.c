/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Which names can be a host's. */
#include "dns/host_name.h"

#include "unit.h"

#define LABEL_63 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define NAME_255 LABEL_63 "." LABEL_63 "." LABEL_63 "." LABEL_63

static const struct {
	const char *name;
	enum host_name_fault fault;
	size_t at; /* where it shows */
} cases[] = {
	{"mx.test", HOST_NAME_FINE, 0},
	{"MX.Test", HOST_NAME_FINE, 0},
	{"mx_1.test", HOST_NAME_FINE, 0},
	{"1.2.3.4.test", HOST_NAME_FINE, 0},
	{"xn--mx-fka.test", HOST_NAME_FINE, 0},
	{"*.test", HOST_NAME_FINE, 2},
	{"a", HOST_NAME_FINE, 0},
	{NAME_255, HOST_NAME_FINE, 0},
	{"192.0.2.17", HOST_NAME_ADDRESS, 0},
	{"2001:db8::9", HOST_NAME_ADDRESS, 0},
	{"::ffff:192.0.2.17", HOST_NAME_ADDRESS, 0},
	{"", HOST_NAME_EMPTY, 0},
	{"post@a.test", HOST_NAME_CHARACTER, 4},
	{"https://mx.test", HOST_NAME_CHARACTER, 5},
	{"mx1,mx2.test", HOST_NAME_CHARACTER, 3},
	{"mx1\\032mx2.test", HOST_NAME_CHARACTER, 3},
	{"\\195\\188.test", HOST_NAME_CHARACTER, 0},
	{"mx\\.test", HOST_NAME_CHARACTER, 2},
	{"[192.0.2.17]", HOST_NAME_CHARACTER, 0},
	{"a.test*", HOST_NAME_CHARACTER, 6},
	{"a" LABEL_63 ".test", HOST_NAME_LONG_LABEL, 0},
	{"b.a" LABEL_63, HOST_NAME_LONG_LABEL, 2},
	{".test", HOST_NAME_DELIMITER, 0},
	{"a..test", HOST_NAME_DELIMITER, 2},
	{"a.test.", HOST_NAME_DELIMITER, 7},
	{".", HOST_NAME_DELIMITER, 0},
	{"-mx.test", HOST_NAME_HYPHEN, 0},
	{"a.mx-", HOST_NAME_HYPHEN, 2},
	{"-", HOST_NAME_HYPHEN, 0},
	{"12345", HOST_NAME_NUMERIC, 0},
	{"256.1.1.1", HOST_NAME_NUMERIC, 0},
	{"1.2.3", HOST_NAME_NUMERIC, 0},
	{NAME_255 ".a", HOST_NAME_LONG, 0},
};

START_TEST(a_name_is_a_hosts_or_tells_what_is_wrong) {
	const char *at = NULL;
	const char *name = cases[_i].name;
	ck_assert_msg(host_name_check(name, &at) == cases[_i].fault, "%s", name);
	ck_assert_msg(at == name + cases[_i].at, "%s: %zu", name, (size_t)(at - name));
	ck_assert_int_eq(host_name_check(name, NULL), cases[_i].fault);
}
END_TEST

static const struct {
	const char *name;
	bool local;
} locals[] = {
	{"localhost", true},
	{"LocalHost", true},
	{"mail.localhost", true},
	{"mylocalhost", false},
	{"localhost.test", false},
	{"ocalhost", false},
	{"host", false},
	{"", false},
};

START_TEST(a_name_is_each_machines_own_or_not) {
	ck_assert_msg(host_name_is_local(locals[_i].name) == locals[_i].local, "%s", locals[_i].name);
}
END_TEST

UNIT_MAIN("host_name", tcase_add_loop_test(tc, a_name_is_each_machines_own_or_not, 0,
						   (int)(sizeof locals / sizeof *locals));
		  tcase_add_loop_test(tc, a_name_is_a_hosts_or_tells_what_is_wrong, 0,
			  (int)(sizeof cases / sizeof *cases));)
