/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What the resolver, the domain and its hosts are worth: everything before the first connection
 * but TLSA. */
#include "verdict/raise.h"

static bool is_answered(const struct dns_question *question) {
	return question != NULL && dns_outcome_is_answer(question->outcome);
}

static bool is_failed(const struct dns_question *question) {
	return question != NULL && question->outcome != DNS_PENDING &&
		   !dns_outcome_is_answer(question->outcome);
}

/* Did the resolver answer anything at all? Only then is a failure the fault of the name asked. */
static bool resolver_works(const struct report *report) {
	bool works =
		is_answered(report->mx) || is_answered(report->self_test) || is_answered(report->misplaced);
	for (size_t i = 0; i < report->n_hosts && !works; i++) {
		const struct report_host *host = &report->hosts[i];
		works = is_answered(host->a) || is_answered(host->aaaa) || is_answered(host->cname) ||
				is_answered(host->tlsa_questions[0]) || is_answered(host->tlsa_questions[1]);
	}
	return works;
}

static const char *question_words(const struct judging *j, const struct dns_question *question) {
	return arena_printf(j->arena, "the %s lookup of %s", dns_type_name(question->type),
		judging_name(j, question->name));
}

/* Why a lookup failed, with what the resolver says about it (RFC 8914). */
static const char *failure_words(const struct judging *j, const struct dns_question *question) {
	const struct dns_answer *answer = &question->answer;
	const char *why = question->outcome == DNS_SERVER_FAILED ? dns_rcode_name(answer->rcode)
															 : dns_outcome_name(question->outcome);
	if (question->outcome == DNS_FOUND || question->outcome == DNS_NODATA) {
		why = "the alias seen before is gone";
	}
	bool silent = question->outcome == DNS_TIMED_OUT || question->outcome == DNS_UNREACHABLE;
	if (silent && question->err.kind == ERR_DNS) {
		return judging_name(j, question->err.text); /* names the servers */
	}
	bool says = !dns_outcome_is_answer(question->outcome) && question->outcome != DNS_TIMED_OUT &&
				question->outcome != DNS_UNREACHABLE && answer->message.len > 0;
	if (!says || answer->extended_error < 0) {
		return why;
	}
	/* Resolvers often explain the first failure only, and answer from the cache without a text. */
	const char *text = answer->extended_text.len > 0
						   ? judging_quote(j, answer->extended_text)
						   : dns_extended_error_name(answer->extended_error);
	return arena_printf(j->arena, "%s; the resolver says %s (extended error %d)", why, text,
		answer->extended_error);
}

static void raise_about(struct judging *j, enum finding_id id, enum state state,
	const struct report_host *host, const char *text) {
	if (host == NULL) {
		judging_raise_as(j, id, state, text);
	} else {
		judging_raise_host(j, id, state, host, text);
	}
}

/* The name itself cannot be asked: as if it did not exist. */
static void judge_invalid(
	struct judging *j, const struct dns_question *question, const struct report_host *host) {
	const char *text = arena_printf(
		j->arena, "%s is no name that DNS can look up", judging_name(j, question->name));
	if (host != NULL && j->report->mx_used) {
		judging_raise_host(j, FINDING_MX_HOST_NOT_FOUND, judging_loss(j, NULL, host), host, text);
	} else {
		judging_raise(j, FINDING_DOMAIN_NOT_FOUND, text);
	}
}

/* Where the other family's addresses are known, senders use those. */
static enum state bogus_state(enum finding_id id, const struct report_host *host) {
	bool partial = id == FINDING_ADDRESS_LOOKUP_FAILED && !host->lookup_failed;
	return partial ? STATE_WARNING : STATE_CRITICAL;
}

/* A lookup that failed: whose fault is it? */
void judge_lookup(struct judging *j, enum finding_id id, enum state state,
	const struct dns_question *question, const struct report_host *host) {
	const char *words = question_words(j, question);
	const char *why = failure_words(j, question);
	bool refused = question->outcome == DNS_SERVER_FAILED || question->outcome == DNS_MALFORMED;
	if (question->outcome == DNS_INVALID) {
		judge_invalid(j, question, host);
	} else if (question->err.kind == ERR_LOCAL) {
		judging_raise(j, FINDING_LOCAL_ERROR,
			arena_printf(j->arena, "%s failed here: %s", words, question->err.text));
	} else if (question->outcome == DNS_BOGUS) {
		raise_about(j, FINDING_DNSSEC_BOGUS, bogus_state(id, host), host,
			arena_printf(j->arena,
				"%s fails DNSSEC validation (%s), senders that validate defer mail", words, why));
	} else if (!resolver_works(j->report) && !(j->report->self_test == NULL && refused)) {
		if (!is_raised(j, FINDING_RESOLVER_FAILED)) {
			judging_raise(j, FINDING_RESOLVER_FAILED,
				arena_printf(j->arena,
					"the resolver fails (%s: %s); repair it or name another with --nameserver",
					words, why));
		}
	} else {
		raise_about(j, id, state, host,
			arena_printf(
				j->arena, "%s fails (%s), senders defer mail%s", words, why, loss_words(state)));
	}
}

