/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The snapshot: what is copied of honest certificates, and that hostile ones do no harm. */
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "tls/tls_internal.h"
#include "tls_peer.h"
#include "unit.h"

static const char *const mx[] = {"mx1.example.test"};

static bool span_is(struct span span, const char *text) {
	return span_equal(span, span_of(text));
}

static const struct tls_spec secure = {
	.level = TLS_LEVEL_SECURE, .report_as = TLS_LEVEL_SECURE, .names = mx, .n_names = 1};

START_TEST(an_honest_chain_is_copied_whole) {
	struct tls_lab lab;
	tls_lab_open(&lab);
	struct tls_settings settings = tls_lab_settings();
	settings.ca_file = tls_lab_file(&lab, "root", PKI_FILE_CHAIN);
	struct tls_meeting *meeting = tls_meet(&lab, &settings, &secure, &(struct tls_server_plan){0});
	const struct tls_facts *facts = meeting->facts;
	tls_part(meeting); /* everything below must have been copied */
	const struct tls_proof *proof = &facts->proof;
	ck_assert(facts->established && !facts->resumed && proof->trusted && proof->anchored);
	ck_assert_str_eq(facts->protocol, "TLSv1.3");
	ck_assert_str_eq(facts->cipher, "TLS_AES_256_GCM_SHA384");
	ck_assert_int_eq(facts->cipher_bits, 256);
	ck_assert_str_eq(facts->group, TLS_LAB_GROUP);
	ck_assert_str_eq(facts->server_signature, "ECDSA (prime256v1)");
	ck_assert_str_eq(facts->server_digest, "SHA256");
	ck_assert_ptr_null(facts->client_signature);
	ck_assert(facts->n_sent == 2 && facts->n_chain == 2);
	ck_assert_uint_eq(proof->n_path, 3);
	const struct tls_cert *leaf = &facts->chain[0];
	ck_assert(span_is(leaf->subject, "/CN=mx1.example.test"));
	ck_assert(span_is(leaf->issuer, "/CN=Test Intermediate"));
	ck_assert(span_is(leaf->subject_cn, "mx1.example.test"));
	ck_assert(span_is(leaf->issuer_cn, "Test Intermediate"));
	ck_assert_uint_eq(leaf->n_names, 5);
	ck_assert_uint_eq(leaf->n_names_sent, 5);
	ck_assert(span_is(leaf->names[1], "mx2.example.test"));
	ck_assert_int_eq(leaf->not_after - leaf->not_before, INT64_C(395) * 86400);
	ck_assert_str_eq(leaf->key_type, "EC");
	ck_assert_int_eq(leaf->key_bits, 256);
	ck_assert_str_eq(leaf->signature, "ecdsa-with-SHA256");
	ck_assert(!leaf->sha1_signed && !leaf->self_issued);
	ck_assert(!facts->chain[1].self_issued);
	ck_assert(proof->path[2].self_issued);
	ck_assert_ptr_eq(proof->path[1].der.at, facts->chain[1].der.at);
	for (int selector = 0; selector < 2; selector++) {
		struct tlsa full = tls_lab_record(&lab, "inter", 2, selector, 0);
		struct tlsa sha256 = tls_lab_record(&lab, "inter", 2, selector, 1);
		const struct tls_cert *inter = &facts->chain[1];
		ck_assert(span_equal(selector == 0 ? inter->der : inter->spki, full.data));
		ck_assert(span_equal(inter->digest[selector][0], sha256.data));
		ck_assert(span_equal(inter->fingerprint[selector], sha256.data));
		ck_assert_uint_eq(inter->digest[selector][1].len, 0);
	}
	tls_lab_close(&lab);
}
END_TEST

struct algorithm_case {
	const char *certificate;
	int version;
	const char *signature; /* of the handshake */
	const char *digest;
	const char *key_type;
	int key_bits;
	bool sha1_signed;
};

