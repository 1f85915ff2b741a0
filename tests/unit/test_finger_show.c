/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Which line of posttls-finger's log is shown by which bit, and in which pass. */
#include "render/render_finger.h"
#include "tls/tls_facts.h"
#include "unit.h"

static const struct node_name peer = {"MX1.example.org", "192.0.2.1", 25};

#define N "mx1.example.org[192.0.2.1]:25"
#define AS_IS "MX1.example.org[192.0.2.1]:25"
#define ALWAYS 0

#define BYTES(literal)                                                                             \
	{ (const uint8_t *)(literal), sizeof(literal) - 1 }

static const uint8_t octets[] = {
	0x16, 0x03, 0x01, 'a', 'b', 'c', 0x7F, 0xFF, 'd', 0, 0, 0, ' ', 1, 2, 3, 4, ' ', 0, 0};

static const struct {
	struct event event;
	unsigned shown_by; /* each of these bits alone shows it; ALWAYS */
	const char *lines;
} rows[] = {
	{{.kind = EVENT_ASCIIFIED, .text = {"b\xc3\xbc.example", "xn--b-eha.example"}}, ALWAYS,
		"b??.example asciified to xn--b-eha.example\n"},
	{{.kind = EVENT_TLS_ENGINE}, FINGER_VERBOSE, "initializing the client-side TLS engine\n"},
	{{.kind = EVENT_TLS_SETUP, .text = {"Digest algorithm \"x\" not found"}, .number = {1}}, ALWAYS,
		"warning: Digest algorithm \"x\" not found\n"},
	{{.kind = EVENT_TLS_SETUP, .text = {"cannot load"}}, ALWAYS, "cannot load\n"},
	{{.kind = EVENT_TLS_ANCHOR, .text = {"a.pem", "pkey"}, .bytes = {BYTES("\x02\x01\x00\xAB")}},
		FINGER_VERBOSE | FINGER_DANE, "TA pkey as TLSA record: a.pem: 2 1 0 AB\n"},
	{{.kind = EVENT_TLS_FINGERPRINT, .bytes = {BYTES("\x03\x00\xFF\xAB")}},
		FINGER_VERBOSE | FINGER_DANE,
		"fingerprint: digest as private-use TLSA record: 3 0 255 AB\n"},
	{{.kind = EVENT_TLS_SNI, .peer = &peer, .text = {"Sni"}}, FINGER_SNI,
		AS_IS ": SNI hostname: Sni\n"},
	{{.kind = EVENT_TLS_START, .peer = &peer}, FINGER_VERBOSE,
		"setting up TLS connection to " AS_IS "\n"},
	{{.kind = EVENT_TLS_CIPHERS, .peer = &peer, .text = {"HIGH"}}, FINGER_VERBOSE,
		AS_IS ": TLS cipher list \"HIGH\"\n"},
	{{.kind = EVENT_TLS_DEPTH, .peer = &peer, .number = {-1, 1}}, FINGER_VERBOSE,
		N ": verify=1 raw public key\n"},
	{{.kind = EVENT_TLSA_RECORD,
		 .peer = &peer,
		 .text = {"_25._tcp.mx"},
		 .bytes = {BYTES("\3\1\1\2")}},
		FINGER_VERBOSE | FINGER_DANE, "DNSSEC-signed TLSA record: _25._tcp.mx: 3 1 1 02\n"},
	{{.kind = EVENT_TLS_MATCHED,
		 .peer = &peer,
		 .text = {"DANE raw public key"},
		 .number = {-1, TLS_MATCHED_DANE_RAW_KEY},
		 .bytes = {BYTES("\x03\x01\x01\xab")}},
		FINGER_CERTMATCH | FINGER_VERBOSE, N ": Matched DANE raw public key: 3 1 1 AB\n"},
	{{.kind = EVENT_TLS_RAW_KEY, .peer = &peer, .bytes = {BYTES("\xab\xcd")}},
		FINGER_CERTMATCH | FINGER_VERBOSE, AS_IS ": raw public key fingerprint=AB:CD\n"},
	{{.kind = EVENT_TLS_PEERNAME, .peer = &peer, .bytes = {BYTES("*.example.org")}},
		FINGER_CERTMATCH | FINGER_VERBOSE, N ": matched peername: *.example.org\n"},
	{{.kind = EVENT_TLS_STATE, .text = {"x"}}, FINGER_SSL_DEBUG, "SSL_connect:x\n"},
	{{.kind = EVENT_TLS_UNVERIFIED, .peer = &peer, .text = {"w"}, .number = {18}}, FINGER_UNTRUSTED,
		"certificate verification failed for " N ": self-signed certificate\n"},
	{{.kind = EVENT_TLS_UNVERIFIED, .peer = &peer, .text = {"w", "secure"}, .number = {18}}, ALWAYS,
		"certificate verification failed for " N ": self-signed certificate\n"},
	{{.kind = EVENT_TLS_REUSED, .peer = &peer}, FINGER_CACHE, N ": Reusing old session\n"},
	{{.kind = EVENT_TLS_REUSED_UNTRUSTED, .peer = &peer}, FINGER_UNTRUSTED,
		AS_IS ": re-using session with untrusted peer credential, look for details earlier in the "
			  "log\n"},
	{{.kind = EVENT_TLS_REUSED_UNTRUSTED, .peer = &peer, .text = {NULL, "dane"}}, ALWAYS,
		AS_IS ": re-using session with untrusted peer credential, look for details earlier in the "
			  "log\n"},
	{{.kind = EVENT_TLS_CACHE, .text = {"[::1]:25&AB"}, .number = {EVENT_CACHE_LOOKING}},
		FINGER_CACHE, "looking for session [::1]:25&AB in memory cache\n"},
	{{.kind = EVENT_TLS_CACHE, .text = {"[::1]:25&AB"}, .number = {EVENT_CACHE_RELOADED}},
		FINGER_CACHE, "reloaded session [::1]:25&AB from memory cache\n"},
	{{.kind = EVENT_TLS_CACHE, .text = {"[::1]:25&AB"}, .number = {EVENT_CACHE_SAVED}},
		FINGER_CACHE, "save session [::1]:25&AB to memory cache\n"},
	{{.kind = EVENT_TLS_CACHE, .text = {"[::1]:25&AB"}, .number = {EVENT_CACHE_REMOVED}},
		FINGER_CACHE, "remove session [::1]:25&AB from client cache\n"},
	{{.kind = EVENT_RECONNECT, .number = {1000000}}, ALWAYS, "Reconnecting after 1 seconds\n"},
	{{.kind = EVENT_RECONNECT, .number = {1500000}}, ALWAYS, "Reconnecting after 1500 ms\n"},
	{{.kind = EVENT_RECONNECT_END, .text = {"Maximum reconnect count reached."}}, ALWAYS,
		"Maximum reconnect count reached.\n"},
	{{.kind = EVENT_TLS_DUMP,
		 .text = {"read from"},
		 .number = {20, 20},
		 .bytes = {{octets, sizeof octets}}},
		FINGER_HANDSHAKE_DUMP | FINGER_SESSION_DUMP,
		"read from 00000000 [00000000] (20 bytes => 20 (0x14))\n"
		"0000 16 03 01 61 62 63 7f ff|64 00 00 00 20 01 02 03  ...abc.. d... ...\n"
		"0010 04                                               .\n"
		"0011 - <SPACES/NULLS>\n"},
	{{.kind = EVENT_TLS_DUMP, .text = {"write to"}, .number = {5, 8}, .bytes = {{octets, 8}}},
		FINGER_HANDSHAKE_DUMP | FINGER_SESSION_DUMP,
		"write to 00000000 [00000000] (5 bytes => 8 (0x8))\n"
		"0000 16 03 01 61 62 63 7f ff|                         ...abc.. \n"},
	{{.kind = EVENT_TLS_DUMP, .text = {"read from"}, .number = {5, -1}},
		FINGER_HANDSHAKE_DUMP | FINGER_SESSION_DUMP,
		"read from 00000000 [00000000] (5 bytes => -1)\n"},
	{{.kind = EVENT_TLS_CHARS, .text = {"Read"}, .bytes = {BYTES("250 ok\r\n")}},
		FINGER_SESSION_DUMP, "Read 8 chars: 250 ok??\n"},
	{{.kind = EVENT_TLS_CHARS,
		 .text = {"Write"},
		 .bytes = {BYTES("0123456789012345678901234567890123456789more")}},
		FINGER_SESSION_DUMP, "Write 44 chars: 0123456789012345678901234567890123456789\n"},
	{{.kind = EVENT_TLS_MESSAGE, .bytes = {BYTES("Sent Record\n  Version\x1b\n\nend")}},
		FINGER_MESSAGES, "tls: Sent Record\ntls:   Version?\ntls: \ntls: end\n"},
	{{.kind = EVENT_SMTP_SENT, .bytes = {BYTES("QUIT")}}, FINGER_CHAT, "> QUIT\n"},
	{{.kind = EVENT_SMTP_RECEIVED, .bytes = {BYTES("250 h\xc3\xa9\t")}}, FINGER_CHAT,
		"< 250 h???\n"},
	{{.kind = EVENT_CONNECTED, .peer = &peer}, FINGER_CHAT, "Connected to " AS_IS "\n"},
	{{.kind = EVENT_TLS_CHAIN,
		 .number = {0, 2},
		 .bytes = {BYTES("/CN=a"), BYTES("/CN=b"), BYTES("\x01\xAB"), BYTES("\x02"), BYTES("xy")}},
		FINGER_CHAIN,
		"\n---\nCertificate chain\n 0 subject: /CN=a\n    issuer: /CN=b\n   cert digest=01:AB\n"
		"   pkey digest=02\n-----BEGIN CERTIFICATE-----\neHk=\n-----END CERTIFICATE-----\n"},
	{{.kind = EVENT_TLS_CHAIN,
		 .number = {10, 2},
		 .bytes = {[4] = BYTES("0123456789012345678901234567890123456789012345678")}},
		FINGER_CHAIN,
		"10 subject: \n    issuer: \n   cert digest=\n   pkey digest=\n"
		"-----BEGIN CERTIFICATE-----\n"
		"MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3\n"
		"OA==\n-----END CERTIFICATE-----\n"},
};

