/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a name server is, as the user writes it: "addr", "addr:port", "[v6]", "[v6]:port". */
#ifndef DNS_SERVER_ADDRESS_H
#define DNS_SERVER_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

/* The text to describe one server never gets longer. */
#define SERVER_ADDRESS_MAX 56U

/* Append "192.0.2.53:53" or "[2001:db8::53]:53"; false with ERR_USAGE when it is none of the forms
 * above with a numeric address and a port from 1 to 65535. */
bool server_address_add(struct text *text, const char *server, struct err *err);

#endif
