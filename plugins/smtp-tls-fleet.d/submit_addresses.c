/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* getaddrinfo(3), once. */
#include "smtp-tls-fleet.d/submit_addresses.h"

#include <netdb.h>
#include <sys/socket.h>

size_t submit_addresses(
	const char **addresses, size_t max, struct arena *arena, const char *host, struct err *err) {
	struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
	struct addrinfo *list = NULL;
	size_t n = 0;
	int code = getaddrinfo(host, NULL, &hints, &list);
	if (code != 0) {
		(void)err_set(err, ERR_LOCAL, "--submit: %.100s: %s", host, gai_strerror(code));
		return 0;
	}
	for (const struct addrinfo *at = list; at != NULL && n < max; at = at->ai_next) {
		char text[NI_MAXHOST];
		if (getnameinfo(at->ai_addr, at->ai_addrlen, text, sizeof text, NULL, 0, NI_NUMERICHOST) ==
			0) {
			addresses[n++] = arena_copy_string(arena, text);
		}
	}
	freeaddrinfo(list);
	if (n == 0) {
		(void)err_set(err, ERR_LOCAL, "--submit: %.100s has no address", host);
	}
	return n;
}
