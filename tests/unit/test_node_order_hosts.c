/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Hosts and addresses from DNS answers. */
#include "probe/node_order.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "unit.h"

#define COUNT(table) (int)(sizeof(table) / sizeof *(table))
#define RECORDS_MAX 400

/* "10 b.example" lines in, "10 a.example" lines out. */
static struct dns_answer mx_answer(struct arena *arena, const char *const *lines, size_t n) {
	struct dns_answer answer = {
		.records = arena_alloc_array(arena, n, sizeof *answer.records), .n_records = n};
	for (size_t i = 0; i < n; i++) {
		char *end = NULL;
		answer.records[i].type = DNS_TYPE_MX;
		answer.records[i].preference = (uint16_t)strtoul(lines[i], &end, 10);
		answer.records[i].target = *end == '\0' ? end : end + 1;
	}
	return answer;
}

static const struct {
	const char *records[8];
	const char *hosts; /* "preference name" joined by commas */
	bool null_mx;
} mx_lists[] = {
	{{NULL}, "", false},
	{{"10 mx.example"}, "10 mx.example", false},
	{{"20 b.example", "10 c.example", "10 a.example"}, "10 a.example,10 c.example,20 b.example",
		false},
	{{"10 B.example", "10 a.example"}, "10 a.example,10 B.example", false},
	{{"30 mx.example", "10 MX.example", "20 other.example"}, "10 MX.example,20 other.example",
		false},
	{{"0 ."}, "", true},
	{{"10 ."}, "", true},
	{{"0 ", "0 ."}, "", true},
	{{"0 .", "10 mx.example"}, "10 mx.example", false},
	{{"65535 z.example", "0 y.example"}, "0 y.example,65535 z.example", false},
};

START_TEST(mx_records_become_hosts_in_order) {
	struct arena *arena = unit_arena();
	size_t n_records = 0;
	while (n_records < 8 && mx_lists[_i].records[n_records] != NULL) {
		n_records++;
	}
	struct dns_answer answer = mx_answer(arena, mx_lists[_i].records, n_records);
	const struct node_order order = {.ipv4 = true, .ipv6 = true, .habits = &habits_monitor};
	struct mx_hosts found = hosts_from_mx(arena, &answer, 2525, &order);
	struct text text = text_new(arena, 500);
	for (size_t i = 0; i < found.n; i++) {
		const struct report_host *host = &found.hosts[i];
		text_addf(&text, "%s%u %s", i > 0 ? "," : "", host->preference, host->name);
		ck_assert_uint_eq(host->port, 2525);
		ck_assert_str_eq(host->canonical, host->name);
	}
	ck_assert_str_eq(text.at, mx_lists[_i].hosts);
	ck_assert_int_eq(found.null_mx, mx_lists[_i].null_mx);
	ck_assert(!found.too_many);
	arena_free(arena);
}
END_TEST

/* n hosts of one preference. */
static struct dns_answer equal_hosts(struct arena *arena, size_t n) {
	const char **lines = (const char **)arena_alloc_array(arena, n, sizeof *lines);
	for (size_t i = 0; i < n; i++) {
		lines[i] = arena_printf(arena, "10 mx%03zu.example", i);
	}
	return mx_answer(arena, lines, n);
}

START_TEST(more_than_128_hosts_are_cut_and_told) {
	struct arena *arena = unit_arena();
	const struct node_order order = {.ipv4 = true, .habits = &habits_monitor};
	struct dns_answer answer = equal_hosts(arena, 128);
	struct mx_hosts found = hosts_from_mx(arena, &answer, 25, &order);
	ck_assert_uint_eq(found.n, 128);
	ck_assert(!found.too_many);
	answer = equal_hosts(arena, RECORDS_MAX);
	found = hosts_from_mx(arena, &answer, 25, &order);
	ck_assert_uint_eq(found.n, 128);
	ck_assert(found.too_many);
	ck_assert_str_eq(found.hosts[127].name, "mx127.example");
	arena_free(arena);
}
END_TEST

