/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Findings about TLSA records, before and after the handshake. */
#include "sample_report.h"

#define OK STATE_OK
#define WARN STATE_WARNING
#define CRIT STATE_CRITICAL
#define UNKN STATE_UNKNOWN

static void nothing(struct sample *s) {
	(void)s;
}

/* No record in force: what the policy makes of it. */
static void tlsa_state(struct sample *s, enum tlsa_state state) {
	s->hosts[0].tlsa_state = state;
	s->hosts[0].tlsa_base = NULL;
	s->hosts[0].n_tlsa = 0;
	s->nodes[0].policy = (struct tls_policy){.level = TLS_LEVEL_MAY,
		.report_as = TLS_LEVEL_SECURE,
		.reason = POLICY_NO_TLSA,
		.tls_required = s->spec.wish.level == TLS_LEVEL_DANE_ONLY};
	s->tls[0].proof.matched = TLS_MATCHED_NOTHING;
	s->tls[0].proof.matched_record = -1;
	s->tls[0].proof.status = TLS_STATUS_TRUSTED;
}

/* The first record holds the key of an anchor and proves the chain, the other is out of date. */
static void bare_key(struct sample *s) {
	s->records[0] =
		(struct tlsa){.usage = 2, .selector = 1, .matching = 0, .data = span_of("root")};
	s->records[0].rdata = span_of("root");
	s->tls[0].proof.matched = TLS_MATCHED_DANE_TA_KEY;
	s->tls[0].proof.matched_record = 0;
}

static void bare_key_sent(struct sample *s) {
	bare_key(s);
	s->chain[1].spki = s->records[0].data;
}

static void bare_key_beside_digest(struct sample *s) {
	const struct tlsa digest = s->records[0];
	bare_key(s);
	s->records[1] = digest;
}

static void only(struct sample *s) {
	s->spec.wish.level = TLS_LEVEL_DANE_ONLY;
}

static void absent(struct sample *s) {
	tlsa_state(s, TLSA_STATE_ABSENT);
}

static void absent_only(struct sample *s) {
	only(s);
	absent(s);
}

static void absent_not_validating(struct sample *s) {
	absent(s);
	s->report.validation_check = &s->validation_check;
	s->validation_check.secure = false;
}

static void absent_untrusted(struct sample *s) {
	absent(s);
	sample_add_error(s, TLS_VERIFY_SELF_SIGNED_LEAF, 0, "self-signed certificate");
}

static void absent_without_tls(struct sample *s) {
	absent(s);
	sample_fail(s, PROBE_STARTTLS, ERR_NET, "the connection was closed");
}

static void misplaced(struct sample *s) {
	absent(s);
	s->report.misplaced = &s->misplaced;
}

static void not_misplaced(struct sample *s) {
	misplaced(s);
	s->misplaced.outcome = DNS_NXDOMAIN;
}

static void unsigned_records(struct sample *s) {
	tlsa_state(s, TLSA_STATE_INSECURE);
	s->tlsa_question[0].answer.n_signatures = 0;
}

static void records_of_an_island(struct sample *s) {
	tlsa_state(s, TLSA_STATE_INSECURE);
}

static void unsigned_records_only(struct sample *s) {
	only(s);
	unsigned_records(s);
}

static void unsigned_host(struct sample *s) {
	tlsa_state(s, TLSA_STATE_HOST_INSECURE);
	s->tlsa_question[0].outcome = DNS_NODATA;
	s->a[0].answer.n_signatures = 0;
}

static void host_of_an_island(struct sample *s) {
	unsigned_host(s);
	s->a[0].answer.n_signatures = 1;
}

static void host_of_an_island_by_ipv6(struct sample *s) {
	host_of_an_island(s);
	s->aaaa[0] = s->a[0];
	s->aaaa[0].type = DNS_TYPE_AAAA;
	s->a[0].outcome = DNS_NODATA;
	s->a[0].answer.n_signatures = 0;
}

static void unsigned_host_with_records(struct sample *s) {
	tlsa_state(s, TLSA_STATE_HOST_INSECURE);
}

static void unsigned_host_only(struct sample *s) {
	only(s);
	unsigned_host(s);
}

static void unsigned_host_not_validating(struct sample *s) {
	absent_not_validating(s);
	tlsa_state(s, TLSA_STATE_HOST_INSECURE);
}

static void not_applicable(struct sample *s) {
	tlsa_state(s, TLSA_STATE_NOT_APPLICABLE);
}

static void not_applicable_only(struct sample *s) {
	only(s);
	not_applicable(s);
}

