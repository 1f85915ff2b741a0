/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the API is, and where it is when it has moved. */
#include <arpa/inet.h>
#include <netdb.h>

#include "smtp-tls-fleet.d/submit_addresses.h"
#include "unit.h"

static const char *const *found; /* up to a NULL; NULL: there is no such name */

/* Take the place of the C library's in this program, in the child as well. */
int getaddrinfo(const char *restrict name, const char *restrict service,
	const struct addrinfo *restrict req, struct addrinfo **restrict pai) {
	static struct sockaddr_in6 v6[4];
	static struct sockaddr_in v4[4];
	static struct addrinfo infos[4];
	size_t n = 0;
	if (service != NULL || req->ai_socktype != SOCK_STREAM || found == NULL || name == NULL) {
		return EAI_NONAME;
	}
	for (size_t i = 0; found[i] != NULL; i++) {
		struct addrinfo *info = &infos[n];
		int family = strchr(found[i], ':') != NULL ? AF_INET6 : AF_INET;
		if (req->ai_family != AF_UNSPEC && req->ai_family != family) {
			continue;
		}
		v6[n].sin6_family = AF_INET6;
		v4[n].sin_family = AF_INET;
		void *addr = family == AF_INET ? (void *)&v4[n].sin_addr : (void *)&v6[n].sin6_addr;
		ck_assert_int_eq(inet_pton(family, found[i], addr), 1);
		*info = (struct addrinfo){.ai_family = family};
		info->ai_addr = family == AF_INET ? (struct sockaddr *)&v4[n] : (struct sockaddr *)&v6[n];
		info->ai_addrlen = family == AF_INET ? sizeof v4[n] : sizeof v6[n];
		if (n > 0) {
			infos[n - 1].ai_next = info;
		}
		n++;
	}
	*pai = n == 0 ? NULL : infos;
	return n == 0 ? EAI_NONAME : 0;
}

void freeaddrinfo(struct addrinfo *list) {
	(void)list;
}

static const char *said(const struct submit_addresses *addresses) {
	const char *text = addresses->list[0];
	for (size_t i = 1; i < addresses->n; i++) {
		text = arena_printf(addresses->arena, "%s %s", text, addresses->list[i]);
	}
	return text;
}

static void wait_for_lookup(struct submit_addresses *addresses) {
	struct pollfd fds[SUBMIT_ADDRESSES_FDS];
	size_t n;
	while ((n = submit_addresses_watch(addresses, fds, SUBMIT_ADDRESSES_FDS)) > 0) {
		ck_assert_uint_le(n, SUBMIT_ADDRESSES_FDS);
		ck_assert_int_ge(poll(fds, n, 10000), 1);
		submit_addresses_step(addresses);
	}
}

START_TEST(a_name_is_looked_up_again_when_nobody_is_there) {
	static const struct {
		const char *before[4];
		const char *after[4]; /* none: the name is gone */
		const char *said;
	} table[] = {
		{{"192.0.2.1"}, {"192.0.2.7"}, "192.0.2.7"},
		{{"192.0.2.1"}, {"192.0.2.1"}, "192.0.2.1"},
		{{"192.0.2.1"}, {NULL}, "192.0.2.1"},
		{{"192.0.2.1", "2001:db8::1"}, {"2001:db8::7", "192.0.2.7"}, "192.0.2.7 2001:db8::7"},
		{{"2001:db8::1", "192.0.2.1"}, {"192.0.2.7", "2001:db8::7"}, "2001:db8::7 192.0.2.7"},
		{{"2001:db8::1"}, {"192.0.2.7", "192.0.2.8"}, "192.0.2.7 192.0.2.8"},
	};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct arena *arena = unit_arena();
		struct submit_addresses addresses;
		struct err err = {0};
		found = table[i].before;
		ck_assert(submit_addresses_find(&addresses, arena, "api.test", &err));
		const char *first = addresses.list[0];
		found = table[i].after;
		submit_addresses_doubt(&addresses);
		submit_addresses_doubt(&addresses);
		wait_for_lookup(&addresses);
		ck_assert_str_eq(said(&addresses), table[i].said);
		ck_assert_str_eq(first, table[i].before[0]); /* a request under way has the former list */
		ck_assert(!addresses.looks);
		submit_addresses_stop(&addresses);
		arena_free(arena);
	}
}
END_TEST

START_TEST(an_address_is_not) {
	static const char *const first[] = {"192.0.2.1", NULL};
	static const char *const other[] = {"192.0.2.7", NULL};
	struct arena *arena = unit_arena();
	struct submit_addresses addresses;
	struct pollfd fds[SUBMIT_ADDRESSES_FDS];
	struct err err = {0};
	found = first;
	ck_assert(submit_addresses_find(&addresses, arena, "192.0.2.1", &err));
	found = other;
	submit_addresses_doubt(&addresses);
	ck_assert_uint_eq(submit_addresses_watch(&addresses, fds, SUBMIT_ADDRESSES_FDS), 0);
	ck_assert_str_eq(said(&addresses), "192.0.2.1");
	arena_free(arena);
}
END_TEST

START_TEST(a_lookup_that_is_under_way_can_be_ended) {
	static const char *const first[] = {"192.0.2.1", NULL};
	struct arena *arena = unit_arena();
	struct submit_addresses addresses;
	struct pollfd fds[SUBMIT_ADDRESSES_FDS];
	struct err err = {0};
	found = first;
	ck_assert(submit_addresses_find(&addresses, arena, "api.test", &err));
	submit_addresses_doubt(&addresses);
	ck_assert_uint_eq(submit_addresses_watch(&addresses, fds, SUBMIT_ADDRESSES_FDS), 2);
	submit_addresses_stop(&addresses);
	ck_assert_uint_eq(submit_addresses_watch(&addresses, fds, SUBMIT_ADDRESSES_FDS), 0);
	arena_free(arena);
}
END_TEST

START_TEST(a_name_without_an_address_is_told) {
	struct arena *arena = unit_arena();
	struct submit_addresses addresses;
	struct err err = {0};
	found = NULL;
	ck_assert(!submit_addresses_find(&addresses, arena, "api.test", &err));
	ck_assert_int_eq(err.kind, ERR_LOCAL);
	ck_assert_msg(strncmp(err.text, "--submit: api.test: ", 20) == 0, "%s", err.text);
	arena_free(arena);
}
END_TEST

UNIT_MAIN("fleet_addresses", tcase_add_test(tc, a_name_is_looked_up_again_when_nobody_is_there);
		  tcase_add_test(tc, an_address_is_not);
		  tcase_add_test(tc, a_lookup_that_is_under_way_can_be_ended);
		  tcase_add_test(tc, a_name_without_an_address_is_told);)
