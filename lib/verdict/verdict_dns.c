/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What the resolver, the domain and its hosts are worth: everything before the first connection
 * but TLSA. */
#include "verdict/bogus.h"
#include "verdict/hints.h"
#include "verdict/raise.h"

/* Of a run, and of one of its hosts: see asked(). */
#define QUESTIONS_OF_RUN 4
#define QUESTIONS_PER_HOST 5

static bool is_answered(const struct dns_question *question) {
	return question != NULL && dns_outcome_is_answer(question->outcome);
}

static bool is_failed(const struct dns_question *question) {
	return question != NULL && question->outcome != DNS_PENDING &&
		   !dns_outcome_is_answer(question->outcome);
}

static bool is_silent(const struct dns_question *question) {
	return question->outcome == DNS_TIMED_OUT || question->outcome == DNS_UNREACHABLE;
}

/* Every question that the resolver was asked, in turn; NULL behind the last. */
static const struct dns_question *asked(const struct report *report, size_t i) {
	const struct dns_question *first[QUESTIONS_OF_RUN] = {
		report->route_question, report->validation_check, report->denial, report->misplaced};
	size_t n = QUESTIONS_OF_RUN;
	if (i < n) {
		return first[i];
	}
	const struct report_host *host = &report->hosts[(i - n) / QUESTIONS_PER_HOST];
	const struct dns_question *own[QUESTIONS_PER_HOST] = {
		host->a, host->aaaa, host->cname, host->tlsa_questions[0], host->tlsa_questions[1]};
	return own[(i - n) % QUESTIONS_PER_HOST];
}

/* Did the resolver answer another question? Behind a silence only an answer that came after it
 * began says that the resolver lives; and the self-test, where it was asked, was asked to tell. */
static bool resolver_works(const struct report *report, const struct dns_question *failed) {
	bool silent = is_silent(failed);
	size_t n = QUESTIONS_OF_RUN + QUESTIONS_PER_HOST * report->n_hosts;
	if (!silent && report->validation_check != NULL && !report->validation_check->unasked &&
		report->validation_check->outcome != DNS_PENDING) {
		return is_answered(report->validation_check);
	}
	for (size_t i = 0; i < n; i++) {
		const struct dns_question *question = asked(report, i);
		if (is_answered(question) && !question->native &&
			(!silent || question->answered_at > failed->asked_at)) {
			return true;
		}
	}
	return false;
}

static struct phrase question_words(const struct judging *j, const struct dns_question *question) {
	return phrase_new(
		j->arena, "the %s lookup of %pN", dns_type_name(question->type), question->name);
}

/* What kind of failure it is. */
static const char *outcome_words(const struct dns_question *question) {
	if (question->native_words != NULL && !dns_outcome_is_answer(question->outcome)) {
		return question->native_words;
	}
	if (question->outcome == DNS_FOUND || question->outcome == DNS_NODATA) {
		return "the alias seen before is gone";
	}
	if (question->outcome == DNS_MALFORMED && (question->answer.loop || question->unasked)) {
		return question->err.text;
	}
	return question->outcome == DNS_SERVER_FAILED ? dns_rcode_name(question->answer.rcode)
												  : dns_outcome_name(question->outcome);
}

/* Resolvers often explain the first failure only, and answer from the cache without a text. */
static struct phrase explanation(const struct judging *j, const struct dns_answer *answer) {
	return answer->extended_text.len > 0
			   ? phrase_new(j->arena, "\"%pB\"", &answer->extended_text)
			   : phrase_new(j->arena, "%s", dns_extended_error_name(answer->extended_error));
}

struct phrase failure_words(const struct judging *j, const struct dns_question *question) {
	const struct dns_answer *answer = &question->answer;
	const char *why = is_silent(question) && question->err.kind == ERR_DNS
						  ? question->err.text /* names the servers */
						  : outcome_words(question);
	bool says =
		!dns_outcome_is_answer(question->outcome) && !is_silent(question) && answer->octets > 0;
	if (!says || answer->extended_error < 0) {
		return phrase_new(j->arena, "%pN", why);
	}
	struct phrase text = explanation(j, answer);
	return phrase_new(j->arena, "%pN; the resolver says %pP (extended error %d)", why, &text,
		answer->extended_error);
}

