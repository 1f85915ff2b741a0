/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What Postfix takes for a numeric address, which is not what the C library takes for one. Pure. */
#ifndef SMTP_POSTFIX_ADDRESS_H
#define SMTP_POSTFIX_ADDRESS_H

#include <stdbool.h>

#define ADDRESS_TEXT_MAX 46 /* of a numeric address, with the NUL */

/* 4 or 6 for an address by Postfix's rules: "127.0.0.02" is one, "0.1.2.3" and "1:2:3:4:5:6:7::"
 * are none. 0 for anything else. */
int postfix_address_family(const char *text);

/* The address it stands for, in the form everybody writes it ("fd00::abcd"; numbers that begin with
 * 0 are octal). False where the C library knows none: it is an address then that leads nowhere. */
bool postfix_address_plain(const char *text, char plain[ADDRESS_TEXT_MAX]);

#endif
