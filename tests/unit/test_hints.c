/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What to try next, by port and dialogue. */
#include "sample_report.h"

#define CRIT STATE_CRITICAL

static void silent_greeting(struct sample *s) {
	sample_fail(s, PROBE_GREETING, ERR_TIMEOUT, "timed out");
}

static void silent_at_465(struct sample *s) {
	silent_greeting(s);
	s->hosts[0].port = 465;
}

static void silent_at_587(struct sample *s) {
	silent_greeting(s);
	s->hosts[0].port = 587;
}

static void closed_at_465(struct sample *s) {
	sample_fail(s, PROBE_GREETING, ERR_NET, "the connection was closed");
	s->hosts[0].port = 465;
}

static void other_protocol_at_465(struct sample *s) {
	sample_fail(s, PROBE_GREETING, ERR_PROTO, "no code");
	s->nodes[0].result.refusal = span_of("SSH-2.0-OpenSSH");
	s->hosts[0].port = 465;
}

static void endless_at_587(struct sample *s) {
	sample_fail(s, PROBE_GREETING, ERR_PROTO, "too long");
	s->hosts[0].port = 587;
}

static void alert_at_587(struct sample *s) {
	sample_fail(s, PROBE_GREETING, ERR_PROTO, "no code");
	s->nodes[0].result.refusal = span_of("\x15\x03\x01");
	s->hosts[0].port = 587;
}

static void refused_at_587(struct sample *s) {
	sample_fail(s, PROBE_CONNECTING, ERR_NET, "Connection refused");
	s->hosts[0].port = 587;
}

static void hello_at_24(struct sample *s) {
	sample_refuse(s, SMTP_STAGE_EHLO, 500, "500 what");
	s->hosts[0].port = 24;
}

static void hello_unknown(struct sample *s) {
	sample_refuse(s, SMTP_STAGE_EHLO, 502, "502 what");
}

/* The reply to EHLO, whose second line is the one looked at. */
static void offers(struct sample *s, const char *line) {
	struct smtp_reply *ehlo = &s->nodes[0].result.smtp.ehlo;
	struct span *lines = arena_alloc_array(s->arena, 2, sizeof *lines);
	lines[0] = span_of("250-mx1.example.org");
	lines[1] = span_of(line);
	*ehlo = (struct smtp_reply){.code = 250, .lines = lines, .n_lines = 2};
	s->nodes[0].result.smtp.starttls_offered = false;
	s->nodes[0].result.tls = NULL;
}

static void masked(struct sample *s) {
	offers(s, "250 XXXXXXXA");
}

static void masked_short(struct sample *s) {
	offers(s, "250 XXX");
}

static void masked_greeting(struct sample *s) {
	offers(s, "250 HELP");
	s->nodes[0].result.smtp.greeting = sample_reply(s->arena, 220, "220 ******0*0*0***");
}

static void starry_greeting(struct sample *s) {
	offers(s, "250 HELP");
	s->nodes[0].result.smtp.greeting =
		sample_reply(s->arena, 220, "220 **** mx1.example.org ESMTP ****");
}

static void silent_resolver(struct sample *s, const char *servers) {
	s->spec.resolver_servers = servers;
	s->mx.outcome = DNS_TIMED_OUT;
	s->report.n_hosts = 0;
	s->report.n_nodes = 0;
}

static void port_without_brackets(struct sample *s) {
	silent_resolver(s, "127.0.0.1:53, [2001:db8::1:5353]:53");
}

static const struct sample_row rows[] = {
	{"a port without brackets", port_without_brackets, FINDING_RESOLVER_FAILED, STATE_UNKNOWN,
		"with --nameserver; if 5353 is its port, write [2001:db8::1]:5353"},
	{"silence at the usual port", silent_greeting, FINDING_TIMEOUT, CRIT, "for the greeting"},
	{"silence at 465", silent_at_465, FINDING_TIMEOUT, CRIT,
		"for the greeting; port 465 expects TLS from the first byte: use --wrapper"},
	{"silence at 587", silent_at_587, FINDING_TIMEOUT, CRIT,
		"; if port 587 expects TLS from the first byte, use --wrapper"},
	{"closed at 465", closed_at_465, FINDING_SMTP_PROTOCOL_ERROR, CRIT, "use --wrapper"},
	{"another protocol at 465", other_protocol_at_465, FINDING_SMTP_PROTOCOL_ERROR, CRIT,
		"no code: \"SSH-2.0-OpenSSH\""},
	{"a reply without end at 587", endless_at_587, FINDING_SMTP_PROTOCOL_ERROR, CRIT, "too long"},
	{"a TLS alert at 587", alert_at_587, FINDING_SMTP_PROTOCOL_ERROR, CRIT,
		"; it expects TLS from the first byte: use --wrapper"},
	{"refused at 587", refused_at_587, FINDING_CONNECT_FAILED, CRIT,
		"refused; MX hosts seldom take submissions: name the submission server, with --no-mx"},
	{"EHLO at 24", hello_at_24, FINDING_EHLO_REFUSED, CRIT,
		"\"500 what\"; a server that speaks LMTP is checked with --lmtp"},
	{"EHLO is not known", hello_unknown, FINDING_EHLO_REFUSED, CRIT, "refused: \"502 what\""},
	{"a mask", masked, FINDING_NO_STARTTLS, CRIT, "inspection) masks STARTTLS"},
	{"a short word", masked_short, FINDING_NO_STARTTLS, CRIT, "not offered, senders with DANE"},
	{"a masked greeting", masked_greeting, FINDING_NO_STARTTLS, CRIT, "masks STARTTLS"},
	{"a starry greeting", starry_greeting, FINDING_NO_STARTTLS, CRIT, "not offered, senders with"},
};

START_TEST(what_to_try_next_is_told_from_port_and_dialogue) {
	sample_check(&rows[_i]);
}
END_TEST

START_TEST(an_address_that_is_plain_needs_no_brackets) {
	static const char *const servers[] = {
		"[2001:db8::1]:5353", "[2001:db8::53]:53", "[2001:db8::a53]:53", "127.0.0.1:53", NULL};
	struct arena *arena = unit_arena();
	for (size_t i = 0; i < sizeof servers / sizeof *servers; i++) {
		struct sample *s = sample_new(arena);
		silent_resolver(s, servers[i]);
		struct verdict verdict = judge(arena, &s->report, &s->limits, SAMPLE_NOW);
		const char *words = sample_words(arena, sample_find(&verdict, FINDING_RESOLVER_FAILED));
		ck_assert_msg(strstr(words, "its port") == NULL, "%s", words);
	}
	arena_free(arena);
}
END_TEST

UNIT_MAIN(
	"hints", tcase_add_test(tc, an_address_that_is_plain_needs_no_brackets); tcase_add_loop_test(
		tc, what_to_try_next_is_told_from_port_and_dialogue, 0, (int)(sizeof rows / sizeof *rows));)
