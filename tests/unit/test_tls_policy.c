/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The decision what a host must prove, as a table. */
#include "probe/tls_policy.h"

#include "unit.h"

#define N_RECORDS 3

/* One usable record between two unusable ones. */
static struct tlsa records[N_RECORDS] = {
	{.usage = 1, .selector = 1, .matching = 1, .unusable = "PKIX-EE"},
	{.usage = 3, .selector = 1, .matching = 1},
	{.usage = 3, .selector = 1, .matching = 9, .unusable = "matching type 9"},
};

enum mx { NO_MX, SECURE_MX, INSECURE_MX };

#define DANE TLS_LEVEL_DANE
#define ONLY TLS_LEVEL_DANE_ONLY
#define HALF TLS_LEVEL_HALF_DANE
#define MAY TLS_LEVEL_MAY
#define ENCRYPT TLS_LEVEL_ENCRYPT
#define SECURE TLS_LEVEL_SECURE

/* The downgrade table: level x TLSA state x MX security x -M x style. */
static const struct {
	enum tls_level level;
	enum tlsa_state state;
	enum mx mx;
	enum insecure_mx_policy insecure_mx;
	const struct habits *habits;
	enum tls_level effective;
	enum tls_level report_as;
	enum policy_reason reason;
	enum tls_anonymous anonymous;
	bool tls_required;
	size_t n_tlsa;
} downgrades[] = {
	/* levels that know no DANE */
	{TLS_LEVEL_NONE, TLSA_STATE_NOT_ASKED, SECURE_MX, 0, &habits_monitor, TLS_LEVEL_NONE,
		TLS_LEVEL_NONE, POLICY_AS_WISHED, TLS_ANONYMOUS_FIRST, false, 0},
	{MAY, TLSA_STATE_NOT_ASKED, INSECURE_MX, 0, &habits_monitor, MAY, MAY, POLICY_AS_WISHED,
		TLS_ANONYMOUS_FIRST, false, 0},
	{ENCRYPT, TLSA_STATE_NOT_ASKED, INSECURE_MX, INSECURE_MX_MAY, &habits_monitor, ENCRYPT, ENCRYPT,
		POLICY_AS_WISHED, TLS_ANONYMOUS_FIRST, true, 0},
	{TLS_LEVEL_FINGERPRINT, TLSA_STATE_NOT_ASKED, NO_MX, 0, &habits_monitor, TLS_LEVEL_FINGERPRINT,
		TLS_LEVEL_FINGERPRINT, POLICY_AS_WISHED, TLS_ANONYMOUS_NEVER, true, 0},
	{TLS_LEVEL_VERIFY, TLSA_STATE_NOT_ASKED, INSECURE_MX, 0, &habits_monitor, TLS_LEVEL_VERIFY,
		TLS_LEVEL_VERIFY, POLICY_AS_WISHED, TLS_ANONYMOUS_NEVER, true, 0},
	{SECURE, TLSA_STATE_USABLE, SECURE_MX, 0, &habits_monitor, SECURE, SECURE, POLICY_AS_WISHED,
		TLS_ANONYMOUS_NEVER, true, 0},
	/* usable records */
	{DANE, TLSA_STATE_USABLE, SECURE_MX, 0, &habits_monitor, DANE, DANE, POLICY_DANE,
		TLS_ANONYMOUS_NEVER, true, 1},
	{DANE, TLSA_STATE_USABLE, NO_MX, INSECURE_MX_MAY, &habits_monitor, DANE, DANE, POLICY_DANE,
		TLS_ANONYMOUS_NEVER, true, 1},
	{ONLY, TLSA_STATE_USABLE, SECURE_MX, 0, &habits_monitor, ONLY, ONLY, POLICY_DANE,
		TLS_ANONYMOUS_NEVER, true, 1},
	{DANE, TLSA_STATE_USABLE, SECURE_MX, 0, &habits_postfix, DANE, DANE, POLICY_DANE,
		TLS_ANONYMOUS_NEVER, true, 1},
	/* usable records behind an unsigned MX */
	{DANE, TLSA_STATE_USABLE, INSECURE_MX, INSECURE_MX_DANE, &habits_monitor, HALF, HALF,
		POLICY_MX_INSECURE_DANE, TLS_ANONYMOUS_NEVER, true, 1},
	{ONLY, TLSA_STATE_USABLE, INSECURE_MX, INSECURE_MX_DANE, &habits_monitor, HALF, HALF,
		POLICY_MX_INSECURE_DANE, TLS_ANONYMOUS_NEVER, true, 1},
	{DANE, TLSA_STATE_USABLE, INSECURE_MX, INSECURE_MX_ENCRYPT, &habits_monitor, ENCRYPT, ENCRYPT,
		POLICY_MX_INSECURE_ENCRYPT, TLS_ANONYMOUS_LAST, true, 0},
	{DANE, TLSA_STATE_USABLE, INSECURE_MX, INSECURE_MX_ENCRYPT, &habits_postfix, ENCRYPT, ENCRYPT,
		POLICY_MX_INSECURE_ENCRYPT, TLS_ANONYMOUS_FIRST, true, 0},
	{DANE, TLSA_STATE_USABLE, INSECURE_MX, INSECURE_MX_MAY, &habits_monitor, MAY, MAY,
		POLICY_MX_INSECURE_MAY, TLS_ANONYMOUS_LAST, false, 0},
	{ONLY, TLSA_STATE_USABLE, INSECURE_MX, INSECURE_MX_MAY, &habits_monitor, MAY, MAY,
		POLICY_MX_INSECURE_MAY, TLS_ANONYMOUS_LAST, true, 0},
	{DANE, TLSA_STATE_NOT_ASKED, INSECURE_MX, INSECURE_MX_MAY, &habits_postfix, MAY, MAY,
		POLICY_MX_INSECURE_MAY, TLS_ANONYMOUS_FIRST, false, 0},
	/* no records in force */
	{DANE, TLSA_STATE_ABSENT, SECURE_MX, 0, &habits_monitor, MAY, SECURE, POLICY_NO_TLSA,
		TLS_ANONYMOUS_LAST, false, 0},
	{DANE, TLSA_STATE_INSECURE, SECURE_MX, 0, &habits_monitor, MAY, SECURE, POLICY_NO_TLSA,
		TLS_ANONYMOUS_LAST, false, 0},
	{DANE, TLSA_STATE_HOST_INSECURE, NO_MX, 0, &habits_monitor, MAY, SECURE, POLICY_NO_TLSA,
		TLS_ANONYMOUS_LAST, false, 0},
	{DANE, TLSA_STATE_NOT_ASKED, NO_MX, 0, &habits_monitor, MAY, SECURE, POLICY_NO_TLSA,
		TLS_ANONYMOUS_LAST, false, 0},
	{DANE, TLSA_STATE_ABSENT, INSECURE_MX, INSECURE_MX_ENCRYPT, &habits_monitor, MAY, SECURE,
		POLICY_NO_TLSA, TLS_ANONYMOUS_LAST, false, 0},
	{ONLY, TLSA_STATE_ABSENT, SECURE_MX, 0, &habits_monitor, MAY, SECURE, POLICY_NO_TLSA,
		TLS_ANONYMOUS_LAST, true, 0},
	{ONLY, TLSA_STATE_INSECURE, SECURE_MX, 0, &habits_monitor, MAY, SECURE, POLICY_NO_TLSA,
		TLS_ANONYMOUS_LAST, true, 0},
	{DANE, TLSA_STATE_ABSENT, SECURE_MX, 0, &habits_postfix, SECURE, SECURE, POLICY_NO_TLSA,
		TLS_ANONYMOUS_NEVER, true, 0},
	{ONLY, TLSA_STATE_HOST_INSECURE, INSECURE_MX, 0, &habits_postfix, SECURE, SECURE,
		POLICY_NO_TLSA, TLS_ANONYMOUS_NEVER, true, 0},
	/* records, none usable */
	{DANE, TLSA_STATE_UNUSABLE, SECURE_MX, 0, &habits_monitor, ENCRYPT, ENCRYPT,
		POLICY_TLSA_UNUSABLE, TLS_ANONYMOUS_LAST, true, 0},
	{ONLY, TLSA_STATE_UNUSABLE, INSECURE_MX, 0, &habits_monitor, ENCRYPT, ENCRYPT,
		POLICY_TLSA_UNUSABLE, TLS_ANONYMOUS_LAST, true, 0},
	{DANE, TLSA_STATE_UNUSABLE, SECURE_MX, 0, &habits_postfix, SECURE, SECURE, POLICY_TLSA_UNUSABLE,
		TLS_ANONYMOUS_NEVER, true, 0},
	{ONLY, TLSA_STATE_ABSENT, SECURE_MX, 0, &habits_postfix, SECURE, SECURE, POLICY_NO_TLSA,
		TLS_ANONYMOUS_NEVER, true, 0},
	{DANE, TLSA_STATE_INSECURE, SECURE_MX, 0, &habits_postfix, SECURE, SECURE, POLICY_NO_TLSA,
		TLS_ANONYMOUS_NEVER, true, 0},
	{DANE, TLSA_STATE_ABSENT, INSECURE_MX, INSECURE_MX_ENCRYPT, &habits_postfix, SECURE, SECURE,
		POLICY_NO_TLSA, TLS_ANONYMOUS_NEVER, true, 0},
	{ONLY, TLSA_STATE_UNUSABLE, INSECURE_MX, INSECURE_MX_ENCRYPT, &habits_postfix, SECURE, SECURE,
		POLICY_TLSA_UNUSABLE, TLS_ANONYMOUS_NEVER, true, 0},
	{ONLY, TLSA_STATE_USABLE, INSECURE_MX, INSECURE_MX_DANE, &habits_postfix, HALF, HALF,
		POLICY_MX_INSECURE_DANE, TLS_ANONYMOUS_NEVER, true, 1},
	{ONLY, TLSA_STATE_USABLE, INSECURE_MX, INSECURE_MX_MAY, &habits_postfix, MAY, MAY,
		POLICY_MX_INSECURE_MAY, TLS_ANONYMOUS_FIRST, true, 0},
	{DANE, TLSA_STATE_USABLE, NO_MX, INSECURE_MX_MAY, &habits_postfix, DANE, DANE, POLICY_DANE,
		TLS_ANONYMOUS_NEVER, true, 1},
	/* addresses and sockets */
	{DANE, TLSA_STATE_NOT_APPLICABLE, NO_MX, 0, &habits_monitor, MAY, MAY, POLICY_NOT_APPLICABLE,
		TLS_ANONYMOUS_LAST, false, 0},
	{ONLY, TLSA_STATE_NOT_APPLICABLE, NO_MX, 0, &habits_monitor, MAY, MAY, POLICY_NOT_APPLICABLE,
		TLS_ANONYMOUS_LAST, true, 0},
	{DANE, TLSA_STATE_NOT_APPLICABLE, NO_MX, 0, &habits_postfix, SECURE, SECURE,
		POLICY_NOT_APPLICABLE, TLS_ANONYMOUS_NEVER, true, 0},
};

