/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What a session does only if it is asked to: one type of certificate, dumps, a full goodbye; and
 * what it refuses at its start. */
#include <openssl/err.h>
#include <sys/socket.h>

#include "tls_peer.h"
#include "unit.h"

/* --- key types --- */

struct key_case {
	const char *certificate;
	const char *other;
	int version;
	const char *ciphers;
	enum tls_key_type wish;
	const char *shown; /* NULL: the server has nothing that fits */
};

#define V12 TLS1_2_VERSION
#define V13 TLS1_3_VERSION

static const struct key_case key_cases[] = {
	{"good", "rsa2048", V13, NULL, TLS_KEY_ANY, "EC"},
	{"good", "rsa2048", V13, NULL, TLS_KEY_RSA, "RSA"},
	{"good", "rsa2048", V13, NULL, TLS_KEY_ECDSA, "EC"},
	{"good", "rsa2048", V13, NULL, TLS_KEY_EDDSA, NULL},
	{"good", "rsa2048", V12, NULL, TLS_KEY_RSA, "RSA"},
	{"good", "rsa2048", V12, NULL, TLS_KEY_ECDSA, "EC"},
	{"good", "rsa2048", V12, NULL, TLS_KEY_EDDSA, NULL},
	{"good", "rsa2048", TLS1_VERSION, NULL, TLS_KEY_RSA, "RSA"},
	{"good", "rsa2048", TLS1_VERSION, NULL, TLS_KEY_ECDSA, "EC"},
	{"good", NULL, V13, NULL, TLS_KEY_RSA, NULL},
	{"good", NULL, V12, NULL, TLS_KEY_RSA, NULL},
	{"rsa2048", NULL, V13, NULL, TLS_KEY_ECDSA, NULL},
	{"rsa2048", NULL, V12, NULL, TLS_KEY_ECDSA, NULL},
	{"p384", NULL, V13, NULL, TLS_KEY_ECDSA, "EC"},
	{"ed25519", "rsa2048", V13, NULL, TLS_KEY_EDDSA, "ED25519"},
	{"ed25519", "rsa2048", V12, NULL, TLS_KEY_EDDSA, "ED25519"},
	{"ed25519", NULL, V13, NULL, TLS_KEY_ECDSA, NULL},
	{"ed448", "rsa2048", V13, NULL, TLS_KEY_EDDSA, "ED448"},
	{"ed448", "rsa2048", V12, NULL, TLS_KEY_EDDSA, "ED448"},
	/* A server that prefers RSA key exchange shows its certificate only if it is an RSA one. */
	{"good", "rsa2048", V12, "kRSA", TLS_KEY_RSA, NULL},
	{"good", "rsa2048", V12, "kRSA", TLS_KEY_ECDSA, NULL},
	/* One that prefers to show none must show one. */
	{"good", "rsa2048", V12, "aNULL:ALL", TLS_KEY_RSA, "RSA"},
	{"good", "rsa2048", V12, "aNULL:ALL", TLS_KEY_ECDSA, "EC"},
};

static void servers_choice(SSL_CTX *server) {
	SSL_CTX_set_options(server, SSL_OP_CIPHER_SERVER_PREFERENCE);
}

