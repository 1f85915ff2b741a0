/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Raw public keys in place of certificates (RFC 7250): asked for where nothing is lost by it. With
 * a library that does not know them, nobody asks. */
#include <openssl/err.h>
#include <time.h>

#include "tls_peer.h"
#include "unit.h"

static const char *const mx[] = {"mx1.example.test"};

static struct tls_spec spec_at(enum tls_level level) {
	return (struct tls_spec){.level = level,
		.report_as = level,
		.anonymous = tls_level_must_match(level) ? TLS_ANONYMOUS_NEVER : TLS_ANONYMOUS_LAST,
		.names = mx,
		.n_names = 1,
		.session_peer = "[192.0.2.1]:25"};
}

static void shows_raw_keys(SSL_CTX *server) {
#if OPENSSL_VERSION_NUMBER >= 0x30200000L
	static const unsigned char types[] = {TLSEXT_cert_type_rpk, TLSEXT_cert_type_x509};
	ck_assert_int_eq(SSL_CTX_set1_server_cert_type(server, types, sizeof types), 1);
#else
	(void)server;
#endif
}

struct raw_case {
	const char *what;
	enum tls_raw_keys asked;
	enum tls_level level;
	const char *records;
	const char *fingerprint_of; /* "certificate", "key", NULL: none */
	bool raw;
	enum tls_status status;
	const char *heard[3]; /* in this order */
};

static const struct raw_case raw_cases[] = {
	{"3 1 1", TLS_RAW_KEYS_DANE, TLS_LEVEL_DANE, "3 1 1 good", NULL, true, TLS_STATUS_VERIFIED,
		{"depth: -1,1\n", "raw key: 0,0 ", "matched: DANE raw public key -1,6 "}},
	/* Of a raw key OpenSSL tries every record, of a certificate only those of the best digest. */
	{"several digests", TLS_RAW_KEYS_DANE, TLS_LEVEL_DANE, "3 1 1 good, 3 1 2 good2", NULL, true,
		TLS_STATUS_VERIFIED, {"raw key:", "matched: DANE raw public key -1,6 "}},
	{"the whole key", TLS_RAW_KEYS_DANE, TLS_LEVEL_DANE_ONLY, "3 1 0 good", NULL, true,
		TLS_STATUS_VERIFIED, {"matched: DANE raw public key -1,6 "}},
	{"half a policy", TLS_RAW_KEYS_DANE, TLS_LEVEL_HALF_DANE, "3 1 1 good", NULL, true,
		TLS_STATUS_TRUSTED, {"matched: DANE raw public key -1,6 "}},
	{"a record about the certificate", TLS_RAW_KEYS_DANE, TLS_LEVEL_DANE, "3 1 1 good, 3 0 1 good",
		NULL, false, TLS_STATUS_VERIFIED, {"matched: DANE EE certificate 0,1"}},
	{"a record about the authority", TLS_RAW_KEYS_DANE, TLS_LEVEL_DANE, "3 1 1 good, 2 1 1 inter",
		NULL, false, TLS_STATUS_VERIFIED, {"matched: DANE EE certificate 0,1"}},
	{"an unusable record does not count", TLS_RAW_KEYS_DANE, TLS_LEVEL_DANE,
		"3 1 1 good, 2 9 1 inter", NULL, true, TLS_STATUS_VERIFIED,
		{"matched: DANE raw public key -1,6 "}},
	{"no usable record", TLS_RAW_KEYS_DANE, TLS_LEVEL_DANE, "3 9 1 good", NULL, false,
		TLS_STATUS_UNTRUSTED, {"subject:"}},
	{"another key", TLS_RAW_KEYS_DANE, TLS_LEVEL_DANE, "3 1 1 good2", NULL, true,
		TLS_STATUS_UNTRUSTED,
		{"depth: -1,0\n", "raw key: 0,0 ",
			"unverified: no matching DANE TLSA records dane 65,0 <unknown>"}},
	{"at may only if always", TLS_RAW_KEYS_DANE, TLS_LEVEL_MAY, NULL, NULL, false,
		TLS_STATUS_UNTRUSTED, {"subject:"}},
	{"always at may", TLS_RAW_KEYS_ALWAYS, TLS_LEVEL_MAY, NULL, NULL, true, TLS_STATUS_UNTRUSTED,
		{"raw key: 0,0 ", "established: Untrusted"}},
	{"always at encrypt", TLS_RAW_KEYS_ALWAYS, TLS_LEVEL_ENCRYPT, NULL, NULL, true,
		TLS_STATUS_UNTRUSTED,
		{"server-signature ECDSA (prime256v1 raw public key) server-digest "}},
	{"never at secure", TLS_RAW_KEYS_ALWAYS, TLS_LEVEL_SECURE, NULL, NULL, false,
		TLS_STATUS_UNTRUSTED, {"subject:"}},
	{"a fingerprint of the key", TLS_RAW_KEYS_ALWAYS, TLS_LEVEL_FINGERPRINT, NULL, "key", true,
		TLS_STATUS_VERIFIED, {"raw key: 0,0 ", "matched: fingerprint -1,5 "}},
	{"a fingerprint of the certificate no longer does", TLS_RAW_KEYS_ALWAYS, TLS_LEVEL_FINGERPRINT,
		NULL, "certificate", true, TLS_STATUS_UNTRUSTED, {"unverified: no matching"}},
	{"a fingerprint alone does not ask", TLS_RAW_KEYS_DANE, TLS_LEVEL_FINGERPRINT, NULL,
		"certificate", false, TLS_STATUS_VERIFIED, {"matched: fingerprint 0,5 "}},
	{"never", TLS_RAW_KEYS_NEVER, TLS_LEVEL_DANE, "3 1 1 good", NULL, false, TLS_STATUS_VERIFIED,
		{"matched: DANE EE certificate 0,1"}},
};

