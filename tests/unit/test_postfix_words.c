/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Levels, protocol lists and cipher grades. */
#include <openssl/ssl.h>

#include "tls/postfix_words.h"
#include "unit.h"

#define SSL2 (1U << 0)
#define SSL3 (1U << 1)
#define TLS10 (1U << 2)
#define TLS11 (1U << 3)
#define TLS12 (1U << 4)
#define TLS13 (1U << 5)

struct protocols_case {
	const char *list;
	int floor;
	int ceiling;
	unsigned excluded;
	const char *refused; /* the word in the error; NULL: fine */
};

static const struct protocols_case protocols_cases[] = {
	{"", 0, 0, 0, NULL},
	{" ,:\t", 0, 0, 0, NULL},
	{">=TLSv1", 0x0301, 0, 0, NULL},
	{">=tlsv1.2", 0x0303, 0, 0, NULL},
	{"<=TLSv1.2", 0, 0x0303, 0, NULL},
	{">=TLSv1 <=TLSv1.2", 0x0301, 0x0303, 0, NULL},
	{"<=0x0303", 0, 0x0303, 0, NULL},
	{"<=0303", 0, 0x0303, 0, NULL},
	{">=304", 0x0304, 0, 0, NULL},
	{">=0399", 0x0399, 0, 0, NULL},
	{">=none", 0, 0, 0, NULL},
	{"!SSLv2, !SSLv3", 0, 0, SSL2 | SSL3, NULL},
	{"!SSLv2:>=TLSv1", 0x0301, 0, SSL2, NULL},
	{"TLSv1.2", 0, 0, SSL2 | SSL3 | TLS10 | TLS11 | TLS13, NULL},
	{"TLSv1.2:TLSv1.3", 0, 0, SSL2 | SSL3 | TLS10 | TLS11, NULL},
	{"TLSv1.2 TLSv1.3 !TLSv1.3", 0, 0, SSL2 | SSL3 | TLS10 | TLS11 | TLS13, NULL},
	{"TLSv1.4", 0, 0, 0, "TLSv1.4"},
	{">= TLSv1", 0, 0, SSL2 | SSL3 | TLS11 | TLS12 | TLS13, NULL},
	{">=", 0, 0, 0, NULL},
	{">=+304", 0x0304, 0, 0, NULL},
	{">=-1", 0, 0, 0, ">=-1"},
	{">=0x", 0, 0, 0, ">=0x"},
	{">=10000", 0x10000, 0, 0, NULL},
	{">=7fffffff", 0x7fffffff, 0, 0, NULL},
	{">=80000000", 0, 0, 0, ">=80000000"},
	{">=fffffffffffffffffff", 0, 0, 0, ">=fffffffffffffffffff"},
	{">=SSLv2", 0, 0, 0, ">=SSLv2"},
	{"<=SSLv3", 0, 0x0300, 0, NULL},
	{">=TLSv1.2x", 0, 0, 0, ">=TLSv1.2x"},
	{"!", 0, 0, 0, "!"},
	{"!!TLSv1", 0, 0, 0, "!!TLSv1"},
	{"TLSv1.2,foo", 0, 0, 0, "foo"},
	{">=TLSv1.2222222222222222222222222222222222222222", 0, 0, 0, ">=TLSv1.2222"},
};

START_TEST(protocol_lists_mean_what_postfix_says) {
	const struct protocols_case *c = &protocols_cases[_i];
	struct tls_protocols protocols = {9, 9, 9, true};
	struct err err = {0};
	bool fine = tls_protocols_parse(&protocols, c->list, &err);
	ck_assert_msg(fine == (c->refused == NULL), "\"%s\": %s", c->list, err.text);
	if (fine) {
		ck_assert_int_eq(protocols.floor, c->floor);
		ck_assert_int_eq(protocols.ceiling, c->ceiling);
		ck_assert_uint_eq(protocols.excluded, c->excluded);
		bool bare = strcmp(c->list, ">=") == 0 || strncmp(c->list, ">= ", 3) == 0;
		ck_assert_int_eq(protocols.bare_limit, bare);
	} else {
		ck_assert_int_eq(err.kind, ERR_USAGE);
		ck_assert_msg(strstr(err.text, c->refused) != NULL, "%s", err.text);
	}
}
END_TEST

START_TEST(the_newest_protocol_of_a_list_is_known) {
	static const struct {
		const char *list;
		int newest;
	} cases[] = {{"", 0x0304}, {">=TLSv1", 0x0304}, {"!TLSv1.3", 0x0303}, {"<=TLSv1.1", 0x0302},
		{"TLSv1", 0x0301}, {"SSLv3", 0}, {"<=SSLv3", 0}, {">=TLSv1.3 <=TLSv1.2", 0},
		{">=TLSv1.3 !TLSv1.3", 0}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct tls_protocols protocols;
		ck_assert(tls_protocols_parse(&protocols, cases[i].list, NULL));
		ck_assert_msg(tls_protocols_newest(&protocols) == cases[i].newest, "%s", cases[i].list);
	}
}
END_TEST

