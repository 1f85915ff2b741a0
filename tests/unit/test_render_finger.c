/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Events as lines: each alone, and a whole run against golden files. */
#include "golden.h"
#include "render/render_finger.h"
#include "tls/tls_facts.h"

/* What -v, -vv and -vvv of the plugin show. */
enum finger_detail { FINGER_ROUTINE, FINGER_MORE, FINGER_ALL };

static const struct node_name peer = {"MX1.example.org", "192.0.2.1", 25};
static const struct node_name lmtp = {"localhost", "/run/lmtp", 0};

#define N "mx1.example.org[192.0.2.1]:25"
#define AS_IS "MX1.example.org[192.0.2.1]:25"

static uint8_t long_rdata[3 + 70] = {3, 0, 0};

#define BYTES(literal)                                                                             \
	{ (const uint8_t *)(literal), sizeof(literal) - 1 }

static const struct {
	struct event event;
	enum finger_detail detail; /* the least that shows it */
	const char *lines;
} rows[] = {
	{{.kind = EVENT_DNS_QUESTION, .text = {"example.org", "MX"}}, FINGER_MORE,
		"DNS query example.org MX\n"},
	{{.kind = EVENT_DNS_ANSWER,
		 .text = {"example.org", "MX", "secure, found", "10 mx1.example.org"},
		 .number = {1234, -1}},
		FINGER_MORE, "DNS answer example.org MX: secure, found: 10 mx1.example.org (1.2 ms)\n"},
	{{.kind = EVENT_DNS_ANSWER,
		 .text = {"example.org", "MX", "bogus", ""},
		 .bytes = {BYTES("no proof\x01")},
		 .number = {500, 6}},
		FINGER_MORE, "DNS answer example.org MX: bogus, extended error 6 no proof? (0.5 ms)\n"},
	{{.kind = EVENT_DNS_WARNING, .text = {"DANE TLSA lookup problem: why"}}, FINGER_ROUTINE,
		"warning: DANE TLSA lookup problem: why\n"},
	{{.kind = EVENT_DNSSEC_UNTRUSTED, .text = {"ns:."}}, FINGER_ROUTINE,
		"warning: DNSSEC validation may be unavailable\n"
		"warning: reason: dnssec_probe 'ns:.' received a response that is not DNSSEC validated\n"},
	{{.kind = EVENT_DNSSEC_UNTRUSTED, .text = {"ns:.", "timed out"}}, FINGER_ROUTINE,
		"warning: DNSSEC validation may be unavailable\n"
		"warning: reason: dnssec_probe 'ns:.' received no response: timed out\n"},
	{{.kind = EVENT_LOOKUP_FAILED, .text = {"Host not found"}}, FINGER_ROUTINE,
		"Destination address lookup failed: Host not found\n"},
	{{.kind = EVENT_POLICY,
		 .peer = &peer,
		 .text = {"half-dane", "why", "MX RRset insecure: log verified as trusted"}},
		FINGER_ROUTINE, "MX RRset insecure: log verified as trusted\n"},
	{{.kind = EVENT_POLICY, .peer = &peer, .text = {"may", "no TLSA records in force"}},
		FINGER_MORE, AS_IS ": TLS security level may: no TLSA records in force\n"},
	{{.kind = EVENT_TLSA_RECORD,
		 .text = {"_25._tcp.mx1.example.org"},
		 .bytes = {BYTES("\x03\x01\x01\xab\x12")}},
		FINGER_MORE, "DNSSEC-signed TLSA record: _25._tcp.mx1.example.org: 3 1 1 AB12\n"},
	{{.kind = EVENT_TLSA_UNUSABLE,
		 .peer = &peer,
		 .text = {"_25._tcp.a", "x"},
		 .bytes = {BYTES("\x03\x01")}},
		FINGER_ROUTINE, "warning: _25._tcp.a: truncated TLSA RR length == 2\n"},
	{{.kind = EVENT_TLSA_UNUSABLE,
		 .peer = &peer,
		 .text = {"_25._tcp.a", "x"},
		 .bytes = {BYTES("\x01\x00\x01\xff")}},
		FINGER_ROUTINE, "warning: _25._tcp.a unsupported TLSA certificate usage: 1 0 1 FF\n"},
	{{.kind = EVENT_TLSA_UNUSABLE,
		 .peer = &peer,
		 .text = {"_25._tcp.a", "x"},
		 .bytes = {BYTES("\x03\x00\xff\x01")}},
		FINGER_ROUTINE, "warning: _25._tcp.a reserved private-use matching type: 3 0 255 01\n"},
	{{.kind = EVENT_TLSA_UNUSABLE,
		 .peer = &peer,
		 .text = {"_25._tcp.a", "x"},
		 .bytes = {BYTES("\x03\x07\x01\x01")}},
		FINGER_ROUTINE, "warning: " AS_IS ": unusable TLSA RR: 3 7 1 01\n"},
	{{.kind = EVENT_TLSA_UNUSABLE,
		 .peer = &peer,
		 .text = {NULL, "x"},
		 .bytes = {BYTES("\x03\x01\x01")}},
		FINGER_ROUTINE, "warning: " AS_IS ": unusable TLSA RR: 3 1 1 ...\n"},
	{{.kind = EVENT_TLSA_UNUSABLE,
		 .peer = &peer,
		 .text = {NULL, "x"},
		 .bytes = {BYTES("\x03\x01")}},
		FINGER_ROUTINE, "warning: " AS_IS ": unusable TLSA RR: 03 01\n"},
	{{.kind = EVENT_TLSA_UNUSABLE,
		 .peer = &peer,
		 .text = {NULL, "x"},
		 .bytes = {{long_rdata, sizeof long_rdata}}},
		FINGER_ROUTINE,
		"warning: " AS_IS ": unusable TLSA RR: 3 0 0 "
		"0000000000000000000000000000000000000000000000000000000000000000..."
		"0000000000000000000000000000000000000000000000000000000000000000\n"},
	{{.kind = EVENT_NODE_FAILED, .peer = &peer, .text = {"example.org", "TLSA lookup error"}},
		FINGER_ROUTINE,
		"Failed to establish session to example.org via MX1.example.org:25: TLSA lookup error\n"},
	{{.kind = EVENT_NODE_FAILED, .peer = &lmtp, .text = {"unix:/run/lmtp", "No such file"}},
		FINGER_ROUTINE, "Failed to establish session to unix:/run/lmtp: No such file\n"},
	{{.kind = EVENT_CONNECTING, .peer = &peer}, FINGER_MORE, "connecting to " AS_IS "\n"},
	{{.kind = EVENT_CONNECTING, .peer = &peer, .pass = -1, .text = {"an RSA certificate"}},
		FINGER_MORE, "connecting to " AS_IS " for an RSA certificate\n"},
	{{.kind = EVENT_SMTP_SENT, .peer = &peer, .pass = -1, .bytes = {BYTES("QUIT")}}, FINGER_MORE,
		"> QUIT\n"},
	{{.kind = EVENT_CONNECTED, .peer = &peer}, FINGER_ROUTINE, "Connected to " AS_IS "\n"},
	{{.kind = EVENT_CONNECTED, .peer = &lmtp}, FINGER_ROUTINE,
		"Connected to localhost[/run/lmtp]\n"},
	{{.kind = EVENT_CONNECTED}, FINGER_ROUTINE, "Connected to \n"},
	{{.kind = EVENT_SMTP_SENT, .bytes = {BYTES("EHLO a")}}, FINGER_ROUTINE, "> EHLO a\n"},
	{{.kind = EVENT_SMTP_RECEIVED, .bytes = {BYTES("220 mx\x1b")}}, FINGER_ROUTINE, "< 220 mx?\n"},
	{{.kind = EVENT_SMTP_FAILED, .text = {"EHLO rejected"}, .bytes = {BYTES("502 no")}},
		FINGER_ROUTINE, "EHLO rejected: 502 no\n"},
	{{.kind = EVENT_SMTP_FAILED, .text = {"timeout while sending EHLO"}}, FINGER_ROUTINE,
		"timeout while sending EHLO\n"},
	{{.kind = EVENT_SMTP_FAILED,
		 .text = {"timeout while sending QUIT command"},
		 .number = {0, EVENT_LOST_QUIT}},
		FINGER_ROUTINE, "warning: timeout while sending QUIT command\n"},
	{{.kind = EVENT_SMTP_FAILED}, FINGER_ROUTINE, "\n"},
	{{.kind = EVENT_PHASE, .peer = &peer, .text = {"TLS handshake"}, .number = {64210}},
		FINGER_MORE, AS_IS ": TLS handshake took 64.2 ms\n"},
	{{.kind = EVENT_TLS_START, .peer = &peer}, FINGER_MORE,
		"setting up TLS connection to " AS_IS "\n"},
	{{.kind = EVENT_TLS_CIPHERS, .peer = &peer, .text = {"HIGH:!aNULL"}}, FINGER_MORE,
		AS_IS ": TLS cipher list \"HIGH:!aNULL\"\n"},
	{{.kind = EVENT_TLS_SNI, .peer = &peer, .text = {"mx1.example.org"}}, FINGER_MORE,
		AS_IS ": SNI hostname: mx1.example.org\n"},
	{{.kind = EVENT_TLS_WARNING, .peer = &peer, .text = {"peer x", "tls_text_name"}},
		FINGER_ROUTINE, "warning: tls_text_name: " N ": peer x\n"},
	{{.kind = EVENT_TLS_WARNING, .peer = &peer, .text = {"all TLSA records unusable"}},
		FINGER_ROUTINE, "warning: " AS_IS ": all TLSA records unusable\n"},
	{{.kind = EVENT_TLS_STATE, .text = {"SSLv3/TLS write client hello"}}, FINGER_ALL,
		"SSL_connect:SSLv3/TLS write client hello\n"},
	{{.kind = EVENT_TLS_ALERT, .text = {"read", "fatal", "handshake failure"}}, FINGER_ALL,
		"SSL3 alert read:fatal:handshake failure\n"},
	{{.kind = EVENT_TLS_DEPTH, .peer = &peer, .number = {1, 0}, .bytes = {BYTES("/CN=Root")}},
		FINGER_MORE, N ": depth=1 verify=0 subject=/CN=Root\n"},
	{{.kind = EVENT_TLS_DEPTH, .peer = &peer, .number = {-1, 1}}, FINGER_MORE,
		N ": verify=1 raw public key\n"},
	{{.kind = EVENT_TLS_FAILED, .peer = &peer, .text = {"lost connection"}}, FINGER_ROUTINE,
		"SSL_connect error to " AS_IS ": lost connection\n"},
	{{.kind = EVENT_TLS_LIBRARY, .text = {"error:0A000126:SSL routines::x:ssl.c:1:"}},
		FINGER_ROUTINE, "warning: TLS library problem: error:0A000126:SSL routines::x:ssl.c:1:\n"},
	{{.kind = EVENT_TLS_PEERNAME, .peer = &peer, .bytes = {BYTES("*.example.org")}}, FINGER_ROUTINE,
		N ": matched peername: *.example.org\n"},
	{{.kind = EVENT_TLS_MATCHED,
		 .peer = &peer,
		 .text = {"DANE EE certificate"},
		 .number = {0, TLS_MATCHED_DANE_EE},
		 .bytes = {BYTES("\x03\x01\x01\xab")}},
		FINGER_ROUTINE, N ": Matched DANE EE certificate at depth 0: 3 1 1 AB\n"},
	{{.kind = EVENT_TLS_MATCHED,
		 .peer = &peer,
		 .text = {"DANE raw public key"},
		 .number = {-1, TLS_MATCHED_DANE_RAW_KEY},
		 .bytes = {BYTES("\x03\x01\x01\xab")}},
		FINGER_ROUTINE, N ": Matched DANE raw public key: 3 1 1 AB\n"},
	{{.kind = EVENT_TLS_MATCHED,
		 .peer = &peer,
		 .text = {"trust anchor"},
		 .number = {2, TLS_MATCHED_TRUST_ANCHOR}},
		FINGER_ROUTINE, N ": Matched trust anchor at depth 2\n"},
	{{.kind = EVENT_TLS_MATCHED,
		 .peer = &peer,
		 .text = {"fingerprint"},
		 .number = {0, TLS_MATCHED_FINGERPRINT},
		 .bytes = {BYTES("\xab\xcd")}},
		FINGER_ROUTINE, N ": Matched fingerprint: ABCD\n"},
	{{.kind = EVENT_TLS_MATCHED, .peer = &peer}, FINGER_ROUTINE, N ": Matched  at depth 0\n"},
	{{.kind = EVENT_TLS_SUBJECT,
		 .peer = &peer,
		 .bytes = {BYTES("mx1"), BYTES("CA"), BYTES("\x02\x24"), BYTES("\x2e\x6f")}},
		FINGER_ROUTINE,
		N ": subject_CN=mx1, issuer=CA, cert fingerprint=02:24, pkey fingerprint=2E:6F\n"},
	{{.kind = EVENT_TLS_ESTABLISHED,
		 .peer = &peer,
		 .text = {"Verified", "TLSv1.3", "TLS_AES_256_GCM_SHA384", " key-exchange x25519"},
		 .number = {256, 256}},
		FINGER_ROUTINE,
		"Verified TLS connection established to " N
		": TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange x25519\n"},
	{{.kind = EVENT_TLS_ANONYMOUS}, FINGER_ROUTINE, "Server is anonymous\n"},
	{{.kind = EVENT_CERTIFICATE,
		 .peer = &peer,
		 .number = {1, 1800000000},
		 .bytes = {BYTES("/CN=a"), BYTES("/CN=b")},
		 .text = {"EC 256 bits, ecdsa-with-SHA256"}},
		FINGER_MORE,
		N ": certificate 1: subject=/CN=a issuer=/CN=b, EC 256 bits, ecdsa-with-SHA256, not after "
		  "2027-01-15\n"},
	{{.kind = EVENT_CERTIFICATE, .peer = &peer, .number = {0, INT64_MAX}}, FINGER_MORE,
		N ": certificate 0: subject= issuer=, , not after ?\n"},
};

