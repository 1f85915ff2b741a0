/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What the resolver that was asked is worth by its answers about names that are there for certain.
 */
#include <string.h>

#include "verdict/hints.h"
#include "verdict/raise.h"

struct phrase resolver_words(const struct judging *j, const struct dns_question *question) {
	const char *servers = question != NULL && question->server != NULL
							  ? question->server
							  : j->report->spec->resolver_servers;
	return servers == NULL ? phrase_new(j->arena, "the resolver")
						   : phrase_new(j->arena, "the resolver at %pN", servers);
}

bool resolver_denies_root(const struct report *report) {
	const struct dns_question *check = report->validation_check;
	return check != NULL && strcmp(check->name, ".") == 0 && !check->secure &&
		   (check->outcome == DNS_NXDOMAIN || check->outcome == DNS_NODATA);
}

void judge_denied_root(struct judging *j) {
	const struct dns_question *check = j->report->validation_check;
	if (is_raised(j, FINDING_RESOLVER_FAILED)) {
		return;
	}
	struct phrase resolver = resolver_words(j, check);
	struct finding *finding = raise_run(j, FINDING_RESOLVER_FAILED,
		"%pP denies even the root of the DNS (%s for %pN), so that what it does not know may be "
		"there all the same",
		&resolver, dns_outcome_name(check->outcome), j->report->spec->validation_check);
	raise_remedy(j, finding, "repair it or name another with --nameserver%s", hint_nameserver(j));
}

static void judge_not_validating(struct judging *j) {
	const struct dns_question *check = j->report->validation_check;
	struct phrase resolver = resolver_words(j, check);
	struct finding *finding = raise_run(j, FINDING_RESOLVER_NOT_VALIDATING,
		"%pP does not validate DNSSEC (no AD bit for %pN), so DANE cannot be judged", &resolver,
		j->report->spec->validation_check);
	raise_remedy(j, finding, "use a validating resolver, --nameserver, or -l verify");
}

void judge_resolver(struct judging *j) {
	const struct report *report = j->report;
	const struct dns_question *check = report->validation_check;
	if (!judging_wants_dane(j)) {
		return;
	}
	if (check != NULL && dns_outcome_is_answer(check->outcome) && !check->secure) {
		j->not_validating = true;
		if (resolver_denies_root(report)) {
			judge_denied_root(j);
		} else {
			judge_not_validating(j);
		}
	} else if (report->spec->resolver_remote &&
			   (report->route_question != NULL || report->n_hosts > 0)) {
		const char *servers = report->spec->resolver_servers;
		raise_run(j, FINDING_RESOLVER_REMOTE,
			"the resolver%s%pN is not on this host: DNSSEC is as safe as the path to it",
			servers == NULL ? "" : " ", servers);
	}
}
