/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Destination and match arguments of smtp-tls-finger. */
#include "finger_desk.h"
#include "smtp-tls-finger.d/match.h"
#include "smtp-tls-finger.d/place.h"

static const struct postfix_params params = {.smtputf8_enable = false,
	.known_tcp_ports = "lmtp=24, smtp=25, smtps=submissions=465, submission=587"};

#define REQUIRED "valid hostname or network address required in server description: "

static const struct {
	const char *words;
	const char *err; /* NULL: fine */
	enum destination_kind kind;
	uint16_t port;
	const char *srv;
} places[] = {
	{"example.org", NULL, DESTINATION_DOMAIN, 25, NULL},
	{"example.org:587", NULL, DESTINATION_DOMAIN, 587, NULL},
	{"example.org:smtps", NULL, DESTINATION_DOMAIN, 465, NULL},
	{"example.org:submissions", NULL, DESTINATION_DOMAIN, 465, NULL},
	{"[mx.example.org]:", NULL, DESTINATION_HOST, 25, NULL},
	{"mx_1.example.org", NULL, DESTINATION_DOMAIN, 25, NULL},
	{"192.0.2.1:26", NULL, DESTINATION_ADDRESS, 26, NULL},
	{"[::1]", NULL, DESTINATION_ADDRESS, 25, NULL},
	{"[IPv6:::1]", NULL, DESTINATION_ADDRESS, 25, NULL},
	{"::1:26", NULL, DESTINATION_ADDRESS, 26, NULL},
	{"127.0.0.02", NULL, DESTINATION_ADDRESS, 25, NULL},
	{"[127.0.0.08]:26", NULL, DESTINATION_ADDRESS, 26, NULL},
	{"-S mx", NULL, DESTINATION_HOST, 24, NULL},
	{"-S inet:mx:25", NULL, DESTINATION_HOST, 25, NULL},
	{"-S inet:[mx]", NULL, DESTINATION_HOST, 24, NULL},
	{"-S unix:/run/lmtp", NULL, DESTINATION_UNIX, 0, NULL},
	{"-S unix:lmtp", NULL, DESTINATION_UNIX, 0, NULL},
	{"-R example.org", NULL, DESTINATION_DOMAIN, 25, "smtp"},
	{"-R example.org:submission", NULL, DESTINATION_DOMAIN, 587, "submission"},
	{"-R [example.org]", NULL, DESTINATION_HOST, 25, NULL},
	{"-R -S example.org", NULL, DESTINATION_HOST, 24, NULL},
	{"''", "missing host information in server description: ", 0, 0, NULL},
	{":25", "missing host information in server description: :25", 0, 0, NULL},
	{"-S inet:", "missing host information in server description: ", 0, 0, NULL},
	{"[", "missing \"]\" in server description: [", 0, 0, NULL},
	{"[a", "missing \"]\" in server description: [a", 0, 0, NULL},
	{"[a]b", "garbage after \"]\" in server description: [a]b", 0, 0, NULL},
	{"[]", REQUIRED "[]", 0, 0, NULL},
	{"::1", REQUIRED "::1", 0, 0, NULL},
	{"x.", REQUIRED "x.", 0, 0, NULL},
	{"foo..bar", REQUIRED "foo..bar", 0, 0, NULL},
	{"-- -a.b", REQUIRED "-a.b", 0, 0, NULL},
	{"1.2.3", REQUIRED "1.2.3", 0, 0, NULL},
	{"[127.1]", REQUIRED "[127.1]", 0, 0, NULL},
	{"0.1.2.3", REQUIRED "0.1.2.3", 0, 0, NULL},
	{"[1:2:3:4:5:6:7::]", REQUIRED "[1:2:3:4:5:6:7::]", 0, 0, NULL},
	{"u@d", REQUIRED "u@d", 0, 0, NULL},
	{"a:1:2", REQUIRED "a:1:2", 0, 0, NULL},
	{"inet:foo:25", REQUIRED "inet:foo:25", 0, 0, NULL},
	{"b\xc3\xbc.example", REQUIRED "b\xc3\xbc.example", 0, 0, NULL},
	{"[ipv6:127.0.0.1]", "malformed IPv6 address in server description: [ipv6:127.0.0.1]", 0, 0,
		NULL},
	{"h:25x", "garbage after numerical service in server description: h:25x", 0, 0, NULL},
	{"h:0", "bad network port: 0 for destination: h:0", 0, 0, NULL},
	{"[h]:65536", "bad network port: 65536 for destination: [h]:65536", 0, 0, NULL},
	{"h:nosuch", "unknown service: nosuch/tcp", 0, 0, NULL},
	{"-R h:nosuch", "unknown service: nosuch/tcp", 0, 0, NULL},
	{"inet:foo", "unknown service: foo/tcp", 0, 0, NULL},
	{"unix:/p", "unknown service: /p/tcp", 0, 0, NULL},
};

