/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Sessions kept and resumed: which servers hand them out, what they are looked up by, and what is
 * known of the peer afterwards. */
#include <openssl/err.h>

#include "tls_peer.h"
#include "unit.h"

static const char *const mx[] = {"mx1.example.test"};

#define EHLO "mx1.example.test"

static struct tls_spec spec_at(enum tls_level level) {
	return (struct tls_spec){.level = level,
		.report_as = level,
		.anonymous = tls_level_must_match(level) ? TLS_ANONYMOUS_NEVER : TLS_ANONYMOUS_LAST,
		.names = mx,
		.n_names = 1,
		.session_peer = "[192.0.2.1]:25",
		.session_name = span_of(EHLO)};
}

static struct tls_settings keeping(void) {
	struct tls_settings settings = tls_lab_settings();
	settings.keep_sessions = true;
	return settings;
}

/* --- which servers --- */

static void no_tickets(SSL_CTX *server) {
	SSL_CTX_set_options(server, SSL_OP_NO_TICKET);
	SSL_CTX_set_num_tickets(server, 0);
}

static void nothing_kept(SSL_CTX *server) {
	no_tickets(server);
	SSL_CTX_set_session_cache_mode(server, SSL_SESS_CACHE_OFF);
}

static void no_stateless_tickets(SSL_CTX *server) {
	SSL_CTX_set_options(server, SSL_OP_NO_TICKET);
}

struct server_case {
	const char *what;
	struct tls_server_plan plan;
	size_t tickets;
	bool resumed;
	size_t tickets_again;
};

static const struct server_case server_cases[] = {
	{"TLS 1.3 with two tickets", {.version = TLS1_3_VERSION}, 2, true, 1},
	{"TLS 1.3, tickets that are but session ids",
		{.version = TLS1_3_VERSION, .adjust = no_stateless_tickets}, 2, true, 1},
	{"TLS 1.3 without tickets", {.version = TLS1_3_VERSION, .adjust = no_tickets}, 0, false, 0},
	{"TLS 1.2 with tickets", {.version = TLS1_2_VERSION}, 1, true, 0},
	{"TLS 1.2 with session ids only", {.version = TLS1_2_VERSION, .adjust = no_tickets}, 1, true,
		0},
	{"TLS 1.2 without either", {.version = TLS1_2_VERSION, .adjust = nothing_kept}, 0, false, 0},
	{"TLS 1.0", {.version = TLS1_VERSION}, 1, true, 0},
	{"an anonymous server", {.certificate = "anonymous"}, 1, true, 0},
};

START_TEST(the_second_connection_resumes_where_the_server_lets_it) {
	const struct server_case *c = &server_cases[_i];
	struct tls_lab lab;
	tls_lab_open(&lab);
	struct tls_settings settings = keeping();
	struct tls_spec spec = spec_at(TLS_LEVEL_MAY);
	struct tls_meeting *first = tls_meet(&lab, &settings, &spec, &c->plan);
	ck_assert_msg(first->facts->established, "%s: %s", c->what, first->err.text);
	tls_talk(first);
	ck_assert_msg(first->facts->tickets == c->tickets, "%s: %zu", c->what, first->facts->tickets);
	ck_assert_uint_eq(first->facts->n_stored, c->tickets > 0 ? 1 : 0);
	ck_assert(!first->facts->session_offered);
	ck_assert(!first->facts->resumed);
	struct tls_meeting *second = tls_meet_again(first, &spec);
	ck_assert_msg(second->facts->established, "%s: %s", c->what, second->err.text);
	tls_talk(second);
	ck_assert_msg(second->facts->session_offered == (c->tickets > 0), "%s", c->what);
	ck_assert_msg(second->facts->resumed == c->resumed, "%s", c->what);
	if (c->resumed) {
		ck_assert_uint_eq(second->facts->tickets, c->tickets_again);
		ck_assert_uint_eq(second->facts->n_stored, c->tickets_again > 0 ? 1 : 0);
		/* It stays: a third connection may offer it, or what replaced it. */
		struct tls_meeting *third = tls_meet_again(first, &spec);
		ck_assert_msg(third->facts->resumed, "%s", c->what);
		tls_part(third);
	}
	tls_part(second);
	tls_part(first);
	tls_lab_close(&lab);
}
END_TEST

