/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Every kind of sender in every situation: one table. */
#include "verdict/senders.h"

#include "unit.h"

/* What a certificate was shown with. */
enum { HOST = 1, DOMAIN = 2, TLS12 = 4, KEYWORD = 8, SAN = 16, ALL = 31 };
#define CERT(word, shown)                                                                          \
	.tls = SENDER_TLS_CERTIFICATE, .chain = SENDER_CHAIN_##word,                                   \
	.host_named = ((shown)&HOST) != 0, .host_in_san = ((shown)&SAN) != 0,                          \
	.domain_named = ((shown)&DOMAIN) != 0, .tls12 = ((shown)&TLS12) != 0,                          \
	.requiretls = ((shown)&KEYWORD) != 0
#define SOUND CERT(VALID, ALL)
#define PRIVATE CERT(SELF_SIGNED, TLS12 | KEYWORD)
#define ENFORCED .sts = SENDER_STS_ENFORCE, .sts_covered = true

/* outcomes: a letter for each sender in order: opportunistic, encrypt, dane, dane-only, mta-sts,
 * dane+mta-sts, verify, secure, requiretls. A authenticated, E encrypted, C clear, D defers,
 * B bounces. */
static const struct {
	const char *situation;
	struct sender_facts facts;
	const char *outcomes;
} rows[] = {
	{"no conversation", {.tls = SENDER_TLS_UNREACHED}, "DDDDDDDDD"},
	{"a refusal", {.tls = SENDER_TLS_REFUSED}, "DDDDDDDDD"},
	{"a refusal, TLSA", {.tls = SENDER_TLS_REFUSED, .dane = SENDER_DANE_MISMATCH}, "DDDDDDDDD"},
	{"EHLO is refused", {.tls = SENDER_TLS_REJECTED}, "BBBDBBBBB"},
	{"EHLO is refused, TLSA", {.tls = SENDER_TLS_REJECTED, .dane = SENDER_DANE_MATCH}, "BBBBBBBBB"},
	{"EHLO is refused, enforced", {.tls = SENDER_TLS_REJECTED, ENFORCED}, "BBBDBBBBB"},
	{"no SMTP", {.tls = SENDER_TLS_NO_SMTP}, "DDDDDDDDD"},
	{"no STARTTLS", {.tls = SENDER_TLS_NOT_OFFERED}, "CDCDCCDDB"},
	{"no STARTTLS, TLSA", {.tls = SENDER_TLS_NOT_OFFERED, .dane = SENDER_DANE_MISMATCH},
		"CDDDCDDDD"},
	{"no STARTTLS, TLSA unusable", {.tls = SENDER_TLS_NOT_OFFERED, .dane = SENDER_DANE_UNUSABLE},
		"CDDDCDDDD"},
	{"no STARTTLS, enforced", {.tls = SENDER_TLS_NOT_OFFERED, ENFORCED}, "CDCDDDDDD"},
	{"no STARTTLS, testing", {.tls = SENDER_TLS_NOT_OFFERED, .sts = SENDER_STS_TESTING},
		"CDCDCCDDB"},
	{"the handshake fails", {.tls = SENDER_TLS_FAILED}, "CDCDCCDDB"},
	{"nothing sound behind the handshake", {.tls = SENDER_TLS_BROKEN}, "CDCDCCDDB"},
	{"nothing sound behind the handshake, TLSA",
		{.tls = SENDER_TLS_BROKEN, .dane = SENDER_DANE_MATCH}, "CDDDCDDDD"},
	{"the handshake fails, TLSA", {.tls = SENDER_TLS_FAILED, .dane = SENDER_DANE_MISMATCH},
		"CDDDCDDDD"},
	{"the handshake fails, enforced", {.tls = SENDER_TLS_FAILED, ENFORCED}, "CDCDDDDDD"},
	{"anonymous", {.tls = SENDER_TLS_ANONYMOUS, .tls12 = true}, "EEEDEEDDB"},
	{"anonymous, enforced", {.tls = SENDER_TLS_ANONYMOUS, .tls12 = true, ENFORCED}, "EEEDDDDDD"},
	{"a valid chain, nothing else", {SOUND}, "EEEDEEAAB"},
	{"self-signed", {PRIVATE}, "EEEDEEDDB"},
	{"self-signed, enforced", {PRIVATE, ENFORCED}, "EEEDDDDDD"},
	{"self-signed, TLSA matches", {PRIVATE, .dane = SENDER_DANE_MATCH}, "EEAAEADDA"},
	{"self-signed, TLSA matches, enforced", {PRIVATE, .dane = SENDER_DANE_MATCH, ENFORCED},
		"EEAADADDA"},
	{"issuer not sent", {CERT(INCOMPLETE, ALL)}, "EEEDEEDDB"},
	{"host not named", {CERT(VALID, ALL & ~HOST)}, "EEEDEEDAB"},
	{"nobody named", {CERT(VALID, TLS12 | KEYWORD)}, "EEEDEEDDB"},
	{"nobody named, TLSA matches", {CERT(VALID, TLS12 | KEYWORD), .dane = SENDER_DANE_MATCH},
		"EEAAEADDA"},
	{"expired", {CERT(EXPIRED, ALL)}, "EEEDEEDDB"},
	{"no STARTTLS, TLSA bogus", {.tls = SENDER_TLS_NOT_OFFERED, .dane = SENDER_DANE_FAILED},
		"CDDDCDDDD"},
	{"the handshake fails, TLSA bogus", {.tls = SENDER_TLS_FAILED, .dane = SENDER_DANE_FAILED},
		"CDDDCDDDD"},
	{"the handshake fails, TLSA unusable", {.tls = SENDER_TLS_FAILED, .dane = SENDER_DANE_UNUSABLE},
		"CDDDCDDDD"},
	{"anonymous, TLSA unusable",
		{.tls = SENDER_TLS_ANONYMOUS, .tls12 = true, .dane = SENDER_DANE_UNUSABLE}, "EEEDEEDDB"},
	{"anonymous, TLSA bogus",
		{.tls = SENDER_TLS_ANONYMOUS, .tls12 = true, .dane = SENDER_DANE_FAILED}, "EEDDEDDDD"},
	{"self-signed, TLSA mismatch", {PRIVATE, .dane = SENDER_DANE_MISMATCH}, "EEDDEDDDD"},
	{"self-signed, TLSA unusable", {PRIVATE, .dane = SENDER_DANE_UNUSABLE}, "EEEDEEDDB"},
	{"expired, TLSA mismatch", {CERT(EXPIRED, ALL), .dane = SENDER_DANE_MISMATCH}, "EEDDEDDDD"},
	{"issuer not sent, TLSA matches, enforced",
		{CERT(INCOMPLETE, ALL), .dane = SENDER_DANE_MATCH, ENFORCED}, "EEAADADDA"},
	{"issuer not sent, testing",
		{CERT(INCOMPLETE, ALL), .sts = SENDER_STS_TESTING, .sts_covered = true}, "EEEDEEDDB"},
	{"host not named, enforced", {CERT(VALID, ALL & ~HOST), ENFORCED}, "EEEDDDDAD"},
	{"host named by CN", {CERT(VALID, ALL & ~SAN)}, "EEEDEEAAB"},
	{"host named by CN, enforced", {CERT(VALID, ALL & ~SAN), ENFORCED}, "EEEDDDAAD"},
	{"host named by CN, TLSA matches, enforced",
		{CERT(VALID, ALL & ~SAN), .dane = SENDER_DANE_MATCH, ENFORCED}, "EEAADAAAA"},
	{"domain not named, enforced", {CERT(VALID, ALL & ~DOMAIN), ENFORCED}, "EEEDAAADA"},
	{"expired, enforced", {CERT(EXPIRED, ALL), ENFORCED}, "EEEDDDDDD"},
	{"expired, TLSA matches", {CERT(EXPIRED, ALL), .dane = SENDER_DANE_MATCH}, "EEAAEADDA"},
	{"not yet valid, enforced", {CERT(NOT_YET_VALID, ALL), ENFORCED}, "EEEDDDDDD"},
	{"valid, enforced", {SOUND, ENFORCED}, "EEEDAAAAA"},
	{"valid, enforced, not covered", {SOUND, .sts = SENDER_STS_ENFORCE}, "EEEDDDAAD"},
	{"valid, enforced, TLS 1.0", {CERT(VALID, ALL & ~TLS12), ENFORCED}, "EEEDDDAAD"},
	{"valid, testing, not covered", {SOUND, .sts = SENDER_STS_TESTING}, "EEEDEEAAB"},
	{"valid, policy not fetched", {SOUND, .sts = SENDER_STS_UNKNOWN}, "EEEDEEAAB"},
	{"TLSA matches", {SOUND, .dane = SENDER_DANE_MATCH}, "EEAAEAAAA"},
	{"TLSA matches, null MX", {SOUND, .dane = SENDER_DANE_MATCH, .null_mx = true}, "BBBBBBBBB"},
	{"TLSA matches, MX unsigned", {SOUND, .dane = SENDER_DANE_MATCH, .mx_insecure = true},
		"EEEDEEAAB"},
	{"TLSA matches, no REQUIRETLS", {CERT(VALID, ALL & ~KEYWORD), .dane = SENDER_DANE_MATCH},
		"EEAAEAAAB"},
	{"TLSA mismatch", {SOUND, .dane = SENDER_DANE_MISMATCH}, "EEDDEDAAD"},
	{"TLSA matches, wrong name", {CERT(VALID, TLS12), .dane = SENDER_DANE_MISNAMED}, "EEDDEDDDD"},
	{"TLSA matches, wrong name, enforced", {SOUND, .dane = SENDER_DANE_MISNAMED, ENFORCED},
		"EEDDADAAD"},
	{"TLSA matches, expired", {CERT(EXPIRED, ALL), .dane = SENDER_DANE_EXPIRED}, "EEDDEDDDD"},
	{"TLSA matches, too soon", {CERT(NOT_YET_VALID, ALL), .dane = SENDER_DANE_TOO_SOON},
		"EEDDEDDDD"},
	{"TLSA matches, chain invalid", {CERT(INVALID, ALL), .dane = SENDER_DANE_INVALID}, "EEDDEDDDD"},
	{"TLSA mismatch, enforced", {SOUND, .dane = SENDER_DANE_MISMATCH, ENFORCED}, "EEDDADAAD"},
	{"TLSA unusable", {SOUND, .dane = SENDER_DANE_UNUSABLE}, "EEEDEEAAB"},
	{"TLSA unusable, enforced", {SOUND, .dane = SENDER_DANE_UNUSABLE, ENFORCED}, "EEEDAAAAA"},
	{"TLSA bogus", {SOUND, .dane = SENDER_DANE_FAILED}, "EEDDEDAAD"},
	{"TLSA bogus, enforced", {SOUND, .dane = SENDER_DANE_FAILED, ENFORCED}, "EEDDADAAD"},
};