static const char *rendered(struct arena *arena, const struct event *event, unsigned show) {
	const struct finger_style style = {
		.prefix = "", .show = show, .escape = TEXT_FINGER, .quote_max = 512};
	struct text text = text_new(arena, 8000);
	render_finger_event(&text, &style, event);
	return text.at;
}

START_TEST(each_bit_shows_its_lines_and_no_others) {
	struct arena *arena = unit_arena();
	for (unsigned bit = 1; bit <= FINGER_DETAILS; bit <<= 1) {
		const char *text = rendered(arena, &rows[_i].event, bit);
		bool shown = rows[_i].shown_by == ALWAYS || (rows[_i].shown_by & bit) != 0;
		ck_assert_str_eq(text, shown ? rows[_i].lines : "");
	}
	ck_assert_str_eq(
		rendered(arena, &rows[_i].event, 0), rows[_i].shown_by == ALWAYS ? rows[_i].lines : "");
	arena_free(arena);
}
END_TEST

START_TEST(a_later_pass_hides_what_was_shown_in_the_first) {
	static const struct event hidden[] = {
		{.kind = EVENT_CONNECTED, .peer = &peer},
		{.kind = EVENT_SMTP_SENT, .bytes = {BYTES("EHLO a")}, .number = {1}},
		{.kind = EVENT_SMTP_RECEIVED, .bytes = {BYTES("250 a")}, .number = {1}},
		{.kind = EVENT_TLS_ANONYMOUS},
		{.kind = EVENT_TLS_CHAIN},
		{.kind = EVENT_TLS_SUBJECT, .peer = &peer},
		{.kind = EVENT_TLS_DEPTH, .peer = &peer},
	};
	static const struct event shown[] = {
		{.kind = EVENT_SMTP_SENT, .bytes = {BYTES("QUIT")}},
		{.kind = EVENT_SMTP_RECEIVED, .bytes = {BYTES("220 a")}},
		{.kind = EVENT_TLS_REUSED, .peer = &peer},
		{.kind = EVENT_TLS_CACHE, .text = {"x"}},
		{.kind = EVENT_RECONNECT},
	};
	struct arena *arena = unit_arena();
	const unsigned show = (FINGER_DETAILS - 1) & ~(unsigned)FINGER_CACHE;
	for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++) {
		struct event event = hidden[i];
		event.pass = 1;
		ck_assert_str_ne(rendered(arena, &event, show), "");
		event.pass = 2;
		ck_assert_str_eq(rendered(arena, &event, show), "");
	}
	for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
		struct event event = shown[i];
		event.pass = 2;
		ck_assert_str_ne(rendered(arena, &event, show), "");
	}
	arena_free(arena);
}
END_TEST

