/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* getaddrinfo(3): here at first, and then in a process of its own for each family. */
#include "smtp-tls-fleet.d/submit_addresses.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>

/* A lookup beside the loop takes no longer. */
#define PATIENCE (20 * USEC_PER_SEC)

static const int families[2] = {AF_INET, AF_INET6};

static bool is_address(const char *host) {
	struct in6_addr addr;
	return inet_pton(AF_INET, host, &addr) == 1 || inet_pton(AF_INET6, host, &addr) == 1;
}

bool submit_addresses_find(
	struct submit_addresses *addresses, struct arena *arena, const char *host, struct err *err) {
	struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
	struct addrinfo *all = NULL;
	const char **list =
		(const char **)arena_alloc_array(arena, SUBMIT_ADDRESSES_MAX, sizeof(const char *));
	*addresses = (struct submit_addresses){
		.host = host, .arena = arena, .list = list, .is_name = !is_address(host)};
	int code = getaddrinfo(host, NULL, &hints, &all);
	if (code != 0) {
		return err_set(err, ERR_LOCAL, "--submit: %.100s: %s", host, gai_strerror(code));
	}
	for (const struct addrinfo *at = all; at != NULL && addresses->n < SUBMIT_ADDRESSES_MAX;
		 at = at->ai_next) {
		char text[NI_MAXHOST];
		if (getnameinfo(at->ai_addr, at->ai_addrlen, text, sizeof text, NULL, 0, NI_NUMERICHOST) ==
			0) {
			list[addresses->n++] = arena_copy_string(arena, text);
		}
	}
	freeaddrinfo(all);
	return addresses->n > 0 || err_set(err, ERR_LOCAL, "--submit: %.100s has no address", host);
}

void submit_addresses_stop(struct submit_addresses *addresses) {
	for (size_t i = 0; addresses->looks && i < 2; i++) {
		native_child_stop(&addresses->children[i]);
	}
	addresses->looks = false;
}

void submit_addresses_doubt(struct submit_addresses *addresses) {
	struct err ignored = {0};
	if (!addresses->is_name || addresses->looks) {
		return;
	}
	addresses->looks = true;
	for (size_t i = 0; i < 2; i++) {
		addresses->told[i] = !native_child_start(
			&addresses->children[i], addresses->host, families[i], PATIENCE, &ignored);
	}
}

/* --- what was found --- */

/* Those of one family, behind the others; what is too many is left out. */
static void add(struct submit_addresses *to, const char **list, size_t family) {
	const struct native_answer *answer = &to->children[family].answer;
	char text[INET6_ADDRSTRLEN];
	for (size_t i = 0; answer->status == 0 && i < answer->n && to->n < SUBMIT_ADDRESSES_MAX; i++) {
		if (inet_ntop(families[family], answer->addresses[i], text, sizeof text) != NULL) {
			list[to->n++] = arena_copy_string(to->arena, text);
		}
	}
}

static bool same(const struct submit_addresses *a, const struct submit_addresses *b) {
	for (size_t i = 0; a->n == b->n && i < a->n; i++) {
		if (strcmp(a->list[i], b->list[i]) != 0) {
			return false;
		}
	}
	return a->n == b->n;
}

/* The family that the machine prefers stays the first. Memory is taken only for what is new. */
static void take(struct submit_addresses *addresses) {
	size_t first = strchr(addresses->list[0], ':') != NULL ? 1 : 0;
	struct submit_addresses found = *addresses;
	found.n = 0;
	found.arena = arena_beside(addresses->arena, 1024);
	const char **list =
		(const char **)arena_alloc_array(found.arena, SUBMIT_ADDRESSES_MAX, sizeof(const char *));
	found.list = list;
	add(&found, list, first);
	add(&found, list, 1 - first);
	if (found.n > 0 && !same(&found, addresses)) {
		const char **copy = (const char **)arena_alloc_array(
			addresses->arena, SUBMIT_ADDRESSES_MAX, sizeof(const char *));
		for (size_t i = 0; i < found.n; i++) {
			copy[i] = arena_copy_string(addresses->arena, list[i]);
		}
		addresses->list = copy;
		addresses->n = found.n;
	}
	arena_free(found.arena);
}

void submit_addresses_step(struct submit_addresses *addresses) {
	if (!addresses->looks) {
		return;
	}
	for (size_t i = 0; i < 2; i++) {
		addresses->told[i] = addresses->told[i] || native_child_read(&addresses->children[i]);
	}
	if (addresses->told[0] && addresses->told[1]) {
		take(addresses);
		submit_addresses_stop(addresses);
	}
}

size_t submit_addresses_watch(
	const struct submit_addresses *addresses, struct pollfd *fds, size_t max) {
	size_t n = 0;
	for (size_t i = 0; addresses->looks && i < 2; i++) {
		if (!addresses->told[i]) {
			if (n < max) {
				fds[n] = (struct pollfd){.fd = addresses->children[i].fd, .events = POLLIN};
			}
			n++;
		}
	}
	return n;
}
