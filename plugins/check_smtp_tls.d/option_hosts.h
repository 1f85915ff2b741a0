/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of hosts: letters beyond ASCII become what the DNS knows. */
#ifndef CHECK_SMTP_TLS_OPTION_HOSTS_H
#define CHECK_SMTP_TLS_OPTION_HOSTS_H

#include "check_smtp_tls.d/option_table.h"

/* Convert the name where it needs to be; unchanged where the parameters forbid it, and refused
 * later, as ASCII is all that is valid then. The error names option and value. */
bool option_host_convert(
	const struct option_draft *draft, const char *option, const char **name, struct err *err);

/* What such an error ends with. */
extern const char option_host_hint[];

/* Convert and check --helo, --servername and --down-ok. Parameters are applied already. */
bool option_hosts_read(struct option_draft *draft, struct err *err);

/* --match, as names. */
bool option_patterns_read(struct option_draft *draft, struct err *err);

#endif
