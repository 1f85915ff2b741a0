/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Addresses and TLSA records of one host, question by question. */
#include "probe/hosts.h"

#include "probe/node_order.h"

void host_prefetch(const struct host_rules *rules, struct report_host *host, usec now) {
	if (host->a != NULL || host->aaaa != NULL) {
		return;
	}
	if (rules->ipv4) {
		host->a = lookups_ask(rules->lookups, host->name, DNS_TYPE_A, now);
	}
	if (rules->ipv6) {
		host->aaaa = lookups_ask(rules->lookups, host->name, DNS_TYPE_AAAA, now);
	}
	if (rules->want_tlsa && !rules->habits->asks_in_turn) {
		(void)lookups_ask_tlsa(rules->lookups, host->port, host->name, now);
	}
}

static bool is_pending(const struct dns_question *question) {
	return question != NULL && question->outcome == DNS_PENDING;
}

static bool has_failed(const struct dns_question *question) {
	return question != NULL && !is_pending(question) && !dns_outcome_is_answer(question->outcome);
}

static bool is_found(const struct dns_question *question) {
	return question != NULL && question->outcome == DNS_FOUND;
}

/* The address answer whose CNAMEs and signatures count: a secure one before an insecure one. */
static const struct dns_question *address_answer(const struct report_host *host) {
	const struct dns_question *both[] = {host->a, host->aaaa};
	const struct dns_question *best = NULL;
	for (size_t i = 0; i < 2; i++) {
		if (is_found(both[i]) && (best == NULL || (both[i]->secure && !best->secure))) {
			best = both[i];
		}
	}
	return best;
}

static void note_tlsa_question(struct report_host *host, const struct dns_question *question) {
	for (size_t i = 0; i < host->n_tlsa_questions; i++) {
		if (host->tlsa_questions[i] == question) {
			return;
		}
	}
	host->tlsa_questions[host->n_tlsa_questions++] = question;
}

/* Postfix drops these; whatever else is wrong with a record it leaves to OpenSSL to find. */
static bool is_dropped_by_postfix(const struct tlsa *tlsa) {
	return tlsa->rdata.len < 4 || tlsa->usage < TLSA_DANE_TA || tlsa->usage > TLSA_DANE_EE ||
		   tlsa->matching == UINT8_MAX;
}

static void read_records(
	const struct host_rules *rules, struct report_host *host, const struct dns_question *question) {
	const struct dns_answer *answer = &question->answer;
	host->tlsa_used = question;
	host->tlsa = arena_alloc_array(rules->lookups->arena, answer->n_records, sizeof *host->tlsa);
	host->n_tlsa = answer->n_records;
	host->tlsa_state = TLSA_STATE_UNUSABLE;
	for (size_t i = 0; i < answer->n_records; i++) {
		const struct dns_record *record = &answer->records[i];
		/* A cache counts down, and what it says changes with every run. */
		uint32_t ttl = record->signed_ttl > 0 ? record->signed_ttl : record->ttl;
		struct tlsa tlsa = tlsa_read(record->data, ttl);
		if (rules->habits->leaves_tlsa_to_library && !is_dropped_by_postfix(&tlsa)) {
			tlsa.unusable = NULL;
		}
		if (tlsa.unusable == NULL) {
			host->tlsa_state = TLSA_STATE_USABLE;
		}
		host->tlsa[i] = tlsa;
	}
}

/* Look at one base domain; true when that settles the matter or must be waited for. */
static bool try_base(const struct host_rules *rules, struct report_host *host, const char *base,
	enum host_progress *progress, usec now) {
	const struct dns_question *question = lookups_ask_tlsa(rules->lookups, host->port, base, now);
	note_tlsa_question(host, question);
	if (is_pending(question)) {
		*progress = HOST_WAITING;
		return true;
	}
	if (rules->habits->takes_loop_for_absence && question->answer.loop) {
		host->tlsa_used = question;
		return false; /* to Postfix a loop of aliases is a name that is not there */
	}
	if (has_failed(question)) {
		host->tlsa_state = TLSA_STATE_FAILED;
		host->tlsa_used = question;
		*progress = HOST_UNUSABLE;
		return true;
	}
	if (!is_found(question)) {
		return false;
	}
	if (!question->secure) {
		/* Unsigned records count as absent (RFC 6698 4.1), but somebody should hear of them. */
		host->tlsa_state = TLSA_STATE_INSECURE;
		host->tlsa_used = question;
		return false;
	}
	host->tlsa_base = base;
	read_records(rules, host, question);
	*progress = HOST_READY;
	return true;
}

