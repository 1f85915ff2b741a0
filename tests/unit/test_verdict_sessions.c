/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What further connections to a node showed: session reuse, and certificates of other types. */
#include "sample_report.h"

static void reconnected(struct sample *s) {
	s->spec.reconnect.delay = USEC_PER_SEC;
	s->nodes[0].reconnects = (struct reconnects){.end = RECONNECT_FOUND,
		.n = 1,
		.resumed = 1,
		.offered = 1,
		.sent = 1,
		.lifetime = 7200,
		.stored = 3,
		.tickets = 3,
		.time = 12000,
		.waited = 100000};
}

static void declined(struct sample *s) {
	reconnected(s);
	s->nodes[0].reconnects = (struct reconnects){.end = RECONNECT_DECLINED, .time = -1};
}

static void not_taken_up(struct sample *s) {
	reconnected(s);
	s->nodes[0].reconnects.resumed = 0;
}

static void withheld_by_a_clock(struct sample *s) {
	not_taken_up(s);
	s->nodes[0].reconnects.sent = 0;
}

static void withheld_as_too_old(struct sample *s) {
	withheld_by_a_clock(s);
	s->report.elapsed = 4 * USEC_PER_SEC;
	s->nodes[0].reconnects.lifetime = 1;
}

static void withheld_but_taken_before(struct sample *s) {
	withheld_by_a_clock(s);
	s->nodes[0].reconnects.resumed = 1;
}

static void never_met_again(struct sample *s) {
	not_taken_up(s);
	s->nodes[0].reconnects.end = RECONNECT_MAXIMUM;
	s->nodes[0].reconnects.n = 5;
}

static void not_tried(struct sample *s) {
	never_met_again(s);
	s->nodes[0].reconnects.n = 0;
}

static void not_reached(struct sample *s) {
	reconnected(s);
	s->nodes[0].reconnects = (struct reconnects){.end = RECONNECT_NOT_REACHED, .time = -1};
}

static void failed(struct sample *s) {
	reconnected(s);
	s->nodes[0].reconnects.end = RECONNECT_FAILED;
	err_set(&s->nodes[0].reconnects.err, ERR_NET, "Connection refused");
}

static void failed_here(struct sample *s) {
	failed(s);
	s->nodes[0].reconnects.err.kind = ERR_LOCAL;
}

static void without_tls(struct sample *s) {
	declined(s);
	sample_refuse(s, SMTP_STAGE_STARTTLS, 454, "454 no TLS");
}

static void cut_off(struct sample *s) {
	reconnected(s);
	s->report.end = REPORT_DEADLINE;
	s->report.phase = REPORT_PHASE_PROBES;
	s->spec.timeout = 40 * USEC_PER_SEC;
	s->nodes[0].reconnects =
		(struct reconnects){.end = RECONNECT_FAILED, .stored = 1, .tickets = 1, .time = -1};
	err_set(&s->nodes[0].reconnects.err, ERR_BUDGET, "the run ended before");
}

static void interrupted(struct sample *s) {
	cut_off(s);
	s->report.end = REPORT_INTERRUPTED;
}

/* --- types of certificates --- */

static struct tls_facts *show_type(struct sample *s, enum tls_key_type type) {
	struct tls_facts *tls = arena_alloc(s->arena, sizeof *tls);
	*tls = s->tls[0];
	tls->chain = arena_alloc(s->arena, sizeof *tls->chain);
	tls->chain[0] = s->chain[0];
	tls->chain[0].der = tls->chain[0].spki = span_of("rsa");
	tls->chain[0].key_type = "RSA";
	tls->chain[0].key_bits = 2048;
	tls->n_chain = 1;
	tls->proof.path = tls->chain;
	tls->proof.errors = arena_alloc_array(s->arena, 2, sizeof *tls->proof.errors);
	s->spec.key_types = true;
	s->nodes[0].key_types[type] = (struct key_type){.outcome = KEY_TYPE_SHOWN, .tls = tls};
	return tls;
}

