/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The octets of questions. */
#include "dns/tlsa.h"
#include "dns_text.h"

#define L63 "a23456789012345678901234567890123456789012345678901234567890123"
#define L61 "b234567890123456789012345678901234567890123456789012345678901"

static const struct {
	const char *what;
	const char *name;
	enum dns_query_checks checks;
	const char *message; /* NULL: cannot be asked */
} queries[] = {
	{"AD in the header, DO behind", "mx.test", DNS_CHECKS_ENABLED,
		"0102 0120 0001 0000 0000 0001 'mx.test 000f 0001 00 0029 04d0 0000 8000 0000"},
	{"CD too", "mx.test.", DNS_CHECKS_DISABLED,
		"0102 0130 0001 0000 0000 0001 'mx.test 000f 0001 00 0029 04d0 0000 8000 0000"},
	{"of a name server itself: no RD, no AD", "mx.test", DNS_CHECKS_AUTHORITY,
		"0102 0000 0001 0000 0000 0001 'mx.test 000f 0001 00 0029 04d0 0000 8000 0000"},
	{"no EDNS", "mx.test", DNS_CHECKS_PLAIN, "0102 0120 0001 0000 0000 0000 'mx.test 000f 0001"},
	{"the root", ".", DNS_CHECKS_PLAIN, "0102 0120 0001 0000 0000 0000 00 000f 0001"},
	{"escapes", "a\\.\\b\\009\\255.t", DNS_CHECKS_PLAIN,
		"0102 0120 0001 0000 0000 0000 05 612e6209ff 01 74 00 000f 0001"},
	{"the longest label", L63, DNS_CHECKS_PLAIN,
		"0102 0120 0001 0000 0000 0000 3f \"" L63 " 00 000f 0001"},
	{"the longest name", L63 "." L63 "." L63 "." L61 ".", DNS_CHECKS_PLAIN,
		"0102 0120 0001 0000 0000 0000 3f \"" L63 " 3f \"" L63 " 3f \"" L63 " 3d \"" L61
		" 00 000f 0001"},
	{"a name of 256 octets", L63 "." L63 "." L63 ".x" L61, DNS_CHECKS_PLAIN, NULL},
	{"a label of 64 octets", L63 "x", DNS_CHECKS_PLAIN, NULL},
	{"no name", "", DNS_CHECKS_PLAIN, NULL},
	{"an empty label", "a..b", DNS_CHECKS_PLAIN, NULL},
	{"an empty label in front", ".a", DNS_CHECKS_PLAIN, NULL},
	{"two final dots", "a..", DNS_CHECKS_PLAIN, NULL},
	{"half an escape", "a\\", DNS_CHECKS_PLAIN, NULL},
	{"two digits", "a\\12", DNS_CHECKS_PLAIN, NULL},
	{"no octet", "a\\256", DNS_CHECKS_PLAIN, NULL},
};

START_TEST(a_query_is_written_as_meant) {
	static struct dns_bytes want;
	uint8_t out[DNS_QUERY_MAX];
	struct dns_query query = {queries[_i].name, DNS_TYPE_MX, 0x0102, queries[_i].checks};
	size_t len = dns_query_write(out, sizeof out, &query);
	if (queries[_i].message == NULL) {
		ck_assert_msg(len == 0, "%s", queries[_i].what);
		return;
	}
	dns_bytes_compile(&want, queries[_i].message);
	ck_assert_msg(len == want.len && memcmp(out, want.at, len) == 0, "%s", queries[_i].what);
}
END_TEST

START_TEST(a_query_never_passes_its_buffer) {
	struct dns_query query = {queries[_i].name, DNS_TYPE_MX, 0, DNS_CHECKS_ENABLED};
	uint8_t zero[DNS_QUERY_MAX] = {0};
	uint8_t out[DNS_QUERY_MAX];
	size_t whole = dns_query_write(out, sizeof out, &query);
	for (size_t size = 0; size < whole; size++) {
		struct span guarded = unit_guarded((struct span){zero, size});
		ck_assert_uint_eq(dns_query_write((uint8_t *)(uintptr_t)guarded.at, size, &query), 0);
	}
}
END_TEST

static const struct {
	const char *a;
	const char *b;
	bool equal;
} names[] = {
	{"a.test", "A.Test.", true},
	{"a.test", "a.tes", false},
	{"a.test", "b.test", false},
	{"a\\.", "a", false},
	{"a\\.", "a\\..", true},
	{"a\\\\.", "a\\\\", true},
	{".", ".", true},
	{"", "", true},
	{"@", "`", false},
	{"[", "{", false},
};

START_TEST(names_are_equal_but_for_case_and_a_final_dot) {
	ck_assert_int_eq(dns_name_equal(names[_i].a, names[_i].b), names[_i].equal);
	ck_assert_int_eq(dns_name_equal(names[_i].b, names[_i].a), names[_i].equal);
}
END_TEST

