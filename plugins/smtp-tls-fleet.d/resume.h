/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What an earlier output has already: JSON Lines, or lines of domain, tab and status. */
#ifndef SMTP_TLS_FLEET_RESUME_H
#define SMTP_TLS_FLEET_RESUME_H

#include "base/err.h"
#include "base/span.h"
#include "smtp-tls-fleet.d/name_set.h"
#include "verdict/findings.h"

/* Characters of a member of an object that is kept; what is longer is no domain of ours. */
#define RESUME_VALUE_MAX 5120U

struct resume {
	struct name_set names; /* "0 example.org", "2 example.org --level=may": state, options */
	int64_t oldest;        /* seconds since the epoch; verdicts from before are not counted */
	int64_t newest;        /* the same for those from after */
	enum resume_demand {
		RESUME_VERDICT,  /* a verdict is enough */
		RESUME_SUBMITTED /* one that says that it was submitted */
	} demand;
	size_t n_counted;
	size_t n_old;         /* or too new */
	size_t n_unknown;     /* verdicts that were none: they are tried again */
	size_t n_newer;       /* of a schema that is not known here: they are checked again */
	size_t n_unsubmitted; /* or do not say so, where that is demanded: they are checked again */
	size_t n_broken;      /* lines that are none of ours, or not whole */
	uint64_t whole;       /* octets up to the end of the last line that has an end */
	uint64_t total;
	struct resume_line *line; /* the one that is being read */
};

/* A verdict is enough, until another demand is set. oldest INT64_MIN: of any age; otherwise lines
 * without a time are not counted. */
struct resume resume_new(struct arena *arena, int64_t oldest, int64_t newest);

/* The next octets of the file; in any pieces. */
void resume_read(struct resume *resume, struct span bytes);

/* The whole file. ERR_LOCAL when it cannot be read. */
bool resume_file(struct resume *resume, const char *path, struct err *err);

/* Is this one done, and what did it come to? Each verdict counts for one line; of several the worst
 * first. */
bool resume_has(struct resume *resume, const char *domain, const char *options, enum state *state);

/* When the file is what the descriptor writes to, cut off what follows its last whole line, so that
 * the next one begins a line. Returns the octets cut off. */
uint64_t resume_mend(const struct resume *resume, const char *path, int fd);

#endif
