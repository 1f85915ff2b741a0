/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Verdicts as passive check results of an Icinga 2. They wait here until its API has taken them:
 * when it is out of order, restarts, or is slow, they are sent again, each with the time it is of,
 * so that the API knows a second one of the same for what it is. What is given up is told. */
#ifndef SMTP_TLS_FLEET_SUBMIT_H
#define SMTP_TLS_FLEET_SUBMIT_H

#include "http/http.h"
#include "smtp-tls-fleet.d/submit_addresses.h"
#include "smtp-tls-fleet.d/submit_answer.h"
#include "smtp-tls-fleet.d/submit_body.h"

/* Results that wait from which on no other domain is begun. */
#define SUBMIT_WAITING_MAX 1000U

/* Octets of one result; of details that do not fit the rest is left out. */
#define SUBMIT_OUTPUT_MAX 65536U

struct submit;

struct submit_spec {
	struct submit_target target;
	struct submit_config config;
	arena_exhausted_fn *exhausted;
	/* Told when there is room again. */
	void (*changed)(void *context);
	/* Told of each result that was given up: its line, and why. */
	void (*lost)(void *context, const char *line, const char *why);
	/* Told of each result of a service that had one before. */
	void (*shared)(void *context, const char *line, const char *service);
	/* Told what became of each result, in the end: SUBMIT_TAKEN or SUBMIT_LOST. */
	void (*settled)(void *context, struct span printed, enum submit_fate fate);
	void *context;
};

/* Finds the addresses of the API, which may take as long as this machine's resolver does; they are
 * looked up again, by a process beside this one, when it is not to be reached there. NULL with
 * ERR_LOCAL. */
struct submit *submit_new(struct arena *arena, const struct submit_spec *spec, struct err *err);

/* Behind the first TLS context; ERR_LOCAL: no libcurl. */
bool submit_open(struct submit *submit, struct err *err);

/* Take one. Of several of the same service (two lines of the list, which Icinga would show one of
 * by chance) one that is better than another before it is left out, so that the worst counts. */
void submit_put(struct submit *submit, const struct submit_result *result);

/* An earlier run submitted one in this state, which is not to be followed by a better one of the
 * same service. False: a better one was submitted here before, so that it has to come again. */
bool submit_recall(struct submit *submit, struct arena *arena, const struct submit_result *result);

size_t submit_waiting(const struct submit *submit); /* not answered yet */
size_t submit_taken(const struct submit *submit);   /* by the API */
size_t submit_lost(const struct submit *submit);    /* given up */
size_t submit_shared(const struct submit *submit);  /* of a service that had one before */

/* A source. It is done when it was told that nothing more comes and nothing waits. */
struct source *submit_source(struct submit *submit);
#define SUBMIT_FDS_MAX (HTTP_FDS_MAX + SUBMIT_ADDRESSES_FDS + 2U)
void submit_end(struct submit *submit);

/* Give up what waits, for this reason. */
void submit_drop(struct submit *submit, const char *why);

void submit_free(struct submit *submit); /* accepts NULL */

#endif
