/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What the handshake proved, and what it is worth. */
#include "verdict/pkix_fault.h"
#include "verdict/raise.h"

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
	for (size_t i = 0; i < tls->proof.n_errors; i++) {
		if (complaint_of(tls->proof.errors[i].code) == complaint) {
			return &tls->proof.errors[i];
		}
	}
	return NULL;
}

static void judge_untrusted(
	struct judging *j, const struct report_node *node, const struct tls_verify_error *error) {
	const char *words = error->words != NULL ? error->words : "verification failed";
	struct phrase issuer = {.n = 0};
	if (error->issuer.len > 0) {
		issuer = phrase_new(j->arena, ", issuer \"%pB\"", &error->issuer);
	}
	struct finding *finding = raise_node(j, FINDING_UNTRUSTED, node,
		"no trusted chain: %pN (depth %d%pP)", words, error->depth, &issuer);
	finding->depth = error->depth;
	raise_remedy(j, finding, "%s", pkix_remedy(error));
}

static struct phrase names_words(const struct judging *j, struct finding_names names) {
	size_t shown = names.n < 5 ? names.n : 5;
	struct phrase words = {.n = 0};
	for (size_t i = 0; i < shown; i++) {
		phrase_add(j->arena, &words, "%s\"%pB\"", i > 0 ? " " : "", &names.at[i]);
	}
	phrase_add_rest(j->arena, &words, names.n_all, shown);
	phrase_add(j->arena, &words, "%s", names.n == 0 ? "none" : "");
	return words;
}

static struct finding_names wanted_names(const struct judging *j, const struct tls_policy *policy) {
	struct span *names = arena_alloc_array(j->arena, policy->n_names, sizeof *names);
	for (size_t i = 0; i < policy->n_names; i++) {
		names[i] = span_of(policy->names[i]);
	}
	return (struct finding_names){names, policy->n_names, policy->n_names};
}

/* Those in subjectAltName; the common name only where there are none. */
static struct finding_names names_of(const struct tls_facts *tls) {
	const struct tls_cert *leaf = tls->chain;
	if (tls->n_chain > 0 && leaf->n_names > 0) {
		return (struct finding_names){leaf->names, leaf->n_names, leaf->n_names_sent};
	}
	bool named = tls->n_chain > 0 && leaf->subject_cn.len > 0;
	return (struct finding_names){named ? &leaf->subject_cn : NULL, named ? 1 : 0, named ? 1 : 0};
}

static void judge_name(struct judging *j, const struct report_node *node) {
	struct finding_names wanted = wanted_names(j, &node->policy);
	struct finding_names seen = names_of(node->result.tls);
	struct phrase wanted_words = names_words(j, wanted);
	struct phrase seen_words = names_words(j, seen);
	struct finding *finding = raise_node(j, FINDING_NAME_MISMATCH, node,
		"no name matches: wanted %pP, the certificate has %pP", &wanted_words, &seen_words);
	finding->wanted = wanted;
	finding->seen = seen;
	finding->depth = 0;
	raise_remedy(j, finding, "get a certificate with a name that is wanted");
	if (tls_level_is_dane(node->policy.level)) { /* names do not count there (RFC 7672 3.1.1) */
		finding->record = record_words(j, node->host, node->result.tls);
		raise_remedy(j, finding, ", or publish %pP", &finding->record);
	}
}

/* With what the certificate has to come back from its authority. */
static const char *anew_words(const struct tls_verify_error *error) {
	static const struct {
		enum tls_verify_code code;
		const char *words;
	} faults[] = {{TLS_VERIFY_INVALID_PURPOSE, ", for TLS servers (serverAuth)"},
		{TLS_VERIFY_EE_KEY_TOO_SMALL, ", for a longer key"},
		{TLS_VERIFY_CA_KEY_TOO_SMALL, ", by an issuer with a longer key"},
		{TLS_VERIFY_CA_MD_TOO_WEAK, ", with a signature by SHA-256 or better"}};
	const char *words = "";
	for (size_t i = 0; error != NULL && i < sizeof faults / sizeof *faults; i++) {
		words = error->code == (int)faults[i].code ? faults[i].words : words;
	}
	return words;
}

