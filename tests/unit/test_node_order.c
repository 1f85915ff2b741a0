/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* SRV records (RFC 2782), and the order in which posttls-finger tries what answers list. */
#include "probe/node_order.h"

#include "unit.h"

#define COUNT(table) (int)(sizeof(table) / sizeof *(table))

/* "priority weight port target" in, "priority target:port" out. */
static struct dns_answer srv_answer(struct arena *arena, const char *const *lines, size_t n) {
	struct dns_answer answer = {
		.records = arena_alloc_array(arena, n, sizeof *answer.records), .n_records = n};
	for (size_t i = 0; i < n; i++) {
		char *end = NULL;
		struct dns_record *record = &answer.records[i];
		record->type = DNS_TYPE_SRV;
		record->preference = (uint16_t)strtoul(lines[i], &end, 10);
		record->weight = (uint16_t)strtoul(end, &end, 10);
		record->port = (uint16_t)strtoul(end, &end, 10);
		record->target = end + 1;
	}
	return answer;
}

static const char *print_hosts(struct arena *arena, const struct mx_hosts *found) {
	struct text text = text_new(arena, 5000);
	for (size_t i = 0; i < found->n; i++) {
		const struct report_host *host = &found->hosts[i];
		text_addf(&text, "%s%u %s:%u", i > 0 ? "," : "", host->preference, host->name, host->port);
	}
	return text.at;
}

static const struct {
	const char *records[6];
	const char *hosts;
	bool null;
	bool as_listed;
} srv_lists[] = {
	{{NULL}, "", false, false},
	{{"10 5 26 a.test"}, "10 a.test:26", false, false},
	{{"20 0 25 b.test", "10 0 26 a.test"}, "10 a.test:26,20 b.test:25", false, false},
	/* not shuffled: the greater weight first, then the name */
	{{"10 1 25 c.test", "10 9 25 b.test", "10 1 25 a.test", "10 0 25 d.test"},
		"10 b.test:25,10 a.test:25,10 c.test:25,10 d.test:25", false, false},
	/* the same host twice, unless the ports differ */
	{{"10 1 25 a.test", "20 1 25 A.test", "20 1 26 a.test"}, "10 a.test:25,20 a.test:26", false,
		false},
	{{"10 1 25 a.test", "20 1 25 A.test"}, "10 a.test:25,20 A.test:25", false, true},
	{{"0 0 0 ."}, "", true, false},
	{{"0 0 0 .", "10 0 25 a.test"}, "10 a.test:25", false, false},
	{{"0 0 0 .", "10 0 25 a.test"}, "", true, true},
};

START_TEST(srv_records_become_hosts_in_order) {
	struct arena *arena = unit_arena();
	size_t n = 0;
	while (n < 6 && srv_lists[_i].records[n] != NULL) {
		n++;
	}
	struct dns_answer answer = srv_answer(arena, srv_lists[_i].records, n);
	const struct node_order order = {
		.ipv4 = true, .habits = srv_lists[_i].as_listed ? &habits_postfix : &habits_monitor};
	struct mx_hosts found = hosts_from_srv(arena, &answer, &order);
	ck_assert_str_eq(print_hosts(arena, &found), srv_lists[_i].hosts);
	ck_assert_int_eq(found.null_mx, srv_lists[_i].null);
	ck_assert(!found.too_many);
	arena_free(arena);
}
END_TEST

START_TEST(chance_follows_the_weights) {
	static const char *const lines[] = {
		"10 60 25 a.test", "10 30 25 b.test", "10 10 25 c.test", "10 0 25 d.test", "5 1 25 e.test"};
	struct arena *arena = unit_arena();
	struct dns_answer answer = srv_answer(arena, lines, 5);
	struct node_order order = {.ipv4 = true, .shuffle = true, .habits = &habits_monitor};
	size_t second[4] = {0};
	for (order.seed = 1; order.seed <= 1000; order.seed++) {
		struct mx_hosts found = hosts_from_srv(arena, &answer, &order);
		ck_assert_uint_eq(found.n, 5);
		ck_assert_str_eq(found.hosts[0].name, "e.test");
		second[found.hosts[1].name[0] - 'a']++;
	}
	ck_assert_uint_gt(second[0], 500);
	ck_assert_uint_lt(second[0], 700);
	ck_assert_uint_gt(second[1], 220);
	ck_assert_uint_lt(second[1], 380);
	ck_assert_uint_gt(second[2], 50);
	ck_assert_uint_lt(second[2], 160);
	ck_assert_uint_lt(second[3], 40);
	ck_assert_uint_gt(second[3], 0);
	arena_free(arena);
}
END_TEST

/* RFC 2782 draws from 0 to the sum of all weights, both among them: so often the first of two is
 * drawn, of 3,000. */
