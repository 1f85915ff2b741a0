/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What shows only when all nodes are looked at together. */
#include "verdict/raise.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#define HOSTS_SHOWN 4U

bool node_counts(const struct judging *j, const struct report_node *node) {
	bool away = j->report->spec->scope == SURVEY_ALL && judging_has_no_route(j, node);
	return node->chosen && !away && !judging_may_be_down(j, node, node->host);
}

/* --- keys --- */

static const struct tls_facts *session_of(const struct report_node *node) {
	const struct tls_facts *tls = shown_facts(node, TLS_KEY_ANY);
	return tls != NULL && tls->established ? tls : NULL;
}

/* Is the key at the head of this chain the first of its kind among the nodes? */
static bool is_new_key(const struct report *report, size_t node) {
	const struct tls_facts *tls = session_of(&report->nodes[node]);
	for (size_t i = 0; i < node && tls != NULL; i++) {
		const struct tls_facts *before = session_of(&report->nodes[i]);
		if (before != NULL && span_equal(before->chain[0].spki, tls->chain[0].spki)) {
			return false;
		}
	}
	return true;
}

/* Different keys are fine, as long as each of them is: mind them when records are changed. */
static void judge_keys(struct judging *j) {
	size_t n_nodes = 0;
	size_t n_keys = 0;
	for (size_t i = 0; i < j->report->n_nodes; i++) {
		const struct report_node *node = &j->report->nodes[i];
		if (session_of(node) == NULL) {
			continue;
		}
		if (!judging_is_authenticated(j, node)) {
			return;
		}
		n_nodes++;
		n_keys += is_new_key(j->report, i);
	}
	if (n_keys > 1) {
		raise_run(j, FINDING_NODES_DIFFER, "%zu nodes show %zu different keys, all of them valid",
			n_nodes, n_keys);
	}
}

/* --- records --- */

/* Sessions that differ in what they showed. */
struct seen {
	const struct tls_facts **sessions;
	size_t n;
};

bool record_is_seen(const struct tlsa *record, const struct tls_facts *tls) {
	const struct tlsa *matched = tls_record_matched(&tls->proof);
	/* The bare key of an anchor that was not sent, but signed what was. */
	bool signed_it = matched != NULL && span_equal(matched->rdata, record->rdata);
	return signed_it || tls_record_depth(record, tls) >= 0;
}

static bool is_seen(const struct seen *seen, const struct tlsa *record) {
	for (size_t i = 0; i < seen->n; i++) {
		if (record_is_seen(record, seen->sessions[i])) {
			return true;
		}
	}
	return false;
}

static bool is_same_proof(const struct tls_facts *a, const struct tls_facts *b) {
	const struct tlsa *record = tls_record_matched(&a->proof);
	const struct tlsa *other = tls_record_matched(&b->proof);
	bool same = a->n_chain == b->n_chain && (record == NULL) == (other == NULL) &&
				(record == NULL || span_equal(record->rdata, other->rdata));
	for (size_t i = 0; same && i < a->n_chain; i++) {
		same = span_equal(a->chain[i].der, b->chain[i].der);
	}
	return same;
}

static void add_session(struct seen *seen, const struct tls_facts *tls) {
	for (size_t i = 0; i < seen->n; i++) {
		if (is_same_proof(seen->sessions[i], tls)) {
			return;
		}
	}
	seen->sessions[seen->n++] = tls;
}

/* Most nodes of a domain show the same. */
static struct seen gather_sessions(struct arena *arena, const struct report *report) {
	struct seen seen = {0};
	seen.sessions =
		arena_alloc_array(arena, report->n_nodes * TLS_KEY_TYPES, sizeof *seen.sessions);
	for (size_t i = 0; i < report->n_nodes; i++) {
		for (int type = TLS_KEY_ANY; type < TLS_KEY_TYPES; type++) {
			const struct tls_facts *tls = shown_facts(&report->nodes[i], (enum tls_key_type)type);
			if (tls != NULL) {
				add_session(&seen, tls);
			}
		}
	}
	return seen;
}

/* A record may be that of a node that showed nothing. */
static bool is_known(const struct report *report, const struct report_host *host) {
	size_t n = 0;
	for (size_t i = 0; i < report->n_nodes; i++) {
		const struct report_node *node = &report->nodes[i];
		if (node->host == host && shown_facts(node, TLS_KEY_ANY) == NULL) {
			return false;
		}
		n += node->host == host;
	}
	return n > 0;
}

/* Secure TLSA records of the hosts that match nothing seen; false when that cannot be told, because
 * a node of a host with such records showed nothing. */
static bool count_stale(const struct judging *j, size_t *n, struct phrase *names) {
	const struct seen seen = gather_sessions(j->arena, j->report);
	bool known = false;
	*n = 0;
	for (size_t i = 0; i < j->n_hosts; i++) {
		const struct report_host *host = &j->report->hosts[i];
		if (host->tlsa_state != TLSA_STATE_USABLE) {
			continue;
		}
		if (!is_known(j->report, host)) {
			return false;
		}
		known = true;
		for (size_t k = 0; k < host->n_tlsa; k++) {
			const struct tlsa *record = &host->tlsa[k];
			if (record->unusable != NULL || is_seen(&seen, record)) {
				continue;
			}
			if (!names->cut) {
				phrase_add(j->arena, names, "%s%pN %s", *n > 0 ? ", " : "", host->name,
					tlsa_words(j->arena, record));
			}
			(*n)++;
		}
	}
	return known;
}

/* Records that may be right for something else than what was looked at. */
static bool is_behind_alias(const struct judging *j) {
	for (size_t i = 0; i < j->n_hosts; i++) {
		const struct dns_question *used = j->report->hosts[i].tlsa_used;
		if (used != NULL && used->outcome == DNS_FOUND && used->answer.n_aliases > 0) {
			return true;
		}
	}
	return false;
}