START_TEST(a_destination_is_this_place_or_this_error) {
	struct finger_desk desk = finger_desk_new();
	struct place place = {.port = 0};
	ck_assert_int_eq(finger_desk_read(&desk, places[_i].words), COMMAND_READ);
	bool read = place_read(&place, &desk.line, &params, desk.arena, &desk.log, &desk.err);
	ck_assert_str_eq(desk.err.text, places[_i].err == NULL ? "" : places[_i].err);
	ck_assert_int_eq(read, places[_i].err == NULL);
	if (read) {
		ck_assert_int_eq(place.destination.kind, places[_i].kind);
		ck_assert_uint_eq(place.port, places[_i].port);
		ck_assert(span_equal(span_of(place.srv_service), span_of(places[_i].srv)));
	}
	ck_assert_str_eq(finger_desk_logged(&desk), "");
	finger_desk_end(&desk);
}
END_TEST

static const struct {
	const char *words; /* beside "-h dns" and the like: the destination */
	const char *families;
	const char *problem; /* NULL: none */
} lookups[] = {
	{"127.0.0.1", "46", NULL},
	{"127.0.0.1", "4", NULL},
	{"127.0.0.1", "6", "Name service error for 127.0.0.1: invalid host or domain name"},
	{"[::1]", "4", "Name service error for ::1: invalid host or domain name"},
	{"[::1]", "", ""},
	{"127.0.0.08", "46", "Name service error for 127.0.0.08: invalid host or domain name"},
	{"[ipv6:1:2:3]", "46", "Name service error for 1:2:3: invalid host or domain name"},
	{"-h '' [::1]", "46", NULL},
	{"-h '' [::1]", "4", ""},
	{"-h native [::1]", "6", NULL},
	{"-h native [::1]", "4",
		"unable to look up host ::1: Address family for hostname not supported"},
	{"-h dns,native [::1]", "4",
		"unable to look up host ::1: Address family for hostname not supported"},
	{"-h native [::1]", "", "::1: host not found"},
	{"-h native 127.0.0.08", "4", "unable to look up host 127.0.0.08: Name or service not known"},
	{"[mx.example.org]", "", NULL},
};

START_TEST(an_address_may_be_of_no_use) {
	struct finger_desk desk = finger_desk_new();
	struct choices choices;
	struct place place = {.port = 0};
	struct postfix_params some = params;
	some.ipv4 = strchr(lookups[_i].families, '4') != NULL;
	some.ipv6 = strchr(lookups[_i].families, '6') != NULL;
	ck_assert_int_eq(finger_desk_read(&desk, lookups[_i].words), COMMAND_READ);
	ck_assert(choices_make(&choices, &desk.line, &desk.log, &desk.err));
	ck_assert(place_read(&place, &desk.line, &some, desk.arena, &desk.log, &desk.err));
	const char *problem = place_address_problem(&place, &some, &choices, desk.arena, &desk.log);
	ck_assert(span_equal(span_of(problem), span_of(lookups[_i].problem)));
	ck_assert_int_eq(problem == NULL, lookups[_i].problem == NULL);
	finger_desk_end(&desk);
}
END_TEST