static void judge_mx(struct judging *j) {
	const struct report *report = j->report;
	const char *domain = judging_name(j, report->destination->name);
	if (is_failed(report->mx)) {
		judge_lookup(j, FINDING_MX_LOOKUP_FAILED, STATE_CRITICAL, report->mx, NULL);
	} else if (report->srv && is_answered(report->mx) && !report->mx_used) {
		judging_raise(j, FINDING_DOMAIN_NOT_FOUND,
			arena_printf(
				j->arena, "there are no SRV records at %s", judging_name(j, report->mx->name)));
	} else if (report->mx != NULL && report->mx->outcome == DNS_NXDOMAIN) {
		judging_raise(j, FINDING_DOMAIN_NOT_FOUND,
			arena_printf(j->arena, "the domain %s does not exist (NXDOMAIN)", domain));
	} else if (report->null_mx) {
		judging_raise(j, FINDING_NULL_MX,
			arena_printf(j->arena,
				report->srv ? "the domain %s has no such service (SRV target \".\")"
							: "the domain %s accepts no mail (null MX)",
				domain));
	} else if (report->mx_used && report->n_hosts == 0) {
		judging_raise(j, FINDING_MX_HOST_NOT_FOUND,
			arena_printf(j->arena, "no %s record of %s names a host", route_word(report), domain));
	}
}

/* No address: the name does not exist, or not in this family. */
static void judge_no_address(struct judging *j, const struct report_host *host) {
	const struct dns_question *asked = host->a != NULL ? host->a : host->aaaa;
	const char *name = judging_name(j, host->name);
	const char *family = "";
	if (host->a == NULL || host->aaaa == NULL) {
		family = host->a == NULL ? " IPv6" : " IPv4";
	}
	bool exists = asked == NULL || asked->outcome != DNS_NXDOMAIN;
	const char *what =
		exists ? arena_printf(j->arena, "has no%s address", family) : "does not exist (NXDOMAIN)";
	if (j->report->mx_used) {
		judging_raise_host(j, FINDING_MX_HOST_NOT_FOUND, judging_loss(j, NULL, host), host,
			arena_printf(
				j->arena, "an %s record names %s, which %s", route_word(j->report), name, what));
	} else {
		judging_raise(j, FINDING_DOMAIN_NOT_FOUND,
			arena_printf(j->arena, "%s %s%s", name, what,
				j->report->mx != NULL ? ", and the domain has no MX record" : ""));
	}
}

static void judge_addresses(struct judging *j, const struct report_host *host) {
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
		enum state state = host->lookup_failed ? judging_loss(j, NULL, host) : STATE_WARNING;
		judge_lookup(j, FINDING_ADDRESS_LOOKUP_FAILED, state, failed, host);
	}
}

static void judge_resolver(struct judging *j) {
	const struct report *report = j->report;
	if (!judging_wants_dane(j)) {
		return;
	}
	if (is_answered(report->self_test) && !report->self_test->secure) {
		j->not_validating = true;
		judging_raise(j, FINDING_RESOLVER_NOT_VALIDATING,
			arena_printf(j->arena,
				"the resolver does not validate DNSSEC (no AD bit for %s), so DANE cannot be "
				"judged; use a validating resolver, --nameserver, or -l secure",
				judging_name(j, report->self_test_spec)));
	} else if (report->resolver_remote && (report->mx != NULL || report->n_hosts > 0)) {
		const char *servers = report->resolver_servers;
		judging_raise(j, FINDING_RESOLVER_REMOTE,
			arena_printf(j->arena,
				"the resolver%s%s is not on this host: DNSSEC is as safe as the path to it",
				servers == NULL ? "" : " ", servers == NULL ? "" : judging_name(j, servers)));
	}
}

void judge_dns(struct judging *j) {
	judge_resolver(j);
	judge_mx(j);
	for (size_t i = 0; i < j->n_hosts; i++) {
		judge_addresses(j, &j->report->hosts[i]);
	}
	if (j->report->too_many_nodes) {
		judging_raise(j, FINDING_TOO_MANY_NODES,
			arena_printf(j->arena, "there are more than %u nodes, the rest was not probed",
				REPORT_NODES_MAX));
	}
}