static void types(struct sample *s) {
	show_type(s, TLS_KEY_RSA);
	s->nodes[0].key_types[TLS_KEY_EDDSA].outcome = KEY_TYPE_NOT_OFFERED;
}

static void undetermined(struct sample *s) {
	types(s);
	s->nodes[0].key_types[TLS_KEY_RSA] = (struct key_type){.outcome = KEY_TYPE_UNDETERMINED};
	s->nodes[0].key_types[TLS_KEY_EDDSA].outcome = KEY_TYPE_UNDETERMINED;
}

static void types_cut_off(struct sample *s) {
	show_type(s, TLS_KEY_RSA);
	s->report.end = REPORT_DEADLINE;
	s->report.phase = REPORT_PHASE_PROBES;
	s->spec.timeout = 1500 * USEC_PER_MSEC;
	struct key_type *cut = &s->nodes[0].key_types[TLS_KEY_EDDSA];
	cut->outcome = KEY_TYPE_UNDETERMINED;
	err_set(&cut->err, ERR_BUDGET, "the run ended before");
}

static void types_interrupted(struct sample *s) {
	types_cut_off(s);
	s->report.end = REPORT_INTERRUPTED;
}

/* Every node is over or where only the rest is missing. */
static void types_of_all_cut_off(struct sample *s) {
	sample_add_second(s);
	types_cut_off(s);
	s->spec.scope = SURVEY_ALL;
	s->nodes[1].chosen = true;
	s->nodes[1].result.stage = PROBE_FINISHED;
}

/* Another node is itself what is missing. */
static void types_cut_off_beside_unfinished(struct sample *s) {
	types_of_all_cut_off(s);
	s->nodes[1].result = (struct result){.stage = PROBE_GREETING, .connected = true};
}

/* All is asked; what is missing is an answer of the DNS. */
static void types_known_at_deadline(struct sample *s) {
	types(s);
	s->report.end = REPORT_DEADLINE;
	s->report.phase = REPORT_PHASE_PROBES;
}

static void fail_type(struct tls_facts *tls, int code, const char *words) {
	tls->proof.errors[tls->proof.n_errors++] =
		(struct tls_verify_error){.code = code, .words = words};
	tls->proof.trusted = false;
	tls->proof.status = TLS_STATUS_UNTRUSTED;
	tls->proof.matched = TLS_MATCHED_NOTHING;
	tls->proof.matched_record = -1;
}

static void type_mismatches(struct sample *s) {
	struct tls_facts *tls = show_type(s, TLS_KEY_RSA);
	fail_type(tls, TLS_VERIFY_HOSTNAME, "hostname mismatch");
	fail_type(tls, TLS_VERIFY_DANE_NO_MATCH, "no matching DANE TLSA records");
}

static void type_expired(struct sample *s) {
	sample_set_level(s, TLS_LEVEL_SECURE);
	struct tls_facts *tls = show_type(s, TLS_KEY_RSA);
	tls->chain[0].not_after = SAMPLE_NOW - 3 * SAMPLE_DAY;
	fail_type(tls, TLS_VERIFY_EXPIRED, "certificate has expired");
}

static void type_expires(struct sample *s) {
	sample_set_level(s, TLS_LEVEL_SECURE);
	struct tls_facts *tls = show_type(s, TLS_KEY_RSA);
	tls->chain[0].not_after = SAMPLE_NOW + 3 * SAMPLE_DAY;
}

static void pinned_type_expires(struct sample *s) {
	struct tls_facts *tls = show_type(s, TLS_KEY_RSA);
	tls->chain[0].not_after = SAMPLE_NOW + 3 * SAMPLE_DAY;
}

static void type_of_another_name(struct sample *s) {
	sample_set_level(s, TLS_LEVEL_SECURE);
	show_type(s, TLS_KEY_RSA)->proof.name_matched = false;
}

