/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What the handshake proved, and what it is worth. */
#include "verdict/judging.h"

#include <string.h>

/* Kinds of verification errors, in the order in which they explain the others. */
enum complaint {
	COMPLAINT_TLSA,  /* no record matches: the chain was never the question */
	COMPLAINT_TRUST, /* no way to an anchor */
	COMPLAINT_DATES, /* judged over the path, by its dates */
	COMPLAINT_NAME,
	COMPLAINT_OTHER /* strength and shape */
};

static enum complaint complaint_of(int code) {
	switch (code) {
	case TLS_VERIFY_DANE_NO_MATCH:
		return COMPLAINT_TLSA;
	case 2: /* issuer certificate not found */
	case TLS_VERIFY_SELF_SIGNED_LEAF:
	case TLS_VERIFY_SELF_SIGNED_CHAIN:
	case TLS_VERIFY_NO_LOCAL_ISSUER:
	case TLS_VERIFY_NO_LEAF_SIGNATURE:
	case TLS_VERIFY_UNTRUSTED:
		return COMPLAINT_TRUST;
	case TLS_VERIFY_EXPIRED:
	case TLS_VERIFY_NOT_YET_VALID:
		return COMPLAINT_DATES;
	case TLS_VERIFY_HOSTNAME:
	case TLS_VERIFY_IP_ADDRESS:
		return COMPLAINT_NAME;
	default:
		return COMPLAINT_OTHER;
	}
}

static const struct tls_verify_error *find_error(
	const struct tls_facts *tls, enum complaint complaint) {
	for (size_t i = 0; i < tls->n_errors; i++) {
		if (complaint_of(tls->errors[i].code) == complaint) {
			return &tls->errors[i];
		}
	}
	return NULL;
}

static void judge_untrusted(
	struct judging *j, const struct report_node *node, const struct tls_verify_error *error) {
	const char *words = error->words != NULL ? error->words : "verification failed";
	const char *issuer = error->issuer.len == 0 ? ""
												: arena_printf(j->arena, ", issuer %s",
													  judging_quote(j, error->issuer));
	judging_raise_node(j, FINDING_UNTRUSTED, judging_default(j, FINDING_UNTRUSTED), node,
		arena_printf(j->arena, "no trusted chain: %s (depth %d%s)", judging_name(j, words),
			error->depth, issuer));
}

static void add_names(
	const struct judging *j, struct text *text, const struct span *names, size_t n) {
	static const size_t shown = 5;
	for (size_t i = 0; i < n && i < shown; i++) {
		text_addf(text, "%s%s", i > 0 ? " " : "", judging_quote(j, names[i]));
	}
	if (n > shown) {
		text_addf(text, " and %zu more", n - shown);
	}
	text_add(text, n == 0 ? "none" : "");
}

static void judge_name(struct judging *j, const struct report_node *node) {
	const struct tls_facts *tls = node->result.tls;
	const struct tls_policy *policy = &node->policy;
	struct text text = text_new(j->arena, 4096);
	struct span *wanted = arena_alloc_array(j->arena, policy->n_names, sizeof *wanted);
	for (size_t i = 0; i < policy->n_names; i++) {
		wanted[i] = span_of(policy->names[i]);
	}
	text_add(&text, "no name matches: wanted ");
	add_names(j, &text, wanted, policy->n_names);
	text_add(&text, ", the certificate has ");
	if (tls->n_chain > 0 && tls->chain[0].n_names > 0) {
		add_names(j, &text, tls->chain[0].names, tls->chain[0].n_names);
	} else {
		struct span cn = tls->n_chain > 0 ? tls->chain[0].subject_cn : (struct span){NULL, 0};
		add_names(j, &text, &cn, cn.len > 0 ? 1 : 0);
	}
	judging_raise_node(
		j, FINDING_NAME_MISMATCH, judging_default(j, FINDING_NAME_MISMATCH), node, text.at);
}

static void judge_other(
	struct judging *j, const struct report_node *node, const struct tls_verify_error *error) {
	const char *words = error != NULL && error->words != NULL ? error->words : "not verified";
	int depth = error != NULL ? error->depth : 0;
	judging_raise_node(j, FINDING_CHAIN_INVALID, judging_default(j, FINDING_CHAIN_INVALID), node,
		arena_printf(j->arena, "certificate verification fails: %s (depth %d)",
			judging_name(j, words), depth));
}

/* Levels that trust certification authorities, and DANE-TA. Each kind of error has its finding;
 * dates are judged elsewhere. */