static int refuse_ticket(SSL *ssl, unsigned char *name, unsigned char *iv, EVP_CIPHER_CTX *cipher,
	EVP_MAC_CTX *mac, int encrypting) {
	(void)ssl;
	(void)name;
	(void)iv;
	(void)cipher;
	(void)mac;
	(void)encrypting;
	return 0;
}

START_TEST(a_session_the_server_forgot_was_offered_all_the_same) {
	struct tls_lab lab;
	tls_lab_open(&lab);
	struct tls_settings settings = keeping();
	struct tls_spec spec = spec_at(TLS_LEVEL_MAY);
	struct tls_meeting *first = tls_meet(&lab, &settings, &spec, &(struct tls_server_plan){0});
	tls_talk(first);
	SSL_CTX_set_tlsext_ticket_key_evp_cb(first->server_context, refuse_ticket);
	struct tls_meeting *second = tls_meet_again(first, &spec);
	ck_assert(second->facts->established);
	ck_assert(second->facts->session_offered);
	ck_assert(!second->facts->resumed);
	ck_assert_uint_gt(second->facts->n_chain, 0);
	ck_assert_ptr_null(strstr(lab.heard.at, "reused"));
	tls_part(second);
	tls_part(first);
	tls_lab_close(&lab);
}
END_TEST

/* --- what is told --- */

START_TEST(the_cache_is_told_of_in_posttls_fingers_order) {
	struct tls_lab lab;
	tls_lab_open(&lab);
	struct tls_settings settings = keeping();
	struct tls_spec spec = spec_at(TLS_LEVEL_MAY);
	struct tls_meeting *first = tls_meet(&lab, &settings, &spec, &(struct tls_server_plan){0});
	const char *looking = strstr(lab.heard.at, "cache: [192.0.2.1]:25&");
	ck_assert_ptr_nonnull(looking);
	size_t key_len = strspn(looking + 22, "0123456789ABCDEF");
	ck_assert_uint_eq(key_len, 64);
	ck_assert_ptr_nonnull(strstr(looking + 22 + key_len, " 0,0\n"));
	ck_assert_ptr_null(strstr(looking + 22, "cache:"));
	text_truncate(&lab.heard, 0);
	tls_talk(first);
	const char *saved = strstr(lab.heard.at, "cache:");
	ck_assert_ptr_nonnull(saved);
	ck_assert_ptr_nonnull(strstr(saved, " 2,0\n"));
	ck_assert_msg(strstr(saved + 1, "cache:") == NULL, "only one is kept: %s", lab.heard.at);

	struct tls_meeting *second = tls_meet_again(first, &spec);
	const char *reloaded = strstr(strstr(lab.heard.at, "cache:") + 1, "cache:");
	ck_assert_ptr_nonnull(reloaded);
	ck_assert_ptr_nonnull(strstr(reloaded, " 1,0\n"));
	const char *reused = strstr(reloaded, "reused: 0,0\n");
	ck_assert_ptr_nonnull(reused);
	/* The chain is that of the first handshake; nobody signed anything. */
	ck_assert_ptr_nonnull(strstr(reused, "subject: 0,0 mx1.example.test"));
	ck_assert_msg(strstr(reused, "established: Untrusted TLSv1.3 TLS_AES_256_GCM_SHA384  "
								 "key-exchange " TLS_LAB_GROUP " 256,256\n") != NULL,
		"%s", reused);
	ck_assert_uint_gt(second->facts->n_chain, 0);
	tls_part(second);
	tls_part(first);
	tls_lab_close(&lab);
}
END_TEST

