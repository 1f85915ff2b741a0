/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* --auth-servers over everything that the name servers of a zone can say. */
#include "sample_report.h"

#define OWNER "_25._tcp.mx1.example.org"
#define N 3

/* Three servers of one zone, the last over IPv6; all say the same. */
struct desk {
	struct auth_facts facts;
	struct auth_zone zone;
	struct auth_server servers[N];
	struct authority_question questions[N][2];
	struct dns_record soa[N];
	struct dns_record tlsa[N];
	uint8_t soa_data[N][22];
};

static const uint8_t newer[] = {3, 1, 1, 0xab};
static const uint8_t older[] = {3, 1, 1, 0xcd};

static void set_serial(struct desk *desk, size_t i, uint32_t serial) {
	for (size_t k = 0; k < 4; k++) {
		desk->soa_data[i][2 + k] = (uint8_t)(serial >> (24 - 8 * k));
	}
}

static void set_replies(struct authority_question *question, enum authority_outcome outcome) {
	question->replies[AUTHORITY_UDP].outcome = question->replies[AUTHORITY_TCP].outcome = outcome;
}

static void set_answer(struct authority_question *question, struct dns_record *record) {
	static struct dns_signature signature = {.type = DNS_TYPE_TLSA};
	for (size_t t = 0; t < AUTHORITY_TRANSPORTS; t++) {
		question->replies[t] = (struct authority_reply){.outcome = AUTHORITY_ANSWERED,
			.answer = {.authoritative = true,
				.records = record,
				.n_records = 1,
				.signatures = &signature,
				.n_signatures = 1}};
	}
}

static struct desk *new_desk(struct arena *arena, struct report *report) {
	static const char *const names[N] = {"ns1.example.org", "ns2.example.org", "ns3.example.org"};
	static const char *const addresses[N] = {"192.0.2.1", "192.0.2.2", "2001:db8::3"};
	struct desk *desk = arena_alloc(arena, sizeof *desk);
	for (size_t i = 0; i < N; i++) {
		set_serial(desk, i, 7);
		desk->soa[i].data = (struct span){desk->soa_data[i], sizeof desk->soa_data[i]};
		desk->tlsa[i].data = (struct span){newer, sizeof newer};
		set_answer(&desk->questions[i][0], &desk->soa[i]);
		set_answer(&desk->questions[i][1], &desk->tlsa[i]);
		desk->servers[i] =
			(struct auth_server){names[i], addresses[i], i < 2 ? 4 : 6, desk->questions[i]};
	}
	desk->zone = (struct auth_zone){.name = "example.org",
		.owners = {{OWNER, true}},
		.n_owners = 1,
		.servers = desk->servers,
		.n_servers = N};
	desk->facts = (struct auth_facts){.zones = &desk->zone, .n_zones = 1};
	report->auth = &desk->facts;
	return desk;
}

static void nothing(struct desk *desk) {
	(void)desk;
}

static void old_second(struct desk *desk) {
	desk->tlsa[1].data = (struct span){older, sizeof older};
	set_serial(desk, 1, 6);
}

/* The only one that has the new zone, and serials start again behind the largest number. */
static void new_first(struct desk *desk) {
	old_second(desk);
	desk->tlsa[2].data = desk->tlsa[1].data;
	set_serial(desk, 0, 1);
	set_serial(desk, 1, UINT32_MAX);
	set_serial(desk, 2, UINT32_MAX);
}

static void one_of_three(struct desk *desk) {
	desk->tlsa[0].data = (struct span){older, sizeof older};
}

static void serial_only(struct desk *desk) {
	set_serial(desk, 1, 6);
}

static void none_at_second(struct desk *desk) {
	for (size_t t = 0; t < AUTHORITY_TRANSPORTS; t++) {
		desk->questions[1][1].replies[t].answer.n_records = 0;
		desk->questions[1][1].replies[t].answer.rcode = DNS_RCODE_NXDOMAIN;
	}
}

static void silent_for_tlsa(struct desk *desk) {
	set_replies(&desk->questions[1][1], AUTHORITY_SILENT);
}

static void silent_for_tlsa_over_udp(struct desk *desk) {
	desk->questions[1][1].replies[AUTHORITY_UDP].outcome = AUTHORITY_SILENT;
}

