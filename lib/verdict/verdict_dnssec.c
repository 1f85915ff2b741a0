/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The DNSSEC signatures that DANE rests on: how long they last, and by which algorithm they are. */
#include "verdict/raise.h"

#define CLOCK_SLACK INT64_C(300) /* seconds a signer's clock may be ahead */
#define ANSWERS_PER_HOST 5U

/* Answers that DANE rests on, in turn: the route, then those about each host. NULL where nothing
 * was asked; false behind the last. */
static bool answer_at(const struct judging *j, size_t i, const struct dns_question **answer) {
	if (i == 0) {
		*answer = j->report->route_question;
		return true;
	}
	size_t host_at = (i - 1) / ANSWERS_PER_HOST;
	if (host_at >= j->n_hosts) {
		return false;
	}
	const struct report_host *host = &j->report->hosts[host_at];
	const struct dns_question *asked[ANSWERS_PER_HOST] = {
		host->a, host->aaaa, host->cname, host->tlsa_questions[0], host->tlsa_questions[1]};
	*answer = asked[(i - 1) % ANSWERS_PER_HOST];
	return true;
}

static bool is_accepted(const struct dns_question *question) {
	return question->secure && dns_outcome_is_answer(question->outcome);
}

/* The signed RRsets of all of them, however many that are. */
struct signed_sets {
	const struct judging *judging;
	size_t answer; /* of the next set */
	size_t set;
};

static bool next_set(struct signed_sets *sets, struct signed_set *next) {
	const struct dns_question *question = NULL;
	while (answer_at(sets->judging, sets->answer, &question)) {
		if (question != NULL && sets->set < question->answer.n_signatures) {
			*next = (struct signed_set){question, &question->answer.signatures[sets->set++]};
			return true;
		}
		sets->answer++;
		sets->set = 0;
	}
	return false;
}

struct signed_set worst_signature(const struct judging *judging, enum state *state) {
	struct signed_sets sets = {.judging = judging};
	struct signed_set set;
	struct signed_set worst = {NULL, NULL};
	*state = STATE_OK;
	while (next_set(&sets, &set)) {
		const struct dns_signature *signature = set.signature;
		if (!is_accepted(set.question)) {
			continue;
		}
		enum state here = remaining_state(
			remaining_pair(&judging->limits->rrsig, signature->expiration - signature->inception),
			signature->expiration - judging->now);
		bool worse = here != *state && state_worse(here, *state) == here;
		if (worst.signature == NULL || worse ||
			(here == *state && signature->expiration < worst.signature->expiration)) {
			worst = set;
			*state = here;
		}
	}
	return worst;
}

static void judge_life(struct judging *j) {
	enum state state = STATE_OK;
	struct signed_set worst = worst_signature(j, &state);
	if (worst.signature == NULL || state == STATE_OK) {
		return;
	}
	int64_t expiration = worst.signature->expiration;
	bool over = expiration < j->now;
	const char *what_now = over ? "; is this clock right?" : "; is the signer still running?";
	if (over && j->report->spec->at_given) {
		/* It is accepted today, and a signer that runs will have made another. */
		state = state == STATE_CRITICAL ? STATE_WARNING : state;
		what_now = "; by then the signer has to have made a new one";
	}
	struct finding *finding = raise_run_as(j, FINDING_RRSIG_EXPIRY, state,
		"the DNSSEC signature of the %s answer for %pN %s %s%s",
		dns_type_name(worst.question->type), worst.question->name, over ? "expired" : "expires",
		judging_when(j, expiration), what_now);
	raise_date(j, finding, expiration);
}

/* If a validating resolver accepted it, this clock is wrong or the resolver's is. One that begins
 * later beside another is the signer's foresight. */
static void judge_future(struct judging *j) {
	struct signed_sets sets = {.judging = j};
	struct signed_set set;
	while (next_set(&sets, &set)) {
		if (set.signature->first_inception <= j->now + CLOCK_SLACK) {
			continue;
		}
		bool accepted = is_accepted(set.question);
		if (accepted && j->report->spec->at_given) {
			continue; /* it is fine today, and nobody asks what was before it */
		}
		raise_run_as(j, FINDING_RRSIG_NOT_YET_VALID, accepted ? STATE_UNKNOWN : STATE_WARNING,
			"the DNSSEC signature of the %s answer for %pN is not yet valid, it begins %s%s",
			dns_type_name(set.question->type), set.question->name,
			judging_when(j, set.signature->first_inception),
			accepted ? ", yet the resolver accepts it; is this clock right?" : "");
		return;
	}
}

/* The first is named, the others are counted: whoever signs them has one thing to do. */
static void judge_sha1(struct judging *j) {
	struct signed_sets sets = {.judging = j};
	struct signed_set set;
	struct signed_set first = {NULL, NULL};
	const struct dns_question *last = NULL;
	size_t n = 0;
	while (next_set(&sets, &set)) {
		if (is_accepted(set.question) && set.signature->sha1_only) {
			first = first.signature == NULL ? set : first;
			n += set.question != last;
			last = set.question;
		}
	}
	if (n == 0) {
		return;
	}
	struct finding *finding = raise_run(j, FINDING_DNSSEC_SHA1,
		"the %s answer for %pN%s signed with SHA-1 only (algorithm %u): validators that follow "
		"RFC 9905 take it as unsigned",
		dns_type_name(first.question->type), first.question->name,
		n == 1 ? " is" : arena_printf(j->arena, " and %zu more are", n - 1),
		(unsigned)first.signature->algorithm);
	/* Validators want a signature by each algorithm that the DS records name (RFC 4035 2.2). */
	raise_remedy(j, finding,
		"roll the zone over to algorithm 13: sign with both, then replace the DS record, and drop "
		"the old keys when its TTL has passed (RFC 6781 4.1.4)");
}

void judge_rrsig(struct judging *j) {
	if (judging_wants_dane(j)) {
		judge_life(j);
		judge_future(j);
		judge_sha1(j);
	}
}
