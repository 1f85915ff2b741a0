/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* DNS replies and names, right, wrong and cut anywhere. */
#include "dns_text.h"

/* Headers: one question, and so many records per section. The question's name is at offset 12. */
#define HEAD(flags, answers, others) "0000 " flags " 0001 " answers " 0000 " others " "
#define ASK(name, type) "'" name " " type " 0001 "
#define TTL "0001 00000e10 "
#define RRSIG(covered, expires, begins) RRSIG_BY("08", covered, expires, begins)
#define RRSIG_BY(algorithm, covered, expires, begins)                                              \
	"002e " TTL "[ " covered " " algorithm " 02 00000e10 " expires " " begins " 1234 'test aabb "  \
	"] "

#define L59 "c2345678901234567890123456789012345678901234567890123456789"
#define L61 L59 "01"
#define L63 L61 "23"

static const struct {
	const char *what;
	const char *name;
	enum dns_type type;
	const char *message;
	const char *answer; /* NULL: malformed */
} cases[] = {
	{"two MX with compressed names", "example.test", DNS_TYPE_MX,
		HEAD("81a0", "0002", "0000") ASK("example.test",
			"000f") "@12 000f " TTL "[ 000a 03 6d7831 @12 ] @12 000f " TTL "[ 0014 'mx2.test ] ",
		"NOERROR ad; example.test 3600 MX 10 mx1.example.test; example.test 3600 MX 20 mx2.test"},
	{"null MX", "n.test", DNS_TYPE_MX,
		HEAD("8180", "0001", "0000") ASK("n.test", "000f") "@12 000f " TTL "[ 0000 00 ] ",
		"NOERROR; n.test 3600 MX 0 ."},
	{"an owner in other letters is the same owner", "Example.TEST.", DNS_TYPE_A,
		HEAD("8180", "0001", "0000") ASK("eXAMPLE.test", "0001") "'example.test 0001 " TTL
																 "[ 7f000001 ] ",
		"NOERROR; Example.TEST 3600 A 7F000001"},
	{"an address of the wrong length is malformed", "a.test", DNS_TYPE_A,
		HEAD("8180", "0001", "0000") ASK("a.test", "0001") "@12 0001 " TTL "[ 7f0001 ] ", NULL},
	{"an IPv6 address", "a.test", DNS_TYPE_AAAA,
		HEAD("8180", "0001", "0000") ASK("a.test", "001c") "@12 001c " TTL
														   "[ 20010db8000000000000000000000001 ] ",
		"NOERROR; a.test 3600 AAAA 20010DB8000000000000000000000001"},
	{"an IPv6 address of four octets is malformed", "a.test", DNS_TYPE_AAAA,
		HEAD("8180", "0001", "0000") ASK("a.test", "001c") "@12 001c " TTL "[ 7f000001 ] ", NULL},
	{"an IPv6 address of seventeen octets is malformed", "a.test", DNS_TYPE_AAAA,
		HEAD("8180", "0001", "0000")
			ASK("a.test", "001c") "@12 001c " TTL "[ 20010db800000000000000000000000100 ] ",
		NULL},
	{"SRV", "_s._tcp.test", DNS_TYPE_SRV,
		HEAD("8180", "0001", "0000") ASK("_s._tcp.test", "0021") "@12 0021 " TTL
																 "[ 0001 0002 0019 'h.test ] ",
		"NOERROR; _s._tcp.test 3600 SRV 1 2 25 h.test"},
	{"a CNAME chain in the wrong order", "a.test", DNS_TYPE_A,
		HEAD("81a0", "0003", "0000")
			ASK("a.test", "0001") "'c.test 0001 " TTL "[ 01020304 ] 'b.test 0005 " TTL
								  "[ 'c.test ] @12 0005 " TTL "[ 'b.test ] ",
		"NOERROR ad; alias a.test b.test; alias b.test c.test; c.test 3600 A 01020304"},
	{"a CNAME that ends elsewhere", "a.test", DNS_TYPE_A,
		HEAD("8180", "0001", "0000") ASK("a.test", "0001") "@12 0005 " TTL "[ 'b.org ] ",
		"NOERROR; alias a.test b.org"},
	{"asked for CNAME, none is followed", "a.test", DNS_TYPE_CNAME,
		HEAD("8180", "0002", "0000")
			ASK("a.test", "0005") "@12 0005 " TTL "[ 'b.test ] 'b.test 0005 " TTL "[ 'c.test ] ",
		"NOERROR; a.test 3600 CNAME b.test"},
	{"a CNAME loop is malformed", "a.test", DNS_TYPE_A,
		HEAD("8180", "0002", "0000")
			ASK("a.test", "0001") "@12 0005 " TTL "[ 'b.test ] 'b.test 0005 " TTL "[ 'a.test ] ",
		NULL},
	{"records of others are dropped", "a.test", DNS_TYPE_A,
		HEAD("8180", "0002", "0000") ASK("a.test", "0001") "'x.test 0001 " TTL
														   "[ 01020304 ] @12 0010 " TTL "[ 00 ] ",
		"NOERROR"},
	{"another class is dropped", "a.test", DNS_TYPE_A,
		HEAD("8180", "0001", "0000") ASK("a.test", "0001") "@12 0001 0003 00000001 [ 01020304 ] ",
		"NOERROR"},
	{"TLSA with a TTL beyond the sign bit", "_25._tcp.mx.test", DNS_TYPE_TLSA,
		HEAD("81a0", "0001", "0000") ASK("_25._tcp.mx.test", "0034") "@12 0034 0001 80000001 "
																	 "[ 030101 abcd ] ",
		"NOERROR ad; _25._tcp.mx.test 0 TLSA 030101ABCD"},
	{"of each record set the signature that lasts longest", "a.test", DNS_TYPE_A,
		HEAD("81a0", "0006", "0000")
			ASK("a.test", "0001") "@12 0005 " TTL "[ 'b.test ] @12 " RRSIG("0005", "000000c8",
				"00000064") "'b.test 0001 " TTL "[ 01020304 ] 'b.test " RRSIG("0001", "00000010",
				"00000001") "'B.test " RRSIG("0001", "0000012c",
				"00000065") "'b.test " RRSIG("0001", "0000000f", "00000002"),
		"NOERROR ad; alias a.test b.test; b.test 3600 A 01020304; sig CNAME 100 200; sig A 101 300 "
		"first 1"},
	{"the later of two signatures over one set", "a.test", DNS_TYPE_A,
		HEAD("81a0", "0002", "0000") ASK("a.test", "0001") "@12 " RRSIG(
			"0001", "00000010", "00000001") "@12 " RRSIG("0001", "f0000000", "00000002"),
		"NOERROR ad; sig A 2 4026531840 first 1"},
	{"by SHA-1 alone", "a.test", DNS_TYPE_A,
		HEAD("81a0", "0002", "0000") ASK("a.test", "0001") "@12 " RRSIG_BY("05", "0001", "00000010",
			"00000001") "@12 " RRSIG_BY("07", "0001", "00000011", "00000001"),
		"NOERROR ad; sig A 1 17 sha1"},
	{"by SHA-1 and by a better one that ends first", "a.test", DNS_TYPE_A,
		HEAD("81a0", "0002", "0000") ASK("a.test", "0001") "@12 " RRSIG_BY("0d", "0001", "00000010",
			"00000001") "@12 " RRSIG_BY("07", "0001", "00000011", "00000001"),
		"NOERROR ad; sig A 1 17"},
	{"two sets of one type", "a.test", DNS_TYPE_A,
		HEAD("81a0", "0005", "0000") ASK("a.test", "0001") "@12 0005 " TTL "[ 'b.test ] @12 " RRSIG(
			"0005", "000000c8", "00000064") "'b.test 0005 " TTL "[ 'c.test ] 'b.test " RRSIG("0005",
			"00000010", "00000001") "'c.test 0001 " TTL "[ 01020304 ] ",
		"NOERROR ad; alias a.test b.test; alias b.test c.test; c.test 3600 A 01020304; sig CNAME "
		"100 200; sig CNAME 1 16"},
	{"a signature cut short is malformed", "a.test", DNS_TYPE_A,
		HEAD("81a0", "0001", "0000") ASK("a.test", "0001") "@12 002e " TTL "[ 0001 08 02 0000 ] ",
		NULL},
	{"no such name, with SOA", "a.test", DNS_TYPE_A,
		"0000 81a3 0001 0000 0001 0000 " ASK("a.test", "0001") "'test 0006 " TTL "[ 00 ] ",
		"NXDOMAIN ad soa"},
	{"a SOA of another class says nothing", "a.test", DNS_TYPE_A,
		"0000 81a3 0001 0000 0001 0000 " ASK("a.test", "0001") "'test 0006 0003 00000e10 [ 00 ] ",
		"NXDOMAIN ad"},
	{"Extended DNS Error, the first of two", "a.test", DNS_TYPE_A,
		HEAD("8182", "0000", "0001")
			ASK("a.test", "0001") "00 0029 04d0 00008000 [ 000a 0002 abcd 000f "
								  "0009 0009 \"expired 000f 0002 0006 ] ",
		"SERVFAIL; ede 9 expired"},
	{"an Extended DNS Error too short to be one", "a.test", DNS_TYPE_A,
		HEAD("8182", "0000", "0001")
			ASK("a.test", "0001") "00 0029 04d0 00008000 [ 000f 0001 00 ] ",
		"SERVFAIL"},
	{"an option longer than its record is malformed", "a.test", DNS_TYPE_A,
		HEAD("8182", "0000", "0001")
			ASK("a.test", "0001") "00 0029 04d0 00008000 [ 000f 0009 00 ] ",
		NULL},
	{"an extended response code", "a.test", DNS_TYPE_A,
		HEAD("8180", "0000", "0001") ASK("a.test", "0001") "00 0029 04d0 01008000 [ ] ", "BADVERS"},
	{"truncated", "a.test", DNS_TYPE_A, HEAD("8380", "0000", "0000") ASK("a.test", "0001"),
		"NOERROR tc"},
	{"a name with dots, blanks and controls in a label", "x.test", DNS_TYPE_MX,
		HEAD("8180", "0001", "0000") ASK("x.test", "000f") "@12 000f " TTL
														   "[ 0001 05 612e205c07 01 62 00 ] ",
		"NOERROR; x.test 3600 MX 1 a\\.\\032\\\\\\007.b"},
	{"the name asked may be escaped in its own way", "\\097\\.b.test", DNS_TYPE_A,
		HEAD("8180", "0001", "0000") ASK("a\\046b.test", "0001") "@12 0001 " TTL "[ 01020304 ] ",
		"NOERROR; a\\.b.test 3600 A 01020304"},
	{"a name of 255 octets", L61 ".t", DNS_TYPE_MX,
		HEAD("8180", "0001", "0000") ASK(L61 ".t", "000f") "@12 000f " TTL "[ 0001 3f \"" L63
														   " 3f \"" L63 " 3d \"" L61 " @12 ] ",
		"NOERROR; " L61 ".t 3600 MX 1 " L63 "." L63 "." L61 "." L61 ".t"},
	{"a name of 256 octets", L61 ".t", DNS_TYPE_MX,
		HEAD("8180", "0001", "0000") ASK(L61 ".t", "000f") "@12 000f " TTL "[ 0001 3f \"" L63
														   " 3f \"" L63 " 3e \"x" L61 " @12 ] ",
		NULL},
	{"a pointer to itself", "a.test", DNS_TYPE_A,
		HEAD("8180", "0001", "0000") ASK("a.test", "0001") "@24 0001 " TTL "[ 01020304 ] ", NULL},
	{"a pointer forward", "a.test", DNS_TYPE_A,
		HEAD("8180", "0001", "0000") ASK("a.test", "0001") "@36 0001 " TTL "[ 01020304 ] ", NULL},
	{"two pointers at each other", "a.test", DNS_TYPE_MX,
		HEAD("8180", "0001", "0000") ASK("a.test", "000f") "@12 000f " TTL "[ 0001 01 61 @38 ] ",
		NULL},
	{"a label type nobody knows", "a.test", DNS_TYPE_A,
		HEAD("8180", "0001", "0000") ASK("a.test", "0001") "41 0001 " TTL "[ 01020304 ] ", NULL},
	{"a target that does not fill its RDATA", "a.test", DNS_TYPE_MX,
		HEAD("8180", "0001", "0000") ASK("a.test", "000f") "@12 000f " TTL "[ 0001 @12 00 ] ",
		NULL},
	{"a target that leaves its RDATA", "a.test", DNS_TYPE_MX,
		HEAD("8180", "0002", "0000") ASK("a.test", "000f") "@12 000f " TTL
														   "[ 0001 02 ] 6161 00 0001 " TTL "[ ] ",
		NULL},
	{"fewer records than promised", "a.test", DNS_TYPE_A,
		HEAD("8180", "0002", "0000") ASK("a.test", "0001") "@12 0001 " TTL "[ 01020304 ] ", NULL},
	{"more records than anybody has", "a.test", DNS_TYPE_A,
		HEAD("8180", "1001", "0000") ASK("a.test", "0001"), NULL},
	{"a query is no answer", "a.test", DNS_TYPE_A,
		HEAD("0120", "0000", "0000") ASK("a.test", "0001"), NULL},
	{"another opcode", "a.test", DNS_TYPE_A, HEAD("a180", "0000", "0000") ASK("a.test", "0001"),
		NULL},
	{"another name", "a.test", DNS_TYPE_A, HEAD("8180", "0000", "0000") ASK("b.test", "0001"),
		NULL},
	{"another type", "a.test", DNS_TYPE_A, HEAD("8180", "0000", "0000") ASK("a.test", "001c"),
		NULL},
	{"two questions", "a.test", DNS_TYPE_A,
		"0000 8180 0002 0000 0000 0000 " ASK("a.test", "0001") ASK("a.test", "0001"), NULL},
	{"a failure without a question", "a.test", DNS_TYPE_A, "0000 8181 0000 0000 0000 0000",
		"FORMERR"},
	{"an answer without a question", "a.test", DNS_TYPE_A, "0000 8180 0000 0000 0000 0000", NULL},
	{"no such name, without a question", "a.test", DNS_TYPE_A, "0000 8183 0000 0000 0000 0000",
		NULL},
	{"nothing", "a.test", DNS_TYPE_A, "", NULL},
};

