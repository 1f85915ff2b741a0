/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The security that was reached beside the one that the user expects (--expect-security): what
 * senders fall back to is friendly, and hides that records vanished. */
#include "verdict/pkix_fault.h"
#include "verdict/raise.h"

/* What one session is worth. Under an unsigned MX answer a TLSA record proves the host and no more,
 * as a CA does at level verify. */
static enum security security_of(const struct report_node *node, const struct tls_facts *tls) {
	if (!tls->proof.trusted || !tls->proof.name_matched || tls->proof.n_errors > 0) {
		return SECURITY_TLS;
	}
	switch (node->policy.report_as) {
	case TLS_LEVEL_DANE:
	case TLS_LEVEL_DANE_ONLY:
	case TLS_LEVEL_HALF_DANE:
		if (node->policy.reason != POLICY_DANE) {
			return SECURITY_PKIX;
		}
		return tls->proof.matched == TLS_MATCHED_DANE_TA ||
					   tls->proof.matched == TLS_MATCHED_DANE_TA_KEY
				   ? SECURITY_DANE_TA
				   : SECURITY_DANE_EE;
	case TLS_LEVEL_VERIFY:
	case TLS_LEVEL_SECURE:
		return SECURITY_PKIX;
	case TLS_LEVEL_NONE:
	case TLS_LEVEL_MAY:
	case TLS_LEVEL_ENCRYPT:
	case TLS_LEVEL_FINGERPRINT:
		break;
	}
	return SECURITY_TLS;
}

/* The least over the certificates that clients may be shown; *tls is the session that had it. */
static enum security security_reached(
	const struct report_node *node, const struct tls_facts **tls) {
	const struct tls_facts *own = node->result.tls;
	*tls = own;
	if (own == NULL || !own->established) {
		return SECURITY_NONE;
	}
	enum security least = security_of(node, own);
	for (int type = TLS_KEY_ANY + 1; type < TLS_KEY_TYPES; type++) {
		const struct tls_facts *other = shown_facts(node, (enum tls_key_type)type);
		if (other != NULL && security_of(node, other) < least) {
			least = security_of(node, other);
			*tls = other;
		}
	}
	return least;
}

/* What the DNS has to do with it; NULL: nothing. */
static const char *dns_words(const struct report_node *node) {
	switch (node->host->tlsa_state) {
	case TLSA_STATE_NOT_APPLICABLE:
		return "DANE does not apply to an address or a socket";
	case TLSA_STATE_HOST_INSECURE:
		return node->host->native ? "this system's own lookup knows nothing of DNSSEC"
								  : "the host's addresses are not signed";
	case TLSA_STATE_ABSENT:
		return "no TLSA records";
	case TLSA_STATE_INSECURE:
		return "the TLSA records are not signed";
	case TLSA_STATE_UNUSABLE:
		return "no usable TLSA record";
	case TLSA_STATE_USABLE:
		return node->policy.reason != POLICY_DANE ? "the MX answer is not signed" : NULL;
	case TLSA_STATE_NOT_ASKED:
	case TLSA_STATE_FAILED:
		break;
	}
	return NULL;
}

static const char *why(const struct judging *j, const struct report_node *node,
	const struct tls_facts *tls, enum security reached) {
	if (reached == SECURITY_NONE) {
		return tls != NULL ? "the TLS handshake failed" : "no STARTTLS";
	}
	const char *dns = j->limits->security >= SECURITY_DANE ? dns_words(node) : NULL;
	if (dns != NULL) {
		return dns;
	}
	if (reached == SECURITY_DANE_TA) {
		return "a TLSA record of usage 2 matched";
	}
	if (tls->n_chain == 0 && !tls->raw_public_key) {
		return "no certificate was shown";
	}
	bool told = tls->proof.n_errors > 0 && tls->proof.errors[0].words != NULL;
	return told ? tls->proof.errors[0].words : "nothing proved who answered";
}

static const char *reached_words(enum security reached) {
	return reached == SECURITY_NONE ? "no TLS at all" : keyword_name(security_words, (int)reached);
}

/* Did the conversation come to where TLS begins, or could have? What ended before, or by us, has
 * its own finding and delivers nothing. */
static bool is_comparable(const struct judging *j, const struct report_node *node) {
	const struct result *result = &node->result;
	bool asked = result->smtp.ehlo.code / 100 == 2 || result->stage >= PROBE_HANDSHAKE;
	bool ours = result->err.kind == ERR_LOCAL || result->err.kind == ERR_BUDGET;
	bool established = result->tls != NULL && result->tls->established;
	return node_counts(j, node) && result->connected && (established || (asked && !ours));
}

/* DANE does not stand in for what MTA-STS demands, nor the other way round (RFC 8461 2). */
static void judge_expected_sts(struct judging *j, const struct report_node *node) {
	struct sender_facts facts = sender_facts_of(j->report, node);
	struct sender_view view = sender_view(SENDER_STS, &facts);
	bool enforced = policy_effect(j->report) == SENDER_STS_ENFORCE;
	if (policy_is_withheld(&j->report->policy)) {
		return; /* what kept it from us has its own finding */
	}
	if (!enforced || view.outcome != SENDER_AUTHENTICATED) {
		raise_node(j, FINDING_EXPECTED_SECURITY, node, "%s: less than --expect-security=sts",
			enforced ? view.why : "no MTA-STS policy is enforced");
	}
}

void judge_expected(struct judging *j, const struct report_node *node) {
	enum security wanted = j->limits->security;
	if (wanted == SECURITY_NONE || !is_comparable(j, node)) {
		return;
	}
	if (wanted == SECURITY_STS) {
		judge_expected_sts(j, node);
		return;
	}
	const struct tls_facts *tls = NULL;
	enum security reached = security_reached(node, &tls);
	/* Without validation nobody knows what is signed. */
	bool unknown = j->not_validating && wanted >= SECURITY_DANE && reached != SECURITY_NONE;
	if (reached >= wanted || unknown) {
		return;
	}
	struct finding *finding = raise_node(j, FINDING_EXPECTED_SECURITY, node,
		"%pN: the security reached is %s, less than --expect-security=%s",
		why(j, node, tls, reached), reached_words(reached),
		keyword_name(security_words, (int)wanted));
	bool is_name = node->host->tlsa_state != TLSA_STATE_NOT_APPLICABLE;
	if (wanted >= SECURITY_DANE && is_name && dns_words(node) != NULL) {
		raise_remedy(j, finding, "see whether a DS or TLSA record vanished");
	}
}
