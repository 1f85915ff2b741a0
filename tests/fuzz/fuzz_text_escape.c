/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Whatever a peer sends, what is printed can neither be read as something else nor do anything. */
#include <string.h>

#include "base/text.h"
#include "fuzz.h"

#define CEILING 4096U
#define MAX_CHARS 200U

static void check_inert(const struct text *text) {
	static const char *const words[] = {
		"OK", "WARNING", "CRITICAL", "UNKNOWN", "UP", "DOWN", "PENDING"};
	FUZZ_REQUIRE(strlen(text->at) == text->len);
	FUZZ_REQUIRE(strpbrk(text->at, "|<>$\r\n\t\x1b\x7f") == NULL);
	FUZZ_REQUIRE(strstr(text->at, "\\n") == NULL && strstr(text->at, "\\t") == NULL);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		char square[16];
		char round[16];
		(void)snprintf(square, sizeof square, "[%s]", words[i]);
		(void)snprintf(round, sizeof round, "(%s)", words[i]);
		FUZZ_REQUIRE(strstr(text->at, square) == NULL && strstr(text->at, round) == NULL);
	}
}

static void check_printable(const struct text *text) {
	for (size_t i = 0; i < text->len; i++) {
		FUZZ_REQUIRE(text->at[i] >= 0x20 && text->at[i] < 0x7F);
	}
}

/* Nothing that ends a JSON string, and only escapes of the form \uXXXX. */
static void check_json(const struct text *text) {
	FUZZ_REQUIRE(strpbrk(text->at, "\"\r\n\t\x1b\x7f") == NULL);
	for (const char *at = strchr(text->at, '\\'); at != NULL; at = strchr(at + 1, '\\')) {
		FUZZ_REQUIRE(at[1] == 'u' && strspn(at + 2, "0123456789abcdef") >= 4);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct arena *arena = fuzz_arena();
	struct span bytes = {data, size};
	struct text plugin = text_new(arena, CEILING);
	text_add_escaped(&plugin, TEXT_PLUGIN, bytes, MAX_CHARS);
	check_inert(&plugin);
	FUZZ_REQUIRE(plugin.len <= 4 * MAX_CHARS + 3);
	struct text finger = text_new(arena, CEILING);
	text_add_escaped(&finger, TEXT_FINGER, bytes, MAX_CHARS);
	check_printable(&finger);
	FUZZ_REQUIRE(finger.len == (size > MAX_CHARS ? MAX_CHARS + 3 : size));
	struct text json = text_new(arena, CEILING);
	(void)text_add_escaped(&json, TEXT_JSON, bytes, MAX_CHARS);
	check_json(&json);
	FUZZ_REQUIRE(json.len <= 12 * MAX_CHARS + 3);
	struct text hex = text_new(arena, CEILING);
	text_add_hex(&hex, bytes, ':');
	FUZZ_REQUIRE(hex.len <= CEILING);
	arena_free(arena);
	return 0;
}