static const char *rendered(
	struct arena *arena, const struct event *event, enum finger_detail detail, const char *prefix) {
	static const unsigned more = FINGER_VERBOSE | FINGER_UNTRUSTED | FINGER_DANE | FINGER_SNI |
								 FINGER_LIBRARY | FINGER_DETAILS;
	unsigned show = FINGER_CHAT | FINGER_SUMMARY | FINGER_CERTMATCH;
	show |= detail >= FINGER_MORE ? more : 0;
	show |= detail >= FINGER_ALL ? FINGER_SSL_DEBUG : 0;
	const struct finger_style style = {
		.prefix = prefix, .show = show, .escape = TEXT_FINGER, .quote_max = 512};
	struct text text = text_new(arena, 8000);
	render_finger_event(&text, &style, event);
	return text.at;
}

START_TEST(an_event_is_this_line_from_this_detail_on) {
	struct arena *arena = unit_arena();
	for (int detail = FINGER_ROUTINE; detail <= FINGER_ALL; detail++) {
		const char *text = rendered(arena, &rows[_i].event, (enum finger_detail)detail, "");
		bool shown = detail >= (int)rows[_i].detail;
		if (!shown || rows[_i].event.kind != EVENT_POLICY || detail == (int)rows[_i].detail) {
			ck_assert_str_eq(text, shown ? rows[_i].lines : "");
		}
	}
	arena_free(arena);
}
END_TEST

