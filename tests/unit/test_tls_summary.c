/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What the summary tells beside the server's certificate: our own signature, names that cannot be
 * used, addresses. */
#include <openssl/err.h>
#include <openssl/x509.h>

#include "tls/tls_internal.h"
#include "tls_peer.h"
#include "unit.h"

/* --- who signed --- */

static int any_client(int fine, X509_STORE_CTX *store) {
	(void)fine;
	(void)store;
	return 1;
}

static void asks_for_certificates(SSL_CTX *server) {
	SSL_CTX_set_verify(server, SSL_VERIFY_PEER, any_client);
}

struct client_case {
	const char *certificate; /* ours */
	int version;
	void (*adjust)(SSL_CTX *server);
	const char *signature;
	const char *digest;
	const char *heard; /* end of the summary */
};

static const struct client_case client_cases[] = {
	{"good2", TLS1_3_VERSION, asks_for_certificates, "ECDSA (prime256v1)", "SHA256",
		"server-digest SHA256 client-signature ECDSA (prime256v1) client-digest SHA256 256,256\n"},
	{"rsa2048", TLS1_3_VERSION, asks_for_certificates, "RSA-PSS (2048 bits)", "SHA256",
		" client-signature RSA-PSS (2048 bits) client-digest SHA256 256,256\n"},
	{"ed25519", TLS1_3_VERSION, asks_for_certificates, "ED25519", NULL,
		" client-signature ED25519 256,256\n"},
	{"good2", TLS1_2_VERSION, asks_for_certificates, "ECDSA (prime256v1)", "SHA256",
		"ECDHE-ECDSA-AES256-GCM-SHA384  256,256\n"},
	{"good2", TLS1_3_VERSION, NULL, NULL, NULL, "server-digest SHA256 256,256\n"},
	{NULL, TLS1_3_VERSION, asks_for_certificates, NULL, NULL, "server-digest SHA256 256,256\n"},
};

