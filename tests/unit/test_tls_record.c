/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Which record fits which certificate, which digest counts, and what a record that does not fit is.
 */
#include "tls/tls_record.h"

#include "unit.h"

/* Digests of the right length, told apart by their first letter: the certificate at depth 0 has 'a'
 * (SHA-256 of the certificate) to 'f' (the key as a whole), that at depth 1 'A' to 'F'. */
static const char forms[] = "cabfde"; /* [selector][matching] */

static size_t length_of(int matching) {
	static const size_t lengths[] = {90, 32, 64};
	return lengths[matching];
}

static struct span bytes_of(struct arena *arena, char letter, size_t len) {
	uint8_t *at = arena_alloc(arena, len);
	memset(at, letter, len);
	return (struct span){at, len};
}

static struct span form_of(struct arena *arena, int depth, int selector, int matching) {
	int letter = forms[selector * 3 + matching] - (depth == 1 ? 'a' - 'A' : 0);
	return bytes_of(arena, (char)letter, length_of(matching));
}

static struct tls_facts two_certificates(struct arena *arena) {
	struct tls_cert *chain = arena_alloc_array(arena, 2, sizeof *chain);
	for (int i = 0; i < 2; i++) {
		chain[i].der = form_of(arena, i, 0, 0);
		chain[i].spki = form_of(arena, i, 1, 0);
		for (int selector = 0; selector < 2; selector++) {
			chain[i].digest[selector][0] = form_of(arena, i, selector, 1);
			chain[i].digest[selector][1] = form_of(arena, i, selector, 2);
		}
	}
	return (struct tls_facts){.chain = chain, .n_chain = 2};
}

/* "3 1 1 d": its data is that letter, as long as the matching type has it, or as long as said. */
static struct tlsa record_of(struct arena *arena, const char *words, size_t len) {
	struct tlsa record = {.usage = (uint8_t)(words[0] - '0'),
		.selector = (uint8_t)(words[2] - '0'),
		.matching = (uint8_t)(words[4] - '0')};
	record.data = bytes_of(arena, words[6], len > 0 ? len : length_of(record.matching));
	return record;
}

struct record_case {
	const char *record;
	size_t len; /* 0: what the matching type has */
	const char *beside;
	int depth;
	enum tls_miss_kind miss;
	const char *right; /* NULL: as it is */
};

static const struct record_case record_cases[] = {
	{"3 1 1 d", 0, NULL, 0, TLS_MISS_UNSEEN, NULL},
	{"3 0 2 b", 0, NULL, 0, TLS_MISS_UNSEEN, NULL},
	{"3 0 0 c", 0, NULL, 0, TLS_MISS_UNSEEN, NULL},
	{"2 1 1 D", 0, NULL, 1, TLS_MISS_UNSEEN, NULL},
	{"2 0 0 C", 0, NULL, 1, TLS_MISS_UNSEEN, NULL},
	{"3 1 1 x", 0, NULL, -1, TLS_MISS_UNSEEN, NULL},
	/* agility: the same usage and selector, a stronger digest */
	{"3 1 1 d", 0, "3 1 2 x", 0, TLS_MISS_OVERRULED, NULL},
	{"3 1 2 e", 0, "3 1 1 x", 0, TLS_MISS_UNSEEN, NULL},
	{"3 1 1 d", 0, "3 0 2 x", 0, TLS_MISS_UNSEEN, NULL},
	{"3 1 1 d", 0, "2 1 2 x", 0, TLS_MISS_UNSEEN, NULL},
	{"3 1 0 f", 0, "3 1 2 x", 0, TLS_MISS_UNSEEN, NULL},
	/* somebody else's */
	{"3 1 1 D", 0, NULL, -1, TLS_MISS_ISSUER, "2 1 1"},
	{"2 1 1 d", 0, NULL, -1, TLS_MISS_LEAF, "3 1 1"},
	/* written down wrong */
	{"3 1 1 a", 0, NULL, -1, TLS_MISS_SELECTOR, "3 0 1"},
	{"3 0 2 e", 0, NULL, -1, TLS_MISS_SELECTOR, "3 1 2"},
	{"2 0 1 D", 0, NULL, -1, TLS_MISS_SELECTOR, "2 1 1"},
	{"3 1 0 d", 32, NULL, -1, TLS_MISS_MATCHING, "3 1 1"},
	{"3 1 1 e", 64, NULL, -1, TLS_MISS_MATCHING, "3 1 2"},
	{"3 1 1 f", 90, NULL, -1, TLS_MISS_MATCHING, "3 1 0"},
	{"3 1 1 e", 32, NULL, -1, TLS_MISS_CUT, "3 1 2"},
	{"3 1 1 d", 20, NULL, -1, TLS_MISS_CUT, "3 1 1"},
	{"3 1 1 d", 4, NULL, -1, TLS_MISS_UNSEEN, NULL},
	{"1 1 1 d", 0, NULL, -1, TLS_MISS_PKIX, "3 1 1"},
	{"0 0 1 A", 0, NULL, -1, TLS_MISS_PKIX, "2 0 1"},
	/* what nobody knows */
	{"9 1 1 x", 0, NULL, -1, TLS_MISS_UNSEEN, NULL},
	{"3 7 1 x", 0, NULL, -1, TLS_MISS_UNSEEN, NULL},
};