/* posttls-finger 3.12's words for a verification error at a level that demands more. */
static const struct {
	int code;
	int depth;
	const char *rest;
} unverified[] = {
	{27, 0, "certificate verification failed for " N ": not trusted by local or TLSA policy\n"},
	{18, 0, "certificate verification failed for " N ": self-signed certificate\n"},
	{20, 1, "certificate verification failed for " N ": untrusted issuer /O=Lab/CN=Root\n"},
	{19, 2, "certificate verification failed for " N ": untrusted issuer /O=Lab/CN=Root\n"},
	{9, 0, "server certificate verification failed for " N ": certificate not yet valid\n"},
	{13, 1, "CA certificate verification failed for " N ": certificate not yet valid\n"},
	{10, 1, "CA certificate verification failed for " N ": certificate has expired\n"},
	{14, 0, "server certificate verification failed for " N ": certificate has expired\n"},
	{26, 0,
		"certificate verification failed for " N
		": not designated for use as a server certificate\n"},
	{26, 1,
		"certificate verification failed for " N ": not designated for use as a CA certificate\n"},
	{22, 0, "certificate verification failed for " N ": certificate chain longer than limit(9)\n"},
	{62, 0, "server certificate verification failed for " N ": num=62:words\n"},
	{65, 1, "CA certificate verification failed for " N ": num=65:words\n"},
};

