/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* One line per node: what was reached, without an opinion. */
#include "base/distance.h"
#include "render/words.h"
#include "tls/tls_record.h"

struct line {
	struct arena *arena;
	const struct verdict *verdict;
	struct phrase words;
};

__attribute__((format(printf, 2, 3))) static void add(struct line *line, const char *fmt, ...) {
	va_list args;
	va_start(args, fmt);
	phrase_vadd(line->arena, &line->words, fmt, args);
	va_end(args);
}

static const char *status_words(const struct tls_facts *tls, const struct tls_policy *policy) {
	switch (tls->proof.status) {
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

static void add_proof(struct line *line, const struct report_node *node) {
	const struct tls_facts *tls = node->result.tls;
	add(line, "%s", status_words(tls, &node->policy));
	if (tls->proof.status != TLS_STATUS_TRUSTED && tls->proof.status != TLS_STATUS_VERIFIED) {
		add(line, " TLS");
	} else if (tls_record_matched(&tls->proof) != NULL) {
		const struct tlsa *tlsa = tls_record_matched(&tls->proof);
		add(line, " by %s %u %u %u", tlsa_usage_name(tlsa->usage), (unsigned)tlsa->usage,
			(unsigned)tlsa->selector, (unsigned)tlsa->matching);
	} else if (tls->proof.matched == TLS_MATCHED_FINGERPRINT) {
		add(line, " by fingerprint");
	} else if (tls->proof.matched_name.len > 0) {
		add(line, " as \"%pB\"", &tls->proof.matched_name);
	} else {
		add(line, " TLS");
	}
}

/* Nothing depends on it here, but a stricter sender would mind. The certificate of a host that
 * serves many domains names the host and none of them, which is no fault of its. */
static void add_stricter_view(struct line *line, const struct report_node *node) {
	const struct tls_facts *tls = node->result.tls;
	const char *domain = line->verdict->report->spec->destination->name;
	if (node->policy.report_as != node->policy.level && tls->proof.n_errors > 0 &&
		tls->proof.errors[0].code == TLS_VERIFY_HOSTNAME && *domain != '\0') {
		add(line, " (level secure would fail: the certificate does not name %pN)", domain);
	} else if (node->policy.report_as != node->policy.level && tls->proof.n_errors > 0 &&
			   tls->proof.errors[0].words != NULL) {
		add(line, " (level secure would fail: %pN)", tls->proof.errors[0].words);
	}
}

/* Why nothing is demanded of this node, at a level that the user thinks demands something. */
static const char *lenience_words(const struct line *line, const struct report_node *node) {
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
		return arena_printf(
			line->arena, "the %s answer is not signed", route_word(line->verdict->report));
	case POLICY_AS_WISHED:
	case POLICY_DANE:
	case POLICY_MX_INSECURE_DANE:
		break;
	}
	return node->policy.level == TLS_LEVEL_MAY ? "level may" : "level encrypt";
}

/* A good line must not look like a proof. */
static void add_lenience(struct line *line, const struct report_node *node) {
	enum tls_status status = node->result.tls->proof.status;
	bool shown = status == TLS_STATUS_TRUSTED || status == TLS_STATUS_VERIFIED;
	if (!shown && !tls_level_must_match(node->policy.level)) {
		add(line, ", nothing verified (%s)", lenience_words(line, node));
	}
}

static void add_tls(struct line *line, const struct report_node *node) {
	const struct tls_facts *tls = node->result.tls;
	add_proof(line, node);
	add_stricter_view(line, node);
	add_lenience(line, node);
	add(line, ", %s", tls->protocol);
	if (tls->n_chain > 0) {
		int64_t not_after = tls->chain[0].not_after;
		int64_t now = line->verdict->now;
		add(line, ", certificate %s %s", not_after < now ? "expired" : "expires",
			distance_words(line->arena, now, not_after));
	}
}

struct phrase node_words(
	struct arena *arena, const struct verdict *verdict, const struct report_node *node) {
	const struct result *result = &node->result;
	struct line line = {.arena = arena, .verdict = verdict};
	if (!result->connected) {
		add(&line, "no connection");
	} else if (result->tls != NULL && result->tls->established) {
		add_tls(&line, node);
	} else if (result->tls != NULL) {
		add(&line, "no TLS: the handshake did not complete");
	} else if (result->smtp.ehlo.code / 100 == 2) {
		add(&line, "no TLS, STARTTLS is %s",
			result->smtp.starttls_offered ? "offered" : "not offered");
	} else {
		add(&line, "no TLS, ended while %s",
			probe_stage_text(result->stage, verdict->report->spec->destination->protocol));
	}
	return line.words;
}