static void hint_stale(struct judging *j, struct finding *finding) {
	const struct survey_spec *spec = j->report->spec;
	if (!spec->key_types) {
		raise_remedy(j, finding, "--key-types looks at further certificates");
	}
	if (spec->order.ipv4 != spec->order.ipv6) {
		raise_remedy(j, finding, "%sIPv%d addresses were not looked at",
			finding->remedy.n > 0 ? "; " : "", spec->order.ipv4 ? 6 : 4);
	}
	if (is_behind_alias(j)) {
		raise_remedy(j, finding,
			"%swhere an alias leads to them they may be of other hosts that share it",
			finding->remedy.n > 0 ? "; " : "");
	}
}

static void judge_stale(struct judging *j) {
	struct phrase names = {.n = 0};
	size_t n = 0;
	j->stale_known = judging_wants_dane(j) && count_stale(j, &n, &names);
	j->n_stale = n;
	if (j->stale_known && n > 0) {
		struct finding *finding = raise_run(j, FINDING_TLSA_STALE,
			"%zu TLSA record%s match%s nothing seen on any node: %pP", n, n == 1 ? "" : "s",
			n == 1 ? "es" : "", &names);
		hint_stale(j, finding);
	}
}

/* --- families --- */

static void judge_family(struct judging *j, int family) {
	size_t n = 0;
	const struct report_node *first = NULL;
	for (size_t i = 0; i < j->report->n_nodes; i++) {
		const struct report_node *node = &j->report->nodes[i];
		if (node->chosen && node->family == family && judging_has_no_route(j, node)) {
			first = first == NULL ? node : first;
			n++;
		}
	}
	if (n > 0) {
		raise_run(j, FINDING_FAMILY_UNREACHABLE,
			"this machine has no way to IPv%d: %pN (%zu node%s not looked at)", family,
			first->result.err.text, n, n == 1 ? "" : "s");
	}
}

/* --- --down-ok --- */

static bool is_address_of(const struct dns_question *question, int family, const char *name) {
	unsigned char addr[sizeof(struct in6_addr)];
	size_t len = family == AF_INET ? sizeof(struct in_addr) : sizeof(struct in6_addr);
	if (question == NULL || question->outcome != DNS_FOUND || inet_pton(family, name, addr) != 1) {
		return false;
	}
	for (size_t i = 0; i < question->answer.n_records; i++) {
		if (span_equal(question->answer.records[i].data, (struct span){addr, len})) {
			return true;
		}
	}
	return false;
}

static bool is_host(const struct report_host *host, const char *name) {
	return strcasecmp(host->name, name) == 0 || is_address_of(host->a, AF_INET, name) ||
		   is_address_of(host->aaaa, AF_INET6, name);
}

static bool is_known_name(const struct report *report, const char *name) {
	for (size_t i = 0; i < report->n_hosts; i++) {
		if (is_host(&report->hosts[i], name)) {
			return true;
		}
	}
	for (size_t i = 0; i < report->n_nodes; i++) {
		if (strcmp(report->nodes[i].address, name) == 0) {
			return true;
		}
	}
	return false;
}

static bool is_answered(const struct dns_question *question) {
	return question != NULL && question->outcome != DNS_PENDING;
}

/* The names of all hosts come with the MX records. Their addresses may be known of some only: of
 * those that were tried, in turn. */
static bool would_be_known(const struct report *report, const char *name) {
	unsigned char addr[sizeof(struct in6_addr)];
	bool ipv4 = inet_pton(AF_INET, name, addr) == 1;
	bool ipv6 = inet_pton(AF_INET6, name, addr) == 1;
	for (size_t i = 0; (ipv4 || ipv6) && i < report->n_hosts; i++) {
		const struct report_host *host = &report->hosts[i];
		bool wanted = ipv4 ? report->spec->order.ipv4 : report->spec->order.ipv6;
		if (report->mx_used && wanted && !is_answered(ipv4 ? host->a : host->aaaa)) {
			return false;
		}
	}
	return report->n_hosts > 0;
}

/* "mx1.example.org, mx2.example.org and 3 more" */
static struct phrase hosts_words(const struct judging *j) {
	const struct report *report = j->report;
	struct phrase words = {.n = 0};
	for (size_t i = 0; i < report->n_hosts && i < HOSTS_SHOWN; i++) {
		phrase_add(j->arena, &words, "%s%pN", i == 0 ? "" : ", ", report->hosts[i].name);
	}
	phrase_add_rest(j->arena, &words, report->n_hosts, HOSTS_SHOWN);
	return words;
}

/* A host that is gone, or a slip of the pen. */
static void judge_unknown_spares(struct judging *j) {
	const struct report *report = j->report;
	struct phrase hosts = j->limits->n_down_ok > 0 ? hosts_words(j) : (struct phrase){.n = 0};
	for (size_t i = 0; i < j->limits->n_down_ok; i++) {
		const char *name = j->limits->down_ok[i];
		if (!would_be_known(report, name) || is_known_name(report, name)) {
			continue;
		}
		raise_run(j, FINDING_OPTION_UNUSED,
			"--down-ok was not used: there is no host or address %pN (there %s %pP)", name,
			report->n_hosts == 1 ? "is" : "are", &hosts);
	}
}

void judge_all(struct judging *j) {
	judge_unknown_spares(j);
	if (j->report->spec->scope != SURVEY_ALL) {
		return;
	}
	judge_family(j, 4);
	judge_family(j, 6);
	judge_keys(j);
	judge_stale(j);
}
