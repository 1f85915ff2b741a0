/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Each part of a proof beside that of the handshake. */
#include "tls_proof.h"

#include "tls/tls_record.h"
#include "unit.h"

static void compare_errors(
	const struct tls_proof *proof, const struct tls_proof *expected, const char *what) {
	ck_assert_msg(proof->n_errors == expected->n_errors, "%s: %zu errors", what, proof->n_errors);
	for (size_t i = 0; i < proof->n_errors; i++) {
		const struct tls_verify_error *error = &proof->errors[i];
		const struct tls_verify_error *other = &expected->errors[i];
		ck_assert_msg(error->code == other->code && error->depth == other->depth,
			"%s: error %d@%d at %zu", what, error->code, error->depth, i);
		ck_assert(span_equal(error->subject, other->subject));
		ck_assert(span_equal(error->issuer, other->issuer));
		ck_assert_str_eq(error->words, other->words);
	}
}

static void compare(
	const struct tls_proof *proof, const struct tls_proof *expected, const char *what) {
	compare_errors(proof, expected, what);
	ck_assert_msg(proof->status == expected->status, "%s: status %d", what, proof->status);
	ck_assert_msg(proof->trusted == expected->trusted, "%s: trusted", what);
	ck_assert_msg(proof->anchored == expected->anchored, "%s: anchored", what);
	ck_assert_msg(proof->names_checked == expected->names_checked, "%s: names", what);
	ck_assert_msg(proof->name_matched == expected->name_matched, "%s: name", what);
	ck_assert_msg(span_equal(proof->matched_name, expected->matched_name), "%s: whose name", what);
	ck_assert_int_eq(proof->matched, expected->matched);
	ck_assert_int_eq(proof->matched_depth, expected->matched_depth);
	ck_assert_int_eq(proof->matched_key, expected->matched_key);
	ck_assert_int_eq(proof->matched_record, expected->matched_record);
	ck_assert(span_equal(proof->matched_data, expected->matched_data));
	ck_assert_ptr_eq(tls_record_matched(proof), tls_record_matched(expected));
	ck_assert_uint_eq(proof->n_usable, expected->n_usable);
	ck_assert_uint_eq(proof->n_refused, expected->n_refused);
	ck_assert_uint_eq(proof->n_path, expected->n_path);
	for (size_t i = 0; i < proof->n_path; i++) {
		ck_assert(span_equal(proof->path[i].der, expected->path[i].der));
		ck_assert(span_equal(proof->path[i].subject, expected->path[i].subject));
		ck_assert_int_eq(proof->path[i].not_after, expected->path[i].not_after);
	}
}

static const struct tls_proof *prove(
	const struct tls_meeting *meeting, const struct tls_spec *demand, int64_t now) {
	struct err err = {0};
	const struct tls_proof *proof =
		tls_prove(meeting->context, meeting->lab->arena, demand, meeting->facts, now, &err);
	ck_assert_msg(proof != NULL && err.kind == ERR_NONE, "%s", err.text);
	return proof;
}

void tls_lab_prove_same(const struct tls_meeting *meeting, const struct tls_spec *demand,
	int64_t now, const char *what) {
	static const char *const others[] = {"other.example", ".example.test", "mx1.example.test"};
	const struct tls_proof *expected = &meeting->facts->proof;
	compare(prove(meeting, demand, now), expected, what);
	compare(prove(meeting, demand, now), expected, what);
	for (size_t i = 0; demand->n_names > 0 && i < 3; i++) {
		struct tls_spec other = *demand;
		other.names = &others[i];
		other.n_names = 1;
		(void)prove(meeting, &other, now + 1000 + (int64_t)i);
		compare(prove(meeting, demand, now), expected, what);
	}
}
