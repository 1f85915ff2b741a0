/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What will be deployed against the records of a host, in every state these can be in. */
#include "sample_report.h"

static struct tls_next files[2];
static struct tls_cert keys[2];
static struct tls_proof proof;
static const struct tls_proof *proofs[2];
static struct tls_verify_error trouble;
static struct dns_record published[2];

static const uint8_t next_key[] = "next key, 32 octets of SHA-256..";
static const uint8_t next_key_512[] =
	"next key, 64 octets of SHA-512, which is twice as long as the other.";

static const uint8_t other_512[] =
	"another key, 64 octets of SHA-512, which is none of those of a file.";

static void expect_key(struct sample *s) {
	keys[0] = (struct tls_cert){.spki = {next_key, 32}, .key_type = "EC"};
	keys[0].digest[1][0] = (struct span){next_key, 32};
	keys[0].digest[1][1] = (struct span){next_key_512, 64};
	files[0] = (struct tls_next){.path = "next.pem", .kind = TLS_NEXT_KEY};
	files[0].shown.chain = keys;
	files[0].shown.n_chain = 1;
	proofs[0] = NULL;
	s->report.next = files;
	s->report.n_next = 1;
	s->hosts[0].next_proofs = proofs;
}

static void present_key(struct sample *s) {
	expect_key(s);
	keys[0] = s->chain[0];
}

static void next_record(struct sample *s) {
	expect_key(s);
	s->records[1].data = (struct span){next_key, 32};
}

static void issuer_record(struct sample *s) {
	next_record(s);
	s->records[1].usage = TLSA_DANE_TA; /* of a key that is no issuer's */
}

static void overruled(struct sample *s) {
	next_record(s);
	s->records[0].matching = TLSA_SHA512;
	s->records[0].data = (struct span){other_512, 64};
}

static void publish(struct sample *s, size_t n) {
	expect_key(s);
	s->tlsa_question[0].answer.records = published;
	s->tlsa_question[0].answer.n_records = n;
	s->hosts[0].tlsa_used = &s->tlsa_question[0];
}

static void short_lived(struct sample *s) {
	publish(s, 1);
	published[0] = (struct dns_record){.type = DNS_TYPE_TLSA, .ttl = 17, .signed_ttl = 900};
}

static void no_signed_ttl(struct sample *s) {
	short_lived(s);
	published[0].signed_ttl = 0;
}

static void second_lives_longer(struct sample *s) {
	short_lived(s);
	published[1] = (struct dns_record){.type = DNS_TYPE_TLSA, .ttl = 901};
	s->tlsa_question[0].answer.n_records = 2;
}

static void first_lives_longer(struct sample *s) {
	second_lives_longer(s);
	published[1].ttl = 899;
}

/* --auth-servers: two zones, the records are in the second; its first server lacks that of the next
 * key, its third never answered. */
static void first_server_is_behind(struct sample *s) {
	static struct auth_facts auth;
	static struct auth_zone zones[2];
	static struct auth_server servers[3];
	static struct authority_question questions[2][2];
	static struct dns_record soa;
	next_record(s);
	publish(s, 2);
	s->records[1].rdata = (struct span){next_key, 32};
	published[0].data = (struct span){other_512, 64};
	published[1].data = s->records[1].rdata;
	for (size_t i = 0; i < 2; i++) {
		struct authority_reply *replies[] = {
			&questions[i][0].replies[AUTHORITY_UDP], &questions[i][1].replies[AUTHORITY_UDP]};
		replies[0]->outcome = replies[1]->outcome = AUTHORITY_ANSWERED;
		replies[0]->answer =
			(struct dns_answer){.authoritative = true, .records = &soa, .n_records = 1};
		replies[1]->answer =
			(struct dns_answer){.authoritative = true, .records = published, .n_records = i + 1};
		servers[i].questions = questions[i];
	}
	servers[0].name = servers[1].name = servers[2].name = "ns.example.org";
	servers[0].address = "192.0.2.1";
	servers[1].address = "192.0.2.2";
	servers[2].address = "192.0.2.3";
	zones[0] = (struct auth_zone){.name = "example.net",
		.owners = {{"_25._tcp.mx.example.net", true}},
		.n_owners = 1,
		.servers = servers,
		.n_servers = 1};
	zones[1] = (struct auth_zone){.name = "example.org",
		.owners = {{s->tlsa_question[0].name, true}},
		.n_owners = 1,
		.servers = servers,
		.n_servers = 3};
	auth = (struct auth_facts){.zones = zones, .n_zones = 2};
	s->report.auth = &auth;
}