static void type_without_fingerprint(struct sample *s) {
	sample_set_level(s, TLS_LEVEL_FINGERPRINT);
	show_type(s, TLS_KEY_ECDSA)->proof.trusted = false;
}

static void type_at_may(struct sample *s) {
	sample_set_level(s, TLS_LEVEL_MAY);
	show_type(s, TLS_KEY_RSA)->proof.trusted = false;
}

static void type_without_certificate(struct sample *s) {
	type_mismatches(s);
	struct tls_facts *tls = show_type(s, TLS_KEY_RSA);
	tls->n_chain = 0;
	tls->proof.trusted = false;
}

static void handshake_broke_behind_a_good_certificate(struct sample *s) {
	struct tls_facts *tls = show_type(s, TLS_KEY_RSA);
	tls->established = tls->proof.trusted = false;
}

static void raw_key(struct sample *s) {
	types(s);
	s->tls[0].n_chain = 0;
	s->tls[0].raw_public_key = true;
}

static void no_certificate(struct sample *s) {
	types(s);
	s->tls[0].n_chain = 0;
}

static void ed25519_first(struct sample *s) {
	types(s);
	s->chain[0].key_type = "ED25519";
}

static void types_without_tls(struct sample *s) {
	types(s);
	sample_refuse(s, SMTP_STAGE_STARTTLS, 454, "454 no TLS");
}

/* --- a large ClientHello --- */

static struct large_hello *large(struct sample *s, enum large_hello_outcome outcome) {
	s->spec.pq_probe = true;
	s->nodes[0].large_hello.outcome = outcome;
	return &s->nodes[0].large_hello;
}

static void large_negotiated(struct sample *s) {
	large(s, LARGE_HELLO_NEGOTIATED)->group = "X25519MLKEM768";
}

static void large_not_known(struct sample *s) {
	large(s, LARGE_HELLO_NOT_KNOWN)->group = "x25519";
}

static void large_without_group(struct sample *s) {
	large(s, LARGE_HELLO_NOT_KNOWN);
}

static void large_stalls(struct sample *s) {
	err_set(&large(s, LARGE_HELLO_FAILED)->err, ERR_TIMEOUT, "timed out");
}

static void large_reset(struct sample *s) {
	err_set(&large(s, LARGE_HELLO_FAILED)->err, ERR_NET, "Connection reset by peer");
}

static void large_undetermined(struct sample *s) {
	err_set(&large(s, LARGE_HELLO_UNDETERMINED)->err, ERR_NET, "not this time");
}

static void large_cut_off(struct sample *s) {
	s->report.end = REPORT_DEADLINE;
	s->report.phase = REPORT_PHASE_PROBES;
	s->spec.timeout = 1500 * USEC_PER_MSEC;
	err_set(&large(s, LARGE_HELLO_UNDETERMINED)->err, ERR_BUDGET, "the run ended before");
}

static void large_interrupted(struct sample *s) {
	large_cut_off(s);
	s->report.end = REPORT_INTERRUPTED;
}

