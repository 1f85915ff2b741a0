/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A session: what it offers, and what ends a handshake. */
#include <errno.h>
#include <openssl/dh.h>
#include <openssl/err.h>
#include <sys/socket.h>

#include "tls_peer.h"
#include "unit.h"

#define MAY TLS_LEVEL_MAY
#define SECURE TLS_LEVEL_SECURE

/* --- protocols --- */

struct protocol_case {
	const char *list;
	int server; /* the only version it speaks, 0: all */
	enum tls_level level;
	int negotiated; /* 0: the handshake fails */
	const char *problem;
	bool alert; /* the peer's */
};

/* At security level 1: older libraries offer TLS 1.0 and then refuse its signatures themselves,
 * newer ones do not offer it and are refused. */
#define OLD_TLS_IS_NOT_OFFERED (OPENSSL_VERSION_NUMBER >= 0x30500000L)

static const struct protocol_case protocol_cases[] = {
	{">=TLSv1", 0, MAY, TLS1_3_VERSION, NULL, false},
	{">=TLSv1", 0, SECURE, TLS1_3_VERSION, NULL, false},
	{">=TLSv1", TLS1_2_VERSION, SECURE, TLS1_2_VERSION, NULL, false},
	{">=TLSv1", TLS1_1_VERSION, MAY, TLS1_1_VERSION, NULL, false},
	{">=TLSv1", TLS1_VERSION, MAY, TLS1_VERSION, NULL, false},
	{"<=TLSv1.2", 0, MAY, TLS1_2_VERSION, NULL, false},
	{"!TLSv1.3", 0, MAY, TLS1_2_VERSION, NULL, false},
	{"TLSv1.1", 0, MAY, TLS1_1_VERSION, NULL, false},
	{"TLSv1.1 TLSv1.3", 0, MAY, TLS1_1_VERSION, NULL, false},
	{"", 0, MAY, TLS1_3_VERSION, NULL, false},
	{">=0399", 0, MAY, TLS1_3_VERSION, NULL, false},
	{">=TLSv1.2", TLS1_1_VERSION, MAY, 0, "protocol version", true},
	{">=TLSv1.3", TLS1_2_VERSION, MAY, 0, "protocol version", true},
	{">=TLSv1.3 <=TLSv1.2", 0, MAY, 0, "this machine's OpenSSL refuses", false},
	{">=TLSv1", TLS1_VERSION, SECURE, 0, "", OLD_TLS_IS_NOT_OFFERED},
};