static void notimp(struct desk *desk) {
	for (size_t t = 0; t < AUTHORITY_TRANSPORTS; t++) {
		desk->questions[1][1].replies[t].answer.rcode = DNS_RCODE_NOTIMP;
	}
}

static void garbage(struct desk *desk) {
	set_replies(&desk->questions[1][1], AUTHORITY_MALFORMED);
}

static void no_tcp(struct desk *desk) {
	desk->questions[1][0].replies[AUTHORITY_TCP].outcome = AUTHORITY_CLOSED;
	desk->questions[1][1].replies[AUTHORITY_TCP].outcome = AUTHORITY_CLOSED;
}

static void no_tcp_no_room(struct desk *desk) {
	no_tcp(desk);
	desk->questions[1][1].replies[AUTHORITY_UDP].answer.truncated = true;
}

static void too_long_for_udp(struct desk *desk) {
	desk->questions[1][1].replies[AUTHORITY_UDP].answer.truncated = true;
	desk->questions[1][1].replies[AUTHORITY_UDP].answer.n_records = 0;
}

static void silent(struct desk *desk) {
	set_replies(&desk->questions[1][0], AUTHORITY_SILENT);
	set_replies(&desk->questions[1][1], AUTHORITY_SILENT);
}

/* No other of its family answers either. */
static void silent_alone(struct desk *desk) {
	set_replies(&desk->questions[2][0], AUTHORITY_SILENT);
	set_replies(&desk->questions[2][1], AUTHORITY_SILENT);
}

static void all_silent(struct desk *desk) {
	for (size_t i = 0; i < N; i++) {
		set_replies(&desk->questions[i][0], AUTHORITY_SILENT);
		set_replies(&desk->questions[i][1], AUTHORITY_CLOSED);
	}
}

static void no_way(struct desk *desk) {
	set_replies(&desk->questions[2][0], AUTHORITY_NO_WAY);
	set_replies(&desk->questions[2][1], AUTHORITY_NO_WAY);
}

static void not_asked(struct desk *desk) {
	desk->servers[1].questions = NULL;
	set_replies(&desk->questions[2][0], AUTHORITY_PENDING);
	set_replies(&desk->questions[2][1], AUTHORITY_PENDING);
}

static void refuses_all(struct desk *desk) {
	for (size_t i = 0; i < 2 * AUTHORITY_TRANSPORTS; i++) {
		struct dns_answer *answer = &desk->questions[1][i / 2].replies[i % 2].answer;
		answer->rcode = DNS_RCODE_REFUSED;
		answer->n_records = 0;
	}
}

/* A resolver that happens to be listed: it says the same, but not by itself. */
static void not_authoritative(struct desk *desk) {
	for (size_t i = 0; i < 2 * AUTHORITY_TRANSPORTS; i++) {
		desk->questions[1][i / 2].replies[i % 2].answer.authoritative = false;
	}
}

static void bare(struct desk *desk) {
	for (size_t t = 0; t < AUTHORITY_TRANSPORTS; t++) {
		desk->questions[1][1].replies[t].answer.n_signatures = 0;
	}
}

static void bare_in_an_unsigned_zone(struct desk *desk) {
	bare(desk);
	desk->zone.owners[0].secure = false;
}

static void no_zone(struct desk *desk) {
	desk->facts.n_zones = 0;
	static struct auth_lost lost = {OWNER, NULL};
	desk->facts.lost = &lost;
	desk->facts.n_lost = 1;
}

static void no_zone_of_many(struct desk *desk) {
	static struct auth_lost lost[5] = {
		{"a.test", NULL}, {"b.test", NULL}, {"c.test", NULL}, {"d.test", NULL}, {"e.test", NULL}};
	no_zone(desk);
	desk->facts.lost = lost;
	desk->facts.n_lost = 5;
}

static void no_owner(struct desk *desk) {
	desk->facts.n_zones = 0;
}

static void left_out(struct desk *desk) {
	desk->facts.n_zones = 0;
	desk->facts.n_left_out = 2;
}

static void one_left_out(struct desk *desk) {
	desk->facts.n_zones = 0;
	desk->facts.n_left_out = 1;
}

/* What of an answer is not kept is no less of it. */
static void more_at_second(struct desk *desk) {
	for (size_t t = 0; t < AUTHORITY_TRANSPORTS; t++) {
		desk->questions[1][1].replies[t].answer.n_left_out = 2;
	}
}