static void chain(struct sample *s, int record, enum tls_status status) {
	expect_key(s);
	files[0].kind = TLS_NEXT_CHAIN;
	proof = (struct tls_proof){
		.status = status, .matched_record = record, .errors = &trouble, .matched_depth = 1};
	proofs[0] = &proof;
}

static void chain_proven(struct sample *s) {
	chain(s, 1, TLS_STATUS_VERIFIED);
}

static void chain_proven_by_the_first(struct sample *s) {
	chain(s, 0, TLS_STATUS_VERIFIED);
}

static void chain_out_of_date(struct sample *s, int record) {
	chain(s, record, TLS_STATUS_UNTRUSTED);
	trouble =
		(struct tls_verify_error){.code = TLS_VERIFY_EXPIRED, .words = "certificate has expired"};
	proof.n_errors = 1;
}

static void chain_expired(struct sample *s) {
	chain_out_of_date(s, 1);
}

static void chain_of_the_first_expired(struct sample *s) {
	chain_out_of_date(s, 0);
}

static void chain_unmatched(struct sample *s) {
	chain(s, -1, TLS_STATUS_UNTRUSTED);
}

static void certificate_alone(struct sample *s) {
	chain(s, -1, TLS_STATUS_UNTRUSTED);
	files[0].kind = TLS_NEXT_CERTIFICATE;
	s->records[1].usage = TLSA_DANE_TA;
}

static void in_state(struct sample *s, enum tlsa_state state) {
	expect_key(s);
	s->hosts[0].tlsa_state = state;
}

static void absent(struct sample *s) {
	in_state(s, TLSA_STATE_ABSENT);
}

static void insecure(struct sample *s) {
	in_state(s, TLSA_STATE_INSECURE);
}

static void host_insecure(struct sample *s) {
	in_state(s, TLSA_STATE_HOST_INSECURE);
}

static void unusable(struct sample *s) {
	in_state(s, TLSA_STATE_UNUSABLE);
}

static void failed(struct sample *s) {
	in_state(s, TLSA_STATE_FAILED);
	s->hosts[0].tlsa_used = &s->tlsa_question[0];
	s->tlsa_question[0].outcome = DNS_SERVER_FAILED;
}

static void not_validating(struct sample *s) {
	absent(s);
	s->report.validation_check = &s->validation_check;
	s->validation_check.secure = false;
}

static void cut_short(struct sample *s) {
	expect_key(s);
	s->hosts[0].next_proofs = NULL;
}

static void empty(struct sample *s) {
	expect_key(s);
	files[0].kind = TLS_NEXT_EMPTY;
	files[0].shown.n_chain = 0;
}

static void nothing(struct sample *s) {
	(void)s;
}

static void second_host(struct sample *s) {
	sample_add_second(s);
	expect_key(s);
	s->spec.scope = SURVEY_ALL;
	s->hosts[1].tlsa_state = TLSA_STATE_ABSENT;
}

#define OUT FINDING_NEXT_UNPUBLISHED
#define IN FINDING_NEXT_COVERED
#define WARN STATE_WARNING

