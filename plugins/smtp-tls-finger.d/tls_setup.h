/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What the letters and parameters make of TLS. */
#ifndef SMTP_TLS_FINGER_TLS_SETUP_H
#define SMTP_TLS_FINGER_TLS_SETUP_H

#include "config/postfix_params.h"
#include "smtp-tls-finger.d/choices.h"
#include "tls/tls_client.h"

/* Borrows from all it is given. */
struct tls_settings tls_setup_settings(const struct command_line *line,
	const struct choices *choices, const struct postfix_params *params);

/* Level, server name and -M; names to match come from match.h. */
struct tls_wish tls_setup_wish(const struct command_line *line, const struct choices *choices);

#endif