START_TEST(a_shuffle_keeps_preferences_and_follows_its_seed) {
	struct arena *arena = unit_arena();
	struct dns_answer answer = equal_hosts(arena, 20);
	answer.records[7].preference = 5;
	struct node_order order = {.shuffle = true, .seed = 1, .habits = &habits_monitor};
	const struct report_host *first = hosts_from_mx(arena, &answer, 25, &order).hosts;
	const struct report_host *again = hosts_from_mx(arena, &answer, 25, &order).hosts;
	order.seed = 2;
	const struct report_host *other = hosts_from_mx(arena, &answer, 25, &order).hosts;
	size_t moved = 0;
	for (size_t i = 0; i < 20; i++) {
		ck_assert_str_eq(first[i].name, again[i].name);
		moved += strcmp(first[i].name, other[i].name) != 0;
	}
	ck_assert_uint_gt(moved, 5);
	ck_assert_str_eq(first[0].name, "mx007.example");
	ck_assert_str_eq(other[0].name, "mx007.example");
	arena_free(arena);
}
END_TEST

/* A question answered with these addresses. */
static struct dns_question *address_answer(
	struct arena *arena, enum dns_type type, const char *const *addresses) {
	struct dns_question *question = arena_alloc(arena, sizeof *question);
	question->type = type;
	question->answer.records = arena_alloc_array(arena, 8, sizeof *question->answer.records);
	while (addresses[question->answer.n_records] != NULL) {
		const char *text = addresses[question->answer.n_records];
		struct dns_record *record = &question->answer.records[question->answer.n_records++];
		uint8_t octets[16];
		record->type = type;
		record->data.at = octets;
		record->data.len = type == DNS_TYPE_A ? 4 : 16;
		if (inet_pton(type == DNS_TYPE_A ? AF_INET : AF_INET6, text, octets) != 1) {
			record->data.len = 3;
		}
		record->data = arena_copy_span(arena, record->data);
	}
	return question;
}

static const struct {
	const char *a[6];
	const char *aaaa[6];
	struct node_order order;
	const char *expected;
} address_lists[] = {
	{{"192.0.2.9", "192.0.2.10"}, {"2001:db8::1"}, {.ipv4 = true, .ipv6 = true},
		"2001:db8::1 192.0.2.9 192.0.2.10"},
	{{"192.0.2.1"}, {"2001:db8::1"}, {.prefer = FAMILY_IPV4, .ipv4 = true, .ipv6 = true},
		"192.0.2.1 2001:db8::1"},
	{{"192.0.2.1"}, {"2001:db8::1"}, {.prefer = FAMILY_IPV6, .ipv4 = true, .ipv6 = true},
		"2001:db8::1 192.0.2.1"},
	{{"192.0.2.1"}, {"2001:db8::1"}, {.ipv4 = true}, "192.0.2.1"},
	{{"192.0.2.1"}, {"2001:db8::1"}, {.ipv6 = true}, "2001:db8::1"},
	{{"192.0.2.1", "192.0.2.2", "192.0.2.1"}, {"2001:db8::1", "2001:DB8:0::1"},
		{.ipv4 = true, .ipv6 = true}, "2001:db8::1 192.0.2.1 192.0.2.2"},
	{{"192.0.2.1", "192.0.2.1"}, {NULL}, {.ipv4 = true, .shuffle = true, .seed = 3}, "192.0.2.1"},
	{{"broken", "192.0.2.1"}, {NULL}, {.ipv4 = true, .ipv6 = true}, "192.0.2.1"},
	{{NULL}, {NULL}, {.ipv4 = true, .ipv6 = true}, ""},
};

START_TEST(addresses_are_ordered_and_counted_once) {
	struct arena *arena = unit_arena();
	const struct dns_question *a = address_answer(arena, DNS_TYPE_A, address_lists[_i].a);
	const struct dns_question *aaaa = address_answer(arena, DNS_TYPE_AAAA, address_lists[_i].aaaa);
	struct node_order order = address_lists[_i].order;
	order.habits = &habits_monitor;
	struct node_address *addresses = NULL;
	size_t n = node_addresses(arena, a, aaaa, 25, &order, &addresses);
	struct text text = text_new(arena, 500);
	for (size_t i = 0; i < n; i++) {
		text_addf(&text, "%s%s", i > 0 ? " " : "", addresses[i].text);
	}
	ck_assert_str_eq(text.at, address_lists[_i].expected);
	ck_assert_uint_eq(node_addresses(arena, NULL, NULL, 25, &order, &addresses), 0);
	arena_free(arena);
}
END_TEST