static char letter(enum sender_outcome outcome) {
	return "AECDB"[outcome];
}

START_TEST(every_sender_does_what_its_rfc_says) {
	char got[SENDER_COUNT + 1] = "";
	for (int sender = 0; sender < SENDER_COUNT; sender++) {
		struct sender_view view = sender_view((enum sender)sender, &rows[_i].facts);
		got[sender] = letter(view.outcome);
		ck_assert_ptr_nonnull(view.why);
	}
	ck_assert_msg(strcmp(got, rows[_i].outcomes) == 0, "%s: %s, not %s", rows[_i].situation, got,
		rows[_i].outcomes);
}
END_TEST

/* What does not hold for one situation but for all. */
START_TEST(who_demands_more_never_delivers_worse) {
	const struct sender_facts *facts = &rows[_i].facts;
	bool reached = facts->tls >= SENDER_TLS_NOT_OFFERED;
	bool bounced = facts->tls == SENDER_TLS_REJECTED || facts->null_mx;
	ck_assert_int_eq(
		sender_view(SENDER_OPPORTUNISTIC, facts).outcome == SENDER_DEFERS, !reached && !bounced);
	for (int sender = SENDER_ENCRYPT; sender < SENDER_COUNT; sender++) {
		enum sender_outcome outcome = sender_view((enum sender)sender, facts).outcome;
		bool clear_allowed =
			sender == SENDER_DANE || sender == SENDER_STS || sender == SENDER_DANE_STS;
		ck_assert(outcome != SENDER_CLEAR || clear_allowed);
		ck_assert(outcome != SENDER_AUTHENTICATED || facts->tls == SENDER_TLS_CERTIFICATE);
	}
}
END_TEST

