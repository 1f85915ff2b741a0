/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Metrics of many domains. OpenMetrics wants a family's samples together, so they cannot be written
 * as they come: each family has a temporary file without a name, in $TMPDIR. */
#ifndef SMTP_TLS_FLEET_SPOOL_H
#define SMTP_TLS_FLEET_SPOOL_H

#include "base/err.h"
#include "render/openmetrics.h"
#include "smtp-tls-fleet.d/name_set.h"
#include "smtp-tls-fleet.d/outbox.h"

#define SPOOL_PIECE 8192U

struct spool {
	struct name_set domains; /* a series may be there only once; with the worst state */
	size_t repeated;         /* lines of domains that were there */
	struct spool_family {
		int fd;
		size_t len;
		char piece[SPOOL_PIECE]; /* not yet in the file */
	} * families;                /* OPENMETRICS_FAMILIES of them */
};

/* folder: where temporary files go. ERR_LOCAL. */
bool spool_open(struct spool *spool, struct arena *arena, const char *folder, struct err *err);

/* A line of the list has this domain. False: an earlier one had, and this one's verdict is not to
 * be added: which of them counts must not hang on which of them is done first. */
bool spool_claim(struct spool *spool, const char *domain);

/* What came of one of its lines; UNKNOWN of one that cannot be read, for an alert that ends because
 * of a slip says that all is well. Of all lines the worst counts. */
void spool_state(struct spool *spool, const char *domain, enum state state);

/* All but its state. ERR_LOCAL: the folder is full. */
bool spool_add(
	struct spool *spool, struct arena *arena, const struct verdict *verdict, struct err *err);

/* All of it: families one after the other. Stops with the outbox. ERR_LOCAL when a file cannot be
 * read. */
bool spool_print(struct spool *spool, struct outbox *outbox, struct err *err);

/* The line that says that nothing is missing: not after a run that was cut short. */
void spool_print_end(struct outbox *outbox);

void spool_close(struct spool *spool);

#endif