/* A finding with these words about the host, or (NULL) the run. */
static struct finding *raise_about(struct judging *j, enum finding_id id, enum state state,
	const struct report_host *host, const struct phrase *text) {
	return host == NULL ? raise_run_as(j, id, state, "%pP", text)
						: raise_host_as(j, id, state, host, "%pP", text);
}

/* The name itself cannot be asked: as if it did not exist. */
static void judge_invalid(
	struct judging *j, const struct dns_question *question, const struct report_host *host) {
	struct phrase text =
		phrase_new(j->arena, "%pN is no name that DNS can look up", question->name);
	if (host != NULL && j->report->mx_used) {
		raise_host_as(
			j, FINDING_MX_HOST_NOT_FOUND, judging_loss(j, NULL, host), host, "%pP", &text);
	} else {
		raise_run(j, FINDING_DOMAIN_NOT_FOUND, "%pP", &text);
	}
}

/* Where the other family's addresses are known, senders use those. */
static bool is_partial(enum finding_id id, const struct report_host *host) {
	return id == FINDING_ADDRESS_LOOKUP_FAILED && !host->lookup_failed;
}

/* What senders do; state: what the loss costs, WARNING beside a host that takes the mail. */
static const char *consequence(
	enum finding_id id, enum state state, const struct report_host *host) {
	if (is_partial(id, host)) {
		return "use the addresses of the other family";
	}
	return state == STATE_WARNING ? "skip the host" : "defer mail";
}

/* A failure that absence alone would bring about, at a resolver that cannot prove absence. */
static bool cannot_deny(const struct report *report, const struct dns_question *question) {
	const struct dns_question *denial = report->denial;
	bool denied = denial == NULL || denial->outcome == DNS_PENDING || is_answered(denial);
	bool refused = question->outcome == DNS_SERVER_FAILED ||
				   (question->outcome == DNS_BOGUS && !question->exists);
	return refused && !denied;
}

bool blames_resolver(const struct judging *j, const struct dns_question *question) {
	bool refused = question->outcome == DNS_SERVER_FAILED || question->outcome == DNS_MALFORMED ||
				   question->outcome == DNS_BOGUS;
	if (question->unasked) {
		return false;
	}
	bool untested = j->report->validation_check == NULL && refused;
	bool works = untested || resolver_works(j->report, question);
	return !works || cannot_deny(j->report, question);
}

/* Was it given less time than a question to a distant name server may take? */
static bool is_hasty(const struct judging *j, const struct dns_question *question) {
	const struct survey_spec *spec = j->report->spec;
	return question->outcome == DNS_TIMED_OUT &&
		   (spec->manner.times.dns < USEC_PER_SEC || spec->timeout < USEC_PER_SEC);
}

void judge_resolver_failure(struct judging *j, const struct dns_question *question) {
	if (is_raised(j, FINDING_RESOLVER_FAILED)) {
		return;
	}
	bool silent = is_silent(question);
	struct phrase words = question_words(j, question);
	struct phrase why =
		silent ? phrase_new(j->arena, "%pN", outcome_words(question)) : failure_words(j, question);
	struct phrase resolver = resolver_words(j, question);
	struct finding *finding = NULL;
	const struct dns_question *check = j->report->validation_check;
	if (!silent && check != NULL && check->outcome == DNS_BOGUS && check->exists) {
		finding = raise_run(j, FINDING_RESOLVER_FAILED,
			"DNSSEC validation fails for %pN, too, which %pP answers with checking disabled: this "
			"resolver's trust anchor or clock is wrong (%pP: %pP)",
			j->report->spec->validation_check, &resolver, &words, &why);
	} else if (resolver_works(j->report, question)) {
		struct phrase denial = question_words(j, j->report->denial);
		struct phrase how = failure_words(j, j->report->denial);
		finding = raise_run(j, FINDING_RESOLVER_FAILED,
			"%pP cannot deny that a name exists (%pP, which does not, ends in %pP), so that %pP "
			"fails (%pP) says nothing",
			&resolver, &denial, &how, &words, &why);
	} else {
		finding = raise_run(j, FINDING_RESOLVER_FAILED, "%pP %s (%pP: %pP)", &resolver,
			silent ? "does not answer" : "fails", &words, &why);
	}
	raise_remedy(j, finding, "%srepair it or name another with --nameserver%s",
		is_hasty(j, question) ? "give it more time (--dns-timeout, --timeout), " : "",
		hint_nameserver(j));
}

