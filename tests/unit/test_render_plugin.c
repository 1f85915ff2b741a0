/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The plugin's output against golden files. */
#include "golden.h"
#include "render/formats.h"
#include "sample_report.h"

static void nothing(struct sample *s) {
	(void)s;
}

static void limits_given(struct sample *s) {
	ck_assert(range_parse(&s->limits.warning, "-w", "2", NULL));
	ck_assert(range_parse(&s->limits.critical, "-c", "0.1:", NULL));
	sample_set_level(s, TLS_LEVEL_SECURE);
	s->tls[0].proof.matched_name = span_of("mx1.example.org");
}

static void mismatch(struct sample *s) {
	sample_add_error(s, TLS_VERIFY_DANE_NO_MATCH, 0, "no matching DANE TLSA records");
	s->records[0].data = s->chain[1].digest[0][0]; /* the issuer's, and its certificate */
}

/* The first host is dead, the second is fine but for trifles. */
static void two_nodes(struct sample *s) {
	sample_add_second(s);
	sample_fail(s, PROBE_CONNECTING, ERR_NET, "Connection refused");
	s->nodes[0].result.times = (struct probe_times){-1, -1, -1, -1, -1};
	s->nodes[1].result.smtp.requiretls_in_clear = true;
	s->spec.resolver_remote = true;
	s->spec.resolver_servers = "192.0.2.53:53";
}

static void missing(struct sample *s) {
	s->hosts[0].tlsa_state = TLSA_STATE_ABSENT;
	s->hosts[0].n_tlsa = 0;
	s->hosts[0].tlsa_base = NULL;
	s->nodes[0].policy = (struct tls_policy){
		.level = TLS_LEVEL_MAY, .report_as = TLS_LEVEL_SECURE, .reason = POLICY_NO_TLSA};
	s->report.misplaced = &s->misplaced;
	sample_add_error(s, TLS_VERIFY_SELF_SIGNED_LEAF, 0, "self-signed certificate");
}

static void not_validating(struct sample *s) {
	missing(s);
	s->report.validation_check = &s->validation_check;
	s->validation_check.secure = false;
}

static void hostile(struct sample *s) {
	static const char greeting[] =
		"554 evil | x=1;2 <script> [CRITICAL] (OK) \\n \x1b[31m %41 \xff";
	s->hosts[0].name = "mx|1.<b>.example";
	sample_refuse(s, SMTP_STAGE_GREETING, 554, greeting);
}

static void deadline(struct sample *s) {
	s->report.end = REPORT_DEADLINE;
	s->report.phase = REPORT_PHASE_PROBES;
	s->report.elapsed = 30 * USEC_PER_SEC;
	s->nodes[0].result.stage = PROBE_GREETING;
	s->nodes[0].result.tls = NULL;
	s->nodes[0].result.smtp.ehlo.code = 0;
}

static void unix_socket(struct sample *s) {
	sample_set_level(s, TLS_LEVEL_MAY);
	s->destination.kind = DESTINATION_UNIX;
	s->report.route_question = NULL;
	s->report.mx_used = false;
	s->report.n_hosts = 1;
	s->report.dns_elapsed = -1;
	s->hosts[0].name = "";
	s->hosts[0].a = s->hosts[0].aaaa = NULL;
	s->nodes[0].address = "/run/dovecot/lmtp";
	s->nodes[0].family = 0;
	s->nodes[0].result.tls = NULL;
	s->nodes[0].result.smtp.starttls_offered = false;
}

/* --all: two fine nodes with keys of their own, a record too many, and a reconnect to each. */
static void all_fine(struct sample *s) {
	static struct tls_cert other;
	sample_add_second(s);
	s->spec.scope = SURVEY_ALL;
	s->spec.reconnect.delay = USEC_PER_SEC;
	other = s->chain[0];
	other.spki = other.der = span_of("another leaf");
	s->tls[1].chain = &other;
	s->tls[1].n_chain = 1;
	for (size_t i = 0; i < 2; i++) {
		s->nodes[i].reconnects = (struct reconnects){.end = RECONNECT_FOUND,
			.n = 1,
			.resumed = 1,
			.offered = 1,
			.sent = 1,
			.stored = 3,
			.tickets = 4,
			.time = 12000 + (usec)i,
			.waited = 100000};
	}
}

