/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole conversation: the server says what the input says, in clear and inside TLS, and its
 * handshake is damaged as the input says. Whatever comes of it is printed as it should be, and is
 * OK only when a handshake came to its end and the record was that of the server's key.
 *
 * octet 0: 1 wrong record, 2 STARTTLS and TLS 1.3, 4 TLS 1.2 only, 8 wrapper mode, 16 all nodes and
 * certificate types, 32 -vvv, 64 another connection, 128 hangs up at the end. Octet 1: level (of 4)
 * and damages (of 8, above them), each: two octets of place, kind, value. Then the script. */
#include "../fake/table_resolver.h"
#include "fuzz.h"
#include "whole.h"

static const enum tls_level levels[] = {
	TLS_LEVEL_DANE_ONLY, TLS_LEVEL_DANE, TLS_LEVEL_SECURE, TLS_LEVEL_ENCRYPT};

static SSL_CTX *tls_of(unsigned flags) {
	if ((flags & 4U) != 0) {
		return peer_tls("good", TLS1_2_VERSION);
	}
	return (flags & 2U) != 0 ? peer_tls("good", 0) : NULL;
}

static void read_damage(struct peer_plan *plan, struct cursor *cursor, size_t n) {
	for (size_t i = 0; i < n && i < PEER_DAMAGE_MAX; i++) {
		size_t at = cursor_u16(cursor);
		enum peer_damage_how how = (enum peer_damage_how)(cursor_u8(cursor) % PEER_DAMAGE_HOWS);
		plan->damage[plan->n_damage++] = (struct peer_damage){at, how, cursor_u8(cursor)};
	}
}

static struct resolver *new_resolver(struct arena *arena, const char *certificate) {
	struct text record = text_new(arena, 200);
	text_add(&record, "3 1 1 ");
	text_add_hex(&record, peer_key_digest(certificate), '\0');
	const struct table_row rows[] = {
		{.name = WHOLE_DOMAIN, .type = DNS_TYPE_MX, .data = "10 " WHOLE_HOST, .secure = true},
		{.name = WHOLE_HOST, .type = DNS_TYPE_A, .data = "192.0.2.1", .secure = true},
		{.name = "_25._tcp." WHOLE_HOST, .type = DNS_TYPE_TLSA, .data = record.at, .secure = true},
		{.name = ".", .type = DNS_TYPE_NS, .data = "a.test", .secure = true}, {.name = NULL}};
	struct table_row *kept = arena_alloc(arena, sizeof rows);
	memcpy(kept, rows, sizeof rows);
	return table_resolver_new(arena, kept);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	whole_prepare();
	struct cursor cursor = cursor_new((struct span){data, size});
	unsigned flags = cursor_u8(&cursor);
	unsigned second = cursor_u8(&cursor);
	struct peer_plan plan = {
		.tls = tls_of(flags), .wrapper = (flags & 8U) != 0, .hangs_up = (flags & 128U) != 0};
	read_damage(&plan, &cursor, second / 4 % 8);
	plan.script = cursor_span(&cursor, cursor_left(&cursor));
	bool wrong = (flags & 1U) != 0;
	struct arena *arena = fuzz_arena();
	struct whole whole = {.arena = arena,
		.level = levels[second % 4],
		.wrapper = plan.wrapper,
		.scope = (flags & 16U) != 0 ? SURVEY_ALL : SURVEY_FIRST,
		.key_types = (flags & 16U) != 0,
		.verbose = (flags & 32U) != 0,
		.reconnect = (flags & 64U) != 0,
		.resolver = new_resolver(arena, wrong ? "good2" : "good"),
		.peer = &plan};
	enum state state = whole_run(&whole);
	bool dane = tls_level_is_dane(whole.level);
	FUZZ_REQUIRE(state != STATE_OK || peer_handshakes() > 0);
	FUZZ_REQUIRE(state != STATE_OK || !wrong || !dane);
	FUZZ_REQUIRE(state != STATE_OK || whole.level != TLS_LEVEL_SECURE);
	arena_free(arena);
	return 0;
}
