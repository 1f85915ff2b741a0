/* The addresses of one host, each with the decision what it must prove: ready to be probed. Also
 * what the listener is told when a candidate is taken or given up. */
#ifndef PROBE_CANDIDATES_H
#define PROBE_CANDIDATES_H

#include "probe/survey.h"
#include "probe/visit.h"

struct candidate {
	struct report_node *node;
	struct event_peer peer;
	struct target_address address;
	struct visit_spec visit;
};

struct candidates {
	struct arena *arena;
	const struct survey_spec *spec;
	struct trace *trace;
	struct candidate *list; /* of the host at hand */
	size_t n;
};

/* Replace the list by the candidates of this host and append their nodes to the report (at most
 * REPORT_NODES_MAX in all; report->too_many_nodes tells of more). */
void candidates_add(struct candidates *candidates, struct report *report,
	const struct report_host *host, const struct origin *origin);

/* Tell the listener what was decided for the candidate, and which TLSA records count. */
void candidates_tell_policy(const struct candidates *candidates, const struct candidate *candidate);

/* Tell the listener that this candidate gave no session. */
void candidates_tell_failed(const struct candidates *candidates, const struct report *report,
	const struct candidate *candidate);

/* Tell the listener that a host cannot be tried at all. */
void candidates_tell_unusable(const struct candidates *candidates, const struct report *report,
	const struct report_host *host);

#endif