/* --all: the first host is switched off on purpose, the second has a neglected certificate. */
static void all_with_spare(struct sample *s) {
	static const char *const names[] = {"mx1.example.org"};
	static struct tls_facts other;
	static struct tls_cert cert;
	static struct tls_verify_error error = {
		.code = TLS_VERIFY_DANE_NO_MATCH, .words = "no matching DANE TLSA records"};
	all_fine(s);
	two_nodes(s);
	s->nodes[1].result.smtp.requiretls_in_clear = false;
	s->spec.resolver_remote = false;
	s->nodes[0].reconnects = (struct reconnects){.end = RECONNECT_NOT_REACHED, .time = -1};
	s->nodes[1].reconnects.resumed = 0;
	s->limits.down_ok = names;
	s->limits.n_down_ok = 1;
	s->spec.key_types = true;
	sample_groups(s);
	cert = s->chain[0];
	cert.der = cert.spki = span_of("neglected leaf");
	cert.key_type = "RSA";
	cert.key_bits = 2048;
	other = s->tls[0];
	other.chain = &cert;
	other.n_chain = 1;
	other.proof.errors = &error;
	other.proof.n_errors = 1;
	other.proof.trusted = false;
	s->nodes[1].key_types[TLS_KEY_RSA] =
		(struct key_type){.outcome = KEY_TYPE_SHOWN, .tls = &other};
	s->nodes[1].key_types[TLS_KEY_EDDSA].outcome = KEY_TYPE_NOT_OFFERED;
}

/* --dns-only --next: the present key, and one that nothing covers. */
static void what_comes_next(struct sample *s) {
	static struct tls_next files[2];
	static struct tls_cert key;
	key = s->chain[1];
	key.key_type = "RSA";
	key.digest[1][0] = span_of("next key, 32 octets of SHA-256..");
	static const struct tls_proof *proofs[2];
	files[0] = (struct tls_next){.path = "/etc/ssl/n\xc3\xa4"
										 "chster\n.pem",
		.kind = TLS_NEXT_CHAIN};
	files[0].shown.chain = s->chain;
	files[0].shown.n_chain = 2;
	files[1] = (struct tls_next){.path = "next.pem", .kind = TLS_NEXT_REQUEST};
	files[1].shown.chain = &key;
	files[1].shown.n_chain = 1;
	s->report.next = files;
	s->report.n_next = 2;
	s->spec.scope = SURVEY_DNS;
	s->report.n_hosts = 1;
	s->report.n_nodes = 0;
	s->hosts[0].next_proofs = proofs;
}

static const struct {
	const char *golden;
	void (*change)(struct sample *s);
	enum perfdata_style style;
} outputs[] = {
	{"ok.golden", nothing, PERFDATA_RANGES},
	{"next.golden", what_comes_next, PERFDATA_RANGES},
	{"limits.golden", limits_given, PERFDATA_RANGES},
	{"limits_plain.golden", limits_given, PERFDATA_PLAIN},
	{"limits_none.golden", limits_given, PERFDATA_NONE},
	{"tlsa_mismatch.golden", mismatch, PERFDATA_RANGES},
	{"two_nodes.golden", two_nodes, PERFDATA_RANGES},
	{"tlsa_missing.golden", missing, PERFDATA_RANGES},
	{"not_validating.golden", not_validating, PERFDATA_RANGES},
	{"hostile.golden", hostile, PERFDATA_RANGES},
	{"deadline.golden", deadline, PERFDATA_RANGES},
	{"all_fine.golden", all_fine, PERFDATA_RANGES},
	{"all_with_spare.golden", all_with_spare, PERFDATA_RANGES},
	{"unix_socket.golden", unix_socket, PERFDATA_RANGES},
};