START_TEST(a_verification_error_has_posttls_fingers_words) {
	struct arena *arena = unit_arena();
	struct event event = {.kind = EVENT_TLS_UNVERIFIED,
		.peer = &peer,
		.text = {"words", "secure"},
		.bytes = {BYTES("/O=Lab/CN=Root")},
		.number = {unverified[_i].code, unverified[_i].depth}};
	ck_assert_str_eq(rendered(arena, &event, FINGER_ROUTINE, ""), unverified[_i].rest);
	event.text[1] = NULL; /* no level demands it */
	ck_assert_str_eq(rendered(arena, &event, FINGER_ROUTINE, ""), "");
	ck_assert_str_eq(rendered(arena, &event, FINGER_MORE, ""), unverified[_i].rest);
	arena_free(arena);
}
END_TEST

START_TEST(the_fallback_is_told_by_posttls_finger_with_more_detail_only) {
	struct arena *arena = unit_arena();
	const struct event event = {.kind = EVENT_POLICY,
		.peer = &peer,
		.text = {"secure", "why", "no TLSA records found, resorting to \"secure\""},
		.number = {1}};
	ck_assert_str_eq(rendered(arena, &event, FINGER_ROUTINE, ""), "");
	ck_assert_str_eq(rendered(arena, &event, FINGER_MORE, ""),
		"no TLSA records found, resorting to \"secure\"\n" AS_IS
		": TLS security level secure: why\n");
	arena_free(arena);
}
END_TEST

START_TEST(every_line_carries_the_prefix) {
	struct arena *arena = unit_arena();
	struct text all = text_new(arena, 16000);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		text_add(&all, rendered(arena, &rows[i].event, FINGER_ALL, "smtp-tls-finger: "));
	}
	for (const char *at = all.at; *at != '\0'; at = strchr(at, '\n') + 1) {
		ck_assert_int_eq(strncmp(at, "smtp-tls-finger: ", 17), 0);
	}
	golden_check("trace.golden", all.at);
	arena_free(arena);
}
END_TEST

UNIT_MAIN("render_finger", tcase_add_loop_test(tc, an_event_is_this_line_from_this_detail_on, 0,
							   (int)(sizeof rows / sizeof *rows));
		  tcase_add_loop_test(tc, a_verification_error_has_posttls_fingers_words, 0,
			  (int)(sizeof unverified / sizeof *unverified));
		  tcase_add_test(tc, the_fallback_is_told_by_posttls_finger_with_more_detail_only);
		  tcase_add_test(tc, every_line_carries_the_prefix);)