static const struct algorithm_case algorithm_cases[] = {
	{"rsa2048", 0, "RSA-PSS (2048 bits)", "SHA256", "RSA", 2048, false},
	{"rsa2048", TLS1_2_VERSION, "RSA-PSS (2048 bits)", "SHA256", "RSA", 2048, false},
	{"p384", 0, "ECDSA (secp384r1)", "SHA384", "EC", 384, false},
	{"ed25519", 0, "ED25519", NULL, "ED25519", 256, false},
	{"sha1", 0, "ECDSA (prime256v1)", "SHA256", "EC", 256, true},
};

START_TEST(algorithms_have_the_words_of_posttls_finger) {
	const struct algorithm_case *c = &algorithm_cases[_i];
	struct tls_lab lab;
	tls_lab_open(&lab);
	struct tls_meeting *meeting = tls_meet(&lab, NULL, &secure,
		&(struct tls_server_plan){.certificate = c->certificate, .version = c->version});
	const struct tls_facts *facts = meeting->facts;
	ck_assert_str_eq(facts->server_signature, c->signature);
	if (c->digest == NULL) {
		ck_assert_ptr_null(facts->server_digest);
	} else {
		ck_assert_str_eq(facts->server_digest, c->digest);
	}
	ck_assert_str_eq(facts->chain[0].key_type, c->key_type);
	if (c->key_bits != 256 || c->key_type[1] != 'D') {
		ck_assert_int_eq(facts->chain[0].key_bits, c->key_bits);
	}
	ck_assert_int_eq(facts->chain[0].sha1_signed, c->sha1_signed);
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

START_TEST(sha512_is_computed_only_when_it_can_matter) {
	static const struct {
		const char *records;
		bool wanted;
	} cases[] = {
		{"3 1 1 good", false},
		{"3 1 2 good", true},
		{"3 1 1 good2", true},
		{"2 1 1 inter", false},
	};
	struct tls_lab lab;
	tls_lab_open(&lab);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct tls_spec spec = secure;
		spec.level = spec.report_as = TLS_LEVEL_DANE;
		spec.tlsa = tls_lab_records(&lab, cases[i].records, &spec.n_tlsa);
		struct tls_meeting *meeting = tls_meet(&lab, NULL, &spec, &(struct tls_server_plan){0});
		struct tlsa expected = tls_lab_record(&lab, "good", 3, 1, 2);
		struct span digest = meeting->facts->chain[0].digest[1][1];
		ck_assert_msg(cases[i].wanted ? span_equal(digest, expected.data) : digest.len == 0, "%s",
			cases[i].records);
		tls_part(meeting);
	}
	tls_lab_close(&lab);
}
END_TEST

START_TEST(records_the_library_refuses_are_told_with_a_reason) {
	static const struct {
		struct tlsa record;
		const char *reason;
	} cases[] = {
		{{.usage = 3, .selector = 1, .matching = 0, .data = {(const uint8_t *)"\x30\x00", 2}},
			"no public key"},
		{{.usage = 2, .selector = 0, .matching = 0, .data = {(const uint8_t *)"x", 1}},
			"no certificate"},
		{{.usage = 3, .selector = 1, .matching = 1, .data = {(const uint8_t *)"short", 5}},
			"wrong length"},
		{{.usage = 3, .selector = 2, .matching = 1, .data = {(const uint8_t *)"x", 1}}, "selector"},
		{{.usage = 3, .selector = 1, .matching = 9, .data = {(const uint8_t *)"x", 1}},
			"matching type"},
	};
	struct tls_lab lab;
	tls_lab_open(&lab);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct tlsa records[2] = {cases[i].record, tls_lab_record(&lab, "good", 3, 1, 1)};
		struct tls_spec spec = secure;
		spec.level = spec.report_as = TLS_LEVEL_DANE;
		spec.tlsa = records;
		for (spec.n_tlsa = 1; spec.n_tlsa <= 2; spec.n_tlsa++) {
			struct tls_meeting *meeting = tls_meet(&lab, NULL, &spec, &(struct tls_server_plan){0});
			const struct tls_proof *proof = &meeting->facts->proof;
			const char *why = proof->refused[0];
			ck_assert_uint_eq(proof->n_refused, 1);
			ck_assert_msg(strstr(why, cases[i].reason) != NULL, "%s", why);
			ck_assert_uint_eq(proof->n_usable, spec.n_tlsa - 1);
			bool fine = spec.n_tlsa == 2;
			ck_assert_int_eq(proof->status, fine ? TLS_STATUS_VERIFIED : TLS_STATUS_UNTRUSTED);
			tls_part(meeting);
		}
	}
	tls_lab_close(&lab);
}
END_TEST