/* No base domain has secure records, now that the answers are in: a run that ends before knows
 * nothing of records, which is not the same. */
static void note_absence(struct report_host *host) {
	if (host->tlsa_state != TLSA_STATE_INSECURE) {
		host->tlsa_state = TLSA_STATE_ABSENT;
	}
}

/* An unsigned address behind an alias: TLSA at the alias counts if the alias itself is signed,
 * which only a question for the CNAME tells (RFC 7672 2.1.3). */
static enum host_progress decide_alias(
	const struct host_rules *rules, struct report_host *host, usec now) {
	host->cname = lookups_ask(rules->lookups, host->name, DNS_TYPE_CNAME, now);
	if (is_pending(host->cname)) {
		return HOST_WAITING;
	}
	if (!is_found(host->cname)) {
		/* The alias just seen is gone, or cannot be confirmed: as a failed TLSA lookup. */
		host->tlsa_state = TLSA_STATE_FAILED;
		host->tlsa_used = host->cname;
		return HOST_UNUSABLE;
	}
	if (host->cname->secure) {
		enum host_progress progress = HOST_READY;
		if (!try_base(rules, host, host->name, &progress, now)) {
			note_absence(host);
		}
		return progress;
	}
	host->tlsa_state = TLSA_STATE_HOST_INSECURE;
	return HOST_READY;
}

static bool awaits_tlsa(const struct report_host *host) {
	size_t n = host->n_tlsa_questions;
	return n > 0 && is_pending(host->tlsa_questions[n - 1]);
}

enum host_progress host_decide_tlsa(
	const struct host_rules *rules, struct report_host *host, usec now) {
	enum host_progress progress = HOST_READY;
	if (!rules->want_tlsa) {
		return HOST_READY;
	}
	if (awaits_tlsa(host) || is_pending(host->cname)) {
		return HOST_WAITING;
	}
	bool alias = !dns_name_equal(host->canonical, host->name);
	if (!host->address_secure && !rules->force_tlsa) {
		if (alias) {
			return decide_alias(rules, host, now);
		}
		if (!rules->habits->asks_in_turn) {
			/* The answer is not waited for; if it comes it is worth a word. */
			note_tlsa_question(host, lookups_ask_tlsa(rules->lookups, host->port, host->name, now));
		}
		host->tlsa_state = TLSA_STATE_HOST_INSECURE;
		return HOST_READY;
	}
	if (host->address_secure && alias && try_base(rules, host, host->canonical, &progress, now)) {
		return progress;
	}
	if (!try_base(rules, host, host->name, &progress, now)) {
		note_absence(host);
	}
	return progress;
}

/* Of an answer, the addresses that a host can have; one that none can have is kept for the report.
 */
static size_t count_usable(
	const struct host_rules *rules, struct report_host *host, const struct dns_question *question) {
	size_t n = 0;
	for (size_t i = 0; is_found(question) && i < question->answer.n_records; i++) {
		const struct dns_record *record = &question->answer.records[i];
		int family = record->type == DNS_TYPE_A ? 4 : 6;
		if (!rules->habits->checks_hosts || targets_is_of_host(family, record->data)) {
			n++;
		} else if (host->no_host_address == NULL) {
			host->no_host_address = targets_address_text(rules->lookups->arena, record);
		}
	}
	return n;
}

/* The alias may lead to a name that no host can have, which no sender takes either. */
static bool check_canonical(const struct host_rules *rules, struct report_host *host) {
	if (rules->habits->checks_hosts && !dns_name_equal(host->canonical, host->name)) {
		host->name_fault = host_name_check(host->canonical, NULL);
		host->faulty_name = host->canonical;
	}
	return host->name_fault == HOST_NAME_FINE;
}

enum host_progress host_find_addresses(
	const struct host_rules *rules, struct report_host *host, usec now) {
	host_prefetch(rules, host, now);
	if (is_pending(host->a) || is_pending(host->aaaa)) {
		return HOST_WAITING;
	}
	const struct dns_question *answer = address_answer(host);
	host->canonical = host->name;
	size_t n = count_usable(rules, host, host->a) + count_usable(rules, host, host->aaaa);
	if (n == 0) {
		host->lookup_failed = has_failed(host->a) || has_failed(host->aaaa);
		host->no_address = !host->lookup_failed;
		return HOST_UNUSABLE;
	}
	host->canonical = answer->answer.canonical != NULL ? answer->answer.canonical : host->name;
	host->address_secure = answer->secure;
	host->native = answer->native;
	return check_canonical(rules, host) ? HOST_READY : HOST_UNUSABLE;
}
