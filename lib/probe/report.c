/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions about a report that more than one reader has. */
#include "probe/report.h"

const struct report_node *report_main_node(const struct report *report) {
	const struct report_node *last = NULL;
	for (size_t i = 0; i < report->n_nodes; i++) {
		if (!report->nodes[i].chosen) {
			continue;
		}
		last = &report->nodes[i];
		if (last->result.connected) {
			break;
		}
	}
	return last;
}

struct policy_host report_policy_host(const struct report_host *host) {
	return (struct policy_host){.name = host->name,
		.canonical = host->canonical,
		.tlsa_base = host->tlsa_base,
		.tlsa_state = host->tlsa_state,
		.tlsa = host->tlsa,
		.n_tlsa = host->n_tlsa};
}
