/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A certificate as a server could send it: whatever OpenSSL decodes, the facts stay in bounds. */
#include <openssl/err.h>

#include "fuzz.h"
#include "tls/tls_internal.h"

#define ONELINE_MAX 255
#define COMMON_NAME_MAX 255

static struct tls_context *shared_context(void) {
	static const struct tls_settings settings = {
		.library_use = TLS_USE_HANDSHAKES, .habits = &habits_monitor};
	static struct tls_context *context;
	if (context == NULL) {
		struct err err = {0};
		context = tls_context_new(fuzz_arena(), &settings, NULL, &err);
		FUZZ_REQUIRE(context != NULL);
	}
	return context;
}

static void check(const struct tls_cert *cert) {
	FUZZ_REQUIRE(cert->n_names <= TLS_NAMES_MAX && cert->n_names <= cert->n_names_sent);
	for (size_t i = 0; i < cert->n_names; i++) {
		FUZZ_REQUIRE(cert->names[i].len <= TLS_NAME_OCTETS_MAX);
	}
	FUZZ_REQUIRE(cert->subject.len <= ONELINE_MAX && cert->issuer.len <= ONELINE_MAX);
	FUZZ_REQUIRE(cert->subject_cn.len <= COMMON_NAME_MAX);
	FUZZ_REQUIRE(cert->issuer_cn.len <= COMMON_NAME_MAX);
	FUZZ_REQUIRE(cert->key_type != NULL && cert->signature != NULL && cert->key_bits >= 0);
	for (int selector = 0; selector < 2; selector++) {
		FUZZ_REQUIRE(cert->digest[selector][0].len == 32 && cert->digest[selector][1].len == 64);
	}
	/* A thousand years either way must not overflow whoever adds days to it. */
	FUZZ_REQUIRE(cert->not_after < INT64_C(1) << 40 && cert->not_after > -(INT64_C(1) << 40));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct arena *arena = fuzz_arena();
	struct tls tls = {.context = shared_context(), .arena = arena};
	const unsigned char *at = data;
	X509 *certificate = d2i_X509(NULL, &at, (long)size);
	if (certificate != NULL) {
		struct tls_cert cert = tls_cert_read(&tls, certificate, TLS_CERT_LEAF);
		tls_cert_digest(&tls, &cert, TLSA_SHA512);
		check(&cert);
	}
	X509_free(certificate);
	ERR_clear_error();
	arena_free(arena);
	return 0;
}
