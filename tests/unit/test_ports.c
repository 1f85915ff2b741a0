/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Service names and known_tcp_ports. */
#include "config/ports.h"

#include "unit.h"

static const struct {
	const char *service;
	uint16_t port;
} good[] = {
	{"lmtp", 24},
	{"smtp", 25},
	{"SMTP", 25},
	{"smtps", 465},
	{"submissions", 465},
	{"submission", 587},
	{"1", 1},
	{"25", 25},
	{"0025", 25},
	{"65535", 65535},
};

static const struct {
	const char *service;
	const char *text;
} bad[] = {
	{"0", "bad network port: 0 (1 to 65535 are allowed)"},
	{"65536", "bad network port: 65536 (1 to 65535 are allowed)"},
	{"4294967321", "bad network port: 4294967321 (1 to 65535 are allowed)"},
	{"18446744073709551641", "bad network port: 18446744073709551641 (1 to 65535 are allowed)"},
	{"", "unknown service: /tcp (1 to 65535 or a service name are allowed)"},
	{"-25", "unknown service: -25/tcp (1 to 65535 or a service name are allowed)"},
	{"+25", "unknown service: +25/tcp (1 to 65535 or a service name are allowed)"},
	{" 25", "unknown service:  25/tcp (1 to 65535 or a service name are allowed)"},
	{"25 ", "unknown service: 25 /tcp (1 to 65535 or a service name are allowed)"},
	{"0x19", "unknown service: 0x19/tcp (1 to 65535 or a service name are allowed)"},
	{"no-such-service",
		"unknown service: no-such-service/tcp (1 to 65535 or a service name are allowed)"},
	{"/path", "unknown service: /path/tcp (1 to 65535 or a service name are allowed)"},
};

START_TEST(a_service_has_a_port) {
	uint16_t port = 0;
	struct err err = {0};
	ck_assert(port_from_service(good[_i].service, &port, &err));
	ck_assert_uint_eq(port, good[_i].port);
	ck_assert_int_eq(err.kind, ERR_NONE);
}
END_TEST

START_TEST(anything_else_is_refused_by_name) {
	uint16_t port = 7;
	struct err err = {0};
	ck_assert(!port_from_service(bad[_i].service, &port, &err));
	ck_assert_uint_eq(port, 7);
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_str_eq(err.text, bad[_i].text);
}
END_TEST

/* Only where this machine has a services file that says so. */
START_TEST(other_names_come_from_the_system) {
	uint16_t port = 0;
	if (access("/etc/services", R_OK) == 0) {
		ck_assert(port_from_service("domain", &port, NULL));
		ck_assert_uint_eq(port, 53);
	}
}
END_TEST

#define DESTINATION "[192.0.2.1]:x"

/* As posttls-finger of Postfix 3.7.11 takes them, but for ports out of range, which are newer. */
static const struct {
	const char *table;
	const char *service;
	uint16_t port; /* 0: refused */
	const char *error;
} known[] = {
	{KNOWN_TCP_PORTS, "smtps", 465, NULL},
	{KNOWN_TCP_PORTS, "submissions", 465, NULL},
	{KNOWN_TCP_PORTS, "lmtp", 24, NULL},
	{KNOWN_TCP_PORTS, "0025", 25, NULL},
	{KNOWN_TCP_PORTS, "SMTP", 0, "unknown service: SMTP/tcp"},
	{KNOWN_TCP_PORTS, "no-such", 0, "unknown service: no-such/tcp"},
	{KNOWN_TCP_PORTS, "-1", 0, "unknown service: -1/tcp"},
	{KNOWN_TCP_PORTS, "0", 0, "bad network port: 0 for destination: " DESTINATION},
	{KNOWN_TCP_PORTS, "65536", 0, "bad network port: 65536 for destination: " DESTINATION},
	{KNOWN_TCP_PORTS, "18446744073709551641", 0,
		"bad network port: 18446744073709551641 for destination: " DESTINATION},
	{"", "smtp", 25, NULL},
	{"", "no-such", 0, "unknown service: no-such/tcp"},
	{"smtp=26", "smtp", 26, NULL},
	{"Foo=26", "Foo", 26, NULL},
	{"Foo=26", "foo", 0, "unknown service: foo/tcp"},
	{"Foo=0026", "Foo", 26, NULL},
	{"Foo=66000", "Foo", 0, "unknown service: Foo/tcp"},
	{" a = b = 26 ", "b", 26, NULL},
	{"a=1,,b=2", "b", 2, NULL},
	{"25=26", "25", 25, NULL},
	{"a=3, a=4", "a", 3, NULL},
	{"a=x, a=4", "a", 4, NULL},
	{"a=1 b=2", "a", 2, NULL},
	{"a=1 b=2", "b", 0, "unknown service: b/tcp"},
	{"{a b = 25}", "a b", 0, "unknown service: a b/tcp"},
};