START_TEST(a_connection_lost_at_starttls_is_fatal_where_posttls_finger_ends) {
	struct arena *arena = unit_arena();
	struct event event = {.kind = EVENT_SMTP_FAILED,
		.text = {"timeout while sending STARTTLS"},
		.number = {0, EVENT_LOST_STARTTLS}};
	struct finger_style style = {.prefix = "x: ", .escape = TEXT_FINGER, .quote_max = 512};
	struct text text = text_new(arena, 8000);
	render_finger_event(&text, &style, &event);
	style.marks_fatal = true;
	render_finger_event(&text, &style, &event);
	ck_assert(finger_event_is_fatal(&event));
	event.text[0] = "timeout while sending EHLO";
	event.number[1] = EVENT_LOST_ELSEWHERE;
	ck_assert(!finger_event_is_fatal(&event));
	render_finger_event(&text, &style, &event);
	ck_assert_str_eq(text.at,
		"x: timeout while sending STARTTLS\nx: fatal: timeout while sending STARTTLS\n"
		"x: timeout while sending EHLO\n");
	arena_free(arena);
}
END_TEST

START_TEST(utf8_stays_in_names_but_not_in_smtp) {
	struct arena *arena = unit_arena();
	static const struct event name = {
		.kind = EVENT_ASCIIFIED, .text = {"b\xc3\xbc\xff\xc3\xe2\x82\xac\x1b", "xn--b-eha"}};
	static const struct event reply = {
		.kind = EVENT_SMTP_RECEIVED, .bytes = {BYTES("220 b\xc3\xbc")}};
	const struct finger_style style = {
		.prefix = "", .show = FINGER_CHAT, .escape = TEXT_FINGER_UTF8, .quote_max = 512};
	struct text text = text_new(arena, 8000);
	render_finger_event(&text, &style, &name);
	render_finger_event(&text, &style, &reply);
	ck_assert_str_eq(text.at, "b\xc3\xbc??\xe2\x82\xac? asciified to xn--b-eha\n< 220 b??\n");
	arena_free(arena);
}
END_TEST

UNIT_MAIN("finger_show", tcase_add_loop_test(tc, each_bit_shows_its_lines_and_no_others, 0,
							 (int)(sizeof rows / sizeof *rows));
		  tcase_add_test(tc, a_later_pass_hides_what_was_shown_in_the_first);
		  tcase_add_test(tc, a_connection_lost_at_starttls_is_fatal_where_posttls_finger_ends);
		  tcase_add_test(tc, utf8_stays_in_names_but_not_in_smtp);)