START_TEST(the_output_is_the_golden_one) {
	struct arena *arena = unit_arena();
	struct sample *s = sample_new(arena);
	outputs[_i].change(s);
	struct verdict verdict = judge(arena, &s->report, &s->limits, SAMPLE_NOW);
	struct text text = text_new(arena, 16000);
	render_status_line(&text, &verdict, outputs[_i].style);
	text_add(&text, "\n");
	size_t first_line = text.len;
	render_details(&text, &verdict, LINE_NEWS);
	ck_assert_ptr_null(strchr(text.at + first_line, '|'));
	ck_assert_uint_eq(first_line, strcspn(text.at, "\n") + 1);
	golden_check(outputs[_i].golden, text.at);
	arena_free(arena);
}
END_TEST

/* "ok.golden" in another format: "ok.json". */
static void check_format(
	struct arena *arena, enum output_format format, const char *golden, struct verdict *verdict) {
	static const struct format_choice choice = {PERFDATA_RANGES, "0", LINE_ADVICE, NULL, NULL};
	static const char *const endings[FORMAT_COUNT] = {"golden", "json", "metrics"};
	struct text text = text_new(arena, 1 << 20);
	formats[format].verdict(&text, verdict, &choice);
	const char *name = arena_printf(
		arena, "%.*s.%s", (int)(strchr(golden, '.') - golden), golden, endings[format]);
	golden_check(name, text.at);
}

START_TEST(every_format_is_the_golden_one) {
	struct arena *arena = unit_arena();
	struct sample *s = sample_new(arena);
	outputs[_i].change(s);
	struct verdict verdict = judge(arena, &s->report, &s->limits, SAMPLE_NOW);
	check_format(arena, FORMAT_JSON, outputs[_i].golden, &verdict);
	check_format(arena, FORMAT_OPENMETRICS, outputs[_i].golden, &verdict);
	arena_free(arena);
}
END_TEST

/* What it has depends on its name, so that another finding beside it changes nothing. */
static struct finding some_finding(struct arena *arena, struct sample *s, enum finding_id id) {
	static const struct span names[] = {{(const uint8_t *)"mx\xff.$x$", 7}};
	const char *name = finding_info(id)->name;
	int n = 0;
	for (const char *at = name; *at != '\0'; at++) {
		n = (n * 31 + *at) % 1000;
	}
	struct finding finding = {.id = id, .state = finding_info(id)->at_dane, .depth = -1};
	finding.text = phrase_new(arena, "about %s: \"%pB\"", name, &names[0]);
	finding.cause = cause_of(id, TLS_LEVEL_DANE_ONLY);
	finding.subject.host = n % 3 > 0 ? &s->hosts[0] : NULL;
	finding.subject.node = n % 3 > 1 ? &s->nodes[0] : NULL;
	if (n % 4 == 0) {
		finding.remedy = phrase_new(arena, "do %pN", "it | <b>");
		finding.record = phrase_new(arena, "%pN. IN TLSA 3 1 1 00", "_25._tcp.mx1");
	}
	finding.depth = n % 5 == 0 ? n : -1;
	finding.dated = n % 7 == 0;
	finding.seconds_left = n % 7 == 0 ? -n : 0;
	finding.code = n % 6 == 0 ? 554 : 0;
	finding.wanted = (struct finding_names){names, n % 9 == 0, n % 9 == 0};
	finding.seen = (struct finding_names){names, n % 18 == 0, n % 18 == 0};
	return finding;
}