START_TEST(protocol_limits_hold) {
	const struct protocol_case *c = &protocol_cases[_i];
	struct tls_lab lab;
	tls_lab_open(&lab);
	struct tls_settings settings = tls_lab_settings();
	ck_assert(tls_protocols_parse(&settings.protocols, c->list, NULL));
	struct tls_spec spec = tls_lab_spec(c->level);
	struct tls_server_plan plan = {.version = c->server};
	struct tls_meeting *meeting = tls_meet(&lab, &settings, &spec, &plan);
	const struct tls_facts *facts = meeting->facts;
	ck_assert_int_eq(facts->established, c->negotiated != 0);
	if (c->negotiated != 0) {
		ck_assert_int_eq(facts->protocol_version, c->negotiated);
		ck_assert_str_eq(facts->protocol, tls_protocol_name(c->negotiated));
		ck_assert_ptr_null(facts->handshake_problem);
	} else {
		ck_assert_int_eq(meeting->step, TLS_STEP_FAILED);
		bool ours = strstr(c->problem, "this machine") != NULL;
		ck_assert_int_eq(meeting->err.kind, ours ? ERR_LOCAL : ERR_TLS);
		ck_assert_int_eq(facts->alert != 0, c->alert);
		ck_assert_ptr_nonnull(strstr(facts->handshake_problem, c->problem));
		ck_assert_ptr_nonnull(strstr(meeting->err.text, facts->handshake_problem));
	}
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

/* Debian and others ship stricter defaults; mail that Postfix delivers must not fail here. */
START_TEST(the_hosts_openssl_configuration_does_not_narrow_the_level) {
	static const char text[] = "openssl_conf = all\n[all]\nssl_conf = ssl\n[ssl]\n"
							   "system_default = strict\n[strict]\nMinProtocol = TLSv1.2\n"
							   "CipherString = DEFAULT@SECLEVEL=3\n";
	char path[] = "/tmp/test_tls_XXXXXX";
	int fd = mkstemp(path);
	ck_assert_int_eq(write(fd, text, sizeof text - 1), sizeof text - 1);
	close(fd);
	setenv("OPENSSL_CONF", path, 1); /* read when the library starts: each test is a process */
	struct tls_lab lab;
	tls_lab_open(&lab);
	struct tls_spec spec = tls_lab_spec(MAY);
	struct tls_meeting *meeting = tls_meet(&lab, NULL, &spec,
		&(struct tls_server_plan){.certificate = "rsa1024", .version = TLS1_1_VERSION});
	unlink(path);
	ck_assert_msg(meeting->facts->established, "%s", meeting->err.text);
	ck_assert_int_eq(meeting->facts->protocol_version, TLS1_1_VERSION);
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

/* --- hostile or broken peers --- */

static void use_dh(SSL_CTX *server, int group) {
	EVP_PKEY *key = NULL;
	EVP_PKEY_CTX *maker = EVP_PKEY_CTX_new_from_name(NULL, "DH", NULL);
	EVP_PKEY_keygen_init(maker);
	EVP_PKEY_CTX_set_dh_nid(maker, group);
	EVP_PKEY_keygen(maker, &key);
	EVP_PKEY_CTX_free(maker);
	SSL_CTX_set_dh_auto(server, 0);
	ck_assert_int_eq(SSL_CTX_set0_tmp_dh_pkey(server, key), 1);
}

static void use_dh_4096(SSL_CTX *server) {
	use_dh(server, NID_ffdhe4096);
}

static void use_dh_8192(SSL_CTX *server) {
	use_dh(server, NID_ffdhe8192);
}

#define DHE "DHE-RSA-AES128-GCM-SHA256"

struct server_case {
	const char *what;
	enum tls_level level;
	struct tls_server_plan plan;
	const char *problem; /* NULL: the handshake succeeds */
	bool alert;
};

static const struct server_case server_cases[] = {
	{"a DH prime of 4096 bits is fine", SECURE,
		{.certificate = "rsa2048",
			.version = TLS1_2_VERSION,
			.ciphers = DHE,
			.adjust = use_dh_4096},
		NULL, false},
	{"a longer one is refused", SECURE,
		{.certificate = "rsa2048",
			.version = TLS1_2_VERSION,
			.ciphers = DHE,
			.adjust = use_dh_8192},
		"8192 bits", false},
	{"also where little is demanded", MAY,
		{.certificate = "rsa2048",
			.version = TLS1_2_VERSION,
			.ciphers = DHE,
			.adjust = use_dh_8192},
		"8192 bits", false},
	{"many certificates are fine below the limit", SECURE, {.pad_certificates = 100}, NULL, false},
	{"too many are refused", SECURE, {.pad_certificates = 400}, "excessive message size", false},
	{"no cipher in common", MAY, {.version = TLS1_2_VERSION, .ciphers = "eNULL"},
		"handshake failure", true},
	{"an old RSA key where little is demanded", MAY, {.certificate = "rsa1024"}, NULL, false},
	{"an old RSA key where much is demanded", SECURE, {.certificate = "rsa1024"}, NULL, false},
};

START_TEST(strange_servers_are_judged_as_the_table_says) {
	const struct server_case *c = &server_cases[_i];
	struct tls_lab lab;
	tls_lab_open(&lab);
	struct tls_spec spec = tls_lab_spec(c->level);
	struct tls_meeting *meeting = tls_meet(&lab, NULL, &spec, &c->plan);
	const struct tls_facts *facts = meeting->facts;
	ck_assert_msg(facts->established == (c->problem == NULL), "%s: %s", c->what, meeting->err.text);
	if (c->problem != NULL) {
		ck_assert_int_eq(meeting->step, TLS_STEP_FAILED);
		ck_assert_int_eq(meeting->err.kind, ERR_TLS);
		ck_assert_msg(strstr(facts->handshake_problem, c->problem) != NULL, "%s: %s", c->what,
			facts->handshake_problem);
		ck_assert_int_eq(facts->alert != 0, c->alert);
	} else {
		size_t sent = 2U + (unsigned)c->plan.pad_certificates;
		ck_assert_uint_eq(facts->n_sent, sent);
		ck_assert_uint_eq(facts->n_chain, sent < TLS_CHAIN_FACTS_MAX ? sent : TLS_CHAIN_FACTS_MAX);
	}
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

struct bytes_case {
	const char *what;
	const char *bytes;
	size_t len;
	enum tls_step ending; /* TLS_STEP_CLOSED: the connection ends behind the bytes */
	enum tls_step step;
	enum err_kind kind;
	const char *problem;
	const char *event;
};

#define BYTES(s) (s), sizeof(s) - 1

static const struct bytes_case bytes_cases[] = {
	{"silence is waited for", "", 0, TLS_STEP_WANT_READ, TLS_STEP_WANT_READ, ERR_NONE, NULL, ""},
	{"the end of the connection", "", 0, TLS_STEP_CLOSED, TLS_STEP_FAILED, ERR_NET,
		"closed by the peer", "failed: lost connection"},
	{"SMTP instead of TLS", BYTES("454 4.7.0 TLS not available\r\n"), TLS_STEP_WANT_READ,
		TLS_STEP_FAILED, ERR_TLS, "not TLS", "failed: -1"},
	{"SMTP, then the end", BYTES("500 what?\r\n"), TLS_STEP_CLOSED, TLS_STEP_FAILED, ERR_TLS,
		"not TLS", "wrong version number"},
	{"the end in the middle of a record", BYTES("\x16\x03\x03\x00\x40\x02\x00"), TLS_STEP_CLOSED,
		TLS_STEP_FAILED, ERR_NET, "closed by the peer", "failed: lost connection"},
	{"half a record is waited for", BYTES("\x16\x03\x03\x00\x40\x02\x00"), TLS_STEP_WANT_READ,
		TLS_STEP_WANT_READ, ERR_NONE, NULL, ""},
	{"an alert", BYTES("\x15\x03\x03\x00\x02\x02\x28"), TLS_STEP_WANT_READ, TLS_STEP_FAILED,
		ERR_TLS, "alert \"handshake failure\"", "alert: read fatal handshake failure"},
	{"an alert nobody knows", BYTES("\x15\x03\x03\x00\x02\x02\xee"), TLS_STEP_WANT_READ,
		TLS_STEP_FAILED, ERR_TLS, "the server sent alert 238, which has no name", "failed: -1"},
	{"an alert newer than the library's words", BYTES("\x15\x03\x03\x00\x02\x02\x74"),
		TLS_STEP_WANT_READ, TLS_STEP_FAILED, ERR_TLS, "alert \"certificate required\"",
		"failed: -1"},
	{"a goodbye instead of a hello", BYTES("\x15\x03\x03\x00\x02\x01\x00"), TLS_STEP_WANT_READ,
		TLS_STEP_FAILED, ERR_NET, "closed by the peer", "failed: lost connection"},
	{"application data too early", BYTES("\x17\x03\x03\x00\x02\x01\x00"), TLS_STEP_WANT_READ,
		TLS_STEP_FAILED, ERR_TLS, "", "failed: -1"},
};

START_TEST(what_is_no_handshake_ends_it) {
	const struct bytes_case *c = &bytes_cases[_i];
	struct tls_lab lab;
	tls_lab_open(&lab);
	struct tls_spec spec = tls_lab_spec(MAY);
	struct tls_meeting *meeting =
		tls_meet_bytes(&lab, &spec, (struct span){(const uint8_t *)c->bytes, c->len}, c->ending);
	ck_assert_msg(meeting->step == c->step, "%s: step %d", c->what, meeting->step);
	ck_assert_msg(
		meeting->err.kind == c->kind, "%s: %d %s", c->what, meeting->err.kind, meeting->err.text);
	ck_assert(!meeting->facts->established);
	ck_assert_int_eq(meeting->facts->handshake_problem != NULL, c->problem != NULL);
	if (c->problem != NULL) {
		ck_assert_msg(strstr(meeting->facts->handshake_problem, c->problem) != NULL, "%s: %s",
			c->what, meeting->facts->handshake_problem);
	}
	ck_assert_msg(strstr(lab.heard.at, c->event) != NULL, "%s: %s", c->what, lab.heard.at);
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

START_TEST(a_reset_is_the_networks_fault) {
	struct tls_lab lab;
	tls_lab_open(&lab);
	struct tls_spec spec = tls_lab_spec(MAY);
	struct tls_meeting *meeting =
		tls_meet_bytes(&lab, &spec, (struct span){NULL, 0}, TLS_STEP_WANT_READ);
	/* The other end goes with our hello unread: a UNIX socket pair resets then. */
	close(meeting->fds[1]);
	meeting->fds[1] = dup(meeting->fds[0]);
	ck_assert_int_eq(tls_handshake(meeting->tls, &meeting->err), TLS_STEP_FAILED);
	ck_assert_int_eq(meeting->err.kind, ERR_NET);
	ck_assert_ptr_nonnull(strstr(meeting->err.text, strerror(ECONNRESET)));
	ck_assert_ptr_nonnull(strstr(lab.heard.at, strerror(ECONNRESET)));
	struct err again = {0};
	ck_assert_int_eq(tls_handshake(meeting->tls, &again), TLS_STEP_FAILED);
	ck_assert_int_ne(again.kind, ERR_NONE);
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

/* --- what does not come to its end --- */

static void pad_records(SSL_CTX *server) {
	ck_assert_int_eq(SSL_CTX_set_block_padding(server, 16000), 1);
}

/* How often the server may say an octet before the session fails; at most that often. */
static int octets_heard(struct tls_meeting *meeting, int most, struct err *err) {
	for (int i = 0; i < most; i++) {
		uint8_t octet = 0;
		size_t n = 0;
		ck_assert_int_eq(SSL_write(meeting->server, "x", 1), 1);
		enum tls_step step = TLS_STEP_WANT_READ;
		while (step == TLS_STEP_WANT_READ && n == 0) {
			step = tls_read(meeting->tls, &octet, 1, &n, err);
		}
		if (step != TLS_STEP_DONE) {
			return i;
		}
	}
	return most;
}

START_TEST(octets_are_counted_whatever_they_are) {
	struct tls_lab lab;
	tls_lab_open(&lab);
	struct tls_spec spec = tls_lab_spec(MAY);
	struct tls_meeting *meeting = tls_meet(&lab, NULL, &spec,
		&(struct tls_server_plan){.version = TLS1_3_VERSION, .adjust = pad_records});
	ck_assert_msg(meeting->facts->established, "%s", meeting->err.text);
	struct err err = {0};
	int heard = octets_heard(meeting, 100, &err);
	ck_assert_int_gt(heard, 20);
	ck_assert_int_le(heard, TLS_SESSION_OCTETS_MAX / 16000 + 1);
	ck_assert_int_eq(err.kind, ERR_TLS);
	ck_assert_str_eq(err.text, "reading inside TLS: more than 512 KiB came, without end");
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

static void update_keys(struct tls_meeting *meeting, int times) {
	for (int i = 0; i < times; i++) {
		ck_assert_int_eq(SSL_key_update(meeting->server, SSL_KEY_UPDATE_NOT_REQUESTED), 1);
		ck_assert_int_eq(SSL_do_handshake(meeting->server), 1);
	}
}

START_TEST(messages_of_tls_are_counted_and_those_read_ahead_left_alone) {
	struct tls_lab lab;
	tls_lab_open(&lab);
	struct tls_spec spec = tls_lab_spec(MAY);
	struct tls_meeting *meeting =
		tls_meet(&lab, NULL, &spec, &(struct tls_server_plan){.version = TLS1_3_VERSION});
	struct err err = {0};
	for (int i = 0; i < 4; i++) {
		update_keys(meeting, 60);
		ck_assert_int_eq(octets_heard(meeting, 1, &err), 1);
	}
	update_keys(meeting, 180);
	ck_assert_int_eq(octets_heard(meeting, 1, &err), 0);
	ck_assert_int_eq(err.kind, ERR_TLS);
	ck_assert_str_eq(
		err.text, "reading inside TLS: more than 256 messages of TLS came, without end");
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

/* --- what a session cannot be made of --- */

START_TEST(a_server_name_too_long_is_said_so) {
	struct tls_lab lab;
	tls_lab_open(&lab);
	char name[300];
	memset(name, 'a', sizeof name);
	name[sizeof name - 1] = '\0';
	struct tls_spec spec = tls_lab_spec(MAY);
	spec.sni = name;
	struct tls_meeting *meeting = tls_meet(&lab, NULL, &spec, &(struct tls_server_plan){0});
	ck_assert_ptr_null(meeting->tls);
	ck_assert_int_eq(meeting->err.kind, ERR_USAGE);
	ck_assert_ptr_nonnull(strstr(meeting->err.text, "the server name is longer"));
	ck_assert_ptr_nonnull(strstr(lab.heard.at, "ignoring too long SNI hostname"));
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

START_TEST(null_ciphers_exist_only_where_anonymous_ones_do_not) {
	struct tls_lab lab;
	tls_lab_open(&lab);
	struct tls_settings settings = tls_lab_settings();
	settings.grade = TLS_GRADE_NULL;
	struct tls_spec spec = tls_lab_spec(MAY);
	struct tls_meeting *meeting = tls_meet(&lab, &settings, &spec, &(struct tls_server_plan){0});
	ck_assert_ptr_null(meeting->tls);
	ck_assert_int_eq(meeting->err.kind, ERR_USAGE);
	ck_assert_ptr_nonnull(strstr(meeting->err.text, "no cipher of grade null"));
	ck_assert_ptr_nonnull(strstr(lab.heard.at, "error setting cipher grade: \"null\""));
	tls_part(meeting);
	settings.typed_grade = "NULL";
	meeting = tls_meet(&lab, &settings, &spec, &(struct tls_server_plan){0});
	ck_assert_ptr_null(meeting->tls);
	ck_assert_ptr_nonnull(strstr(lab.heard.at, "error setting cipher grade: \"NULL\""));
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

START_TEST(the_server_hears_the_name) {
	struct tls_lab lab;
	tls_lab_open(&lab);
	struct tls_spec spec = tls_lab_spec(MAY);
	spec.sni = "mx1.example.test";
	struct tls_meeting *meeting = tls_meet(&lab, NULL, &spec, &(struct tls_server_plan){0});
	ck_assert_str_eq(meeting->sni, "mx1.example.test");
	tls_part(meeting);
	spec.sni = NULL;
	meeting = tls_meet(&lab, NULL, &spec, &(struct tls_server_plan){0});
	ck_assert_str_eq(meeting->sni, "");
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

/* One case per row of a table. */
#define LOOP(name, table)                                                                          \
	tcase_add_loop_test(tc, name, 0, (int)(sizeof(table) / sizeof((table)[0])))

UNIT_MAIN("tls_session", LOOP(protocol_limits_hold, protocol_cases);
		  LOOP(strange_servers_are_judged_as_the_table_says, server_cases);
		  LOOP(what_is_no_handshake_ends_it, bytes_cases);
		  tcase_add_test(tc, the_hosts_openssl_configuration_does_not_narrow_the_level);
		  tcase_add_test(tc, a_reset_is_the_networks_fault);
		  tcase_add_test(tc, octets_are_counted_whatever_they_are);
		  tcase_add_test(tc, messages_of_tls_are_counted_and_those_read_ahead_left_alone);
		  tcase_add_test(tc, a_server_name_too_long_is_said_so);
		  tcase_add_test(tc, null_ciphers_exist_only_where_anonymous_ones_do_not);
		  tcase_add_test(tc, the_server_hears_the_name);)