static void records_ignored_at_may(struct sample *s) {
	absent(s);
	sample_set_level(s, TLS_LEVEL_MAY);
}

static void all_unusable(struct sample *s) {
	tlsa_state(s, TLSA_STATE_UNUSABLE);
	s->hosts[0].n_tlsa = 2;
	s->records[0].unusable = "usage is not for SMTP";
	s->records[1].unusable = "unknown matching type";
}

static void all_unusable_only(struct sample *s) {
	only(s);
	all_unusable(s);
}

static void one_unusable(struct sample *s) {
	s->records[1].unusable = "unknown selector";
}

static void library_refuses_one(struct sample *s) {
	static const char *refused[] = {NULL, "the data is no certificate"};
	s->tls[0].proof.refused = refused;
	s->tls[0].proof.n_refused = 1;
	s->tls[0].proof.n_usable = 1;
}

static void library_refuses_all(struct sample *s) {
	library_refuses_one(s);
	s->tls[0].proof.n_usable = 0;
	s->tls[0].proof.trusted = false;
}

static void question_fails(struct dns_question *question, enum dns_outcome outcome) {
	question->outcome = outcome;
	question->secure = false;
	question->answer.octets = 100;
	question->answer.rcode = DNS_RCODE_NOTIMP;
}

static void lookup_fails(struct sample *s) {
	s->report.n_hosts = 1;
	s->report.n_nodes = 0;
	s->hosts[0].tlsa_state = TLSA_STATE_FAILED;
	question_fails(&s->tlsa_question[0], DNS_SERVER_FAILED);
}

static void lookup_fails_beside_good(struct sample *s) {
	sample_add_second(s);
	s->nodes[0] = s->nodes[1];
	s->report.n_nodes = 1;
	s->hosts[0].tlsa_state = TLSA_STATE_FAILED;
	question_fails(&s->tlsa_question[0], DNS_SERVER_FAILED);
}

static void lookup_bogus_beside_good(struct sample *s) {
	lookup_fails_beside_good(s);
	question_fails(&s->tlsa_question[0], DNS_BOGUS);
}

static void alias_gone(struct sample *s) {
	lookup_fails(s);
	s->hosts[0].tlsa_used = &s->cname;
	s->cname.outcome = DNS_NODATA;
}

static void mx_insecure(struct sample *s) {
	s->mx.secure = false;
	s->mx.answer.n_signatures = 0;
	s->nodes[0].policy.level = s->nodes[0].policy.report_as = TLS_LEVEL_HALF_DANE;
	s->nodes[0].policy.reason = POLICY_MX_INSECURE_DANE;
	s->tls[0].proof.status = TLS_STATUS_TRUSTED;
}

static void mx_insecure_only(struct sample *s) {
	mx_insecure(s);
	only(s);
}

static void mx_insecure_without_tlsa(struct sample *s) {
	mx_insecure(s);
	absent(s);
}

static void mx_insecure_not_validating(struct sample *s) {
	mx_insecure(s);
	s->report.validation_check = &s->validation_check;
	s->validation_check.secure = false;
}

static void policy_unused(struct sample *s) {
	s->spec.wish.insecure_mx = INSECURE_MX_ENCRYPT;
}

static void policy_unused_without_mx(struct sample *s) {
	policy_unused(s);
	s->report.mx_used = false;
}

static void policy_used(struct sample *s) {
	policy_unused(s);
	s->mx.secure = false;
}

static void servername_unused(struct sample *s) {
	s->spec.wish.sni = SNI_NAME;
}

static void servername_used(struct sample *s) {
	servername_unused(s);
	absent(s);
}

static void force_unused(struct sample *s) {
	s->spec.force_tlsa = true;
}

static void force_used(struct sample *s) {
	force_unused(s);
	s->hosts[0].address_secure = false;
}

static void mismatch(struct sample *s) {
	sample_add_error(s, TLS_VERIFY_DANE_NO_MATCH, 0, "no matching DANE TLSA records");
	s->nodes[0].policy.tlsa = &s->records[1];
	s->nodes[0].policy.n_tlsa = 1;
}

static void mismatch_and_more_errors(struct sample *s) {
	mismatch(s);
	sample_add_error(s, TLS_VERIFY_NO_LOCAL_ISSUER, 1, "unable to get local issuer certificate");
}

/* 3 1 1 matches, 3 1 2 does not, and is preferred. */
static void overruled(struct sample *s) {
	sample_add_error(s, TLS_VERIFY_DANE_NO_MATCH, 0, "no matching DANE TLSA records");
	s->records[1].matching = TLSA_SHA512;
}

