/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What nobody uses any more and somebody may want again: the oldest goes first when there is too
 * much of it. A link stands in the object that is kept; nothing is allocated here. */
#ifndef BASE_KEPT_H
#define BASE_KEPT_H

#include <stddef.h>

struct kept_link {
	struct kept_link *older;
	struct kept_link *newer;
	size_t octets; /* that it counts for, as long as it is kept */
};

struct kept {
	struct kept_link *oldest;
	struct kept_link *newest;
	size_t n;
	size_t octets;
};

/* As the newest. The link is in no list. */
void kept_add(struct kept *kept, struct kept_link *link, size_t octets);
/* The link is in this list. */
void kept_remove(struct kept *kept, struct kept_link *link);
/* Removes the oldest, and gives it, when there are more than n or more octets than that; otherwise
 * NULL. */
struct kept_link *kept_excess(struct kept *kept, size_t n, size_t octets);

#endif
