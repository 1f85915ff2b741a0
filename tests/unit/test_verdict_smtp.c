/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Findings about the connection, the conversation, and runs that end early. */
#include <errno.h>

#include "sample_report.h"

#define OK STATE_OK
#define WARN STATE_WARNING
#define CRIT STATE_CRITICAL
#define UNKN STATE_UNKNOWN

static void nothing(struct sample *s) {
	(void)s;
}

static void refused(struct sample *s) {
	sample_fail(s, PROBE_CONNECTING, ERR_NET, "Connection refused");
}

static void ignored(struct sample *s) {
	sample_fail(s, PROBE_CONNECTING, ERR_TIMEOUT, "timed out");
}

static void no_descriptors(struct sample *s) {
	sample_fail(s, PROBE_CONNECTING, ERR_LOCAL, "Too many open files");
	s->nodes[0].result.local_fault = true;
	s->nodes[0].result.net_errno = EMFILE;
}

static void no_route(struct sample *s) {
	sample_fail(s, PROBE_CONNECTING, ERR_LOCAL, "Network is unreachable");
	s->nodes[0].family = 6;
	s->nodes[0].result.local_fault = true;
	s->nodes[0].result.net_errno = ENETUNREACH;
}

static void no_route_but_ipv4(struct sample *s) {
	sample_add_second(s);
	no_route(s);
}

static void no_route_at_all(struct sample *s) {
	no_route_but_ipv4(s);
	s->nodes[1].result.local_fault = true;
}

/* The other one may be well: this machine failed to look at it. */
static void refused_beside(struct sample *s, void (*fails)(struct sample *)) {
	sample_add_second(s);
	fails(s);
	s->nodes[1].family = s->nodes[0].family;
	s->nodes[1].result = s->nodes[0].result;
	s->nodes[0].family = 4;
	s->nodes[0].result.local_fault = false;
	s->nodes[0].result.net_errno = 0;
	refused(s);
}

static void refused_beside_no_descriptors(struct sample *s) {
	refused_beside(s, no_descriptors);
}

static void refused_beside_no_descriptors_of_all(struct sample *s) {
	refused_beside(s, no_descriptors);
	s->spec.scope = SURVEY_ALL;
}

static void refused_beside_no_route(struct sample *s) {
	refused_beside(s, no_route);
	s->spec.scope = SURVEY_ALL;
}

static void refused_beside_a_failed_lookup(struct sample *s) {
	refused(s);
	s->a[0].err.kind = ERR_LOCAL;
}

static void silent(struct sample *s, enum probe_stage stage) {
	sample_fail(s, stage, ERR_TIMEOUT, "timed out");
}

static void silent_greeting(struct sample *s) {
	silent(s, PROBE_GREETING);
}

static void silent_greeting_unknown(struct sample *s) {
	silent(s, PROBE_GREETING);
	s->limits.timeout_result = STATE_UNKNOWN;
}

static void silent_greeting_beside_good(struct sample *s) {
	sample_add_second(s);
	silent(s, PROBE_GREETING);
}

static void silent_handshake(struct sample *s) {
	silent(s, PROBE_HANDSHAKE);
}

static void closed(struct sample *s) {
	sample_fail(s, PROBE_GREETING, ERR_NET, "the connection was closed");
}

static void closed_in_handshake(struct sample *s) {
	sample_fail(s, PROBE_HANDSHAKE, ERR_NET, "the connection was closed");
}

static void closed_inside_tls(struct sample *s) {
	sample_fail(s, PROBE_TLS_EHLO, ERR_NET, "the connection was closed");
}

static void handshake_alert(struct sample *s) {
	sample_fail(s, PROBE_HANDSHAKE, ERR_TLS, "handshake");
	s->tls[0].handshake_problem = "handshake failure <40>";
	s->tls[0].alert = 40;
}

static void certificate_required(struct sample *s) {
	sample_fail(s, PROBE_TLS_EHLO, ERR_TLS, "the server sent alert \"certificate required\"");
	s->tls[0].alert = 116;
}

static void wanted_and_bad(struct sample *s) {
	sample_fail(s, PROBE_HANDSHAKE, ERR_TLS, "handshake");
	s->tls[0].handshake_problem = "bad <certificate>";
	s->tls[0].alert = 42;
	s->tls[0].certificate_wanted = true;
}

static void wanted_and_not_understood(struct sample *s) {
	wanted_and_bad(s);
	s->tls[0].handshake_problem = "the server sent alert \"decode error\"";
	s->tls[0].alert = 50;
}

static void wanted_and_not_decrypted(struct sample *s) {
	wanted_and_bad(s);
	s->tls[0].alert = 51;
}