/* One of each kind, in every state and at every place, with all that a finding can have. */
static struct verdict every_finding(struct arena *arena, struct sample *s) {
	struct verdict verdict = judge(arena, &s->report, &s->limits, SAMPLE_NOW);
	verdict.findings = arena_alloc_array(arena, FINDING_COUNT, sizeof *verdict.findings);
	verdict.n_findings = FINDING_COUNT;
	for (int id = 0; id < FINDING_COUNT; id++) {
		verdict.findings[id] = some_finding(arena, s, (enum finding_id)id);
	}
	verdict.state = STATE_CRITICAL;
	return verdict;
}

START_TEST(every_finding_is_rendered_in_every_format) {
	struct arena *arena = unit_arena();
	struct sample *s = sample_new(arena);
	struct verdict verdict = every_finding(arena, s);
	for (int format = 0; format < FORMAT_COUNT; format++) {
		static const struct format_choice choice = {PERFDATA_RANGES, "0", LINE_ADVICE, NULL, NULL};
		struct text text = text_new(arena, 1 << 20);
		formats[format].verdict(&text, &verdict, &choice);
		for (int i = 0; i < FINDING_COUNT; i++) {
			const char *name = finding_info((enum finding_id)i)->name;
			ck_assert_msg(strstr(text.at, name) != NULL, "%s lacks %s", formats[format].name, name);
		}
		check_format(arena, (enum output_format)format, "every_finding.", &verdict);
	}
	arena_free(arena);
}
END_TEST

static void long_names(struct sample *s) {
	static char name[5000];
	memset(name, '"', sizeof name - 1);
	sample_refuse(s, SMTP_STAGE_GREETING, 554, name);
	s->nodes[0].result.smtp.greeting = sample_reply(s->arena, 554, name);
}

START_TEST(json_says_what_it_cut) {
	struct arena *arena = unit_arena();
	struct sample *s = sample_new(arena);
	long_names(s);
	struct verdict verdict = judge(arena, &s->report, &s->limits, SAMPLE_NOW);
	check_format(arena, FORMAT_JSON, "cut.", &verdict);
	struct text text = text_new(arena, 1 << 20);
	render_json(&text, &verdict, &(struct format_choice){.version = "0"});
	ck_assert_ptr_nonnull(strstr(text.at, "...\"],\"truncated\":true}"));
	arena_free(arena);
}
END_TEST

START_TEST(a_refusal_is_of_the_format) {
	struct arena *arena = unit_arena();
	static const struct format_choice choice = {PERFDATA_RANGES, "0", LINE_NEWS, NULL, "a\"b"};
	static const char *const wanted[FORMAT_COUNT] = {"SMTP_TLS UNKNOWN - no \"a!b\"\n",
		"{\"schema\":1,\"program\":\"check_smtp_tls\",\"version\":\"0\",\"state\":\"UNKNOWN\","
		"\"error\":\"no \\u0022a|b\\u0022\"}\n",
		"# TYPE smtp_tls_state gauge\n# HELP smtp_tls_state 0 is OK, 1 is WARNING, 2 is CRITICAL, "
		"3 "
		"is UNKNOWN.\nsmtp_tls_state{domain=\"a\\\"b\"} 3\n# EOF\n"};
	struct text text = text_new(arena, 1000);
	formats[_i].refusal(&text, "no \"a|b\"", &choice);
	ck_assert_str_eq(text.at, wanted[_i]);
	arena_free(arena);
}
END_TEST

START_TEST(the_catalogue_is_the_golden_one) {
	struct arena *arena = unit_arena();
	struct text text = text_new(arena, 16000);
	struct limits limits = limits_default();
	limits_set_state(&limits, FINDING_TLSA_MISSING, STATE_OK);
	limits.timeout_result = STATE_UNKNOWN;
	render_findings_list(&text, &limits, TLS_LEVEL_DANE_ONLY);
	golden_check("findings.golden", text.at);
	arena_free(arena);
}
END_TEST

START_TEST(an_explanation_is_the_golden_one) {
	struct arena *arena = unit_arena();
	struct text text = text_new(arena, 16000);
	struct limits limits = limits_default();
	render_explanation(&text, FINDING_TLSA_MISMATCH, &limits, TLS_LEVEL_DANE);
	golden_check("explanation.golden", text.at);
	arena_free(arena);
}
END_TEST