START_TEST(a_table_says_more) {
	uint16_t port = 0;
	struct err err = {0};
	bool found =
		port_from_service_known(known[_i].table, known[_i].service, DESTINATION, &port, &err);
	ck_assert_int_eq(found, known[_i].port != 0);
	if (found) {
		ck_assert_uint_eq(port, known[_i].port);
	} else {
		ck_assert_int_eq(err.kind, ERR_USAGE);
		ck_assert_str_eq(err.text, known[_i].error);
	}
}
END_TEST

static const struct {
	const char *table;
	const char *complaints[3];
} tables[] = {
	{KNOWN_TCP_PORTS, {NULL}},
	{"", {NULL}},
	{" , ,a=65535,", {NULL}},
	{"a=65536", {"in \"a=65536\": port number out of range"}},
	{"a=0, b=000025", {"in \" b=000025\": port number out of range"}},
	{"a=b=70000", {"in \"a=b=70000\": port number out of range"}},
	{"25=70000", {"in \"25=70000\": numerical service name"}},
	{"25=x", {"in \"25=x\": numerical service name"}},
	{"a=1,a=70000", {"in \"a=70000\": port number out of range"}},
	{"foo=x", {"in \"foo=x\": non-numerical service port"}},
	{"foo=-1", {"in \"foo=-1\": non-numerical service port"}},
	{"foo=lmtp", {"in \"foo=lmtp\": non-numerical service port"}},
	{"foo=", {"in \"foo=\": missing port value after \"=\""}},
	{"=", {"in \"=\": missing port value after \"=\""}},
	{"=25", {"in \"=25\": missing service name before \"=\""}},
	{"a= =3", {"in \"a= =3\": missing service name before \"=\""}},
	{"a==3", {"in \"a==3\": missing service name before \"=\""}},
	{"foo bar=26", {"in \"foo bar=26\": whitespace in service name"}},
	{"foo=25 26", {"in \"foo=25 26\": whitespace in port number"}},
	{"a=1 =2", {"in \"a=1 =2\": numerical service name"}},
	{"a=3, a=4", {"in \" a=4\": duplicate service name"}},
	{"a=b=a=4", {"in \"a=b=a=4\": duplicate service name"}},
	{"x,y",
		{"in \"x\" is not in \"name = value\" form", "in \"y\" is not in \"name = value\" form"}},
};

START_TEST(a_bad_entry_is_told_in_postfix_words) {
	const char *complaints[3];
	size_t n = ports_check(tables[_i].table, unit_arena(), complaints, 3);
	for (size_t i = 0; i < n; i++) {
		ck_assert_ptr_nonnull(tables[_i].complaints[i]);
		ck_assert_int_eq(strncmp(complaints[i], "known_tcp_ports: ", 17), 0);
		ck_assert_str_eq(complaints[i] + 17, tables[_i].complaints[i]);
	}
	ck_assert(n == 3 || tables[_i].complaints[n] == NULL);
}
END_TEST

START_TEST(no_more_complaints_than_wanted) {
	const char *complaints[1];
	ck_assert_uint_eq(ports_check("x,y,z", unit_arena(), complaints, 1), 1);
	ck_assert_uint_eq(ports_check("x,y,z", unit_arena(), complaints, 0), 0);
}
END_TEST

UNIT_MAIN(
	"ports", tcase_add_loop_test(tc, a_table_says_more, 0, (int)(sizeof known / sizeof *known));
	tcase_add_loop_test(
		tc, a_bad_entry_is_told_in_postfix_words, 0, (int)(sizeof tables / sizeof *tables));
	tcase_add_test(tc, no_more_complaints_than_wanted);
	tcase_add_loop_test(tc, a_service_has_a_port, 0, (int)(sizeof good / sizeof *good));
	tcase_add_loop_test(tc, anything_else_is_refused_by_name, 0, (int)(sizeof bad / sizeof *bad));
	tcase_add_test(tc, other_names_come_from_the_system);)