static void not_understood(struct sample *s) {
	wanted_and_not_understood(s);
	s->tls[0].certificate_wanted = false;
}

static void wanted_and_closed(struct sample *s) {
	sample_fail(s, PROBE_TLS_EHLO, ERR_NET, "the connection was closed");
	s->tls[0].certificate_wanted = true;
}

static void shown_and_closed(struct sample *s) {
	wanted_and_closed(s);
	s->tls[0].certificate_shown = true;
}

static void handshake_never_began(struct sample *s) {
	sample_fail(s, PROBE_HANDSHAKE, ERR_TLS, "bad ciphers");
	s->nodes[0].result.tls = NULL;
}

static void deferred_greeting(struct sample *s) {
	sample_refuse(s, SMTP_STAGE_GREETING, 450, "450 4.3.2 <later>|x=1");
}

static void refused_greeting(struct sample *s) {
	sample_refuse(s, SMTP_STAGE_GREETING, 554, "554 go away");
}

static void odd_greeting(struct sample *s) {
	sample_refuse(s, SMTP_STAGE_GREETING, 354, "354 what");
}

static void deferred_ehlo(struct sample *s) {
	sample_refuse(s, SMTP_STAGE_EHLO, 450, "450 later");
}

static void refused_ehlo(struct sample *s) {
	sample_refuse(s, SMTP_STAGE_EHLO, 550, "550 no");
}

static void refused_starttls(struct sample *s) {
	sample_refuse(s, SMTP_STAGE_STARTTLS, 454, "454 4.7.0 not now");
}

static void refused_starttls_at_may(struct sample *s) {
	sample_set_level(s, TLS_LEVEL_MAY);
	refused_starttls(s);
}

static void busy_at_starttls(struct sample *s) {
	sample_refuse(s, SMTP_STAGE_STARTTLS, 421, "421 busy");
}

static void refused_inside_tls(struct sample *s) {
	sample_refuse(s, SMTP_STAGE_TLS_EHLO, 550, "550 no");
}

static void refused_wrapper_greeting(struct sample *s) {
	sample_refuse(s, SMTP_STAGE_TLS_GREETING, 554, "554 no");
}

static void garbage(struct sample *s) {
	sample_fail(s, PROBE_GREETING, ERR_PROTO, "a reply that has no code");
	s->nodes[0].result.refusal = span_of("SSH-2.0 [CRITICAL]");
}

static void endless(struct sample *s) {
	sample_fail(s, PROBE_EHLO, ERR_PROTO, "a reply that has too many lines");
}

static void no_starttls(struct sample *s) {
	s->nodes[0].result.tls = NULL;
	s->nodes[0].result.smtp.starttls_offered = false;
}

static void no_starttls_without_tlsa(struct sample *s) {
	no_starttls(s);
	s->nodes[0].policy = (struct tls_policy){
		.level = TLS_LEVEL_MAY, .report_as = TLS_LEVEL_SECURE, .reason = POLICY_NO_TLSA};
}

static void no_starttls_at_may(struct sample *s) {
	sample_set_level(s, TLS_LEVEL_MAY);
	no_starttls(s);
}

static void no_starttls_behind_insecure_mx(struct sample *s) {
	no_starttls(s);
	s->nodes[0].policy = (struct tls_policy){.reason = POLICY_MX_INSECURE_MAY};
}

static void no_starttls_at_none(struct sample *s) {
	sample_set_level(s, TLS_LEVEL_NONE);
	no_starttls(s);
}

static void no_starttls_at_encrypt(struct sample *s) {
	sample_set_level(s, TLS_LEVEL_ENCRYPT);
	no_starttls(s);
}

static void injected(struct sample *s) {
	s->nodes[0].result.smtp.injected_octets = 12;
	s->nodes[0].result.smtp.injected = span_of("250 evil\r\n");
}

static void starttls_again(struct sample *s) {
	s->nodes[0].result.smtp.starttls_offered_in_tls = true;
}

static void requiretls_in_clear(struct sample *s) {
	s->nodes[0].result.smtp.requiretls_in_clear = true;
}

static void expected(struct sample *s) {
	s->limits.expect = "ESMTP";
}

static void unexpected(struct sample *s) {
	s->limits.expect = "Postfix";
}

static void unexpected_without_greeting(struct sample *s) {
	unexpected(s);
	refused(s);
	s->nodes[0].result.smtp.greeting.n_lines = 0;
}

static void ended(struct sample *s, enum report_end end, enum report_phase phase) {
	s->report.end = end;
	s->report.phase = phase;
	s->nodes[0].result.stage = PROBE_GREETING;
	s->nodes[0].result.tls = NULL;
}

