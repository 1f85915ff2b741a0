/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* An answer from a resolver, parsed as the answer to the question it repeats. */
#include <string.h>

#include "dns/dns_msg.h"
#include "dns/dns_name.h"
#include "fuzz.h"

/* Every name that was read can be asked, and reads the same again. */
static void check_name(const char *name) {
	uint8_t wire[DNS_WIRE_NAME_MAX];
	char again[DNS_NAME_MAX];
	FUZZ_REQUIRE(strlen(name) < DNS_NAME_MAX);
	size_t len = dns_name_write(wire, sizeof wire, name);
	FUZZ_REQUIRE(len > 0);
	struct cursor cursor = cursor_new((struct span){wire, len});
	dns_name_read(&cursor, again);
	FUZZ_REQUIRE(!cursor.failed && cursor.at == len);
	FUZZ_REQUIRE(strcmp(name, again) == 0);
}

static void check_record(const struct dns_record *record, size_t octets) {
	check_name(record->owner);
	if (record->target != NULL) {
		check_name(record->target);
	}
	FUZZ_REQUIRE(record->ttl <= INT32_MAX);
	FUZZ_REQUIRE(record->data.len <= octets);
}

static void check_answer(const struct dns_answer *answer, const struct dns_query *query) {
	FUZZ_REQUIRE(answer->n_aliases <= DNS_ALIASES_MAX);
	FUZZ_REQUIRE(answer->n_records <= dns_records_kept(query->type));
	FUZZ_REQUIRE(answer->extended_error >= -1 && answer->extended_error <= UINT16_MAX);
	const char *name = query->name;
	for (size_t i = 0; i < answer->n_aliases; i++) {
		check_record(&answer->aliases[i], answer->octets);
		FUZZ_REQUIRE(dns_name_equal(answer->aliases[i].owner, name));
		name = answer->aliases[i].target;
	}
	FUZZ_REQUIRE(dns_name_equal(answer->canonical, name));
	for (size_t i = 0; i < answer->n_records; i++) {
		check_record(&answer->records[i], answer->octets);
		FUZZ_REQUIRE(answer->records[i].type == query->type);
		FUZZ_REQUIRE(dns_name_equal(answer->records[i].owner, answer->canonical));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct span message = {data, size};
	struct cursor cursor = cursor_new(message);
	char name[DNS_NAME_MAX];
	(void)cursor_span(&cursor, 12); /* the header */
	dns_name_read(&cursor, name);
	enum dns_type type = (enum dns_type)cursor_u16(&cursor);
	struct dns_query query = {"a.test", DNS_TYPE_A, 0, DNS_CHECKS_ENABLED};
	if (!cursor.failed) {
		query = (struct dns_query){name, type, 0, DNS_CHECKS_ENABLED};
	}
	struct arena *arena = fuzz_arena();
	struct dns_answer answer;
	struct err err = {0};
	bool ok = dns_answer_parse(&answer, arena, message, &query, &err);
	FUZZ_REQUIRE(ok == (err.kind == ERR_NONE));
	if (ok) {
		check_answer(&answer, &query);
	}
	arena_free(arena);
	return 0;
}
