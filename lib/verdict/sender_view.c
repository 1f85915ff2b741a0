/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* From the report to what senders see of each node. */
#include "tls/tls_record.h"
#include "verdict/pkix_fault.h"
#include "verdict/raise.h"

/* --- one node --- */

/* Senders say HELO to who knows no EHLO (RFC 5321 3.2), and there is no STARTTLS then; that we do
 * not try, and who refuses EHLO for another reason will refuse HELO as well. */
static bool refuses_tls(const struct result *result) {
	if (result->err.kind != ERR_REFUSED) {
		return false;
	}
	int code = result->refusal_code;
	return (result->refusal_stage == SMTP_STAGE_EHLO && (code == 500 || code == 502)) ||
		   (result->refusal_stage == SMTP_STAGE_STARTTLS && code != 421);
}

/* Who refuses EHLO for good refuses HELO, too, and Postfix returns the mail. */
static enum sender_tls refusal_of(const struct result *result) {
	bool hello =
		result->refusal_stage == SMTP_STAGE_EHLO || result->refusal_stage == SMTP_STAGE_TLS_EHLO;
	return hello && result->refusal_code / 100 == 5 ? SENDER_TLS_REJECTED : SENDER_TLS_REFUSED;
}

/* Behind the handshake a failure of TLS or of the connection is one that senders fall back from; a
 * refusal is not. */
static enum sender_tls tls_of(const struct report_node *node) {
	const struct result *result = &node->result;
	const struct tls_facts *tls = result->tls;
	if (tls != NULL && tls->established && result->err.kind == ERR_NONE) {
		bool shown = tls->n_chain > 0 || tls->raw_public_key;
		return shown ? SENDER_TLS_CERTIFICATE : SENDER_TLS_ANONYMOUS;
	}
	if (tls != NULL && result->err.kind == ERR_REFUSED) {
		return refusal_of(result);
	}
	if (tls != NULL) {
		return tls->established ? SENDER_TLS_BROKEN : SENDER_TLS_FAILED;
	}
	bool not_offered = result->err.kind == ERR_NONE && result->smtp.ehlo.code / 100 == 2;
	if (refuses_tls(result) || not_offered) {
		return SENDER_TLS_NOT_OFFERED;
	}
	if (result->err.kind == ERR_PROTO) {
		return SENDER_TLS_NO_SMTP;
	}
	return result->err.kind == ERR_REFUSED ? refusal_of(result) : SENDER_TLS_UNREACHED;
}

/* A record that matches is half of what DANE-TA demands: names and dates count as well. */
static enum sender_dane worth_of(const struct tls_proof *proof) {
	if (proof->trusted && proof->name_matched && proof->n_errors == 0) {
		return SENDER_DANE_MATCH;
	}
	if (tls_record_matched(proof) == NULL) {
		return SENDER_DANE_MISMATCH;
	}
	for (size_t i = 0; i < proof->n_errors; i++) {
		if (proof->errors[i].code == TLS_VERIFY_EXPIRED) {
			return SENDER_DANE_EXPIRED;
		}
		if (proof->errors[i].code == TLS_VERIFY_NOT_YET_VALID) {
			return SENDER_DANE_TOO_SOON;
		}
	}
	return proof->trusted && !proof->name_matched ? SENDER_DANE_MISNAMED : SENDER_DANE_INVALID;
}

/* The handshake's own proof where it was by DANE, else the one made behind it. */
static enum sender_dane match_of(const struct report_node *node) {
	const struct tls_facts *tls = node->result.tls;
	const struct tls_proof *proof = node->proofs[REPORT_PROOF_DANE];
	if (tls != NULL && tls->established && tls_level_is_dane(node->policy.level)) {
		return tls->proof.n_usable == 0 ? SENDER_DANE_UNUSABLE : worth_of(&tls->proof);
	}
	return proof != NULL ? worth_of(proof) : SENDER_DANE_MISMATCH;
}

static enum sender_dane dane_of(const struct report_node *node) {
	switch (node->host->tlsa_state) {
	case TLSA_STATE_NOT_ASKED:
	case TLSA_STATE_NOT_APPLICABLE:
	case TLSA_STATE_HOST_INSECURE:
	case TLSA_STATE_ABSENT:
	case TLSA_STATE_INSECURE:
		break;
	case TLSA_STATE_UNUSABLE:
		return SENDER_DANE_UNUSABLE;
	case TLSA_STATE_FAILED:
		return SENDER_DANE_FAILED;
	case TLSA_STATE_USABLE:
		return match_of(node);
	}
	return SENDER_DANE_NONE;
}

static bool names(const struct report_node *node, enum report_proof which) {
	const struct tls_proof *proof = node->proofs[which];
	return proof != NULL && proof->name_matched;
}