START_TEST(the_first_host_that_takes_it_decides_for_the_domain) {
	struct sender_facts down = {.tls = SENDER_TLS_UNREACHED};
	struct sender_facts clear = {.tls = SENDER_TLS_NOT_OFFERED};
	struct sender_facts good = {SOUND, .dane = SENDER_DANE_MATCH};
	struct sender_facts list[] = {down, clear, good};
	size_t node = 9;
	ck_assert_int_eq(
		sender_view_domain(SENDER_OPPORTUNISTIC, list, 3, &node).outcome, SENDER_CLEAR);
	ck_assert_uint_eq(node, 1);
	ck_assert_int_eq(sender_view_domain(SENDER_ENCRYPT, list, 3, &node).outcome, SENDER_ENCRYPTED);
	ck_assert_uint_eq(node, 2);
	ck_assert_int_eq(
		sender_view_domain(SENDER_DANE_ONLY, list, 3, NULL).outcome, SENDER_AUTHENTICATED);
	ck_assert_int_eq(sender_view_domain(SENDER_REQUIRETLS, list, 2, &node).outcome, SENDER_BOUNCES);
	ck_assert_uint_eq(node, 1);
	ck_assert_int_eq(sender_view_domain(SENDER_ENCRYPT, list, 2, &node).outcome, SENDER_DEFERS);
	ck_assert_uint_eq(node, 0);
	ck_assert_int_eq(sender_view_domain(SENDER_DANE, NULL, 0, &node).outcome, SENDER_DEFERS);
}
END_TEST

