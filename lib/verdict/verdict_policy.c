/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The MTA-STS policy that a mail domain announces: whether senders get it, what it demands, and
 * whether the MX hosts are in it (RFC 8461 3.2, 3.3, 4.1). */
#include <strings.h>

#include "verdict/pkix_fault.h"
#include "verdict/raise.h"

#define MAX_AGE_SHORT 86400U

static bool is_required(const struct judging *j) {
	return j->report->spec->mta_sts == SURVEY_STS_REQUIRE;
}

enum sender_sts policy_effect(const struct report *report) {
	const struct policy_facts *facts = &report->policy;
	if (report->sts.record.outcome != POLICY_RECORD_VALID) {
		return SENDER_STS_NONE;
	}
	if (!policy_is_valid(facts)) {
		return SENDER_STS_UNKNOWN;
	}
	switch (facts->policy.mode) {
	case STS_MODE_ENFORCE:
		return SENDER_STS_ENFORCE;
	case STS_MODE_TESTING:
		return SENDER_STS_TESTING;
	case STS_MODE_NONE:
		break;
	}
	return SENDER_STS_NONE;
}

/* --- senders do not get it --- */

static struct phrase fetch_words(const struct judging *j, const struct policy_facts *facts) {
	const char *words = "no answer in time";
	switch (facts->outcome) {
	case POLICY_STATUS:
		return phrase_new(j->arena, "status %d%s", facts->status,
			facts->status / 100 == 3 ? ", and redirects are not followed" : "");
	case POLICY_LOOKUP_FAILED:
		return phrase_new(j->arena, "the lookup of its address failed");
	case POLICY_NO_HOST:
		return phrase_new(j->arena, "the name has no address");
	case POLICY_NOT_CONNECTED:
		words = "no connection";
		break;
	case POLICY_TLS_FAILED:
		words = "the TLS handshake failed";
		break;
	case POLICY_UNTRUSTED:
		words = "its certificate is not valid";
		break;
	case POLICY_BROKEN:
		words = "the answer is not HTTP, or ends early";
		break;
	case POLICY_TIMED_OUT:
	case POLICY_NOT_FETCHED:
	case POLICY_FETCHED:
	case POLICY_TOO_LONG:
	case POLICY_FAILED:
		return phrase_new(j->arena, "%s", words);
	}
	return facts->words.len == 0 ? phrase_new(j->arena, "%s", words)
								 : phrase_new(j->arena, "%s (\"%pB\")", words, &facts->words);
}

static void raise_unreachable(struct judging *j) {
	const struct policy_facts *facts = &j->report->policy;
	struct phrase why = fetch_words(j, facts);
	enum state state = is_required(j) ? STATE_CRITICAL : STATE_WARNING;
	struct finding *finding = raise_run_as(j, FINDING_STS_POLICY_UNREACHABLE, state,
		"the MTA-STS policy cannot be fetched from %pN: %pP; senders that do not remember one act "
		"as if there were none",
		facts->host, &why);
	finding->cause = facts->outcome == POLICY_UNTRUSTED ? CAUSE_STS_WEBPKI_INVALID
														: CAUSE_STS_POLICY_FETCH_ERROR;
	if (facts->outcome == POLICY_STATUS) {
		raise_remedy(j, finding, "serve /.well-known/mta-sts.txt there with status 200");
	} else if (facts->outcome == POLICY_UNTRUSTED) {
		raise_remedy(j, finding,
			"let it show a certificate of a public CA for that name, in date and with its issuers");
	}
}

static void raise_invalid(struct judging *j) {
	const struct policy_facts *facts = &j->report->policy;
	const struct sts_policy *policy = &facts->policy;
	const char *where =
		policy->line > 0 ? arena_printf(j->arena, " in line %zu", policy->line) : "";
	enum state state = is_required(j) ? STATE_CRITICAL : STATE_WARNING;
	struct finding *finding = raise_run_as(j, FINDING_STS_POLICY_INVALID, state,
		"the MTA-STS policy at %pN is not valid: %s%s; senders that do not remember one act as if "
		"there were none",
		facts->host,
		facts->outcome == POLICY_TOO_LONG ? "it is longer than 65,536 octets" : policy->fault,
		where);
	finding->cause = CAUSE_STS_POLICY_INVALID;
}

/* --- they get it --- */

static bool is_plain_text(struct span type) {
	static const char plain[] = "text/plain";
	const size_t len = sizeof plain - 1;
	return type.len >= len && strncasecmp((const char *)type.at, plain, len) == 0 &&
		   (type.len == len || type.at[len] == ';' || type.at[len] == ' ');
}

static bool is_used(const struct judging *j, struct span pattern) {
	for (size_t i = 0; i < j->report->n_hosts; i++) {
		if (sts_pattern_covers(pattern, j->report->hosts[i].name)) {
			return true;
		}
	}
	return false;
}

