/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What senders see of a node, from all that a probe can come to. */
#include "sample_report.h"
#include "verdict/pkix_fault.h"

START_TEST(how_a_conversation_ended_is_what_came_of_tls) {
	enum { NO_TLS, FAILED, BEGUN, ANONYMOUS, BARE_KEY };
	static const struct {
		enum err_kind kind;
		enum smtp_stage stage;
		int code; /* of the refusal, or of EHLO */
		int tls;
		enum sender_tls is;
	} table[] = {
		{ERR_NONE, 0, 250, BEGUN, SENDER_TLS_CERTIFICATE},
		{ERR_NONE, 0, 250, BARE_KEY, SENDER_TLS_CERTIFICATE},
		{ERR_NONE, 0, 250, ANONYMOUS, SENDER_TLS_ANONYMOUS},
		{ERR_NONE, 0, 250, FAILED, SENDER_TLS_FAILED},
		{ERR_TLS, 0, 250, FAILED, SENDER_TLS_FAILED},
		{ERR_NET, 0, 250, BEGUN, SENDER_TLS_BROKEN},
		{ERR_TLS, 0, 250, BEGUN, SENDER_TLS_BROKEN},
		{ERR_REFUSED, SMTP_STAGE_TLS_EHLO, 500, BEGUN, SENDER_TLS_REJECTED},
		{ERR_REFUSED, SMTP_STAGE_TLS_EHLO, 599, BEGUN, SENDER_TLS_REJECTED},
		{ERR_REFUSED, SMTP_STAGE_TLS_EHLO, 499, BEGUN, SENDER_TLS_REFUSED},
		{ERR_REFUSED, SMTP_STAGE_TLS_EHLO, 421, BEGUN, SENDER_TLS_REFUSED},
		{ERR_REFUSED, SMTP_STAGE_TLS_EHLO, 600, BEGUN, SENDER_TLS_REFUSED},
		{ERR_NONE, 0, 250, NO_TLS, SENDER_TLS_NOT_OFFERED},
		{ERR_NONE, 0, 299, NO_TLS, SENDER_TLS_NOT_OFFERED},
		{ERR_NONE, 0, 0, NO_TLS, SENDER_TLS_UNREACHED},
		{ERR_NONE, 0, 199, NO_TLS, SENDER_TLS_UNREACHED},
		{ERR_NONE, 0, 300, NO_TLS, SENDER_TLS_UNREACHED},
		{ERR_NET, 0, 250, NO_TLS, SENDER_TLS_UNREACHED},
		{ERR_NET, SMTP_STAGE_STARTTLS, 454, NO_TLS, SENDER_TLS_UNREACHED},
		{ERR_PROTO, 0, 250, NO_TLS, SENDER_TLS_NO_SMTP},
		{ERR_REFUSED, SMTP_STAGE_EHLO, 500, NO_TLS, SENDER_TLS_NOT_OFFERED},
		{ERR_REFUSED, SMTP_STAGE_EHLO, 502, NO_TLS, SENDER_TLS_NOT_OFFERED},
		{ERR_REFUSED, SMTP_STAGE_EHLO, 499, NO_TLS, SENDER_TLS_REFUSED},
		{ERR_REFUSED, SMTP_STAGE_EHLO, 501, NO_TLS, SENDER_TLS_REJECTED},
		{ERR_REFUSED, SMTP_STAGE_EHLO, 503, NO_TLS, SENDER_TLS_REJECTED},
		{ERR_REFUSED, SMTP_STAGE_EHLO, 421, NO_TLS, SENDER_TLS_REFUSED},
		{ERR_REFUSED, SMTP_STAGE_STARTTLS, 454, NO_TLS, SENDER_TLS_NOT_OFFERED},
		{ERR_REFUSED, SMTP_STAGE_STARTTLS, 420, NO_TLS, SENDER_TLS_NOT_OFFERED},
		{ERR_REFUSED, SMTP_STAGE_STARTTLS, 422, NO_TLS, SENDER_TLS_NOT_OFFERED},
		{ERR_REFUSED, SMTP_STAGE_STARTTLS, 502, NO_TLS, SENDER_TLS_NOT_OFFERED},
		{ERR_REFUSED, SMTP_STAGE_STARTTLS, 421, NO_TLS, SENDER_TLS_REFUSED},
		{ERR_REFUSED, SMTP_STAGE_GREETING, 500, NO_TLS, SENDER_TLS_REFUSED},
		{ERR_REFUSED, SMTP_STAGE_GREETING, 554, NO_TLS, SENDER_TLS_REFUSED},
	};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct arena *arena = unit_arena();
		struct sample *s = sample_new(arena);
		struct result *result = &s->nodes[0].result;
		result->err.kind = table[i].kind;
		result->refusal_stage = table[i].stage;
		result->refusal_code = table[i].code;
		result->smtp.ehlo.code = table[i].code;
		s->tls[0].established = table[i].tls != FAILED;
		s->tls[0].n_chain = table[i].tls == BEGUN ? 1 : 0;
		s->tls[0].raw_public_key = table[i].tls == BARE_KEY;
		result->tls = table[i].tls == NO_TLS ? NULL : &s->tls[0];
		struct sender_facts facts = sender_facts_of(&s->report, &s->nodes[0]);
		ck_assert_msg(facts.tls == table[i].is, "%zu: %d", i, (int)facts.tls);
		arena_free(arena);
	}
}
END_TEST

