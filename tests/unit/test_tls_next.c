/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of what will be deployed: each kind, and each reason to refuse one. */
#include <stdio.h>

#include "tls_peer.h"
#include "unit.h"

static struct tls_lab lab;
static struct tls_context *context;

static void set_up(void) {
	struct err err = {0};
	static const struct tls_settings settings = {.habits = &habits_monitor};
	tls_lab_open(&lab);
	context = tls_context_new(lab.arena, &settings, NULL, &err);
	ck_assert_msg(context != NULL, "%s", err.text);
}

static void tear_down(void) {
	tls_context_free(context);
	tls_lab_close(&lab);
}

/* The PEM of these, one behind the other. */
static struct span pem_of(const char *const names[2], const enum pki_file what[2]) {
	char *bytes = arena_alloc(lab.arena, 20000);
	size_t len = 0;
	for (int i = 0; i < 2 && names[i] != NULL; i++) {
		FILE *file = fopen(tls_lab_file(&lab, names[i], what[i]), "r");
		ck_assert(file != NULL);
		len += fread(bytes + len, 1, 20000 - len, file);
		(void)fclose(file);
	}
	return (struct span){(const uint8_t *)bytes, len};
}

static bool read_pem(struct tls_next *next, struct span pem, struct err *err) {
	struct tls_next_file file = {"next.pem", pem};
	return tls_next_read(next, context, lab.arena, &file, err);
}

static const struct {
	const char *names[2];
	enum pki_file what[2];
	enum tls_next_kind kind;
	const char *key_type;
	size_t n_chain;
} good[] = {
	{{"good", NULL}, {PKI_FILE_PRIVATE, 0}, TLS_NEXT_KEY, "EC", 1},
	{{"rsa2048", NULL}, {PKI_FILE_PRIVATE, 0}, TLS_NEXT_KEY, "RSA", 1},
	{{"ed25519", NULL}, {PKI_FILE_PRIVATE, 0}, TLS_NEXT_KEY, "ED25519", 1},
	{{"p384", NULL}, {PKI_FILE_PUBLIC, 0}, TLS_NEXT_KEY, "EC", 1},
	{{"good", NULL}, {PKI_FILE_REQUEST, 0}, TLS_NEXT_REQUEST, "EC", 1},
	{{"good+none", NULL}, {PKI_FILE_CHAIN, 0}, TLS_NEXT_CERTIFICATE, "EC", 1},
	{{"good", NULL}, {PKI_FILE_CHAIN, 0}, TLS_NEXT_CHAIN, "EC", 2},
	{{"good", "good"}, {PKI_FILE_PRIVATE, PKI_FILE_CHAIN}, TLS_NEXT_CHAIN, "EC", 2},
	{{"good", "good"}, {PKI_FILE_PRIVATE, PKI_FILE_REQUEST}, TLS_NEXT_REQUEST, "EC", 1},
	{{"good", NULL}, {PKI_FILE_EMPTY, 0}, TLS_NEXT_EMPTY, NULL, 0},
};

START_TEST(each_kind_of_file_gives_the_key_that_its_record_is_of) {
	struct tls_next next;
	struct err err = {0};
	ck_assert_msg(read_pem(&next, pem_of(good[_i].names, good[_i].what), &err), "%s", err.text);
	ck_assert_int_eq((int)next.kind, (int)good[_i].kind);
	ck_assert_uint_eq(next.shown.n_chain, good[_i].n_chain);
	if (good[_i].kind == TLS_NEXT_EMPTY) {
		return;
	}
	const struct tls_cert *cert = &next.shown.chain[0];
	ck_assert_str_eq(cert->key_type, good[_i].key_type);
	for (int matching = 1; matching <= 2; matching++) {
		struct tlsa record = tls_lab_record(&lab, good[_i].names[0], 3, 1, matching);
		ck_assert(span_equal(record.data, cert->digest[TLSA_SPKI][matching - 1]));
	}
	ck_assert_int_eq(cert->der.len > 0, tls_next_has_certificates(&next));
}
END_TEST

static const struct {
	const char *names[2];
	enum pki_file what[2];
	const char *why;
} bad[] = {
	{{"good", "good2"}, {PKI_FILE_PRIVATE, PKI_FILE_PRIVATE}, "it holds several keys"},
	{{"good2", "good"}, {PKI_FILE_PRIVATE, PKI_FILE_CHAIN}, "is not that of the first certificate"},
};

START_TEST(what_cannot_be_used_is_refused_with_a_reason) {
	struct tls_next next;
	struct err err = {0};
	ck_assert(!read_pem(&next, pem_of(bad[_i].names, bad[_i].what), &err));
	ck_assert_int_eq((int)err.kind, ERR_USAGE);
	ck_assert_int_eq((int)err.about, ERR_ABOUT_NEXT);
	ck_assert_msg(strncmp(err.text, " next.pem: ", 11) == 0, "%s", err.text);
	ck_assert_msg(strstr(err.text, bad[_i].why) != NULL, "%s", err.text);
}
END_TEST

static const struct {
	const char *pem;
	const char *why; /* NULL: empty */
} texts[] = {
	{"", NULL},
	{" \n\r\n\t", NULL},
	{"hello\n", "there is no key, request or certificate in it"},
	{"-----BEGIN PUBLIC KEY-----\n", "damaged or cut off"},
	{"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "cannot be decoded"},
	{"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "cannot be decoded"},
	{"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "cannot be decoded"},
	{"-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n",
		"cannot be decoded"},
	{"-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
		"the private key in it is encrypted: give its public key instead"},
	{"-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"
	 "DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\nAAAA\n"
	 "-----END EC PRIVATE KEY-----\n",
		"the private key in it is encrypted: give its public key instead"},
	{"-----BEGIN DH PARAMETERS-----\nAAAA\n-----END DH PARAMETERS-----\n", "there is no key"},
};

START_TEST(text_that_is_no_pem_is_told_from_an_empty_file) {
	struct tls_next next;
	struct err err = {0};
	bool fine = read_pem(&next, span_of(texts[_i].pem), &err);
	ck_assert_int_eq(fine, texts[_i].why == NULL);
	if (texts[_i].why != NULL) {
		ck_assert_msg(strstr(err.text, texts[_i].why) != NULL, "%s", err.text);
	} else {
		ck_assert_int_eq((int)next.kind, TLS_NEXT_EMPTY);
	}
}
END_TEST

UNIT_MAIN("tls_next", tcase_add_checked_fixture(tc, set_up, tear_down); tcase_add_loop_test(tc,
	each_kind_of_file_gives_the_key_that_its_record_is_of, 0, (int)(sizeof good / sizeof *good));
		  tcase_add_loop_test(
			  tc, what_cannot_be_used_is_refused_with_a_reason, 0, (int)(sizeof bad / sizeof *bad));
		  tcase_add_loop_test(tc, text_that_is_no_pem_is_told_from_an_empty_file, 0,
			  (int)(sizeof texts / sizeof *texts));)