START_TEST(protocol_lists_are_not_read_past_their_end) {
	static const char list[] = "!SSLv2, >=TLSv1:<=0x0303 TLSv1.2";
	for (size_t len = 0; len < sizeof list; len++) {
		char prefix[sizeof list];
		memcpy(prefix, list, len);
		prefix[len] = '\0';
		struct span guarded = unit_guarded((struct span){(const uint8_t *)prefix, len + 1});
		struct tls_protocols protocols;
		(void)tls_protocols_parse(&protocols, (const char *)guarded.at, NULL);
	}
}
END_TEST

START_TEST(versions_have_names_and_names_versions) {
	int version = 0;
	ck_assert(tls_protocol_find("tlsV1.3", &version));
	ck_assert_int_eq(version, TLS1_3_VERSION);
	ck_assert(!tls_protocol_find("TLSv2", &version));
	ck_assert_str_eq(tls_protocol_name(TLS1_2_VERSION), "TLSv1.2");
	ck_assert_str_eq(tls_protocol_name(0x0399), "?");
}
END_TEST

START_TEST(levels_have_names_and_half_dane_is_no_choice) {
	for (const struct keyword *k = tls_level_choices; k->word != NULL; k++) {
		ck_assert_str_eq(tls_level_name((enum tls_level)k->value), k->word);
	}
	int level = 0;
	ck_assert_str_eq(tls_level_name(TLS_LEVEL_HALF_DANE), "half-dane");
	ck_assert(!keyword_find(tls_level_choices, "half-dane", &level));
	ck_assert(keyword_find(tls_level_choices, "DANE-only", &level));
	ck_assert_int_eq(level, TLS_LEVEL_DANE_ONLY);
}
END_TEST

/* Position of the first anonymous suite, -1 without one; *n is the length of the list. */
static int first_anonymous(enum tls_grade grade, enum tls_anonymous anonymous, int *n) {
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	SSL_CTX_set_security_level(context, 0);
	ck_assert_int_eq(SSL_CTX_set_ciphersuites(context, ""), 1);
	*n = 0;
	int first = -1;
	if (SSL_CTX_set_cipher_list(context, tls_cipher_list(grade, anonymous)) == 1) {
		STACK_OF(SSL_CIPHER) *all = SSL_CTX_get_ciphers(context);
		*n = sk_SSL_CIPHER_num(all);
		for (int i = *n - 1; i >= 0; i--) {
			if (SSL_CIPHER_get_auth_nid(sk_SSL_CIPHER_value(all, i)) == NID_auth_null) {
				first = i;
			}
		}
	}
	SSL_CTX_free(context);
	return first;
}

struct cipher_case {
	enum tls_grade grade;
	enum tls_anonymous anonymous;
	bool accepted;
	enum { NOWHERE, AT_THE_START, AT_THE_END } place;
};

static const struct cipher_case cipher_cases[] = {
	{TLS_GRADE_MEDIUM, TLS_ANONYMOUS_NEVER, true, NOWHERE},
	{TLS_GRADE_MEDIUM, TLS_ANONYMOUS_FIRST, true, AT_THE_START},
	{TLS_GRADE_MEDIUM, TLS_ANONYMOUS_LAST, true, AT_THE_END},
	{TLS_GRADE_HIGH, TLS_ANONYMOUS_NEVER, true, NOWHERE},
	{TLS_GRADE_HIGH, TLS_ANONYMOUS_FIRST, true, AT_THE_START},
	{TLS_GRADE_HIGH, TLS_ANONYMOUS_LAST, true, AT_THE_END},
	{TLS_GRADE_NULL, TLS_ANONYMOUS_NEVER, true, NOWHERE},
	{TLS_GRADE_NULL, TLS_ANONYMOUS_FIRST, false, NOWHERE},
	{TLS_GRADE_NULL, TLS_ANONYMOUS_LAST, false, NOWHERE},
};

START_TEST(anonymous_suites_stand_where_the_level_wants_them) {
	const struct cipher_case *c = &cipher_cases[_i];
	int n = 0;
	int first = first_anonymous(c->grade, c->anonymous, &n);
	ck_assert_msg((n > 0) == c->accepted, "%d suites", n);
	ck_assert_msg((first >= 0) == (c->place != NOWHERE), "first anonymous at %d of %d", first, n);
	if (c->place == AT_THE_START) {
		ck_assert_int_eq(first, 0);
	} else if (c->place == AT_THE_END) {
		ck_assert_int_ge(first, n / 2);
	}
}
END_TEST

/* One case per row of a table. */
#define LOOP(name, table)                                                                          \
	tcase_add_loop_test(tc, name, 0, (int)(sizeof(table) / sizeof((table)[0])))

UNIT_MAIN("postfix_words", LOOP(protocol_lists_mean_what_postfix_says, protocols_cases);
		  tcase_add_test(tc, the_newest_protocol_of_a_list_is_known);
		  tcase_add_test(tc, protocol_lists_are_not_read_past_their_end);
		  tcase_add_test(tc, versions_have_names_and_names_versions);
		  tcase_add_test(tc, levels_have_names_and_half_dane_is_no_choice);
		  LOOP(anonymous_suites_stand_where_the_level_wants_them, cipher_cases);)