static bool parse(struct arena *arena, size_t i, struct span message, const char **text) {
	struct dns_query query = {cases[i].name, cases[i].type, 0, DNS_CHECKS_ENABLED};
	struct dns_answer answer;
	struct err err = {0};
	bool ok = dns_answer_parse(&answer, arena, message, &query, &err);
	ck_assert_int_eq(err.kind, ok ? ERR_NONE : ERR_PROTO);
	*text = ok ? dns_answer_text(arena, &answer) : NULL;
	return ok;
}

START_TEST(an_answer_is_read_as_it_was_meant) {
	static struct dns_bytes bytes;
	struct arena *arena = unit_arena();
	const char *text = NULL;
	dns_bytes_compile(&bytes, cases[_i].message);
	bool ok = parse(arena, (size_t)_i, unit_guarded((struct span){bytes.at, bytes.len}), &text);
	ck_assert_msg(
		ok == (cases[_i].answer != NULL), "%s: %s", cases[_i].what, ok ? text : "malformed");
	if (ok) {
		ck_assert_msg(strcmp(text, cases[_i].answer) == 0, "%s: %s", cases[_i].what, text);
	}
	arena_free(arena);
}
END_TEST

START_TEST(every_prefix_of_an_answer_is_malformed) {
	static struct dns_bytes bytes;
	struct arena *arena = unit_arena();
	const char *text = NULL;
	dns_bytes_compile(&bytes, cases[_i].message);
	for (size_t len = 0; len < bytes.len; len++) {
		/* an error answer ends within its header or is whole */
		ck_assert(!parse(arena, (size_t)_i, unit_guarded((struct span){bytes.at, len}), &text));
	}
	arena_free(arena);
}
END_TEST