START_TEST(every_row_of_the_downgrade_table_holds) {
	struct arena *arena = unit_arena();
	const struct tls_wish wish = {
		.level = downgrades[_i].level, .insecure_mx = downgrades[_i].insecure_mx};
	const struct origin origin = {.next_hop = "example.org",
		.mx_used = downgrades[_i].mx != NO_MX,
		.mx_secure = downgrades[_i].mx == SECURE_MX};
	const struct policy_host host = {.name = "mx1.example.org",
		.tlsa_base = "mx1.example.org",
		.tlsa_state = downgrades[_i].state,
		.tlsa = records,
		.n_tlsa = N_RECORDS};
	struct tls_policy policy = tls_policy_for(arena, downgrades[_i].habits, &wish, &origin, &host);
	ck_assert_int_eq(policy.level, downgrades[_i].effective);
	ck_assert_int_eq(policy.report_as, downgrades[_i].report_as);
	ck_assert_int_eq(policy.reason, downgrades[_i].reason);
	ck_assert_int_eq(policy.anonymous, downgrades[_i].anonymous);
	ck_assert_int_eq(policy.tls_required, downgrades[_i].tls_required);
	ck_assert_uint_eq(tlsa_count_usable(policy.tlsa, policy.n_tlsa), downgrades[_i].n_tlsa);
	ck_assert_uint_eq(policy.n_tlsa, downgrades[_i].n_tlsa > 0 ? N_RECORDS : 0);
	ck_assert_ptr_eq(policy.tlsa, downgrades[_i].n_tlsa > 0 ? records : NULL);
	arena_free(arena);
}
END_TEST