/* --- hostile certificates, read without a handshake --- */

struct desk {
	struct tls_lab lab;
	struct tls_context *context;
	struct tls tls;
	X509 *certificate;
};

static void desk_open(struct desk *desk) {
	static struct tls_settings settings;
	tls_lab_open(&desk->lab);
	settings = tls_lab_settings();
	struct err err = {0};
	desk->context = tls_context_new(desk->lab.arena, &settings, NULL, &err);
	ck_assert_msg(desk->context != NULL, "%s", err.text);
	desk->tls = (struct tls){.context = desk->context, .arena = desk->lab.arena};
	desk->certificate = X509_dup(pki_find(desk->lab.pki, "good")->leaf);
}

/* What a peer could have sent: signed again, encoded, decoded. */
static struct tls_cert desk_read(struct desk *desk) {
	ck_assert_int_gt(
		X509_sign(desk->certificate, pki_find(desk->lab.pki, "inter")->key, EVP_sha256()), 0);
	unsigned char *der = NULL;
	int len = i2d_X509(desk->certificate, &der);
	const unsigned char *at = der;
	X509 *received = d2i_X509(NULL, &at, len);
	ck_assert_ptr_nonnull(received);
	struct tls_cert cert = tls_cert_read(&desk->tls, received, TLS_CERT_LEAF);
	ck_assert(span_equal(cert.der, (struct span){der, (size_t)len}));
	X509_free(received);
	OPENSSL_free(der);
	return cert;
}

static void desk_close(struct desk *desk) {
	X509_free(desk->certificate);
	tls_context_free(desk->context);
	tls_lab_close(&desk->lab);
}

static void set_names(X509 *certificate, int n, const char *name, int len) {
	GENERAL_NAMES *all = GENERAL_NAMES_new();
	for (int i = 0; i < n; i++) {
		ASN1_IA5STRING *text = ASN1_IA5STRING_new();
		ASN1_STRING_set(text, name, len);
		GENERAL_NAME *one = GENERAL_NAME_new();
		GENERAL_NAME_set0_value(one, GEN_DNS, text);
		sk_GENERAL_NAME_push(all, one);
	}
	ck_assert_int_eq(
		X509_add1_ext_i2d(certificate, NID_subject_alt_name, all, 0, X509V3_ADD_REPLACE), 1);
	GENERAL_NAMES_free(all);
}

START_TEST(names_are_bounded_in_number_and_length) {
	static char longest[5000];
	struct desk desk;
	desk_open(&desk);
	memset(longest, 'n', sizeof longest);
	set_names(desk.certificate, 1000, longest, 20);
	struct tls_cert cert = desk_read(&desk);
	ck_assert_uint_eq(cert.n_names, TLS_NAMES_MAX);
	ck_assert_uint_eq(cert.n_names_sent, 1000);
	set_names(desk.certificate, 2, longest, sizeof longest);
	cert = desk_read(&desk);
	ck_assert_uint_eq(cert.n_names, 2);
	ck_assert_uint_eq(cert.names[1].len, TLS_NAME_OCTETS_MAX);
	set_names(desk.certificate, 1, "mx1.example.test\0.evil.test", 27);
	cert = desk_read(&desk);
	ck_assert_uint_eq(cert.names[0].len, 27);
	set_names(desk.certificate, 1, "", 0);
	cert = desk_read(&desk);
	ck_assert_uint_eq(cert.names[0].len, 0);
	desk_close(&desk);
}
END_TEST

