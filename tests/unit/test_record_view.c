/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What is told of each TLSA record, for everything that one can be. */
#include "sample_report.h"
#include "verdict/record_view.h"

enum { NOBODY, FIRST, SECOND };

START_TEST(each_record_has_its_words) {
	static const struct {
		struct tls_miss miss;
		uint8_t usage;
		uint8_t selector;
		int other;
		enum tls_key_type type;
		const char *unusable;
		const char *words;
	} table[] = {
		{{TLS_MISS_NONE, 0, 0, 1, 0}, 3, 1, 0, 0, NULL, "usable, matches the server's key"},
		{{TLS_MISS_NONE, 1, 0, 0, 0}, 2, 0, 0, 0, NULL,
			"usable, matches the certificate of the issuer at depth 1"},
		{{TLS_MISS_UNSEEN, -1, 0, 0, 0}, 3, 1, 0, 0, NULL,
			"usable, matches nothing: key not seen (perhaps of an earlier certificate)"},
		{{TLS_MISS_UNSEEN, -1, 0, 0, 0}, 3, 0, 0, 0, NULL,
			"usable, matches nothing: certificate not seen (perhaps an earlier one)"},
		{{TLS_MISS_UNSEEN, -1, 0, 0, 0}, 2, 1, 0, 0, NULL,
			"usable, matches nothing: issuer not seen (not sent, or of an earlier chain)"},
		{{TLS_MISS_UNSEEN, -1, 0, 0, 0}, 3, 1, 0, 0, "no data", "unusable (no data)"},
		{{TLS_MISS_PKIX, 0, 3, 1, 1}, 1, 1, 0, 0, "usage 1",
			"unusable (usage 1); it is of the server's key and would match as 3 1 1"},
		{{TLS_MISS_ISSUER, 2, 2, 0, 1}, 3, 0, 0, 0, NULL,
			"usable, matches nothing: it is of the certificate of the issuer at depth 2 and would "
			"match as 2 0 1"},
		{{TLS_MISS_OVERRULED, 0, 0, 0, 0}, 3, 1, 0, 0, NULL,
			"usable, does not count: it would match, but the stronger digest beside it is "
			"preferred (RFC 7671 9)"},
		{{TLS_MISS_CUT, 0, 0, 1, 0}, 3, 1, 0, 0, NULL,
			"usable, matches nothing: it has a digest of the server's key cut short"},
		{{TLS_MISS_REISSUED, 0, 0, 1, 0}, 3, 0, 0, 0, NULL,
			"usable, matches nothing: it is of another certificate with the server's key (issued "
			"again) and would match as 3 1 1"},
		{{TLS_MISS_REISSUED, 1, 0, 1, 0}, 2, 0, 0, 0, NULL,
			"usable, matches nothing: it is of another certificate with the key of the issuer at "
			"depth 1 (issued again) and would match as 2 1 1"},
		{{TLS_MISS_ELSEWHERE, 0, 0, 0, 0}, 3, 1, SECOND, TLS_KEY_RSA, NULL,
			"usable, matches nothing: it is of the key of mx2.example.org[192.0.2.2]"},
		{{TLS_MISS_ELSEWHERE, 0, 0, 0, 0}, 3, 0, SECOND, TLS_KEY_ANY, NULL,
			"usable, matches nothing: it is of the certificate of mx2.example.org[192.0.2.2]"},
		{{TLS_MISS_ELSEWHERE, 1, 0, 0, 0}, 2, 0, SECOND, TLS_KEY_ANY, NULL,
			"usable, matches nothing: it is of an issuer at depth 1 of mx2.example.org[192.0.2.2]"},
		{{TLS_MISS_ELSEWHERE, 0, 0, 0, 0}, 3, 1, FIRST, TLS_KEY_RSA, NULL,
			"usable, matches nothing: it is of the key of this server's RSA certificate, which "
			"other clients are shown"},
		{{TLS_MISS_ELSEWHERE, 0, 0, 0, 0}, 3, 1, FIRST, TLS_KEY_ANY, NULL,
			"usable, matches nothing: it is of the key of this server's certificate, which other "
			"clients are shown"},
		{{TLS_MISS_NOT_SENT, 1, 0, 0, 0}, 2, 0, SECOND, TLS_KEY_ANY, NULL,
			"usable, matches nothing: it is right, but the server does not send this issuer, whom "
			"its chain names (seen at mx2.example.org[192.0.2.2])"},
	};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct arena *arena = unit_arena();
		struct sample *s = sample_new(arena);
		struct tlsa record = {.usage = table[i].usage, .selector = table[i].selector};
		struct record_view view = {.node = &s->nodes[0],
			.record = &record,
			.unusable = table[i].unusable,
			.miss = table[i].miss,
			.other = table[i].other == NOBODY ? NULL : &s->nodes[table[i].other - FIRST],
			.other_type = table[i].type};
		struct phrase words = record_view_words(arena, &view);
		ck_assert_str_eq(phrase_plain(arena, &words), table[i].words);
		view.exchanged = true;
		words = record_view_words(arena, &view);
		bool told = table[i].other == SECOND && table[i].miss.kind == TLS_MISS_ELSEWHERE &&
					table[i].miss.depth == 0;
		ck_assert((strstr(phrase_plain(arena, &words), "they are exchanged") != NULL) == told);
		arena_free(arena);
	}
}
END_TEST