START_TEST(a_name_with_letters_beyond_ascii_is_converted) {
	struct postfix_params utf8 = params;
	struct finger_desk desk = finger_desk_new();
	struct place place = {.port = 0};
	utf8.smtputf8_enable = true;
	desk.log.escape = TEXT_FINGER_UTF8;
	ck_assert_int_eq(finger_desk_read(&desk, "-S inet:[b\xc3\xbc"
											 "cher.example]:26"),
		COMMAND_READ);
	bool read = place_read(&place, &desk.line, &utf8, desk.arena, &desk.log, &desk.err);
	if (idn_is_available()) {
		ck_assert(read);
		ck_assert_str_eq(place.destination.name, "xn--bcher-kva.example");
		ck_assert_str_eq(place.destination.text, "[b\xc3\xbc"
												 "cher.example]:26");
		ck_assert_uint_eq(place.port, 26);
		ck_assert_str_eq(place.international, "b\xc3\xbc"
											  "cher.example");
		ck_assert_str_eq(finger_desk_logged(&desk), "");
	} else {
		ck_assert(!read);
	}
	desk.err = (struct err){0};
	ck_assert_int_eq(finger_desk_read(&desk, "[b\xc3\xbc"), COMMAND_READ);
	ck_assert(!place_read(&place, &desk.line, &utf8, desk.arena, &desk.log, &desk.err));
	ck_assert_str_eq(desk.err.text, "missing \"]\" in server description: [b\xc3\xbc");
	finger_desk_end(&desk);
}
END_TEST

static const struct {
	const char *value;
	const char *octets; /* NULL: malformed */
} digests[] = {
	{"ABCD", "\xAB\xCD"},
	{"ab:cd", "\xAB\xCD"},
	{"aB:cDef", "\xAB\xCD\xEF"},
	{"01:02", "\x01\x02"},
	{"zz", NULL},
	{"abc", NULL},
	{":ab", NULL},
	{"ab:", NULL},
	{"ab::cd", NULL},
	{"a:b", NULL},
	{"''", NULL},
	{"ab cd", NULL},
};

START_TEST(a_fingerprint_is_pairs_of_digits_with_or_without_colons) {
	struct finger_desk desk = finger_desk_new();
	struct tls_wish wish = {.level = TLS_LEVEL_FINGERPRINT};
	const char *value = digests[_i].value;
	struct value_list match = {&value, 1};
	match_read(&wish, &match, MATCH_NAMES_ASCII, desk.arena, &desk.log, NULL);
	if (digests[_i].octets == NULL) {
		ck_assert_uint_eq(wish.n_fingerprints, 0);
		ck_assert_str_eq(finger_desk_logged(&desk),
			arena_printf(desk.arena, "finger: warning: malformed fingerprint value: %s\n", value));
	} else {
		ck_assert_uint_eq(wish.n_fingerprints, 1);
		ck_assert(span_equal(wish.fingerprints[0], span_of(digests[_i].octets)));
		ck_assert_str_eq(finger_desk_logged(&desk), "");
	}
	finger_desk_end(&desk);
}
END_TEST

struct fingerprint_listener {
	struct trace trace; /* first */
	struct text heard;
};

static void hear_fingerprint(struct trace *trace, const struct event *event) {
	struct fingerprint_listener *listener = (struct fingerprint_listener *)trace;
	ck_assert_int_eq(event->kind, EVENT_TLS_FINGERPRINT);
	text_add_hex(&listener->heard, event->bytes[0], '\0');
	text_add(&listener->heard, " ");
}

START_TEST(fingerprints_are_told_as_records_and_empty_ones_are_passed_over) {
	struct finger_desk desk = finger_desk_new();
	struct fingerprint_listener listener = {
		.trace = {.emit = hear_fingerprint}, .heard = text_new(desk.arena, 256)};
	struct tls_wish wish = {.level = TLS_LEVEL_FINGERPRINT};
	const char *values[] = {"ab:cd", "", "zz", "ab:cd", "01"};
	match_read(&wish, &(struct value_list){values, 5}, MATCH_NAMES_ASCII, desk.arena, &desk.log,
		&listener.trace);
	ck_assert_uint_eq(wish.n_fingerprints, 3);
	ck_assert_str_eq(listener.heard.at, "0300FFABCD 0300FFABCD 0300FF01 ");
	ck_assert_str_eq(
		finger_desk_logged(&desk), "finger: warning: malformed fingerprint value: zz\n");
	finger_desk_end(&desk);
}
END_TEST

