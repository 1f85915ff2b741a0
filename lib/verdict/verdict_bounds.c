/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What there was too much of, and so was left out: a verdict says what it does not cover. */
#include "verdict/raise.h"

/* Records of one type that were not looked at. */
static void judge_records(
	struct judging *j, const struct report_host *host, const struct dns_question *question) {
	if (question != NULL && question->answer.n_left_out > 0) {
		size_t seen = question->answer.n_records;
		raise_host(j, FINDING_TOO_MANY_RECORDS, host,
			"there are %zu %s records, only the first %zu were looked at",
			seen + question->answer.n_left_out, dns_type_name(question->type), seen);
	}
}

void judge_bounds(struct judging *j) {
	for (size_t i = 0; i < j->n_hosts; i++) {
		const struct report_host *host = &j->report->hosts[i];
		judge_records(j, host, host->a);
		judge_records(j, host, host->aaaa);
		judge_records(j, host, host->tlsa_used);
	}
	if (j->report->too_many_nodes) {
		raise_run(j, FINDING_TOO_MANY_NODES,
			"there are more than %u nodes, the rest was not probed", REPORT_NODES_MAX);
	}
}
