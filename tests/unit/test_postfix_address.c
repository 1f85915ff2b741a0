/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Numeric addresses by Postfix's rules; judged by what posttls-finger 3.7.11 said of each. */
#include "smtp/postfix_address.h"

#include "unit.h"

static const struct {
	const char *text;
	int family;
	const char *plain; /* "": an address that leads nowhere */
} addresses[] = {
	{"127.0.0.1", 4, "127.0.0.1"},
	{"127.0.0.02", 4, "127.0.0.2"},
	{"127.000.0.1", 4, "127.0.0.1"},
	{"010.0.0.1", 4, "8.0.0.1"},
	{"127.0.0.08", 4, ""},
	{"0.0.0.0", 4, "0.0.0.0"},
	{"0.0.0.00", 4, "0.0.0.0"},
	{"255.255.255.255", 4, "255.255.255.255"},
	{"0.1.2.3", 0, ""},
	{"00.0.0.1", 0, ""},
	{"127.0.0.256", 0, ""},
	{"127.0.0.0377", 0, ""},
	{"127.0.0.4294967297", 0, ""},
	{"127.1", 0, ""},
	{"127.0.0", 0, ""},
	{"127.0.0.1.", 0, ""},
	{"127..0.1", 0, ""},
	{".127.0.0.1", 0, ""},
	{"127.1.1.1.1", 0, ""},
	{"127.0.0.1x", 0, ""},
	{"", 0, ""},
	{"1", 0, ""},
	{"::1", 6, "::1"},
	{"::", 6, "::"},
	{"1::", 6, "1::"},
	{"::01", 6, "::1"},
	{"0001::", 6, "1::"},
	{"FD00::ABCD", 6, "fd00::abcd"},
	{"0:0::0:0:1", 6, "::1"},
	{"0:0:0:0:0:0:0:1", 6, "::1"},
	{"1:2:3:4:5:6:7:8", 6, "1:2:3:4:5:6:7:8"},
	{"1:2:3:4:5:6::", 6, "1:2:3:4:5:6::"},
	{"::FFFF:127.0.0.1", 6, "::ffff:127.0.0.1"},
	{"a:b:c:d:e:f:0.0.0.0", 6, "a:b:c:d:e:f::"},
	{"1::1.2.3.4", 6, "1::102:304"},
	{"::0.0.0.0", 6, "::"},
	{"1:2:3", 6, ""},
	{"::127.0.0.01", 6, ""},
	{"1:2:3:4:5:6:7::", 0, ""},
	{"::2:3:4:5:6:7:8", 0, ""},
	{"1:2:3:4:5:6:7:8:", 0, ""},
	{"1:2:3:4:5:6:7:8:9", 0, ""},
	{"1:2:3:4:5:6:7:1.2.3.4", 0, ""},
	{"1:1.2.3.4", 0, ""},
	{"::ffff:0.1.2.3", 0, ""},
	{"::1.2.3", 0, ""},
	{"::1.2.3.4.5", 0, ""},
	{"::1.2.3.4:5", 0, ""},
	{"1::.2", 0, ""},
	{"::00001", 0, ""},
	{"::12345", 0, ""},
	{"1::2::3", 0, ""},
	{"1:::2", 0, ""},
	{"::1:", 0, ""},
	{"1::2:", 0, ""},
	{":1::2", 0, ""},
	{":::1", 0, ""},
	{"::g", 0, ""},
	{":", 0, ""},
	{"abcd:", 0, ""},
	{"fe80::1%eth0", 0, ""},
};

START_TEST(a_text_is_an_address_or_none) {
	char plain[ADDRESS_TEXT_MAX];
	int family = postfix_address_family(addresses[_i].text);
	ck_assert_int_eq(family, addresses[_i].family);
	if (family != 0) {
		bool known = postfix_address_plain(addresses[_i].text, plain);
		ck_assert_int_eq(known, *addresses[_i].plain != '\0');
		ck_assert_str_eq(plain, addresses[_i].plain);
	}
}
END_TEST

START_TEST(every_prefix_ends_before_the_unmapped_page) {
	const char *text = addresses[_i].text;
	for (size_t n = 0; n <= strlen(text); n++) {
		char prefix[64] = "";
		memcpy(prefix, text, n);
		struct span guarded = unit_guarded((struct span){(const uint8_t *)prefix, n + 1});
		int family = postfix_address_family((const char *)guarded.at);
		ck_assert(family == 0 || family == 4 || family == 6);
	}
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof *(table)))

UNIT_MAIN(
	"postfix_address", tcase_add_loop_test(tc, a_text_is_an_address_or_none, 0, COUNT(addresses));
	tcase_add_loop_test(tc, every_prefix_ends_before_the_unmapped_page, 0, COUNT(addresses));)
