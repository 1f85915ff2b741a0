/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A verdict as the body of process-check-result of Icinga 2's API. Pure. */
#ifndef SMTP_TLS_FLEET_SUBMIT_BODY_H
#define SMTP_TLS_FLEET_SUBMIT_BODY_H

#include "smtp-tls-fleet.d/submit_config.h"
#include "verdict/verdict.h"

/* A verdict on its way, and what it is told with. */
struct submit_result {
	const struct verdict *verdict;
	unsigned port;
	usec executed;      /* since the epoch; of two results the later one counts */
	const char *source; /* this machine's name */
};

struct span submit_body(
	struct arena *arena, const struct submit_config *config, const struct submit_result *result);

#endif
