/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* MX hosts and addresses sorted: preference, family, chance. */
#include "probe/node_order.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* splitmix64 */
uint64_t node_order_random(uint64_t *state) {
	*state += UINT64_C(0x9E3779B97F4A7C15);
	uint64_t z = *state;
	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

/* An MX record while it is sorted. */
struct ranked_mx {
	const struct dns_record *record;
	uint64_t rank; /* random, or the same for all */
	size_t at;     /* place in the answer where that counts, else the same for all */
};

static int compare_mx(const void *left, const void *right) {
	const struct ranked_mx *a = left;
	const struct ranked_mx *b = right;
	if (a->record->preference != b->record->preference) {
		return a->record->preference < b->record->preference ? -1 : 1;
	}
	if (a->rank != b->rank) {
		return a->rank < b->rank ? -1 : 1;
	}
	if (a->at != b->at) {
		return a->at < b->at ? -1 : 1;
	}
	return strcasecmp(a->record->target, b->record->target);
}

bool record_names_a_host(const struct dns_record *record) {
	return record->target != NULL && *record->target != '\0' && strcmp(record->target, ".") != 0;
}

/* The records that name a host, unsorted. */
static size_t rank_mx(
	struct ranked_mx *ranked, const struct dns_answer *answer, const struct node_order *order) {
	uint64_t state = order->seed;
	size_t n = 0;
	for (size_t i = 0; i < answer->n_records; i++) {
		if (!record_names_a_host(&answer->records[i])) {
			continue;
		}
		ranked[n].record = &answer->records[i];
		if (order->habits->keeps_lists) {
			ranked[n].at = i;
		} else if (order->shuffle) {
			ranked[n].rank = node_order_random(&state);
		}
		n++;
	}
	return n;
}

static bool is_known(const struct report_host *hosts, size_t n, const char *name) {
	for (size_t i = 0; i < n; i++) {
		if (dns_name_equal(hosts[i].name, name)) {
			return true;
		}
	}
	return false;
}

struct mx_hosts hosts_from_mx(struct arena *arena, const struct dns_answer *answer, uint16_t port,
	const struct node_order *order) {
	struct ranked_mx *ranked = arena_alloc_array(arena, answer->n_records, sizeof *ranked);
	size_t n_ranked = rank_mx(ranked, answer, order);
	bool null_mx = answer->n_records > n_ranked && (n_ranked == 0 || order->habits->keeps_lists);
	if (null_mx) {
		return (struct mx_hosts){.null_mx = true};
	}
	qsort(ranked, n_ranked, sizeof *ranked, compare_mx);
	size_t room = n_ranked < REPORT_NODES_MAX ? n_ranked : REPORT_NODES_MAX;
	struct mx_hosts found = {.null_mixed = answer->n_records > n_ranked};
	found.hosts = arena_alloc_array(arena, room, sizeof *found.hosts);
	for (size_t i = 0; i < n_ranked && !found.too_many; i++) {
		const struct dns_record *record = ranked[i].record;
		if (!order->habits->keeps_lists && is_known(found.hosts, found.n, record->target)) {
			continue;
		}
		found.too_many = found.n == room;
		if (!found.too_many) {
			found.hosts[found.n++] = (struct report_host){.name = record->target,
				.canonical = record->target,
				.preference = record->preference,
				.port = port};
		}
	}
	return found;
}

/* An address while it is sorted. */
struct ranked_address {
	int family;
	struct span octets;
	int family_rank;
	uint64_t rank;
};

static int compare_addresses(const void *left, const void *right) {
	const struct ranked_address *a = left;
	const struct ranked_address *b = right;
	if (a->family_rank != b->family_rank) {
		return a->family_rank - b->family_rank;
	}
	if (a->rank != b->rank) {
		return a->rank < b->rank ? -1 : 1;
	}
	if (a->family != b->family) {
		return b->family - a->family;
	}
	return memcmp(a->octets.at, b->octets.at, a->octets.len);
}

static size_t count_of(const struct dns_question *question) {
	return question == NULL ? 0 : question->answer.n_records;
}

/* 0 comes first. Shuffled without a preference, families mix, as posttls-finger does. */
static int family_rank(const struct node_order *order, int family) {
	if (order->prefer == FAMILY_ANY) {
		return order->shuffle || family == 6 ? 0 : 1;
	}
	return (order->prefer == FAMILY_IPV4) == (family == 4) ? 0 : 1;
}

static bool is_of_host_4(const uint8_t *octets) {
	static const uint8_t broadcast[4] = {255, 255, 255, 255};
	bool multicast = octets[0] >= 224 && octets[0] < 240;
	return octets[0] != 0 && !multicast && memcmp(octets, broadcast, sizeof broadcast) != 0;
}

bool targets_is_of_host(int family, struct span octets) {
	static const uint8_t mapped[12] = {[10] = 0xFF, [11] = 0xFF};
	static const uint8_t translated[12] = {0x00, 0x64, 0xFF, 0x9B}; /* RFC 6052 2.1: DNS64 */
	static const uint8_t unspecified[16] = {0};
	if (octets.len != (family == 4 ? 4U : 16U)) {
		return false;
	}
	if (family == 4) {
		return is_of_host_4(octets.at);
	}
	if (memcmp(octets.at, mapped, sizeof mapped) == 0 ||
		memcmp(octets.at, translated, sizeof translated) == 0) {
		return is_of_host_4(octets.at + sizeof mapped);
	}
	return octets.at[0] != 0xFF && memcmp(octets.at, unspecified, sizeof unspecified) != 0;
}

static size_t collect(struct ranked_address *ranked, const struct dns_question *question,
	int family, const struct node_order *order) {
	size_t n = 0;
	size_t octets = family == 4 ? 4 : 16;
	size_t room = count_of(question);
	if (order->habits->drops_records && room > NODES_LISTED_MAX) {
		room = NODES_LISTED_MAX;
	}
	for (size_t i = 0; i < room; i++) {
		struct span data = question->answer.records[i].data;
		if (data.len == octets &&
			(!order->habits->checks_hosts || targets_is_of_host(family, data))) {
			ranked[n++] = (struct ranked_address){family, data, family_rank(order, family), 0};
		}
	}
	return n;
}

/* Sorted input: equal addresses are neighbours. */
static size_t merge_duplicates(struct ranked_address *ranked, size_t n) {
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		if (kept == 0 || ranked[i].family != ranked[kept - 1].family ||
			!span_equal(ranked[i].octets, ranked[kept - 1].octets)) {
			ranked[kept++] = ranked[i];
		}
	}
	return kept;
}

