/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What a listener hears: the values posttls-finger prints, in its order. */
#include "tls_peer.h"
#include "unit.h"

#define MX "mx1.example.test"

struct event_case {
	const char *what;
	enum tls_level level;
	enum tls_level report_as;
	const char *certificate;
	const char *records;
	bool with_ca;
	/* Lines that must be heard in this order; "!" in front: must not be heard at all. */
	const char *lines[7];
};

#define ESTABLISHED                                                                                \
	("established: Verified TLSv1.3 TLS_AES_256_GCM_SHA384  key-exchange " TLS_LAB_GROUP " ")

static const struct event_case event_cases[] = {
	{"a DANE-EE match", TLS_LEVEL_DANE, TLS_LEVEL_DANE, "good", "3 1 1 good", false,
		{"start: 0,0\nciphers: aNULL:-aNULL:HIGH:MEDIUM:", "depth: 0,1 /CN=mx1.example.test\n",
			"matched: DANE EE certificate 0,1 ", "subject: 0,0 mx1.example.test Test Intermediate ",
			ESTABLISHED, "server-signature ECDSA (prime256v1) server-digest SHA256 256,256\n",
			"certificate: EC 256 bits, ecdsa-with-SHA256 1,"}},
	{"no name is logged for DANE-EE", TLS_LEVEL_DANE, TLS_LEVEL_DANE, "good", "3 1 1 good", false,
		{"!peername", "!unverified"}},
	{"a DANE-TA match by name", TLS_LEVEL_DANE, TLS_LEVEL_DANE, "wildcard", "2 1 1 inter", false,
		{"peername: 0,0 *.example.test\n", "matched: DANE TA certificate 1,2 ",
			"subject: 0,0 *.example.test Test Intermediate", "established: Verified"}},
	{"half-dane is at most trusted", TLS_LEVEL_HALF_DANE, TLS_LEVEL_HALF_DANE, "good", "3 1 1 good",
		false, {"matched: DANE EE certificate", "established: Trusted"}},
	{"no match", TLS_LEVEL_DANE, TLS_LEVEL_DANE, "good", "3 1 1 good2", false,
		{"depth: 0,0 /CN=mx1", "unverified: no matching DANE TLSA records dane 65,0 /CN=Test Inter",
			"subject:", "established: Untrusted", "!matched"}},
	{"the error nearest to the leaf is told", TLS_LEVEL_SECURE, TLS_LEVEL_SECURE, "wrongexpired",
		NULL, false, {"unverified: certificate has expired secure 10,0", "!peername"}},
	{"a wrong name is told only when nothing else is wrong", TLS_LEVEL_SECURE, TLS_LEVEL_SECURE,
		"wrongname", NULL, false,
		{"unverified: unable to get local issuer certificate secure 20,1 /CN=Test Root",
			"established: Untrusted"}},
	{"a wrong name alone", TLS_LEVEL_SECURE, TLS_LEVEL_SECURE, "wrongname", NULL, true,
		{"unverified: hostname mismatch secure 62,0", "established: Trusted"}},
	{"errors where none are demanded are information", TLS_LEVEL_MAY, TLS_LEVEL_MAY, "good", NULL,
		false,
		{"unverified: unable to get local issuer certificate 20,1", "established: Untrusted"}},
	{"a report at may tells the name", TLS_LEVEL_MAY, TLS_LEVEL_SECURE, "good", NULL, true,
		{"peername: 0,0 mx1.example.test", "established: Trusted"}},
	{"all records unusable", TLS_LEVEL_DANE, TLS_LEVEL_DANE, "good", "0 9 1 good", false,
		{"start:", "unusable: unknown selector 0,0", "warning: all TLSA records unusable, fallback",
			"established: Untrusted"}},
	{"all records unusable and no fallback", TLS_LEVEL_DANE_ONLY, TLS_LEVEL_DANE_ONLY, "good",
		"3 9 1 good", false,
		{"warning: all TLSA records unusable 0,0",
			"unverified: unspecified certificate verification error dane-only 1,0"}},
	{"an anonymous server", TLS_LEVEL_MAY, TLS_LEVEL_MAY, "anonymous", NULL, false,
		{"start:", "established: Anonymous TLSv1.2", "!subject", "!unverified", "!certificate"}},
	{"states", TLS_LEVEL_MAY, TLS_LEVEL_MAY, "good", NULL, false,
		{"state: before SSL initialization", "state: SSLv3/TLS write client hello",
			"state: SSLv3/TLS read server hello", "state: SSLv3/TLS write finished",
			"!state: error", "!failed"}},
};

START_TEST(events_carry_the_values_of_posttls_finger_in_its_order) {
	const struct event_case *c = &event_cases[_i];
	struct tls_lab lab;
	tls_lab_open(&lab);
	struct tls_settings settings = tls_lab_settings();
	settings.ca_file = c->with_ca ? tls_lab_file(&lab, "root", PKI_FILE_CHAIN) : NULL;
	struct tls_spec spec = {.level = c->level,
		.report_as = c->report_as,
		.anonymous = tls_level_must_match(c->level) ? TLS_ANONYMOUS_NEVER : TLS_ANONYMOUS_LAST};
	spec.names = tls_lab_names(&lab, MX, &spec.n_names);
	spec.tlsa = tls_lab_records(&lab, c->records, &spec.n_tlsa);
	struct tls_meeting *meeting =
		tls_meet(&lab, &settings, &spec, &(struct tls_server_plan){.certificate = c->certificate});
	const char *at = lab.heard.at;
	for (size_t i = 0; i < 7 && c->lines[i] != NULL; i++) {
		const char *line = c->lines[i];
		if (line[0] == '!') {
			ck_assert_msg(strstr(lab.heard.at, line + 1) == NULL, "%s: heard %s in\n%s", c->what,
				line + 1, lab.heard.at);
			continue;
		}
		const char *found = strstr(at, line);
		ck_assert_msg(found != NULL, "%s: did not hear %s in\n%s", c->what, line, lab.heard.at);
		at = found;
	}
	(void)tls_facts_of(meeting->tls);
	const char *first = strstr(lab.heard.at, "established:");
	ck_assert_ptr_null(strstr(first + 1, "established:"));
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

START_TEST(library_errors_have_the_form_of_postfix) {
	struct tls_lab lab;
	tls_lab_open(&lab);
	struct tls_spec spec = {.level = TLS_LEVEL_MAY, .report_as = TLS_LEVEL_MAY};
	struct tls_meeting *meeting =
		tls_meet_bytes(&lab, &spec, span_of("220 hello\r\n"), TLS_STEP_WANT_READ);
	const char *line = strstr(lab.heard.at, "library: error:0A00010B:SSL routines::wrong version");
	ck_assert_msg(line != NULL, "%s", lab.heard.at);
	const char *end = strchr(line, '\n');
	ck_assert_mem_eq(end - 5, ": 0,0", 5);
	/* Some versions say "error in error", others name the state. */
	ck_assert_ptr_nonnull(strstr(lab.heard.at, "state: error in "));
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

/* One case per row of a table. */
#define LOOP(name, table)                                                                          \
	tcase_add_loop_test(tc, name, 0, (int)(sizeof(table) / sizeof((table)[0])))

UNIT_MAIN("tls_events", LOOP(events_carry_the_values_of_posttls_finger_in_its_order, event_cases);
		  tcase_add_test(tc, library_errors_have_the_form_of_postfix);)