static void judge_chain(struct judging *j, const struct report_node *node) {
	const struct tls_facts *tls = node->result.tls;
	const struct tls_verify_error *trust = find_error(tls, COMPLAINT_TRUST);
	const struct tls_verify_error *other = find_error(tls, COMPLAINT_OTHER);
	bool name = find_error(tls, COMPLAINT_NAME) != NULL;
	bool dates = find_error(tls, COMPLAINT_DATES) != NULL;
	bool dane = tls_level_is_dane(node->policy.level);
	if (trust != NULL && dane) {
		judge_other(j, node, trust);
	} else if (trust != NULL) {
		judge_untrusted(j, node, trust);
	} else if (name || (tls->trusted && !tls->name_matched)) {
		judge_name(j, node);
	}
	if (other != NULL || (trust == NULL && !name && !dates && !tls->trusted)) {
		judge_other(j, node, other);
	}
}

/* Says what was seen, so that a planned change can be pinned without another tool. */
static void judge_fingerprint(struct judging *j, const struct report_node *node) {
	const struct tls_facts *tls = node->result.tls;
	struct text text = text_new(j->arena, 1000);
	text_add(&text, "neither the certificate nor its key has one of the fingerprints wanted");
	if (tls->n_chain > 0 && tls->chain[0].fingerprint[1].len > 0) {
		text_add(&text, "; the key seen is ");
		text_add_hex(&text, tls->chain[0].fingerprint[1], ':');
		text_add(&text, ", the certificate ");
		text_add_hex(&text, tls->chain[0].fingerprint[0], ':');
	}
	judging_raise_node(j, FINDING_FINGERPRINT_MISMATCH,
		judging_default(j, FINDING_FINGERPRINT_MISMATCH), node, text.at);
}

static void judge_proof(struct judging *j, const struct report_node *node) {
	const struct tls_facts *tls = node->result.tls;
	bool anonymous = tls->n_chain == 0 && tls->status == TLS_STATUS_ANONYMOUS;
	if (tls_level_is_dane(node->policy.level)) {
		judge_refused_records(j, node);
	}
	if (anonymous && !tls_level_must_match(node->policy.level)) {
		judging_raise_node(j, FINDING_ANONYMOUS, judging_default(j, FINDING_ANONYMOUS), node,
			"anonymous cipher suite: the server showed no certificate");
		return;
	}
	bool proven = tls->trusted && tls->name_matched && tls->n_errors == 0;
	if (proven) {
		judge_unsent_anchor(j, node);
	}
	if (proven || !tls_level_must_match(node->policy.level)) {
		return;
	}
	if (node->policy.level == TLS_LEVEL_FINGERPRINT) {
		judge_fingerprint(j, node);
	} else if (find_error(tls, COMPLAINT_TLSA) != NULL) {
		judge_mismatch(j, node);
	} else if (!tls_level_is_dane(node->policy.level) || tls->n_usable_tlsa > 0) {
		judge_chain(j, node);
	}
}

/* --- strength --- */

static void judge_protocol(struct judging *j, const struct report_node *node) {
	const struct tls_facts *tls = node->result.tls;
	if (tls->protocol_version >= j->limits->min_protocol) {
		return;
	}
	judging_raise_node(j, FINDING_WEAK_PROTOCOL, judging_default(j, FINDING_WEAK_PROTOCOL), node,
		arena_printf(j->arena, "the old protocol %s was negotiated", tls->protocol));
}

static void judge_strength(struct judging *j, const struct report_node *node) {
	const struct tls_facts *tls = node->result.tls;
	size_t n = 0;
	const struct tls_cert *certs = chain_that_counts(tls, &n);
	/* Under DANE-EE the record vouches for the key: who signed it does not matter. An anchor is
	 * trusted for its key, not for its signature. */
	bool pinned = tls->matched == TLS_MATCHED_DANE_EE || tls->matched == TLS_MATCHED_FINGERPRINT;
	size_t n_keys = pinned && n > 0 ? 1 : n;
	size_t n_signed = tls->n_path > 0 ? n - 1 : n;
	for (size_t i = 0; i < n_keys; i++) {
		const char *type = certs[i].key_type;
		if (type != NULL && strcmp(type, "RSA") == 0 && certs[i].key_bits < 2048) {
			judging_raise_node(j, FINDING_WEAK_KEY, judging_default(j, FINDING_WEAK_KEY), node,
				arena_printf(j->arena, "RSA key of %d bits at depth %zu", certs[i].key_bits, i));
		}
	}
	for (size_t i = 0; i < n_signed && !pinned; i++) {
		if (certs[i].sha1_signed && !certs[i].self_issued) {
			const char *signature = certs[i].signature != NULL ? certs[i].signature : "unknown";
			judging_raise_node(j, FINDING_WEAK_SIGNATURE,
				judging_default(j, FINDING_WEAK_SIGNATURE), node,
				arena_printf(j->arena, "weak signature %s on the certificate at depth %zu",
					judging_name(j, signature), i));
		}
	}
}

void judge_tls(struct judging *j, const struct report_node *node) {
	const struct tls_facts *tls = node->result.tls;
	if (tls == NULL || !tls->established) {
		return;
	}
	judge_proof(j, node);
	judge_protocol(j, node);
	judge_strength(j, node);
}
