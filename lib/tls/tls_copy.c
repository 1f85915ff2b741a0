/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Deep copies of facts: every pointer in tls_facts.h has a line here. */
#include "tls/tls_copy.h"

static const char *copy_text(struct arena *arena, const char *from) {
	return from == NULL ? NULL : arena_copy_string(arena, from);
}

static struct span copy_span(struct arena *arena, struct span from) {
	return from.len == 0 ? (struct span){NULL, 0} : arena_copy_span(arena, from);
}

/* What stands in what was copied stands there in the copy, too. */
static struct span copy_part(
	struct arena *arena, struct span part, struct span from, struct span to) {
	uintptr_t at = (uintptr_t)part.at - (uintptr_t)from.at;
	bool inside = part.len > 0 && at <= from.len && part.len <= from.len - at;
	return inside ? (struct span){to.at + at, part.len} : copy_span(arena, part);
}

static const struct tls_odd_digests *copy_odd(
	struct arena *arena, const struct tls_odd_digests *from) {
	if (from == NULL) {
		return NULL;
	}
	struct tls_odd_digests *to = arena_alloc(arena, sizeof *to);
	for (size_t i = 0; i < 2; i++) {
		to->sha1[i] = copy_span(arena, from->sha1[i]);
		to->pem[i] = copy_span(arena, from->pem[i]);
	}
	return to;
}

static void copy_cert(struct tls_cert *to, struct arena *arena, const struct tls_cert *from) {
	*to = *from;
	to->der = copy_span(arena, from->der);
	to->spki = copy_part(arena, from->spki, from->der, to->der);
	to->subject = copy_span(arena, from->subject);
	to->issuer = copy_span(arena, from->issuer);
	to->subject_cn = copy_span(arena, from->subject_cn);
	to->issuer_cn = copy_span(arena, from->issuer_cn);
	to->names = arena_alloc_array(arena, from->n_names, sizeof *to->names);
	for (size_t i = 0; i < from->n_names; i++) {
		to->names[i] = copy_span(arena, from->names[i]);
	}
	to->key_type = copy_text(arena, from->key_type);
	to->signature = copy_text(arena, from->signature);
	for (size_t i = 0; i < 2; i++) {
		to->digest[i][0] = copy_span(arena, from->digest[i][0]);
		to->digest[i][1] = copy_span(arena, from->digest[i][1]);
		to->fingerprint[i] =
			copy_part(arena, from->fingerprint[i], from->digest[i][0], to->digest[i][0]);
	}
	to->odd = copy_odd(arena, from->odd);
}

static void copy_chain(struct tls_facts *to, struct arena *arena, const struct tls_facts *from) {
	to->chain = arena_alloc_array(arena, from->n_chain, sizeof *to->chain);
	for (size_t i = 0; i < from->n_chain; i++) {
		copy_cert(&to->chain[i], arena, &from->chain[i]);
	}
}

/* Certificates of the path that were sent are those of the chain. */
static void copy_path(struct tls_facts *to, struct arena *arena, const struct tls_facts *from) {
	const struct tls_proof *proof = &from->proof;
	struct tls_cert *path = arena_alloc_array(arena, proof->n_path, sizeof *path);
	for (size_t i = 0; i < proof->n_path; i++) {
		size_t at = 0;
		while (at < from->n_chain && from->chain[at].der.at != proof->path[i].der.at) {
			at++;
		}
		if (at < from->n_chain) {
			path[i] = to->chain[at];
		} else {
			copy_cert(&path[i], arena, &proof->path[i]);
		}
	}
	to->proof.path = path;
}

void tls_proof_copy(
	struct tls_facts *to, struct arena *arena, const struct tls_facts *from, size_t n_records) {
	const struct tls_proof *proof = &from->proof;
	to->proof = *proof;
	to->proof.matched_name = copy_span(arena, proof->matched_name);
	to->proof.matched_data = copy_span(arena, proof->matched_data);
	to->proof.errors = arena_alloc_array(arena, proof->n_errors, sizeof *proof->errors);
	for (size_t i = 0; i < proof->n_errors; i++) {
		struct tls_verify_error *error = &to->proof.errors[i];
		*error = proof->errors[i];
		error->issuer = copy_span(arena, error->issuer);
		error->subject = copy_span(arena, error->subject);
	}
	if (proof->refused != NULL) { /* the words are static */
		to->proof.refused =
			(const char **)arena_alloc_array(arena, n_records, sizeof(const char *));
		for (size_t i = 0; i < n_records; i++) {
			to->proof.refused[i] = proof->refused[i];
		}
	}
	copy_path(to, arena, from);
}

const struct tls_facts *tls_facts_copy(
	struct arena *arena, const struct tls_facts *from, size_t n_records) {
	if (from == NULL) {
		return NULL;
	}
	struct tls_facts *to = arena_alloc(arena, sizeof *to);
	*to = *from;
	to->protocol = copy_text(arena, from->protocol);
	to->cipher = copy_text(arena, from->cipher);
	to->group = copy_text(arena, from->group);
	to->server_signature = copy_text(arena, from->server_signature);
	to->server_digest = copy_text(arena, from->server_digest);
	to->client_signature = copy_text(arena, from->client_signature);
	to->client_digest = copy_text(arena, from->client_digest);
	to->raw_key = copy_span(arena, from->raw_key);
	to->raw_key_digest = copy_span(arena, from->raw_key_digest);
	to->handshake_problem = copy_text(arena, from->handshake_problem);
	copy_chain(to, arena, from);
	tls_proof_copy(to, arena, from, n_records);
	return to;
}