START_TEST(the_borders_of_weights_belong_to_the_record_before) {
	static const struct {
		const char *lines[2];
		size_t expected;
	} table[] = {
		{{"10 0 25 a.test", "10 0 25 b.test"}, 3000},
		{{"10 0 25 a.test", "10 1 25 b.test"}, 1500},
		{{"10 0 25 a.test", "10 2 25 b.test"}, 1000},
		{{"10 1 25 a.test", "10 1 25 b.test"}, 2000},
		{{"10 1 25 a.test", "10 0 25 b.test"}, 1500},
		{{"10 2 25 a.test", "10 1 25 b.test"}, 2250},
		{{"10 65535 25 a.test", "10 65535 25 b.test"}, 1500},
		{{"9 0 25 a.test", "10 65535 25 b.test"}, 3000},
	};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct arena *arena = unit_arena();
		struct dns_answer answer = srv_answer(arena, table[i].lines, 2);
		struct node_order order = {.ipv4 = true, .shuffle = true, .habits = &habits_monitor};
		size_t first = 0;
		for (order.seed = 1; order.seed <= 3000; order.seed++) {
			struct mx_hosts found = hosts_from_srv(arena, &answer, &order);
			ck_assert_uint_eq(found.n, 2);
			first += found.hosts[0].name[0] == 'a' ? 1 : 0;
		}
		ck_assert_msg(first + 150 > table[i].expected && first < table[i].expected + 150,
			"%zu: %zu", i, first);
		arena_free(arena);
	}
}
END_TEST

START_TEST(of_more_than_128_srv_records_the_best_stay) {
	struct arena *arena = unit_arena();
	const char **lines = (const char **)arena_alloc_array(arena, 300, sizeof *lines);
	for (size_t i = 0; i < 300; i++) {
		lines[i] = arena_printf(arena, "%zu 0 25 h%zu.test", 300 - i, i);
	}
	struct dns_answer answer = srv_answer(arena, lines, 300);
	const struct node_order order = {.ipv4 = true, .habits = &habits_monitor};
	struct mx_hosts found = hosts_from_srv(arena, &answer, &order);
	ck_assert(found.too_many);
	ck_assert_uint_eq(found.n, 128);
	ck_assert_uint_eq(found.hosts[0].preference, 1);
	ck_assert_uint_eq(found.hosts[127].preference, 128);
	arena_free(arena);
}
END_TEST

/* --- as listed --- */

START_TEST(mx_as_listed_keeps_order_and_duplicates) {
	struct arena *arena = unit_arena();
	struct dns_record records[] = {{.preference = 20, .target = "z.test"},
		{.preference = 10, .target = "b.test"}, {.preference = 10, .target = "a.test"},
		{.preference = 10, .target = "b.test"}};
	struct dns_answer answer = {.records = records, .n_records = 4};
	const struct node_order order = {
		.ipv4 = true, .habits = &habits_postfix, .shuffle = true, .seed = 9};
	struct mx_hosts found = hosts_from_mx(arena, &answer, 25, &order);
	ck_assert_str_eq(
		print_hosts(arena, &found), "10 b.test:25,10 a.test:25,10 b.test:25,20 z.test:25");
	records[0].target = ".";
	ck_assert(hosts_from_mx(arena, &answer, 25, &order).null_mx);
	arena_free(arena);
}
END_TEST

/* n ranks: preference 10 for the first half, 20 for the second; families take turns. */
static void fill_ranks(struct node_rank *ranks, size_t n) {
	for (size_t i = 0; i < n; i++) {
		ranks[i] = (struct node_rank){i < n / 2 ? 10 : 20, i % 2 == 0 ? 4 : 6, i, 0};
	}
}

START_TEST(equals_stay_as_they_stand_without_chance) {
	struct node_rank ranks[8];
	struct node_order order = {.ipv4 = true, .ipv6 = true};
	fill_ranks(ranks, 8);
	node_order_rank(ranks, 8, &order);
	for (size_t i = 0; i < 8; i++) {
		ck_assert_uint_eq(ranks[i].index, i);
	}
}
END_TEST

START_TEST(a_preferred_family_comes_first_within_each_preference) {
	struct node_rank ranks[8];
	struct node_order order = {.prefer = FAMILY_IPV6, .ipv4 = true, .ipv6 = true, .shuffle = true};
	for (order.seed = 1; order.seed < 50; order.seed++) {
		fill_ranks(ranks, 8);
		node_order_rank(ranks, 8, &order);
		for (size_t i = 0; i < 8; i++) {
			ck_assert_uint_eq(ranks[i].preference, i < 4 ? 10 : 20);
			ck_assert_uint_eq(ranks[i].index % 2, i % 4 < 2 ? 1 : 0);
		}
	}
}
END_TEST

START_TEST(without_one_families_mix_but_preferences_hold) {
	struct node_rank ranks[8];
	struct node_order order = {.ipv4 = true, .ipv6 = true, .shuffle = true};
	size_t first[4] = {0};
	for (order.seed = 1; order.seed <= 400; order.seed++) {
		fill_ranks(ranks, 8);
		node_order_rank(ranks, 8, &order);
		ck_assert_uint_eq(ranks[3].preference, 10);
		ck_assert_uint_eq(ranks[4].preference, 20);
		first[ranks[0].index]++;
	}
	for (size_t i = 0; i < 4; i++) {
		ck_assert_uint_gt(first[i], 60);
		ck_assert_uint_lt(first[i], 140);
	}
}
END_TEST

UNIT_MAIN("targets_order",
		  tcase_add_loop_test(tc, srv_records_become_hosts_in_order, 0, COUNT(srv_lists));
		  tcase_add_test(tc, chance_follows_the_weights);
		  tcase_add_test(tc, the_borders_of_weights_belong_to_the_record_before);
		  tcase_add_test(tc, of_more_than_128_srv_records_the_best_stay);
		  tcase_add_test(tc, mx_as_listed_keeps_order_and_duplicates);
		  tcase_add_test(tc, equals_stay_as_they_stand_without_chance);
		  tcase_add_test(tc, a_preferred_family_comes_first_within_each_preference);
		  tcase_add_test(tc, without_one_families_mix_but_preferences_hold);)
