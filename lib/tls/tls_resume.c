/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Sessions resumed and kept: the key they go by, and when they are looked up, stored, dropped. */
#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>

#include "tls/tls_cache.h"
#include "tls/tls_internal.h"

#define DIGEST_OCTETS 32 /* SHA-256 */
#define CHAIN_KEPT_MAX                                                                             \
	(16U * 1024U) /* octets sent: longer chains are dropped from sessions kept                     \
				   */

/* Everything that decides what a session is good for goes through one digest. */
struct policy {
	EVP_MD_CTX *hash;
	const EVP_MD *algorithm;
	bool
		failed; /* something could not be added: no key, or it would stand for other policies too */
};

static void add_bytes(struct policy *policy, struct span bytes) {
	/* The length in front keeps "ab" "c" apart from "a" "bc". */
	(void)EVP_DigestUpdate(policy->hash, &bytes.len, sizeof bytes.len);
	if (bytes.len > 0) {
		(void)EVP_DigestUpdate(policy->hash, bytes.at, bytes.len);
	}
}

static void add_text(struct policy *policy, const char *text) {
	add_bytes(policy, span_of(text));
}

static void add_number(struct policy *policy, uint64_t number) {
	(void)EVP_DigestUpdate(policy->hash, &number, sizeof number);
}

static int compare_digests(const void *a, const void *b) {
	return memcmp(a, b, DIGEST_OCTETS);
}

/* One digest per record, so that their order does not count. */
struct record_set {
	struct policy *policy;
	unsigned char (*digests)[DIGEST_OCTETS];
	size_t n;
};

static struct record_set record_set_new(
	struct policy *policy, struct arena *arena, size_t n_records) {
	return (struct record_set){policy, arena_alloc_array(arena, n_records, DIGEST_OCTETS), 0};
}

static void record_set_add(struct record_set *set, struct span head, struct span data) {
	unsigned char *at = set->digests[set->n++];
	EVP_MD_CTX *hash = EVP_MD_CTX_new();
	if (hash == NULL || EVP_DigestInit_ex(hash, set->policy->algorithm, NULL) != 1 ||
		EVP_DigestUpdate(hash, head.at, head.len) != 1 ||
		(data.len > 0 && EVP_DigestUpdate(hash, data.at, data.len) != 1) ||
		EVP_DigestFinal_ex(hash, at, NULL) != 1) {
		set->policy->failed = true;
	}
	EVP_MD_CTX_free(hash);
}

static void record_set_end(struct record_set *set) {
	if (set->n > 0) {
		qsort(set->digests, set->n, DIGEST_OCTETS, compare_digests);
	}
	add_bytes(set->policy, (struct span){(const uint8_t *)set->digests, set->n * DIGEST_OCTETS});
}

static void add_records(struct policy *policy, const struct tls *tls) {
	const struct tls_spec *spec = tls->spec;
	struct record_set records = record_set_new(policy, tls->arena, spec->n_tlsa);
	for (size_t i = 0; i < spec->n_tlsa; i++) {
		const struct tlsa *record = &spec->tlsa[i];
		const uint8_t head[] = {record->usage, record->selector, record->matching};
		if (record->unusable == NULL) {
			record_set_add(&records, (struct span){head, sizeof head}, record->data);
		}
	}
	record_set_end(&records);
	struct record_set prints = record_set_new(policy, tls->arena, spec->n_fingerprints);
	for (size_t i = 0; i < spec->n_fingerprints; i++) {
		record_set_add(&prints, (struct span){NULL, 0}, spec->fingerprints[i]);
	}
	record_set_end(&prints);
	const struct tls_context *context = tls->context;
	struct record_set anchors = record_set_new(policy, tls->arena, context->n_anchors);
	for (size_t i = 0; i < context->n_anchors; i++) {
		const struct tls_anchor *anchor = &context->anchors[i];
		record_set_add(&anchors, (struct span){&anchor->selector, 1}, anchor->der);
	}
	record_set_end(&anchors);
}

static void add_policy(struct policy *policy, const struct tls *tls) {
	const struct tls_spec *spec = tls->spec;
	const struct tls_protocols *protocols = &tls->context->settings->protocols;
	add_bytes(policy, spec->session_name);
	add_number(policy, OpenSSL_version_num());
	add_number(policy, protocols->excluded);
	add_number(policy, (uint64_t)protocols->floor << 32 | (uint64_t)protocols->ceiling);
	add_text(policy, tls->ciphers);
	add_number(policy, (uint64_t)tls->offers_raw_keys << 1 | (uint64_t)tls->demand.must_fail);
	add_number(policy, (uint64_t)spec->level << 32 | (uint64_t)spec->report_as);
	add_number(policy, (uint64_t)spec->key_type);
	add_records(policy, tls);
	for (size_t i = 0; i < spec->n_names; i++) {
		add_text(policy, spec->names[i]);
	}
	add_text(policy, spec->sni);
}

