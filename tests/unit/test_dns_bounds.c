/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What a message may hold of everything, and what becomes of more. */
#include <stdio.h>
#include <string.h>

#include "dns/dns_msg.h"
#include "dns/dns_name.h"
#include "dns/owner_names.h"
#include "unit.h"

#define MESSAGE_MAX 65535U
#define ASKED_AT 12U

static struct {
	uint8_t at[MESSAGE_MAX];
	size_t len;
	unsigned records;
} message;

static void put(const void *bytes, size_t len) {
	ck_assert_uint_le(len, MESSAGE_MAX - message.len);
	memcpy(message.at + message.len, bytes, len);
	message.len += len;
}

static void put_u16(unsigned value) {
	const uint8_t bytes[] = {(uint8_t)(value >> 8), (uint8_t)value};
	put(bytes, sizeof bytes);
}

static void put_pointer(size_t to) {
	put_u16(0xC000U | (unsigned)to);
}

/* Behind the owner. */
static void put_record(enum dns_type type, const void *data, size_t len) {
	put_u16(type);
	put_u16(1);
	put_u16(0);
	put_u16(3600);
	put_u16((unsigned)len);
	put(data, len);
	message.records++;
}

static void put_address(unsigned i) {
	const uint8_t address[] = {10, 0, (uint8_t)(i >> 8), (uint8_t)i};
	put_record(DNS_TYPE_A, address, sizeof address);
}

/* "nI.a.test" */
static void put_own_owner(unsigned i) {
	char label[16];
	int len = snprintf(label + 1, sizeof label - 1, "n%u", i);
	label[0] = (char)len;
	put(label, (size_t)len + 1);
	put_pointer(ASKED_AT);
}

/* --- kinds of messages, by how much of something they have --- */

static void addresses(unsigned n) {
	for (unsigned i = 0; i < n; i++) {
		put_pointer(ASKED_AT);
		put_address(i);
	}
}

static void owners(unsigned n) {
	addresses(1);
	for (unsigned i = 1; i < n; i++) {
		put_own_owner(i);
		put_address(i);
	}
}

static void signatures(unsigned n) {
	const uint8_t data[20] = {0, DNS_TYPE_A};
	addresses(1);
	for (unsigned i = 0; i < n; i++) {
		put_pointer(ASKED_AT);
		put_record(DNS_TYPE_RRSIG, data, sizeof data);
	}
}

static void aliases(unsigned n) {
	const uint8_t data[] = {0xC0, ASKED_AT};
	for (unsigned i = 0; i < n; i++) {
		put_own_owner(i % 2);
		put_record(DNS_TYPE_CNAME, data, sizeof data);
	}
	addresses(1);
}

/* One leads to the next, and the last to an address. */
static void chain(unsigned n) {
	for (unsigned i = 0; i <= n; i++) {
		if (i == 0) {
			put_pointer(ASKED_AT);
		} else {
			put_own_owner(i);
		}
		if (i == n) {
			put_address(1);
			break;
		}
		uint8_t data[16];
		int len = snprintf((char *)data + 1, sizeof data - 3, "n%u", i + 1);
		data[0] = (uint8_t)len;
		data[len + 1] = 0xC0;
		data[len + 2] = ASKED_AT;
		put_record(DNS_TYPE_CNAME, data, (size_t)len + 3);
	}
}

/* Of a type that nobody asked for. */
static void strangers(unsigned n) {
	addresses(1);
	for (unsigned i = 1; i < n; i++) {
		put_pointer(ASKED_AT);
		put_record(DNS_TYPE_TXT, "", 0);
	}
}

/* An owner behind that many pointers; they lie in a record that is not looked at. */
static void pointers(unsigned n) {
	static uint8_t chain[2 * MESSAGE_MAX / 8];
	put_pointer(ASKED_AT);
	size_t to = ASKED_AT;
	for (unsigned i = 0; i + 1 < n; i++) {
		chain[2 * i] = (uint8_t)(0xC0U | to >> 8);
		chain[2 * i + 1] = (uint8_t)to;
		to = message.len + 10 + 2 * (size_t)i;
	}
	put_record(DNS_TYPE_TXT, chain, 2 * ((size_t)n - 1));
	put_pointer(to);
	put_address(1);
}