static void check_heard(const struct tls_lab *lab, const struct raw_case *c) {
	const char *at = lab->heard.at;
	for (size_t i = 0; i < 3 && c->heard[i] != NULL; i++) {
		at = strstr(at, c->heard[i]);
		ck_assert_msg(at != NULL, "%s: \"%s\" in %s", c->what, c->heard[i], lab->heard.at);
	}
	ck_assert_int_eq(strstr(lab->heard.at, "raw key:") != NULL, c->raw);
	ck_assert_int_eq(strstr(lab->heard.at, "subject:") == NULL, c->raw);
}

static void check_facts(struct tls_lab *lab, const struct tls_facts *facts) {
	uint8_t data[PKI_DATA_MAX];
	size_t len = 0;
	ck_assert(pki_data(lab->pki, "good", PKI_SPKI, 0, data, &len));
	ck_assert(span_equal(facts->raw_key, (struct span){data, len}));
	ck_assert(pki_data(lab->pki, "good", PKI_SPKI, 1, data, &len));
	ck_assert(span_equal(facts->raw_key_digest, (struct span){data, len}));
	ck_assert_uint_eq(facts->n_chain, 0);
	ck_assert_uint_eq(facts->proof.n_path, 0);
}

/* Without a handshake the same comes out. */
static void check_proof(
	struct tls_lab *lab, const struct tls_meeting *meeting, const struct tls_spec *demand) {
	const struct tls_proof *own = &meeting->facts->proof;
	struct err err = {0};
	const struct tls_proof *proof =
		tls_prove(meeting->context, lab->arena, demand, meeting->facts, (int64_t)time(NULL), &err);
	ck_assert_int_eq(proof != NULL, tls_level_is_dane(demand->level));
	if (proof != NULL) {
		ck_assert_int_eq(proof->status, own->status);
		ck_assert_int_eq(proof->matched, own->matched);
		ck_assert_int_eq(proof->matched_depth, own->matched_depth);
		ck_assert_int_eq(proof->trusted, own->trusted);
		ck_assert_uint_eq(proof->n_errors, own->n_errors);
	}
}

