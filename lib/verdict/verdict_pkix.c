/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A node that is fine for DANE, or for senders that verify nothing, and not for those that verify
 * by CA. */
#include "verdict/pkix_fault.h"
#include "verdict/raise.h"

/* The issuer of the leaf is nearly always one that is sent; that of an intermediate is a root. */
static enum sender_chain chain_of(const struct tls_verify_error *error) {
	switch (error->code) {
	case TLS_VERIFY_SELF_SIGNED_LEAF:
		return SENDER_CHAIN_SELF_SIGNED;
	case TLS_VERIFY_NO_LOCAL_ISSUER:
	case TLS_VERIFY_NO_LEAF_SIGNATURE:
		return error->depth == 0 ? SENDER_CHAIN_INCOMPLETE : SENDER_CHAIN_UNTRUSTED;
	case 2: /* issuer certificate not found */
	case TLS_VERIFY_SELF_SIGNED_CHAIN:
	case TLS_VERIFY_UNTRUSTED:
		return SENDER_CHAIN_UNTRUSTED;
	case TLS_VERIFY_EXPIRED:
		return SENDER_CHAIN_EXPIRED;
	case TLS_VERIFY_NOT_YET_VALID:
		return SENDER_CHAIN_NOT_YET_VALID;
	case TLS_VERIFY_HOSTNAME:
	case TLS_VERIFY_IP_ADDRESS:
		return SENDER_CHAIN_VALID;
	default:
		return SENDER_CHAIN_INVALID;
	}
}

/* What comes first explains the rest: no way to an anchor, dates, all else. */
enum sender_chain pkix_chain(const struct tls_proof *proof, const struct tls_verify_error **error) {
	enum sender_chain found = SENDER_CHAIN_VALID;
	*error = NULL;
	for (size_t i = 0; i < proof->n_errors; i++) {
		enum sender_chain chain = chain_of(&proof->errors[i]);
		if (chain != SENDER_CHAIN_VALID && (*error == NULL || chain < found)) {
			found = chain;
			*error = &proof->errors[i];
		}
	}
	return found == SENDER_CHAIN_VALID && !proof->trusted ? SENDER_CHAIN_INVALID : found;
}

/* The certificate's own name for who issued it is a peer's word. */
static struct phrase chain_words(
	const struct judging *j, enum sender_chain chain, const struct tls_verify_error *error) {
	switch (chain) {
	case SENDER_CHAIN_INCOMPLETE:
		return phrase_new(
			j->arena, "the issuer \"%pB\" of its certificate was not sent", &error->issuer);
	case SENDER_CHAIN_UNTRUSTED:
		return phrase_new(j->arena, "the chain ends at \"%pB\", which no trusted CA is (depth %d)",
			&error->issuer, error->depth);
	case SENDER_CHAIN_SELF_SIGNED:
		return phrase_new(j->arena, "its certificate is self-signed");
	case SENDER_CHAIN_EXPIRED:
		return phrase_new(j->arena, "the certificate at depth %d has expired", error->depth);
	case SENDER_CHAIN_NOT_YET_VALID:
		return phrase_new(j->arena, "the certificate at depth %d is not yet valid", error->depth);
	case SENDER_CHAIN_UNKNOWN:
	case SENDER_CHAIN_VALID:
	case SENDER_CHAIN_INVALID:
		break;
	}
	bool told = error != NULL && error->words != NULL;
	return phrase_new(j->arena, "%pN", told ? error->words : "its chain cannot be verified");
}

static enum cause cause_of_chain(enum sender_chain chain) {
	if (chain == SENDER_CHAIN_VALID) {
		return CAUSE_CERTIFICATE_HOST_MISMATCH;
	}
	return chain == SENDER_CHAIN_EXPIRED ? CAUSE_CERTIFICATE_EXPIRED : CAUSE_VALIDATION_FAILURE;
}

static const char *remedy_for(enum sender_chain chain) {
	switch (chain) {
	case SENDER_CHAIN_INCOMPLETE:
		return "let the server send its intermediate certificates";
	case SENDER_CHAIN_EXPIRED:
		return "renew it";
	case SENDER_CHAIN_VALID:
		return "get a certificate that names the MX host";
	case SENDER_CHAIN_UNTRUSTED:
	case SENDER_CHAIN_SELF_SIGNED:
		return "get a certificate from a public CA";
	case SENDER_CHAIN_UNKNOWN:
	case SENDER_CHAIN_NOT_YET_VALID:
	case SENDER_CHAIN_INVALID:
		break;
	}
	return "";
}