START_TEST(a_shuffle_mixes_the_families_unless_one_is_preferred) {
	struct arena *arena = unit_arena();
	const char *const four[] = {"192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", NULL};
	const char *const six[] = {"2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8::4", NULL};
	const struct dns_question *a = address_answer(arena, DNS_TYPE_A, four);
	const struct dns_question *aaaa = address_answer(arena, DNS_TYPE_AAAA, six);
	struct node_order order = {
		.ipv4 = true, .ipv6 = true, .shuffle = true, .habits = &habits_monitor};
	struct node_address *addresses = NULL;
	size_t ipv4_first = 0;
	for (order.seed = 1; order.seed <= 40; order.seed++) {
		ck_assert_uint_eq(node_addresses(arena, a, aaaa, 25, &order, &addresses), 8);
		ipv4_first += addresses[0].family == 4;
	}
	ck_assert_uint_gt(ipv4_first, 5);
	ck_assert_uint_lt(ipv4_first, 35);
	order.prefer = FAMILY_IPV4;
	for (order.seed = 1; order.seed <= 40; order.seed++) {
		node_addresses(arena, a, aaaa, 25, &order, &addresses);
		ck_assert_int_eq(addresses[3].family, 4);
	}
	arena_free(arena);
}
END_TEST

static const struct {
	const char *text;
	int family; /* 0: no address */
} numeric[] = {
	{"192.0.2.1", 4},
	{"2001:db8::1", 6},
	{"::ffff:192.0.2.1", 6},
	{"mx.example", 0},
	{"192.0.2", 0},
	{"[::1]", 0},
	{"", 0},
};

START_TEST(numeric_addresses_are_read) {
	struct node_address address;
	ck_assert_int_eq(node_address_parse(&address, numeric[_i].text, 587), numeric[_i].family != 0);
	ck_assert_int_eq(address.family, numeric[_i].family);
	if (numeric[_i].family == 4) {
		struct sockaddr_in in;
		memcpy(&in, &address.sockaddr, sizeof in);
		ck_assert_uint_eq(ntohs(in.sin_port), 587);
		ck_assert_uint_eq(ntohl(in.sin_addr.s_addr), 0xC0000201);
		ck_assert_uint_eq(address.sockaddr_len, sizeof in);
	} else if (numeric[_i].family == 6) {
		struct sockaddr_in6 in6;
		memcpy(&in6, &address.sockaddr, sizeof in6);
		ck_assert_uint_eq(ntohs(in6.sin6_port), 587);
		ck_assert_uint_eq(address.sockaddr_len, sizeof in6);
	}
}
END_TEST

static const struct {
	const char *address;
	bool of_host;
} host_addresses[] = {
	{"192.0.2.1", true},
	{"127.0.0.1", true},
	{"223.255.255.255", true},
	{"240.0.0.1", true},
	{"0.0.0.0", false},
	{"0.0.0.1", false},
	{"0.255.255.255", false},
	{"255.255.255.255", false},
	{"224.0.0.0", false},
	{"239.255.255.255", false},
	{"2001:db8::1", true},
	{"fe80::1", true},
	{"::1", true},
	{"::ffff:192.0.2.1", true},
	{"64:ff9b::192.0.2.1", true},
	{"::", false},
	{"ff00::", false},
	{"ff02::1", false},
	{"::ffff:0.0.0.0", false},
	{"::ffff:255.255.255.255", false},
	{"::ffff:224.0.0.1", false},
	{"64:ff9b::", false},
	{"64:ff9b::239.1.2.3", false},
};

START_TEST(addresses_that_no_host_can_have_are_told) {
	uint8_t octets[16];
	const char *text = host_addresses[_i].address;
	int family = strchr(text, ':') == NULL ? 4 : 6;
	ck_assert_int_eq(inet_pton(family == 4 ? AF_INET : AF_INET6, text, octets), 1);
	struct span span = {octets, family == 4 ? 4 : 16};
	ck_assert_msg(targets_is_of_host(family, span) == host_addresses[_i].of_host, "%s", text);
	ck_assert(!targets_is_of_host(family, (struct span){octets, 3}));
}
END_TEST

UNIT_MAIN("node_order_hosts", tcase_add_loop_test(tc, addresses_that_no_host_can_have_are_told, 0,
								  COUNT(host_addresses));
		  tcase_add_loop_test(tc, mx_records_become_hosts_in_order, 0, COUNT(mx_lists));
		  tcase_add_test(tc, more_than_128_hosts_are_cut_and_told);
		  tcase_add_test(tc, a_shuffle_keeps_preferences_and_follows_its_seed);
		  tcase_add_loop_test(tc, addresses_are_ordered_and_counted_once, 0, COUNT(address_lists));
		  tcase_add_test(tc, a_shuffle_mixes_the_families_unless_one_is_preferred);
		  tcase_add_loop_test(tc, numeric_addresses_are_read, 0, COUNT(numeric));)