struct peer_case {
	const char *what;
	enum tls_level level;
	const char *certificate;
	const char *records;
	bool with_ca;
	enum tls_status status;
	const char *heard; /* of the second connection */
};

static const struct peer_case peer_cases[] = {
	{"a match", TLS_LEVEL_DANE, "good", "3 1 1 good", false, TLS_STATUS_VERIFIED, "reused: "},
	{"no match", TLS_LEVEL_DANE, "good", "3 1 1 good2", false, TLS_STATUS_UNTRUSTED,
		"reused untrusted: no matching DANE TLSA records dane 65,0"},
	{"half a match", TLS_LEVEL_HALF_DANE, "good", "3 1 1 good", false, TLS_STATUS_TRUSTED,
		"reused: "},
	{"nothing to match", TLS_LEVEL_DANE_ONLY, "good", "3 9 1 good", false, TLS_STATUS_UNTRUSTED,
		"reused untrusted: unspecified certificate verification error dane-only 1,0"},
	{"untrusted at secure", TLS_LEVEL_SECURE, "good", NULL, false, TLS_STATUS_UNTRUSTED,
		"reused untrusted: unable to get local issuer certificate secure 20,0"},
	{"only the name is wrong", TLS_LEVEL_SECURE, "wrongname", NULL, true, TLS_STATUS_TRUSTED,
		"reused untrusted: hostname mismatch secure 62,0"},
	{"untrusted, of which the name hides nothing", TLS_LEVEL_SECURE, "wrongname", NULL, false,
		TLS_STATUS_UNTRUSTED, "reused untrusted: unable to get local issuer certificate secure 20"},
	{"verified at secure", TLS_LEVEL_SECURE, "good", NULL, true, TLS_STATUS_VERIFIED, "reused: "},
	{"untrusted where nothing is demanded", TLS_LEVEL_MAY, "good", NULL, false,
		TLS_STATUS_UNTRUSTED, "reused untrusted: unable to get local issuer certificate 20,0"},
	{"anonymous", TLS_LEVEL_MAY, "anonymous", NULL, false, TLS_STATUS_ANONYMOUS, "reused: "},
};

START_TEST(a_resumed_session_proves_what_the_first_one_did) {
	const struct peer_case *c = &peer_cases[_i];
	struct tls_lab lab;
	tls_lab_open(&lab);
	struct tls_settings settings = keeping();
	settings.ca_file = c->with_ca ? tls_lab_file(&lab, "root", PKI_FILE_CHAIN) : NULL;
	struct tls_spec spec = spec_at(c->level);
	spec.tlsa = tls_lab_records(&lab, c->records, &spec.n_tlsa);
	struct tls_meeting *first =
		tls_meet(&lab, &settings, &spec, &(struct tls_server_plan){.certificate = c->certificate});
	tls_talk(first);
	ck_assert_msg(first->facts->proof.status == c->status, "%s: first %d", c->what,
		first->facts->proof.status);
	struct tls_meeting *second = tls_meet_again(first, &spec);
	ck_assert_msg(second->facts->resumed, "%s", c->what);
	ck_assert_msg(second->facts->proof.status == c->status, "%s: second %d", c->what,
		second->facts->proof.status);
	ck_assert_int_eq(second->facts->proof.trusted, first->facts->proof.trusted);
	ck_assert_int_eq(second->facts->proof.matched, TLS_MATCHED_NOTHING);
	ck_assert_int_eq(second->facts->proof.matched_depth, -1);
	ck_assert_msg(strstr(lab.heard.at, c->heard) != NULL, "%s: %s", c->what, lab.heard.at);
	ck_assert_ptr_null(strstr(lab.heard.at, "matched: "));
	ck_assert_ptr_null(strstr(lab.heard.at, "peername: "));
	ck_assert_ptr_null(strstr(lab.heard.at, "unverified: "));
	bool untrusted = strncmp(c->heard, "reused untrusted", 16) == 0;
	ck_assert_int_eq(strstr(lab.heard.at, "reused untrusted") != NULL, untrusted);
	tls_part(second);
	tls_part(first);
	tls_lab_close(&lab);
}
END_TEST