/* Beside a 3 1 2 a 3 1 1 would not count. */
static void mismatch_sha512(struct sample *s) {
	overruled(s);
	s->records[0].data = span_of("another key, 32 octets of SHA-256");
}

/* It was not computed. */
static void mismatch_sha512_unknown(struct sample *s) {
	mismatch_sha512(s);
	s->chain[0].digest[TLSA_SPKI][TLSA_SHA512 - 1] = (struct span){NULL, 0};
}

static void mismatch_without_certificate(struct sample *s) {
	mismatch(s);
	s->tls[0].n_chain = 0;
}

static const struct sample_row rows[] = {
	{"a good run", nothing, FINDING_TLSA_MISSING, SAMPLE_ABSENT, NULL},
	{"no records", absent, FINDING_TLSA_MISSING, WARN,
		"publish _25._tcp.mx1.example.org. IN TLSA 3 1 1 6c6561"},
	{"no records: the way out", absent, FINDING_TLSA_MISSING, WARN, "--state tlsa-missing=ok"},
	{"no records at dane-only", absent_only, FINDING_TLSA_MISSING, CRIT, "-l verify"},
	{"no records, no certificate seen", absent_without_tls, FINDING_TLSA_MISSING, WARN,
		"let it show a certificate, and only then publish _25._tcp.mx1.example.org. IN TLSA 3 1 1 "
		"(SHA-256 of its public key)"},
	{"no records, resolver does not validate", absent_not_validating, FINDING_TLSA_MISSING,
		SAMPLE_ABSENT, NULL},
	{"no records: trust is no matter of its own", absent_untrusted, FINDING_UNTRUSTED,
		SAMPLE_ABSENT, NULL},
	{"records for the mail domain", misplaced, FINDING_TLSA_MISPLACED, OK, "_25._tcp.example.org"},
	{"no records for the mail domain", not_misplaced, FINDING_TLSA_MISPLACED, SAMPLE_ABSENT, NULL},
	{"unsigned records", unsigned_records, FINDING_TLSA_INSECURE, WARN, "not signed"},
	{"unsigned records at dane-only", unsigned_records_only, FINDING_TLSA_INSECURE, CRIT, NULL},
	{"signed records, no way to them", records_of_an_island, FINDING_TLSA_INSECURE, WARN,
		"their zone is signed (algorithm 13), but no DS record"},
	{"signed host, no way to it", host_of_an_island, FINDING_HOST_INSECURE, WARN,
		"signed, but not validated, so DANE does not apply; the host's zone is signed"},
	{"the same of one with IPv6 alone", host_of_an_island_by_ipv6, FINDING_HOST_INSECURE, WARN,
		"signed, but not validated, so DANE does not apply; the host's zone is signed"},
	{"unsigned host", unsigned_host, FINDING_HOST_INSECURE, WARN, "DANE does not apply; sign"},
	{"unsigned host with records", unsigned_host_with_records, FINDING_HOST_INSECURE, WARN,
		"protect nobody"},
	{"unsigned host: one absence, one finding", unsigned_host_with_records, FINDING_TLSA_INSECURE,
		SAMPLE_ABSENT, NULL},
	{"unsigned host at dane-only", unsigned_host_only, FINDING_HOST_INSECURE, CRIT, NULL},
	{"unsigned host, resolver does not validate", unsigned_host_not_validating,
		FINDING_HOST_INSECURE, SAMPLE_ABSENT, NULL},
	{"an address", not_applicable, FINDING_DANE_NOT_APPLICABLE, OK, NULL},
	{"an address at dane-only", not_applicable_only, FINDING_DANE_NOT_APPLICABLE, CRIT, NULL},
	{"records do not matter at may", records_ignored_at_may, FINDING_TLSA_MISSING, SAMPLE_ABSENT,
		NULL},
	{"no usable record", all_unusable, FINDING_TLSA_UNUSABLE, WARN, "unknown matching type"},
	{"no usable record at dane-only", all_unusable_only, FINDING_TLSA_UNUSABLE, CRIT, "2 of 2"},
	{"one unusable record", one_unusable, FINDING_TLSA_RECORD_UNUSABLE, WARN,
		"1 of 2 TLSA records unusable (3 1 1 6f746865...3235362e: unknown selector)"},
	{"the library refuses a record", library_refuses_one, FINDING_TLSA_RECORD_UNUSABLE, WARN,
		"no certificate"},
	{"the library refuses all records", library_refuses_all, FINDING_TLSA_UNUSABLE, WARN,
		"no certificate"},
	{"the library refuses all records: no chain finding", library_refuses_all,
		FINDING_CHAIN_INVALID, SAMPLE_ABSENT, NULL},
	{"a bare key that was not sent", bare_key, FINDING_TLSA_ANCHOR_NOT_SENT, WARN,
		"(2 1 0 726f6f74) holds an anchor"},
	{"a bare key that was sent", bare_key_sent, FINDING_TLSA_ANCHOR_NOT_SENT, SAMPLE_ABSENT, NULL},
	{"a bare key beside a digest", bare_key_beside_digest, FINDING_TLSA_ANCHOR_NOT_SENT,
		SAMPLE_ABSENT, NULL},
	{"no bare key", nothing, FINDING_TLSA_ANCHOR_NOT_SENT, SAMPLE_ABSENT, NULL},
	{"the TLSA lookup fails", lookup_fails, FINDING_TLSA_LOOKUP_FAILED, CRIT, "NOTIMP"},
	{"the TLSA lookup fails beside a good node", lookup_fails_beside_good,
		FINDING_TLSA_LOOKUP_FAILED, WARN, NULL},
	{"the TLSA lookup is bogus", lookup_bogus_beside_good, FINDING_DNSSEC_BOGUS, CRIT, NULL},
	{"an alias vanished", alias_gone, FINDING_TLSA_LOOKUP_FAILED, CRIT, "alias"},
	{"unsigned MX", mx_insecure, FINDING_MX_INSECURE, WARN, "example.org is not signed"},
	{"unsigned MX at dane-only", mx_insecure_only, FINDING_MX_INSECURE, CRIT, NULL},
	{"unsigned MX, nothing to protect", mx_insecure_without_tlsa, FINDING_MX_INSECURE,
		SAMPLE_ABSENT, NULL},
	{"unsigned MX, resolver does not validate", mx_insecure_not_validating, FINDING_MX_INSECURE,
		SAMPLE_ABSENT, NULL},
	{"-M without need", policy_unused, FINDING_OPTION_UNUSED, OK, "--insecure-mx-policy"},
	{"-M without MX", policy_unused_without_mx, FINDING_OPTION_UNUSED, OK, "no MX record"},
	{"-M in use", policy_used, FINDING_OPTION_UNUSED, SAMPLE_ABSENT, NULL},
	{"server name without need", servername_unused, FINDING_OPTION_UNUSED, OK, "--servername"},
	{"server name in use", servername_used, FINDING_OPTION_UNUSED, SAMPLE_ABSENT, NULL},
	{"-f without need", force_unused, FINDING_OPTION_UNUSED, OK, "--force-tlsa-lookup"},
	{"-f in use", force_used, FINDING_OPTION_UNUSED, SAMPLE_ABSENT, NULL},
	{"no record matches", mismatch, FINDING_TLSA_MISMATCH, CRIT,
		"none matches: key not seen (perhaps of an earlier certificate); publish "
		"_25._tcp.mx1.example.org. IN TLSA 3 1 1 6c6561"},
	{"no record matches: the chain was never the question", mismatch_and_more_errors,
		FINDING_CHAIN_INVALID, SAMPLE_ABSENT, NULL},
	{"a stronger digest overrules", overruled, FINDING_TLSA_MISMATCH, CRIT,
		"would match, but the stronger digest beside it is preferred (RFC 7671 9); publish "
		"_25._tcp.mx1.example.org. IN TLSA 3 1 2 6c6561"},
	{"the digest in force decides what to publish", mismatch_sha512, FINDING_TLSA_MISMATCH, CRIT,
		"earlier certificate); publish _25._tcp.mx1.example.org. IN TLSA 3 1 2 6c6561"},
	{"only a digest that is known", mismatch_sha512_unknown, FINDING_TLSA_MISMATCH, CRIT,
		"publish _25._tcp.mx1.example.org. IN TLSA 3 1 1 6c6561"},
	{"no certificate to match", mismatch_without_certificate, FINDING_TLSA_MISMATCH, CRIT,
		"no certificate was sent"},
};

START_TEST(tlsa_records_are_judged_as_the_catalogue_has_it) {
	sample_check(&rows[_i]);
}
END_TEST

UNIT_MAIN("verdict_dane", tcase_add_loop_test(tc, tlsa_records_are_judged_as_the_catalogue_has_it,
							  0, (int)(sizeof rows / sizeof *rows));)
