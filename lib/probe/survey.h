/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The story of one run: resolve, choose nodes, decide what each must prove, probe until one lets
 * us in, and put everything learned into one report. The root source of the loop. */
#ifndef PROBE_SURVEY_H
#define PROBE_SURVEY_H

#include "dns/resolver.h"
#include "io/loop.h"
#include "probe/report.h"
#include "probe/survey_spec.h"
#include "tls/tls_client.h"

struct survey;

/* A new survey; the resolver stays the caller's. Its first step sends the first question before
 * libssl is initialised. */
struct survey *survey_new(
	struct arena *arena, const struct survey_spec *spec, struct resolver *resolver, usec now);
struct source *survey_source(struct survey *survey);

/* The report, whichever way the loop ended; err is the loop's with LOOP_BROKEN. The report and all
 * it points to live in the arena, but its spec, which stays the caller's. */
const struct report *survey_finish(
	struct survey *survey, enum loop_end end, const struct err *err, usec now);

/* Close sockets and free the TLS context. Accepts NULL. The report stays valid. */
void survey_free(struct survey *survey);

#endif
