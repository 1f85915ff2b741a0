/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Limits: defaults, and what the descriptors of this process allow. */
#include "probe/fleet_limits.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>

#include "dns/channels.h"

/* For questions: each channel has two carriers, each of these a socket for UDP, at times another
 * for TCP. A resolver that cannot be opened for want of them leaves its work to the others. */
#define DESCRIPTORS_OF_LOOKUPS(most) ((most) < 400U ? (most) / 4U : 4U * CHANNELS_MAX)

static size_t or_else(size_t given, size_t usual) {
	return given == 0 ? usual : given;
}

bool fleet_limits_settle(struct fleet_limits *limits, struct err *err) {
	struct rlimit files;
	if (getrlimit(RLIMIT_NOFILE, &files) != 0) {
		return err_set(
			err, ERR_LOCAL, "cannot tell how many files may be open: %s", strerror(errno));
	}
	if (files.rlim_cur < FLEET_DESCRIPTORS_MIN) {
		return err_set(err, ERR_LOCAL, "only %llu files may be open, and %u are needed",
			(unsigned long long)files.rlim_cur, FLEET_DESCRIPTORS_MIN);
	}
	size_t most = (size_t)files.rlim_cur - FLEET_DESCRIPTORS_SPARE;
	most -= DESCRIPTORS_OF_LOOKUPS(most);
	limits->parallel = or_else(limits->parallel, 500);
	limits->connections = or_else(limits->connections, 250);
	limits->per_address = or_else(limits->per_address, 1);
	limits->nodes_kept = or_else(limits->nodes_kept, 1000);
	limits->answers_kept = or_else(limits->answers_kept, 2000);
	limits->connections = limits->connections < most ? limits->connections : most;
	return true;
}
