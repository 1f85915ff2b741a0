/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Records against certificates: digests are compared, never made. */
#include "tls/tls_record.h"

#include <string.h>

#define SHORTEST_CUT 16U /* octets: less of a digest says nothing */

/* What a record of this selector and matching type is to hold; empty when it is not known. */
static struct span wanted(const struct tls_cert *cert, unsigned selector, unsigned matching) {
	if (selector > TLSA_SPKI || matching > TLSA_SHA512) {
		return (struct span){NULL, 0};
	}
	if (matching == TLSA_FULL) {
		return selector == TLSA_SPKI ? cert->spki : cert->der;
	}
	return cert->digest[selector][matching - 1];
}

static bool is_same(struct span a, struct span b) {
	return a.len > 0 && span_equal(a, b);
}

const struct tlsa *tls_record_matched(const struct tls_proof *proof) {
	bool matched = proof->records != NULL && proof->matched_record >= 0;
	return matched ? &proof->records[proof->matched_record] : NULL;
}

int tls_record_depth(const struct tlsa *record, const struct tls_facts *facts) {
	size_t first = record->usage == TLSA_DANE_EE ? 0 : 1;
	size_t end = record->usage == TLSA_DANE_EE && facts->n_chain > 0 ? 1 : facts->n_chain;
	if (record->usage != TLSA_DANE_EE && record->usage != TLSA_DANE_TA) {
		return -1;
	}
	for (size_t i = first; i < end; i++) {
		if (is_same(wanted(&facts->chain[i], record->selector, record->matching), record->data)) {
			return (int)i;
		}
	}
	return -1;
}

bool tls_record_is_overruled(const struct tlsa *records, size_t n, size_t index) {
	const struct tlsa *weak = &records[index];
	for (size_t i = 0; weak->matching != TLSA_FULL && i < n; i++) {
		const struct tlsa *strong = &records[i];
		if (strong->unusable == NULL && strong->matching > weak->matching &&
			strong->usage == weak->usage && strong->selector == weak->selector) {
			return true;
		}
	}
	return false;
}

/* SHA-256 and SHA-512 of no octets: what a tool makes of a key that it does not understand. */
static bool is_digest_of_nothing(struct span data) {
	static const uint8_t sha256[] = "\xe3\xb0\xc4\x42\x98\xfc\x1c\x14\x9a\xfb\xf4\xc8\x99\x6f\xb9"
									"\x24\x27\xae\x41\xe4\x64\x9b\x93\x4c\xa4\x95\x99\x1b\x78\x52"
									"\xb8\x55";
	static const uint8_t sha512[] = "\xcf\x83\xe1\x35\x7e\xef\xb8\xbd\xf1\x54\x28\x50\xd6\x6d\x80"
									"\x07\xd6\x20\xe4\x05\x0b\x57\x15\xdc\x83\xf4\xa9\x21\xd3\x6c"
									"\xe9\xce\x47\xd0\xd1\x3c\x5d\x85\xf2\xb0\xff\x83\x18\xd2\x87"
									"\x7e\xec\x2f\x63\xb9\x31\xbd\x47\x41\x7a\x81\xa5\x38\x32\x7a"
									"\xf9\x27\xda\x3e";
	return span_equal(data, (struct span){sha256, sizeof sha256 - 1}) ||
		   span_equal(data, (struct span){sha512, sizeof sha512 - 1});
}

static bool is_beginning(struct span data, struct span whole) {
	return data.len >= SHORTEST_CUT && data.len < whole.len &&
		   memcmp(data.at, whole.at, data.len) == 0;
}

/* A digest of the right thing by the wrong algorithm, or of the wrong octets. */
static bool find_odd_form(
	const struct tlsa *record, const struct tls_odd_digests *odd, struct tls_miss *miss) {
	for (unsigned selector = TLSA_CERT; odd != NULL && selector <= TLSA_SPKI; selector++) {
		bool sha1 = is_same(odd->sha1[selector], record->data);
		if (sha1 || is_same(odd->pem[selector], record->data)) {
			miss->kind = sha1 ? TLS_MISS_SHA1 : TLS_MISS_PEM;
			miss->selector = (uint8_t)selector;
			miss->matching = TLSA_SHA256;
			return true;
		}
	}
	return false;
}

/* Whether the data is that of one certificate in some form, and in which. */
static bool find_form(
	const struct tlsa *record, const struct tls_cert *cert, struct tls_miss *miss) {
	for (unsigned selector = TLSA_CERT; selector <= TLSA_SPKI; selector++) {
		for (unsigned matching = TLSA_FULL; matching <= TLSA_SHA512; matching++) {
			struct span form = wanted(cert, selector, matching);
			bool cut = matching != TLSA_FULL && is_beginning(record->data, form);
			if (is_same(form, record->data) || cut) {
				miss->kind = cut ? TLS_MISS_CUT : TLS_MISS_MATCHING;
				miss->selector = (uint8_t)selector;
				miss->matching = (uint8_t)matching;
				return true;
			}
		}
	}
	return find_odd_form(record, cert->odd, miss);
}