/* SOA comes over TCP, and then the server hangs up. */
static void closes_for_tlsa_over_tcp(struct desk *desk) {
	desk->questions[1][1].replies[AUTHORITY_TCP].outcome = AUTHORITY_CLOSED;
}

/* One that is new and five that are old. */
static void five_old(struct desk *desk) {
	static struct auth_server many[6];
	old_second(desk);
	for (size_t i = 0; i < 6; i++) {
		many[i] = desk->servers[i == 0 ? 0 : 1];
	}
	desk->zone.servers = many;
	desk->zone.n_servers = 6;
}

static void short_soa(struct desk *desk) {
	old_second(desk);
	desk->soa[1].data.len = 19;
}

static const struct {
	const char *name;
	void (*change)(struct desk *desk);
	enum finding_id id;
	int state;
	const char *text;
} rows[] = {
	{"all alike", nothing, FINDING_AUTH_DIFFER, SAMPLE_ABSENT, NULL},
	{"all alike, counted", nothing, FINDING_AUTH_SERVERS, STATE_OK,
		"3 of 3 name servers of example.org answered directly"},
	{"old records", old_second, FINDING_AUTH_DIFFER, STATE_WARNING,
		"1 of 3 name servers of example.org have other TLSA records at " OWNER
		" than ns1.example.org[192.0.2.1] (serial 7): ns2.example.org[192.0.2.2] (serial 6)"},
	{"one is new", new_first, FINDING_AUTH_DIFFER, STATE_WARNING,
		"2 of 3 name servers of example.org have other TLSA records at " OWNER
		" than ns1.example.org[192.0.2.1] (serial 1): "},
	{"most count where serials are equal", one_of_three, FINDING_AUTH_DIFFER, STATE_WARNING,
		"than ns2.example.org[192.0.2.2] (serial 7): ns1.example.org[192.0.2.1] (serial 7)"},
	{"more records than are kept", more_at_second, FINDING_AUTH_DIFFER, STATE_WARNING,
		"1 of 3 name servers of example.org have other TLSA records at " OWNER},
	{"serials alone", serial_only, FINDING_AUTH_DIFFER, SAMPLE_ABSENT, NULL},
	{"no records", none_at_second, FINDING_AUTH_DIFFER, STATE_WARNING, "(none, serial 7)"},
	{"SOA cut short", short_soa, FINDING_AUTH_DIFFER, STATE_WARNING, "(serial not known)"},
	{"TLSA ignored", silent_for_tlsa, FINDING_AUTH_DROPS_TLSA, STATE_CRITICAL,
		"1 of 3 name servers of example.org answer for SOA, but not for TLSA: "
		"ns2.example.org[192.0.2.2] (no answer over UDP); mend them"},
	{"TLSA ignored over UDP", silent_for_tlsa_over_udp, FINDING_AUTH_DROPS_TLSA, STATE_CRITICAL,
		"(no answer over UDP)"},
	{"TLSA ignored is no difference", silent_for_tlsa, FINDING_AUTH_DIFFER, SAMPLE_ABSENT, NULL},
	{"NOTIMP", notimp, FINDING_AUTH_DROPS_TLSA, STATE_CRITICAL, "(NOTIMP)"},
	{"garbage", garbage, FINDING_AUTH_DROPS_TLSA, STATE_CRITICAL, "(malformed answer)"},
	{"no TCP", no_tcp, FINDING_AUTH_TCP_FAILS, STATE_WARNING,
		"1 of 3 name servers of example.org answer over UDP, but not over TCP: "
		"ns2.example.org[192.0.2.2] (closed)"},
	{"no TCP drops nothing", no_tcp, FINDING_AUTH_DROPS_TLSA, SAMPLE_ABSENT, NULL},
	{"no TCP where it is needed", no_tcp_no_room, FINDING_AUTH_TCP_FAILS, STATE_CRITICAL,
		"too long to do without"},
	{"TCP instead of UDP", too_long_for_udp, FINDING_AUTH_DIFFER, SAMPLE_ABSENT, NULL},
	{"silent", silent, FINDING_AUTH_DIFFER, STATE_WARNING,
		"do not serve it: ns2.example.org[192.0.2.2] (no answer)"},
	{"silent is not TCP", silent, FINDING_AUTH_TCP_FAILS, SAMPLE_ABSENT, NULL},
	{"silent, and told", silent, FINDING_AUTH_SERVERS, STATE_OK,
		"2 of 3 name servers of example.org answered directly; 1 did not answer"},
	{"a silent family", silent_alone, FINDING_AUTH_DIFFER, SAMPLE_ABSENT, NULL},
	{"all silent", all_silent, FINDING_AUTH_SERVERS, STATE_UNKNOWN, "let this host send"},
	{"all silent differ in nothing", all_silent, FINDING_AUTH_DIFFER, SAMPLE_ABSENT, NULL},
	{"no route", no_way, FINDING_AUTH_DIFFER, SAMPLE_ABSENT, NULL},
	{"no route, and told", no_way, FINDING_AUTH_SERVERS, STATE_OK, "1 without a route from here"},
	{"no time", not_asked, FINDING_AUTH_DIFFER, SAMPLE_ABSENT, NULL},
	{"no time, and told", not_asked, FINDING_AUTH_SERVERS, STATE_OK, "2 not asked in time"},
	{"refuses all", refuses_all, FINDING_AUTH_DIFFER, STATE_WARNING, "(REFUSED)"},
	{"refuses all, not TLSA", refuses_all, FINDING_AUTH_DROPS_TLSA, SAMPLE_ABSENT, NULL},
	{"not authoritative", not_authoritative, FINDING_AUTH_DIFFER, STATE_WARNING,
		"(no authoritative answer)"},
	{"no signatures", bare, FINDING_AUTH_DIFFER, STATE_WARNING,
		"send no DNSSEC signature with the TLSA records at " OWNER ": ns2.example.org"},
	{"no signatures anywhere", bare_in_an_unsigned_zone, FINDING_AUTH_DIFFER, SAMPLE_ABSENT, NULL},
	{"hangs up over TCP", closes_for_tlsa_over_tcp, FINDING_AUTH_DROPS_TLSA, STATE_CRITICAL,
		"(no answer over TCP, closed)"},
	{"many are old", five_old, FINDING_AUTH_DIFFER, STATE_WARNING, " and 2 more"},
	{"names left out", left_out, FINDING_AUTH_SERVERS, STATE_OK, "2 names with TLSA records were"},
	{"one name left out", one_left_out, FINDING_AUTH_SERVERS, STATE_OK,
		"1 name with TLSA records was left out"},
	{"no zone", no_zone, FINDING_AUTH_SERVERS, STATE_UNKNOWN,
		"the name servers of 1 name with TLSA records could not be found out: " OWNER},
	{"zone unknown of many", no_zone_of_many, FINDING_AUTH_SERVERS, STATE_UNKNOWN,
		"could not be found out: a.test, b.test, c.test and 2 more"},
	{"nothing to ask", no_owner, FINDING_OPTION_UNUSED, STATE_OK, "--auth-servers was not used"},
};

