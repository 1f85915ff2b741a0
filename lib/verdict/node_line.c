/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* One line per node: what was reached, without an opinion. */
#include "verdict/judging.h"

static const char *status_words(const struct tls_facts *tls, const struct tls_policy *policy) {
	switch (tls->status) {
	case TLS_STATUS_ANONYMOUS:
		return "Anonymous";
	case TLS_STATUS_UNTRUSTED:
		return "Untrusted";
	case TLS_STATUS_TRUSTED:
		return "Trusted";
	case TLS_STATUS_VERIFIED:
		break;
	}
	/* What was verified for the report only is not what a sender would rely on. */
	return tls_level_must_match(policy->level) ? "Verified" : "Trusted";
}

static void add_proof(const struct judging *j, struct text *text, const struct report_node *node) {
	const struct tls_facts *tls = node->result.tls;
	text_add(text, status_words(tls, &node->policy));
	if (tls->status != TLS_STATUS_TRUSTED && tls->status != TLS_STATUS_VERIFIED) {
		text_add(text, " TLS");
	} else if (tls->matched_tlsa != NULL) {
		const struct tlsa *tlsa = tls->matched_tlsa;
		text_addf(text, " by %s %u %u %u", tlsa_usage_name(tlsa->usage), tlsa->usage,
			tlsa->selector, tlsa->matching);
	} else if (tls->matched == TLS_MATCHED_FINGERPRINT) {
		text_add(text, " by fingerprint");
	} else if (tls->matched_name.len > 0) {
		text_addf(text, " as %s", judging_quote(j, tls->matched_name));
	} else {
		text_add(text, " TLS");
	}
}

/* Nothing depends on it here, but a stricter sender would mind. */
static void add_stricter_view(
	const struct judging *j, struct text *text, const struct report_node *node) {
	const struct tls_facts *tls = node->result.tls;
	if (node->policy.report_as != node->policy.level && tls->n_errors > 0 &&
		tls->errors[0].words != NULL) {
		text_addf(text, " (level secure would fail: %s)", judging_name(j, tls->errors[0].words));
	}
}

/* Why nothing is demanded of this node, at a level that the user thinks demands something. */
static const char *lenience_words(const struct judging *j, const struct report_node *node) {
	switch (node->policy.reason) {
	case POLICY_NOT_APPLICABLE:
		return node->family == 0 ? "DANE does not apply to a socket"
								 : "DANE needs a mail domain or a host name, this is an address";
	case POLICY_NO_TLSA:
		return node->host->tlsa_state == TLSA_STATE_ABSENT ? "no TLSA records"
														   : "no signed TLSA records";
	case POLICY_TLSA_UNUSABLE:
		return "no usable TLSA records";
	case POLICY_MX_INSECURE_MAY:
	case POLICY_MX_INSECURE_ENCRYPT:
		return arena_printf(j->arena, "the %s answer is not signed", route_word(j->report));
	case POLICY_AS_WISHED:
	case POLICY_DANE:
	case POLICY_MX_INSECURE_DANE:
		break;
	}
	return node->policy.level == TLS_LEVEL_MAY ? "level may" : "level encrypt";
}

/* A good line must not look like a proof. */
static void add_lenience(
	const struct judging *j, struct text *text, const struct report_node *node) {
	enum tls_status status = node->result.tls->status;
	bool shown = status == TLS_STATUS_TRUSTED || status == TLS_STATUS_VERIFIED;
	if (!shown && !tls_level_must_match(node->policy.level)) {
		text_addf(text, ", nothing verified (%s)", lenience_words(j, node));
	}
}

static void add_tls(const struct judging *j, struct text *text, const struct report_node *node) {
	const struct tls_facts *tls = node->result.tls;
	add_proof(j, text, node);
	add_stricter_view(j, text, node);
	add_lenience(j, text, node);
	text_addf(text, ", %s", tls->protocol);
	if (tls->n_chain > 0) {
		int64_t not_after = tls->chain[0].not_after;
		text_addf(text, ", certificate %s %s", not_after < j->now ? "expired" : "expires",
			judging_distance(j, not_after));
	}
}

const char *node_line(const struct judging *j, const struct report_node *node) {
	const struct result *result = &node->result;
	struct text text = text_new(j->arena, 2000);
	if (!result->connected) {
		text_add(&text, "no connection");
	} else if (result->tls != NULL && result->tls->established) {
		add_tls(j, &text, node);
	} else if (result->tls != NULL) {
		text_add(&text, "no TLS: the handshake did not complete");
	} else if (result->smtp.ehlo.code / 100 == 2) {
		text_addf(&text, "no TLS, STARTTLS is %s",
			result->smtp.starttls_offered ? "offered" : "not offered");
	} else {
		text_addf(&text, "no TLS, ended while %s",
			probe_stage_text(result->stage, j->report->destination->protocol));
	}
	return text.at;
}
