/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The name servers that the system has: resolv.conf(5). */
#ifndef DNS_RESOLV_CONF_H
#define DNS_RESOLV_CONF_H

#include "base/arena.h"
#include "base/err.h"
#include "dns/server_address.h"

/* Such files have a few lines. What is longer is refused: of half of one nobody knows which server
 * would have been asked. */
#define RESOLV_CONF_OCTETS_MAX (1024U * 1024U)

/* The servers of this file, in the arena; at most RESOLVER_SERVERS_MAX, the rest is left out. A
 * file that is missing or names none means this host (127.0.0.1), as the C library has it. Lines
 * that name none we can ask are passed over; false with ERR_LOCAL when there are only such lines,
 * or the file cannot be read. */
bool resolv_conf_read(struct arena *arena, const char *path, struct server_address **servers,
	size_t *n, struct err *err);

#endif