/* Reference names and SNI, joined by blanks; SNI "-" is none. */
static const struct {
	enum tls_level level;
	enum tlsa_state state;
	enum mx mx;
	const struct habits *habits;
	const char *next_hop;
	const char *expanded;
	const char *host;
	const char *base;
	const char *patterns[4];
	enum sni_choice sni;
	const char *names;
	const char *sni_text;
} naming[] = {
	/* DANE: the base domain first, and with a signed MX the next hop (RFC 7672 3.2.2) */
	{DANE, TLSA_STATE_USABLE, SECURE_MX, &habits_monitor, "example.org", NULL, "mx.example.net",
		"mx.example.net", {NULL}, SNI_NONE, "mx.example.net example.org", "mx.example.net"},
	{DANE, TLSA_STATE_USABLE, SECURE_MX, &habits_monitor, "example.org", "example.com",
		"mx.example.net", "mx.example.net", {NULL}, SNI_NEXTHOP,
		"mx.example.net example.org example.com", "mx.example.net"},
	{DANE, TLSA_STATE_USABLE, SECURE_MX, &habits_postfix, "example.org", "example.com",
		"mx.example.net", "mx.example.net", {NULL}, SNI_NEXTHOP,
		"mx.example.net example.com example.org", "mx.example.net"},
	{DANE, TLSA_STATE_USABLE, SECURE_MX, &habits_monitor, "Example.org", "example.ORG",
		"example.org", "example.org", {NULL}, SNI_HOSTNAME, "example.org", "example.org"},
	/* an unsigned MX vouches for nothing but the host */
	{DANE, TLSA_STATE_USABLE, INSECURE_MX, &habits_monitor, "example.org", NULL, "mx.example.net",
		"real.example.net", {NULL}, SNI_HOSTNAME, "real.example.net", "real.example.net"},
	{DANE, TLSA_STATE_USABLE, INSECURE_MX, &habits_postfix, "example.org", NULL, "mx.example.net",
		"mx.example.net", {NULL}, SNI_HOSTNAME, "mx.example.net example.org", "mx.example.net"},
	/* an MX host that is an alias: its own name is no reference, the base is */
	{DANE, TLSA_STATE_USABLE, SECURE_MX, &habits_monitor, "example.org", NULL, "mx.example.org",
		"real.example.net", {NULL}, SNI_HOSTNAME, "real.example.net example.org",
		"real.example.net"},
	/* without MX: the base, and the original name beside an expanded base */
	{DANE, TLSA_STATE_USABLE, NO_MX, &habits_monitor, "example.org", NULL, "example.org",
		"real.example.net", {NULL}, SNI_HOSTNAME, "real.example.net example.org",
		"real.example.net"},
	{DANE, TLSA_STATE_USABLE, NO_MX, &habits_monitor, "example.org", NULL, "example.org",
		"example.org", {NULL}, SNI_HOSTNAME, "example.org", "example.org"},
	{DANE, TLSA_STATE_USABLE, NO_MX, &habits_postfix, "example.org", NULL, "example.org",
		"real.example.net", {NULL}, SNI_HOSTNAME, "real.example.net", "real.example.net"},
	/* verified for the report */
	{DANE, TLSA_STATE_ABSENT, SECURE_MX, &habits_monitor, "example.org", NULL, "mx.example.net",
		NULL, {NULL}, SNI_HOSTNAME, "example.org .example.org", "mx.example.net"},
	{DANE, TLSA_STATE_UNUSABLE, SECURE_MX, &habits_monitor, "example.org", NULL, "mx.example.net",
		"mx.example.net", {NULL}, SNI_HOSTNAME, "", "mx.example.net"},
	{DANE, TLSA_STATE_ABSENT, SECURE_MX, &habits_postfix, "example.org", NULL, "mx.example.net",
		NULL, {NULL}, SNI_NONE, "example.org .example.org", "-"},
	/* verify and secure */
	{TLS_LEVEL_VERIFY, 0, SECURE_MX, &habits_monitor, "example.org", NULL, "mx.example.net", NULL,
		{NULL}, SNI_HOSTNAME, "mx.example.net", "mx.example.net"},
	{SECURE, 0, SECURE_MX, &habits_monitor, "example.org", NULL, "mx.example.net", NULL, {NULL},
		SNI_NEXTHOP, "example.org .example.org", "example.org"},
	{SECURE, 0, NO_MX, &habits_monitor, "192.0.2.1", NULL, "192.0.2.1", NULL, {NULL}, SNI_HOSTNAME,
		"192.0.2.1", "-"},
	{SECURE, 0, NO_MX, &habits_postfix, "192.0.2.1", NULL, "192.0.2.1", NULL, {NULL}, SNI_NEXTHOP,
		"192.0.2.1 .192.0.2.1", "192.0.2.1"},
	{SECURE, 0, NO_MX, &habits_monitor, "", NULL, "", NULL, {NULL}, SNI_HOSTNAME, "", "-"},
	{SECURE, 0, SECURE_MX, &habits_monitor, "example.org", NULL, "mx.example.net", NULL,
		{"HostName", "nexthop", ".example.net", "mail.example"}, SNI_NAME,
		"mx.example.net example.org .example.net mail.example", "sni.example"},
	{TLS_LEVEL_VERIFY, 0, SECURE_MX, &habits_monitor, "example.org", NULL, "mx.example.net", NULL,
		{"dot-nexthop", ".", "MX.example.net", "hostname"}, SNI_NONE,
		".example.org . MX.example.net", "-"},
	/* behind an unsigned MX Postfix goes on to look for the next hop, and patterns do not count */
	{DANE, TLSA_STATE_USABLE, INSECURE_MX, &habits_postfix, "example.org", NULL, "mx.example.net",
		"mx.example.net", {"ignored.example"}, SNI_NONE, "mx.example.net example.org",
		"mx.example.net"},
	/* posttls-finger resorts to secure: its own patterns count there, and -s */
	{DANE, TLSA_STATE_ABSENT, SECURE_MX, &habits_postfix, "example.org", NULL, "mx.example.net",
		NULL, {"hostname", ".example.com", "nexthop"}, SNI_HOSTNAME,
		"mx.example.net .example.com example.org", "mx.example.net"},
	{ONLY, TLSA_STATE_UNUSABLE, INSECURE_MX, &habits_postfix, "example.org", "example.com",
		"mx.example.net", "mx.example.net", {"DOT-nexthop"}, SNI_NEXTHOP, ".example.org",
		"example.org"},
	{DANE, TLSA_STATE_HOST_INSECURE, NO_MX, &habits_postfix, "host.example.org", NULL,
		"host.example.org", NULL, {NULL}, SNI_NAME, "host.example.org .host.example.org",
		"sni.example"},
	/* an address: RFC 6066 and sense aside, this is what posttls-finger does */
	{DANE, TLSA_STATE_NOT_APPLICABLE, NO_MX, &habits_postfix, "192.0.2.1", NULL, "192.0.2.1", NULL,
		{NULL}, SNI_HOSTNAME, "192.0.2.1 .192.0.2.1", "192.0.2.1"},
	{TLS_LEVEL_VERIFY, 0, NO_MX, &habits_postfix, "192.0.2.1", NULL, "192.0.2.1", NULL, {NULL},
		SNI_NONE, "192.0.2.1", "-"},
	{TLS_LEVEL_VERIFY, 0, NO_MX, &habits_postfix, "example.org", NULL, "mx.example.net", NULL,
		{".", "a.example"}, SNI_NONE, ". a.example", "-"},
	/* DANE: the base domain, then the end of the next hop's aliases before the next hop itself */
	{ONLY, TLSA_STATE_USABLE, SECURE_MX, &habits_postfix, "example.org", "expanded.example",
		"alias.example.net", "real.example.net", {"hostname"}, SNI_NAME,
		"real.example.net expanded.example example.org", "real.example.net"},
	{TLS_LEVEL_VERIFY, 0, SECURE_MX, &habits_postfix, "example.org", NULL, "mx.example.net", NULL,
		{NULL}, SNI_NONE, "mx.example.net", "-"},
	{TLS_LEVEL_FINGERPRINT, 0, SECURE_MX, &habits_postfix, "example.org", NULL, "mx.example.net",
		NULL, {NULL}, SNI_HOSTNAME, "", "mx.example.net"},
	/* levels without names */
	{TLS_LEVEL_NONE, 0, SECURE_MX, &habits_monitor, "example.org", NULL, "mx.example.net", NULL,
		{NULL}, SNI_HOSTNAME, "", "-"},
	{MAY, 0, SECURE_MX, &habits_monitor, "example.org", NULL, "mx.example.net", NULL, {NULL},
		SNI_HOSTNAME, "", "mx.example.net"},
};