START_TEST(where_no_certificate_was_seen_nothing_is_said_of_one) {
	struct arena *arena = unit_arena();
	struct sample *s = sample_new(arena);
	struct record_view view = record_view_of(&s->report, &s->hosts[0], NULL, 1);
	ck_assert_int_eq(view.miss.kind, TLS_MISS_UNSEEN);
	ck_assert_int_eq(view.miss.depth, -1);
	struct phrase words = record_view_words(arena, &view);
	ck_assert_str_eq(phrase_plain(arena, &words), "usable, no certificate was seen");
	/* A bare key fits without one. */
	s->tls[0].n_chain = 0;
	s->tls[0].proof.matched_record = 0;
	view = record_view_of(&s->report, &s->hosts[0], &s->nodes[0], 0);
	words = record_view_words(arena, &view);
	ck_assert_str_eq(phrase_plain(arena, &words), "usable, vouches for what was shown");
	view = record_view_of(&s->report, &s->hosts[0], &s->nodes[0], 1);
	words = record_view_words(arena, &view);
	ck_assert_str_eq(phrase_plain(arena, &words), "usable, no certificate was seen");
	arena_free(arena);
}
END_TEST

/* The node that the run came to comes before others of the host, the first of these before the
 * rest. */
START_TEST(a_host_is_shown_by_the_node_that_showed_something) {
	struct arena *arena = unit_arena();
	struct sample *s = sample_new(arena);
	sample_add_second(s);
	ck_assert_ptr_eq(record_view_node(&s->report, &s->hosts[0]), &s->nodes[0]);
	s->tls[1].n_chain = 1;
	s->tls[1].chain = s->chain;
	ck_assert_ptr_eq(record_view_node(&s->report, &s->hosts[1]), &s->nodes[1]);
	s->nodes[1].host = &s->hosts[0];
	ck_assert_ptr_null(record_view_node(&s->report, &s->hosts[1]));
	s->nodes[0].result.tls = NULL;
	ck_assert_ptr_eq(record_view_node(&s->report, &s->hosts[0]), &s->nodes[1]);
	s->nodes[1].result.tls = NULL;
	ck_assert_ptr_null(record_view_node(&s->report, &s->hosts[0]));
	arena_free(arena);
}
END_TEST

/* Each of two hosts has the record of the other's key. */
START_TEST(records_that_are_exchanged_are_told) {
	static const struct {
		bool second_host;   /* the second node is of another host */
		bool fits;          /* whose record fits the first */
		bool same_as_first; /* and it shows what the first shows */
		enum tls_miss_kind kind;
		bool exchanged;
	} table[] = {
		{true, true, false, TLS_MISS_ELSEWHERE, true},
		{true, false, false, TLS_MISS_ELSEWHERE, false},
		{false, true, false, TLS_MISS_ELSEWHERE, false},
		{true, true, true, TLS_MISS_UNSEEN, false},
	};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct arena *arena = unit_arena();
		struct sample *s = sample_new(arena);
		struct tls_cert leaf;
		sample_add_second(s);
		leaf = s->chain[0];
		leaf.digest[1][0] = table[i].same_as_first ? leaf.digest[1][0] : s->records[1].data;
		leaf.der = leaf.spki = span_of("of the second");
		s->tls[1].chain = &leaf;
		s->tls[1].n_chain = 1;
		struct tlsa theirs[2] = {s->records[1], s->records[table[i].fits ? 0 : 1]};
		s->hosts[1].tlsa = theirs;
		s->hosts[1].n_tlsa = 2;
		s->nodes[1].host = &s->hosts[table[i].second_host ? 1 : 0];
		struct record_view view = record_view_of(&s->report, &s->hosts[0], &s->nodes[0], 1);
		ck_assert_msg(view.miss.kind == table[i].kind, "%zu: %d", i, (int)view.miss.kind);
		ck_assert_msg(view.exchanged == table[i].exchanged, "%zu", i);
		ck_assert_ptr_eq(view.other, table[i].kind == TLS_MISS_UNSEEN ? NULL : &s->nodes[1]);
		arena_free(arena);
	}
}
END_TEST

UNIT_MAIN("record_view", tcase_add_test(tc, each_record_has_its_words);
		  tcase_add_test(tc, where_no_certificate_was_seen_nothing_is_said_of_one);
		  tcase_add_test(tc, a_host_is_shown_by_the_node_that_showed_something);
		  tcase_add_test(tc, records_that_are_exchanged_are_told);)
