/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The verification of a handshake, without one: over a session that never connects, which alone can
 * hold what DANE needs. */
#include <openssl/err.h>
#include <openssl/x509_vfy.h>

#include "tls/tls_internal.h"
#include "tls/tls_record.h"

/* A session that is good for nothing but its rules: names, records, anchors, level. */
static bool start(struct tls *tls, struct err *err) {
	tls->ssl = SSL_new(tls->context->library);
	if (tls->ssl == NULL || SSL_set_app_data(tls->ssl, tls) != 1) {
		return err_set(err, ERR_LOCAL, "no TLS session to verify with");
	}
	SSL_set_verify_result(tls->ssl, X509_V_ERR_UNSPECIFIED);
	if (tls_level_must_match(tls->spec->level)) {
		SSL_set_security_level(tls->ssl, 1);
	}
	return tls_demand_prepare_names(tls, err) && tls_demand_prepare(tls, err);
}

/* What libssl does before it calls the verification of a server's chain. */
static bool set_rules(struct tls *tls, X509_STORE_CTX *store, int64_t now) {
	X509_VERIFY_PARAM *rules = X509_STORE_CTX_get0_param(store);
	X509_VERIFY_PARAM_set_auth_level(rules, SSL_get_security_level(tls->ssl));
	X509_STORE_CTX_set0_dane(store, SSL_get0_dane(tls->ssl));
	if (X509_STORE_CTX_set_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx(), tls->ssl) != 1 ||
		X509_STORE_CTX_set_default(store, "ssl_server") != 1 ||
		X509_VERIFY_PARAM_set1(rules, SSL_get0_param(tls->ssl)) != 1) {
		return false;
	}
	X509_VERIFY_PARAM_set_time(rules, (time_t)now);
	return true;
}

/* Seconds for which what was seen counts: who could be an issuer and was not tried may have come to
 * its end meanwhile. */
#define SEEN_FOR 3600

/* A certificate is another one from the second on in which it begins or ends. */
static void note_dates(struct tls *tls, STACK_OF(X509) * certificates, int64_t now) {
	for (int i = 0; i < sk_X509_num(certificates); i++) {
		const X509 *certificate = sk_X509_value(certificates, i);
		const int64_t dates[] = {tls_cert_time(X509_get0_notBefore(certificate)),
			tls_cert_time(X509_get0_notAfter(certificate))};
		for (size_t k = 0; k < 2; k++) {
			if (dates[k] > now && dates[k] < tls->same_until) {
				tls->same_until = dates[k];
			} else if (dates[k] <= now && dates[k] > tls->same_from) {
				tls->same_from = dates[k];
			}
		}
	}
}

static bool verify_store(struct tls *tls, STACK_OF(X509) * chain, int64_t now) {
	X509_STORE_CTX *store = X509_STORE_CTX_new();
	X509_STORE *anchors = SSL_CTX_get_cert_store(tls->context->library);
	bool ready = store != NULL &&
				 X509_STORE_CTX_init(store, anchors, sk_X509_value(chain, 0), chain) == 1 &&
				 set_rules(tls, store, now);
	if (ready) {
		tls_verify(tls, store);
		tls->same_from = now - SEEN_FOR;
		tls->same_until = now + SEEN_FOR;
		note_dates(tls, chain, now);
		note_dates(tls, X509_STORE_CTX_get0_chain(store), now);
		if (tls->facts.proof.anchored) {
			tls_facts_read_path(tls, X509_STORE_CTX_get0_chain(store), chain);
		}
	}
	X509_STORE_CTX_free(store);
	return ready;
}

/* A bare key (RFC 7250) has no dates, names or issuers, and older libraries cannot verify one: what
 * counts is a record about the key of the server itself. As in a handshake of newer ones each is
 * tried, whatever stronger digest stands beside it. */
