/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the API is, as this machine's resolver has it: before the loop, where it may take its time,
 * and again, beside the loop, whenever it is not to be reached there any more. */
#ifndef SMTP_TLS_FLEET_SUBMIT_ADDRESSES_H
#define SMTP_TLS_FLEET_SUBMIT_ADDRESSES_H

#include <poll.h>

#include "base/arena.h"
#include "base/err.h"
#include "dns/native_child.h"

#define SUBMIT_ADDRESSES_MAX 8U
#define SUBMIT_ADDRESSES_FDS 2U

struct submit_addresses {
	const char *host;
	struct arena *arena;
	const char *const *list; /* numeric; a former list stays valid */
	size_t n;

	/* private */
	bool is_name;                    /* and may be looked up again */
	bool looks;                      /* that is under way */
	struct native_child children[2]; /* of IPv4 and of IPv6 */
	bool told[2];
};

/* Look it up; both live in the arena. False with ERR_LOCAL: it has none. */
bool submit_addresses_find(
	struct submit_addresses *addresses, struct arena *arena, const char *host, struct err *err);

/* Nobody is to be reached there: look it up again, unless that is under way, or it is an address.
 */
void submit_addresses_doubt(struct submit_addresses *addresses);

/* Take what was found, if that is complete; what finds nothing changes nothing. Never blocks. */
void submit_addresses_step(struct submit_addresses *addresses);
size_t submit_addresses_watch(
	const struct submit_addresses *addresses, struct pollfd *fds, size_t max);

/* The lookup ends, if there is one. */
void submit_addresses_stop(struct submit_addresses *addresses);

#endif