static void judge_other(
	struct judging *j, const struct report_node *node, const struct tls_verify_error *error) {
	const char *words = error != NULL && error->words != NULL ? error->words : "not verified";
	int depth = error != NULL ? error->depth : 0;
	struct finding *finding = raise_node(j, FINDING_CHAIN_INVALID, node,
		"certificate verification fails: %pN (depth %d)", words, depth);
	finding->depth = depth;
	if (tls_level_is_dane(node->policy.level)) { /* where the chain does not count */
		finding->record = record_words(j, node->host, node->result.tls);
		raise_remedy(j, finding, "have that certificate issued anew%s, or publish %pP",
			anew_words(error), &finding->record);
	} else if (error != NULL) {
		raise_remedy(j, finding, "have that certificate issued anew%s", anew_words(error));
	}
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
	} else if (name || (tls->proof.trusted && !tls->proof.name_matched)) {
		judge_name(j, node);
	}
	if (other != NULL || (trust == NULL && !name && !dates && !tls->proof.trusted)) {
		judge_other(j, node, other);
	}
}

/* Says what was seen, so that a planned change can be pinned without another tool. */
static void judge_fingerprint(struct judging *j, const struct report_node *node) {
	const struct tls_facts *tls = node->result.tls;
	struct phrase seen = {.n = 0};
	if (tls->n_chain > 0 && tls->chain[0].fingerprint[1].len > 0) {
		struct text key = text_new(j->arena, 400);
		struct text certificate = text_new(j->arena, 400);
		text_add_hex(&key, tls->chain[0].fingerprint[1], ':');
		text_add_hex(&certificate, tls->chain[0].fingerprint[0], ':');
		seen = phrase_new(
			j->arena, "; the key seen is %s, the certificate %s", key.at, certificate.at);
	}
	raise_node(j, FINDING_FINGERPRINT_MISMATCH, node,
		"neither the certificate nor its key has one of the fingerprints wanted%pP", &seen);
}

static void judge_proof(struct judging *j, const struct report_node *node) {
	const struct tls_facts *tls = node->result.tls;
	bool anonymous = tls->n_chain == 0 && tls->proof.status == TLS_STATUS_ANONYMOUS;
	if (tls_level_is_dane(node->policy.level)) {
		judge_refused_records(j, node);
	}
	if (anonymous && !tls_level_must_match(node->policy.level)) {
		raise_node(
			j, FINDING_ANONYMOUS, node, "anonymous cipher suite: the server showed no certificate");
		return;
	}
	bool proven = tls->proof.trusted && tls->proof.name_matched && tls->proof.n_errors == 0;
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
	} else if (!tls_level_is_dane(node->policy.level) || tls->proof.n_usable > 0) {
		judge_chain(j, node);
	}
}

/* --- strength --- */

static void judge_protocol(struct judging *j, const struct report_node *node) {
	const struct tls_facts *tls = node->result.tls;
	if (tls->protocol_version >= j->limits->min_protocol) {
		return;
	}
	raise_node(j, FINDING_WEAK_PROTOCOL, node, "the old protocol %s was negotiated", tls->protocol);
}

static bool is_weak(const struct judging *j, const struct tls_cert *cert) {
	const char *type = cert->key_type != NULL ? cert->key_type : "";
	return (strcmp(type, "RSA") == 0 && cert->key_bits < j->limits->min_key.rsa) ||
		   (strcmp(type, "EC") == 0 && cert->key_bits < j->limits->min_key.ec);
}

static void judge_strength(struct judging *j, const struct report_node *node) {
	const struct tls_facts *tls = node->result.tls;
	size_t n = 0;
	const struct tls_cert *certs = chain_that_counts(tls, &n);
	/* Under DANE-EE the record vouches for the key: who signed it does not matter. An anchor is
	 * trusted for its key, not for its signature. */
	bool pinned =
		tls->proof.matched == TLS_MATCHED_DANE_EE || tls->proof.matched == TLS_MATCHED_FINGERPRINT;
	size_t n_keys = pinned && n > 0 ? 1 : n;
	size_t n_signed = tls->proof.n_path > 0 ? n - 1 : n;
	for (size_t i = 0; i < n_keys; i++) {
		if (is_weak(j, &certs[i])) {
			struct finding *finding = raise_node(j, FINDING_WEAK_KEY, node,
				"%s key of %d bits at depth %zu", certs[i].key_type, certs[i].key_bits, i);
			finding->depth = (int)i;
		}
	}
	for (size_t i = 0; i < n_signed && !pinned; i++) {
		if (certs[i].sha1_signed && !certs[i].self_issued) {
			const char *signature = certs[i].signature != NULL ? certs[i].signature : "unknown";
			struct finding *finding = raise_node(j, FINDING_WEAK_SIGNATURE, node,
				"weak signature %pN on the certificate at depth %zu", signature, i);
			finding->depth = (int)i;
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