static const struct sample_row rows[] = {
	{"resumed", reconnected, FINDING_SESSION_NOT_REUSED, SAMPLE_ABSENT, NULL},
	{"resumed", reconnected, FINDING_SESSION_NOT_CACHED, SAMPLE_ABSENT, NULL},
	{"declined", declined, FINDING_SESSION_NOT_CACHED, STATE_WARNING, "hands out no TLS session"},
	{"declined", declined, FINDING_SESSION_NOT_REUSED, SAMPLE_ABSENT, NULL},
	{"full", not_taken_up, FINDING_SESSION_NOT_REUSED, STATE_WARNING, "did not take it up"},
	{"clock set", withheld_by_a_clock, FINDING_LOCAL_ERROR, STATE_UNKNOWN, "clock was set"},
	{"clock set", withheld_by_a_clock, FINDING_SESSION_NOT_REUSED, SAMPLE_ABSENT, NULL},
	{"too old", withheld_as_too_old, FINDING_SESSION_NOT_REUSED, STATE_WARNING, "for 1 s only"},
	{"too old", withheld_as_too_old, FINDING_LOCAL_ERROR, SAMPLE_ABSENT, NULL},
	{"another time", withheld_but_taken_before, FINDING_LOCAL_ERROR, SAMPLE_ABSENT, NULL},
	{"balanced", never_met_again, FINDING_SESSION_NOT_REUSED, STATE_WARNING, "5 reconnects met"},
	{"-m 0", not_tried, FINDING_SESSION_NOT_REUSED, SAMPLE_ABSENT, NULL},
	{"not reached", not_reached, FINDING_SESSION_NOT_REUSED, SAMPLE_ABSENT, NULL},
	{"failed", failed, FINDING_SESSION_NOT_REUSED, STATE_WARNING,
		"reconnect 1 failed: Connection refused"},
	{"failed here", failed_here, FINDING_LOCAL_ERROR, STATE_UNKNOWN, "reconnect 1 failed"},
	{"without TLS", without_tls, FINDING_SESSION_NOT_CACHED, SAMPLE_ABSENT, NULL},
	{"cut off", cut_off, FINDING_TIMEOUT, SAMPLE_ABSENT, NULL},
	{"cut off", cut_off, FINDING_SESSION_NOT_REUSED, STATE_WARNING,
		"whether TLS sessions are reused is not known: the deadline of 40 s passed before"},
	{"interrupted", interrupted, FINDING_TIMEOUT, STATE_UNKNOWN, "signal while reconnecting"},
	{"interrupted", interrupted, FINDING_SESSION_NOT_REUSED, SAMPLE_ABSENT, NULL},
	{"types cut off", types_cut_off, FINDING_TIMEOUT, SAMPLE_ABSENT, NULL},
	{"types cut off", types_cut_off, FINDING_KEY_TYPES, STATE_OK,
		"ECDSA, RSA; not determined: EdDSA (the deadline of 1500 ms passed)"},
	{"types interrupted", types_interrupted, FINDING_TIMEOUT, STATE_UNKNOWN,
		"signal while asking for types of certificates"},
	{"types of all", types_of_all_cut_off, FINDING_TIMEOUT, SAMPLE_ABSENT, NULL},
	{"types beside", types_cut_off_beside_unfinished, FINDING_TIMEOUT, STATE_WARNING,
		"while waiting for the greeting"},
	{"large, asked for nothing", reconnected, FINDING_PQ_PROBE, SAMPLE_ABSENT, NULL},
	{"large, negotiated", large_negotiated, FINDING_PQ_PROBE, STATE_OK,
		"X25519MLKEM768 was negotiated"},
	{"large, negotiated", large_negotiated, FINDING_LARGE_HELLO_FAILS, SAMPLE_ABSENT, NULL},
	{"large, not known", large_not_known, FINDING_PQ_PROBE, STATE_OK,
		"X25519MLKEM768 is not known, x25519 was negotiated; the large ClientHello is no trouble"},
	{"large, no group", large_without_group, FINDING_PQ_PROBE, STATE_OK, "no group was negotiated"},
	{"large, stalls", large_stalls, FINDING_LARGE_HELLO_FAILS, STATE_WARNING,
		"a large ClientHello, with a post-quantum key share, gets no answer, a small one does; "
		"look for a firewall"},
	{"large, stalls", large_stalls, FINDING_PQ_PROBE, SAMPLE_ABSENT, NULL},
	{"large, reset", large_reset, FINDING_LARGE_HELLO_FAILS, STATE_WARNING,
		"fails where a small one works: Connection reset by peer; look for"},
	{"large, not this time", large_undetermined, FINDING_PQ_PROBE, STATE_OK,
		"not determined (not this time)"},
	{"large, cut off", large_cut_off, FINDING_PQ_PROBE, STATE_OK,
		"not determined (the deadline of 1500 ms passed)"},
	{"large, cut off", large_cut_off, FINDING_TIMEOUT, SAMPLE_ABSENT, NULL},
	{"large, interrupted", large_interrupted, FINDING_TIMEOUT, STATE_UNKNOWN,
		"signal while trying a large ClientHello"},
	{"types known", types_known_at_deadline, FINDING_TIMEOUT, STATE_UNKNOWN, "DNS answers"},
	{"types", types, FINDING_KEY_TYPES, STATE_OK,
		"types of certificates: ECDSA, RSA; not offered: EdDSA"},
	{"types", types, FINDING_KEY_TYPE_MISMATCH, SAMPLE_ABSENT, NULL},
	{"undetermined", undetermined, FINDING_KEY_TYPES, STATE_OK,
		"ECDSA; not determined: RSA, EdDSA"},
	{"raw key", raw_key, FINDING_KEY_TYPES, STATE_OK, "certificates: a raw public key, RSA"},
	{"no certificate", no_certificate, FINDING_KEY_TYPES, STATE_OK, "certificates: none, RSA"},
	{"Ed25519", ed25519_first, FINDING_KEY_TYPES, STATE_OK, "certificates: ED25519, RSA"},
	{"without TLS", types_without_tls, FINDING_KEY_TYPES, SAMPLE_ABSENT, NULL},
	{"mismatch", type_mismatches, FINDING_KEY_TYPE_MISMATCH, STATE_CRITICAL,
		"the RSA certificate, which other clients are shown, matches no TLSA record; add "
		"_25._tcp.mx1.example.org. IN TLSA 3 1 1 6c65"},
	{"expired", type_expired, FINDING_KEY_TYPE_MISMATCH, STATE_CRITICAL,
		"fails verification: certificate has expired"},
	{"expired", type_expired, FINDING_CERT_EXPIRED, STATE_CRITICAL, "the RSA certificate expired"},
	{"expires", type_expires, FINDING_CERT_EXPIRY, STATE_CRITICAL,
		"the RSA certificate expires in 3 days"},
	{"pinned", pinned_type_expires, FINDING_DANE_EE_EXPIRY, STATE_OK, "the RSA certificate"},
	{"name", type_of_another_name, FINDING_KEY_TYPE_MISMATCH, STATE_CRITICAL,
		"fails verification: not verified"},
	{"fingerprint", type_without_fingerprint, FINDING_KEY_TYPE_MISMATCH, STATE_CRITICAL,
		"the ECDSA certificate, which other clients are shown, has none of the fingerprints"},
	{"may", type_at_may, FINDING_KEY_TYPE_MISMATCH, SAMPLE_ABSENT, NULL},
	{"empty", type_without_certificate, FINDING_KEY_TYPE_MISMATCH, SAMPLE_ABSENT, NULL},
	{"broken", handshake_broke_behind_a_good_certificate, FINDING_KEY_TYPE_MISMATCH, SAMPLE_ABSENT,
		NULL},
};

START_TEST(further_connections_are_judged) {
	sample_check(&rows[_i]);
}
END_TEST

START_TEST(waiting_is_no_response_time) {
	struct arena *arena = unit_arena();
	struct sample *s = sample_new(arena);
	reconnected(s);
	ck_assert(range_parse(&s->limits.warning, "-w", "0.2", NULL));
	struct verdict verdict = judge(arena, &s->report, &s->limits, SAMPLE_NOW);
	ck_assert_int_eq(verdict.state, STATE_OK);
	ck_assert(verdict.metrics[0].value < 0.2 && verdict.metrics[0].value > 0.1);
	s->nodes[0].reconnects.waited = USEC_PER_SEC;
	verdict = judge(arena, &s->report, &s->limits, SAMPLE_NOW);
	ck_assert(verdict.metrics[0].value < 0.000001);
	arena_free(arena);
}
END_TEST

UNIT_MAIN("verdict_sessions", tcase_add_loop_test(tc, further_connections_are_judged, 0,
								  (int)(sizeof rows / sizeof *rows));
		  tcase_add_test(tc, waiting_is_no_response_time);)
