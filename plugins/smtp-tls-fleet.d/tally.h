/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What a whole fleet came to, in memory that does not grow with it. Pure. */
#ifndef SMTP_TLS_FLEET_TALLY_H
#define SMTP_TLS_FLEET_TALLY_H

#include "base/text.h"
#include "verdict/verdict.h"

/* Hosts that are counted at a time; of the least troubled one is forgotten for a new one. */
#define TALLY_HOSTS 1024U
#define TALLY_SHOWN 10U

#define TALLY_STATES 4U

struct tally_host {
	char name[254];
	size_t domains; /* with trouble at this host; at most */
	size_t error;   /* of them, those that may have been another's whose place it took */
};

struct tally {
	size_t states[TALLY_STATES];
	size_t domains;                 /* with a verdict */
	size_t bad_lines;               /* lines that cannot be read */
	size_t passed;                  /* over, because an earlier output has them */
	size_t unfinished;              /* domains begun when the end came */
	size_t findings[FINDING_COUNT]; /* domains with it, as more than information */
	struct tally_host *hosts;       /* TALLY_HOSTS of them */
	size_t n_hosts;
	enum state worst;
};

struct tally tally_new(struct arena *arena);

void tally_add(struct tally *tally, const struct verdict *verdict);

/* One that an earlier output has: its state counts for --fail-on. */
void tally_add_passed(struct tally *tally, enum state state);

/* A line that could not be read counts as UNKNOWN. */
void tally_add_bad_line(struct tally *tally);

/* "9,000 OK, 12 WARNING ..." without a line end. */
void tally_print_states(const struct tally *tally, struct text *text);

/* The most frequent findings, and the hosts behind most trouble: whole lines. */
void tally_print_tables(const struct tally *tally, struct text *text);

#endif
