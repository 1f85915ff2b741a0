/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Performance data: which metrics, which values, which thresholds. */
#include "sample_report.h"

static const struct metric *find(const struct verdict *verdict, const char *label) {
	for (size_t i = 0; i < verdict->n_metrics; i++) {
		if (strcmp(verdict->metrics[i].label, label) == 0) {
			return &verdict->metrics[i];
		}
	}
	return NULL;
}

static void nothing(struct sample *s) {
	(void)s;
}

static void slow_second(struct sample *s) {
	sample_add_second(s);
	s->nodes[1].result.times.connect = 1500000;
	s->nodes[0].result.times.tls = -1;
	s->tls[1].cipher_bits = 128;
}

static void time_limits(struct sample *s) {
	ck_assert(range_parse(&s->limits.warning, "-w", "2", NULL));
	ck_assert(range_parse(&s->limits.critical, "-c", "5:10", NULL));
	s->spec.timeout = 1500 * USEC_PER_MSEC;
}

static void deadline_passed(struct sample *s) {
	s->spec.timeout = 200 * USEC_PER_MSEC;
}

static void time_limits_that_do_not_matter(struct sample *s) {
	time_limits(s);
	limits_set_state(&s->limits, FINDING_RESPONSE_TIME, STATE_OK);
	s->spec.timeout = 0;
}

static void time_limits_lowered(struct sample *s) {
	time_limits(s);
	limits_set_state(&s->limits, FINDING_RESPONSE_TIME, STATE_WARNING);
}

static void no_lookups(struct sample *s) {
	s->report.dns_elapsed = -1;
}

static void dates_count(struct sample *s) {
	sample_set_level(s, TLS_LEVEL_SECURE);
}

static void dates_raised(struct sample *s) {
	limits_set_state(&s->limits, FINDING_DANE_EE_EXPIRY, STATE_WARNING);
}

static void dates_critical(struct sample *s) {
	dates_count(s);
	limits_set_state(&s->limits, FINDING_CERT_EXPIRY, STATE_CRITICAL);
}

static void dates_at_fingerprint(struct sample *s) {
	sample_set_level(s, TLS_LEVEL_FINGERPRINT);
}

static void dates_given(struct sample *s) {
	s->limits.certificate_given = true;
}

static void dates_given_and_lowered(struct sample *s) {
	dates_given(s);
	limits_set_state(&s->limits, FINDING_DANE_EE_EXPIRY, STATE_OK);
}

static void dates_given_at_may(struct sample *s) {
	dates_given(s);
	sample_set_level(s, TLS_LEVEL_MAY);
}

static void dates_lowered(struct sample *s) {
	dates_count(s);
	limits_set_state(&s->limits, FINDING_CERT_EXPIRY, STATE_OK);
}

/* Two certificates: what expires first decides, with its own lifetime. */
static void two_certificates(struct sample *s) {
	sample_add_second(s);
	s->tls[1].chain = &s->chain[2];
	s->tls[1].n_chain = 1;
	s->tls[1].proof.n_path = 0;
	s->chain[2].not_after = SAMPLE_NOW - 5;
	s->chain[2].not_before = SAMPLE_NOW - 105;
}

static void short_intermediate(struct sample *s) {
	s->chain[1].not_after = SAMPLE_NOW + 7;
	s->tls[0].proof.n_path = 0;
}

static void unreachable(struct sample *s) {
	sample_fail(s, PROBE_CONNECTING, ERR_NET, "Connection refused");
	s->nodes[0].result.times = (struct probe_times){-1, -1, -1, -1, -1};
}

static void mismatch(struct sample *s) {
	sample_add_error(s, TLS_VERIFY_HOSTNAME, 0, "hostname mismatch");
	sample_add_error(s, TLS_VERIFY_DANE_NO_MATCH, 0, "no matching DANE TLSA records");
}

static void mismatch_allowed(struct sample *s) {
	limits_set_state(&s->limits, FINDING_TLSA_MISMATCH, STATE_OK);
}

static void mismatch_lowered(struct sample *s) {
	limits_set_state(&s->limits, FINDING_TLSA_MISMATCH, STATE_WARNING);
}

static void bare_key(struct sample *s) {
	s->nodes[0].policy.tlsa = &s->records[1];
	s->nodes[0].policy.n_tlsa = 1;
}