/* "at 192.0.2.53:53": whose word it is. */
static struct phrase at_resolver(const struct judging *j, const struct dns_question *question) {
	const char *server =
		question->server != NULL ? question->server : j->report->spec->resolver_servers;
	struct phrase where = {0};
	if (server != NULL) {
		phrase_add(j->arena, &where, " at %pN", server);
	}
	return where;
}

static void judge_bogus(struct judging *j, enum finding_id id, const struct dns_question *question,
	const struct report_host *host) {
	struct bogus_cause cause = bogus_cause(j, question);
	struct phrase words = question_words(j, question);
	struct phrase where = at_resolver(j, question);
	struct phrase why = failure_words(j, question);
	const char *then =
		consequence(id, host != NULL ? judging_lookup_loss(j) : STATE_CRITICAL, host);
	const char *who = is_partial(id, host) ? "senders" : "senders that validate";
	struct phrase text =
		cause.words.n == 0
			? phrase_new(j->arena, "%pP fails DNSSEC validation%pP (%pP), %s %s", &words, &where,
				  &why, who, then)
			: phrase_new(j->arena, "%pP fails DNSSEC validation%pP: %pP; %s %s (%pP)", &words,
				  &where, &cause.words, who, then, &why);
	struct finding *finding = raise_about(j, FINDING_DNSSEC_BOGUS,
		is_partial(id, host) ? STATE_WARNING : STATE_CRITICAL, host, &text);
	if (cause.date != 0) {
		raise_date(j, finding, cause.date);
	}
	if (cause.remedy != NULL) {
		raise_remedy(j, finding, "%s", cause.remedy);
	}
}

/* It was us who did not ask: what the zones gave before was too much. */
static void judge_unasked(struct judging *j, const struct phrase *words) {
	if (!is_raised(j, FINDING_TOO_MANY_NODES)) {
		raise_run(j, FINDING_TOO_MANY_NODES,
			"the DNS answers came to more than 1 MiB: %pP, and what came behind it, was left out",
			words);
	}
}

/* A lookup that failed: whose fault is it? */
void judge_lookup(struct judging *j, enum finding_id id, enum state state,
	const struct dns_question *question, const struct report_host *host) {
	struct phrase words = question_words(j, question);
	struct phrase why = failure_words(j, question);
	struct phrase text = {.n = 0};
	if (question->unasked) {
		judge_unasked(j, &words);
	} else if (question->outcome == DNS_INVALID) {
		judge_invalid(j, question, host);
	} else if (question->err.kind == ERR_LOCAL) {
		raise_run(j, FINDING_LOCAL_ERROR, "%pP failed here: %s", &words, question->err.text);
	} else if (blames_resolver(j, question)) {
		judge_resolver_failure(j, question);
	} else if (question->outcome == DNS_BOGUS) {
		judge_bogus(j, id, question, host);
	} else {
		text = phrase_new(
			j->arena, "%pP fails (%pP), senders %s", &words, &why, consequence(id, state, host));
		(void)raise_about(j, id, state, host, &text);
	}
}

