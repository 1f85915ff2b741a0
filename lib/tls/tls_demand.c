/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What is demanded of the peer, as rules of the library. */
#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "tls/tls_internal.h"

/* OpenSSL's words for a record it will not use are of the kind "tlsa bad ..."; say it in ours. */
static const char *refusal_reason(unsigned long code) {
	switch (ERR_GET_REASON(code)) {
	case SSL_R_DANE_TLSA_BAD_CERTIFICATE:
		return "the data is no certificate";
	case SSL_R_DANE_TLSA_BAD_PUBLIC_KEY:
		return "the data is no public key";
	case SSL_R_DANE_TLSA_BAD_DIGEST_LENGTH:
		return "the digest has the wrong length";
	case SSL_R_DANE_TLSA_BAD_SELECTOR:
		return "unknown selector";
	case SSL_R_DANE_TLSA_BAD_MATCHING_TYPE:
		return "unknown matching type";
	case SSL_R_DANE_TLSA_BAD_CERTIFICATE_USAGE:
		return "unknown certificate usage";
	case SSL_R_DANE_TLSA_NULL_DATA:
		return "no data";
	default:
		return "refused by the TLS library";
	}
}

/* Empties the queue. */
static bool ran_out_of_memory(void) {
	bool found = false;
	for (unsigned long code = ERR_get_error(); code != 0; code = ERR_get_error()) {
		found = found || ERR_GET_REASON(code) == ERR_R_MALLOC_FAILURE;
	}
	return found;
}

/* Take one record; NULL, or why not. */
static const char *dane_add(
	struct tls *tls, uint8_t usage, uint8_t selector, uint8_t matching, struct span data) {
	ERR_clear_error();
	int taken = SSL_dane_tlsa_add(tls->ssl, usage, selector, matching, data.at, data.len);
	unsigned long code = ERR_peek_last_error();
	if (taken > 0) {
		ERR_clear_error();
		tls->demand.n_active++;
		return NULL;
	}
	/* No fault of the record then, and with one record fewer another sender would be judged. */
	bool failed = ran_out_of_memory();
	tls->demand.out_of_memory = tls->demand.out_of_memory || taken < 0 || failed;
	return refusal_reason(code);
}

/* Without a base domain: SNI and names are the specification's. */
static bool dane_start(struct tls *tls, struct err *err) {
	return SSL_dane_enable(tls->ssl, NULL) > 0 ||
		   err_set(err, ERR_LOCAL, "the TLS library cannot do DANE");
}

/* Of records with whole certificates and keys: how many there were so far. */
struct whole_records {
	size_t n;
	size_t n_issuer_keys;
};

/* Each is decoded for each session, and an issuer's bare key is tried on the chain: with the
 * slowest curves that is 6 ms of computing that nothing can interrupt. NULL: within bounds. */
static const char *beyond_bounds(struct whole_records *seen, const struct tlsa *record) {
	if (record->matching != TLSA_FULL) {
		return NULL;
	}
	if (record->usage == TLSA_DANE_TA && record->selector == TLSA_SPKI &&
		++seen->n_issuer_keys > TLS_ISSUER_KEYS_MAX) {
		return "left out, there are too many whole keys of issuers";
	}
	return ++seen->n > TLS_WHOLE_RECORDS_MAX ? "left out, there are too many whole records" : NULL;
}

/* Beside the demand's records, by index: most sessions have none. */
static void note_refused(struct tls *tls, size_t record, const char *reason) {
	struct tls_proof *proof = &tls->facts.proof;
	if (proof->refused == NULL) {
		proof->refused =
			(const char **)arena_alloc_array(tls->arena, tls->spec->n_tlsa, sizeof *proof->refused);
	}
	proof->refused[record] = reason;
	proof->n_refused++;
	tls_events_unusable(tls, &tls->spec->tlsa[record], reason);
}

