/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* From the lines of a list to what is printed of them: the two ends that a fleet calls, and what
 * stands beside it in its loop. */
#ifndef SMTP_TLS_FLEET_FLOW_H
#define SMTP_TLS_FLEET_FLOW_H

#include "probe/fleet.h"
#include "smtp-tls-fleet.d/fleet_options.h"
#include "smtp-tls-fleet.d/list.h"
#include "smtp-tls-fleet.d/outbox.h"
#include "smtp-tls-fleet.d/resume.h"
#include "smtp-tls-fleet.d/spool.h"
#include "smtp-tls-fleet.d/submit.h"
#include "smtp-tls-fleet.d/tally.h"
#include "smtp-tls-fleet.d/ticker.h"

struct flow {
	const struct fleet_settings *settings;
	const struct option_draft *defaults;
	arena_exhausted_fn *exhausted;
	struct list list;
	struct outbox outbox;
	struct resume *resume; /* NULL: everything is to be done */
	struct spool *spool;   /* NULL: another format */
	struct submit *submit; /* NULL: nobody is told */
	struct tally tally;
	struct ticker ticker;
	struct err err;     /* what made it impossible to go on */
	size_t connections; /* made in all */

	/* private */
	struct fleet *fleet;
	struct arena *arena;                /* for the whole run */
	const struct issuer_table *issuers; /* the installed table, once it was needed */
	struct source reader;               /* wakes the fleet when there is input again */
	bool awaits_input;
	struct flow_child {
		struct crowd_child child;
		struct pollfd room[SUBMIT_FDS_MAX];
	} children[5];
};

/* The program's parts; list, outbox, resume, spool, tally and ticker are filled in by the caller.
 */
void flow_begin(struct flow *flow, struct arena *arena);

/* What submit tells, for its spec; the context is the flow. */
void flow_submit_changed(void *context);
void flow_submit_lost(void *context, const char *line, const char *why);
void flow_submit_shared(void *context, const char *line, const char *service);
void flow_submit_settled(void *context, struct span printed, enum submit_fate fate);

/* Into the output. */
void flow_print(struct flow *flow, const struct text *text);

/* Run it all, until all is submitted. Output that waits is not flushed yet, metrics are not yet
 * printed. */
enum loop_end flow_run(struct flow *flow, struct loop_interrupt *interrupt);

/* Connections, and domains that were begun and have no verdict, as of now: flow_run() does so in
 * the end, and whoever ends it in the middle. */
void flow_count(struct flow *flow);

#endif
