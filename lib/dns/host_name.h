/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The one rule which domain names can be a host's: the DNS allows more, but senders skip an MX
 * whose name breaks it (as Postfix's valid_hostname()). Pure. */
#ifndef DNS_HOST_NAME_H
#define DNS_HOST_NAME_H

#include <stdbool.h>

enum host_name_fault {
	HOST_NAME_FINE = 0,
	HOST_NAME_ADDRESS,    /* an IPv4 or IPv6 address */
	HOST_NAME_EMPTY,      /* nothing at all */
	HOST_NAME_CHARACTER,  /* something else than letters, digits, '-', '_' and '.' */
	HOST_NAME_LONG_LABEL, /* more than 63 characters between two dots */
	HOST_NAME_DELIMITER,  /* two dots in a row, or one in front or at the end */
	HOST_NAME_HYPHEN,     /* at the beginning or end of a label */
	HOST_NAME_NUMERIC,    /* digits and dots alone, but no address */
	HOST_NAME_LONG,       /* more than 255 characters */
	HOST_NAME_LOCAL       /* localhost, of an MX or SRV record: see host_name_is_local() */
};

/* What is wrong with a name in presentation form (without final dot); *at (NULL: not wanted) is
 * where it shows. A leading "*." is let pass. */
enum host_name_fault host_name_check(const char *name, const char **at);

/* Is it localhost, or below it: each machine's own name for itself, whatever the DNS says (RFC 6761
 * 6.3)? Such a name is fine but where it is for others to use. */
bool host_name_is_local(const char *name);

#endif
