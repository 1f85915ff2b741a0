/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Any text as each of the small things that are words or addresses: what is accepted reads the same
 * again from what it was printed as, and what is rewritten in place does not grow. */
#include <arpa/inet.h>
#include <string.h>

#include "config/compat_level.h"
#include "dns/host_name.h"
#include "fuzz.h"
#include "http/http.h"
#include "probe/nodes.h"
#include "probe/validation_check.h"
#include "render/finger_words.h"
#include "smtp/postfix_address.h"

static void check_level(const char *text) {
	uint64_t level = 0;
	uint64_t higher = 0;
	char with_patch[256];
	struct err err = {0};
	bool fine = compat_level_parse(text, &level, &err);
	FUZZ_REQUIRE(fine == (err.kind == ERR_NONE));
	if (fine && strlen(text) < 200 && strchr(text, '.') == NULL) {
		(void)snprintf(with_patch, sizeof with_patch, "%s.0.1", text);
		FUZZ_REQUIRE(compat_level_parse(with_patch, &higher, NULL) && higher > level);
	}
}

static void check_address(const char *text) {
	char plain[ADDRESS_TEXT_MAX];
	unsigned char octets[16];
	int family = postfix_address_family(text);
	FUZZ_REQUIRE(family == 0 || family == 4 || family == 6);
	if (family != 0 && postfix_address_plain(text, plain)) {
		FUZZ_REQUIRE(memchr(plain, '\0', sizeof plain) != NULL);
		FUZZ_REQUIRE(inet_pton(family == 4 ? AF_INET : AF_INET6, plain, octets) == 1);
	}
}

static void check_node(const char *text) {
	struct node_address address;
	if (node_address_parse(&address, text, 25)) {
		FUZZ_REQUIRE(address_family_of(text) != 0);
	}
}

/* What is fine is what the C library takes for a name and not for an address. */
static void check_host(const char *text) {
	const char *at = NULL;
	unsigned char octets[16];
	enum host_name_fault fault = host_name_check(text, &at);
	FUZZ_REQUIRE(fault == host_name_check(text, NULL));
	FUZZ_REQUIRE(at == NULL || (at >= text && at <= text + strlen(text)));
	if (fault == HOST_NAME_FINE) {
		FUZZ_REQUIRE(*text != '\0' && strlen(text) <= 255 && strstr(text, "..") == NULL);
		FUZZ_REQUIRE(inet_pton(AF_INET, text, octets) != 1 && strchr(text, ':') == NULL);
	}
}

static void check_question(struct arena *arena, const char *text) {
	struct dns_question question = {.name = NULL};
	struct err err = {0};
	bool fine = validation_check_parse(&question, arena, text, &err);
	FUZZ_REQUIRE(fine == (err.kind == ERR_NONE));
	FUZZ_REQUIRE(!fine || (question.name != NULL && question.type != 0));
}

static void check_finger_words(const char *text) {
	unsigned show = 0;
	struct span unknown = {NULL, 0};
	if (!finger_words_parse(&show, text, &unknown)) {
		const char *at = (const char *)unknown.at;
		FUZZ_REQUIRE(show == 0 && unknown.len > 0);
		FUZZ_REQUIRE(at >= text && at + unknown.len <= text + strlen(text));
	}
}

static void check_steady(struct arena *arena, const char *text) {
	char *words = arena_copy_string(arena, text);
	http_make_steady(words);
	FUZZ_REQUIRE(strlen(words) <= strlen(text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct arena *arena = fuzz_arena();
	const char *text = arena_copy_text(arena, (const char *)data, size);
	check_level(text);
	check_address(text);
	check_node(text);
	check_host(text);
	check_question(arena, text);
	check_finger_words(text);
	check_steady(arena, text);
	arena_free(arena);
	return 0;
}