/* As Postfix does; a host without TLSA records is none to a sender that demands them. */
START_TEST(behind_a_host_that_refuses_ehlo_for_good_no_other_is_tried) {
	struct sender_facts rejecting = {.tls = SENDER_TLS_REJECTED, .dane = SENDER_DANE_NONE};
	struct sender_facts good = {SOUND, .dane = SENDER_DANE_MATCH};
	struct sender_facts first[] = {rejecting, good};
	struct sender_facts last[] = {good, rejecting};
	size_t node = 9;
	ck_assert_int_eq(
		sender_view_domain(SENDER_OPPORTUNISTIC, first, 2, &node).outcome, SENDER_BOUNCES);
	ck_assert_uint_eq(node, 0);
	ck_assert_int_eq(sender_view_domain(SENDER_DANE, first, 2, NULL).outcome, SENDER_BOUNCES);
	ck_assert_int_eq(
		sender_view_domain(SENDER_DANE_ONLY, first, 2, &node).outcome, SENDER_AUTHENTICATED);
	ck_assert_uint_eq(node, 1);
	ck_assert_int_eq(
		sender_view_domain(SENDER_OPPORTUNISTIC, last, 2, NULL).outcome, SENDER_ENCRYPTED);
}
END_TEST

START_TEST(everything_has_a_name) {
	for (int sender = 0; sender < SENDER_COUNT; sender++) {
		ck_assert_str_ne(sender_name((enum sender)sender), "?");
	}
	ck_assert_str_eq(sender_name(SENDER_COUNT), "?");
	ck_assert_str_eq(sender_outcome_name(SENDER_CLEAR), "delivers in clear");
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

UNIT_MAIN("senders", tcase_add_loop_test(tc, every_sender_does_what_its_rfc_says, 0, COUNT(rows));
		  tcase_add_loop_test(tc, who_demands_more_never_delivers_worse, 0, COUNT(rows));
		  tcase_add_test(tc, the_first_host_that_takes_it_decides_for_the_domain);
		  tcase_add_test(tc, behind_a_host_that_refuses_ehlo_for_good_no_other_is_tried);
		  tcase_add_test(tc, everything_has_a_name);)