struct subject_case {
	const char *value; /* NULL: no subject at all */
	int len;
	int type;
	const char *cn;
};

static const struct subject_case subject_cases[] = {
	{NULL, 0, 0, ""},
	{"mx", 2, V_ASN1_UTF8STRING, "mx"},
	{"mx\0evil", 7, V_ASN1_UTF8STRING, ""},
	{"mx\nevil", 7, V_ASN1_UTF8STRING, ""},
	{"mx\x7f", 3, V_ASN1_UTF8STRING, ""},
	{"\0m\0x", 4, V_ASN1_BMPSTRING, "mx"},
	{"m\xe9x", 3, V_ASN1_T61STRING, "m\xc3\xa9x"},
	{"\xc3\xa9|[OK]", 7, V_ASN1_UTF8STRING, "\xc3\xa9|[OK]"},
};

START_TEST(a_common_name_is_text_or_absent) {
	const struct subject_case *c = &subject_cases[_i];
	struct desk desk;
	desk_open(&desk);
	X509_NAME *name = X509_NAME_new();
	if (c->value != NULL) {
		ASN1_STRING *text = ASN1_STRING_type_new(c->type);
		ASN1_STRING_set(text, c->value, c->len);
		X509_NAME_ENTRY *entry = X509_NAME_ENTRY_new();
		X509_NAME_ENTRY_set_object(entry, OBJ_nid2obj(NID_commonName));
		X509_NAME_ENTRY_set_data(entry, c->type, (const unsigned char *)c->value, c->len);
		X509_NAME_add_entry(name, entry, -1, 0);
		X509_NAME_ENTRY_free(entry);
		ASN1_STRING_free(text);
	}
	X509_set_subject_name(desk.certificate, name);
	X509_NAME_free(name);
	struct tls_cert cert = desk_read(&desk);
	ck_assert_msg(span_is(cert.subject_cn, c->cn), "%.*s", (int)cert.subject_cn.len,
		(const char *)cert.subject_cn.at);
	ck_assert_uint_le(cert.subject.len, 255);
	desk_close(&desk);
}
END_TEST

START_TEST(a_huge_subject_is_cut_and_its_common_name_absent) {
	static unsigned char big[20000];
	struct desk desk;
	desk_open(&desk);
	memset(big, 'b', sizeof big);
	X509_NAME *name = X509_NAME_new();
	X509_NAME_ENTRY *entry = X509_NAME_ENTRY_new();
	X509_NAME_ENTRY_set_object(entry, OBJ_nid2obj(NID_commonName));
	X509_NAME_ENTRY_set_data(entry, V_ASN1_UTF8STRING, big, sizeof big);
	X509_NAME_add_entry(name, entry, -1, 0);
	X509_NAME_ENTRY_free(entry);
	X509_set_subject_name(desk.certificate, name);
	X509_NAME_free(name);
	struct tls_cert cert = desk_read(&desk);
	ck_assert_uint_eq(cert.subject_cn.len, 0);
	ck_assert_uint_le(cert.subject.len, 255);
	desk_close(&desk);
}
END_TEST

struct date_case {
	const char *text; /* as in the certificate */
	int type;
	int64_t seconds;
};

