/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A list of what is kept, the oldest first. */
#include "base/kept.h"

void kept_add(struct kept *kept, struct kept_link *link, size_t octets) {
	*link = (struct kept_link){.older = kept->newest, .octets = octets};
	*(kept->newest == NULL ? &kept->oldest : &kept->newest->newer) = link;
	kept->newest = link;
	kept->n++;
	kept->octets += octets;
}

void kept_remove(struct kept *kept, struct kept_link *link) {
	*(link->older == NULL ? &kept->oldest : &link->older->newer) = link->newer;
	*(link->newer == NULL ? &kept->newest : &link->newer->older) = link->older;
	kept->n--;
	kept->octets -= link->octets;
}

struct kept_link *kept_excess(struct kept *kept, size_t n, size_t octets) {
	struct kept_link *oldest = kept->oldest;
	if (kept->n <= n && kept->octets <= octets) {
		return NULL;
	}
	kept_remove(kept, oldest);
	return oldest;
}