START_TEST(records_fit_and_miss_as_the_table_says) {
	const struct record_case *c = &record_cases[_i];
	struct arena *arena = unit_arena();
	const struct tls_facts facts = two_certificates(arena);
	struct tlsa records[2] = {record_of(arena, c->record, c->len)};
	if (c->beside != NULL) {
		records[1] = record_of(arena, c->beside, 0);
	}
	size_t n = c->beside != NULL ? 2 : 1;
	ck_assert_msg(tls_record_depth(&records[0], &facts) == c->depth, "%s", c->record);
	struct tls_miss miss = tls_record_miss(records, n, 0, &facts);
	ck_assert_msg(miss.kind == c->miss, "%s: %d", c->record, miss.kind);
	char right[16];
	snprintf(right, sizeof right, "%u %u %u", miss.usage, miss.selector, miss.matching);
	ck_assert_msg(strncmp(right, c->right != NULL ? c->right : c->record, 5) == 0, "%s: %s",
		c->record, right);
	arena_free(arena);
}
END_TEST

START_TEST(an_unusable_record_overrules_nothing) {
	struct arena *arena = unit_arena();
	struct tlsa records[2] = {record_of(arena, "3 1 1 d", 0), record_of(arena, "3 1 2 e", 0)};
	ck_assert(tls_record_is_overruled(records, 2, 0));
	records[1].unusable = "no data";
	ck_assert(!tls_record_is_overruled(records, 2, 0));
	arena_free(arena);
}
END_TEST

START_TEST(the_digest_of_nothing_is_known) {
	static const uint8_t digest[] =
		"\xe3\xb0\xc4\x42\x98\xfc\x1c\x14\x9a\xfb\xf4\xc8\x99\x6f\xb9\x24\x27\xae\x41\xe4"
		"\x64\x9b\x93\x4c\xa4\x95\x99\x1b\x78\x52\xb8\x55";
	struct arena *arena = unit_arena();
	const struct tls_facts facts = two_certificates(arena);
	const struct tlsa record = {.usage = 3, .selector = 1, .matching = 1, .data = {digest, 32}};
	ck_assert_int_eq(tls_record_miss(&record, 1, 0, &facts).kind, TLS_MISS_NOTHING);
	const struct tls_facts none = {.n_chain = 0};
	ck_assert_int_eq(tls_record_miss(&record, 1, 0, &none).kind, TLS_MISS_NOTHING);
	ck_assert_int_eq(tls_record_depth(&record, &none), -1);
	arena_free(arena);
}
END_TEST

UNIT_MAIN("tls_record", tcase_add_loop_test(tc, records_fit_and_miss_as_the_table_says, 0,
							(int)(sizeof record_cases / sizeof record_cases[0]));
		  tcase_add_test(tc, an_unusable_record_overrules_nothing);
		  tcase_add_test(tc, the_digest_of_nothing_is_known);)