static const struct date_case date_cases[] = {
	{"700101000000Z", V_ASN1_UTCTIME, 0},
	{"500101000000Z", V_ASN1_UTCTIME, INT64_C(-631152000)},
	{"491231235959Z", V_ASN1_UTCTIME, INT64_C(2524607999)},
	{"20380119031408Z", V_ASN1_GENERALIZEDTIME, INT64_C(2147483648)},
	{"99991231235959Z", V_ASN1_GENERALIZEDTIME, INT64_C(253402300799)},
	{"00010101000000Z", V_ASN1_GENERALIZEDTIME, INT64_C(-62135596800)},
	{"20240229120000Z", V_ASN1_GENERALIZEDTIME, INT64_C(1709208000)},
	{"20230229120000Z", V_ASN1_GENERALIZEDTIME, 0},
	{"20231301000000Z", V_ASN1_GENERALIZEDTIME, 0},
	{"garbage", V_ASN1_UTCTIME, 0},
	{"", V_ASN1_GENERALIZEDTIME, 0},
};

START_TEST(dates_of_any_year_become_seconds) {
	const struct date_case *c = &date_cases[_i];
	ASN1_STRING *time = ASN1_STRING_type_new(c->type);
	ASN1_STRING_set(time, c->text, (int)strlen(c->text));
	ck_assert_int_eq(tls_cert_time(time), c->seconds);
	ASN1_STRING_free(time);
	ck_assert_int_eq(tls_cert_time(NULL), 0);
}
END_TEST

START_TEST(strange_serials_versions_and_missing_extensions_do_no_harm) {
	struct desk desk;
	desk_open(&desk);
	ASN1_INTEGER_set_int64(X509_get_serialNumber(desk.certificate), -1);
	X509_set_version(desk.certificate, 0);
	while (X509_get_ext_count(desk.certificate) > 0) {
		X509_EXTENSION_free(X509_delete_ext(desk.certificate, 0));
	}
	struct tls_cert cert = desk_read(&desk);
	ck_assert_uint_eq(cert.n_names_sent, 0);
	ck_assert_int_eq(cert.key_bits, 256);
	desk_close(&desk);
}
END_TEST

START_TEST(every_damaged_octet_is_survived) {
	struct desk desk;
	desk_open(&desk);
	unsigned char *der = NULL;
	int len = i2d_X509(desk.certificate, &der);
	size_t read = 0;
	for (int i = 0; i < len; i++) {
		static const unsigned char damage[] = {0xff, 0x80, 0x01};
		unsigned char saved = der[i];
		der[i] = (unsigned char)(saved ^ damage[i % 3]);
		struct span guarded = unit_guarded((struct span){der, (size_t)len});
		const unsigned char *at = guarded.at;
		X509 *received = d2i_X509(NULL, &at, len);
		if (received != NULL) {
			(void)tls_cert_read(&desk.tls, received, TLS_CERT_LEAF);
			read++;
		}
		X509_free(received);
		ERR_clear_error();
		der[i] = saved;
	}
	ck_assert_uint_gt(read, 0);
	OPENSSL_free(der);
	desk_close(&desk);
}
END_TEST

/* One case per row of a table. */
#define LOOP(name, table)                                                                          \
	tcase_add_loop_test(tc, name, 0, (int)(sizeof(table) / sizeof((table)[0])))

UNIT_MAIN("tls_facts", tcase_add_test(tc, an_honest_chain_is_copied_whole);
		  LOOP(algorithms_have_the_words_of_posttls_finger, algorithm_cases);
		  tcase_add_test(tc, sha512_is_computed_only_when_it_can_matter);
		  tcase_add_test(tc, records_the_library_refuses_are_told_with_a_reason);
		  tcase_add_test(tc, names_are_bounded_in_number_and_length);
		  LOOP(a_common_name_is_text_or_absent, subject_cases);
		  tcase_add_test(tc, a_huge_subject_is_cut_and_its_common_name_absent);
		  LOOP(dates_of_any_year_become_seconds, date_cases);
		  tcase_add_test(tc, strange_serials_versions_and_missing_extensions_do_no_harm);
		  tcase_add_test(tc, every_damaged_octet_is_survived);)
