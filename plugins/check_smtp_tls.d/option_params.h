/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Postfix parameters: --param, --mail-config and MAIL_CONFIG. They change defaults; what an option
 * of our own says outranks them. */
#ifndef CHECK_SMTP_TLS_OPTION_PARAMS_H
#define CHECK_SMTP_TLS_OPTION_PARAMS_H

#include "check_smtp_tls.d/option_table.h"

/* Has the parameter any effect here? */
bool option_param_is_known(const char *name, size_t len);

/* Read and evaluate them into draft->params, which stays NULL when there are none, and change the
 * defaults. To be called before anything else is made of the draft. */
bool option_params_apply(struct option_draft *draft, struct err *err);

#endif