START_TEST(names_and_sni_are_those_of_the_rules) {
	struct arena *arena = unit_arena();
	size_t n_patterns = 0;
	while (n_patterns < 4 && naming[_i].patterns[n_patterns] != NULL) {
		n_patterns++;
	}
	const struct tls_wish wish = {.level = naming[_i].level,
		.sni = naming[_i].sni,
		.sni_name = "sni.example",
		.patterns = naming[_i].patterns,
		.n_patterns = n_patterns};
	const struct origin origin = {.next_hop = naming[_i].next_hop,
		.next_hop_expanded = naming[_i].expanded,
		.mx_used = naming[_i].mx != NO_MX,
		.mx_secure = naming[_i].mx == SECURE_MX};
	const struct policy_host host = {.name = naming[_i].host,
		.tlsa_base = naming[_i].base,
		.tlsa_state = naming[_i].state,
		.tlsa = records,
		.n_tlsa = N_RECORDS};
	struct tls_policy policy = tls_policy_for(arena, naming[_i].habits, &wish, &origin, &host);
	struct text names = text_new(arena, 500);
	for (size_t i = 0; i < policy.n_names; i++) {
		text_addf(&names, "%s%s", i > 0 ? " " : "", policy.names[i]);
	}
	ck_assert_str_eq(names.at, naming[_i].names);
	ck_assert_str_eq(policy.sni == NULL ? "-" : policy.sni, naming[_i].sni_text);
	arena_free(arena);
}
END_TEST

