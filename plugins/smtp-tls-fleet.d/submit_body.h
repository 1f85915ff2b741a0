/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A result as the body of process-check-result of Icinga 2's API. Pure. */
#ifndef SMTP_TLS_FLEET_SUBMIT_BODY_H
#define SMTP_TLS_FLEET_SUBMIT_BODY_H

#include "smtp-tls-fleet.d/submit_config.h"
#include "verdict/verdict.h"

/* What came of one line of the list. */
struct submit_result {
	const struct destination *destination;
	unsigned port;
	enum state state;
	const char *output;  /* lines, the status line first */
	const char *numbers; /* performance data */
	const char *line;    /* which one of which list, and its domain */
	struct span printed; /* what the output will have of it */
	usec executed;       /* since the epoch; of two results the later one counts */
	const char *source;  /* this machine's name */
};

/* The rest of a result is filled in by who sends it. */
struct submit_result submit_result_of(
	struct arena *arena, const struct verdict *verdict, unsigned port);

/* UNKNOWN, of a domain whose line cannot be read. */
struct submit_result submit_result_refused(
	struct arena *arena, const struct destination *destination, unsigned port, const char *why);

struct span submit_body(
	struct arena *arena, const struct submit_config *config, const struct submit_result *result);

#endif