static const struct {
	const char *what;
	void (*make)(unsigned n);
	unsigned most;    /* that are fine */
	size_t kept;      /* records then, and with twice as many where that is no fault */
	bool counts_more; /* what is too much is left out, and all is well else */
} kinds[] = {
	{"records", addresses, DNS_HOST_RECORDS_MAX, DNS_HOST_RECORDS_MAX, true},
	{"owners", owners, OWNER_NAMES_MAX, 1, false},
	{"signatures", signatures, DNS_SIGNATURES_MAX, 1, false},
	{"aliases", aliases, DNS_ALIASES_MAX, 1, false},
	{"aliases in a chain", chain, DNS_ALIASES_MAX, 1, false},
	{"records of all kinds", strangers, DNS_RECORDS_MAX, 1, false},
	{"pointers in a name", pointers, DNS_POINTERS_MAX, 1, false},
};

static bool parse(struct arena *arena, struct dns_answer *answer, size_t kind, unsigned n) {
	static const char head[] = "\0\0\x81\xa0\0\1\0\0\0\0\0\0\1a\4test\0\0\1\0\1";
	struct dns_query query = {"a.test", DNS_TYPE_A, 0, DNS_CHECKS_ENABLED};
	struct err err = {0};
	message.len = message.records = 0;
	put(head, sizeof head - 1);
	kinds[kind].make(n);
	message.at[6] = (uint8_t)(message.records >> 8);
	message.at[7] = (uint8_t)message.records;
	bool ok = dns_answer_parse(answer, arena, (struct span){message.at, message.len}, &query, &err);
	ck_assert_int_eq(err.kind, ok ? ERR_NONE : ERR_PROTO);
	return ok;
}

START_TEST(as_many_as_may_be_are_fine) {
	struct arena *arena = unit_arena();
	struct dns_answer answer;
	ck_assert_msg(parse(arena, &answer, (size_t)_i, kinds[_i].most), "%s", kinds[_i].what);
	ck_assert_msg(answer.n_records == kinds[_i].kept, "%s", kinds[_i].what);
	ck_assert_uint_eq(answer.n_left_out, 0);
	arena_free(arena);
}
END_TEST

START_TEST(one_more_is_left_out_or_malformed) {
	struct arena *arena = unit_arena();
	struct dns_answer answer;
	bool ok = parse(arena, &answer, (size_t)_i, kinds[_i].most + 1);
	ck_assert_msg(ok == kinds[_i].counts_more, "%s", kinds[_i].what);
	if (ok) {
		ck_assert_uint_eq(answer.n_records, kinds[_i].kept);
		ck_assert_uint_eq(answer.n_left_out, 1);
	}
	arena_free(arena);
}
END_TEST

START_TEST(an_answer_is_a_copy_that_shares_its_names) {
	struct arena *arena = unit_arena();
	struct dns_answer answer;
	size_t before = arena_used(arena);
	ck_assert(parse(arena, &answer, 0, 3000));
	ck_assert_uint_lt(arena_used(arena) - before, 16U * 1024U);
	memset(message.at, 0xff, message.len);
	ck_assert_uint_eq(answer.records[99].data.at[3], 99);
	ck_assert_ptr_eq(answer.records[0].owner, answer.records[99].owner);
	ck_assert_uint_eq(answer.n_left_out, 2900);
	arena_free(arena);
}
END_TEST

#define N_KINDS ((int)(sizeof kinds / sizeof kinds[0]))

UNIT_MAIN("dns_bounds", tcase_add_loop_test(tc, as_many_as_may_be_are_fine, 0, N_KINDS);
		  tcase_add_loop_test(tc, one_more_is_left_out_or_malformed, 0, N_KINDS);
		  tcase_add_test(tc, an_answer_is_a_copy_that_shares_its_names);)
