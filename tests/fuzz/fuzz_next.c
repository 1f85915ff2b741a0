/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Any file given as what will be deployed next. */
#include "fuzz.h"
#include "tls/tls_client.h"

static struct tls_context *shared_context(void) {
	static const struct tls_settings settings = {.habits = &habits_monitor};
	static struct tls_context *context;
	if (context == NULL) {
		struct err err = {0};
		context = tls_context_new(fuzz_arena(), &settings, NULL, &err);
		FUZZ_REQUIRE(context != NULL);
	}
	return context;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct tls_context *context = shared_context();
	struct arena *arena = fuzz_arena();
	struct tls_next_file file = {"next.pem", {data, size}};
	struct tls_next next;
	struct err err = {0};
	bool fine = tls_next_read(&next, context, arena, &file, &err);
	FUZZ_REQUIRE(fine == (err.kind == ERR_NONE));
	if (fine && next.kind != TLS_NEXT_EMPTY) {
		FUZZ_REQUIRE(next.shown.n_chain > 0 && next.shown.n_chain <= TLS_CHAIN_FACTS_MAX);
		for (size_t i = 0; i < next.shown.n_chain; i++) {
			const struct tls_cert *cert = &next.shown.chain[i];
			FUZZ_REQUIRE(cert->spki.len > 0 && cert->key_type != NULL);
			FUZZ_REQUIRE(cert->digest[1][0].len == 32 && cert->digest[1][1].len == 64);
			FUZZ_REQUIRE((cert->der.len > 0) == tls_next_has_certificates(&next));
		}
	}
	arena_free(arena);
	return 0;
}
