/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CHECK_SMTP_TLS_OPTION_ISSUERS_H
#define CHECK_SMTP_TLS_OPTION_ISSUERS_H

#include "check_smtp_tls.d/settings.h"
#include "probe/report.h"
#include "verdict/issuers.h"

/* The table to judge by: that of --issuers, else the installed one, which is read only where a host
 * has a usable record about an issuer. NULL: none is wanted, needed, or to be had. */
const struct issuer_table *option_issuers(const struct settings *settings, struct arena *arena,
	const struct report *report, const char *installed);

#endif