/* A policy that was not asked for is taken for one that enforces and covers the host: that is what
 * has to be prepared for. One that cannot be fetched is none. */
static enum sender_sts sts_of(const struct report *report) {
	enum sender_sts effect = policy_effect(report);
	if (effect != SENDER_STS_UNKNOWN) {
		return effect;
	}
	enum policy_fetch outcome = report->policy.outcome;
	return outcome == POLICY_NOT_FETCHED || outcome == POLICY_FAILED ? SENDER_STS_ENFORCE
																	 : SENDER_STS_NONE;
}

static bool is_covered(const struct report *report, const struct report_node *node) {
	return !policy_is_valid(&report->policy) ||
		   sts_policy_covers(&report->policy.policy, node->host->name);
}

struct sender_facts sender_facts_of(const struct report *report, const struct report_node *node) {
	const struct result *result = &node->result;
	const struct tls_proof *proof = node->proofs[REPORT_PROOF_HOST];
	const struct tls_verify_error *error = NULL;
	return (struct sender_facts){.null_mx = report->null_mx_mixed,
		.tls = tls_of(node),
		.dane = dane_of(node),
		.mx_insecure = report->mx_used && !report->route_question->secure,
		.chain = proof == NULL ? SENDER_CHAIN_UNKNOWN : pkix_chain(proof, &error),
		.host_named = names(node, REPORT_PROOF_HOST),
		.host_in_san = names(node, REPORT_PROOF_HOST) && !pkix_names_by_cn(node),
		.domain_named = names(node, REPORT_PROOF_DOMAIN),
		.tls12 = result->tls != NULL && result->tls->protocol_version >= 0x0303,
		.sts = sts_of(report),
		.sts_covered = is_covered(report, node),
		.requiretls = smtp_reply_offers(&result->smtp.tls_ehlo, "REQUIRETLS")};
}

/* --- the table --- */

/* What ended on this machine, or with the run, says nothing of senders. */
static bool is_seen(const struct report_node *node) {
	enum err_kind kind = node->result.err.kind;
	bool ours = kind == ERR_LOCAL || kind == ERR_BUDGET || kind == ERR_USAGE;
	bool over = kind != ERR_NONE || node->result.stage >= PROBE_QUIT;
	return node->chosen && over && !ours;
}

/* Without validation, and at levels that look up no TLSA records, nobody knows what senders with
 * DANE see. */
static bool is_told(const struct judging *j, enum sender sender) {
	bool dane_known = judging_wants_dane(j) && !j->not_validating;
	switch (sender) {
	case SENDER_DANE:
	case SENDER_DANE_ONLY:
	case SENDER_DANE_STS:
	case SENDER_REQUIRETLS:
		return dane_known;
	case SENDER_OPPORTUNISTIC:
	case SENDER_ENCRYPT:
	case SENDER_STS:
	case SENDER_VERIFY:
	case SENDER_SECURE:
	case SENDER_COUNT:
		break;
	}
	return true;
}

static void add_row(const struct judging *j, struct sender_table *table, enum sender sender,
	const struct sender_facts *facts) {
	struct sender_row *row = &table->rows[table->n++];
	size_t decides = 0;
	row->sender = sender;
	row->domain = sender_view_domain(sender, facts, table->n_nodes, &decides);
	row->decides = table->nodes[decides];
	row->nodes = arena_alloc_array(j->arena, table->n_nodes, sizeof *row->nodes);
	for (size_t i = 0; i < table->n_nodes; i++) {
		row->nodes[i] = sender_view(sender, &facts[i]);
	}
}

const struct sender_table *view_senders(const struct judging *j) {
	const struct report *report = j->report;
	if (report->spec->view == REPORT_VIEW_NONE || report->spec->wish.level == TLS_LEVEL_NONE) {
		return NULL;
	}
	struct sender_table *table = arena_alloc(j->arena, sizeof *table);
	struct sender_facts *facts = arena_alloc_array(j->arena, report->n_nodes, sizeof *facts);
	table->nodes = (const struct report_node **)arena_alloc_array(
		j->arena, report->n_nodes, sizeof(const struct report_node *));
	for (size_t i = 0; i < report->n_nodes; i++) {
		if (is_seen(&report->nodes[i])) {
			facts[table->n_nodes] = sender_facts_of(report, &report->nodes[i]);
			table->nodes[table->n_nodes++] = &report->nodes[i];
		}
	}
	for (int sender = 0; sender < SENDER_COUNT && table->n_nodes > 0; sender++) {
		if (is_told(j, (enum sender)sender)) {
			add_row(j, table, (enum sender)sender, facts);
		}
	}
	return table;
}
