/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* In which order a run asks, tells and visits: one row per situation, with posttls-finger's own
 * words as its version 3.7 printed them for the same answers. */
#include "probe/survey.h"
#include "tests/fake/fake_clock.h"
#include "tests/fake/fake_visit.h"
#include "tests/fake/table_resolver.h"
#include "unit.h"

#define EE "3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define PKIX "1 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define ROWS 9
#define WHY(name, type, words)                                                                     \
	"Host or domain name not found. Name service error for name=" name " type=" type ": " words
#define AGAIN "Host not found, try again"
#define TEST_ROOT                                                                                  \
	{ .name = ".", .type = DNS_TYPE_NS, .data = "a.test", .secure = true }

static const struct fake_host refusing[] = {{"*", 10, true, 0}, {NULL, 0, false, 0}};

struct situation {
	const char *what;
	const char *destination;
	struct table_row rows[ROWS];
	enum tls_level level;
	enum insecure_mx_policy insecure_mx;
	bool srv;
	bool no_host_lookup;
	bool refuse;
	const char *told;
};

/* posttls-finger's way, and lines that it prints; questions are left out. */
static const struct situation in_turn[] = {
	{.what = "the MX lookup fails",
		.destination = "d.test",
		.rows = {{.name = "d.test", .type = DNS_TYPE_MX, .outcome = DNS_SERVER_FAILED}, TEST_ROOT},
		.told = "failed: " WHY("d.test", "MX", AGAIN) "\n"},
	{.what = "a doubt about the resolver is told before the failure",
		.destination = "d.test",
		.rows = {{.name = "d.test", .type = DNS_TYPE_MX, .outcome = DNS_SERVER_FAILED},
			{.name = ".", .type = DNS_TYPE_NS, .data = "a.test"}},
		.told = "untrusted ns:.\nfailed: " WHY("d.test", "MX", AGAIN) "\n"},
	{.what = "a reason for the doubt",
		.destination = "d.test",
		.rows = {{.name = "d.test", .type = DNS_TYPE_MX, .outcome = DNS_SERVER_FAILED},
			{.name = ".", .type = DNS_TYPE_NS, .outcome = DNS_SERVER_FAILED}},
		.told =
			"untrusted ns:.: " WHY(".", "NS", AGAIN) "\nfailed: " WHY("d.test", "MX", AGAIN) "\n"},
	{.what = "a name that does not exist is asked for addresses all the same",
		.destination = "d.test",
		.rows = {TEST_ROOT},
		.told = "failed: " WHY("d.test", "AAAA", "Host not found") "\n"},
	{.what = "without MX the domain is the host",
		.destination = "d.test",
		.rows = {{.name = "d.test", .type = DNS_TYPE_A, .data = "192.0.2.1", .secure = true}},
		.told = "(-v) no TLSA records found, resorting to \"secure\"\n"
				"visit d.test[192.0.2.1]:25 secure\n"},
	{.what = "a null MX wins over others",
		.destination = "d.test",
		.rows = {{.name = "d.test", .type = DNS_TYPE_MX, .data = "10 mx.d.test", .secure = true},
			{.name = "d.test", .type = DNS_TYPE_MX, .data = "0 ."}},
		.told = "failed: Domain d.test does not accept mail (nullMX)\n"},
	{.what = "an address in place of a name",
		.destination = "d.test",
		.rows = {{.name = "d.test", .type = DNS_TYPE_MX, .data = "10 192.0.2.7", .secure = true}},
		.told = "warning: numeric domain name in resource data of MX record for d.test: 192.0.2.7\n"
				"(-v) no TLSA records found, resorting to \"secure\"\n"
				"visit 192.0.2.7[192.0.2.7]:25 secure\n"},
	{.what = "a name that is none",
		.destination = "d.test",
		.rows = {{.name = "d.test", .type = DNS_TYPE_MX, .data = "10 a@b.test", .secure = true}},
		.told = "warning: valid_hostname: invalid character 92(decimal): a\\@b.test\n"
				"warning: malformed domain name in resource data of MX record for d.test: "
				"a\\@b.test\n"
				"failed: Name service error for name=d.test type=MX: Malformed or unexpected name "
				"server reply\n"},
	{.what = "a malformed name is dropped before the doubt is told, others are used",
		.destination = "d.test",
		.rows = {{.name = "d.test", .type = DNS_TYPE_MX, .data = "10 -a.test"},
			{.name = "d.test", .type = DNS_TYPE_MX, .data = "20 mx.d.test"},
			{.name = "mx.d.test", .type = DNS_TYPE_A, .data = "192.0.2.1"},
			{.name = ".", .type = DNS_TYPE_NS, .data = "a.test"}},
		.level = TLS_LEVEL_MAY,
		.told = "warning: valid_hostname: misplaced hyphen: -a.test\n"
				"warning: malformed domain name in resource data of MX record for d.test: -a.test\n"
				"untrusted ns:.\n"
				"visit mx.d.test[192.0.2.1]:25 may\n"},
	{.what = "aliases in a circle",
		.destination = "d.test",
		.rows = {{.name = "d.test", .type = DNS_TYPE_CNAME, .data = "e.test", .secure = true},
			{.name = "e.test", .type = DNS_TYPE_CNAME, .data = "d.test", .secure = true},
			TEST_ROOT},
		.told = "warning: dns_lookup: Name server loop for d.test\n"
				"warning: dns_lookup: Name server loop for d.test\n"
				"warning: dns_lookup: Name server loop for d.test\n"
				"failed: Name server loop for d.test\n"},
	{.what = "no host has an address: the better outcome of the last one is told",
		.destination = "d.test",
		.rows = {{.name = "d.test", .type = DNS_TYPE_MX, .data = "10 a.d.test", .secure = true},
			{.name = "d.test", .type = DNS_TYPE_MX, .data = "20 b.d.test"},
			{.name = "a.d.test", .type = DNS_TYPE_AAAA, .outcome = DNS_TIMED_OUT},
			{.name = "b.d.test", .type = DNS_TYPE_A, .outcome = DNS_SERVER_FAILED},
			{.name = "b.d.test", .type = DNS_TYPE_TXT, .data = "00"}},
		.told = "warning: no MX host for d.test has a valid address record\n"
				"failed: " WHY("b.d.test", "A", AGAIN) "\n"},
	{.what = "no name is looked up",
		.destination = "d.test",
		.rows = {{.name = "d.test", .type = DNS_TYPE_MX, .data = "10 mx.d.test", .secure = true},
			{.name = "mx.d.test", .type = DNS_TYPE_A, .data = "192.0.2.1", .secure = true}},
		.no_host_lookup = true,
		.told = "warning: no MX host for d.test has a valid address record\nfailed: \n"},
	{.what = "a failing TLSA lookup is told twice, and once more for each further address",
		.destination = "d.test",
		.rows = {{.name = "d.test", .type = DNS_TYPE_MX, .data = "10 mx.d.test", .secure = true},
			{.name = "d.test", .type = DNS_TYPE_MX, .data = "20 b.d.test"},
			{.name = "mx.d.test", .type = DNS_TYPE_A, .data = "192.0.2.1", .secure = true},
			{.name = "mx.d.test", .type = DNS_TYPE_A, .data = "192.0.2.2"},
			{.name = "b.d.test", .type = DNS_TYPE_A, .data = "192.0.2.3", .secure = true},
			{.name = "_25._tcp.mx.d.test", .type = DNS_TYPE_TLSA, .outcome = DNS_BOGUS}},
		.refuse = true,
		.told = "warning: DANE TLSA lookup problem: " WHY("_25._tcp.mx.d.test", "TLSA",
			AGAIN) "\n"
				   "warning: DANE TLSA lookup problem: " WHY("_25._tcp.mx.d.test", "TLSA",
					   AGAIN) "\n"
							  "d.test via mx.d.test:25: TLSA lookup error for mx.d.test:25\n"
							  "warning: DANE TLSA lookup problem: " WHY("_25._tcp.mx.d.test",
								  "TLSA",
								  AGAIN) "\n"
										 "d.test via mx.d.test:25: TLSA lookup error for "
										 "mx.d.test:25\n"
										 "(-v) no TLSA records found, resorting to \"secure\"\n"
										 "visit b.d.test[192.0.2.3]:25 secure\n"
										 "d.test via b.d.test:25: connect to "
										 "b.d.test[192.0.2.3]:25: Connection refused\n"},
	{.what = "records are told once, unusable ones in passing",
		.destination = "d.test",
		.rows = {{.name = "d.test", .type = DNS_TYPE_MX, .data = "10 mx.d.test", .secure = true},
			{.name = "mx.d.test", .type = DNS_TYPE_A, .data = "192.0.2.1", .secure = true},
			{.name = "mx.d.test", .type = DNS_TYPE_A, .data = "192.0.2.2"},
			{.name = "_25._tcp.mx.d.test", .type = DNS_TYPE_TLSA, .data = PKIX, .secure = true},
			{.name = "_25._tcp.mx.d.test", .type = DNS_TYPE_TLSA, .data = EE}},
		.refuse = true,
		.told = "unusable _25._tcp.mx.d.test\nrecord _25._tcp.mx.d.test\n"
				"visit mx.d.test[192.0.2.1]:25 dane\n"
				"d.test via mx.d.test:25: connect to mx.d.test[192.0.2.1]:25: Connection refused\n"
				"visit mx.d.test[192.0.2.2]:25 dane\n"
				"d.test via mx.d.test:25: connect to mx.d.test[192.0.2.2]:25: Connection "
				"refused\n"},
	{.what = "only records that Postfix drops",
		.destination = "d.test",
		.rows = {{.name = "d.test", .type = DNS_TYPE_MX, .data = "10 mx.d.test", .secure = true},
			{.name = "mx.d.test", .type = DNS_TYPE_A, .data = "192.0.2.1", .secure = true},
			{.name = "_25._tcp.mx.d.test",
				.type = DNS_TYPE_CNAME,
				.data = "t.test",
				.secure = true},
			{.name = "t.test", .type = DNS_TYPE_TLSA, .data = PKIX, .secure = true}},
		.level = TLS_LEVEL_DANE_ONLY,
		.told = "unusable _25._tcp.mx.d.test -> t.test\n"
				"no usable TLSA records found, resorting to \"secure\"\n"
				"visit mx.d.test[192.0.2.1]:25 secure\n"},
	{.what = "an unknown selector is for OpenSSL to refuse",
		.destination = "d.test",
		.rows = {{.name = "d.test", .type = DNS_TYPE_MX, .data = "10 mx.d.test", .secure = true},
			{.name = "mx.d.test", .type = DNS_TYPE_A, .data = "192.0.2.1", .secure = true},
			{.name = "_25._tcp.mx.d.test",
				.type = DNS_TYPE_TLSA,
				.data = "3 9 1 00",
				.secure = true}},
		.told = "record _25._tcp.mx.d.test\nvisit mx.d.test[192.0.2.1]:25 dane\n"},
	{.what = "behind an unsigned MX, -M dane",
		.destination = "d.test",
		.rows = {{.name = "d.test", .type = DNS_TYPE_MX, .data = "10 mx.d.test"},
			{.name = "mx.d.test", .type = DNS_TYPE_A, .data = "192.0.2.1", .secure = true},
			{.name = "_25._tcp.mx.d.test", .type = DNS_TYPE_TLSA, .data = EE, .secure = true},
			TEST_ROOT},
		.told = "record _25._tcp.mx.d.test\nMX RRset insecure: log verified as trusted\n"
				"visit mx.d.test[192.0.2.1]:25 half-dane\n"},
	{.what = "behind an unsigned MX, -M may: TLSA is not even asked for",
		.destination = "d.test",
		.rows = {{.name = "d.test", .type = DNS_TYPE_MX, .data = "10 mx.d.test"},
			{.name = "mx.d.test", .type = DNS_TYPE_A, .data = "192.0.2.1", .secure = true},
			{.name = "_25._tcp.mx.d.test", .type = DNS_TYPE_TLSA, .outcome = DNS_SERVER_FAILED},
			TEST_ROOT},
		.insecure_mx = INSECURE_MX_MAY,
		.told = "MX RRset is insecure: try to encrypt\nvisit mx.d.test[192.0.2.1]:25 may\n"},
	{.what = "an alias that vanished",
		.destination = "[al.test]",
		.rows = {{.name = "al.test", .type = DNS_TYPE_A, .data = "192.0.2.1"},
			{.name = "al.test", .type = DNS_TYPE_TXT, .data = "00"}, TEST_ROOT},
		.told = "(-v) no TLSA records found, resorting to \"secure\"\n"
				"visit al.test[192.0.2.1]:25 secure\n"},
	{.what = "the same host twice is tried twice",
		.destination = "d.test",
		.rows = {{.name = "d.test", .type = DNS_TYPE_MX, .data = "20 mx.d.test", .secure = true},
			{.name = "d.test", .type = DNS_TYPE_MX, .data = "10 mx.d.test"},
			{.name = "mx.d.test", .type = DNS_TYPE_A, .data = "192.0.2.1", .secure = true}},
		.level = TLS_LEVEL_MAY,
		.refuse = true,
		.told = "visit mx.d.test[192.0.2.1]:25 may\n"
				"d.test via mx.d.test:25: connect to mx.d.test[192.0.2.1]:25: Connection refused\n"
				"visit mx.d.test[192.0.2.1]:25 may\n"
				"d.test via mx.d.test:25: connect to mx.d.test[192.0.2.1]:25: Connection "
				"refused\n"},
	{.what = "SRV: the target's port counts for the connection and for TLSA",
		.destination = "d.test",
		.srv = true,
		.rows = {{.name = "_smtp._tcp.d.test",
					 .type = DNS_TYPE_SRV,
					 .data = "20 5 27 b.d.test",
					 .secure = true},
			{.name = "_smtp._tcp.d.test", .type = DNS_TYPE_SRV, .data = "10 5 26 a.d.test"},
			{.name = "a.d.test", .type = DNS_TYPE_A, .data = "192.0.2.1", .secure = true},
			{.name = "b.d.test", .type = DNS_TYPE_A, .data = "192.0.2.2", .secure = true},
			{.name = "_26._tcp.a.d.test", .type = DNS_TYPE_TLSA, .data = EE, .secure = true}},
		.refuse = true,
		.told = "record _26._tcp.a.d.test\nvisit a.d.test[192.0.2.1]:26 dane\n"
				"d.test via a.d.test:26: connect to a.d.test[192.0.2.1]:26: Connection refused\n"
				"(-v) no TLSA records found, resorting to \"secure\"\n"
				"visit b.d.test[192.0.2.2]:27 secure\n"
				"d.test via b.d.test:27: connect to b.d.test[192.0.2.2]:27: Connection refused\n"},
	{.what = "SRV: no such service",
		.destination = "d.test",
		.srv = true,
		.rows = {{.name = "_smtp._tcp.d.test",
			.type = DNS_TYPE_SRV,
			.data = "0 0 0 .",
			.secure = true}},
		.told = "failed: Domain _smtp._tcp.d.test does not support SRV requests\n"},
	{.what = "SRV: nothing takes its place",
		.destination = "d.test",
		.srv = true,
		.rows = {{.name = "d.test", .type = DNS_TYPE_A, .data = "192.0.2.1"}, TEST_ROOT},
		.told = "failed: " WHY("_smtp._tcp.d.test", "SRV", "Host not found") "\n"},
};

