/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What posttls-finger says of lookups and names, word for word. */
#include "probe/lookup_words.h"

#include "unit.h"

#define COUNT(table) (int)(sizeof(table) / sizeof *(table))
#define NOT_FOUND "Host or domain name not found. Name service error for name=d.test type=MX: "

static const struct {
	struct dns_question question;
	enum lookup_class class;
	const char *reason;
} lookups[] = {
	{{.outcome = DNS_FOUND}, LOOKUP_OK,
		"Name service error for name=d.test type=MX: Malformed or unexpected name server reply"},
	{{.outcome = DNS_NXDOMAIN}, LOOKUP_NOT_FOUND, NOT_FOUND "Host not found"},
	{{.outcome = DNS_NODATA}, LOOKUP_NOT_FOUND,
		NOT_FOUND "Host found but no data record of requested type"},
	{{.outcome = DNS_INVALID}, LOOKUP_NOT_FOUND,
		"Name service error for d.test: invalid host or domain name"},
	{{.outcome = DNS_TIMED_OUT}, LOOKUP_RETRY, NOT_FOUND "Host not found, try again"},
	{{.outcome = DNS_UNREACHABLE}, LOOKUP_RETRY, NOT_FOUND "Host not found, try again"},
	{{.outcome = DNS_BOGUS, .answer = {.rcode = DNS_RCODE_SERVFAIL}}, LOOKUP_RETRY,
		NOT_FOUND "Host not found, try again"},
	{{.outcome = DNS_SERVER_FAILED, .answer = {.rcode = DNS_RCODE_SERVFAIL}}, LOOKUP_RETRY,
		NOT_FOUND "Host not found, try again"},
	{{.outcome = DNS_SERVER_FAILED, .answer = {.rcode = DNS_RCODE_REFUSED}}, LOOKUP_RETRY,
		NOT_FOUND "Host not found, try again"},
	{{.outcome = DNS_SERVER_FAILED, .answer = {.rcode = DNS_RCODE_NOTIMP}}, LOOKUP_RETRY,
		NOT_FOUND "Host not found, try again"},
	{{.outcome = DNS_SERVER_FAILED, .answer = {.rcode = DNS_RCODE_FORMERR}}, LOOKUP_FAILED,
		NOT_FOUND "Non-recoverable error"},
	{{.outcome = DNS_SERVER_FAILED, .answer = {.rcode = (enum dns_rcode)9}}, LOOKUP_FAILED,
		NOT_FOUND "Non-recoverable error"},
	{{.outcome = DNS_MALFORMED}, LOOKUP_RETRY,
		"Name service error for name=d.test type=MX: Malformed or unexpected name server reply"},
	{{.outcome = DNS_MALFORMED, .answer = {.loop = true}}, LOOKUP_NOT_FOUND,
		"Name server loop for d.test"},
	{{.outcome = DNS_NXDOMAIN, .native_words = "Name or service not known"}, LOOKUP_NOT_FOUND,
		"unable to look up host d.test: Name or service not known"},
};

START_TEST(lookups_have_a_class_and_a_reason) {
	struct arena *arena = unit_arena();
	struct dns_question question = lookups[_i].question;
	question.name = "d.test";
	question.type = DNS_TYPE_MX;
	ck_assert_int_eq(lookup_class_of(&question), lookups[_i].class);
	ck_assert_str_eq(lookup_reason(arena, &question), lookups[_i].reason);
	arena_free(arena);
}
END_TEST

#define LABEL_64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const struct {
	const char *name;
	const char *fault;
} names[] = {
	{"mx.test", NULL},
	{"a_b.test", NULL},
	{"*.test", NULL},
	{"1.2.3.test", NULL},
	{"", "empty hostname"},
	{"a\\@b.test", "invalid character 92(decimal): a\\@b.test"},
	{"a/b.test", "invalid character 47(decimal): a/b.test"},
	{"-a.test", "misplaced hyphen: -a.test"},
	{"a-.test", "misplaced hyphen: a-.test"},
	{"-", "misplaced hyphen: -"},
	{"a..test", "misplaced delimiter: a..test"},
	{".test", "misplaced delimiter: .test"},
	{"1.2.3", "numeric hostname: 1.2.3"},
	{"256.1.1.1", "numeric hostname: 256.1.1.1"},
	{LABEL_64, "hostname label too long: " LABEL_64},
};

START_TEST(names_that_are_none_have_a_fault) {
	struct arena *arena = unit_arena();
	ck_assert_pstr_eq(lookup_name_fault(arena, names[_i].name), names[_i].fault);
	arena_free(arena);
}
END_TEST

START_TEST(names_are_written_as_the_c_library_does) {
	struct arena *arena = unit_arena();
	ck_assert_str_eq(lookup_name(arena, "mx.test"), "mx.test");
	ck_assert_str_eq(lookup_name(arena, "a@b;c\"(d)$.test"), "a\\@b\\;c\\\"\\(d\\)\\$.test");
	arena_free(arena);
}
END_TEST

START_TEST(of_two_families_the_better_outcome_is_told_or_the_later) {
	struct arena *arena = unit_arena();
	struct dns_question a = {.name = "h.test", .type = DNS_TYPE_A, .outcome = DNS_TIMED_OUT};
	struct dns_question aaaa = {.name = "h.test", .type = DNS_TYPE_AAAA, .outcome = DNS_NODATA};
	struct report_host host = {.name = "h.test", .a = &a, .aaaa = &aaaa};
	ck_assert_ptr_nonnull(strstr(lookup_host_reason(arena, &host), "type=A: "));
	aaaa.outcome = DNS_TIMED_OUT;
	ck_assert_ptr_nonnull(strstr(lookup_host_reason(arena, &host), "type=AAAA: "));
	a.outcome = aaaa.outcome = DNS_NXDOMAIN;
	ck_assert_ptr_nonnull(strstr(lookup_host_reason(arena, &host), "type=AAAA: "));
	host.aaaa = NULL;
	ck_assert_ptr_nonnull(strstr(lookup_host_reason(arena, &host), "type=A: "));
	host.a = NULL;
	ck_assert_str_eq(lookup_host_reason(arena, &host), "");
	arena_free(arena);
}
END_TEST

UNIT_MAIN(
	"lookup_words", tcase_add_loop_test(tc, lookups_have_a_class_and_a_reason, 0, COUNT(lookups));
	tcase_add_loop_test(tc, names_that_are_none_have_a_fault, 0, COUNT(names));
	tcase_add_test(tc, names_are_written_as_the_c_library_does);
	tcase_add_test(tc, of_two_families_the_better_outcome_is_told_or_the_later);)