static size_t sort_addresses(
	struct ranked_address *ranked, size_t n, const struct node_order *order) {
	qsort(ranked, n, sizeof *ranked, compare_addresses);
	n = merge_duplicates(ranked, n);
	if (order->shuffle) {
		uint64_t state = order->seed;
		for (size_t i = 0; i < n; i++) {
			ranked[i].rank = node_order_random(&state);
		}
		qsort(ranked, n, sizeof *ranked, compare_addresses);
	}
	return n;
}

static void fill(struct node_address *address, int family, const uint8_t *octets, uint16_t port) {
	address->family = family;
	if (family == 4) {
		struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(port)};
		memcpy(&in.sin_addr, octets, 4);
		memcpy(&address->sockaddr, &in, sizeof in);
		address->sockaddr_len = sizeof in;
	} else {
		struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
		memcpy(&in6.sin6_addr, octets, 16);
		memcpy(&address->sockaddr, &in6, sizeof in6);
		address->sockaddr_len = sizeof in6;
	}
}

const char *targets_address_text(struct arena *arena, const struct dns_record *record) {
	char text[INET6_ADDRSTRLEN] = "";
	int family = record->type == DNS_TYPE_A ? AF_INET : AF_INET6;
	(void)inet_ntop(family, record->data.at, text, sizeof text);
	return arena_copy_string(arena, text);
}

size_t node_addresses(struct arena *arena, const struct dns_question *a,
	const struct dns_question *aaaa, uint16_t port, const struct node_order *order,
	struct node_address **addresses) {
	size_t room = count_of(a) + count_of(aaaa);
	struct ranked_address *ranked = arena_alloc_array(arena, room, sizeof *ranked);
	size_t n = order->ipv4 ? collect(ranked, a, 4, order) : 0;
	n += order->ipv6 ? collect(ranked + n, aaaa, 6, order) : 0;
	if (!order->habits->keeps_lists) {
		n = sort_addresses(ranked, n, order);
	}
	*addresses = arena_alloc_array(arena, n, sizeof **addresses);
	for (size_t i = 0; i < n; i++) {
		char text[INET6_ADDRSTRLEN] = "";
		const uint8_t *octets = ranked[i].octets.at;
		(void)inet_ntop(ranked[i].family == 4 ? AF_INET : AF_INET6, octets, text, sizeof text);
		fill(&(*addresses)[i], ranked[i].family, octets, port);
		(*addresses)[i].text = arena_copy_string(arena, text);
	}
	return n;
}

bool node_address_parse(struct node_address *address, const char *text, uint16_t port) {
	uint8_t octets[16];
	memset(address, 0, sizeof *address);
	if (inet_pton(AF_INET, text, octets) == 1) {
		fill(address, 4, octets, port);
	} else if (inet_pton(AF_INET6, text, octets) == 1) {
		fill(address, 6, octets, port);
	} else {
		return false;
	}
	address->text = text;
	return true;
}

static int compare_ranks(const void *left, const void *right) {
	const struct node_rank *a = left;
	const struct node_rank *b = right;
	if (a->preference != b->preference) {
		return a->preference < b->preference ? -1 : 1;
	}
	if (a->family != b->family) {
		return a->family - b->family;
	}
	if (a->chance != b->chance) {
		return a->chance < b->chance ? -1 : 1;
	}
	return a->index < b->index ? -1 : 1;
}

void node_order_rank(struct node_rank *ranks, size_t n, const struct node_order *order) {
	uint64_t state = order->seed;
	for (size_t i = 0; i < n; i++) {
		bool any = order->prefer == FAMILY_ANY || ranks[i].family == 0;
		ranks[i].family = any ? 0 : family_rank(order, ranks[i].family);
		ranks[i].chance = order->shuffle ? node_order_random(&state) : 0;
	}
	qsort(ranks, n, sizeof *ranks, compare_ranks);
}