#define RRSIG_TTL(covered, ttl)                                                                    \
	"002e " TTL "[ " covered " 08 02 " ttl " 7000 0000 6000 0000 1234 00 ] "
#define A_HERE "0001 0001 0000000b [ 01020304 ] "

/* A cache counts down; what the owner of the zone wrote stands in the signature. */
static const struct {
	const char *message;
	uint32_t signed_ttl;
} ttls[] = {
	{HEAD("81a0", "0001", "0000") ASK("a.test", "0001") "@12 " A_HERE, 0},
	{HEAD("81a0", "0002", "0000") ASK("a.test", "0001") "@12 " A_HERE
														"@12 " RRSIG_TTL("0001", "0000003c"),
		60},
	{HEAD("81a0", "0002", "0000") ASK("a.test", "0001") "@12 " A_HERE
														"@12 " RRSIG_TTL("0001", "80000001"),
		0},
	/* not that of another type, nor of another name */
	{HEAD("81a0", "0003", "0000") ASK("a.test", "0001") "@12 " RRSIG_TTL(
		 "0002", "00000e10") "@12 " A_HERE "@12 " RRSIG_TTL("0001", "0000003c"),
		60},
	{HEAD("81a0", "0004", "0000")
			ASK("a.test", "0001") "@12 0005 " TTL "[ 'b.test ] @12 " RRSIG_TTL(
				"0001", "00000e10") "'b.test " A_HERE "'b.test " RRSIG_TTL("0001", "0000003c"),
		60},
};