static const char *make_key(const struct tls *tls) {
	unsigned char digest[DIGEST_OCTETS];
	struct policy policy = {EVP_MD_CTX_new(), tls->context->sha256, false};
	bool made = policy.hash != NULL && EVP_DigestInit_ex(policy.hash, policy.algorithm, NULL) == 1;
	if (made) {
		add_policy(&policy, tls);
		made = EVP_DigestFinal_ex(policy.hash, digest, NULL) == 1 && !policy.failed;
	}
	EVP_MD_CTX_free(policy.hash);
	if (!made) {
		ERR_clear_error();
		return NULL;
	}
	struct text key = text_new(tls->arena, strlen(tls->spec->session_peer) + 1 + sizeof digest * 2);
	text_add(&key, tls->spec->session_peer);
	text_add(&key, "&");
	text_add_hex(&key, (struct span){digest, sizeof digest}, '\0');
	return key.at;
}

void tls_resume_prepare(struct tls *tls) {
	struct tls_cache *cache = tls->context->cache;
	if (cache == NULL || tls->spec->session_peer == NULL) {
		return;
	}
	tls->session_key = make_key(tls);
	if (tls->session_key == NULL) {
		return;
	}
	tls_events_cache(tls, EVENT_CACHE_LOOKING);
	SSL_SESSION *session = tls_cache_find(cache, tls->session_key, tls->spec->session_time);
	if (session != NULL && SSL_set_session(tls->ssl, session) == 1) {
		tls->facts.session_offered = true;
		tls->facts.session_sent = SSL_SESSION_get_protocol_version(session) < TLS1_3_VERSION;
		tls->facts.session_lifetime = (unsigned)SSL_SESSION_get_ticket_lifetime_hint(session);
		tls_events_cache(tls, EVENT_CACHE_RELOADED);
	}
	SSL_SESSION_free(session);
	ERR_clear_error();
}

void tls_resume_forget(struct tls *tls) {
	if (tls->session_key != NULL) {
		tls_events_cache(tls, EVENT_CACHE_REMOVED);
		tls_cache_remove(tls->context->cache, tls->session_key);
		tls->session_key = NULL;
	}
}

static size_t chain_octets(const SSL *ssl) {
	STACK_OF(X509) *sent = SSL_get_peer_cert_chain(ssl);
	size_t octets = 0;
	for (int i = 0; sent != NULL && i < sk_X509_num(sent); i++) {
		int len = i2d_X509(sk_X509_value(sent, i), NULL);
		octets += len > 0 ? (size_t)len : 0;
	}
	return octets;
}

/* A session keeps the chain it began with, decoded, which is several times as large as it was sent.
 * Encoded and decoded it has no more than the leaf. NULL: not enough memory. */
static SSL_SESSION *without_chain(const SSL_SESSION *session) {
	unsigned char *encoded = NULL;
	int len = i2d_SSL_SESSION(session, &encoded);
	const unsigned char *at = encoded;
	SSL_SESSION *bare = len > 0 ? d2i_SSL_SESSION(NULL, &at, len) : NULL;
	OPENSSL_free(encoded);
	return bare;
}

static bool store(struct tls *tls, SSL_SESSION *session) {
	struct tls_cache *cache = tls->context->cache;
	if (chain_octets(tls->ssl) <= CHAIN_KEPT_MAX) {
		return tls_cache_store(cache, tls->session_key, session, tls->spec->session_time);
	}
	SSL_SESSION *bare = without_chain(session);
	bool stored =
		bare != NULL && tls_cache_store(cache, tls->session_key, bare, tls->spec->session_time);
	SSL_SESSION_free(bare);
	return stored;
}

/* Called once per session ticket (TLS 1.3) or session (TLS 1.2); 0 leaves ownership with OpenSSL.
 */
static int on_new_session(SSL *ssl, SSL_SESSION *session) {
	struct tls *tls = SSL_get_app_data(ssl);
	tls->facts.tickets++;
	/* One per connection is enough: the next connection needs one, and brings the next. */
	if (tls->session_key != NULL && tls->facts.n_stored == 0 && tls_verify_took_place(tls) &&
		store(tls, session)) {
		tls->facts.n_stored = 1;
		tls_events_cache(tls, EVENT_CACHE_SAVED);
	}
	return 0;
}

void tls_resume_start(struct tls_context *context) {
	SSL_CTX_set_session_cache_mode(
		context->library, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
	SSL_CTX_sess_set_new_cb(context->library, on_new_session);
	if (context->settings->keep_sessions) {
		SSL_CTX_set_timeout(context->library, TLS_CACHE_SECONDS);
		context->cache = tls_cache_new(context->arena);
	}
}
