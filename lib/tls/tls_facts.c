/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions about facts that more than one reader has. */
#include <openssl/err.h>
#include <string.h>

#include "tls/tls_internal.h"

static void read_session(struct tls *tls) {
	struct tls_facts *facts = &tls->facts;
	const SSL_CIPHER *cipher = SSL_get_current_cipher(tls->ssl);
	facts->resumed = SSL_session_reused(tls->ssl) == 1;
	facts->protocol = SSL_get_version(tls->ssl);
	facts->protocol_version = SSL_version(tls->ssl);
	if (cipher != NULL) {
		facts->cipher = SSL_CIPHER_get_name(cipher);
		facts->cipher_bits = SSL_CIPHER_get_bits(cipher, &facts->algorithm_bits);
	}
	int group = (int)SSL_get_negotiated_group(tls->ssl);
	if (group != NID_undef) {
		const char *name = SSL_group_to_name(tls->ssl, group);
		facts->group = name == NULL ? NULL : arena_copy_string(tls->arena, name);
	}
	tls_signature_read(tls);
	ERR_clear_error();
}

/* Certificates of one stack; those that the chain has already are not read again. */
static struct tls_cert *read_stack(
	struct tls *tls, STACK_OF(X509) * stack, STACK_OF(X509) * known, size_t *n) {
	struct tls_facts *facts = &tls->facts;
	size_t count = stack == NULL ? 0 : (size_t)sk_X509_num(stack);
	count = count < TLS_CHAIN_FACTS_MAX ? count : TLS_CHAIN_FACTS_MAX;
	struct tls_cert *certs = arena_alloc_array(tls->arena, count, sizeof *certs);
	for (size_t i = 0; i < count; i++) {
		X509 *certificate = sk_X509_value(stack, (int)i);
		size_t at = 0;
		while (at < facts->n_chain && sk_X509_value(known, (int)at) != certificate) {
			at++;
		}
		bool is_leaf = i == 0 && known == NULL && facts->established;
		certs[i] = at < facts->n_chain
					   ? facts->chain[at]
					   : tls_cert_read(tls, certificate, is_leaf ? TLS_CERT_LEAF : TLS_CERT_OTHER);
	}
	*n = count;
	return certs;
}

void tls_facts_read_path(struct tls *tls, STACK_OF(X509) * path, STACK_OF(X509) * known) {
	tls->facts.proof.path = read_stack(tls, path, known, &tls->facts.proof.n_path);
}

/* Is some record to be told by what it is? */
static bool wants_odd_digests(const struct tls *tls) {
	bool mismatch =
		tls->facts.proof.n_usable > 0 && tls->facts.proof.matched == TLS_MATCHED_NOTHING;
	return mismatch || tls->facts.proof.n_refused > 0 || tls->spec->unusable_beside;
}

static bool wants_sha512(const struct tls *tls) {
	bool wanted = wants_odd_digests(tls);
	for (size_t i = 0; i < tls->spec->n_tlsa; i++) {
		wanted = wanted || tls->spec->tlsa[i].matching == TLSA_SHA512;
	}
	return wanted;
}

static void read_chain(struct tls *tls) {
	struct tls_facts *facts = &tls->facts;
	STACK_OF(X509) *sent = SSL_get_peer_cert_chain(tls->ssl);
	facts->n_sent = sent == NULL ? 0 : (size_t)sk_X509_num(sent);
	size_t n_chain = 0;
	facts->chain = read_stack(tls, sent, NULL, &n_chain);
	facts->n_chain = n_chain;
	if (wants_sha512(tls)) {
		for (size_t i = 0; i < n_chain; i++) {
			tls_cert_digest(tls, &facts->chain[i], TLSA_SHA512);
		}
	}
	if (wants_odd_digests(tls)) {
		for (size_t i = 0; i < n_chain; i++) {
			tls_cert_odd_digests(tls, &facts->chain[i]);
		}
	}
	if (facts->proof.anchored) {
		tls_facts_read_path(tls, SSL_get0_verified_chain(tls->ssl), sent);
	}
	facts->certificate_seen = facts->n_sent > 0 || facts->raw_public_key;
	ERR_clear_error();
}

const struct tls_facts *tls_facts_of(struct tls *tls) {
	struct tls_facts *facts = &tls->facts;
	if (tls->summed_up) {
		return facts;
	}
	tls->summed_up = true;
	if (facts->established) {
		read_session(tls);
	}
	if (facts->resumed) {
		tls_events_reused(tls);
	}
	if (!tls_verify_is_of_session(tls)) {
		tls_outcome_unverified(tls);
	}
	tls_raw_key_read(tls);
	read_chain(tls);
	tls_events_summary(tls);
	return facts;
}