static struct survey_spec spec_of(
	const struct situation *situation, const struct destination *destination) {
	static const struct tls_settings tls = {0};
	enum tls_level level = situation->level != 0 ? situation->level : TLS_LEVEL_DANE;
	return (struct survey_spec){.habits = &habits_postfix,
		.destination = destination,
		.port = 25,
		.wish = {.level = level, .insecure_mx = situation->insecure_mx, .sni = SNI_NONE},
		.order = {.ipv4 = true, .ipv6 = true},
		.validation_check = "ns:.",
		.tls = &tls,
		.no_tls = true,
		.srv_service = situation->srv ? "smtp" : NULL,
		.no_host_lookup = situation->no_host_lookup};
}

static const struct report *run(struct arena *arena, const struct survey_spec *spec,
	const struct table_row *rows, struct fake_clock *clock) {
	struct resolver *resolver = table_resolver_new(arena, rows);
	struct survey *survey = survey_new(arena, spec, resolver, clock->now);
	struct loop_os os = fake_clock_os(clock);
	struct err err = {0};
	enum loop_end end = loop_run(survey_source(survey), &os, 30 * USEC_PER_SEC, &err);
	ck_assert_int_eq(end, LOOP_FINISHED);
	const struct report *report = survey_finish(survey, end, &err, clock->now);
	survey_free(survey);
	return report;
}

