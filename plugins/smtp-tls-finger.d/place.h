/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Where to connect: the destination with posttls-finger's words and rules, and its port. */
#ifndef SMTP_TLS_FINGER_PLACE_H
#define SMTP_TLS_FINGER_PLACE_H

#include "config/postfix_params.h"
#include "smtp-tls-finger.d/choices.h"
#include "smtp-tls-finger.d/command_line.h"
#include "smtp-tls-finger.d/log.h"
#include "smtp-tls-finger.d/match.h"
#include "smtp/destination.h"

struct place {
	struct destination destination;
	const char *international; /* its name as typed, where it has letters beyond ASCII; else NULL */
	uint16_t port;             /* 0 for a UNIX socket */
	const char *srv_service;   /* -R; NULL: MX */
};

/* Names with letters beyond ASCII as the parameters allow them. */
enum match_names place_names(const struct postfix_params *params);

/* Read the destination of the command line. Tells what a name became (see idn.h). False with the
 * text of a fatal error. */
bool place_read(struct place *place, const struct command_line *line,
	const struct postfix_params *params, struct arena *arena, struct log *log, struct err *err);

/* Why an address in the place of a name cannot be used (its family is not among inet_protocols,
 * say), as posttls-finger says when it looks it up; NULL: it can, or it is a name. */
const char *place_address_problem(const struct place *place, const struct postfix_params *params,
	const struct choices *choices, struct arena *arena, struct log *log);

#endif
