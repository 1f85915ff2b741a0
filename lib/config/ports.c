/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Service names to ports, by the plugin's rules. */
#include "config/ports.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <string.h>

#include "base/keywords.h"

/* The registered names that mail people use, so that a missing /etc/services (containers) or an
 * old one (without submissions) changes nothing. */
static const struct keyword known_ports[] = {
	{"lmtp", 24},
	{"smtp", 25},
	{"smtps", 465},
	{"submissions", 465},
	{"submission", 587},
	{NULL, 0},
};

#define SHOWN_MAX 120 /* of the user's text inside a message */

static bool parse_digits(const char *digits, uint16_t *port, struct err *err) {
	unsigned long value = 0;
	for (const char *at = digits; *at != '\0' && value <= UINT16_MAX; at++) {
		value = value * 10 + (unsigned long)(*at - '0');
	}
	if (value < 1 || value > UINT16_MAX) {
		return err_set(
			err, ERR_USAGE, "bad network port: %.*s (1 to 65535 are allowed)", SHOWN_MAX, digits);
	}
	*port = (uint16_t)value;
	return true;
}

bool port_from_service(const char *service, uint16_t *port, struct err *err) {
	int known = 0;
	if (keyword_find(known_ports, service, &known)) {
		*port = (uint16_t)known;
		return true;
	}
	size_t len = strlen(service);
	if (len > 0 && strspn(service, "0123456789") == len) {
		return parse_digits(service, port, err);
	}
	const struct servent *entry = len > 0 ? getservbyname(service, "tcp") : NULL;
	if (entry == NULL) {
		return err_set(err, ERR_USAGE,
			"unknown service: %.*s/tcp (1 to 65535 or a service name are allowed)", SHOWN_MAX,
			service);
	}
	*port = ntohs((uint16_t)entry->s_port);
	return true;
}
