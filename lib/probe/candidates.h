/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The addresses of one host, each with the decision what it must prove: ready to be visited. Also
 * what the listener is told when a candidate is taken or given up. */
#ifndef PROBE_CANDIDATES_H
#define PROBE_CANDIDATES_H

#include "probe/survey.h"
#include "probe/visit.h"

struct candidate {
	struct report_node node; /* goes into the report in the end */
	struct event_peer peer;
	struct target_address address;
	struct visit_spec visit;
	size_t host; /* index of node.host in the report */
	bool taken;  /* a visit was started, or it was given up */
	bool given_up;
};

/* What candidates are made from. All borrowed. */
struct candidates {
	struct arena *arena;
	const struct survey_spec *spec;
	struct target_order order;
	const struct report *report;
	const struct origin *origin;
	struct trace *trace;
	int n_made; /* the next one's number in events */
};

/* One candidate for each address of the host, in order, as far as there is room for them. Returns
 * how many addresses there are. */
size_t candidates_make(
	struct candidates *candidates, size_t host, size_t room, struct candidate **list);

/* Decide what the candidate must prove; its host's TLSA is known by now. Tells the listener. */
void candidates_decide(const struct candidates *candidates, struct candidate *candidate);

/* Tell the listener which TLSA records of the host count. */
void candidates_tell_records(
	const struct candidates *candidates, const struct candidate *candidate);

/* Tell the listener that the visit gave no session. */
void candidates_tell_failed(const struct candidates *candidates, const struct candidate *candidate);

/* Tell the listener that nothing more comes from this candidate. */
void candidates_tell_done(const struct candidates *candidates, const struct candidate *candidate);

/* Tell the listener that a host cannot be tried, at one of its addresses or (NULL) at all. */
void candidates_tell_unusable(const struct candidates *candidates, const struct report_host *host,
	const struct candidate *candidate);

#endif