static void deadline_at_peer(struct sample *s) {
	ended(s, REPORT_DEADLINE, REPORT_PHASE_PROBES);
}

static void deadline_at_peer_of_half_a_second(struct sample *s) {
	deadline_at_peer(s);
	s->spec.timeout = 500 * USEC_PER_MSEC;
	s->limits.timeout_result = STATE_OK;
}

static void deadline_before_connecting(struct sample *s) {
	deadline_at_peer(s);
	s->nodes[0].result.stage = PROBE_NOT_STARTED;
}

static void deadline_in_mx(struct sample *s) {
	ended(s, REPORT_DEADLINE, REPORT_PHASE_MX);
	s->report.n_nodes = s->report.n_hosts = 0;
}

static void deadline_after_the_probes(struct sample *s) {
	ended(s, REPORT_DEADLINE, REPORT_PHASE_PROBES);
	s->nodes[0].result.stage = PROBE_FINISHED;
}

static void interrupted(struct sample *s) {
	ended(s, REPORT_INTERRUPTED, REPORT_PHASE_PROBES);
}

static void broken(struct sample *s) {
	deadline_in_mx(s);
	s->report.end = REPORT_BROKEN;
	s->report.err.kind = ERR_LOCAL;
	(void)snprintf(s->report.err.text, sizeof s->report.err.text, "--cafile: bad | file");
}

