/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The file, its references, and the parameters that come out of it. */
#include <string.h>

#include "config/macro.h"
#include "config/postfix_params.h"
#include "fuzz.h"

static void require_string(const char *text) {
	FUZZ_REQUIRE(text != NULL && strlen(text) <= MAIN_CF_OCTETS_MAX);
}

static void expand(const struct main_cf *cf, const char *name) {
	const char *value = NULL;
	const char *warning = NULL;
	struct err err = {0};
	bool good = main_cf_value(cf, name, &value, &warning, &err);
	FUZZ_REQUIRE(good == (err.kind == ERR_NONE));
	FUZZ_REQUIRE(good == (warning == NULL));
	if (good && value != NULL) {
		require_string(value);
	}
}

static void evaluate(struct arena *arena, const struct main_cf *cf) {
	struct postfix_params params;
	struct err err = {0};
	bool good = postfix_params_evaluate(&params, arena, cf, "host.example.org", &err);
	FUZZ_REQUIRE(good == (err.kind == ERR_NONE));
	FUZZ_REQUIRE(params.n_warnings <= POSTFIX_WARNINGS_MAX);
	for (size_t i = 0; i < params.n_warnings; i++) {
		require_string(params.warnings[i]);
	}
	if (!good) {
		return;
	}
	FUZZ_REQUIRE(params.line_length_limit >= 512);
	require_string(params.myhostname);
	require_string(params.dnssec_probe);
	for (size_t i = 0; i < params.n_environment; i++) {
		FUZZ_REQUIRE(strchr(params.environment[i], '=') > params.environment[i]);
	}
	for (size_t i = 0; i < params.n_nameservers; i++) {
		FUZZ_REQUIRE(params.nameservers[i][0] != '\0');
	}
	struct tls_settings settings = {0};
	postfix_params_apply(&params, &settings);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct arena *arena = fuzz_arena();
	struct main_cf *cf = main_cf_new(arena);
	struct err err = {0};
	bool good = main_cf_parse(cf, (struct span){data, size}, "main.cf", &err);
	FUZZ_REQUIRE(good == (err.kind == ERR_NONE));
	if (good) {
		expand(cf, "x");
		expand(cf, "myhostname");
		evaluate(arena, cf);
	}
	arena_free(arena);
	return 0;
}
