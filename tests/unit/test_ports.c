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

UNIT_MAIN(
	"ports", tcase_add_loop_test(tc, a_service_has_a_port, 0, (int)(sizeof good / sizeof *good));
	tcase_add_loop_test(tc, anything_else_is_refused_by_name, 0, (int)(sizeof bad / sizeof *bad));
	tcase_add_test(tc, other_names_come_from_the_system);)