START_TEST(name_servers_are_compared) {
	struct arena *arena = unit_arena();
	struct sample *s = sample_new(arena);
	rows[_i].change(new_desk(arena, &s->report));
	struct verdict verdict = judge(arena, &s->report, &s->limits, SAMPLE_NOW);
	const struct finding *finding = sample_find(&verdict, rows[_i].id);
	int state = finding == NULL ? SAMPLE_ABSENT : (int)finding->state;
	ck_assert_msg(state == rows[_i].state, "%s: state %d", rows[_i].name, state);
	if (rows[_i].text != NULL) {
		const char *words = sample_words(arena, finding);
		ck_assert_msg(strstr(words, rows[_i].text) != NULL, "%s: %s", rows[_i].name, words);
	}
	arena_free(arena);
}
END_TEST

START_TEST(waiting_for_name_servers_is_no_response_time) {
	struct arena *arena = unit_arena();
	struct sample *s = sample_new(arena);
	s->report.elapsed = 5 * USEC_PER_SEC;
	s->report.swept = 3 * USEC_PER_SEC;
	struct verdict verdict = judge(arena, &s->report, &s->limits, SAMPLE_NOW);
	ck_assert_str_eq(verdict.metrics[0].label, "time");
	ck_assert_double_eq(verdict.metrics[0].value, 2.0);
	arena_free(arena);
}
END_TEST

UNIT_MAIN("verdict_auth",
		  tcase_add_loop_test(tc, name_servers_are_compared, 0, (int)(sizeof rows / sizeof *rows));
		  tcase_add_test(tc, waiting_for_name_servers_is_no_response_time);)
