/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Why the run ended before all was known. */
#include "verdict/hints.h"
#include "verdict/raise.h"

static bool is_unfinished(const struct report_node *node) {
	return node != NULL && node->chosen && node->result.stage < PROBE_QUIT &&
		   node->result.err.kind == ERR_NONE;
}

const char *end_words(const struct judging *j) {
	if (j->report->end == REPORT_INTERRUPTED) {
		return "interrupted by a signal";
	}
	return arena_printf(
		j->arena, "the deadline of %s passed", duration_words(j->arena, j->report->spec->timeout));
}

static void judge_unfinished(struct judging *j, const struct report_node *node) {
	bool peer = j->report->end == REPORT_DEADLINE && node->result.stage > PROBE_NOT_STARTED;
	enum state state = peer ? silence_state(j, node) : STATE_UNKNOWN;
	struct finding *finding = raise_node_as(j, FINDING_TIMEOUT, state, node, "%s while %s%s",
		end_words(j), stage_words(j, node),
		loss_words(judging_may_be_down(j, node, node->host) ? STATE_OK : STATE_CRITICAL));
	raise_remedy(j, finding, "%pN", hint_greeting(j, node));
}

/* Every node that was being probed, and how many never were. */
static bool judge_unfinished_nodes(struct judging *j) {
	size_t n = 0;
	size_t n_waiting = 0;
	for (size_t i = 0; i < j->report->n_nodes; i++) {
		const struct report_node *node = &j->report->nodes[i];
		if (is_unfinished(node)) {
			judge_unfinished(j, node);
			n++;
		}
		n_waiting += !node->chosen;
	}
	if (n_waiting > 0) {
		raise_run_as(j, FINDING_TIMEOUT, STATE_UNKNOWN, "%s before %zu node%s could be probed",
			end_words(j), n_waiting, n_waiting == 1 ? "" : "s");
	}
	return n + n_waiting > 0;
}

void judge_end(struct judging *j) {
	const struct report *report = j->report;
	const struct report_node *node = report_main_node(report);
	if (report->end == REPORT_COMPLETE) {
		return;
	}
	if (report->end == REPORT_BROKEN) {
		raise_run(j, FINDING_LOCAL_ERROR, "%pN", report->err.text);
		return;
	}
	bool probing = report->phase == REPORT_PHASE_PROBES;
	if (report->spec->scope == SURVEY_ALL) {
		if (judge_unfinished_nodes(j) && probing) {
			return;
		}
	} else if (probing && is_unfinished(node)) {
		judge_unfinished(j, node);
		return;
	}
	if (probing && judge_extras(j)) {
		return;
	}
	const char *answers = "DNS answers";
	if (report->phase == REPORT_PHASE_MX) {
		answers = report->spec->srv_service != NULL ? "the SRV answer" : "the MX answer";
	} else if (report->policy.cut_off) {
		answers = "the MTA-STS policy";
	}
	bool told = report->end == REPORT_DEADLINE && is_raised(j, FINDING_RESOLVER_FAILED);
	if (told && !report->policy.cut_off) { /* it is the resolver that took the time */
		return;
	}
	raise_run_as(j, FINDING_TIMEOUT, STATE_UNKNOWN, "%s while waiting for %s about %pN",
		end_words(j), answers, report->spec->destination->text);
}
