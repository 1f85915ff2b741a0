/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Performance data: facts and the limits they are held against, in a fixed order. Over several
 * nodes the value that worries most. */
#include "verdict/judging.h"

#include <math.h>
#include <stdio.h>

static const struct bound no_bound = {false, 0};
static const struct bound from_zero = {true, 0};

/* --- one number from many --- */

struct gathered {
	bool known;
	int64_t value;
};

static void take_max(struct gathered *gathered, int64_t value) {
	if (!gathered->known || value > gathered->value) {
		*gathered = (struct gathered){true, value};
	}
}

static void take_min(struct gathered *gathered, int64_t value) {
	if (!gathered->known || value < gathered->value) {
		*gathered = (struct gathered){true, value};
	}
}

static void take_sum(struct gathered *gathered, int64_t value) {
	*gathered = (struct gathered){true, gathered->value + value};
}

/* Append a metric; one that was not measured is overwritten by the next. */
static struct metric *add(struct verdict *verdict, const char *label, enum metric_unit unit,
	struct gathered gathered, struct bound min) {
	struct metric *metric = &verdict->metrics[verdict->n_metrics];
	*metric = (struct metric){.label = label, .unit = unit, .min = min};
	metric->value = unit == METRIC_SECONDS_FINE ? (double)gathered.value / (double)USEC_PER_SEC
												: (double)gathered.value;
	verdict->n_metrics += gathered.known;
	return metric;
}

/* Can the finding make the state worse, as the user has it? */
static bool matters(const struct judging *j, enum finding_id id) {
	if (j->limits->overridden[id]) {
		return j->limits->override[id] != STATE_OK;
	}
	if (id == FINDING_DANE_EE_EXPIRY && j->limits->certificate_given) {
		return true;
	}
	return judging_default(j, id) != STATE_OK;
}

/* What is held against a value; critical alone where nothing less is. */
struct thresholds {
	enum finding_id id;
	enum state worst; /* what passing the critical one counts for */
	const struct range *warning;
	const struct range *critical;
};

/* Each with what it does to the state: whoever alerts on these numbers sees no more and no less
 * than the verdict. Where the user gave the finding a state of his own, each threshold counts for
 * that. */
static void hold_against(
	const struct judging *j, struct metric *metric, const struct thresholds *thresholds) {
	enum finding_id id = thresholds->id;
	if (!matters(j, id)) {
		return;
	}
	metric->warning = thresholds->warning;
	metric->critical = thresholds->worst == STATE_CRITICAL ? thresholds->critical : NULL;
	if (j->limits->overridden[id]) {
		const struct range *first =
			thresholds->warning != NULL ? thresholds->warning : thresholds->critical;
		bool critical = j->limits->override[id] == STATE_CRITICAL;
		metric->warning = critical ? NULL : first;
		metric->critical = critical ? first : NULL;
	}
}

/* "N:", alerts below. */
static const struct range *low_is_bad(const struct judging *j, int64_t least) {
	struct range *range = arena_alloc(j->arena, sizeof *range);
	*range = (struct range){.set = true, .start = (double)least, .end = INFINITY};
	(void)snprintf(range->text, sizeof range->text, "%lld:", (long long)least);
	return range;
}

/* --- times --- */

static void take_time(struct gathered *gathered, usec time) {
	if (time >= 0) {
		take_max(gathered, time);
	}
}

static void measure_times(const struct judging *j, struct verdict *verdict) {
	const struct report *report = j->report;
	struct gathered total = {true, response_time(report)};
	struct gathered dns = {report->dns_elapsed >= 0, report->dns_elapsed};
	struct gathered connect = {0};
	struct gathered banner = {0};
	struct gathered ehlo = {0};
	struct gathered starttls = {0};
	struct gathered tls = {0};
	struct gathered reconnect = {0};
	for (size_t i = 0; i < verdict->n_nodes; i++) {
		const struct report_node *node = verdict->nodes[i].node;
		const struct probe_times *times = &node->result.times;
		take_time(&connect, times->connect);
		take_time(&banner, times->banner);
		take_time(&ehlo, times->ehlo);
		take_time(&starttls, times->starttls);
		take_time(&tls, times->tls);
		take_time(&reconnect, node->reconnects.n > 0 ? node->reconnects.time : -1);
	}
	usec timeout_ms = report->spec->timeout / USEC_PER_MSEC;
	struct metric *time = add(verdict, "time", METRIC_SECONDS_FINE, total, from_zero);
	time->max = (struct bound){report->spec->timeout > 0, (double)timeout_ms / 1000.0};
	const struct limits *limits = j->limits;
	hold_against(j, time,
		&(struct thresholds){FINDING_RESPONSE_TIME, STATE_CRITICAL,
			limits->warning.set ? &limits->warning : NULL,
			limits->critical.set ? &limits->critical : NULL});
	add(verdict, "time_dns", METRIC_SECONDS_FINE, dns, from_zero);
	add(verdict, "time_connect", METRIC_SECONDS_FINE, connect, from_zero);
	add(verdict, "time_banner", METRIC_SECONDS_FINE, banner, from_zero);
	add(verdict, "time_ehlo", METRIC_SECONDS_FINE, ehlo, from_zero);
	add(verdict, "time_starttls", METRIC_SECONDS_FINE, starttls, from_zero);
	add(verdict, "time_tls", METRIC_SECONDS_FINE, tls, from_zero);
	add(verdict, "time_reconnect", METRIC_SECONDS_FINE, reconnect, from_zero);
}

