/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Port numbers and service names. May read /etc/services: used while options are parsed, never
 * while the loop runs. */
#ifndef CONFIG_PORTS_H
#define CONFIG_PORTS_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

/* The port of a service: first posttls-finger's own table (lmtp 24, smtp 25, smtps and submissions
 * 465, submission 587), then decimal digits from 1 to 65535, then what getservbyname() knows for
 * TCP. ERR_USAGE names the value and what is allowed. */
bool port_from_service(const char *service, uint16_t *port, struct err *err);

/* What Postfix's known_tcp_ports holds by default. */
#define KNOWN_TCP_PORTS "lmtp=24, smtp=25, smtps=submissions=465, submission=587"

/* The same with another table ("name=name=port, ...", known_tcp_ports of postconf(5)), and as exact
 * as Postfix: case matters. ERR_USAGE in its words, which name the destination for a bad port.
 * Entries that ports_check() complains about do not exist. */
bool port_from_service_known(const char *known_tcp_ports, const char *service,
	const char *destination, uint16_t *port, struct err *err);

/* What Postfix says of bad entries in such a table, at most max lines; returns how many. */
size_t ports_check(
	const char *known_tcp_ports, struct arena *arena, const char *complaints[], size_t max);

#endif
