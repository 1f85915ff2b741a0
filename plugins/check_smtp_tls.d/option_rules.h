/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What options mean together: defaults, contradictions, and options that cannot apply. */
#ifndef CHECK_SMTP_TLS_OPTION_RULES_H
#define CHECK_SMTP_TLS_OPTION_RULES_H

#include "check_smtp_tls.d/option_table.h"

/* Settings before any option was read. */
void option_rules_begin(struct settings *settings);

/* Complete the settings from the draft; false with ERR_USAGE. */
bool option_rules_finish(struct option_draft *draft, struct err *err);

#endif