/* Another certificate with the same key: who has that as a whole has the key in it. */
static bool find_key_inside(
	const struct tlsa *record, const struct tls_cert *cert, struct tls_miss *miss) {
	struct span key = cert->spki;
	if (record->selector != TLSA_CERT || record->matching != TLSA_FULL || key.len == 0 ||
		record->data.len <= key.len) {
		return false;
	}
	for (size_t at = 0; at <= record->data.len - key.len; at++) {
		if (record->data.at[at] == key.at[0] &&
			memcmp(record->data.at + at, key.at, key.len) == 0) {
			miss->kind = TLS_MISS_REISSUED;
			miss->selector = TLSA_SPKI;
			miss->matching = TLSA_SHA256;
			return true;
		}
	}
	return false;
}

/* The fault that comes first to whoever reads the record. */
static enum tls_miss_kind kind_of(const struct tlsa *record, const struct tls_miss *right) {
	if (right->kind != TLS_MISS_MATCHING) {
		return right->kind;
	}
	if (record->matching != right->matching) {
		return TLS_MISS_MATCHING;
	}
	if (record->selector != right->selector) {
		return TLS_MISS_SELECTOR;
	}
	if (record->usage == TLSA_PKIX_TA || record->usage == TLSA_PKIX_EE) {
		return TLS_MISS_PKIX;
	}
	return right->usage == TLSA_DANE_TA ? TLS_MISS_ISSUER : TLS_MISS_LEAF;
}

static struct tls_miss miss_of(const struct tlsa *record, enum tls_miss_kind kind, int depth) {
	return (struct tls_miss){.kind = kind,
		.depth = depth,
		.usage = record->usage,
		.selector = record->selector,
		.matching = record->matching};
}

struct tls_miss tls_record_miss(
	const struct tlsa *records, size_t n, size_t index, const struct tls_facts *facts) {
	const struct tlsa *record = &records[index];
	int depth = tls_record_depth(record, facts);
	if (depth >= 0) {
		bool overruled = tls_record_is_overruled(records, n, index);
		return miss_of(record, overruled ? TLS_MISS_OVERRULED : TLS_MISS_NONE, depth);
	}
	if (is_digest_of_nothing(record->data)) {
		return miss_of(record, TLS_MISS_NOTHING, -1);
	}
	struct tls_miss miss = miss_of(record, TLS_MISS_UNSEEN, -1);
	for (size_t i = 0; i < facts->n_chain; i++) {
		const struct tls_cert *cert = &facts->chain[i];
		if (find_form(record, cert, &miss) || find_key_inside(record, cert, &miss)) {
			miss.depth = (int)i;
			miss.usage = i == 0 ? TLSA_DANE_EE : TLSA_DANE_TA;
			miss.kind = kind_of(record, &miss);
			return miss;
		}
	}
	return miss;
}

/* Depth of the certificate in a chain that has this key, where the usage lets it count; -1. */
static int depth_of_key(const struct tls_facts *facts, uint8_t usage, struct span key) {
	size_t first = usage == TLSA_DANE_EE ? 0 : 1;
	size_t end = usage == TLSA_DANE_EE && facts->n_chain > 0 ? 1 : facts->n_chain;
	for (size_t i = first; i < end; i++) {
		if (is_same(facts->chain[i].spki, key)) {
			return (int)i;
		}
	}
	return -1;
}

static bool names_as_issuer(const struct tls_facts *facts, const struct tls_cert *cert) {
	for (size_t i = 0; i < facts->n_chain; i++) {
		if (is_same(facts->chain[i].issuer, cert->subject)) {
			return true;
		}
	}
	return false;
}

struct tls_miss tls_record_miss_beside(
	const struct tlsa *record, const struct tls_facts *facts, const struct tls_facts *other) {
	int depth = tls_record_depth(record, other);
	if (depth < 0) {
		return miss_of(record, TLS_MISS_UNSEEN, -1);
	}
	const struct tls_cert *cert = &other->chain[depth];
	int here = depth_of_key(facts, record->usage, cert->spki);
	if (here >= 0) {
		struct tls_miss miss = miss_of(record, TLS_MISS_REISSUED, here);
		miss.selector = TLSA_SPKI;
		return miss;
	}
	bool issuer = record->usage == TLSA_DANE_TA && names_as_issuer(facts, cert);
	return miss_of(record, issuer ? TLS_MISS_NOT_SENT : TLS_MISS_ELSEWHERE, depth);
}

const char *tls_miss_name(enum tls_miss_kind kind) {
	static const char *const names[TLS_MISS_KINDS] = {[TLS_MISS_UNSEEN] = "unseen",
		[TLS_MISS_NOTHING] = "digest-of-nothing",
		[TLS_MISS_OVERRULED] = "overruled",
		[TLS_MISS_PKIX] = "pkix-usage",
		[TLS_MISS_ISSUER] = "issuer-as-server",
		[TLS_MISS_LEAF] = "server-as-issuer",
		[TLS_MISS_SELECTOR] = "selector",
		[TLS_MISS_MATCHING] = "matching-type",
		[TLS_MISS_CUT] = "cut-short",
		[TLS_MISS_SHA1] = "sha1",
		[TLS_MISS_PEM] = "pem-file",
		[TLS_MISS_REISSUED] = "reissued",
		[TLS_MISS_NOT_SENT] = "issuer-not-sent",
		[TLS_MISS_ELSEWHERE] = "elsewhere"};
	return names[kind];
}