static void library_refuses_all(struct sample *s) {
	s->tls[0].proof.n_usable = 0;
}

static void unusual_records(struct sample *s) {
	s->records[0] = (struct tlsa){.usage = 2, .data = span_of("intermediate"), .ttl = 60};
	s->records[1] = (struct tlsa){
		.usage = 3, .selector = 7, .data = span_of("leaf"), .ttl = 30, .unusable = "selector"};
}

static void full_key(struct sample *s) {
	s->records[0] = (struct tlsa){.usage = 3, .selector = 1, .data = span_of("leaf")};
	s->records[1] = (struct tlsa){.usage = 2, .selector = 1, .data = span_of("leaf")};
}

static void no_tlsa(struct sample *s) {
	s->hosts[0].tlsa_state = TLSA_STATE_ABSENT;
	s->hosts[0].n_tlsa = 0;
	s->nodes[0].policy.level = TLS_LEVEL_MAY;
}

static void at_may(struct sample *s) {
	sample_set_level(s, TLS_LEVEL_MAY);
}

static void signatures_do_not_matter(struct sample *s) {
	limits_set_state(&s->limits, FINDING_RRSIG_EXPIRY, STATE_OK);
}

static void signatures_raised(struct sample *s) {
	limits_set_state(&s->limits, FINDING_RRSIG_EXPIRY, STATE_CRITICAL);
}

static void reconnected(struct sample *s) {
	sample_add_second(s);
	s->spec.reconnect.delay = USEC_PER_SEC;
	s->nodes[0].reconnects = (struct reconnects){.end = RECONNECT_FOUND,
		.n = 1,
		.resumed = 1,
		.tickets = 4,
		.time = 12000,
		.waited = 100000};
	s->nodes[1].reconnects = (struct reconnects){
		.end = RECONNECT_MAXIMUM, .n = 5, .tickets = 12, .time = 14000, .waited = 200000};
}

static void reconnects_not_reached(struct sample *s) {
	unreachable(s);
	s->spec.reconnect.delay = USEC_PER_SEC;
	s->nodes[0].reconnects = (struct reconnects){.end = RECONNECT_NOT_REACHED, .time = 0};
}

static void every_node(struct sample *s) {
	sample_add_second(s);
	s->spec.scope = SURVEY_ALL;
}

static void one_node_hidden(struct sample *s) {
	every_node(s);
	unreachable(s);
}

static void one_node_down_ok(struct sample *s) {
	static const char *const names[] = {"mx1.example.org"};
	one_node_hidden(s);
	s->limits.down_ok = names;
	s->limits.n_down_ok = 1;
}

/* A certificate of another type that expires sooner. */
static void two_types(struct sample *s) {
	static struct tls_facts other;
	other = s->tls[0];
	other.chain = &s->chain[2];
	other.n_chain = 1;
	other.proof.n_path = 0;
	s->chain[2].not_after = SAMPLE_NOW + 5;
	s->chain[2].not_before = SAMPLE_NOW - 95;
	s->spec.key_types = true;
	s->nodes[0].key_types[TLS_KEY_RSA] =
		(struct key_type){.outcome = KEY_TYPE_SHOWN, .tls = &other};
}

#define ABSENT INT64_MIN

