/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Any octets as the file of --submit-config, as the URL, and as an answer of the API. */
#include "fuzz.h"
#include "smtp-tls-fleet.d/submit_answer.h"
#include "smtp-tls-fleet.d/submit_body.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct arena *arena = fuzz_arena();
	struct submit_config config;
	struct submit_target target;
	struct err err = {0};
	struct span input = {data, size};
	if (submit_config_parse(&config, arena, input, &err)) {
		FUZZ_REQUIRE(config.ca != NULL && config.host != NULL && config.service != NULL);
		FUZZ_REQUIRE(config.ttl > 0 && config.patience > 0);
		FUZZ_REQUIRE(config.user != NULL || config.cert != NULL);
		struct destination destination = {.name = "example.org"};
		FUZZ_REQUIRE(submit_name(arena, config.host, &destination, 25) != NULL);
	} else {
		FUZZ_REQUIRE(err.kind == ERR_USAGE);
	}
	const char *url =
		arena_printf(arena, "icinga2=https://%s", arena_copy_text(arena, (const char *)data, size));
	if (submit_target_parse(&target, arena, url, NULL)) {
		FUZZ_REQUIRE(target.port > 0 && target.host[0] != '\0');
	}
	struct span status = submit_status(input);
	FUZZ_REQUIRE(status.len <= size);
	FUZZ_REQUIRE(status.len == 0 || (status.at >= data && status.at + status.len <= data + size));
	arena_free(arena);
	return 0;
}