START_TEST(what_a_proof_is_worth_to_dane) {
	static const struct {
		enum tlsa_state state;
		bool trusted;
		bool named;
		int matched_record;
		int errors[2];
		enum sender_dane is;
	} table[] = {
		{TLSA_STATE_USABLE, true, true, 0, {0, 0}, SENDER_DANE_MATCH},
		{TLSA_STATE_USABLE, false, false, -1, {0, 0}, SENDER_DANE_MISMATCH},
		{TLSA_STATE_USABLE, false, true, -1, {TLS_VERIFY_EXPIRED, 0}, SENDER_DANE_MISMATCH},
		{TLSA_STATE_USABLE, true, false, 0, {0, 0}, SENDER_DANE_MISNAMED},
		{TLSA_STATE_USABLE, false, true, 0, {0, 0}, SENDER_DANE_INVALID},
		{TLSA_STATE_USABLE, false, false, 0, {0, 0}, SENDER_DANE_INVALID},
		{TLSA_STATE_USABLE, true, true, 0, {TLS_VERIFY_UNTRUSTED, 0}, SENDER_DANE_INVALID},
		{TLSA_STATE_USABLE, true, true, 0, {TLS_VERIFY_EXPIRED, 0}, SENDER_DANE_EXPIRED},
		{TLSA_STATE_USABLE, true, false, 1, {TLS_VERIFY_NOT_YET_VALID, 0}, SENDER_DANE_TOO_SOON},
		{TLSA_STATE_USABLE, false, true, 0, {TLS_VERIFY_UNTRUSTED, TLS_VERIFY_EXPIRED},
			SENDER_DANE_EXPIRED},
		{TLSA_STATE_UNUSABLE, true, true, 0, {0, 0}, SENDER_DANE_UNUSABLE},
		{TLSA_STATE_FAILED, true, true, 0, {0, 0}, SENDER_DANE_FAILED},
		{TLSA_STATE_ABSENT, true, true, 0, {0, 0}, SENDER_DANE_NONE},
		{TLSA_STATE_INSECURE, true, true, 0, {0, 0}, SENDER_DANE_NONE},
		{TLSA_STATE_HOST_INSECURE, true, true, 0, {0, 0}, SENDER_DANE_NONE},
		{TLSA_STATE_NOT_ASKED, true, true, 0, {0, 0}, SENDER_DANE_NONE},
	};
	/* By the handshake, by a proof made behind one of another level, and without either. */
	for (size_t i = 0; i < 3 * sizeof table / sizeof *table; i++) {
		size_t row = i / 3;
		struct arena *arena = unit_arena();
		struct sample *s = sample_new(arena);
		struct tls_verify_error errors[2] = {
			{.code = table[row].errors[0]}, {.code = table[row].errors[1]}};
		struct tls_proof proof = s->tls[0].proof;
		proof.trusted = table[row].trusted;
		proof.name_matched = table[row].named;
		proof.matched_record = table[row].matched_record;
		proof.errors = errors;
		proof.n_errors = table[row].errors[1] != 0 ? 2U : table[row].errors[0] != 0 ? 1U : 0U;
		if (i % 3 == 0) {
			s->tls[0].proof = proof;
		} else {
			sample_set_level(s, TLS_LEVEL_MAY);
			s->nodes[0].policy.level = TLS_LEVEL_MAY;
			s->nodes[0].proofs[REPORT_PROOF_DANE] = i % 3 == 1 ? &proof : NULL;
		}
		s->hosts[0].tlsa_state = table[row].state;
		bool unknown = i % 3 == 2 && table[row].state == TLSA_STATE_USABLE;
		struct sender_facts facts = sender_facts_of(&s->report, &s->nodes[0]);
		ck_assert_msg(facts.dane == (unknown ? SENDER_DANE_MISMATCH : table[row].is), "%zu: %d", i,
			(int)facts.dane);
		arena_free(arena);
	}
}
END_TEST