START_TEST(a_message_of_the_user_is_made_harmless) {
	struct arena *arena = unit_arena();
	struct text text = text_new(arena, 16000);
	render_unknown(&text, "--hostname: \"a|b<c>\n\" is bad");
	ck_assert_str_eq(text.at, "SMTP_TLS UNKNOWN - --hostname: \"a!b{c}%0A\" is bad");
	arena_free(arena);
}
END_TEST

START_TEST(more_than_128_lines_of_a_kind_are_counted) {
	struct arena *arena = unit_arena();
	struct sample *s = sample_new(arena);
	struct report_node *nodes = arena_alloc_array(arena, 200, sizeof *nodes);
	for (size_t i = 0; i < 200; i++) {
		nodes[i] = s->nodes[0];
		nodes[i].result.smtp.requiretls_in_clear = true;
	}
	s->report.nodes = nodes;
	s->report.n_nodes = 200;
	struct verdict verdict = judge(arena, &s->report, &s->limits, SAMPLE_NOW);
	struct text text = text_new(arena, 64000);
	render_details(&text, &verdict, LINE_NEWS);
	ck_assert_ptr_nonnull(strstr(text.at, "\n(72 more findings)\n"));
	ck_assert_ptr_nonnull(strstr(text.at, "\n(72 more nodes)\n"));
	size_t lines = 0;
	for (const char *at = text.at; *at != '\0'; at++) {
		lines += *at == '\n';
	}
	ck_assert_uint_eq(lines, 2 * 129);
	arena_free(arena);
}
END_TEST

START_TEST(many_dead_nodes_share_a_line) {
	struct arena *arena = unit_arena();
	struct sample *s = sample_new(arena);
	sample_fail(s, PROBE_CONNECTING, ERR_NET, "Connection refused");
	s->nodes[0].result.connected = false;
	struct report_node *nodes = arena_alloc_array(arena, 200, sizeof *nodes);
	for (size_t i = 0; i < 200; i++) {
		nodes[i] = s->nodes[0];
	}
	s->report.nodes = nodes;
	s->report.n_nodes = 200;
	s->spec.scope = SURVEY_ALL;
	struct verdict verdict = judge(arena, &s->report, &s->limits, SAMPLE_NOW);
	struct text text = text_new(arena, 64000);
	render_details(&text, &verdict, LINE_NEWS);
	ck_assert_ptr_nonnull(strstr(text.at, " more: cannot connect: Connection refused\n"));
	ck_assert_ptr_nonnull(strstr(text.at, "[192.0.2.1]:25, mx1.example.org[192.0.2.1]:25, "));
	ck_assert_ptr_nonnull(strstr(text.at, " more: no connection\n"));
	ck_assert_uint_lt(text.len, 6000);
	arena_free(arena);
}
END_TEST

UNIT_MAIN("render_plugin", tcase_add_loop_test(tc, the_output_is_the_golden_one, 0,
							   (int)(sizeof outputs / sizeof *outputs));
		  tcase_add_test(tc, an_explanation_is_the_golden_one); tcase_add_loop_test(
			  tc, every_format_is_the_golden_one, 0, (int)(sizeof outputs / sizeof *outputs));
		  tcase_add_test(tc, every_finding_is_rendered_in_every_format);
		  tcase_add_test(tc, json_says_what_it_cut);
		  tcase_add_loop_test(tc, a_refusal_is_of_the_format, 0, FORMAT_COUNT);
		  tcase_add_test(tc, the_catalogue_is_the_golden_one);
		  tcase_add_test(tc, a_message_of_the_user_is_made_harmless);
		  tcase_add_test(tc, many_dead_nodes_share_a_line);
		  tcase_add_test(tc, more_than_128_lines_of_a_kind_are_counted);)