const char *pkix_remedy(const struct tls_verify_error *error) {
	return remedy_for(chain_of(error));
}

/* At verify and secure the handshake itself was judged by CA. */
static bool is_judged_elsewhere(const struct report_node *node) {
	return node->policy.level == TLS_LEVEL_VERIFY || node->policy.level == TLS_LEVEL_SECURE;
}

static enum state state_of(enum sender_sts effect) {
	static const enum state states[] = {
		[SENDER_STS_NONE] = STATE_OK,
		[SENDER_STS_UNKNOWN] = STATE_WARNING,
		[SENDER_STS_TESTING] = STATE_WARNING,
		[SENDER_STS_ENFORCE] = STATE_CRITICAL,
	};
	return states[effect];
}

static const char *announced_words(enum sender_sts effect) {
	static const char *const words[] = {
		[SENDER_STS_NONE] = "",
		[SENDER_STS_UNKNOWN] = " (the domain announces MTA-STS)",
		[SENDER_STS_TESTING] = " (the domain tests MTA-STS)",
		[SENDER_STS_ENFORCE] = " (the domain enforces MTA-STS)",
	};
	return words[effect];
}

bool pkix_names_by_cn(const struct report_node *node) {
	const struct tls_facts *tls = node->result.tls;
	return tls != NULL && tls->n_chain > 0 && tls->chain[0].n_names_sent == 0;
}

/* What senders that know MTA-STS want beyond a chain and a name, for those who verify by CA. */
static void judge_sts_rules(
	struct judging *j, const struct report_node *node, enum sender_sts effect) {
	const struct tls_facts *tls = node->result.tls;
	bool by_cn = pkix_names_by_cn(node);
	bool is_old = tls != NULL && tls->established && tls->protocol_version < 0x0303;
	if (effect == SENDER_STS_NONE || (!by_cn && !is_old)) {
		return;
	}
	struct finding *finding = raise_node_as(j, FINDING_PKIX_FAILS, state_of(effect), node,
		"senders that know MTA-STS would refuse it: %s%s",
		by_cn ? "its certificate names the host as common name alone, not in subjectAltName"
			  : "its TLS is older than 1.2",
		announced_words(effect));
	finding->cause = by_cn ? CAUSE_CERTIFICATE_HOST_MISMATCH : CAUSE_VALIDATION_FAILURE;
	raise_remedy(j, finding, "%s%s",
		by_cn ? "get a certificate that names the MX host in subjectAltName"
			  : "switch TLS 1.2 and 1.3 on in the server",
		by_cn ? renewal_words(node->host) : "");
}

void judge_pkix(struct judging *j, const struct report_node *node) {
	const struct tls_proof *proof = node->proofs[REPORT_PROOF_HOST];
	enum sender_sts effect = policy_effect(j->report);
	bool announced = effect != SENDER_STS_NONE;
	bool wanted = announced || j->report->spec->view == REPORT_VIEW_ASKED;
	if (proof == NULL || !wanted || is_judged_elsewhere(node) || !judging_is_satisfied(j, node)) {
		return;
	}
	const struct tls_verify_error *error = NULL;
	enum sender_chain chain = pkix_chain(proof, &error);
	if (chain == SENDER_CHAIN_VALID && proof->name_matched) {
		judge_sts_rules(j, node, effect);
		return;
	}
	struct phrase why = chain == SENDER_CHAIN_VALID
							? phrase_new(j->arena, "its certificate names another host")
							: chain_words(j, chain, error);
	struct finding *finding = raise_node_as(j, FINDING_PKIX_FAILS, state_of(effect), node,
		"senders that verify by CA would refuse it: %pP%s", &why, announced_words(effect));
	finding->cause = announced ? cause_of_chain(chain) : CAUSE_NONE;
	finding->depth = error != NULL ? error->depth : 0;
	raise_remedy(j, finding, "%s", remedy_for(chain));
	if (finding->remedy.n > 0 && chain != SENDER_CHAIN_INCOMPLETE) {
		raise_remedy(j, finding, "%s", renewal_words(node->host));
	}
}