START_TEST(records_know_the_ttl_that_was_signed) {
	static struct dns_bytes bytes;
	struct arena *arena = unit_arena();
	struct dns_query query = {"a.test", DNS_TYPE_A, 0, DNS_CHECKS_ENABLED};
	struct dns_answer answer;
	dns_bytes_compile(&bytes, ttls[_i].message);
	struct span message = {bytes.at, bytes.len};
	ck_assert(dns_answer_parse(&answer, arena, message, &query, NULL));
	ck_assert_uint_eq(answer.n_records, 1);
	ck_assert_uint_eq(answer.records[0].ttl, 11);
	ck_assert_uint_eq(answer.records[0].signed_ttl, ttls[_i].signed_ttl);
	arena_free(arena);
}
END_TEST

/* Who asks with checking disabled, or about DS, is told who denies and for how long he signed it.
 */
START_TEST(of_a_denial_the_signature_counts_that_ends_first) {
	static const char *const orders[] = {
		"'test 0006 " TTL "[ 00 ] 'test " RRSIG("0006", "000000c8", "00000001") "'b.test " RRSIG(
			"002f", "00000064", "00000001"),
		"'test 0006 " TTL "[ 00 ] 'b.test " RRSIG("002f", "00000064", "00000001") "'test " RRSIG(
			"0006", "000000c8", "00000001"),
	};
	static const struct {
		enum dns_type type;
		enum dns_query_checks checks;
		bool told;
	} askers[] = {{DNS_TYPE_A, DNS_CHECKS_DISABLED, true}, {DNS_TYPE_DS, DNS_CHECKS_ENABLED, true},
		{DNS_TYPE_A, DNS_CHECKS_ENABLED, false}};
	static struct dns_bytes bytes;
	struct arena *arena = unit_arena();
	for (size_t i = 0; i < 6; i++) {
		struct dns_query query = {"a.test", askers[i / 2].type, 0, askers[i / 2].checks};
		struct dns_answer answer;
		dns_bytes_compile(
			&bytes, arena_printf(arena, "0000 81a3 0001 0000 0003 0000 'a.test %04x 0001 %s",
						(unsigned)query.type, orders[i % 2]));
		struct span message = {bytes.at, bytes.len};
		ck_assert(dns_answer_parse(&answer, arena, message, &query, NULL));
		ck_assert(answer.has_soa);
		ck_assert_int_eq(answer.denial.expiration, askers[i / 2].told ? 100 : 0);
		ck_assert_int_eq(answer.zone != NULL, askers[i / 2].told);
	}
	arena_free(arena);
}
END_TEST