static void judge_mx(struct judging *j) {
	const struct report *report = j->report;
	const char *domain = report->spec->destination->name;
	if (is_failed(report->route_question)) {
		judge_lookup(j, FINDING_MX_LOOKUP_FAILED, STATE_CRITICAL, report->route_question, NULL);
	} else if (report->n_hosts == 0 && resolver_denies_root(report)) {
		judge_denied_root(j);
	} else if (report->spec->srv_service != NULL && is_answered(report->route_question) &&
			   !report->mx_used) {
		raise_run(j, FINDING_DOMAIN_NOT_FOUND, "there are no SRV records at %pN",
			report->route_question->name);
	} else if (report->route_question != NULL && report->route_question->outcome == DNS_NXDOMAIN) {
		raise_run(j, FINDING_DOMAIN_NOT_FOUND, "the domain %pN does not exist (NXDOMAIN)", domain);
	} else if (report->null_mx) {
		raise_run(j, FINDING_NULL_MX, "the domain %pN %s", domain,
			report->spec->srv_service != NULL ? "has no such service (SRV target \".\")"
											  : "accepts no mail (null MX)");
	} else if (report->null_mx_mixed) {
		struct finding *finding = raise_run(j, FINDING_NULL_MX_MIXED,
			"a null MX (\".\") stands beside other MX records of %pN: Postfix and others return "
			"all "
			"mail at once, as if the domain accepted none (RFC 7505 3)",
			domain);
		raise_remedy(j, finding, "remove it, or the others");
	} else if (report->mx_used && report->n_hosts == 0) {
		raise_run(j, FINDING_MX_HOST_NOT_FOUND, "no %s record of %pN names a host",
			route_word(report), domain);
	}
}

/* No address: the name does not exist, or not in this family. */
static void judge_no_address(struct judging *j, const struct report_host *host) {
	const struct dns_question *asked = host->a != NULL ? host->a : host->aaaa;
	const char *family = "";
	if (host->a == NULL || host->aaaa == NULL) {
		family = host->a == NULL ? " IPv6" : " IPv4";
	}
	struct phrase name = aliased_name(j, host->name, asked);
	const char *what = "does not exist (NXDOMAIN)";
	if (asked == NULL || asked->outcome != DNS_NXDOMAIN) {
		what = arena_printf(j->arena, "has no%s address", family);
	} else if (asked->native_only) {
		what = "this system's own lookup does not know (the DNS was not asked)";
	}
	if (host->no_host_address != NULL) {
		what = arena_printf(j->arena,
			"has the address %s, which no host can have (as a resolver answers that filters names)",
			host->no_host_address);
	}
	if (j->report->mx_used) {
		raise_host_as(j, FINDING_MX_HOST_NOT_FOUND, judging_loss(j, NULL, host), host,
			"an %s record names %pP, which %s", route_word(j->report), &name, what);
	} else {
		raise_run(j, FINDING_DOMAIN_NOT_FOUND, "%pN %s%s", host->name, what,
			j->report->route_question != NULL ? ", and the domain has no MX record" : "");
	}
}

/* An address that leads nowhere, beside others that do not. */
static void judge_stray_address(struct judging *j, const struct report_host *host) {
	enum finding_id id = j->report->mx_used ? FINDING_MX_HOST_NOT_FOUND : FINDING_DOMAIN_NOT_FOUND;
	raise_host_as(j, id, STATE_WARNING, host,
		"the address %s is none that a host can have: senders that choose it reach nobody",
		host->no_host_address);
}

static void judge_addresses(struct judging *j, const struct report_host *host) {
	if (host->name_fault != HOST_NAME_FINE) {
		judge_host_name(j, host);
		return;
	}
	if (host->no_host_address != NULL && !host->no_address && !host->lookup_failed) {
		judge_stray_address(j, host);
	}
	judge_alias(j, host);
	if (host->no_address && host->no_host_address == NULL && resolver_denies_root(j->report)) {
		judge_denied_root(j);
		return;
	}
	if (host->no_address) {
		judge_no_address(j, host);
		return;
	}
	/* One failure of two says as much as both; the bogus one says more. */
	const struct dns_question *failed = is_failed(host->a) ? host->a : host->aaaa;
	if (is_failed(host->aaaa) && host->aaaa->outcome == DNS_BOGUS) {
		failed = host->aaaa;
	}
	if (is_failed(failed)) {
		/* The other family's addresses are known: senders use those. */
		enum state state = host->lookup_failed ? judging_lookup_loss(j) : STATE_WARNING;
		judge_lookup(j, FINDING_ADDRESS_LOOKUP_FAILED, state, failed, host);
	}
}

void judge_dns(struct judging *j) {
	judge_resolver(j);
	judge_mx(j);
	for (size_t i = 0; i < j->n_hosts; i++) {
		judge_addresses(j, &j->report->hosts[i]);
	}
	judge_bounds(j);
}
