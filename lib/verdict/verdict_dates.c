/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Certificates that expire. */
#include "verdict/raise.h"

struct remaining_pair remaining_pair(const struct remaining_limits *limits, int64_t lifetime) {
	return (struct remaining_pair){.warning = remaining_seconds(limits->warning, lifetime),
		.critical = remaining_seconds(limits->critical, lifetime)};
}

enum state remaining_state(struct remaining_pair pair, int64_t left) {
	if (left < pair.critical) {
		return STATE_CRITICAL;
	}
	return left < pair.warning ? STATE_WARNING : STATE_OK;
}

const struct tls_cert *chain_that_counts(const struct tls_facts *facts, size_t *n) {
	if (facts->proof.n_path > 0) {
		*n = facts->proof.n_path;
		return facts->proof.path;
	}
	*n = facts->n_chain > 0 ? 1 : 0;
	return facts->chain;
}

bool dates_do_not_count(const struct report_node *node, const struct tls_facts *tls) {
	if (tls->proof.matched != TLS_MATCHED_NOTHING || !tls_level_is_dane(node->policy.level)) {
		return tls->proof.matched == TLS_MATCHED_DANE_EE;
	}
	for (size_t i = 0; i < node->policy.n_tlsa; i++) {
		const struct tlsa *record = &node->policy.tlsa[i];
		if (record->unusable == NULL && record->usage != TLSA_DANE_EE) {
			return false;
		}
	}
	return node->policy.n_tlsa > 0;
}

/* Where senders look at dates, one out of its time is CRITICAL; elsewhere it is worth a WARNING. */
static enum state date_state(const struct report_node *node) {
	bool checked =
		tls_level_must_match(node->policy.level) && node->policy.level != TLS_LEVEL_FINGERPRINT;
	return checked ? STATE_CRITICAL : STATE_WARNING;
}

enum state expiry_state(const struct judging *j, const struct report_node *node) {
	return j->limits->certificate_given ? STATE_CRITICAL : date_state(node);
}

static struct phrase cert_words(const struct judging *j, const struct report_node *node,
	const struct tls_cert *cert, size_t depth) {
	if (depth == 0) {
		const struct tls_facts *own = shown_facts(node, TLS_KEY_ANY);
		bool other = own != NULL && !span_equal(own->chain[0].der, cert->der);
		return other && cert->key_type != NULL
				   ? phrase_new(j->arena, "the %s certificate", cert->key_type)
				   : phrase_new(j->arena, "the certificate");
	}
	struct span name = cert->subject_cn.len > 0 ? cert->subject_cn : cert->subject;
	return phrase_new(j->arena, "the certificate \"%pB\" at depth %zu", &name, depth);
}

static void note_date(
	const struct judging *j, struct finding *finding, size_t depth, int64_t date) {
	finding->depth = (int)depth;
	raise_date(j, finding, date);
}

/* --- the trust anchor's own dates --- */

/* The certificate at which the path ends: what vouches for it is not its issuer. OpenSSL, and with
 * it senders, looks at the dates of an anchor only when it has issued itself. */
static bool is_anchor_without_dates(const struct tls_facts *tls, size_t depth) {
	if (tls->proof.n_path == 0 || depth + 1 < tls->proof.n_path || tls->proof.matched_key) {
		return false;
	}
	return depth == 0 ? tls->proof.matched == TLS_MATCHED_TRUST_ANCHOR
					  : !tls->proof.path[depth].self_issued;
}

static bool has_date_error(const struct tls_facts *tls, size_t depth) {
	for (size_t i = 0; i < tls->proof.n_errors; i++) {
		const struct tls_verify_error *error = &tls->proof.errors[i];
		if ((size_t)error->depth == depth &&
			(error->code == TLS_VERIFY_EXPIRED || error->code == TLS_VERIFY_NOT_YET_VALID)) {
			return true;
		}
	}
	return false;
}

static struct remaining_pair cert_limits(const struct judging *j, const struct tls_cert *cert) {
	return remaining_pair(&j->limits->certificate, cert->not_after - cert->not_before);
}