/* Without the questions. */
static void drop_questions(char *lines) {
	char *to = lines;
	for (const char *from = lines; *from != '\0';) {
		size_t len = strcspn(from, "\n") + 1;
		if (strncmp(from, "ask ", 4) != 0) {
			memmove(to, from, len);
			to += len;
		}
		from += len;
	}
	*to = '\0';
}

START_TEST(in_turn_the_lines_are_posttls_fingers) {
	const struct situation *situation = &in_turn[_i];
	struct arena *arena = unit_arena();
	struct destination destination;
	ck_assert(destination_parse(&destination, situation->destination, MAIL_SMTP, NULL));
	struct text lines = text_new(arena, 10000);
	struct fake_stage stage = fake_stage_new(&lines, situation->refuse ? refusing : NULL);
	struct survey_spec spec = spec_of(situation, &destination);
	struct fake_clock clock = {.now = 1};
	spec.trace = &stage.trace;
	(void)run(arena, &spec, situation->rows, &clock);
	drop_questions(lines.at);
	ck_assert_msg(strcmp(lines.at, situation->told) == 0, "%s:\n%s", situation->what, lines.at);
	arena_free(arena);
}
END_TEST

UNIT_MAIN("survey_order", tcase_add_loop_test(tc, in_turn_the_lines_are_posttls_fingers, 0,
							  (int)(sizeof in_turn / sizeof *in_turn));)