START_TEST(a_raw_key_is_asked_for_where_nothing_is_lost_by_it) {
	const struct raw_case *c = &raw_cases[_i];
	if (!tls_has_raw_keys()) {
		return;
	}
	struct tls_lab lab;
	tls_lab_open(&lab);
	struct tls_settings settings = tls_lab_settings();
	settings.raw_keys = c->asked;
	struct tls_spec spec = spec_at(c->level);
	spec.tlsa = tls_lab_records(&lab, c->records, &spec.n_tlsa);
	uint8_t digest[PKI_DATA_MAX];
	struct span fingerprint = {digest, 0};
	if (c->fingerprint_of != NULL) {
		enum pki_part part = strcmp(c->fingerprint_of, "key") == 0 ? PKI_SPKI : PKI_CERT;
		ck_assert(pki_data(lab.pki, "good", part, 1, digest, &fingerprint.len));
		spec.fingerprints = &fingerprint;
		spec.n_fingerprints = 1;
	}
	struct tls_meeting *meeting =
		tls_meet(&lab, &settings, &spec, &(struct tls_server_plan){.adjust = shows_raw_keys});
	const struct tls_facts *facts = meeting->facts;
	ck_assert_msg(facts->established, "%s: %s", c->what, meeting->err.text);
	ck_assert_msg(facts->raw_public_key == c->raw, "%s", c->what);
	ck_assert_msg(facts->proof.status == c->status, "%s: %d", c->what, facts->proof.status);
	ck_assert(facts->certificate_seen);
	check_heard(&lab, c);
	if (c->raw) {
		check_facts(&lab, facts);
		check_proof(&lab, meeting, &spec);
	}
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

START_TEST(a_server_without_raw_keys_shows_its_certificate) {
	struct tls_lab lab;
	tls_lab_open(&lab);
	struct tls_settings settings = tls_lab_settings();
	settings.raw_keys = TLS_RAW_KEYS_ALWAYS;
	struct tls_spec spec = spec_at(TLS_LEVEL_DANE);
	spec.tlsa = tls_lab_records(&lab, "3 1 1 good", &spec.n_tlsa);
	struct tls_meeting *meeting = tls_meet(&lab, &settings, &spec, &(struct tls_server_plan){0});
	ck_assert(meeting->facts->established);
	ck_assert(!meeting->facts->raw_public_key);
	ck_assert_int_eq(meeting->facts->proof.status, TLS_STATUS_VERIFIED);
	ck_assert_int_eq(meeting->facts->proof.matched, TLS_MATCHED_DANE_EE);
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

static int any_client(int fine, X509_STORE_CTX *store) {
	(void)fine;
	(void)store;
	return 1;
}

static void asks_for_raw_keys(SSL_CTX *server) {
	SSL_CTX_set_verify(server, SSL_VERIFY_PEER, any_client);
#if OPENSSL_VERSION_NUMBER >= 0x30200000L
	static const unsigned char types[] = {TLSEXT_cert_type_rpk, TLSEXT_cert_type_x509};
	ck_assert_int_eq(SSL_CTX_set1_client_cert_type(server, types, sizeof types), 1);
#endif
}

static const struct {
	enum tls_raw_keys asked;
	const char *signature;
} own_cases[] = {
	{TLS_RAW_KEYS_DANE, "ECDSA (prime256v1 raw public key)"},
	{TLS_RAW_KEYS_NEVER, "ECDSA (prime256v1)"},
};

START_TEST(our_own_key_is_shown_raw_to_who_wants_that) {
	if (!tls_has_raw_keys()) {
		return;
	}
	struct tls_lab lab;
	tls_lab_open(&lab);
	struct tls_settings settings = tls_lab_settings();
	settings.raw_keys = own_cases[_i].asked;
	settings.cert_file = tls_lab_file(&lab, "good2", PKI_FILE_CHAIN);
	settings.key_file = tls_lab_file(&lab, "good2", PKI_FILE_PRIVATE);
	struct tls_spec spec = spec_at(TLS_LEVEL_MAY);
	struct tls_meeting *meeting =
		tls_meet(&lab, &settings, &spec, &(struct tls_server_plan){.adjust = asks_for_raw_keys});
	ck_assert_msg(meeting->facts->established, "%s", meeting->err.text);
	ck_assert_str_eq(meeting->facts->client_signature, own_cases[_i].signature);
	ck_assert(!meeting->facts->raw_public_key);
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

START_TEST(a_resumed_session_remembers_the_key) {
	if (!tls_has_raw_keys()) {
		return;
	}
	struct tls_lab lab;
	tls_lab_open(&lab);
	struct tls_settings settings = tls_lab_settings();
	settings.raw_keys = TLS_RAW_KEYS_DANE;
	settings.keep_sessions = true;
	struct tls_spec spec = spec_at(TLS_LEVEL_DANE);
	spec.tlsa = tls_lab_records(&lab, "3 1 1 good", &spec.n_tlsa);
	struct tls_meeting *first =
		tls_meet(&lab, &settings, &spec, &(struct tls_server_plan){.adjust = shows_raw_keys});
	tls_talk(first);
	struct tls_meeting *second = tls_meet_again(first, &spec);
	ck_assert(second->facts->resumed);
	ck_assert(second->facts->raw_public_key);
	ck_assert_int_eq(second->facts->proof.status, TLS_STATUS_VERIFIED);
	const char *reused = strstr(lab.heard.at, "reused: ");
	ck_assert_ptr_nonnull(reused);
	ck_assert_ptr_nonnull(strstr(reused, "raw key: "));
	ck_assert_ptr_null(strstr(lab.heard.at, "matched: "));
	tls_part(second);
	tls_part(first);
	tls_lab_close(&lab);
}
END_TEST

/* One case per row of a table. */
#define LOOP(name, table)                                                                          \
	tcase_add_loop_test(tc, name, 0, (int)(sizeof(table) / sizeof((table)[0])))

UNIT_MAIN("tls_raw_key", LOOP(a_raw_key_is_asked_for_where_nothing_is_lost_by_it, raw_cases);
		  LOOP(our_own_key_is_shown_raw_to_who_wants_that, own_cases);
		  tcase_add_test(tc, a_server_without_raw_keys_shows_its_certificate);
		  tcase_add_test(tc, a_resumed_session_remembers_the_key);)
