/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions of many askers: each is asked once, whoever else wants to know, and its answer is kept
 * as long as its TTL says and there is room. What an asker was told lives until it leaves. */
#ifndef DNS_SHARED_ANSWERS_H
#define DNS_SHARED_ANSWERS_H

#include "base/held_up.h"
#include "dns/channels.h"

/* How long an answer counts whatever its TTL; one that has none, such as that nothing is there; and
 * a failure, so that those who ask next do not all wait for it again (RFC 2308 7). */
#define SHARED_TTL_MAX (3600 * USEC_PER_SEC)
#define SHARED_TTL_NOTHING (60 * USEC_PER_SEC)
#define SHARED_TTL_FAILED (30 * USEC_PER_SEC)

struct shared_answers_spec {
	struct channels *channels; /* which take the questions */
	const char *servers;       /* whom they ask, for messages */
	size_t kept;               /* answers that no asker holds at the moment */
};

struct shared_answers;

/* Answers have memory of their own. */
struct shared_answers *shared_answers_new(
	struct arena *arena, const struct shared_answers_spec *spec);

/* Behind channels_free(), when all askers have left. Accepts NULL. */
void shared_answers_free(struct shared_answers *answers);

struct shared_answers_counts {
	size_t wanted; /* by askers */
	size_t kept;
};
struct shared_answers_counts shared_answers_counts(const struct shared_answers *answers);

/* Who asks. The child is woken when an answer is there, and when it is not held up any more. */
struct shared_answers_asker {
	struct crowd_child *child;
	struct held_up *held_up; /* counts also what waits for a channel here */
	usec deadline;           /* but for what it is held up */
};

/* One asker's resolver: what it asks is answered by the deadline. Freeing it lets go of all its
 * answers. */
struct resolver *shared_answers_join(
	struct arena *arena, struct shared_answers *answers, const struct shared_answers_asker *who);

#endif
