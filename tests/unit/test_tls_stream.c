/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* After the handshake: reading, writing, closing, and a peer that goes away. */
#include <openssl/err.h>
#include <sys/socket.h>

#include "tls_peer.h"
#include "unit.h"

static const struct tls_spec may = {.level = TLS_LEVEL_MAY, .report_as = TLS_LEVEL_MAY};

static struct tls_meeting *meet_at(struct tls_lab *lab, int version) {
	tls_lab_open(lab);
	struct tls_meeting *meeting =
		tls_meet(lab, NULL, &may, &(struct tls_server_plan){.version = version});
	ck_assert_msg(meeting->step == TLS_STEP_DONE, "%s", meeting->err.text);
	return meeting;
}

START_TEST(bytes_travel_both_ways_and_nothing_sleeps_inside) {
	struct tls_lab lab;
	struct tls_meeting *meeting = meet_at(&lab, _i == 0 ? TLS1_2_VERSION : TLS1_3_VERSION);
	static uint8_t sent[40000];
	static uint8_t received[sizeof sent];
	size_t n = 0;
	memset(sent, 'x', sizeof sent);
	ck_assert_int_eq(SSL_write(meeting->server, sent, sizeof sent), sizeof sent);
	size_t total = 0;
	enum tls_step step = TLS_STEP_DONE;
	while (step == TLS_STEP_DONE) {
		step = tls_read(
			meeting->tls, received + total, 1 + (sizeof received - 1) - total, &n, &meeting->err);
		total += n;
		if (total == sizeof received) {
			break;
		}
	}
	ck_assert_uint_eq(total, sizeof sent);
	ck_assert_mem_eq(sent, received, sizeof sent);
	ck_assert_int_eq(tls_read(meeting->tls, received, 1, &n, &meeting->err), TLS_STEP_WANT_READ);
	ck_assert_int_eq(
		tls_write(meeting->tls, span_of("QUIT\r\n"), &n, &meeting->err), TLS_STEP_DONE);
	ck_assert_uint_eq(n, 6);
	ck_assert_int_eq(SSL_read(meeting->server, received, sizeof received), 6);
	ck_assert_uint_eq(tls_tickets(meeting->tls), _i == 0 ? 1 : 2);
	ck_assert_uint_eq(meeting->facts->tickets, _i == 0 ? 1 : 2);
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

START_TEST(writing_stops_when_the_peer_does_not_read) {
	struct tls_lab lab;
	struct tls_meeting *meeting = meet_at(&lab, 0);
	static uint8_t much[4 << 20];
	size_t total = 0;
	enum tls_step step = TLS_STEP_DONE;
	while (step == TLS_STEP_DONE && total < sizeof much) {
		size_t n = 0;
		step = tls_write(
			meeting->tls, (struct span){much + total, sizeof much - total}, &n, &meeting->err);
		total += n;
	}
	ck_assert_int_eq(step, TLS_STEP_WANT_WRITE);
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

START_TEST(our_goodbye_is_heard) {
	struct tls_lab lab;
	struct tls_meeting *meeting = meet_at(&lab, 0);
	char buffer[10];
	tls_close(meeting->tls);
	int result = SSL_read(meeting->server, buffer, sizeof buffer);
	ck_assert_int_eq(SSL_get_error(meeting->server, result), SSL_ERROR_ZERO_RETURN);
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

enum goodbye { CLOSE_NOTIFY, PLAIN_END, ALERT, VANISHED };

START_TEST(the_peers_ways_to_end_are_told_apart) {
	struct tls_lab lab;
	struct tls_meeting *meeting = meet_at(&lab, 0);
	uint8_t buffer[100];
	size_t n = 0;
	switch ((enum goodbye)_i) {
	case CLOSE_NOTIFY:
		SSL_shutdown(meeting->server);
		break;
	case PLAIN_END:
		shutdown(meeting->fds[1], SHUT_WR);
		break;
	case ALERT: {
		/* What is no record is answered with an alert. */
		ck_assert_int_eq(write(meeting->fds[0], "no TLS at all", 13), 13);
		ck_assert_int_eq(SSL_read(meeting->server, buffer, sizeof buffer), -1);
		break;
	}
	case VANISHED:
		ck_assert_int_eq(write(meeting->fds[0], "x", 1), 1);
		close(meeting->fds[1]);
		meeting->fds[1] = dup(meeting->fds[0]);
		break;
	}
	enum tls_step step = tls_read(meeting->tls, buffer, sizeof buffer, &n, &meeting->err);
	if (_i == CLOSE_NOTIFY || _i == PLAIN_END) {
		ck_assert_int_eq(step, TLS_STEP_CLOSED);
		ck_assert_int_eq(meeting->err.kind, ERR_NONE);
	} else {
		ck_assert_int_eq(step, TLS_STEP_FAILED);
		ck_assert_int_eq(meeting->err.kind, _i == ALERT ? ERR_TLS : ERR_NET);
		ck_assert_int_eq(meeting->facts->alert != 0, _i == ALERT);
	}
	ERR_clear_error();
	/* No signal, whatever the state. */
	struct err ignored = {0};
	(void)tls_write(meeting->tls, span_of("QUIT\r\n"), &n, &ignored);
	tls_close(meeting->tls);
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

START_TEST(writing_to_a_peer_that_is_gone_raises_no_signal) {
	struct tls_lab lab;
	struct tls_meeting *meeting = meet_at(&lab, 0);
	size_t n = 0;
	close(meeting->fds[1]);
	meeting->fds[1] = dup(meeting->fds[0]);
	ck_assert_int_eq(
		tls_write(meeting->tls, span_of("EHLO x\r\n"), &n, &meeting->err), TLS_STEP_FAILED);
	ck_assert_int_eq(meeting->err.kind, ERR_NET);
	tls_close(meeting->tls);
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

/* A server that keeps sending tickets must not keep us inside one call: deadlines and signals are
 * looked at between calls only. */
START_TEST(a_flood_of_tickets_does_not_hold_a_read) {
	struct tls_lab lab;
	struct tls_meeting *meeting = meet_at(&lab, TLS1_3_VERSION);
	int sent = 0;
	while (sent < 2000 && SSL_new_session_ticket(meeting->server) == 1 &&
		   SSL_do_handshake(meeting->server) == 1) {
		sent++;
	}
	ck_assert_int_gt(sent, 100);
	uint8_t byte;
	size_t n = 0;
	ck_assert_int_eq(tls_read(meeting->tls, &byte, 1, &n, &meeting->err), TLS_STEP_WANT_READ);
	ck_assert_msg(
		recv(meeting->fds[0], &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 1, "one call took all of it");
	int calls = 1;
	while (recv(meeting->fds[0], &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 1 && calls < 1000) {
		ck_assert_int_eq(tls_read(meeting->tls, &byte, 1, &n, &meeting->err), TLS_STEP_WANT_READ);
		calls++;
	}
	ck_assert_uint_ge(tls_tickets(meeting->tls), (size_t)sent);
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

START_TEST(nobody_renegotiates_with_us) {
	struct tls_lab lab;
	struct tls_meeting *meeting = meet_at(&lab, TLS1_2_VERSION);
	uint8_t buffer[10];
	size_t n = 0;
	ck_assert_int_eq(SSL_renegotiate(meeting->server), 1);
	(void)SSL_do_handshake(meeting->server);
	ck_assert_int_eq(
		tls_read(meeting->tls, buffer, sizeof buffer, &n, &meeting->err), TLS_STEP_WANT_READ);
	ck_assert_int_eq(SSL_read(meeting->server, buffer, sizeof buffer), -1);
	ck_assert_int_eq(ERR_GET_REASON(ERR_peek_error()), SSL_R_NO_RENEGOTIATION);
	ERR_clear_error();
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

UNIT_MAIN(
	"tls_stream", tcase_add_loop_test(tc, bytes_travel_both_ways_and_nothing_sleeps_inside, 0, 2);
	tcase_add_test(tc, writing_stops_when_the_peer_does_not_read);
	tcase_add_test(tc, a_flood_of_tickets_does_not_hold_a_read);
	tcase_add_test(tc, nobody_renegotiates_with_us); tcase_add_test(tc, our_goodbye_is_heard);
	tcase_add_loop_test(tc, the_peers_ways_to_end_are_told_apart, CLOSE_NOTIFY, VANISHED + 1);
	tcase_add_test(tc, writing_to_a_peer_that_is_gone_raises_no_signal);)