/* RFC 4034 5.4 has this one, whose sum carries. */
START_TEST(a_key_has_the_tag_that_signatures_name_it_by) {
	static const char key[] =
		"0100030501039e8a247418e318903b215a848acfd5f37f026bd4062db26c774c690968d5d56df8bfda91e6f36d"
		"9a279888f41333357c5e6029990d10fdf5663062a512763326980a615ddbf17a05ddfcce7e5fb3abcca05a31b0"
		"957452d4521e83870789063115bf97f6c308ccf57cdc9ce7fe10f6ed1bd0cc0660038c50dcdb0feb963c2f17";
	static struct dns_bytes bytes;
	uint16_t tag = 0;
	uint8_t algorithm = 0;
	dns_bytes_compile(&bytes, key);
	ck_assert(dns_key_tag(unit_guarded((struct span){bytes.at, bytes.len}), &tag, &algorithm));
	ck_assert_uint_eq(tag, 60485);
	ck_assert_uint_eq(algorithm, 5);
	ck_assert(dns_key_tag(unit_guarded((struct span){bytes.at, 4}), &tag, &algorithm));
	ck_assert(!dns_key_tag(unit_guarded((struct span){bytes.at, 3}), &tag, &algorithm));
}
END_TEST

#define N_CASES ((int)(sizeof cases / sizeof cases[0]))

UNIT_MAIN("dns_msg", tcase_add_loop_test(tc, an_answer_is_read_as_it_was_meant, 0, N_CASES);
		  tcase_add_loop_test(tc, every_prefix_of_an_answer_is_malformed, 0, N_CASES);
		  tcase_add_loop_test(
			  tc, records_know_the_ttl_that_was_signed, 0, (int)(sizeof ttls / sizeof ttls[0]));
		  tcase_add_test(tc, a_key_has_the_tag_that_signatures_name_it_by);
		  tcase_add_test(tc, of_a_denial_the_signature_counts_that_ends_first);)