static const struct sample_row rows[] = {
	{"a good run", nothing, FINDING_CONNECT_FAILED, SAMPLE_ABSENT, NULL},
	{"refused", refused, FINDING_CONNECT_FAILED, CRIT, "Connection refused"},
	{"ignored", ignored, FINDING_CONNECT_FAILED, CRIT, "no answer"},
	{"no descriptors", no_descriptors, FINDING_LOCAL_ERROR, UNKN, "Too many open files"},
	{"no route for the only family", no_route, FINDING_LOCAL_ERROR, UNKN, "unreachable"},
	{"no route for one family", no_route_but_ipv4, FINDING_FAMILY_UNREACHABLE, OK, "IPv6"},
	{"no route at all", no_route_at_all, FINDING_LOCAL_ERROR, UNKN, NULL},
	{"refused, another not seen here", refused_beside_no_descriptors, FINDING_CONNECT_FAILED, UNKN,
		"refused"},
	{"refused, one of all not seen here", refused_beside_no_descriptors_of_all,
		FINDING_CONNECT_FAILED, WARN, "refused"},
	{"refused, no way to the other", refused_beside_no_route, FINDING_CONNECT_FAILED, CRIT, NULL},
	{"refused, a lookup failed here", refused_beside_a_failed_lookup, FINDING_CONNECT_FAILED, UNKN,
		NULL},
	{"silence instead of a greeting", silent_greeting, FINDING_TIMEOUT, CRIT,
		"waiting for the greeting"},
	{"silence as the user has it", silent_greeting_unknown, FINDING_TIMEOUT, UNKN, NULL},
	{"silence, another is good", silent_greeting_beside_good, FINDING_TIMEOUT, WARN, NULL},
	{"silence in the handshake", silent_handshake, FINDING_TIMEOUT, CRIT, "TLS"},
	{"closed early", closed, FINDING_SMTP_PROTOCOL_ERROR, CRIT, "closed"},
	{"closed in the handshake", closed_in_handshake, FINDING_HANDSHAKE_FAILED, CRIT, "closed"},
	{"closed inside TLS", closed_inside_tls, FINDING_SMTP_PROTOCOL_ERROR, CRIT, "inside TLS"},
	{"alert", handshake_alert, FINDING_HANDSHAKE_FAILED, CRIT, "handshake failure {40}"},
	{"a client certificate is required", certificate_required, FINDING_CLIENT_CERTIFICATE_REQUIRED,
		CRIT, "alert \"certificate required\""},
	{"bad without a client certificate", wanted_and_bad, FINDING_CLIENT_CERTIFICATE_REQUIRED, CRIT,
		"bad {certificate}"},
	{"GnuTLS without a client certificate", wanted_and_not_understood,
		FINDING_CLIENT_CERTIFICATE_REQUIRED, CRIT, "decode error"},
	{"an alert about something else", wanted_and_not_decrypted, FINDING_HANDSHAKE_FAILED, CRIT,
		NULL},
	{"the same alert, no certificate wanted", not_understood, FINDING_HANDSHAKE_FAILED, CRIT, NULL},
	{"closed without a client certificate", wanted_and_closed, FINDING_CLIENT_CERTIFICATE_REQUIRED,
		CRIT, "closed"},
	{"closed with a client certificate", shown_and_closed, FINDING_SMTP_PROTOCOL_ERROR, CRIT,
		"inside TLS"},
	{"no session", handshake_never_began, FINDING_HANDSHAKE_FAILED, CRIT, "bad ciphers"},
	{"deferred greeting", deferred_greeting, FINDING_SMTP_DEFERRED, WARN,
		"\"450 4.3.2 {later}!x=1\""},
	{"refused greeting", refused_greeting, FINDING_GREETING_REFUSED, CRIT, "monitor's address"},
	{"odd greeting", odd_greeting, FINDING_GREETING_REFUSED, CRIT, "354"},
	{"deferred EHLO", deferred_ehlo, FINDING_SMTP_DEFERRED, WARN, "EHLO"},
	{"refused EHLO", refused_ehlo, FINDING_EHLO_REFUSED, CRIT, "550 no"},
	{"refused STARTTLS", refused_starttls, FINDING_STARTTLS_REFUSED, CRIT, "454 4.7.0 not now"},
	{"refused STARTTLS at may", refused_starttls_at_may, FINDING_STARTTLS_REFUSED, WARN, "clear"},
	{"421 at STARTTLS", busy_at_starttls, FINDING_SMTP_DEFERRED, WARN, "421 busy"},
	{"EHLO refused inside TLS", refused_inside_tls, FINDING_EHLO_REFUSED, CRIT,
		"EHLO inside TLS is"},
	{"greeting refused inside TLS", refused_wrapper_greeting, FINDING_GREETING_REFUSED, CRIT, NULL},
	{"not SMTP", garbage, FINDING_SMTP_PROTOCOL_ERROR, CRIT, "\"SSH-2.0 {CRITICAL}\""},
	{"endless reply", endless, FINDING_SMTP_PROTOCOL_ERROR, CRIT, "too many lines"},
	{"no STARTTLS", no_starttls, FINDING_NO_STARTTLS, CRIT, "defer mail"},
	{"no STARTTLS, no TLSA", no_starttls_without_tlsa, FINDING_NO_STARTTLS, CRIT, "clear"},
	{"no STARTTLS at may", no_starttls_at_may, FINDING_NO_STARTTLS, WARN, "clear"},
	{"no STARTTLS, -M may", no_starttls_behind_insecure_mx, FINDING_NO_STARTTLS, WARN, NULL},
	{"no STARTTLS at none", no_starttls_at_none, FINDING_NO_STARTTLS, OK, NULL},
	{"no STARTTLS at encrypt", no_starttls_at_encrypt, FINDING_NO_STARTTLS, CRIT, "defer"},
	{"bytes behind the 220", injected, FINDING_STARTTLS_INJECTION, WARN, "12 bytes"},
	{"STARTTLS inside TLS", starttls_again, FINDING_EHLO_DRIFT, WARN, "again"},
	{"REQUIRETLS in clear", requiretls_in_clear, FINDING_EHLO_DRIFT, WARN, "RFC 8689"},
	{"the expected greeting", expected, FINDING_EXPECT_MISMATCH, SAMPLE_ABSENT, NULL},
	{"another greeting", unexpected, FINDING_EXPECT_MISMATCH, WARN, "\"Postfix\""},
	{"no greeting at all", unexpected_without_greeting, FINDING_EXPECT_MISMATCH, SAMPLE_ABSENT,
		NULL},
	{"deadline while a peer is silent", deadline_at_peer, FINDING_TIMEOUT, CRIT,
		"the deadline of 30 s passed while waiting for the greeting"},
	{"deadline as the user has it", deadline_at_peer_of_half_a_second, FINDING_TIMEOUT, OK,
		"500 ms"},
	{"deadline before anything began", deadline_before_connecting, FINDING_TIMEOUT, UNKN, NULL},
	{"deadline in the MX lookup", deadline_in_mx, FINDING_TIMEOUT, UNKN,
		"waiting for the MX answer about example.org"},
	{"deadline while an answer is missing", deadline_after_the_probes, FINDING_TIMEOUT, UNKN,
		"DNS answers"},
	{"a signal", interrupted, FINDING_TIMEOUT, UNKN, "interrupted by a signal"},
	{"a broken machine", broken, FINDING_LOCAL_ERROR, UNKN, "--cafile: bad ! file"},
};

START_TEST(the_conversation_is_judged_as_the_catalogue_has_it) {
	sample_check(&rows[_i]);
}
END_TEST

UNIT_MAIN(
	"verdict_smtp", tcase_add_loop_test(tc, the_conversation_is_judged_as_the_catalogue_has_it, 0,
						(int)(sizeof rows / sizeof *rows));)