START_TEST(the_server_shows_the_type_of_certificate_asked_for) {
	const struct key_case *c = &key_cases[_i];
	struct tls_lab lab;
	tls_lab_open(&lab);
	struct tls_spec spec = tls_lab_spec(TLS_LEVEL_MAY);
	spec.key_type = c->wish;
	struct tls_meeting *meeting = tls_meet(&lab, NULL, &spec,
		&(struct tls_server_plan){.certificate = c->certificate,
			.other = c->other,
			.version = c->version,
			.ciphers = c->ciphers,
			.adjust = servers_choice});
	const struct tls_facts *facts = meeting->facts;
	ck_assert_msg(facts->established == (c->shown != NULL), "%s", meeting->err.text);
	ck_assert_int_eq(facts->certificate_seen, c->shown != NULL);
	if (c->shown != NULL) {
		ck_assert_str_eq(facts->chain[0].key_type, c->shown);
	} else {
		ck_assert_int_ne(facts->alert, 0);
		ck_assert_ptr_nonnull(strstr(facts->handshake_problem, "handshake failure"));
	}
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

/* --- dumps --- */

struct dump_case {
	unsigned wants;
	const char *handshake[3]; /* heard; "!": not heard */
	const char *talk[3];
};

static const struct dump_case dump_cases[] = {
	{0, {"!dump", "!chars", "!message"}, {"!dump", "!chars", "!message"}},
	{TRACE_WANTS_HANDSHAKE_DUMP, {"dump: write to ", "dump: read from ", "!message"},
		{"!dump", "!chars", "!message"}},
	{TRACE_WANTS_SESSION_DUMP, {"dump: write to ", "dump: read from ", "!chars"},
		{"dump: read from ", "chars: Read 0,0 250 mx1.example.test\n", "!message"}},
	{TRACE_WANTS_HANDSHAKE_DUMP | TRACE_WANTS_SESSION_DUMP, {"dump: write to ", "!chars"},
		{"dump: read from ", "chars: Read"}},
	{TRACE_WANTS_MESSAGES, {"!dump", "message: 0,0 Sent", "ClientHello"},
		{"message: 0,0 Received", "!250 mx1", "NewSessionTicket"}},
};

static void check_heard(struct tls_lab *lab, const char *const *lines) {
	for (size_t i = 0; i < 3 && lines[i] != NULL; i++) {
		bool unwanted = lines[i][0] == '!';
		bool heard = strstr(lab->heard.at, lines[i] + (unwanted ? 1 : 0)) != NULL;
		ck_assert_msg(heard != unwanted, "\"%s\" in %s", lines[i], lab->heard.at);
	}
	text_truncate(&lab->heard, 0);
}

START_TEST(octets_and_messages_are_told_only_if_wanted) {
	const struct dump_case *c = &dump_cases[_i];
	struct tls_lab lab;
	tls_lab_open(&lab);
	lab.wants = c->wants;
	if ((c->wants & TRACE_WANTS_MESSAGES) != 0 && !tls_has_messages()) {
		return;
	}
	struct tls_spec spec = tls_lab_spec(TLS_LEVEL_MAY);
	struct tls_meeting *meeting =
		tls_meet(&lab, NULL, &spec, &(struct tls_server_plan){.version = TLS1_3_VERSION});
	ck_assert(meeting->facts->established);
	check_heard(&lab, c->handshake);
	size_t n = 0;
	ck_assert_int_eq(
		tls_write(meeting->tls, span_of("EHLO client"), &n, &meeting->err), TLS_STEP_DONE);
	bool chars = strstr(lab.heard.at, "chars: Write 0,0 EHLO client\n") != NULL;
	ck_assert_int_eq(chars, (c->wants & TRACE_WANTS_SESSION_DUMP) != 0);
	/* Of what the session carries, messages tell no more than how much it is. */
	ck_assert_int_eq(strstr(lab.heard.at, "EHLO") != NULL, chars);
	tls_talk(meeting);
	check_heard(&lab, c->talk);
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

START_TEST(a_dump_says_what_was_wanted_and_what_came) {
	struct tls_lab lab;
	tls_lab_open(&lab);
	lab.wants = TRACE_WANTS_HANDSHAKE_DUMP;
	struct tls_spec spec = tls_lab_spec(TLS_LEVEL_MAY);
	struct tls_meeting *meeting = tls_meet_bytes(&lab, &spec,
		(struct span){(const uint8_t *)"\x15\x03\x03\x00\x02\x02\x28", 7}, TLS_STEP_WANT_READ);
	ck_assert_ptr_nonnull(strstr(lab.heard.at, "dump: write to "));
	/* What came, in one piece or (OpenSSL 3.2 and later) header and body. */
	const char *piece = strstr(lab.heard.at, ",7 ?????"
											 "?(");
	const char *header = strstr(lab.heard.at, ",5 ?????\n");
	ck_assert(piece != NULL || (header != NULL && strstr(header, ",2 ?(") != NULL));
	tls_part(meeting);
	meeting = tls_meet_bytes(&lab, &spec, (struct span){NULL, 0}, TLS_STEP_WANT_READ);
	ck_assert_ptr_nonnull(strstr(lab.heard.at, ",-1\n"));
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

/* A write that finds no room is told of once. */
START_TEST(what_is_written_in_pieces_is_told_once) {
	struct tls_lab lab;
	tls_lab_open(&lab);
	lab.wants = TRACE_WANTS_SESSION_DUMP;
	struct tls_spec spec = tls_lab_spec(TLS_LEVEL_MAY);
	struct tls_meeting *meeting = tls_meet(&lab, NULL, &spec, &(struct tls_server_plan){0});
	static uint8_t much[16000];
	memset(much, 'x', sizeof much);
	struct span bytes = {much, sizeof much};
	size_t n = 0;
	enum tls_step step = TLS_STEP_DONE;
	size_t written = 0;
	for (int i = 0; i < 1000 && step == TLS_STEP_DONE; i++, written++) {
		step = tls_write(meeting->tls, bytes, &n, &meeting->err);
	}
	ck_assert_int_eq(step, TLS_STEP_WANT_WRITE);
	text_truncate(&lab.heard, 0);
	step = tls_write(meeting->tls, bytes, &n, &meeting->err);
	ck_assert_int_eq(step, TLS_STEP_WANT_WRITE);
	ck_assert_ptr_null(strstr(lab.heard.at, "chars:"));
	/* Goodbye has to wait as well. */
	struct err err = {0};
	ck_assert_int_ne(tls_shutdown(meeting->tls, &err), TLS_STEP_DONE);
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

/* --- goodbye --- */

enum server_end { ENDS_PROPERLY, ENDS_WITH_MORE, ENDS_ABRUPTLY, STAYS };

static const enum server_end server_ends[] = {ENDS_PROPERLY, ENDS_WITH_MORE, ENDS_ABRUPTLY, STAYS};

START_TEST(a_full_shutdown_waits_for_the_peers) {
	struct tls_lab lab;
	tls_lab_open(&lab);
	struct tls_spec spec = tls_lab_spec(TLS_LEVEL_MAY);
	struct tls_meeting *meeting = tls_meet(&lab, NULL, &spec, &(struct tls_server_plan){0});
	struct err err = {0};
	ck_assert_int_eq(tls_shutdown(meeting->tls, &err), TLS_STEP_WANT_READ);
	char byte = 0;
	size_t n = 0;
	ck_assert_int_eq(SSL_read_ex(meeting->server, &byte, 1, &n), 0);
	ck_assert_int_eq(SSL_get_error(meeting->server, 0), SSL_ERROR_ZERO_RETURN);
	ck_assert_int_eq(tls_shutdown(meeting->tls, &err), TLS_STEP_WANT_READ);
	switch (server_ends[_i]) {
	case ENDS_WITH_MORE:
		ck_assert_int_eq(SSL_write_ex(meeting->server, "221 bye\r\n", 9, &n), 1);
		SSL_shutdown(meeting->server);
		break;
	case ENDS_PROPERLY:
		SSL_shutdown(meeting->server);
		break;
	case ENDS_ABRUPTLY:
		shutdown(meeting->fds[1], SHUT_RDWR);
		break;
	case STAYS:
		break;
	}
	enum tls_step step = TLS_STEP_WANT_READ;
	for (int i = 0; i < 5 && step == TLS_STEP_WANT_READ; i++) {
		step = tls_shutdown(meeting->tls, &err);
	}
	ck_assert_int_eq(step, server_ends[_i] == STAYS ? TLS_STEP_WANT_READ : TLS_STEP_DONE);
	ck_assert_int_eq(err.kind, ERR_NONE);
	ck_assert_ptr_null(strstr(lab.heard.at, "failed"));
	tls_close(meeting->tls);
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

START_TEST(there_is_no_goodbye_without_a_session) {
	struct tls_lab lab;
	tls_lab_open(&lab);
	struct tls_spec spec = tls_lab_spec(TLS_LEVEL_MAY);
	struct tls_meeting *meeting =
		tls_meet_bytes(&lab, &spec, (struct span){NULL, 0}, TLS_STEP_WANT_READ);
	struct err err = {0};
	ck_assert_int_eq(tls_shutdown(meeting->tls, &err), TLS_STEP_DONE);
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

/* --- refusals --- */

struct refusal_case {
	const char *what;
	struct tls_settings settings; /* what differs from the lab's */
	const char *heard;
	const char *problem;
};

static const struct refusal_case refusal_cases[] = {
	{"protocols", {.bad_protocols = "TLSv1.9"},
		"start: 0,0\nwarning: Invalid TLS protocol list \"TLSv1.9\": aborting TLS session 0,0\n",
		"TLSv1.9"},
	{"grade", {.bad_grade = "best"}, "start: 0,0\nwarning: invalid cipher grade: \"best\" 0,0\n",
		"best"},
	{"protocols come first", {.bad_protocols = "a", .bad_grade = "b"},
		"start: 0,0\nwarning: Invalid TLS protocol list \"a\": aborting TLS session 0,0\n",
		"\"a\""},
	{"a list without ciphers", {.cipher_lists = {"NOSUCH"}, .habits = &habits_postfix},
		"start: 0,0\nwarning: error setting cipher grade: \"medium\" 0,0\nlibrary: error:",
		"medium"},
};

START_TEST(a_session_is_refused_in_postfixs_words) {
	const struct refusal_case *c = &refusal_cases[_i];
	struct tls_lab lab;
	tls_lab_open(&lab);
	struct tls_settings settings = tls_lab_settings();
	settings.bad_protocols = c->settings.bad_protocols;
	settings.bad_grade = c->settings.bad_grade;
	settings.cipher_lists[0] = c->settings.cipher_lists[0];
	if (c->settings.habits != NULL) {
		settings.habits = c->settings.habits;
	}
	struct tls_spec spec = tls_lab_spec(TLS_LEVEL_MAY);
	struct tls_meeting *meeting = tls_meet(&lab, &settings, &spec, &(struct tls_server_plan){0});
	ck_assert_ptr_null(meeting->tls);
	ck_assert_int_eq(meeting->err.kind, ERR_USAGE);
	ck_assert_msg(strstr(meeting->err.text, c->problem) != NULL, "%s", meeting->err.text);
	ck_assert_msg(
		strncmp(lab.heard.at, c->heard, strlen(c->heard)) == 0, "%s: %s", c->what, lab.heard.at);
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

struct warning_case {
	struct tls_protocols protocols;
	const char *heard;
};

static const struct warning_case warning_cases[] = {
	{{.floor = 0x0399}, "warning: error setting minimum TLS version to: 0x0399 0,0\n"},
	{{.ceiling = 0x0399}, "warning: error setting maximum TLS version to: 0x0399 0,0\n"},
};

START_TEST(a_version_nobody_knows_is_warned_of_and_ignored) {
	struct tls_lab lab;
	tls_lab_open(&lab);
	struct tls_settings settings = tls_lab_settings();
	settings.protocols = warning_cases[_i].protocols;
	struct tls_spec spec = tls_lab_spec(TLS_LEVEL_MAY);
	spec.sni = "mx1.example.test";
	struct tls_meeting *meeting = tls_meet(&lab, &settings, &spec, &(struct tls_server_plan){0});
	ck_assert(meeting->facts->established);
	const char *ciphers = strstr(lab.heard.at, "ciphers: ");
	ck_assert_ptr_nonnull(ciphers);
	const char *warning = strstr(ciphers, warning_cases[_i].heard);
	ck_assert_ptr_nonnull(warning);
	ck_assert_ptr_nonnull(strstr(warning, "sni: mx1.example.test 0,0\n"));
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

/* One case per row of a table. */
#define LOOP(name, table)                                                                          \
	tcase_add_loop_test(tc, name, 0, (int)(sizeof(table) / sizeof((table)[0])))

UNIT_MAIN("tls_wishes", LOOP(the_server_shows_the_type_of_certificate_asked_for, key_cases);
		  LOOP(octets_and_messages_are_told_only_if_wanted, dump_cases);
		  LOOP(a_full_shutdown_waits_for_the_peers, server_ends);
		  LOOP(a_session_is_refused_in_postfixs_words, refusal_cases);
		  LOOP(a_version_nobody_knows_is_warned_of_and_ignored, warning_cases);
		  tcase_add_test(tc, a_dump_says_what_was_wanted_and_what_came);
		  tcase_add_test(tc, what_is_written_in_pieces_is_told_once);
		  tcase_add_test(tc, there_is_no_goodbye_without_a_session);)
