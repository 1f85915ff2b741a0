/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Limits: defaults, and what the descriptors of this process allow. */
#include "probe/fleet_limits.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>

#include "dns/channels.h"
#include "http/http.h"
#include "probe/auth_sweep.h"

#define DOMAINS_WITH_OWN 128U  /* at a time, where all of them need some */
#define RESOLV_CONF_SERVERS 3U /* as many as the C library looks at */

/* Each channel has two carriers, each of these a socket for UDP and at times one for TCP, to each
 * server it asks; with several servers there are as many again, each to one alone. A channel that
 * cannot be opened leaves its work to the others. */
static size_t descriptors_for_lookups(size_t n_servers, size_t most) {
	n_servers = n_servers == 0 ? RESOLV_CONF_SERVERS : n_servers;
	size_t n = 4U * CHANNELS_MAX * (n_servers > 1 ? 2 * n_servers : 1);
	return n < most / 4U ? n : most / 4U;
}

static size_t or_else(size_t given, size_t usual) {
	return given == 0 ? usual : given;
}

size_t fleet_own_descriptors(const struct survey_spec *spec) {
	bool fetches = spec->mta_sts == SURVEY_STS_CHECK || spec->mta_sts == SURVEY_STS_REQUIRE;
	return (spec->auth_servers ? AUTH_FDS_MAX : 0) + (fetches ? HTTP_FDS_MAX : 0);
}

/* As many as are needed, if the system grants them; what it does not is found out by asking. */
static bool raise_files(struct rlimit *files, size_t wanted, struct err *err) {
	if (getrlimit(RLIMIT_NOFILE, files) != 0) {
		return err_set(
			err, ERR_LOCAL, "cannot tell how many files may be open: %s", strerror(errno));
	}
	if (files->rlim_cur < wanted && files->rlim_cur < files->rlim_max) {
		struct rlimit more = *files;
		more.rlim_cur = files->rlim_max < wanted ? files->rlim_max : wanted;
		if (setrlimit(RLIMIT_NOFILE, &more) == 0) {
			*files = more;
		}
	}
	if (files->rlim_cur < FLEET_DESCRIPTORS_MIN) {
		return err_set(err, ERR_LOCAL, "only %llu files may be open, and %u are needed",
			(unsigned long long)files->rlim_cur, FLEET_DESCRIPTORS_MIN);
	}
	return true;
}

bool fleet_limits_settle(
	struct fleet_limits *limits, const struct fleet_lookups *lookups, struct err *err) {
	struct rlimit files;
	limits->parallel = or_else(limits->parallel, 500);
	limits->connections = or_else(limits->connections, 250);
	limits->per_address = or_else(limits->per_address, 1);
	limits->nodes_kept = or_else(limits->nodes_kept, 1000);
	limits->answers_kept = or_else(limits->answers_kept, 2000);
	size_t beside = FLEET_DESCRIPTORS_SPARE + descriptors_for_lookups(lookups->n_servers, SIZE_MAX);
	size_t own = or_else(limits->own_descriptors, DOMAINS_WITH_OWN * (AUTH_FDS_MAX + HTTP_FDS_MAX));
	size_t wanted =
		limits->connections < SIZE_MAX / 2 ? limits->connections + beside + own : SIZE_MAX;
	if (!raise_files(&files, wanted, err)) {
		return false;
	}
	size_t most = (size_t)files.rlim_cur - FLEET_DESCRIPTORS_SPARE;
	most -= descriptors_for_lookups(lookups->n_servers, most);
	limits->connections = limits->connections < most ? limits->connections : most;
	limits->own_descriptors = own < most - limits->connections ? own : most - limits->connections;
	return true;
}
