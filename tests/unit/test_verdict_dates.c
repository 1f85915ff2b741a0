/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Dates where senders do not look at them: under DANE-EE, and where nothing is verified. */
#include "sample_report.h"

#define OK STATE_OK
#define WARN STATE_WARNING
#define CRIT STATE_CRITICAL

static void ends_in(struct tls_cert *cert, int64_t days) {
	cert->not_after = SAMPLE_NOW + days * SAMPLE_DAY;
	cert->not_before = cert->not_after - 90 * SAMPLE_DAY;
}

static void expired_ee(struct sample *s) {
	ends_in(&s->chain[0], -1);
}

static void ending_ee(struct sample *s) {
	ends_in(&s->chain[0], 8);
}

static void ending_ee_given(struct sample *s) {
	ending_ee(s);
	s->limits.certificate_given = true;
}

static void expired_ee_given(struct sample *s) {
	expired_ee(s);
	s->limits.certificate_given = true;
}

static void expired_ee_given_and_lowered(struct sample *s) {
	expired_ee_given(s);
	limits_set_state(&s->limits, FINDING_DANE_EE_EXPIRY, STATE_OK);
}

static void expired_at_may(struct sample *s) {
	sample_set_level(s, TLS_LEVEL_MAY);
	ends_in(&s->chain[0], -1);
}

static void ending_at_may(struct sample *s) {
	sample_set_level(s, TLS_LEVEL_MAY);
	ends_in(&s->chain[0], 2);
}

static void expired_at_may_given(struct sample *s) {
	expired_at_may(s);
	s->limits.certificate_given = true;
}

static void ending_at_may_given(struct sample *s) {
	ending_at_may(s);
	s->limits.certificate_given = true;
}

static void early_at_may_given(struct sample *s) {
	ending_at_may_given(s);
	s->chain[0].not_before = SAMPLE_NOW + SAMPLE_DAY;
}

static void ending_at_secure(struct sample *s) {
	sample_set_level(s, TLS_LEVEL_SECURE);
	ends_in(&s->chain[0], 2);
}

static const struct sample_row rows[] = {
	{"expired at may", expired_at_may, FINDING_CERT_EXPIRED, WARN, NULL},
	{"ending at may: no worse than the end", ending_at_may, FINDING_CERT_EXPIRY, WARN, NULL},
	{"expired at may, thresholds given", expired_at_may_given, FINDING_CERT_EXPIRED, CRIT, NULL},
	{"ending at may, thresholds given", ending_at_may_given, FINDING_CERT_EXPIRY, CRIT, NULL},
	{"early at may, thresholds given", early_at_may_given, FINDING_CERT_NOT_YET_VALID, WARN, NULL},
	{"ending at secure", ending_at_secure, FINDING_CERT_EXPIRY, CRIT, NULL},
	{"expired under DANE-EE: a line", expired_ee, FINDING_DANE_EE_EXPIRY, OK, "expired 24 hours"},
	{"ending under DANE-EE", ending_ee, FINDING_DANE_EE_EXPIRY, OK,
		"expires in 8 days (2027-01-23), which"},
	{"ending under DANE-EE, thresholds given", ending_ee_given, FINDING_DANE_EE_EXPIRY, WARN,
		"expires in 8 days"},
	{"expired under DANE-EE, thresholds given", expired_ee_given, FINDING_DANE_EE_EXPIRY, CRIT,
		"DANE-EE does not look at"},
	{"and a state", expired_ee_given_and_lowered, FINDING_DANE_EE_EXPIRY, OK, "expired"},
};

START_TEST(dates_count_as_the_user_has_it) {
	sample_check(&rows[_i]);
}
END_TEST

UNIT_MAIN("verdict_dates", tcase_add_loop_test(tc, dates_count_as_the_user_has_it, 0,
							   (int)(sizeof rows / sizeof *rows));)
