/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What chains were found to prove: signatures are most of the price of a proof, and a server that
 * many domains share is asked the same by each of them. */
#include <string.h>

#include "tls/tls_copy.h"
#include "tls/tls_internal.h"

#define KEPT_MAX 4U      /* demands, of one chain */
#define OCTETS_MAX 4096U /* of records and fingerprints in a demand that is kept */
#define BLOCK_BYTES 4096U

/* One demand, and what came of it. */
struct proved {
	struct arena *arena; /* NULL: free */
	struct tls_spec spec;
	int64_t from;
	int64_t until; /* exclusive */
	bool trusts_for_proofs;
	struct tls_demand demand;
	struct tls_facts facts; /* the proof; of the chain only where its certificates are */
};

struct tls_proved {
	struct proved kept[KEPT_MAX];
	size_t next; /* which one is given up next */
};

/* --- what a proof depends on, beside the chain, the context and the names --- */

static bool is_same_record(const struct tlsa *a, const struct tlsa *b) {
	return a->usage == b->usage && a->selector == b->selector && a->matching == b->matching &&
		   (a->unusable == NULL) == (b->unusable == NULL) && span_equal(a->data, b->data);
}

static bool is_same_demand(const struct tls_spec *a, const struct tls_spec *b) {
	bool same = a->level == b->level && a->report_as == b->report_as &&
				(a->n_names == 0) == (b->n_names == 0) && a->n_tlsa == b->n_tlsa &&
				a->n_fingerprints == b->n_fingerprints;
	for (size_t i = 0; same && i < a->n_tlsa; i++) {
		same = is_same_record(&a->tlsa[i], &b->tlsa[i]);
	}
	for (size_t i = 0; same && i < a->n_fingerprints; i++) {
		same = span_equal(a->fingerprints[i], b->fingerprints[i]) != 0;
	}
	return same;
}

static size_t octets_of(const struct tls_spec *spec) {
	size_t octets = 0;
	for (size_t i = 0; i < spec->n_tlsa; i++) {
		octets += sizeof *spec->tlsa + spec->tlsa[i].data.len;
	}
	for (size_t i = 0; i < spec->n_fingerprints; i++) {
		octets += sizeof *spec->fingerprints + spec->fingerprints[i].len;
	}
	return octets;
}

/* As much of it as is compared. */
static struct tls_spec copy_demand(struct arena *arena, const struct tls_spec *from) {
	struct tlsa *tlsa = arena_alloc_array(arena, from->n_tlsa, sizeof *tlsa);
	struct span *digests = arena_alloc_array(arena, from->n_fingerprints, sizeof *digests);
	for (size_t i = 0; i < from->n_tlsa; i++) {
		tlsa[i] = (struct tlsa){.usage = from->tlsa[i].usage,
			.selector = from->tlsa[i].selector,
			.matching = from->tlsa[i].matching,
			.unusable = from->tlsa[i].unusable == NULL ? NULL : "",
			.data = arena_copy_span(arena, from->tlsa[i].data)};
	}
	for (size_t i = 0; i < from->n_fingerprints; i++) {
		digests[i] = arena_copy_span(arena, from->fingerprints[i]);
	}
	return (struct tls_spec){.level = from->level,
		.report_as = from->report_as,
		.n_names = from->n_names,
		.tlsa = tlsa,
		.n_tlsa = from->n_tlsa,
		.fingerprints = digests,
		.n_fingerprints = from->n_fingerprints};
}

/* --- keeping --- */

/* Where the certificates are in what is kept of the chain. */
static struct tls_cert *chain_in(
	struct arena *arena, const struct tls_known *known, const struct tls_facts *shown) {
	struct tls_cert *chain = arena_alloc_array(arena, shown->n_chain, sizeof *chain);
	const uint8_t *at = known->der.at;
	for (size_t i = 0; i < shown->n_chain; i++) {
		chain[i].der = (struct span){at, shown->chain[i].der.len};
		at += shown->chain[i].der.len;
	}
	return chain;
}

/* A library that gave up, or an error too many, says nothing of the next time. */
static bool is_lasting(const struct tls_proof *proof) {
	bool lasting = proof->n_errors < TLS_ERRORS_MAX;
	for (size_t i = 0; i < proof->n_errors; i++) {
		lasting = lasting && proof->errors[i].code != TLS_VERIFY_UNSPECIFIED &&
				  proof->errors[i].code != X509_V_ERR_OUT_OF_MEM;
	}
	return lasting;
}

void tls_proved_keep(struct tls *tls, struct tls_known *known) {
	if (!is_lasting(&tls->facts.proof) || known->der.len == 0 ||
		octets_of(tls->spec) > OCTETS_MAX) {
		return;
	}
	if (known->proved == NULL) {
		known->proved = OPENSSL_zalloc(sizeof *known->proved);
	}
	if (known->proved == NULL) {
		return;
	}
	struct arena *arena = arena_beside(tls->context->arena, BLOCK_BYTES);
	struct proved *proved = &known->proved->kept[known->proved->next++ % KEPT_MAX];
	arena_free(proved->arena);
	*proved = (struct proved){.arena = arena,
		.spec = copy_demand(arena, tls->spec),
		.from = tls->same_from,
		.until = tls->same_until,
		.trusts_for_proofs = tls->context->trusts_for_proofs,
		.demand = tls->demand,
		.facts = {.chain = chain_in(arena, known, &tls->facts), .n_chain = tls->facts.n_chain}};
	tls_proof_copy(&proved->facts, arena, &tls->facts, tls->spec->n_tlsa);
	proved->facts.proof.records = NULL; /* the caller's */
}

void tls_proved_free(struct tls_proved *proved) {
	for (size_t i = 0; proved != NULL && i < KEPT_MAX; i++) {
		arena_free(proved->kept[i].arena);
	}
	OPENSSL_free(proved);
}

/* --- showing --- */

static const struct proved *find(
	const struct tls *tls, const struct tls_known *known, int64_t now) {
	for (size_t i = 0; known->proved != NULL && i < KEPT_MAX; i++) {
		const struct proved *proved = &known->proved->kept[i];
		if (proved->arena != NULL && proved->from <= now && now < proved->until &&
			proved->trusts_for_proofs == tls->context->trusts_for_proofs &&
			is_same_demand(&proved->spec, tls->spec)) {
			return proved;
		}
	}
	return NULL;
}

bool tls_proved_show(struct tls *tls, const struct tls_known *known, int64_t now) {
	const struct proved *proved = find(tls, known, now);
	if (proved == NULL) {
		return false;
	}
	struct tls_proof *proof = &tls->facts.proof;
	tls->demand = proved->demand;
	tls_proof_copy(&tls->facts, tls->arena, &proved->facts, tls->spec->n_tlsa);
	if (proof->n_errors > 0) {
		memcpy(tls->errors, proof->errors, proof->n_errors * sizeof *proof->errors);
		proof->errors = tls->errors;
	}
	proof->records = tls->spec->tlsa;
	return true;
}