#define D32 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const struct {
	const char *rdata;
	const char *printed; /* at most 8 octets of data */
	const char *unusable;
} records[] = {
	{"030101" D32, "3 1 1 01234567...89abcdef", NULL},
	{"020001" D32, "2 0 1 01234567...89abcdef", NULL},
	{"030102" D32 D32, "3 1 2 01234567...89abcdef", NULL},
	{"030100aabb", "3 1 0 aabb", NULL},
	{"000101" D32, "0 1 1 01234567...89abcdef", "PKIX-TA"},
	{"010101" D32, "1 1 1 01234567...89abcdef", "PKIX-EE"},
	{"040101" D32, "4 1 1 01234567...89abcdef", "unknown certificate usage"},
	{"ff0101" D32, "255 1 1 01234567...89abcdef", "unknown certificate usage"},
	{"030201" D32, "3 2 1 01234567...89abcdef", "selector"},
	{"030103" D32, "3 1 3 01234567...89abcdef", "matching type"},
	{"030101" D32 "00", "3 1 1 01234567...abcdef00", "32 octets"},
	{"030102" D32, "3 1 2 01234567...89abcdef", "64 octets"},
	{"030101", "3 1 1 ", "no association data"},
	{"030100", "3 1 0 ", "no association data"},
	{"0301", "\\# 2 0301", "too short"},
	{"", "\\# 0 ", "too short"},
	{"03010001020304050607", "3 1 0 01020304050607", NULL},
	{"030100010203040506070809", "3 1 0 01020304...06070809", NULL},
};

START_TEST(a_tlsa_record_is_judged_and_printed) {
	static struct dns_bytes bytes;
	struct arena *arena = unit_arena();
	dns_bytes_compile(&bytes, records[_i].rdata);
	struct tlsa tlsa = tlsa_read(unit_guarded((struct span){bytes.at, bytes.len}), 300);
	struct text text = text_new(arena, 1000);
	tlsa_print(&text, &tlsa, 8);
	ck_assert_str_eq(text.at, records[_i].printed);
	ck_assert_uint_eq(tlsa.ttl, 300);
	if (records[_i].unusable == NULL) {
		ck_assert_ptr_null(tlsa.unusable);
	} else {
		ck_assert_ptr_nonnull(tlsa.unusable);
		ck_assert_ptr_nonnull(strstr(tlsa.unusable, records[_i].unusable));
	}
	arena_free(arena);
}
END_TEST

START_TEST(a_tlsa_owner_names_port_and_protocol) {
	struct arena *arena = unit_arena();
	struct text text = text_new(arena, 1000);
	tlsa_owner(&text, 465, "mx.test");
	ck_assert_str_eq(text.at, "_465._tcp.mx.test");
	ck_assert_str_eq(tlsa_usage_name(3), "DANE-EE");
	ck_assert_str_eq(tlsa_usage_name(4), "unknown usage");
	arena_free(arena);
}
END_TEST

START_TEST(words_and_values_belong_together) {
	enum dns_type type = DNS_TYPE_OPT;
	ck_assert(dns_type_find("tlsa", &type));
	ck_assert_int_eq(type, DNS_TYPE_TLSA);
	ck_assert(!dns_type_find("tls", &type));
	ck_assert_int_eq(type, DNS_TYPE_TLSA);
	ck_assert_str_eq(dns_type_name(DNS_TYPE_MX), "MX");
	ck_assert_str_eq(dns_type_name((enum dns_type)65), "other type");
	ck_assert_str_eq(dns_rcode_name(DNS_RCODE_SERVFAIL), "SERVFAIL");
	ck_assert_str_eq(dns_rcode_name((enum dns_rcode)4095), "unknown response code");
	ck_assert_str_eq(dns_extended_error_name(7), "Signature Expired");
	ck_assert_str_eq(dns_extended_error_name(9999), "no more");
	for (int outcome = DNS_PENDING; outcome <= DNS_INVALID; outcome++) {
		ck_assert_str_ne(dns_outcome_name((enum dns_outcome)outcome), "?");
	}
}
END_TEST

#define N(array) ((int)(sizeof(array) / sizeof(array)[0]))

UNIT_MAIN("dns_query", tcase_add_loop_test(tc, a_query_is_written_as_meant, 0, N(queries));
		  tcase_add_loop_test(tc, a_query_never_passes_its_buffer, 0, N(queries));
		  tcase_add_loop_test(tc, names_are_equal_but_for_case_and_a_final_dot, 0, N(names));
		  tcase_add_loop_test(tc, a_tlsa_record_is_judged_and_printed, 0, N(records));
		  tcase_add_test(tc, a_tlsa_owner_names_port_and_protocol);
		  tcase_add_test(tc, words_and_values_belong_together);)
