/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside idn: what a library does for it. idn_libidn2.c and idn_missing.c are two ways to have one.
 */
#ifndef CONFIG_IDN_LIBRARY_H
#define CONFIG_IDN_LIBRARY_H

#include "config/idn.h"

/* A domain name, without anything around it, to ASCII; what comes out is a host name. */
bool idn_library_convert(struct arena *arena, const char *name, enum idn_mapping mapping,
	const char **ascii, struct err *err);

/* ERR_USAGE with the name and why it cannot be converted. */
bool idn_complain(const char *name, const char *reason, struct err *err);

#endif
