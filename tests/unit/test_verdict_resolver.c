/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Findings about what the resolver is worth. */
#include "sample_report.h"

#define OK STATE_OK
#define UNKN STATE_UNKNOWN

static void not_validating(struct sample *s) {
	s->report.validation_check = &s->validation_check;
	s->validation_check.secure = false;
}

static void not_validating_at_secure(struct sample *s) {
	not_validating(s);
	sample_set_level(s, TLS_LEVEL_SECURE);
}

static void validation_check_secure(struct sample *s) {
	s->report.validation_check = &s->validation_check;
}

static void remote(struct sample *s) {
	s->spec.resolver_remote = true;
	s->spec.resolver_servers = "192.0.2.53:53";
}

static void remote_unknown(struct sample *s) {
	s->spec.resolver_remote = true;
}

static void remote_at_may(struct sample *s) {
	remote(s);
	sample_set_level(s, TLS_LEVEL_MAY);
}

static void remote_without_lookups(struct sample *s) {
	remote(s);
	s->report.route_question = NULL;
	s->report.mx_used = false;
	s->report.n_hosts = s->report.n_nodes = 0;
}

static const struct sample_row rows[] = {
	{"a resolver that does not validate", not_validating, FINDING_RESOLVER_NOT_VALIDATING, UNKN,
		"--nameserver, or -l verify"},
	{"a resolver that does not validate matters to DANE only", not_validating_at_secure,
		FINDING_RESOLVER_NOT_VALIDATING, SAMPLE_ABSENT, NULL},
	{"a resolver that validates", validation_check_secure, FINDING_RESOLVER_NOT_VALIDATING,
		SAMPLE_ABSENT, NULL},
	{"a remote resolver", remote, FINDING_RESOLVER_REMOTE, OK, "192.0.2.53:53"},
	{"a remote resolver without a name", remote_unknown, FINDING_RESOLVER_REMOTE, OK,
		"resolver is"},
	{"a remote resolver at may", remote_at_may, FINDING_RESOLVER_REMOTE, SAMPLE_ABSENT, NULL},
	{"a remote resolver nobody asked", remote_without_lookups, FINDING_RESOLVER_REMOTE,
		SAMPLE_ABSENT, NULL},
};

START_TEST(what_a_resolver_is_worth_is_judged) {
	sample_check(&rows[_i]);
}
END_TEST

UNIT_MAIN("verdict_resolver", tcase_add_loop_test(tc, what_a_resolver_is_worth_is_judged, 0,
								  (int)(sizeof rows / sizeof *rows));)