/* Last to first, as Postfix tells of them; which one matches does not depend on it. */
static void add_records(struct tls *tls) {
	const struct tls_spec *spec = tls->spec;
	struct whole_records whole = {0};
	for (size_t i = spec->n_tlsa; i-- > 0;) {
		const struct tlsa *record = &spec->tlsa[i];
		if (record->unusable != NULL) {
			continue;
		}
		const char *reason = beyond_bounds(&whole, record);
		if (reason == NULL) {
			reason = dane_add(tls, record->usage, record->selector, record->matching, record->data);
		}
		if (reason != NULL) {
			note_refused(tls, i, reason);
			continue;
		}
		tls->demand.ee_only = tls->demand.ee_only && record->usage == TLSA_DANE_EE;
		tls->demand.keys_only = tls->demand.keys_only && record->selector == TLSA_SPKI;
	}
	tls->facts.proof.n_usable = tls->demand.n_active;
}

static bool prepare_dane(struct tls *tls, struct err *err) {
	struct tls_demand *demand = &tls->demand;
	if (!dane_start(tls, err)) {
		return false;
	}
	(void)SSL_dane_set_flags(tls->ssl, DANE_FLAG_NO_DANE_EE_NAMECHECKS);
	demand->ee_skips_names = true;
	demand->ee_only = true;
	demand->keys_only = true;
	add_records(tls);
	if (demand->n_active > 0) {
		return true;
	}
	/* OpenSSL would silently do plain PKIX now (RFC 7672 2.2: TLS, but no authentication). */
	demand->must_fail = demand->must_fail || tls->spec->report_as == TLS_LEVEL_DANE_ONLY;
	if (!demand->must_fail) {
		demand->level = TLS_LEVEL_ENCRYPT;
	}
	tls_events_warn(tls, "all TLSA records unusable%s",
		demand->must_fail ? "" : ", fallback to unauthenticated TLS");
	return true;
}

static void add_fingerprint(struct tls *tls, uint8_t selector, struct span fingerprint) {
	const char *reason = dane_add(tls, 3, selector, 255, fingerprint);
	if (reason != NULL) {
		const struct tlsa digest = {
			.usage = 3, .selector = selector, .matching = 255, .data = fingerprint};
		tls_events_unusable(tls, &digest, reason);
	}
}

static bool prepare_fingerprints(struct tls *tls, struct err *err) {
	const struct tls_spec *spec = tls->spec;
	/* Where the server may show a bare key, only the digest of a key means the same for both. */
	bool keys_only = tls->context->settings->raw_keys == TLS_RAW_KEYS_ALWAYS && tls_has_raw_keys();
	if (spec->n_fingerprints == 0) {
		/* Postfix lets the chain alone decide then, whoever the peer is. */
		return true;
	}
	if (!dane_start(tls, err)) {
		return false;
	}
	(void)SSL_dane_set_flags(tls->ssl, DANE_FLAG_NO_DANE_EE_NAMECHECKS);
	tls->demand.ee_skips_names = true;
	tls->demand.ee_only = true;
	for (size_t i = spec->n_fingerprints; i-- > 0;) {
		add_fingerprint(tls, TLSA_SPKI, spec->fingerprints[i]);
		if (!keys_only) {
			add_fingerprint(tls, TLSA_CERT, spec->fingerprints[i]);
		}
	}
	if (tls->demand.n_active == 0) {
		tls->demand.must_fail = true;
		tls_events_warn(tls, "all fingerprints unusable");
	}
	return true;
}

/* An anchor may be an issuer or the leaf itself; names count in both cases, as in Postfix. */
static void add_anchor(struct tls *tls, uint8_t usage, const struct tls_anchor *anchor) {
	const char *reason = dane_add(tls, usage, anchor->selector, TLSA_FULL, anchor->der);
	if (reason != NULL) {
		const struct tlsa record = {.usage = usage,
			.selector = anchor->selector,
			.matching = TLSA_FULL,
			.data = anchor->der};
		tls_events_unusable(tls, &record, reason);
	}
}

/* The last one first, as Postfix: it shows where they are complained about. */
static void prepare_anchors(struct tls *tls) {
	const struct tls_context *context = tls->context;
	if (context->n_anchors == 0) {
		return;
	}
	for (size_t i = context->n_anchors; i > 0; i--) {
		add_anchor(tls, TLSA_DANE_EE, &context->anchors[i - 1]);
		add_anchor(tls, TLSA_DANE_TA, &context->anchors[i - 1]);
	}
	if (tls->demand.n_active == 0) {
		tls->demand.must_fail = true;
		tls_events_warn(tls, "all trust anchors unusable");
	}
}

