/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Hosts and TLSA records without DNSSEC: what is to be done, and what has to be right before. */
#include "verdict/judging.h"
#include "verdict/raise.h"

bool came_signed(const struct dns_question *question) {
	return question != NULL && question->answer.n_aliases == 0 && question->answer.n_signatures > 0;
}

/* Which zones are to be signed where an alias leads from one to another: all, and which of them is
 * not is not known. A zone that is signed lacks something else. */
struct phrase signing_words(
	const struct judging *j, const char *zone, const struct dns_question *question) {
	const struct dns_signature *signature =
		came_signed(question) ? &question->answer.signatures[0] : NULL;
	if (signature != NULL && signature->sha1_only) {
		return phrase_new(j->arena,
			"%s is signed by SHA-1 alone (algorithm %u), which resolvers take as unsigned: roll it "
			"over to algorithm 13, and see that its parent has the DS record",
			zone, (unsigned)signature->algorithm);
	}
	if (signature != NULL) {
		return phrase_new(j->arena,
			"%s is signed (algorithm %u), but no DS record that the resolver can use leads to it: "
			"have that of its key published in the parent zone",
			zone, (unsigned)signature->algorithm);
	}
	return question == NULL || question->answer.n_aliases == 0
			   ? phrase_new(j->arena, "sign %s", zone)
			   : phrase_new(j->arena, "sign %s, and that of %pN, to which its alias leads", zone,
					 question->answer.canonical);
}

/* Its TLSA records, which count for nothing so far; NULL: there are none. */
static const struct dns_question *records_of(const struct report_host *host) {
	for (size_t i = 0; i < host->n_tlsa_questions; i++) {
		if (host->tlsa_questions[i]->outcome == DNS_FOUND) {
			return host->tlsa_questions[i];
		}
	}
	return NULL;
}

/* An anchor that is published whole need not be sent: nothing is known of it here. */
static bool may_match(const struct tlsa *records, size_t n, const struct tls_facts *tls) {
	for (size_t i = 0; i < n; i++) {
		bool whole = records[i].usage == TLSA_DANE_TA && records[i].matching == TLSA_FULL;
		bool fits =
			tls_record_depth(&records[i], tls) >= 0 && !tls_record_is_overruled(records, n, i);
		if (records[i].unusable == NULL && (whole || fits)) {
			return true;
		}
	}
	return false;
}

/* Would senders with DANE refuse what the host shows, once they believe these records? */
static bool would_refuse(
	const struct judging *j, const struct report_host *host, const struct dns_answer *answer) {
	const struct tls_facts **sessions = NULL;
	size_t n_sessions = sessions_of_host(j, host, &sessions);
	struct tlsa *records = arena_alloc_array(j->arena, answer->n_records, sizeof *records);
	for (size_t i = 0; i < answer->n_records; i++) {
		records[i] = tlsa_read(answer->records[i].data, 0);
	}
	if (tlsa_count_usable(records, answer->n_records) == 0) {
		return false;
	}
	for (size_t i = 0; i < n_sessions; i++) {
		if (!may_match(records, answer->n_records, sessions[i])) {
			return true;
		}
	}
	return false;
}

/* Old records harm nobody until the zone is signed. */
static struct phrase first_words(const struct judging *j, const struct report_host *host) {
	const struct dns_question *question = records_of(host);
	if (question == NULL || !would_refuse(j, host, &question->answer)) {
		return (struct phrase){.n = 0};
	}
	struct phrase seen = seen_records(j, host);
	return phrase_new(j->arena,
		"first publish %pP%s, for its TLSA records do not match what it shows, and senders would "
		"refuse it; then ",
		&seen, unseen_keys_words(j, host));
}

/* getaddrinfo() was asked, as --host-lookup says: that tells nothing of the host's zone. */
static void judge_native(struct judging *j, const struct report_host *host) {
	struct finding *finding = raise_host_as(j, FINDING_HOST_INSECURE, STATE_UNKNOWN, host,
		"the host's addresses come from this system's own lookup, which knows nothing of DNSSEC, "
		"so DANE cannot be judged");
	raise_remedy(j, finding, "leave out --host-lookup, or check with -l verify");
}

static void remedy_for_zone(struct judging *j, struct finding *finding,
	const struct report_host *host, const char *zone, const struct dns_question *question) {
	struct phrase first = first_words(j, host);
	struct phrase sign = signing_words(j, zone, question);
	raise_remedy(j, finding,
		"%pP%pP; if it is somebody else's, check with -l verify, or accept it with --state %s=ok",
		&first, &sign, finding_info(finding->id)->name);
}

static void judge_host(struct judging *j, const struct report_host *host) {
	bool ipv6 = host->a == NULL || host->a->outcome != DNS_FOUND;
	const struct dns_question *asked = ipv6 ? host->aaaa : host->a;
	struct finding *finding = raise_host(j, FINDING_HOST_INSECURE, host,
		"the host's addresses are %s, so DANE does not apply%s",
		came_signed(asked) ? "signed, but not validated" : "not signed",
		records_of(host) != NULL ? " and its TLSA records protect nobody" : "");
	remedy_for_zone(j, finding, host, "the host's zone", asked);
}

static void judge_records(struct judging *j, const struct report_host *host) {
	struct finding *finding = raise_host(j, FINDING_TLSA_INSECURE, host,
		"TLSA records exist, but are %s and protect nobody",
		came_signed(host->tlsa_used) ? "signed without being validated" : "not signed");
	remedy_for_zone(j, finding, host, "their zone", host->tlsa_used);
}

void judge_unsigned(struct judging *j, const struct report_host *host) {
	if (host->tlsa_state == TLSA_STATE_INSECURE) {
		judge_records(j, host);
	} else if (host->native) {
		judge_native(j, host);
	} else {
		judge_host(j, host);
	}
}
