/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a name server is, as the user or resolv.conf(5) writes it: "addr", "addr:port", "[v6]",
 * "[v6]:port"; an IPv6 address may have a zone ("fe80::1%eth0", RFC 4007 11). */
#ifndef DNS_SERVER_ADDRESS_H
#define DNS_SERVER_ADDRESS_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/err.h"

/* The text of one server never gets longer. */
#define SERVER_ADDRESS_MAX (56U + IF_NAMESIZE)

struct server_address {
	int family;             /* AF_INET, AF_INET6 */
	unsigned char addr[16]; /* of an IPv4 address the first four octets */
	uint16_t port;
	unsigned zone;                    /* index of the interface, 0: none */
	char text[SERVER_ADDRESS_MAX];    /* "192.0.2.53:53", "[fe80::1%eth0]:53": for messages */
	char unzoned[SERVER_ADDRESS_MAX]; /* the same without zone */
};

/* False with ERR_USAGE when it is none of the forms above, with a numeric address, a port from 1 to
 * 65535, and an interface that is there. */
bool server_address_parse(struct server_address *address, const char *server, struct err *err);

/* Does this socket address (of getpeername(2)) belong to the server? */
bool server_address_is(const struct server_address *address, const struct sockaddr *peer);

bool server_address_is_loopback(const struct server_address *address);

#endif
