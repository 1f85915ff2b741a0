/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole run of check_smtp_tls on paper: survey, verdict and every format, on a clock that jumps,
 * against peer.h and a resolver that the target brings. */
#ifndef TESTS_FUZZ_WHOLE_H
#define TESTS_FUZZ_WHOLE_H

#include "dns/resolver.h"
#include "peer.h"
#include "probe/survey_spec.h"
#include "verdict/verdict.h"

#define WHOLE_DOMAIN "example.test"
#define WHOLE_HOST "mx1.example.test"
#define WHOLE_START (1000 * USEC_PER_SEC) /* of the clock that jumps */
#define WHOLE_TIMEOUT (30 * USEC_PER_SEC)

struct whole {
	struct arena *arena;
	enum tls_level level;
	enum survey_scope scope;
	enum mail_protocol protocol;
	bool wrapper;
	bool key_types;
	bool reconnect;
	bool denial_probe;
	bool verbose;
	struct resolver *resolver;
	const struct peer_plan *peer;
};

/* Before anything else: as in the programs, the library becomes narrow while nobody uses it yet. */
void whole_prepare(void);

/* Run it to its end, which must be in time, and hold everything that is printed against its rules:
 * printable, in its cap, one '|' in the first line and none behind it, no line but the first that
 * looks like a status line, JSON and OpenMetrics that can be parsed. The state. */
enum state whole_run(const struct whole *whole);

#endif
