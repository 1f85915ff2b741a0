/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* One proof for each kind of demand, shared between addresses that show the same. */
#include "probe/proofs.h"

#include <string.h>

struct proving {
	struct report *report;
	struct arena *arena;
	const struct survey_spec *spec;
	const struct origin *origin;
	struct tls_context *context;
};

/* Only senders of MTA-STS mind, unless somebody asks what all of them would do. */
static bool is_wanted(const struct report *report) {
	return report->spec->view != REPORT_VIEW_NONE ||
		   report->sts.record.outcome == POLICY_RECORD_VALID;
}

static const struct tls_facts *session_of(const struct report_node *node) {
	const struct tls_facts *tls = node->chosen ? node->result.tls : NULL;
	bool shown = tls != NULL && (tls->n_chain > 0 || tls->raw_public_key);
	return shown && tls->established ? tls : NULL;
}

static const struct tls_proof *prove(
	const struct proving *proving, const struct report_node *node, enum tls_level level) {
	const struct report_host *host = node->host;
	struct tls_wish wish = {.level = level, .insecure_mx = INSECURE_MX_DANE};
	struct policy_host facts = report_policy_host(host);
	struct tls_policy policy =
		tls_policy_for(proving->arena, proving->spec->habits, &wish, proving->origin, &facts);
	struct tls_spec demand = {.level = policy.level,
		.report_as = policy.level,
		.tlsa = policy.tlsa,
		.n_tlsa = policy.n_tlsa,
		.names = policy.names,
		.n_names = policy.n_names};
	struct err ignored = {0};
	return tls_prove(proving->context, proving->arena, &demand, session_of(node),
		proving->spec->tls->now, &ignored);
}

/* An address of the same host before this one that showed the same; NULL: none did. */
static const struct report_node *find_twin(const struct report *report, size_t node) {
	const struct tls_facts *tls = session_of(&report->nodes[node]);
	for (size_t i = 0; i < node && tls != NULL; i++) {
		const struct tls_facts *other = session_of(&report->nodes[i]);
		bool alike = other != NULL && other->n_chain == tls->n_chain &&
					 span_equal(other->raw_key, tls->raw_key) &&
					 report->nodes[i].host == report->nodes[node].host;
		for (size_t k = 0; alike && k < tls->n_chain; k++) {
			alike = span_equal(other->chain[k].der, tls->chain[k].der);
		}
		if (alike) {
			return &report->nodes[i];
		}
	}
	return NULL;
}

static void prove_node(const struct proving *proving, size_t i) {
	struct report_node *node = &proving->report->nodes[i];
	const struct report_node *twin = find_twin(proving->report, i);
	if (twin != NULL) {
		memcpy(node->proofs, twin->proofs, sizeof node->proofs);
		return;
	}
	node->proofs[REPORT_PROOF_HOST] = prove(proving, node, TLS_LEVEL_VERIFY);
	if (proving->report->spec->view == REPORT_VIEW_NONE) {
		return;
	}
	node->proofs[REPORT_PROOF_DOMAIN] = prove(proving, node, TLS_LEVEL_SECURE);
	if (node->host->tlsa_state == TLSA_STATE_USABLE) {
		node->proofs[REPORT_PROOF_DANE] = prove(proving, node, TLS_LEVEL_DANE);
	}
}

void proofs_make(struct report *report, struct arena *arena, const struct origin *origin,
	struct tls_context *context) {
	const struct proving proving = {report, arena, report->spec, origin, context};
	if (context == NULL || !is_wanted(report) || !tls_trust_for_proofs(context)) {
		return;
	}
	for (size_t i = 0; i < report->n_nodes; i++) {
		if (session_of(&report->nodes[i]) != NULL) {
			prove_node(&proving, i);
		}
	}
}
