/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Proofs for a domain that shares a session with others. */
#include "probe/guest_proof.h"

#include "probe/probe_tls.h"

/* The facts with a proof of another demand; NULL when the library fails. Without a certificate
 * there is nothing to prove, whatever is demanded. */
static const struct tls_facts *prove_again(const struct tls_facts *shown, struct arena *arena,
	const struct tls_spec *demand, struct tls_context *context, int64_t now, struct err *err) {
	if (shown == NULL || shown->n_chain == 0) {
		return shown;
	}
	const struct tls_proof *proof = tls_prove(context, arena, demand, shown, now, err);
	if (proof == NULL) {
		return NULL;
	}
	struct tls_facts *facts = arena_alloc(arena, sizeof *facts);
	*facts = *shown;
	facts->proof = *proof;
	return facts;
}

void guest_prove(struct report_node *node, struct arena *arena, const struct visit_spec *spec,
	struct tls_context *context, int64_t now) {
	struct tls_spec *demand = arena_alloc(arena, sizeof *demand);
	struct result *result = &node->result;
	struct err err = {0};
	*demand = probe_tls_spec(spec->probe.policy, spec->probe.wish);
	result->tls = prove_again(result->tls, arena, demand, context, now, &err);
	for (size_t i = 0; i < TLS_KEY_TYPES; i++) {
		struct key_type *type = &node->key_types[i];
		type->tls = prove_again(type->tls, arena, demand, context, now, &err);
	}
	if (err.kind != ERR_NONE) { /* another's proof is none */
		result->err = err;
		result->local_fault = true;
	}
}