/* --- what expires --- */

static int64_t chain_left(const struct judging *j, const struct tls_facts *tls) {
	const struct tls_cert *certs = tls->proof.n_path > 0 ? tls->proof.path : tls->chain;
	size_t n = tls->proof.n_path > 0 ? tls->proof.n_path : tls->n_chain;
	struct gathered left = {0};
	for (size_t i = 0; i < n; i++) {
		take_min(&left, certs[i].not_after - j->now);
	}
	return left.value;
}

struct expiring {
	struct gathered expires;
	struct gathered chain;
	struct gathered lifetime;
	const struct report_node *soonest; /* whose certificate expires first */
	const struct tls_facts *session;   /* where it was shown */
};

static void take_session(const struct judging *j, struct expiring *expiring,
	const struct report_node *node, const struct tls_facts *tls) {
	const struct tls_cert *leaf = &tls->chain[0];
	int64_t left = leaf->not_after - j->now;
	take_min(&expiring->chain, chain_left(j, tls));
	if (!expiring->expires.known || left < expiring->expires.value) {
		take_min(&expiring->expires, left);
		expiring->lifetime = (struct gathered){true, leaf->not_after - leaf->not_before};
		expiring->soonest = node;
		expiring->session = tls;
	}
}

static void add_cert_expires(
	const struct judging *j, struct verdict *verdict, const struct expiring *expiring) {
	struct metric *metric =
		add(verdict, "cert_expires", METRIC_SECONDS, expiring->expires, no_bound);
	if (expiring->soonest == NULL) {
		return;
	}
	bool pinned = dates_do_not_count(expiring->soonest, expiring->session);
	struct remaining_pair pair = remaining_pair(&j->limits->certificate, expiring->lifetime.value);
	hold_against(j, metric,
		&(struct thresholds){pinned ? FINDING_DANE_EE_EXPIRY : FINDING_CERT_EXPIRY,
			expiry_state(j, expiring->soonest), low_is_bad(j, pair.warning),
			low_is_bad(j, pair.critical)});
}

static void measure_certificates(const struct judging *j, struct verdict *verdict) {
	struct expiring expiring = {.soonest = NULL};
	for (size_t i = 0; i < verdict->n_nodes; i++) {
		const struct report_node *node = verdict->nodes[i].node;
		for (int type = TLS_KEY_ANY; type < TLS_KEY_TYPES; type++) {
			const struct tls_facts *tls = shown_facts(node, (enum tls_key_type)type);
			if (tls != NULL) {
				take_session(j, &expiring, node, tls);
			}
		}
	}
	add_cert_expires(j, verdict, &expiring);
	add(verdict, "chain_expires", METRIC_SECONDS, expiring.chain, no_bound);
	add(verdict, "cert_lifetime", METRIC_SECONDS, expiring.lifetime, from_zero);
}

static void measure_signatures(const struct judging *j, struct verdict *verdict) {
	enum state state = STATE_OK;
	const struct dns_signature *signature =
		judging_wants_dane(j) ? worst_signature(j, &state).signature : NULL;
	if (signature == NULL) {
		return;
	}
	struct gathered left = {true, signature->expiration - j->now};
	struct metric *metric = add(verdict, "rrsig_expires", METRIC_SECONDS, left, no_bound);
	struct remaining_pair pair =
		remaining_pair(&j->limits->rrsig, signature->expiration - signature->inception);
	hold_against(j, metric,
		&(struct thresholds){FINDING_RRSIG_EXPIRY, STATE_CRITICAL, low_is_bad(j, pair.warning),
			low_is_bad(j, pair.critical)});
}

/* --- TLS and TLSA --- */

static bool is_known_tlsa(enum tlsa_state state) {
	return state != TLSA_STATE_NOT_ASKED && state != TLSA_STATE_NOT_APPLICABLE &&
		   state != TLSA_STATE_FAILED;
}

struct tlsa_numbers {
	struct gathered records;
	struct gathered usable;
	struct gathered matched;
	struct gathered ttl;
};

