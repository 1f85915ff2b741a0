/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The MTA-STS policy of the mail domain, fetched beside the visits (RFC 8461 3.3). A child of the
 * survey that delays nothing else: addresses come from the run's resolver, and libcurl is opened
 * once a record announces a policy and not before. */
#ifndef PROBE_POLICY_FETCH_H
#define PROBE_POLICY_FETCH_H

#include "http/http.h"
#include "probe/lookups.h"
#include "probe/report.h"
#include "probe/survey_spec.h"

#define POLICY_FETCH_MAX (10 * USEC_PER_SEC) /* from the first byte on; then it has timed out */
#define POLICY_ADDRESSES_MAX 16U

/* All zero but for what is given. */
struct policy_fetch_job {
	struct arena *arena;
	const struct survey_spec *spec;
	struct lookups *lookups;
	struct report *report; /* its `policy` is filled in */
	usec latest;           /* absolute: it has ended by then */

	struct http_library *library;
	struct http *http;
	struct http_request request;
	const struct http_answer *answer;
	const char *addresses[POLICY_ADDRESSES_MAX];
	usec started; /* the fetch; 0: not yet */
	bool over;
};

/* Do all that can be done now; DONE when nothing is under way, or ever will be. */
enum progress policy_fetch_step(
	struct policy_fetch_job *job, const struct pollfd *fds, size_t n, usec now);
size_t policy_fetch_watch(
	const struct policy_fetch_job *job, struct pollfd *fds, size_t max, usec now, usec *wake);

/* Close all sockets; what is under way is cut off. The facts stay. */
void policy_fetch_clear(struct policy_fetch_job *job);

#endif