/* --- what it is looked up by --- */

struct other_case {
	const char *what;
	bool found;
	struct tls_spec spec; /* level 0: as at first */
	const char *records;
	const char *ehlo;
};

#define RECORDS "3 1 1 good, 3 1 1 good2"

static const char *const other_names[] = {"mx2.example.test"};

static const struct other_case other_cases[] = {
	{"the same again", true, {.level = TLS_LEVEL_DANE}, RECORDS, EHLO},
	{"the records in another order", true, {.level = TLS_LEVEL_DANE}, "3 1 1 good2, 3 1 1 good",
		EHLO},
	{"other records", false, {.level = TLS_LEVEL_DANE}, "3 1 1 good", EHLO},
	{"one record twice", false, {.level = TLS_LEVEL_DANE}, "3 1 1 good, 3 1 1 good", EHLO},
	{"another server behind the same address", false, {.level = TLS_LEVEL_DANE}, RECORDS,
		"mx2.example.test"},
	{"a server that gave no name", false, {.level = TLS_LEVEL_DANE}, RECORDS, ""},
	{"another level", false, {.level = TLS_LEVEL_HALF_DANE}, RECORDS, EHLO},
	{"another server name", false, {.level = TLS_LEVEL_DANE, .sni = "mx1.example.test"}, RECORDS,
		EHLO},
	{"another address", false, {.level = TLS_LEVEL_DANE, .session_peer = "[192.0.2.2]:25"}, RECORDS,
		EHLO},
	{"another port", false, {.level = TLS_LEVEL_DANE, .session_peer = "[192.0.2.1]:26"}, RECORDS,
		EHLO},
	{"other reference names", false, {.level = TLS_LEVEL_DANE, .names = other_names}, RECORDS,
		EHLO},
	{"one key type", false, {.level = TLS_LEVEL_DANE, .key_type = TLS_KEY_ECDSA}, RECORDS, EHLO},
};

START_TEST(a_session_is_found_by_address_name_and_policy) {
	const struct other_case *c = &other_cases[_i];
	struct tls_lab lab;
	tls_lab_open(&lab);
	struct tls_settings settings = keeping();
	struct tls_spec spec = spec_at(TLS_LEVEL_DANE);
	spec.tlsa = tls_lab_records(&lab, RECORDS, &spec.n_tlsa);
	struct tls_meeting *first = tls_meet(&lab, &settings, &spec, &(struct tls_server_plan){0});
	tls_talk(first);
	struct tls_spec other = spec_at(c->spec.level);
	other.tlsa = tls_lab_records(&lab, c->records, &other.n_tlsa);
	other.session_name = span_of(c->ehlo);
	other.sni = c->spec.sni;
	other.key_type = c->spec.key_type;
	other.names = c->spec.names != NULL ? c->spec.names : mx;
	other.session_peer = c->spec.session_peer != NULL ? c->spec.session_peer : spec.session_peer;
	struct tls_meeting *second = tls_meet_again(first, &other);
	ck_assert_msg(second->facts->session_offered == c->found, "%s", c->what);
	ck_assert_int_eq(second->facts->resumed, c->found);
	tls_part(second);
	tls_part(first);
	tls_lab_close(&lab);
}
END_TEST