static void count_host(struct tlsa_numbers *numbers, const struct report_host *host) {
	int64_t usable = 0;
	bool secure = host->tlsa_state == TLSA_STATE_USABLE || host->tlsa_state == TLSA_STATE_UNUSABLE;
	for (size_t i = 0; secure && i < host->n_tlsa; i++) {
		usable += host->tlsa[i].unusable == NULL;
		take_min(&numbers->ttl, host->tlsa[i].ttl);
	}
	take_sum(&numbers->records, secure ? (int64_t)host->n_tlsa : 0);
	take_min(&numbers->usable, usable);
}

/* Records that match, as far as verification lets them count (digest agility may overrule some). */
static int64_t count_matched(const struct report_node *node) {
	const struct tls_facts *tls = node->result.tls;
	int64_t n = 0;
	for (size_t i = 0; i < tls->proof.n_errors; i++) {
		if (tls->proof.errors[i].code == TLS_VERIFY_DANE_NO_MATCH) {
			return 0;
		}
	}
	for (size_t i = 0; i < node->policy.n_tlsa; i++) {
		n += tls_record_depth(&node->policy.tlsa[i], tls) >= 0;
	}
	return n == 0 && tls_record_matched(&tls->proof) != NULL ? 1 : n;
}

static struct gathered count_stale_records(const struct judging *j) {
	return (struct gathered){j->stale_known, (int64_t)j->n_stale};
}

static void measure_tls(const struct judging *j, struct verdict *verdict) {
	struct tlsa_numbers numbers = {0};
	struct gathered bits = {0};
	for (size_t i = 0; judging_wants_dane(j) && i < j->n_hosts; i++) {
		if (is_known_tlsa(j->report->hosts[i].tlsa_state)) {
			count_host(&numbers, &j->report->hosts[i]);
		}
	}
	for (size_t i = 0; i < verdict->n_nodes; i++) {
		const struct report_node *node = verdict->nodes[i].node;
		const struct tls_facts *tls = node->result.tls;
		if (tls == NULL || !tls->established) {
			continue;
		}
		take_min(&bits, tls->cipher_bits);
		if (tls_level_is_dane(node->policy.level)) {
			take_min(&numbers.usable, (int64_t)tls->proof.n_usable);
			take_min(&numbers.matched, count_matched(node));
		}
	}
	numbers.matched.known = numbers.matched.known && numbers.usable.value > 0;
	add(verdict, "tls_bits", METRIC_PLAIN, bits, from_zero);
	add(verdict, "tlsa_records", METRIC_PLAIN, numbers.records, from_zero);
	add(verdict, "tlsa_usable", METRIC_PLAIN, numbers.usable, from_zero);
	struct metric *matched = add(verdict, "tlsa_matched", METRIC_PLAIN, numbers.matched, from_zero);
	hold_against(j, matched,
		&(struct thresholds){FINDING_TLSA_MISMATCH, STATE_CRITICAL, NULL, low_is_bad(j, 1)});
	add(verdict, "tlsa_stale", METRIC_PLAIN, count_stale_records(j), from_zero);
	add(verdict, "tlsa_ttl", METRIC_SECONDS, numbers.ttl, from_zero);
}

static void measure_sessions(const struct judging *j, struct verdict *verdict) {
	struct gathered reconnects = {0};
	struct gathered reused = {0};
	struct gathered tickets = {0};
	for (size_t i = 0; j->report->spec->reconnect.delay > 0 && i < verdict->n_nodes; i++) {
		const struct report_node *node = verdict->nodes[i].node;
		if (node->result.tls != NULL && node->result.tls->established) {
			take_sum(&reconnects, node->reconnects.n);
			take_sum(&reused, node->reconnects.resumed);
			take_sum(&tickets, (int64_t)node->reconnects.tickets);
		}
	}
	add(verdict, "reconnects", METRIC_PLAIN, reconnects, from_zero);
	add(verdict, "tls_reused", METRIC_PLAIN, reused, from_zero);
	add(verdict, "tls_tickets", METRIC_PLAIN, tickets, from_zero);
}

void measure(const struct judging *judging, struct verdict *verdict) {
	measure_times(judging, verdict);
	measure_certificates(judging, verdict);
	measure_signatures(judging, verdict);
	measure_tls(judging, verdict);
	struct gathered hosts = {true, (int64_t)judging->report->n_hosts};
	bool visited = judging->report->spec->scope != SURVEY_DNS;
	struct gathered nodes = {visited, (int64_t)verdict->n_counted};
	struct gathered good = {visited, (int64_t)verdict->n_fine};
	add(verdict, "mx_hosts", METRIC_PLAIN, hosts, from_zero);
	add(verdict, "nodes", METRIC_PLAIN, nodes, from_zero);
	add(verdict, "nodes_ok", METRIC_PLAIN, good, from_zero);
	measure_sessions(judging, verdict);
}