START_TEST(a_long_fingerprint_is_cut_in_the_warning) {
	struct finger_desk desk = finger_desk_new();
	struct tls_wish wish = {.level = TLS_LEVEL_FINGERPRINT};
	char text[194];
	memset(text, 'a', sizeof text - 1);
	text[193] = '\0';
	const char *values[] = {text, text + 1};
	struct value_list match = {values, 2};
	match_read(&wish, &match, MATCH_NAMES_ASCII, desk.arena, &desk.log, NULL);
	ck_assert_uint_eq(wish.n_fingerprints, 1);
	ck_assert_uint_eq(wish.fingerprints[0].len, 96);
	ck_assert_str_eq(finger_desk_logged(&desk),
		arena_printf(
			desk.arena, "finger: warning: malformed fingerprint value: %.100s...\n", text));
	finger_desk_end(&desk);
}
END_TEST

START_TEST(levels_without_matching_say_so_once) {
	static const enum tls_level levels[] = {TLS_LEVEL_NONE, TLS_LEVEL_MAY, TLS_LEVEL_ENCRYPT};
	static const char *const names[] = {"none", "may", "encrypt"};
	const char *values[] = {"a", "b"};
	for (size_t i = 0; i < 3; i++) {
		struct finger_desk desk = finger_desk_new();
		struct tls_wish wish = {.level = levels[i]};
		match_read(
			&wish, &(struct value_list){values, 2}, MATCH_NAMES_ASCII, desk.arena, &desk.log, NULL);
		ck_assert_uint_eq(wish.n_patterns, 0);
		ck_assert_str_eq(finger_desk_logged(&desk),
			arena_printf(desk.arena,
				"finger: warning: TLS level '%s' does not implement certificate matching\n",
				names[i]));
		finger_desk_end(&desk);
	}
}
END_TEST

START_TEST(match_names_are_converted_and_keep_their_dot) {
	static const struct {
		const char *name;
		const char *ascii;
	} names[] = {{"nexthop", "nexthop"}, {".example.org", ".example.org"}, {"a,b", "a,b"},
		{"\xe3\x80\x82"
		 "example.org",
			".example.org"},
		{"\xef\xbc\x8e"
		 "a.org",
			".a.org"},
		{"\xef\xbd\xa1"
		 "a.org",
			".a.org"},
		{".b\xc3\xbc.org", ".xn--b-eha.org"}, {"b\xc3\xbc.org", "xn--b-eha.org"}};
	struct finger_desk desk = finger_desk_new();
	for (size_t i = 0; i < sizeof names / sizeof *names && idn_is_available(); i++) {
		ck_assert_str_eq(match_name(names[i].name, MATCH_NAMES_UTF8, desk.arena), names[i].ascii);
		ck_assert_str_eq(match_name(names[i].name, MATCH_NAMES_ASCII, desk.arena), names[i].name);
	}
	struct tls_wish wish = {.level = TLS_LEVEL_DANE};
	const char *values[] = {"hostname", ".example.org"};
	match_read(
		&wish, &(struct value_list){values, 2}, MATCH_NAMES_UTF8, desk.arena, &desk.log, NULL);
	ck_assert_uint_eq(wish.n_patterns, 2);
	ck_assert_str_eq(wish.patterns[1], ".example.org");
	finger_desk_end(&desk);
}
END_TEST

#define ROWS(table) (int)(sizeof(table) / sizeof *(table))

UNIT_MAIN("finger_operands",
		  tcase_add_loop_test(tc, an_address_may_be_of_no_use, 0, sizeof lookups / sizeof *lookups);
		  tcase_add_loop_test(tc, a_destination_is_this_place_or_this_error, 0, ROWS(places));
		  tcase_add_test(tc, a_name_with_letters_beyond_ascii_is_converted); tcase_add_loop_test(
			  tc, a_fingerprint_is_pairs_of_digits_with_or_without_colons, 0, ROWS(digests));
		  tcase_add_test(tc, a_long_fingerprint_is_cut_in_the_warning);
		  tcase_add_test(tc, fingerprints_are_told_as_records_and_empty_ones_are_passed_over);
		  tcase_add_test(tc, levels_without_matching_say_so_once);
		  tcase_add_test(tc, match_names_are_converted_and_keep_their_dot);)