/* Records none of which the library takes, and a handshake that did not come that far. */
START_TEST(a_handshake_says_what_its_library_took) {
	struct arena *arena = unit_arena();
	struct sample *s = sample_new(arena);
	s->tls[0].proof.n_usable = 0;
	ck_assert_int_eq(sender_facts_of(&s->report, &s->nodes[0]).dane, SENDER_DANE_UNUSABLE);
	s->tls[0].established = false;
	ck_assert_int_eq(sender_facts_of(&s->report, &s->nodes[0]).dane, SENDER_DANE_MISMATCH);
	s->nodes[0].result.tls = NULL;
	ck_assert_int_eq(sender_facts_of(&s->report, &s->nodes[0]).dane, SENDER_DANE_MISMATCH);
	arena_free(arena);
}
END_TEST

START_TEST(versions_names_and_the_mx_answer_are_seen) {
	for (int i = 0; i < 8; i++) {
		struct arena *arena = unit_arena();
		struct sample *s = sample_new(arena);
		struct tls_proof host = {.name_matched = (i & 1) != 0};
		struct tls_proof domain = {.name_matched = (i & 2) != 0};
		s->nodes[0].proofs[REPORT_PROOF_HOST] = &host;
		s->nodes[0].proofs[REPORT_PROOF_DOMAIN] = (i & 4) != 0 ? &domain : NULL;
		s->tls[0].protocol_version = (i & 1) != 0 ? 0x0303 : 0x0302;
		s->mx.secure = (i & 2) != 0;
		s->report.mx_used = (i & 4) != 0;
		struct sender_facts facts = sender_facts_of(&s->report, &s->nodes[0]);
		ck_assert(facts.host_named == ((i & 1) != 0));
		ck_assert(facts.domain_named == ((i & 6) == 6));
		ck_assert(facts.tls12 == ((i & 1) != 0));
		ck_assert(facts.mx_insecure == ((i & 6) == 4));
		s->nodes[0].proofs[REPORT_PROOF_HOST] = NULL;
		facts = sender_facts_of(&s->report, &s->nodes[0]);
		ck_assert(!facts.host_named);
		ck_assert_int_eq(facts.chain, SENDER_CHAIN_UNKNOWN);
		s->nodes[0].result.tls = NULL;
		ck_assert(!sender_facts_of(&s->report, &s->nodes[0]).tls12);
		arena_free(arena);
	}
}
END_TEST

UNIT_MAIN("sender_view", tcase_add_test(tc, how_a_conversation_ended_is_what_came_of_tls);
		  tcase_add_test(tc, what_a_proof_is_worth_to_dane);
		  tcase_add_test(tc, a_handshake_says_what_its_library_took);
		  tcase_add_test(tc, versions_names_and_the_mx_answer_are_seen);)