START_TEST(nothing_is_kept_unless_it_is_wanted) {
	struct tls_lab lab;
	tls_lab_open(&lab);
	struct tls_settings settings = keeping();
	for (int i = 0; i < 2; i++) {
		struct tls_spec spec = spec_at(TLS_LEVEL_MAY);
		settings.keep_sessions = i == 1;
		spec.session_peer = i == 1 ? NULL : spec.session_peer;
		struct tls_meeting *first = tls_meet(&lab, &settings, &spec, &(struct tls_server_plan){0});
		tls_talk(first);
		ck_assert_uint_eq(first->facts->tickets, 2);
		ck_assert_uint_eq(first->facts->n_stored, 0);
		struct tls_meeting *second = tls_meet_again(first, &spec);
		ck_assert(!second->facts->session_offered);
		ck_assert_ptr_null(strstr(lab.heard.at, "cache:"));
		tls_part(second);
		tls_part(first);
	}
	tls_lab_close(&lab);
}
END_TEST

START_TEST(a_failed_handshake_costs_the_session) {
	struct tls_lab lab;
	tls_lab_open(&lab);
	struct tls_settings settings = keeping();
	struct tls_spec spec = spec_at(TLS_LEVEL_MAY);
	struct tls_meeting *first = tls_meet(&lab, &settings, &spec, &(struct tls_server_plan){0});
	tls_talk(first);
	/* It speaks another version now, and so nothing that was offered. */
	SSL_CTX_set_options(first->server_context,
		SSL_OP_NO_TLSv1_3 | SSL_OP_NO_TLSv1_2 | SSL_OP_NO_TLSv1_1 | SSL_OP_NO_TLSv1);
	struct tls_meeting *second = tls_meet_again(first, &spec);
	ck_assert(!second->facts->established);
	ck_assert(second->facts->session_offered);
	const char *failed = strstr(lab.heard.at, "failed: ");
	ck_assert_ptr_nonnull(failed);
	const char *removed = strstr(failed, "cache: [192.0.2.1]:25&");
	ck_assert_ptr_nonnull(removed);
	ck_assert_ptr_nonnull(strstr(removed, " 3,0\n"));
	tls_part(second);
	SSL_CTX_clear_options(first->server_context, SSL_OP_NO_TLSv1_3);
	struct tls_meeting *third = tls_meet_again(first, &spec);
	ck_assert(third->facts->established);
	ck_assert(!third->facts->session_offered);
	tls_part(third);
	tls_part(first);
	tls_lab_close(&lab);
}
END_TEST

START_TEST(a_handshake_nobody_waited_for_costs_the_session_too) {
	struct tls_lab lab;
	tls_lab_open(&lab);
	struct tls_settings settings = keeping();
	struct tls_spec spec = spec_at(TLS_LEVEL_MAY);
	struct tls_meeting *first = tls_meet(&lab, &settings, &spec, &(struct tls_server_plan){0});
	tls_talk(first);
	struct tls_listener silent = {.pass = 1};
	struct tls *late =
		tls_new(first->context, lab.arena, &spec, first->fds[0], &silent, &first->err);
	ck_assert(tls_facts_of(late)->session_offered);
	tls_free(late);
	tls_free(late);
	struct tls_meeting *second = tls_meet_again(first, &spec);
	ck_assert(!second->facts->session_offered);
	tls_part(second);
	tls_part(first);
	tls_lab_close(&lab);
}
END_TEST

/* One case per row of a table. */
#define LOOP(name, table)                                                                          \
	tcase_add_loop_test(tc, name, 0, (int)(sizeof(table) / sizeof((table)[0])))

UNIT_MAIN("tls_resume", LOOP(the_second_connection_resumes_where_the_server_lets_it, server_cases);
		  LOOP(a_resumed_session_proves_what_the_first_one_did, peer_cases);
		  LOOP(a_session_is_found_by_address_name_and_policy, other_cases);
		  tcase_add_test(tc, a_session_the_server_forgot_was_offered_all_the_same);
		  tcase_add_test(tc, the_cache_is_told_of_in_posttls_fingers_order);
		  tcase_add_test(tc, nothing_is_kept_unless_it_is_wanted);
		  tcase_add_test(tc, a_failed_handshake_costs_the_session);
		  tcase_add_test(tc, a_handshake_nobody_waited_for_costs_the_session_too);)