static const struct {
	enum policy_reason reason;
	enum tls_level level;
	const char *line; /* NULL: posttls-finger is silent */
} finger_lines[] = {
	{POLICY_AS_WISHED, MAY, NULL},
	{POLICY_DANE, DANE, NULL},
	{POLICY_MX_INSECURE_MAY, MAY, "MX RRset is insecure: try to encrypt"},
	{POLICY_MX_INSECURE_ENCRYPT, ENCRYPT, "TLSA RRs found, MX RRset insecure: just encrypt"},
	{POLICY_MX_INSECURE_DANE, HALF, "MX RRset insecure: log verified as trusted"},
	{POLICY_NO_TLSA, SECURE, "no TLSA records found, resorting to \"secure\""},
	{POLICY_NO_TLSA, MAY, NULL},
	{POLICY_NOT_APPLICABLE, SECURE, "no TLSA records found, resorting to \"secure\""},
	{POLICY_NOT_APPLICABLE, MAY, NULL},
	{POLICY_TLSA_UNUSABLE, SECURE, "no usable TLSA records found, resorting to \"secure\""},
	{POLICY_TLSA_UNUSABLE, ENCRYPT, NULL},
};

START_TEST(decisions_are_told_in_posttls_fingers_words) {
	const struct tls_policy policy = {
		.reason = finger_lines[_i].reason, .level = finger_lines[_i].level};
	ck_assert_pstr_eq(tls_policy_finger_text(&policy), finger_lines[_i].line);
	ck_assert_uint_gt(strlen(tls_policy_reason_text(policy.reason)), 1);
}
END_TEST

START_TEST(an_unknown_reason_has_a_placeholder) {
	ck_assert_str_eq(tls_policy_reason_text((enum policy_reason)99), "?");
}
END_TEST

#define COUNT(table) (int)(sizeof(table) / sizeof *(table))

UNIT_MAIN(
	"tls_policy",
	tcase_add_loop_test(tc, every_row_of_the_downgrade_table_holds, 0, COUNT(downgrades));
	tcase_add_loop_test(tc, names_and_sni_are_those_of_the_rules, 0, COUNT(naming));
	tcase_add_loop_test(tc, decisions_are_told_in_posttls_fingers_words, 0, COUNT(finger_lines));
	tcase_add_test(tc, an_unknown_reason_has_a_placeholder);)