START_TEST(our_own_signature_is_told_where_it_was_asked_for) {
	const struct client_case *c = &client_cases[_i];
	struct tls_lab lab;
	tls_lab_open(&lab);
	struct tls_settings settings = tls_lab_settings();
	if (c->certificate != NULL) {
		settings.cert_file = tls_lab_file(&lab, c->certificate, PKI_FILE_CHAIN);
		settings.key_file = tls_lab_file(&lab, c->certificate, PKI_FILE_PRIVATE);
	}
	struct tls_spec spec = {.level = TLS_LEVEL_MAY, .report_as = TLS_LEVEL_MAY};
	struct tls_meeting *meeting = tls_meet(&lab, &settings, &spec,
		&(struct tls_server_plan){.version = c->version, .adjust = c->adjust});
	const struct tls_facts *facts = meeting->facts;
	ck_assert_msg(facts->established, "%s", meeting->err.text);
	ck_assert_int_eq(facts->client_signature != NULL, c->signature != NULL);
	ck_assert_int_eq(facts->client_digest != NULL, c->digest != NULL);
	if (c->signature != NULL) {
		ck_assert_str_eq(facts->client_signature, c->signature);
	}
	const char *established = strstr(lab.heard.at, "established: ");
	ck_assert_msg(strstr(established, c->heard) != NULL, "%s", established);
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

/* --- names --- */

struct name_case {
	const char *bytes;
	size_t len;
	int type;
	const char *used; /* NULL: as none */
	const char *heard;
};

#define BYTES(s) (s), sizeof(s) - 1
#define TWENTY "aaaaaaaaaaaaaaaaaaaa"
#define LONG TWENTY TWENTY TWENTY TWENTY TWENTY TWENTY TWENTY TWENTY TWENTY TWENTY TWENTY TWENTY

static const struct name_case name_cases[] = {
	{BYTES("mx1.example.test"), V_ASN1_UTF8STRING, "mx1.example.test", ""},
	{BYTES("m\xc3\xbcnchen"), V_ASN1_UTF8STRING, "m\xc3\xbcnchen", ""},
	{BYTES("m\xfcnchen"), V_ASN1_T61STRING, "m\xc3\xbcnchen", ""},
	{BYTES("mx1\0\0"), V_ASN1_UTF8STRING, "mx1", ""},
	{BYTES("mx1\0evil"), V_ASN1_UTF8STRING, NULL,
		"warning: NULL character in peer issuer CN tls_text_name 0,0\n"},
	{BYTES("mx1\n"), V_ASN1_UTF8STRING, NULL,
		"warning: non-printable content in peer issuer CN tls_text_name 0,0\n"},
	{BYTES("mx1\x7f"), V_ASN1_UTF8STRING, NULL,
		"warning: non-printable content in peer issuer CN tls_text_name 0,0\n"},
	{BYTES(LONG "123456789012345"), V_ASN1_UTF8STRING, LONG "123456789012345", ""},
	{BYTES(LONG "1234567890123456"), V_ASN1_UTF8STRING, NULL,
		"warning: peer issuer CN too long: 256 tls_text_name 0,0\n"},
	{BYTES("\xff\xfe"), V_ASN1_UTF8STRING, NULL,
		"warning: error decoding peer issuer CN of ASN.1 type=12 tls_text_name 0,0\n"},
};

START_TEST(a_name_that_cannot_be_used_is_warned_of) {
	const struct name_case *c = &name_cases[_i];
	struct tls_lab lab;
	tls_lab_open(&lab);
	struct tls tls = {.arena = lab.arena, .listener = {.trace = tls_lab_trace(&lab)}};
	ASN1_STRING *string = ASN1_STRING_type_new(c->type);
	ASN1_STRING_set(string, c->bytes, (int)c->len);
	X509_NAME_ENTRY *entry = X509_NAME_ENTRY_create_by_NID(
		NULL, NID_commonName, c->type, ASN1_STRING_get0_data(string), (int)c->len);
	X509_NAME *name = X509_NAME_new();
	ck_assert_int_eq(X509_NAME_add_entry(name, entry, -1, 0), 1);
	struct span used = tls_cert_common_name(&tls, name, NID_commonName, "issuer CN");
	ck_assert(span_equal(used, span_of(c->used)));
	ck_assert_str_eq(lab.heard.at, c->heard);
	/* The same of an issuer further up is nobody's business. */
	text_truncate(&lab.heard, 0);
	used = tls_cert_common_name(&tls, name, NID_commonName, NULL);
	ck_assert(span_equal(used, span_of(c->used)));
	ck_assert_str_eq(lab.heard.at, "");
	X509_NAME_ENTRY_free(entry);
	X509_NAME_free(name);
	ASN1_STRING_free(string);
	ERR_clear_error();
	tls_lab_close(&lab);
}
END_TEST

/* --- verification --- */

struct verify_case {
	const char *what;
	enum tls_level level;
	const char *names;
	const char *certificate;
	enum tls_status status;
	const char *heard;
	const char *unheard;
};

static const struct verify_case verify_cases[] = {
	{"a wrong address is no wrong name", TLS_LEVEL_SECURE, "192.0.2.1", "good",
		TLS_STATUS_UNTRUSTED, "unverified: IP address mismatch secure 64,0", "peername: "},
	{"no name at all", TLS_LEVEL_SECURE, ".", "good", TLS_STATUS_UNTRUSTED,
		"unverified: unspecified certificate verification error secure 1,0", "depth: "},
	{"the name that matched stands in for the common one", TLS_LEVEL_SECURE, "mx1.example.test",
		"nameless", TLS_STATUS_VERIFIED, "subject: 0,0 mx1.example.test Test Intermediate",
		"unverified"},
	{"also of a chain that leads nowhere", TLS_LEVEL_VERIFY, "mx1.example.test", "lost",
		TLS_STATUS_UNTRUSTED, "subject: 0,0 mx1.example.test Test Intermediate", "peername"},
};

static void make_nameless(struct tls_lab *lab, const char *name, const char *spec) {
	const char *why = NULL;
	ck_assert(pki_define(lab->pki, spec, &why));
	X509 *leaf = pki_find(lab->pki, name)->leaf;
	X509_NAME *nobody = X509_NAME_new();
	ck_assert_int_eq(X509_set_subject_name(leaf, nobody), 1);
	X509_NAME_free(nobody);
	ck_assert_int_gt(X509_sign(leaf, pki_find(lab->pki, "inter")->key, EVP_sha256()), 0);
}

START_TEST(verification_is_summed_up_as_posttls_finger_does) {
	const struct verify_case *c = &verify_cases[_i];
	struct tls_lab lab;
	tls_lab_open(&lab);
	make_nameless(&lab, "nameless", "nameless san=mx1.example.test");
	make_nameless(&lab, "lost", "lost san=mx1.example.test chain=none");
	struct tls_settings settings = tls_lab_settings();
	settings.ca_file = tls_lab_file(&lab, "root", PKI_FILE_CHAIN);
	struct tls_spec spec = {.level = c->level, .report_as = c->level};
	spec.names = tls_lab_names(&lab, c->names, &spec.n_names);
	struct tls_meeting *meeting =
		tls_meet(&lab, &settings, &spec, &(struct tls_server_plan){.certificate = c->certificate});
	ck_assert_msg(meeting->facts->established, "%s", meeting->err.text);
	ck_assert_msg(meeting->facts->proof.status == c->status, "%s", c->what);
	ck_assert_msg(strstr(lab.heard.at, c->heard) != NULL, "%s: %s", c->what, lab.heard.at);
	ck_assert_msg(strstr(lab.heard.at, c->unheard) == NULL, "%s: %s", c->what, lab.heard.at);
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

/* One case per row of a table. */
#define LOOP(name, table)                                                                          \
	tcase_add_loop_test(tc, name, 0, (int)(sizeof(table) / sizeof((table)[0])))

UNIT_MAIN("tls_summary", LOOP(our_own_signature_is_told_where_it_was_asked_for, client_cases);
		  LOOP(a_name_that_cannot_be_used_is_warned_of, name_cases);
		  LOOP(verification_is_summed_up_as_posttls_finger_does, verify_cases);)