static const struct {
	void (*change)(struct sample *s);
	const char *label;
	int64_t value; /* microseconds where the unit is seconds with decimals */
	const char *warning;
	const char *critical;
	double max;
} rows[] = {
	{nothing, "time", 213417, NULL, NULL, 30},
	{time_limits, "time", 213417, "2", "5:10", 1.5},
	{time_limits_lowered, "time", 213417, "2", NULL, 1.5},
	{time_limits_that_do_not_matter, "time", 213417, NULL, NULL, 0},
	{deadline_passed, "time", 200000, NULL, NULL, 0.2},
	{nothing, "time_dns", 4112, NULL, NULL, 0},
	{no_lookups, "time_dns", ABSENT, NULL, NULL, 0},
	{slow_second, "time_connect", 1500000, NULL, NULL, 0},
	{slow_second, "time_tls", 64210, NULL, NULL, 0},
	{unreachable, "time_tls", ABSENT, NULL, NULL, 0},
	{slow_second, "tls_bits", 128, NULL, NULL, 0},
	{nothing, "cert_expires", 61 * SAMPLE_DAY, NULL, NULL, 0},
	{dates_count, "cert_expires", 61 * SAMPLE_DAY, "1209600:", "604800:", 0},
	{dates_raised, "cert_expires", 61 * SAMPLE_DAY, "1209600:", NULL, 0},
	{dates_critical, "cert_expires", 61 * SAMPLE_DAY, NULL, "1209600:", 0},
	{at_may, "cert_expires", 61 * SAMPLE_DAY, "1209600:", NULL, 0},
	{dates_given_at_may, "cert_expires", 61 * SAMPLE_DAY, "1209600:", "604800:", 0},
	{dates_at_fingerprint, "cert_expires", 61 * SAMPLE_DAY, "1209600:", NULL, 0},
	{dates_given, "cert_expires", 61 * SAMPLE_DAY, "1209600:", "604800:", 0},
	{dates_given_and_lowered, "cert_expires", 61 * SAMPLE_DAY, NULL, NULL, 0},
	{dates_lowered, "cert_expires", 61 * SAMPLE_DAY, NULL, NULL, 0},
	{two_certificates, "cert_expires", -5, NULL, NULL, 0},
	{two_certificates, "cert_lifetime", 100, NULL, NULL, 0},
	{two_certificates, "chain_expires", -5, NULL, NULL, 0},
	{short_intermediate, "chain_expires", 7, NULL, NULL, 0},
	{nothing, "chain_expires", 61 * SAMPLE_DAY, NULL, NULL, 0},
	{unreachable, "cert_expires", ABSENT, NULL, NULL, 0},
	{nothing, "rrsig_expires", 10 * SAMPLE_DAY, "172800:", "43200:", 0},
	{signatures_do_not_matter, "rrsig_expires", 10 * SAMPLE_DAY, NULL, NULL, 0},
	{signatures_raised, "rrsig_expires", 10 * SAMPLE_DAY, NULL, "172800:", 0},
	{at_may, "rrsig_expires", ABSENT, NULL, NULL, 0},
	{nothing, "tlsa_records", 2, NULL, NULL, 0},
	{nothing, "tlsa_usable", 2, NULL, NULL, 0},
	{nothing, "tlsa_matched", 1, NULL, "1:", 0},
	{nothing, "tlsa_ttl", 3600, NULL, NULL, 0},
	{mismatch, "tlsa_matched", 0, NULL, "1:", 0},
	{mismatch_allowed, "tlsa_matched", 1, NULL, NULL, 0},
	{mismatch_lowered, "tlsa_matched", 1, "1:", NULL, 0},
	{bare_key, "tlsa_matched", 1, NULL, "1:", 0},
	{library_refuses_all, "tlsa_matched", ABSENT, NULL, NULL, 0},
	{library_refuses_all, "tlsa_usable", 0, NULL, NULL, 0},
	{unusual_records, "tlsa_matched", 1, NULL, "1:", 0},
	{unusual_records, "tlsa_usable", 1, NULL, NULL, 0},
	{unusual_records, "tlsa_ttl", 30, NULL, NULL, 0},
	{full_key, "tlsa_matched", 1, NULL, "1:", 0},
	{no_tlsa, "tlsa_records", 0, NULL, NULL, 0},
	{no_tlsa, "tlsa_matched", ABSENT, NULL, NULL, 0},
	{no_tlsa, "tlsa_ttl", ABSENT, NULL, NULL, 0},
	{at_may, "tlsa_records", ABSENT, NULL, NULL, 0},
	{nothing, "mx_hosts", 2, NULL, NULL, 0},
	{nothing, "nodes", 1, NULL, NULL, 0},
	{nothing, "nodes_ok", 1, NULL, NULL, 0},
	{unreachable, "nodes_ok", 0, NULL, NULL, 0},
	{slow_second, "nodes", 2, NULL, NULL, 0},
	{nothing, "time_reconnect", ABSENT, NULL, NULL, 0},
	{nothing, "reconnects", ABSENT, NULL, NULL, 0},
	{reconnected, "time", 13417, NULL, NULL, 30},
	{reconnected, "time_reconnect", 14000, NULL, NULL, 0},
	{reconnected, "reconnects", 6, NULL, NULL, 0},
	{reconnected, "tls_reused", 1, NULL, NULL, 0},
	{reconnected, "tls_tickets", 16, NULL, NULL, 0},
	{reconnects_not_reached, "time_reconnect", ABSENT, NULL, NULL, 0},
	{reconnects_not_reached, "tls_reused", ABSENT, NULL, NULL, 0},
	{nothing, "tlsa_stale", ABSENT, NULL, NULL, 0},
	{every_node, "tlsa_stale", 2, NULL, NULL, 0},
	{one_node_hidden, "tlsa_stale", ABSENT, NULL, NULL, 0},
	{every_node, "tlsa_records", 4, NULL, NULL, 0},
	{every_node, "nodes_ok", 2, NULL, NULL, 0},
	{one_node_hidden, "nodes", 2, NULL, NULL, 0},
	{one_node_hidden, "nodes_ok", 1, NULL, NULL, 0},
	{one_node_down_ok, "nodes", 1, NULL, NULL, 0},
	{one_node_down_ok, "nodes_ok", 1, NULL, NULL, 0},
	{one_node_down_ok, "mx_hosts", 2, NULL, NULL, 0},
	{two_types, "cert_expires", 5, NULL, NULL, 0},
	{two_types, "cert_lifetime", 100, NULL, NULL, 0},
};

