/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Addresses of name servers, strictly: nothing is looked up but the name of an interface. */
#include "dns/server_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "dns/resolver.h"

#define DEFAULT_PORT 53

/* The port in digits up to the end; 0 when it is none. */
static uint16_t read_port(const char *s) {
	uint32_t port = 0;
	if (*s < '1' || *s > '9') {
		return 0;
	}
	for (; *s >= '0' && *s <= '9'; s++) {
		port = port * 10 + (uint32_t)(*s - '0');
		if (port > UINT16_MAX) {
			return 0;
		}
	}
	return *s == '\0' ? (uint16_t)port : 0;
}

/* An interface by name, or by number. */
static bool read_zone(struct server_address *address, const char *zone) {
	char name[IF_NAMESIZE];
	unsigned number = read_port(zone);
	address->zone =
		number != 0 && if_indextoname(number, name) != NULL ? number : if_nametoindex(zone);
	return address->zone != 0;
}

/* The n octets at s as an address of this family. */
static bool read_addr(struct server_address *address, int family, const char *s, size_t n) {
	char copy[INET6_ADDRSTRLEN + 1 + IF_NAMESIZE];
	if (n >= sizeof copy) {
		return false;
	}
	memcpy(copy, s, n);
	copy[n] = '\0';
	char *percent = family == AF_INET6 ? strchr(copy, '%') : NULL;
	if (percent != NULL) {
		*percent = '\0';
	}
	address->family = family;
	return inet_pton(family, copy, address->addr) == 1 &&
		   (percent == NULL || read_zone(address, percent + 1));
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

static void print(struct server_address *address) {
	char addr[INET6_ADDRSTRLEN] = "";
	char zone[IF_NAMESIZE] = "";
	(void)inet_ntop(address->family, address->addr, addr, sizeof addr);
	if (address->family == AF_INET) {
		(void)snprintf(address->unzoned, sizeof address->unzoned, "%s:%d", addr, address->port);
	} else {
		(void)snprintf(address->unzoned, sizeof address->unzoned, "[%s]:%d", addr, address->port);
	}
	if (address->zone == 0 || if_indextoname(address->zone, zone) == NULL) {
		memcpy(address->text, address->unzoned, sizeof address->text);
		return;
	}
	(void)snprintf(address->text, sizeof address->text, "[%s%%%s]:%d", addr, zone, address->port);
}

/* "::1:5353" is an address without a route to anybody (RFC 4291 2.5.5.1): a port was meant. */
static bool lacks_brackets(const struct server_address *address, const char *server) {
	struct in6_addr addr;
	memcpy(&addr, address->addr, sizeof addr);
	return *server != '[' && address->family == AF_INET6 && IN6_IS_ADDR_V4COMPAT(&addr) &&
		   read_port(strrchr(server, ':') + 1) != 0;
}

bool server_address_parse(struct server_address *address, const char *server, struct err *err) {
	bool fine = read_server(address, server);
	if (fine && lacks_brackets(address, server)) {
		const char *colon = strrchr(server, ':');
		int len = (int)(colon - server);
		return err_set(err, ERR_USAGE,
			"\"%s\" is not a name server: a port behind an IPv6 address needs brackets, "
			"[%.*s%s]:%s",
			server, len, server, colon > server && colon[-1] == ':' ? ":" : "", colon + 1);
	}
	if (!fine) {
		const char *zone = strchr(server, '%');
		return err_set(err, ERR_USAGE,
			zone == NULL
				? "\"%.60s\" is not a name server: want ADDRESS, ADDRESS:PORT or [V6]:PORT, "
				  "numeric, with a port from 1 to 65535"
				: "\"%.60s\" is not a name server: no such address, or no such interface here",
			server);
	}
	print(address);
	return true;
}

bool server_address_is(const struct server_address *address, const struct sockaddr *peer) {
	if (peer->sa_family != address->family) {
		return false;
	}
	if (address->family == AF_INET) {
		struct sockaddr_in in;
		memcpy(&in, peer, sizeof in);
		return ntohs(in.sin_port) == address->port && memcmp(&in.sin_addr, address->addr, 4) == 0;
	}
	struct sockaddr_in6 in6;
	memcpy(&in6, peer, sizeof in6);
	return ntohs(in6.sin6_port) == address->port && memcmp(&in6.sin6_addr, address->addr, 16) == 0;
}

bool server_address_is_loopback(const struct server_address *address) {
	static const unsigned char unspecified[4];
	struct in6_addr addr;
	memcpy(&addr, address->addr, sizeof addr);
	bool mapped = address->family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&addr);
	if (address->family == AF_INET || mapped) {
		const unsigned char *ipv4 = address->addr + (mapped ? 12 : 0);
		return ipv4[0] == 127 || memcmp(ipv4, unspecified, sizeof unspecified) == 0;
	}
	return IN6_IS_ADDR_LOOPBACK(&addr) || IN6_IS_ADDR_UNSPECIFIED(&addr);
}

bool resolver_server_check(const char *server, struct err *err) {
	struct server_address address;
	return server_address_parse(&address, server, err);
}
