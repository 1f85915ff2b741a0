/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the API is, as this machine's resolver has it: before the loop, for it may take its time.
 */
#ifndef SMTP_TLS_FLEET_SUBMIT_ADDRESSES_H
#define SMTP_TLS_FLEET_SUBMIT_ADDRESSES_H

#include "base/arena.h"
#include "base/err.h"

#define SUBMIT_ADDRESSES_MAX 8U

/* Numeric addresses of a name or address, at most so many; 0 with ERR_LOCAL. */
size_t submit_addresses(
	const char **addresses, size_t max, struct arena *arena, const char *host, struct err *err);

#endif