/* Worth knowing nevertheless: whoever renews it changes what the records are about. */
static void judge_anchor(
	struct judging *j, const struct report_node *node, const struct tls_cert *cert, size_t depth) {
	const char *what = "expires";
	int64_t date = cert->not_after;
	if (cert->not_before > j->now) {
		what = "is not yet valid, it becomes so";
		date = cert->not_before;
	} else if (cert->not_after < j->now) {
		what = "expired";
	} else if (remaining_state(cert_limits(j, cert), cert->not_after - j->now) == STATE_OK) {
		return;
	}
	struct phrase words = cert_words(j, node, cert, depth);
	struct finding *finding = raise_node_as(j, FINDING_CHAIN_EXPIRY, STATE_WARNING, node,
		"%pP %s %s; it is the trust anchor itself, whose dates senders do not check", &words, what,
		judging_distance(j, date));
	finding->depth = (int)depth;
	if (date == cert->not_after) {
		raise_date(j, finding, date);
	}
}

/* A certificate out of its time in a state that the caller knows; true when it is. */
static bool judge_validity(struct judging *j, const struct report_node *node,
	const struct tls_cert *cert, size_t depth, enum state state) {
	struct phrase words = cert_words(j, node, cert, depth);
	if (cert->not_after < j->now) {
		struct finding *finding = raise_node_as(j, FINDING_CERT_EXPIRED, state, node,
			"%pP expired %s", &words, judging_when(j, cert->not_after));
		note_date(j, finding, depth, cert->not_after);
		raise_remedy(j, finding, "%s%s",
			depth == 0 ? "renew it and reload the server"
					   : "let the server send the chain that its CA issues now",
			renewal_words(node->host));
		return true;
	}
	if (cert->not_before > j->now) {
		struct finding *finding = raise_node_as(j, FINDING_CERT_NOT_YET_VALID, state, node,
			"%pP is not yet valid, it becomes so %s", &words, judging_when(j, cert->not_before));
		finding->depth = (int)depth;
		return true;
	}
	return false;
}

/* What is worth a WARNING when it happens is worth no more before, unless the user says so. */
static void judge_expiry(
	struct judging *j, const struct report_node *node, const struct tls_cert *cert, size_t depth) {
	enum state state = remaining_state(cert_limits(j, cert), cert->not_after - j->now);
	if (state == STATE_CRITICAL) {
		state = expiry_state(j, node);
	}
	if (state != STATE_OK) {
		struct phrase words = cert_words(j, node, cert, depth);
		struct finding *finding =
			raise_node_as(j, depth == 0 ? FINDING_CERT_EXPIRY : FINDING_CHAIN_EXPIRY, state, node,
				"%pP expires %s", &words, judging_when(j, cert->not_after));
		note_date(j, finding, depth, cert->not_after);
	}
}

static void judge_pinned(
	struct judging *j, const struct report_node *node, const struct tls_cert *cert) {
	int64_t left = cert->not_after - j->now;
	enum state state = remaining_state(cert_limits(j, cert), left);
	if (state == STATE_OK && left >= 0) {
		return;
	}
	/* Who gives thresholds wants to be told, whatever senders look at. */
	if (!j->limits->certificate_given) {
		state = judging_default(j, FINDING_DANE_EE_EXPIRY);
	}
	struct phrase words = cert_words(j, node, cert, 0);
	struct finding *finding = raise_node_as(j, FINDING_DANE_EE_EXPIRY, state, node,
		"%pP %s %s, which DANE-EE does not look at", &words, left < 0 ? "expired" : "expires",
		judging_when(j, cert->not_after));
	note_date(j, finding, 0, cert->not_after);
}

static bool is_in(const struct tls_cert *path, size_t n, const struct tls_cert *cert) {
	for (size_t i = 0; i < n; i++) {
		if (span_equal(path[i].der, cert->der)) {
			return true;
		}
	}
	return false;
}

void judge_dates(struct judging *j, const struct report_node *node, const struct tls_facts *tls) {
	if (dates_do_not_count(node, tls)) {
		judge_pinned(j, node, &tls->chain[0]);
		return;
	}
	/* Less than nothing is left: below each threshold that a user may give. */
	enum state expired = expiry_state(j, node);
	size_t n = 0;
	const struct tls_cert *counts = chain_that_counts(tls, &n);
	for (size_t i = 0; i < n; i++) {
		if (is_anchor_without_dates(tls, i) && !has_date_error(tls, i)) {
			judge_anchor(j, node, &counts[i], i);
		} else if (!judge_validity(j, node, &counts[i], i,
					   counts[i].not_after < j->now ? expired : date_state(node))) {
			judge_expiry(j, node, &counts[i], i);
		}
	}
	/* What was sent beside it harms nobody, but somebody should tidy up. */
	for (size_t i = 1; i < tls->n_chain; i++) {
		if (!is_in(counts, n, &tls->chain[i])) {
			(void)judge_validity(j, node, &tls->chain[i], i, STATE_OK);
		}
	}
}
