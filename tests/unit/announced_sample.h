/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Changes to the sample report: what the mail domain announces, and what a CA says of the node. */
#ifndef TESTS_UNIT_ANNOUNCED_SAMPLE_H
#define TESTS_UNIT_ANNOUNCED_SAMPLE_H

#include "sample_report.h"

static inline void announce(
	struct sample *s, enum policy_record_outcome outcome, const char *text) {
	struct dns_question *question = arena_alloc(s->arena, sizeof *question);
	*question = (struct dns_question){.name = "_mta-sts.example.org", .type = DNS_TYPE_TXT};
	s->report.sts = (struct report_announcement){.question = question, .known = true};
	s->report.sts.record.outcome = outcome;
	s->report.sts.record.text = span_of(text);
	s->report.sts.record.fault = outcome == POLICY_RECORD_INVALID ? "it has no id" : NULL;
}

static inline void unanswered(struct sample *s) {
	announce(s, POLICY_RECORD_ABSENT, "");
	s->report.sts.known = false;
}

static inline void absent(struct sample *s) {
	announce(s, POLICY_RECORD_ABSENT, "");
}

static inline void sound(struct sample *s) {
	announce(s, POLICY_RECORD_VALID, "v=STSv1; id=1;");
}

static inline void malformed(struct sample *s) {
	announce(s, POLICY_RECORD_INVALID, "v=STSv1; <x> |");
}

static inline void prove(struct sample *s, int code, int depth) {
	struct tls_proof *proof = arena_alloc(s->arena, sizeof *proof);
	sound(s);
	proof->trusted = proof->name_matched = code == 0;
	if (code != 0) {
		s->errors[0] = (struct tls_verify_error){
			.code = code, .depth = depth, .words = "words", .issuer = span_of("/CN=<Issuer>")};
		proof->errors = s->errors;
		proof->n_errors = 1;
	}
	s->nodes[0].proofs[REPORT_PROOF_HOST] = proof;
}

static inline void fine(struct sample *s) {
	prove(s, 0, 0);
}

static inline void incomplete(struct sample *s) {
	prove(s, TLS_VERIFY_NO_LOCAL_ISSUER, 0);
}

static inline void reports(struct sample *s, enum policy_record_outcome outcome) {
	struct dns_question *question = arena_alloc(s->arena, sizeof *question);
	*question = (struct dns_question){.name = "_smtp._tls.example.org", .type = DNS_TYPE_TXT};
	s->report.tlsrpt = (struct report_announcement){.question = question, .known = true};
	s->report.tlsrpt.record.outcome = outcome;
	s->report.tlsrpt.record.text = span_of("v=TLSRPTv1; <");
	s->report.tlsrpt.record.fault = "it has no rua";
}

#endif