/* Octets of the address that the name is, 0 when it is none. */
static size_t read_address(const char *name, uint8_t address[16]) {
	return inet_pton(AF_INET, name, address) == 1    ? 4
		   : inet_pton(AF_INET6, name, address) == 1 ? 16
													 : 0;
}

bool tls_demand_has_hosts_only(const struct tls_spec *spec) {
	uint8_t address[16];
	for (size_t i = 0; i < spec->n_names; i++) {
		const char *name = spec->names[i];
		if (name[0] == '\0' || strcmp(name, ".") == 0 || read_address(name, address) > 0) {
			return false;
		}
	}
	return true;
}

static bool add_name(struct tls *tls, X509_VERIFY_PARAM *rules, const char *name) {
	uint8_t address[16];
	size_t len = read_address(name, address);
	if (len > 0) {
		bool first = tls->demand.address_len == 0;
		if (!first || X509_VERIFY_PARAM_set1_ip(rules, address, len) != 1) {
			return false;
		}
		memcpy(tls->demand.address, address, len);
		tls->demand.address_len = len;
		return true;
	}
	bool added = name[0] != '\0' && X509_VERIFY_PARAM_add1_host(rules, name, 0) == 1;
	tls->demand.n_hosts += added;
	return added;
}

static void prepare_names(struct tls *tls) {
	const struct tls_spec *spec = tls->spec;
	X509_VERIFY_PARAM *rules = SSL_get0_param(tls->ssl);
	X509_VERIFY_PARAM_set_hostflags(rules, TLS_HOST_FLAGS);
	for (size_t i = 0; i < spec->n_names; i++) {
		if (strcmp(spec->names[i], ".") == 0) {
			tls_events_warn(tls, "ignoring invalid match name: \".\"");
		} else if (add_name(tls, rules, spec->names[i])) {
			tls->demand.wants_names = true;
		} else {
			tls_events_warn(tls, "error loading match name: \"%s\"", spec->names[i]);
		}
	}
	ERR_clear_error();
	if (!tls->demand.wants_names) {
		/* A chain alone proves nothing about who the peer is. */
		tls->demand.must_fail = true;
		tls_events_warn(tls, "could not configure peer name checks");
	}
}

void tls_demand_begin(struct tls *tls) {
	tls->demand.level = tls->spec->level;
	tls->facts.proof.records = tls->spec->tlsa;
	tls->facts.proof.matched_record = -1;
	tls->facts.proof.matched_depth = -1;
}

bool tls_demand_prepare_names(struct tls *tls, struct err *err) {
	if (tls->spec->report_as != TLS_LEVEL_VERIFY && tls->spec->report_as != TLS_LEVEL_SECURE) {
		return true;
	}
	/* First, for it drops all names. */
	if (tls->context->n_anchors > 0 && !dane_start(tls, err)) {
		return false;
	}
	prepare_names(tls);
	return true;
}

static bool prepare_match(struct tls *tls, struct err *err) {
	switch (tls->spec->report_as) {
	case TLS_LEVEL_DANE:
	case TLS_LEVEL_DANE_ONLY:
	case TLS_LEVEL_HALF_DANE:
		if (!prepare_dane(tls, err)) {
			return false;
		}
		if (tls->demand.n_active > 0 && !tls->demand.ee_only) {
			prepare_names(tls);
		}
		return true;
	case TLS_LEVEL_FINGERPRINT:
		return prepare_fingerprints(tls, err);
	case TLS_LEVEL_VERIFY:
	case TLS_LEVEL_SECURE:
		prepare_anchors(tls);
		return true;
	case TLS_LEVEL_NONE:
	case TLS_LEVEL_MAY:
	case TLS_LEVEL_ENCRYPT:
		break;
	}
	return true;
}

bool tls_demand_prepare(struct tls *tls, struct err *err) {
	return prepare_match(tls, err) &&
		   (!tls->demand.out_of_memory ||
			   err_set(err, ERR_LOCAL, "the TLS library cannot take what is to be matched"));
}
