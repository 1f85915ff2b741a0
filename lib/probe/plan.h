/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* From hosts to the addresses that are visited, and in which order: who is next, as far as the
 * answers that are in allow to say. */
#ifndef PROBE_PLAN_H
#define PROBE_PLAN_H

#include "probe/candidates.h"
#include "probe/field.h"
#include "probe/hosts.h"

struct planned_host {
	bool listed;             /* its addresses are among the candidates, or it has none */
	bool decided;            /* what TLSA says about it is known */
	enum host_progress tlsa; /* once decided */
	bool told;               /* the listener knows its TLSA records, or why there are none */
};

struct plan {
	struct arena *arena;
	const struct survey_spec *spec;
	struct lookups *lookups;
	struct report *report;
	struct host_rules rules;
	struct candidates candidates;
	usec started;
	struct planned_host *hosts; /* as in the report */
	size_t n_listed;            /* hosts */
	struct candidate **list;    /* in the order they are tried */
	size_t n;
	size_t n_taken;
	size_t n_heard;   /* 1 and the answers the plan has looked at; 0 before its first look */
	bool any_refused; /* a host was left out although it may have addresses */
	bool all_listed;  /* no other candidates will come */
};

/* The hosts are known: ask for all that is known to be needed. */
void plan_open(struct plan *plan, usec now);

/* Turn hosts into candidates, as far as it is their turn. */
enum progress plan_advance(struct plan *plan, usec now);

/* The next candidate to visit, decided and told about; NULL when the field has no room, or nobody's
 * turn has come. *progress tells of candidates given up. */
struct candidate *plan_next(
	struct plan *plan, const struct field *field, enum progress *progress, usec now);

/* A sender stays with the first host that lets it in, whatever comes then. */
void plan_close(struct plan *plan);

/* True when there will be no other candidate. */
bool plan_is_over(const struct plan *plan);

/* Put the nodes into the report, in the order they are tried. */
void plan_write(const struct plan *plan);

#endif
