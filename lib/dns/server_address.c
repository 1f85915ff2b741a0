/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading the address and port of a name server. */
#include "dns/server_address.h"

#include <arpa/inet.h>
#include <string.h>

#include "dns/resolver.h"

#define DEFAULT_PORT 53

struct server_address {
	int family;
	unsigned char addr[sizeof(struct in6_addr)];
	int port;
};

/* The port in digits up to the end; 0 when it is none. */
static int read_port(const char *s) {
	int port = 0;
	if (*s < '1' || *s > '9') {
		return 0;
	}
	for (; *s >= '0' && *s <= '9'; s++) {
		port = port * 10 + (*s - '0');
		if (port > UINT16_MAX) {
			return 0;
		}
	}
	return *s == '\0' ? port : 0;
}

/* The n octets at s as an address of this family. */
static bool read_addr(struct server_address *address, int family, const char *s, size_t n) {
	char copy[INET6_ADDRSTRLEN];
	if (n >= sizeof copy) {
		return false;
	}
	memcpy(copy, s, n);
	copy[n] = '\0';
	address->family = family;
	return inet_pton(family, copy, address->addr) == 1;
}

static bool read_server(struct server_address *address, const char *s) {
	*address = (struct server_address){.port = DEFAULT_PORT};
	const char *behind = NULL;
	if (*s == '[') {
		const char *close = strchr(s, ']');
		if (close == NULL || !read_addr(address, AF_INET6, s + 1, (size_t)(close - s - 1))) {
			return false;
		}
		behind = close + 1;
	} else {
		const char *colon = strchr(s, ':');
		if (colon != NULL && strchr(colon + 1, ':') != NULL) {
			return read_addr(address, AF_INET6, s, strlen(s));
		}
		size_t n = colon != NULL ? (size_t)(colon - s) : strlen(s);
		if (!read_addr(address, AF_INET, s, n)) {
			return false;
		}
		behind = s + n;
	}
	if (*behind == '\0') {
		return true;
	}
	address->port = *behind == ':' ? read_port(behind + 1) : 0;
	return address->port != 0;
}

static bool check(struct server_address *address, const char *server, struct err *err) {
	return read_server(address, server) ||
		   err_set(err, ERR_USAGE,
			   "\"%s\" is not a name server: want ADDRESS, ADDRESS:PORT or [V6]:PORT", server);
}

bool server_address_add(struct text *text, const char *server, struct err *err) {
	struct server_address address;
	if (!check(&address, server, err)) {
		return false;
	}
	char addr[INET6_ADDRSTRLEN] = "";
	(void)inet_ntop(address.family, address.addr, addr, sizeof addr);
	if (address.family == AF_INET) {
		text_addf(text, "%s:%d", addr, address.port);
	} else {
		text_addf(text, "[%s]:%d", addr, address.port);
	}
	return true;
}

bool resolver_server_check(const char *server, struct err *err) {
	struct server_address address;
	return check(&address, server, err);
}
