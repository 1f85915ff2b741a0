/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What it costs that a host is down, by what the other one gives senders. */
#include "sample_report.h"

#define WARN STATE_WARNING
#define CRIT STATE_CRITICAL

static void refused(struct sample *s) {
	sample_fail(s, PROBE_CONNECTING, ERR_NET, "Connection refused");
}

static void refused_beside_good(struct sample *s) {
	sample_add_second(s);
	refused(s);
}

static void refused_beside_unproven(struct sample *s) {
	refused_beside_good(s);
	s->tls[1].proof.status = TLS_STATUS_UNTRUSTED;
}

static void refused_beside_failed(struct sample *s) {
	refused_beside_good(s);
	s->nodes[1].result.err.kind = ERR_TIMEOUT;
}

static void refused_at(struct sample *s, enum tls_level level) {
	refused_beside_good(s);
	sample_set_level(s, level);
	s->nodes[1].policy = s->nodes[0].policy;
}

static void refused_at_may(struct sample *s) {
	refused_at(s, TLS_LEVEL_MAY);
	s->nodes[1].result.tls = NULL;
}

static void refused_at_encrypt(struct sample *s) {
	refused_at(s, TLS_LEVEL_ENCRYPT);
}

static void refused_at_encrypt_without_tls(struct sample *s) {
	refused_at_encrypt(s);
	s->nodes[1].result.tls = NULL;
}

static void refused_at_secure(struct sample *s) {
	refused_at(s, TLS_LEVEL_SECURE);
}

static void refused_at_half_dane(struct sample *s) {
	refused_at(s, TLS_LEVEL_HALF_DANE);
}

/* The other host has no TLSA records: senders with DANE use TLS as it comes. */
static void refused_beside_lenient(struct sample *s) {
	refused_beside_unproven(s);
	s->nodes[1].policy = (struct tls_policy){
		.level = TLS_LEVEL_MAY, .report_as = TLS_LEVEL_SECURE, .reason = POLICY_NO_TLSA};
}

static void refused_beside_plain(struct sample *s) {
	refused_beside_lenient(s);
	s->nodes[1].result.tls = NULL;
}

static void refused_beside_unusable(struct sample *s) {
	refused_beside_unproven(s);
	s->nodes[1].policy = (struct tls_policy){.level = TLS_LEVEL_ENCRYPT,
		.report_as = TLS_LEVEL_ENCRYPT,
		.reason = POLICY_TLSA_UNUSABLE,
		.tls_required = true};
}

static void refused_beside_unusable_plain(struct sample *s) {
	refused_beside_unusable(s);
	s->nodes[1].result.tls = NULL;
}

static void refused_at_dane_only_beside_lenient(struct sample *s) {
	refused_beside_lenient(s);
	s->spec.wish.level = TLS_LEVEL_DANE_ONLY;
	s->nodes[1].policy.tls_required = true;
}

static const struct sample_row rows[] = {
	{"refused, another is good", refused_beside_good, FINDING_CONNECT_FAILED, WARN, NULL},
	{"refused, another is unproven", refused_beside_unproven, FINDING_CONNECT_FAILED, CRIT, NULL},
	{"refused, another failed", refused_beside_failed, FINDING_CONNECT_FAILED, CRIT, NULL},
	{"refused at may, another is there", refused_at_may, FINDING_CONNECT_FAILED, WARN, NULL},
	{"refused at encrypt, another does TLS", refused_at_encrypt, FINDING_CONNECT_FAILED, WARN,
		NULL},
	{"refused at encrypt, another does not", refused_at_encrypt_without_tls, FINDING_CONNECT_FAILED,
		CRIT, NULL},
	{"refused at secure, another is verified", refused_at_secure, FINDING_CONNECT_FAILED, WARN,
		NULL},
	{"half-dane gives what it demands", refused_at_half_dane, FINDING_CONNECT_FAILED, WARN, NULL},
	{"refused, another has no TLSA", refused_beside_lenient, FINDING_CONNECT_FAILED, WARN, NULL},
	{"refused, another has no TLSA and no TLS", refused_beside_plain, FINDING_CONNECT_FAILED, WARN,
		NULL},
	{"refused, another has unusable TLSA", refused_beside_unusable, FINDING_CONNECT_FAILED, WARN,
		NULL},
	{"refused, another has unusable TLSA and no TLS", refused_beside_unusable_plain,
		FINDING_CONNECT_FAILED, CRIT, NULL},
	{"refused at dane-only, another has no TLSA", refused_at_dane_only_beside_lenient,
		FINDING_CONNECT_FAILED, CRIT, NULL},
};

START_TEST(a_dead_host_costs_what_the_other_one_does_not_give) {
	sample_check(&rows[_i]);
}
END_TEST

UNIT_MAIN(
	"verdict_loss", tcase_add_loop_test(tc, a_dead_host_costs_what_the_other_one_does_not_give, 0,
						(int)(sizeof rows / sizeof *rows));)
