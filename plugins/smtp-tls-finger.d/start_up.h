/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* From argv to a run that is ready, in posttls-finger's order: the first thing that is wrong is
 * what the user hears of. */
#ifndef SMTP_TLS_FINGER_START_UP_H
#define SMTP_TLS_FINGER_START_UP_H

#include "config/main_cf.h"
#include "config/postfix_params.h"
#include "probe/survey.h"
#include "smtp-tls-finger.d/listener.h"
#include "smtp-tls-finger.d/place.h"

/* Everything decided before the first packet. All zero but arena and program is a valid start; must
 * not move once started. */
struct start_up {
	struct arena *arena;
	const char *program; /* the last part of argv[0] */
	struct log log;
	struct main_cf *cf;
	struct command_line line;
	struct choices choices;
	struct postfix_params params;
	struct trace_file trace_file;
	struct listener listener;
	struct tls_settings tls;
	struct tls_context *context; /* NULL: level none, or "disabling TLS support" */
	struct tls_wish wish;
	struct place place;
};

/* COMMAND_FATAL with the text of the error; warnings went to the log. */
enum command_outcome start_up(
	struct start_up *start, struct argument_vector arguments, struct err *err);

/* What the survey is to do. */
struct survey_spec start_up_survey(struct start_up *start, uint64_t seed);

/* Frees the TLS context, closes the trace. */
void start_up_end(struct start_up *start);

#endif
