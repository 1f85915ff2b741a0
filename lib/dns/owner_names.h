/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The owners of the records in one answer section, each name once: equal names are the same
 * pointer, and a thousand records under one name cost one name. */
#ifndef DNS_OWNER_NAMES_H
#define DNS_OWNER_NAMES_H

#include "base/arena.h"

/* Different owners in one answer section; more is malformed: every alias followed has one. */
#define OWNER_NAMES_MAX 24U

struct owner_names {
	struct arena *arena; /* given by the user, all else zero */
	const char *names[OWNER_NAMES_MAX];
	size_t n;
	unsigned pointer;    /* the compression pointer that came last; 0: none */
	const char *pointed; /* the owner it leads to */
};

/* The first owner is the name asked, which stands at this offset of the message. Borrowed. */
void owner_names_start(struct owner_names *owners, const char *asked, size_t at);

/* The owner at this offset; NULL when it is malformed, or one owner too many. */
const char *owner_names_read(struct owner_names *owners, struct span message, size_t at);

/* The owner with this name; NULL when no record has it. */
const char *owner_names_find(const struct owner_names *owners, const char *name);

#endif