static void prove_raw_key(struct tls *tls, const struct tls_facts *shown) {
	struct tls_proof *proof = &tls->facts.proof;
	struct tls_cert key = {.spki = shown->raw_key};
	const struct tls_facts bare = {.chain = &key, .n_chain = 1};
	tls_cert_digest_key(tls, &key);
	proof->n_usable = tlsa_count_usable(tls->spec->tlsa, tls->spec->n_tlsa);
	for (size_t i = 0; i < tls->spec->n_tlsa && proof->matched_record < 0; i++) {
		const struct tlsa *record = &tls->spec->tlsa[i];
		if (record->unusable == NULL && record->usage == TLSA_DANE_EE &&
			record->selector == TLSA_SPKI && tls_record_depth(record, &bare) == 0) {
			proof->matched = TLS_MATCHED_DANE_RAW_KEY;
			proof->matched_record = (int)i;
			proof->matched_depth = 0;
			proof->matched_data = record->data;
		}
	}
	if (proof->matched_record < 0) {
		(void)tls_outcome_add(tls, TLS_VERIFY_DANE_NO_MATCH, 0);
	}
	tls_outcome_conclude(tls);
}

static struct tls *begin(struct tls_context *context, struct arena *arena,
	const struct tls_spec *demand, const struct tls_facts *shown) {
	struct tls *tls = arena_alloc(arena, sizeof *tls);
	*tls = (struct tls){.context = context,
		.arena = arena,
		.spec = demand,
		.fd = -1,
		.facts = {.chain = shown->chain, .n_chain = shown->n_chain}};
	tls_demand_begin(tls);
	return tls;
}

static bool prove_chain(
	struct tls *tls, const struct tls_known *known, int64_t now, struct err *err) {
	bool done = known != NULL && start(tls, err) && verify_store(tls, known->chain, now);
	tls->context->n_proved++;
	SSL_free(tls->ssl);
	tls->ssl = NULL;
	return done;
}

/* The demand with a name that nobody has (RFC 6761 6.4), if it has names. */
static const struct tls_spec *without_names(struct arena *arena, const struct tls_spec *demand) {
	static const char *const nobody[] = {"nobody.invalid"};
	struct tls_spec *spec = arena_alloc(arena, sizeof *spec);
	*spec = *demand;
	spec->names = nobody;
	spec->n_names = demand->n_names > 0 ? 1 : 0;
	return spec;
}

/* First all that has nothing to do with names, which need not be done again for other names; then
 * these. False when that is not the same as all at once: there may be an error too many, and who
 * calls himself nobody hides where names are looked at. */
static bool prove_apart(struct tls *tls, struct tls_known *known, int64_t now) {
	const struct tls_spec *demand = tls->spec;
	struct err ignored = {0};
	tls->spec = without_names(tls->arena, demand);
	if (known == NULL || !tls_demand_has_hosts_only(demand)) {
		return false;
	}
	if (!tls_proved_show(tls, known, now)) {
		if (!prove_chain(tls, known, now, &ignored) || tls->peername.len > 0 ||
			tls->facts.proof.n_errors == TLS_ERRORS_MAX) {
			return false;
		}
		tls_proved_keep(tls, known);
	}
	tls->spec = demand;
	tls_verify_names(tls, sk_X509_value(known->chain, 0));
	return true;
}

struct tls_proof *tls_prove(struct tls_context *context, struct arena *arena,
	const struct tls_spec *demand, const struct tls_facts *shown, int64_t now, struct err *err) {
	struct tls *tls = begin(context, arena, demand, shown);
	ERR_clear_error();
	bool bare = shown->n_chain == 0 && shown->raw_key.len > 0 && tls_level_is_dane(demand->level);
	if (bare) {
		prove_raw_key(tls, shown);
		return &tls->facts.proof;
	}
	struct tls_known *known = tls_decoded(context, shown);
	bool done = prove_apart(tls, known, now);
	if (!done) {
		tls = begin(context, arena, demand, shown);
		done = prove_chain(tls, known, now, err);
	}
	ERR_clear_error();
	if (!done) {
		err_set(err, ERR_LOCAL, "the TLS library cannot verify these certificates");
		return NULL;
	}
	return &tls->facts.proof;
}
