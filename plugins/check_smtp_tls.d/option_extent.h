/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Options that say how much is done in one run: which hosts, which addresses, how many connections,
 * and what is shown to the server. */
#ifndef CHECK_SMTP_TLS_OPTION_EXTENT_H
#define CHECK_SMTP_TLS_OPTION_EXTENT_H

#include "check_smtp_tls.d/option_table.h"

/* Complete the settings; the destination is known, and options that cannot apply at the level are
 * refused already. False with ERR_USAGE when options contradict each other. */
bool option_extent_finish(struct option_draft *draft, struct err *err);

#endif
