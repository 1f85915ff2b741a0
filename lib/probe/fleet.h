/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Surveys of many domains in one loop. The fleet asks for a domain when there is room for one and
 * hands its report back as soon as it is complete, in whatever order that is: so what it holds in
 * memory grows with the domains in flight, never with their number. A survey here is the one that a
 * single run makes; what they share is asked, and connected to, once. */
#ifndef PROBE_FLEET_H
#define PROBE_FLEET_H

#include "dns/resolver.h"
#include "io/crowd.h"
#include "probe/report.h"
#include "probe/survey_spec.h"
#include "tls/tls_client.h"

/* One domain. The arena is its own and goes over to the fleet, which frees it behind done(). The
 * spec lives in it, and so does what the spec points to, unless it outlives the fleet; its tls is
 * the fleet's, and context, trace, resolver_remote and resolver_servers are filled in by the fleet.
 * Its `timeout` is the deadline of this domain, counted from when it is taken up. */
struct fleet_job {
	struct arena *arena;
	const struct survey_spec *spec;
	void *context; /* whatever it is to the giver */
};

enum fleet_supply {
	FLEET_JOB,   /* here is one */
	FLEET_LATER, /* none at the moment: fleet_more() will tell */
	FLEET_END    /* no more, ever */
};

/* 0: the default. */
struct fleet_limits {
	size_t parallel;     /* domains in flight: 500 */
	size_t connections;  /* at a time, to all: 250 */
	size_t per_address;  /* at a time, to one address: 1 */
	size_t address_rate; /* connections to one address in a minute; 0: no limit */
	size_t nodes_kept;   /* of those nobody asks about any more, for those who will: 1,000 */
	size_t answers_kept; /* the same of DNS answers: 2,000 */
	/* Descriptors for what domains do not share (name servers asked one by one, policies fetched):
	 * as many as there is room for; domains that need more wait until others are done. */
	size_t own_descriptors;
};

/* How names are looked up: as for a single run, but that each question has its own deadline. */
struct fleet_lookups {
	const char *const *servers; /* n_servers 0: those of resolv.conf */
	size_t n_servers;
	usec patience; /* of one question */
	enum resolver_hosts hosts;
	const char *validation_check; /* "ns:.": with several servers, what tells which of them
									 validate; NULL: believed as they are */
};

struct fleet_spec {
	struct fleet_limits limits;
	struct fleet_lookups lookups;
	const struct tls_settings *tls;
	void *context;
	/* The next domain. Called while there is room, and never after FLEET_END. Must not block: where
	 * input comes from a pipe, join a source that reads it, say FLEET_LATER, and fleet_more(). */
	enum fleet_supply (*next)(void *context, struct fleet_job *job, usec now);
	/* The domain is done: judge, print. The report and all it points to are gone afterwards. A
	 * report of NULL: the fleet ended before the domain did, and nothing is known of it. */
	void (*done)(void *context, const struct fleet_job *job, const struct report *report, usec now);
};

/* What became of it so far. */
struct fleet_counts {
	size_t started; /* domains */
	size_t done;
	size_t in_flight;
	size_t connections; /* TCP connections tried */
	size_t questions;   /* asked of a resolver */
	size_t nodes;       /* nodes that domains wanted to know about; connections are fewer */
	size_t lookups;     /* questions of domains, answered from memory or not */
	size_t steps;
};

struct fleet;

/* Loads what TLS needs and opens the resolver: NULL with ERR_USAGE for a bad file, value or server
 * (err.about says which), ERR_LOCAL when this machine has no room. This process may have as many
 * descriptors from now on as that takes, as far as the system grants it (RLIMIT_NOFILE);
 * connections beyond that are cut to what there is room for, with some left for files:
 * fleet_limits() tells, and below 64 descriptors it is ERR_LOCAL. */
struct fleet *fleet_new(
	struct arena *arena, const struct fleet_spec *spec, usec now, struct err *err);

/* The limits in force. */
struct fleet_limits fleet_limits(const struct fleet *fleet);

/* Another source beside the domains, for as long as the fleet runs: whoever reads the input,
 * submits results, shows progress. It is stepped when a descriptor or its time calls, or after
 * crowd_wake(). As crowd_add(). */
void fleet_join(struct fleet *fleet, struct crowd_child *child, struct pollfd *room, size_t n_room);

/* After FLEET_LATER: ask again. */
void fleet_more(struct fleet *fleet);

/* Run until next() said FLEET_END and all is done: LOOP_FINISHED. A signal (LOOP_INTERRUPTED) or
 * trouble of this machine (LOOP_BROKEN, with err) ends it early and at once; then done() has been
 * called for each domain that was in flight, without a report. */
enum loop_end fleet_run(struct fleet *fleet, const struct loop_os *os, struct err *err);

struct fleet_counts fleet_counts(const struct fleet *fleet);

/* What is left once every domain is on its way. How long that takes cannot be told: who has to wait
 * for others loses none of his time by that. */
struct fleet_rest {
	bool all_begun;   /* there are no more domains; only then: */
	size_t in_flight; /* domains */
	size_t held_up;   /* of them, those that wait for a turn now */
	usec deadline;    /* the last one's, as it is now; USEC_NEVER while one is held up */
};

struct fleet_rest fleet_rest(const struct fleet *fleet);

void fleet_free(struct fleet *fleet); /* accepts NULL */

#endif
