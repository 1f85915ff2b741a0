/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What is known of a server's types of certificates. */
#include "probe/key_types.h"

#include "unit.h"

static struct tls_cert leaf;

static struct tls_facts facts_of(const char *key_type) {
	struct tls_facts facts = {.established = true};
	if (key_type != NULL) {
		leaf.key_type = key_type;
		facts.chain = &leaf;
		facts.n_chain = facts.n_sent = 1;
	}
	return facts;
}

START_TEST(what_the_first_connection_did_not_show_is_asked_for) {
	static const struct {
		const char *shown;
		enum key_type_outcome rsa, ecdsa, eddsa;
	} firsts[] = {
		{"RSA", KEY_TYPE_NOT_ASKED, KEY_TYPE_UNDETERMINED, KEY_TYPE_UNDETERMINED},
		{"RSA-PSS", KEY_TYPE_NOT_ASKED, KEY_TYPE_UNDETERMINED, KEY_TYPE_UNDETERMINED},
		{"EC", KEY_TYPE_UNDETERMINED, KEY_TYPE_NOT_ASKED, KEY_TYPE_UNDETERMINED},
		{"ED25519", KEY_TYPE_UNDETERMINED, KEY_TYPE_UNDETERMINED, KEY_TYPE_NOT_ASKED},
		{"ED448", KEY_TYPE_UNDETERMINED, KEY_TYPE_UNDETERMINED, KEY_TYPE_NOT_ASKED},
		{"ML-DSA-65", KEY_TYPE_UNDETERMINED, KEY_TYPE_UNDETERMINED, KEY_TYPE_NOT_ASKED},
		{"DSA", KEY_TYPE_UNDETERMINED, KEY_TYPE_UNDETERMINED, KEY_TYPE_UNDETERMINED},
		{NULL, KEY_TYPE_UNDETERMINED, KEY_TYPE_UNDETERMINED, KEY_TYPE_UNDETERMINED},
	};
	for (size_t i = 0; i < sizeof firsts / sizeof *firsts; i++) {
		struct tls_facts facts = facts_of(firsts[i].shown);
		struct result first = {.tls = &facts};
		struct key_type types[TLS_KEY_TYPES] = {0};
		key_types_start(types, &first);
		ck_assert_int_eq(types[TLS_KEY_RSA].outcome, firsts[i].rsa);
		ck_assert_int_eq(types[TLS_KEY_ECDSA].outcome, firsts[i].ecdsa);
		ck_assert_int_eq(types[TLS_KEY_EDDSA].outcome, firsts[i].eddsa);
	}
}
END_TEST

START_TEST(without_tls_and_without_certificates_nothing_is_asked_for) {
	struct tls_facts broken = {.established = false};
	struct tls_facts bare = {.established = true, .raw_public_key = true};
	const struct tls_facts *firsts[] = {NULL, &broken, &bare};
	for (size_t i = 0; i < sizeof firsts / sizeof *firsts; i++) {
		struct result first = {.tls = firsts[i]};
		struct key_type types[TLS_KEY_TYPES] = {0};
		key_types_start(types, &first);
		ck_assert_int_eq(key_types_next(types), TLS_KEY_ANY);
	}
}
END_TEST

START_TEST(a_handshake_tells_what_the_server_has) {
	static const struct {
		enum probe_stage stage;
		enum err_kind err;
		const char *shown; /* "": none; NULL: no TLS */
		bool established;
		enum key_type_outcome outcome;
	} handshakes[] = {
		{PROBE_FINISHED, ERR_NONE, "RSA", true, KEY_TYPE_SHOWN},
		{PROBE_HANDSHAKE, ERR_TLS, "RSA", false, KEY_TYPE_SHOWN},
		{PROBE_HANDSHAKE, ERR_TIMEOUT, "RSA", false, KEY_TYPE_SHOWN},
		{PROBE_QUIT, ERR_NET, "RSA", true, KEY_TYPE_SHOWN},
		{PROBE_HANDSHAKE, ERR_TLS, "", false, KEY_TYPE_NOT_OFFERED},
		{PROBE_HANDSHAKE, ERR_NET, "", false, KEY_TYPE_NOT_OFFERED},
		{PROBE_HANDSHAKE, ERR_TLS, "EC", false, KEY_TYPE_NOT_OFFERED},
		{PROBE_FINISHED, ERR_NONE, "EC", true, KEY_TYPE_NOT_OFFERED},
		{PROBE_FINISHED, ERR_NONE, "", true, KEY_TYPE_NOT_OFFERED},
		{PROBE_HANDSHAKE, ERR_TIMEOUT, "", false, KEY_TYPE_UNDETERMINED},
		{PROBE_HANDSHAKE, ERR_LOCAL, NULL, false, KEY_TYPE_UNDETERMINED},
		{PROBE_CONNECTING, ERR_NET, NULL, false, KEY_TYPE_UNDETERMINED},
		{PROBE_GREETING, ERR_REFUSED, NULL, false, KEY_TYPE_UNDETERMINED},
		{PROBE_FINISHED, ERR_NONE, NULL, false, KEY_TYPE_UNDETERMINED},
	};
	for (size_t i = 0; i < sizeof handshakes / sizeof *handshakes; i++) {
		const char *shown = handshakes[i].shown;
		struct tls_facts first_facts = facts_of("ED25519");
		struct result first = {.tls = &first_facts};
		struct key_type types[TLS_KEY_TYPES] = {0};
		key_types_start(types, &first);
		ck_assert_int_eq(key_types_next(types), TLS_KEY_RSA);
		struct tls_facts facts = facts_of(shown == NULL || *shown == '\0' ? NULL : shown);
		facts.established = handshakes[i].established;
		struct result result = {.stage = handshakes[i].stage, .tls = shown == NULL ? NULL : &facts};
		result.err.kind = handshakes[i].err;
		key_types_note(types, TLS_KEY_RSA, &result);
		ck_assert_int_eq(types[TLS_KEY_RSA].outcome, handshakes[i].outcome);
		/* Whatever came of it, it is not tried again. */
		ck_assert_int_eq(key_types_next(types), TLS_KEY_ECDSA);
	}
}
END_TEST

UNIT_MAIN("key_types", tcase_add_test(tc, what_the_first_connection_did_not_show_is_asked_for);
		  tcase_add_test(tc, without_tls_and_without_certificates_nothing_is_asked_for);
		  tcase_add_test(tc, a_handshake_tells_what_the_server_has);)
