/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Hosts whose names no sender takes. */
#include "verdict/raise.h"

static const char *name_fault_words(const struct judging *j, enum host_name_fault fault) {
	switch (fault) {
	case HOST_NAME_ADDRESS:
	case HOST_NAME_NUMERIC:
		return arena_printf(
			j->arena, "an %s must name a host, not an address", route_word(j->report));
	case HOST_NAME_CHARACTER:
		return "a host's name has letters, digits, hyphens and dots only";
	case HOST_NAME_HYPHEN:
		return "no part of a host's name begins or ends with a hyphen";
	case HOST_NAME_EMPTY:
	case HOST_NAME_DELIMITER:
		return "no part of a host's name is empty";
	case HOST_NAME_LOCAL:
		return arena_printf(
			j->arena, "an %s must name a host that others can reach", route_word(j->report));
	case HOST_NAME_FINE:
	case HOST_NAME_LONG_LABEL:
	case HOST_NAME_LONG:
		break;
	}
	return "a host's name has at most 255 characters, a part of it 63";
}

/* Postfix connects to an address, with a warning in its log. */
static const char *fault_effect(enum host_name_fault fault) {
	if (fault == HOST_NAME_LOCAL) {
		return "is each sender itself";
	}
	return fault == HOST_NAME_ADDRESS ? "most senders skip" : "senders skip";
}

/* Senders look at the name before they ask for addresses, so a wildcard that has some helps nobody.
 */
void judge_host_name(struct judging *j, const struct report_host *host) {
	const char *naming = j->report->mx_used
							 ? arena_printf(j->arena, "an %s record names", route_word(j->report))
							 : "the destination is";
	struct phrase alias = {.n = 0};
	if (host->faulty_name != host->name) {
		alias = phrase_new(j->arena, ", an alias of %pN", host->faulty_name);
	}
	raise_host_as(j, FINDING_MX_NAME_INVALID, judging_lookup_loss(j), host,
		"%s %pN%pP, which %s: %s", naming, host->name, &alias, fault_effect(host->name_fault),
		name_fault_words(j, host->name_fault));
}

static bool is_alias(const struct dns_question *question) {
	return question != NULL && question->outcome == DNS_FOUND && question->answer.n_aliases > 0;
}

/* Senders follow it, and RFC 7672 2.2.2 says what it means to DANE; but it must not be there. */
void judge_alias(struct judging *j, const struct report_host *host) {
	const struct dns_question *question = is_alias(host->a) ? host->a : host->aaaa;
	if (!j->report->mx_used || !is_alias(question)) {
		return;
	}
	struct finding *finding = raise_host_as(j, FINDING_MX_ALIAS, STATE_OK, host,
		"an %s record names %pN, an alias of %pN, where it must name a host", route_word(j->report),
		host->name, question->answer.canonical);
	raise_remedy(j, finding, "let the record name %pN", question->answer.canonical);
}