static void note_unused(struct judging *j) {
	const struct sts_policy *policy = &j->report->policy.policy;
	const struct span *first = NULL;
	size_t n = 0;
	for (size_t i = 0; i < policy->n_mx; i++) {
		if (!is_used(j, policy->mx[i])) {
			first = first == NULL ? &policy->mx[i] : first;
			n++;
		}
	}
	if (n > 0) {
		raise_run(j, FINDING_STS_NOTE,
			"the pattern \"%pB\"%s of the MTA-STS policy match%s no MX host", first,
			n > 1 ? arena_printf(j->arena, " and %zu more", n - 1) : "", n > 1 ? "" : "es");
	}
}

static void note_mode(struct judging *j) {
	const struct sts_policy *policy = &j->report->policy.policy;
	switch (policy->mode) {
	case STS_MODE_TESTING:
		raise_run(j, FINDING_STS_NOTE,
			"the MTA-STS policy is in mode testing: senders report failures and deliver all the "
			"same");
		break;
	case STS_MODE_NONE:
		raise_run(j, FINDING_STS_NOTE,
			"the MTA-STS policy is in mode none: senders forget the one that they remember");
		break;
	case STS_MODE_ENFORCE:
		break;
	}
	if (policy->max_age < MAX_AGE_SHORT && policy->mode != STS_MODE_NONE) {
		raise_run(j, FINDING_STS_NOTE,
			"the MTA-STS policy has max_age %u: senders forget it within a day",
			(unsigned)policy->max_age);
	}
}

/* A host that senders do not find in the policy is none for them, as long as it is enforced. */
static void judge_coverage(struct judging *j) {
	const struct sts_policy *policy = &j->report->policy.policy;
	bool enforced = policy->mode == STS_MODE_ENFORCE;
	for (size_t i = 0; i < j->report->n_hosts; i++) {
		const struct report_host *host = &j->report->hosts[i];
		if (sts_policy_covers(policy, host->name)) {
			continue;
		}
		struct finding *finding = raise_host_as(j, FINDING_STS_MX_UNCOVERED,
			enforced ? STATE_CRITICAL : STATE_WARNING, host,
			"no mx pattern of the MTA-STS policy matches %pN: senders that know MTA-STS %s",
			host->name,
			enforced ? "do not deliver to it" : "will not deliver to it once it is enforced");
		finding->cause = CAUSE_VALIDATION_FAILURE;
		raise_remedy(j, finding, "add it to the policy, then change the id in the record");
	}
}

static void judge_valid(struct judging *j) {
	const struct policy_facts *facts = &j->report->policy;
	if (facts->policy.mode != STS_MODE_NONE) {
		judge_coverage(j);
		note_unused(j);
	}
	note_mode(j);
	if (!is_plain_text(facts->type)) {
		raise_run(j, FINDING_STS_NOTE,
			"the MTA-STS policy is not served as text/plain, but as \"%pB\": senders that look at "
			"that take it for none (RFC 8461 3.2)",
			&facts->type);
	}
}

/* --- is there one? --- */

/* NULL where there is, or something else says why there is none. */
static const char *missing_words(const struct judging *j) {
	const struct report_announcement *sts = &j->report->sts;
	if (!sts->known) {
		return "whether the domain announces MTA-STS could not be looked up";
	}
	if (sts->record.outcome != POLICY_RECORD_VALID) {
		return sts->record.outcome == POLICY_RECORD_ABSENT
				   ? "the domain announces no MTA-STS"
				   : "the domain announces no MTA-STS that senders take for one";
	}
	bool enforced = policy_effect(j->report) == SENDER_STS_ENFORCE;
	return policy_is_valid(&j->report->policy) && !enforced ? "the MTA-STS policy is not enforced"
															: NULL;
}

static void judge_missing(struct judging *j) {
	const char *words = is_required(j) ? missing_words(j) : NULL;
	if (words != NULL && j->report->sts.question != NULL) {
		struct finding *finding =
			raise_run(j, FINDING_STS_MISSING, "%s (--mta-sts=require)", words);
		if (policy_is_valid(&j->report->policy)) {
			raise_remedy(j, finding,
				"once senders would refuse no MX host (sts-mx-uncovered, pkix-fails), put it into "
				"mode enforce and change the id in the record");
			return;
		}
		raise_remedy(j, finding,
			"publish a policy, in mode testing until senders' reports are clean, and a record at "
			"%pN",
			j->report->sts.question->name);
	}
}

void judge_policy(struct judging *j) {
	const struct policy_facts *facts = &j->report->policy;
	judge_missing(j);
	switch (facts->outcome) {
	case POLICY_NOT_FETCHED:
		return;
	case POLICY_FETCHED:
		if (facts->policy.valid) {
			judge_valid(j);
		} else {
			raise_invalid(j);
		}
		return;
	case POLICY_TOO_LONG:
		raise_invalid(j);
		return;
	case POLICY_FAILED:
		raise_run(
			j, FINDING_LOCAL_ERROR, "the MTA-STS policy was not fetched: %s", facts->err.text);
		return;
	case POLICY_STATUS:
	case POLICY_LOOKUP_FAILED:
	case POLICY_NO_HOST:
	case POLICY_NOT_CONNECTED:
	case POLICY_TLS_FAILED:
	case POLICY_UNTRUSTED:
	case POLICY_BROKEN:
	case POLICY_TIMED_OUT:
		break;
	}
	raise_unreachable(j);
}