START_TEST(a_metric_has_its_value_and_its_limits) {
	struct arena *arena = unit_arena();
	struct sample *s = sample_new(arena);
	rows[_i].change(s);
	struct verdict verdict = judge(arena, &s->report, &s->limits, SAMPLE_NOW);
	const struct metric *metric = find(&verdict, rows[_i].label);
	if (rows[_i].value == ABSENT) {
		ck_assert_ptr_null(metric);
	} else {
		ck_assert_msg(metric != NULL, "%s is missing", rows[_i].label);
		double scale = metric->unit == METRIC_SECONDS_FINE ? 1e6 : 1;
		int64_t value = (int64_t)(metric->value * scale + (metric->value < 0 ? -0.5 : 0.5));
		ck_assert_msg(value == rows[_i].value, "%s is %lld", rows[_i].label, (long long)value);
		ck_assert_pstr_eq(metric->warning == NULL ? NULL : metric->warning->text, rows[_i].warning);
		ck_assert_pstr_eq(
			metric->critical == NULL ? NULL : metric->critical->text, rows[_i].critical);
		ck_assert_int_eq(metric->max.set, rows[_i].max > 0);
		ck_assert_double_eq(metric->max.value, rows[_i].max);
	}
	arena_free(arena);
}
END_TEST

START_TEST(labels_are_short_plain_and_in_a_fixed_order) {
	static const char *const order[] = {"time", "time_dns", "time_connect", "time_banner",
		"time_ehlo", "time_starttls", "time_tls", "time_reconnect", "cert_expires", "chain_expires",
		"cert_lifetime", "rrsig_expires", "tls_bits", "tlsa_records", "tlsa_usable", "tlsa_matched",
		"tlsa_stale", "tlsa_ttl", "mx_hosts", "nodes", "nodes_ok", "reconnects", "tls_reused",
		"tls_tickets"};
	struct arena *arena = unit_arena();
	struct sample *s = sample_new(arena);
	reconnected(s);
	every_node(s);
	struct verdict verdict = judge(arena, &s->report, &s->limits, SAMPLE_NOW);
	ck_assert_uint_eq(verdict.n_metrics, sizeof order / sizeof *order);
	for (size_t i = 0; i < verdict.n_metrics; i++) {
		const char *label = verdict.metrics[i].label;
		ck_assert_str_eq(label, order[i]);
		ck_assert_uint_le(strlen(label), 19);
		ck_assert_uint_eq(strspn(label, "abcdefghijklmnopqrstuvwxyz0123456789_"), strlen(label));
	}
	arena_free(arena);
}
END_TEST

UNIT_MAIN("metrics", tcase_add_loop_test(tc, a_metric_has_its_value_and_its_limits, 0,
						 (int)(sizeof rows / sizeof *rows));
		  tcase_add_test(tc, labels_are_short_plain_and_in_a_fixed_order);)
