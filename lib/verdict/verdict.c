/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The judges in turn, and the state that comes of their findings. */
#include "verdict/verdict.h"

#include <stdlib.h>
#include <string.h>

#include "verdict/raise.h"

/* --- order --- */

static bool is_threshold(enum finding_id id) {
	return id == FINDING_CERT_EXPIRY || id == FINDING_CHAIN_EXPIRY || id == FINDING_RRSIG_EXPIRY ||
		   id == FINDING_RESPONSE_TIME;
}

static bool is_worse(enum state a, enum state b) {
	return a != b && state_worse(a, b) == a;
}

/* What holds mail up at this moment leads what has been missing all along. */
static bool is_passing(enum finding_id id) {
	return id == FINDING_SMTP_DEFERRED;
}

/* Worse states first, errors before thresholds, then the order of the catalogue, which goes from
 * cause to effect. */
static bool comes_before(const struct finding *a, const struct finding *b) {
	if (a->state != b->state) {
		return is_worse(a->state, b->state);
	}
	if (is_threshold(a->id) != is_threshold(b->id)) {
		return is_threshold(b->id);
	}
	if (is_passing(a->id) != is_passing(b->id)) {
		return is_passing(a->id);
	}
	return a->id < b->id;
}

/* Insertion keeps equal findings in the order found; there are few. */
static void sort_findings(struct finding *findings, size_t n) {
	for (size_t i = 1; i < n; i++) {
		struct finding moving = findings[i];
		size_t k = i;
		for (; k > 0 && comes_before(&moving, &findings[k - 1]); k--) {
			findings[k] = findings[k - 1];
		}
		findings[k] = moving;
	}
}

/* --- nodes --- */

static enum state node_state(const struct judging *j, const struct report_node *node) {
	enum state state = STATE_OK;
	for (size_t i = 0; i < j->n_findings; i++) {
		const struct finding *finding = &j->findings[i];
		const struct subject *subject = &finding->subject;
		if (subject->node == node || (subject->node == NULL && subject->host == node->host)) {
			state = state_worse(state, finding->state);
		}
	}
	return state;
}

static void line_up_nodes(const struct judging *j, struct verdict *verdict) {
	const struct report *report = j->report;
	verdict->nodes = arena_alloc_array(j->arena, report->n_nodes, sizeof *verdict->nodes);
	for (size_t i = 0; i < report->n_nodes; i++) {
		const struct report_node *node = &report->nodes[i];
		if (!node->chosen) {
			continue;
		}
		struct judged_node line = {node, node_state(j, node)};
		verdict->n_counted += node_counts(j, node);
		verdict->n_fine += node_counts(j, node) && line.state == STATE_OK;
		size_t k = verdict->n_nodes++;
		for (; k > 0 && is_worse(line.state, verdict->nodes[k - 1].state); k--) {
			verdict->nodes[k] = verdict->nodes[k - 1];
		}
		verdict->nodes[k] = line;
	}
}

/* The node that leads a good line: with several, the first that was reached. */
static const struct report_node *leading_node(const struct verdict *verdict) {
	for (size_t i = 0; verdict->report->spec->scope == SURVEY_ALL && i < verdict->n_nodes; i++) {
		if (verdict->nodes[i].node->result.connected) {
			return verdict->nodes[i].node;
		}
	}
	return report_main_node(verdict->report);
}

static void judge_response_time(struct judging *j) {
	usec elapsed = response_time(j->report);
	double seconds = (double)elapsed / (double)USEC_PER_SEC;
	enum state state = STATE_OK;
	if (range_alerts(&j->limits->critical, seconds)) {
		state = STATE_CRITICAL;
	} else if (range_alerts(&j->limits->warning, seconds)) {
		state = STATE_WARNING;
	}
	if (state != STATE_OK) {
		const char *range =
			state == STATE_CRITICAL ? j->limits->critical.text : j->limits->warning.text;
		raise_run_as(j, FINDING_RESPONSE_TIME, state, "the run took %s s (range %s)",
			arena_printf(j->arena, "%lld.%03lld", (long long)(elapsed / USEC_PER_SEC),
				(long long)(elapsed / USEC_PER_MSEC % 1000)),
			range);
	}
}

static void judge_node(struct judging *j, const struct report_node *node) {
	judge_smtp(j, node);
	judge_tls(j, node);
	judge_sessions(j, node);
	judge_key_types(j, node);
	judge_large_hello(j, node);
	judge_expected(j, node);
	judge_pkix(j, node);
	for (int type = TLS_KEY_ANY; type < TLS_KEY_TYPES; type++) {
		const struct tls_facts *shown = shown_facts(node, (enum tls_key_type)type);
		size_t first = j->n_findings;
		if (shown != NULL) {
			judge_dates(j, node, shown);
		}
		for (size_t i = first; i < j->n_findings; i++) {
			j->findings[i].subject.key_type = (enum tls_key_type)type;
		}
	}
}

struct verdict judge(
	struct arena *arena, const struct report *report, const struct limits *limits, int64_t now) {
	struct judging j = judging_new(arena, report, limits, now);
	struct verdict verdict = {.report = report, .now = now, .state = STATE_OK};
	judge_dns(&j);
	judge_end(&j);
	judge_tlsa(&j);
	judge_next(&j);
	judge_auth(&j);
	for (size_t i = 0; i < report->n_nodes; i++) {
		const struct report_node *node = &report->nodes[i];
		if (node->chosen) {
			judge_node(&j, node);
		}
	}
	judge_all(&j);
	judge_ahead(&j);
	judge_issuers(&j);
	judge_rrsig(&j);
	judge_denial(&j);
	judge_announced(&j);
	judge_response_time(&j);
	sort_findings(j.findings, j.n_findings);
	line_up_nodes(&j, &verdict);
	measure(&j, &verdict);
	verdict.findings = j.findings;
	verdict.n_findings = j.n_findings;
	for (size_t i = 0; i < j.n_findings; i++) {
		verdict.state = state_worse(verdict.state, j.findings[i].state);
	}
	verdict.senders = view_senders(&j);
	verdict.leading = leading_node(&verdict);
	return verdict;
}
