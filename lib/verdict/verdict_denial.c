/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether the zones of the hosts prove what does not exist (RFC 4035 5.4, RFC 8020). */
#include "verdict/raise.h"

/* Silence counts where it was asked for in time; later it only shows that there was none left. */
static bool is_unproven(const struct judging *j, const struct dns_question *question) {
	if (question == NULL || question->err.kind == ERR_LOCAL) {
		return false;
	}
	switch (question->outcome) {
	case DNS_BOGUS:
		return !question->exists;
	case DNS_SERVER_FAILED:
	case DNS_MALFORMED:
		return true;
	case DNS_TIMED_OUT:
		return j->report->spec->denial_probe;
	case DNS_PENDING:
	case DNS_FOUND:
	case DNS_NODATA:
	case DNS_NXDOMAIN:
	case DNS_UNREACHABLE:
	case DNS_INVALID:
		break;
	}
	return false;
}

static void judge_proof(struct judging *j, const struct report_host *host) {
	bool name = is_unproven(j, host->denial_name);
	const struct dns_question *question = name ? host->denial_name : host->denial_type;
	if (!name && !is_unproven(j, host->denial_type)) {
		return;
	}
	if (blames_resolver(j, question)) {
		judge_resolver_failure(j, question);
		return;
	}
	struct phrase why = failure_words(j, question);
	struct finding *finding = raise_host(j, FINDING_DENIAL_BROKEN, host,
		"absence cannot be proven: the TLSA lookup of %pN, which has no such record, fails (%pP); "
		"DANE senders defer mail",
		question->name, &why);
	raise_remedy(j, finding, "repair the signing of denials (NSEC, NSEC3) or the name servers");
}

void judge_denial(struct judging *j) {
	for (size_t i = 0; i < j->n_hosts; i++) {
		const struct report_host *host = &j->report->hosts[i];
		judge_proof(j, host);
		if (host->denial_parent != NULL && host->denial_parent->outcome == DNS_NXDOMAIN) {
			struct finding *finding = raise_host(j, FINDING_DENIAL_ENT, host,
				"%pN does not exist (NXDOMAIN), the resolver is told, although TLSA records exist "
				"below it: resolvers that minimise questions see none (RFC 8020)",
				host->denial_parent->name);
			raise_remedy(j, finding, "update the name servers of the zone");
		}
	}
}