static const struct sample_row rows[] = {
	{"the present key", present_key, IN, STATE_OK, "next.pem (EC key): covered by TLSA 3 1 1"},
	{"the present key is no trouble", present_key, OUT, SAMPLE_ABSENT, NULL},
	{"its own record", next_record, IN, STATE_OK, "covered by TLSA 3 1 1"},
	{"none", expect_key, OUT, WARN,
		"next.pem (EC key): none of 2 usable TLSA records covers it; publish "
		"_25._tcp.mx1.example.org. IN TLSA 3 1 1 6e657874"},
	{"none: not covered", expect_key, IN, SAMPLE_ABSENT, NULL},
	{"a key is no issuer", issuer_record, OUT, WARN, "(2 x x can be held against a whole chain"},
	{"a stronger digest", overruled, OUT, WARN, "IN TLSA 3 1 2 6e657874"},
	{"TTL as signed", short_lived, OUT, WARN, "and deploy it 2 x TTL (1800 seconds) later"},
	{"TTL not signed", no_signed_ttl, OUT, WARN, "and deploy it 2 x TTL (34 seconds) later"},
	{"the longest TTL", second_lives_longer, OUT, WARN, "2 x TTL (1802 seconds) later"},
	{"the longest comes first", first_lives_longer, OUT, WARN, "2 x TTL (1800 seconds) later"},
	{"one server is behind", first_server_is_behind, OUT, WARN,
		"TLSA 3 1 1 6e657874...35362e2e covers it, but not on every name server: missing on "
		"ns.example.org[192.0.2.1] (other TLSA); deploy it when all have"},
	{"TTL not known", expect_key, OUT, WARN, "and deploy it 2 x TTL later"},
	{"a chain", chain_proven, IN, STATE_OK, "next.pem (EC chain): covered by TLSA 3 1 1 6f7468"},
	{"a chain by the first record", chain_proven_by_the_first, IN, STATE_OK, "TLSA 3 1 1 6"},
	{"the first record's is out of date", chain_of_the_first_expired, OUT, WARN, "fits, but"},
	{"a chain out of date", chain_expired, OUT, WARN,
		"TLSA 3 1 1 6f746865...3235362e fits, but senders would refuse it: certificate has "
		"expired; publish "},
	{"a chain that nothing fits", chain_unmatched, OUT, WARN, "none of 2 usable TLSA records"},
	{"a certificate without its chain", certificate_alone, OUT, WARN, "a whole chain only)"},
	{"no records", absent, OUT, WARN, "no TLSA record covers it, there is none; publish "},
	{"not signed", insecure, OUT, WARN, "those there are not signed; sign the zone, publish "},
	{"host not signed", host_insecure, OUT, WARN, "the host's zone is not signed; sign the zone, "},
	{"unusable", unusable, OUT, WARN, "SMTP can use none of those there; publish "},
	{"lookup failed", failed, OUT, SAMPLE_ABSENT, NULL},
	{"resolver does not validate", not_validating, OUT, SAMPLE_ABSENT, NULL},
	{"the run was cut short", cut_short, OUT, SAMPLE_ABSENT, NULL},
	{"an empty file", empty, OUT, WARN, "next.pem is empty: some clients empty the file"},
	{"an empty file is not covered", empty, IN, SAMPLE_ABSENT, NULL},
	{"not asked for", nothing, OUT, SAMPLE_ABSENT, NULL},
	{"the second host", second_host, OUT, WARN, "none of 2 usable TLSA records"},
};

START_TEST(what_comes_next_is_told_for_each_host_and_file) {
	sample_check(&rows[_i]);
}
END_TEST

START_TEST(without_a_connection_the_summary_tells_what_was_covered) {
	struct arena *arena = unit_arena();
	struct sample *s = sample_new(arena);
	next_record(s);
	s->nodes[0].chosen = false;
	s->spec.scope = SURVEY_DNS;
	struct verdict verdict = judge(arena, &s->report, &s->limits, SAMPLE_NOW);
	ck_assert_int_eq((int)verdict.state, STATE_OK);
	ck_assert_str_eq(
		sample_summary(arena, &verdict), "DNS only: 2 hosts, TLSA 3 1 1 covers the next key");
	s->report.n_next = 0;
	s->spec.at_given = true;
	verdict = judge(arena, &s->report, &s->limits, SAMPLE_NOW);
	ck_assert_str_eq(sample_summary(arena, &verdict),
		"DNS only: 2 hosts, 1 with usable TLSA records (as of 2027-01-15 08:00 UTC)");
	arena_free(arena);
}
END_TEST

UNIT_MAIN("verdict_next", tcase_add_loop_test(tc, what_comes_next_is_told_for_each_host_and_file, 0,
							  (int)(sizeof rows / sizeof *rows));
		  tcase_add_test(tc, without_a_connection_the_summary_tells_what_was_covered);)
