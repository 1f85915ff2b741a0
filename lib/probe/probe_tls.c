/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* From a policy to the demands on a TLS session. */
#include "probe/probe_tls.h"

struct tls_spec probe_tls_spec(const struct tls_policy *policy, const struct tls_wish *wish) {
	return (struct tls_spec){
		.level = policy->level,
		.anonymous = policy->anonymous,
		.report_as = policy->report_as,
		.tlsa = policy->tlsa,
		.n_tlsa = policy->n_tlsa,
		.unusable_beside = policy->unusable_beside,
		.fingerprints = wish->fingerprints,
		.n_fingerprints = wish->n_fingerprints,
		.names = policy->names,
		.n_names = policy->n_names,
		.sni = policy->sni,
	};
}
