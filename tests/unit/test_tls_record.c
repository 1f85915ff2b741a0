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

/* SHA-1 'p' and 'q', of PEM files 'r' and 's'; at depth 1 in capitals. */
static const struct tls_odd_digests *odd_digests(struct arena *arena, int depth) {
	struct tls_odd_digests *odd = arena_alloc(arena, sizeof *odd);
	int capitals = depth == 1 ? 'a' - 'A' : 0;
	for (int selector = 0; selector < 2; selector++) {
		odd->sha1[selector] = bytes_of(arena, (char)('p' + selector - capitals), 20);
		odd->pem[selector] = bytes_of(arena, (char)('r' + selector - capitals), 32);
	}
	return odd;
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
		chain[i].odd = odd_digests(arena, i);
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
	{"3 1 1 d", 0, NULL, 0, TLS_MISS_NONE, NULL},
	{"3 0 2 b", 0, NULL, 0, TLS_MISS_NONE, NULL},
	{"3 0 0 c", 0, NULL, 0, TLS_MISS_NONE, NULL},
	{"2 1 1 D", 0, NULL, 1, TLS_MISS_NONE, NULL},
	{"2 0 0 C", 0, NULL, 1, TLS_MISS_NONE, NULL},
	{"3 1 1 x", 0, NULL, -1, TLS_MISS_UNSEEN, NULL},
	/* agility: the same usage and selector, a stronger digest */
	{"3 1 1 d", 0, "3 1 2 x", 0, TLS_MISS_OVERRULED, NULL},
	{"3 1 2 e", 0, "3 1 1 x", 0, TLS_MISS_NONE, NULL},
	{"3 1 1 d", 0, "3 0 2 x", 0, TLS_MISS_NONE, NULL},
	{"3 1 1 d", 0, "2 1 2 x", 0, TLS_MISS_NONE, NULL},
	{"3 1 0 f", 0, "3 1 2 x", 0, TLS_MISS_NONE, NULL},
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
	/* digests that no record is to have */
	{"3 1 1 q", 20, NULL, -1, TLS_MISS_SHA1, "3 1 1"},
	{"3 0 1 Q", 20, NULL, -1, TLS_MISS_SHA1, "2 1 1"},
	{"3 1 0 p", 20, NULL, -1, TLS_MISS_SHA1, "3 0 1"},
	{"3 1 1 r", 0, NULL, -1, TLS_MISS_PEM, "3 0 1"},
	{"3 1 1 s", 0, NULL, -1, TLS_MISS_PEM, "3 1 1"},
	{"2 1 1 S", 0, NULL, -1, TLS_MISS_PEM, "2 1 1"},
	/* a longer run of the key's octets than the key is: a certificate around it */
	{"3 0 0 f", 100, NULL, -1, TLS_MISS_REISSUED, "3 1 1"},
	{"2 0 0 F", 100, NULL, -1, TLS_MISS_REISSUED, "2 1 1"},
	{"2 1 0 F", 100, NULL, -1, TLS_MISS_UNSEEN, NULL},
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

/* The other session shows the chain of the table; this one differs as said. */
struct beside_case {
	const char *record;
	const char *leaf_key; /* letter of the key that this session's leaf has */
	const char *issuer;   /* whom its leaf names; that other chain's issuer is "I" */
	bool issuer_key;      /* its issuer has the other one's key in another certificate */
	enum tls_miss_kind miss;
	int depth;
};

static const struct beside_case beside_cases[] = {
	{"3 1 1 d", "x", "X", false, TLS_MISS_ELSEWHERE, 0},
	{"3 1 1 y", "x", "X", false, TLS_MISS_UNSEEN, -1},
	{"3 0 1 a", "f", "X", false, TLS_MISS_REISSUED, 0},
	{"3 0 1 a", "x", "X", false, TLS_MISS_ELSEWHERE, 0},
	{"2 1 1 D", "x", "I", false, TLS_MISS_NOT_SENT, 1},
	{"2 1 1 D", "x", "X", false, TLS_MISS_ELSEWHERE, 1},
	{"2 0 1 A", "x", "I", true, TLS_MISS_REISSUED, 1},
	{"1 1 1 d", "x", "X", false, TLS_MISS_UNSEEN, -1},
};

START_TEST(records_are_told_by_what_other_sessions_showed) {
	const struct beside_case *c = &beside_cases[_i];
	struct arena *arena = unit_arena();
	struct tls_facts other = two_certificates(arena);
	other.chain[1].subject = span_of("I");
	struct tls_cert chain[2] = {{.spki = bytes_of(arena, *c->leaf_key, 90)},
		{.spki = c->issuer_key ? other.chain[1].spki : span_of("key")}};
	chain[0].issuer = span_of(c->issuer);
	const struct tls_facts facts = {.chain = chain, .n_chain = 2};
	const struct tlsa record = record_of(arena, c->record, 0);
	struct tls_miss miss = tls_record_miss_beside(&record, &facts, &other);
	ck_assert_msg(miss.kind == c->miss, "%s: %s", c->record, tls_miss_name(miss.kind));
	ck_assert_int_eq(miss.depth, c->depth);
	arena_free(arena);
}
END_TEST

START_TEST(every_kind_of_miss_has_a_name_of_its_own) {
	ck_assert_ptr_null(tls_miss_name(TLS_MISS_NONE));
	for (int i = TLS_MISS_UNSEEN; i < TLS_MISS_KINDS; i++) {
		ck_assert_ptr_nonnull(tls_miss_name((enum tls_miss_kind)i));
		for (int k = i + 1; k < TLS_MISS_KINDS; k++) {
			ck_assert_str_ne(
				tls_miss_name((enum tls_miss_kind)i), tls_miss_name((enum tls_miss_kind)k));
		}
	}
}
END_TEST

UNIT_MAIN("tls_record", tcase_add_loop_test(tc, records_fit_and_miss_as_the_table_says, 0,
							(int)(sizeof record_cases / sizeof record_cases[0]));
		  tcase_add_test(tc, an_unusable_record_overrules_nothing);
		  tcase_add_test(tc, the_digest_of_nothing_is_known);
		  tcase_add_loop_test(tc, records_are_told_by_what_other_sessions_showed, 0,
			  (int)(sizeof beside_cases / sizeof beside_cases[0]));
		  tcase_add_test(tc, every_kind_of_miss_has_a_name_of_its_own);)
