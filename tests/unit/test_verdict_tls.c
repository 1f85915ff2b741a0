/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Findings about what the handshake proved, and about everything that expires. */
#include "sample_report.h"

#define OK STATE_OK
#define WARN STATE_WARNING
#define CRIT STATE_CRITICAL
#define UNKN STATE_UNKNOWN

static void nothing(struct sample *s) {
	(void)s;
}

/* DANE-TA: the intermediate is the anchor. */
static void dane_ta(struct sample *s) {
	s->records[0].usage = 2;
	s->tls[0].proof.matched = TLS_MATCHED_DANE_TA;
	s->tls[0].proof.n_path = 2;
}

static void secure(struct sample *s) {
	sample_set_level(s, TLS_LEVEL_SECURE);
}

static void untrusted(struct sample *s) {
	secure(s);
	sample_add_error(s, TLS_VERIFY_HOSTNAME, 0, "hostname mismatch");
	sample_add_error(s, TLS_VERIFY_NO_LOCAL_ISSUER, 1, "unable to get local issuer certificate");
}

static void no_words(struct sample *s) {
	secure(s);
	sample_add_error(s, 2, 1, NULL);
	s->errors[0].issuer.len = 0;
}

static void dane_untrusted(struct sample *s) {
	dane_ta(s);
	sample_add_error(s, TLS_VERIFY_UNTRUSTED, 1, "certificate not trusted");
}

static const char *const wanted[] = {"a", "b", "c", "d", "e", "f"};

static void wrong_name(struct sample *s) {
	secure(s);
	s->nodes[0].policy.names = wanted;
	s->nodes[0].policy.n_names = 6;
	sample_add_error(s, TLS_VERIFY_HOSTNAME, 0, "hostname mismatch");
	s->tls[0].proof.trusted = s->tls[0].proof.anchored = true;
	s->chain[0].n_names_sent = 400;
}

static void wrong_name_without_error(struct sample *s) {
	wrong_name(s);
	s->tls[0].proof.n_errors = 0;
	s->tls[0].proof.name_matched = false;
}

static void wrong_common_name(struct sample *s) {
	wrong_name(s);
	s->chain[0].n_names = 0;
}

static void nameless(struct sample *s) {
	wrong_common_name(s);
	s->chain[0].subject_cn.len = 0;
	s->nodes[0].policy.n_names = 1;
}

static void dane_ta_wrong_name(struct sample *s) {
	dane_ta(s);
	sample_add_error(s, TLS_VERIFY_HOSTNAME, 0, "hostname mismatch");
}

static void wrong_purpose(struct sample *s) {
	secure(s);
	sample_add_error(s, TLS_VERIFY_INVALID_PURPOSE, 0, "unsuitable certificate purpose");
}

static void unverified_without_error(struct sample *s) {
	secure(s);
	s->tls[0].proof.trusted = false;
}

static void unverified_expired(struct sample *s) {
	secure(s);
	sample_add_error(s, TLS_VERIFY_EXPIRED, 0, "certificate has expired");
}

static void wrong_fingerprint(struct sample *s) {
	sample_set_level(s, TLS_LEVEL_FINGERPRINT);
	s->tls[0].proof.trusted = false;
}

static void anonymous(struct sample *s) {
	sample_set_level(s, TLS_LEVEL_MAY);
	s->tls[0].proof.status = TLS_STATUS_ANONYMOUS;
	s->tls[0].n_chain = 0;
}

static void may_untrusted(struct sample *s) {
	sample_set_level(s, TLS_LEVEL_MAY);
	sample_add_error(s, TLS_VERIFY_SELF_SIGNED_LEAF, 0, "self-signed certificate");
}

static void old_protocol(struct sample *s) {
	s->tls[0].protocol = "TLSv1.1";
	s->tls[0].protocol_version = 0x0302;
}

static void old_protocol_allowed(struct sample *s) {
	old_protocol(s);
	s->limits.min_protocol = 0x0301;
}

static void weak(struct tls_cert *cert) {
	cert->key_type = "RSA";
	cert->key_bits = 1024;
	cert->sha1_signed = true;
	cert->signature = "sha1WithRSAEncryption";
}

static void weak_leaf(struct sample *s) {
	weak(&s->chain[0]);
}

static void weak_leaf_secure(struct sample *s) {
	secure(s);
	weak(&s->chain[0]);
}

static void weak_unnamed_signature(struct sample *s) {
	weak_leaf_secure(s);
	s->chain[0].signature = NULL;
}

static void weak_root(struct sample *s) {
	secure(s);
	weak(&s->chain[2]);
}

static void weak_extra(struct sample *s) {
	weak(&s->chain[1]);
}

static void ends_in(struct tls_cert *cert, int64_t days) {
	cert->not_after = SAMPLE_NOW + days * SAMPLE_DAY;
	cert->not_before = cert->not_after - 90 * SAMPLE_DAY;
}

static void expired_ee(struct sample *s) {
	ends_in(&s->chain[0], -1);
}

static void expired_ee_mismatch(struct sample *s) {
	expired_ee(s);
	sample_add_error(s, TLS_VERIFY_DANE_NO_MATCH, 0, "no matching DANE TLSA records");
}

static void expired_ta_mismatch(struct sample *s) {
	expired_ee_mismatch(s);
	s->records[1].usage = 2;
}

static void expired_ta(struct sample *s) {
	dane_ta(s);
	ends_in(&s->chain[0], -3);
}

static void expired_ta_anchor(struct sample *s) {
	dane_ta(s);
	ends_in(&s->chain[1], -3);
	s->chain[1].subject_cn.len = 0;
}

static void expired_ta_root(struct sample *s) {
	expired_ta_anchor(s);
	s->chain[1].self_issued = true;
}

static void complained_anchor(struct sample *s) {
	expired_ta_anchor(s);
	s->errors[0] = (struct tls_verify_error){.code = TLS_VERIFY_EXPIRED, .depth = 1};
	s->tls[0].proof.errors = s->errors;
	s->tls[0].proof.n_errors = 1;
}

static void expired_below_key(struct sample *s) {
	expired_ta_anchor(s);
	s->tls[0].proof.matched_key = true;
}

static void future_anchor(struct sample *s) {
	dane_ta(s);
	s->chain[1].not_before = SAMPLE_NOW + 5 * 3600;
}

static void ending_anchor_soon(struct sample *s) {
	dane_ta(s);
	ends_in(&s->chain[1], 1);
}

static void expired_trusted_leaf(struct sample *s) {
	sample_set_level(s, TLS_LEVEL_SECURE);
	ends_in(&s->chain[0], -3);
	s->tls[0].proof.matched = TLS_MATCHED_TRUST_ANCHOR;
	s->tls[0].proof.path = s->chain;
	s->tls[0].proof.n_path = 1;
}

static void future_ta(struct sample *s) {
	dane_ta(s);
	s->chain[0].not_before = SAMPLE_NOW + 5 * 3600;
}

static void ending_ta(struct sample *s) {
	dane_ta(s);
	ends_in(&s->chain[0], 8);
}

static void ending_ta_soon(struct sample *s) {
	dane_ta(s);
	ends_in(&s->chain[0], 1);
}

static void ending_anchor(struct sample *s) {
	dane_ta(s);
	ends_in(&s->chain[1], 8);
}

static void expired_at_may(struct sample *s) {
	sample_set_level(s, TLS_LEVEL_MAY);
	ends_in(&s->chain[0], -1);
}

static void expired_at_fingerprint(struct sample *s) {
	sample_set_level(s, TLS_LEVEL_FINGERPRINT);
	ends_in(&s->chain[0], -1);
}

static void expired_at_secure(struct sample *s) {
	secure(s);
	s->chain[0].not_after = SAMPLE_NOW - 90 * 60;
}

static void expired_extra(struct sample *s) {
	secure(s);
	s->tls[0].proof.path = s->chain;
	s->tls[0].proof.n_path = 1;
	ends_in(&s->chain[1], -1);
}

static void ending_in_minutes(struct sample *s) {
	secure(s);
	s->chain[0].not_after = SAMPLE_NOW + 61;
}

static void signature_ends(struct dns_question *question, int64_t hours) {
	question->answer.signatures[0].expiration = SAMPLE_NOW + hours * 3600;
}

static void signature_ending(struct sample *s) {
	signature_ends(&s->tlsa_question[0], 30);
	signature_ends(&s->a[0], 40);
}

static void signature_ending_soon(struct sample *s) {
	signature_ending(s);
	signature_ends(&s->a[0], 6);
}

static void signature_expired(struct sample *s) {
	signature_ends(&s->mx, -1);
}

static void signature_at_may(struct sample *s) {
	signature_expired(s);
	sample_set_level(s, TLS_LEVEL_MAY);
}

static void signature_of_a_short_signer(struct sample *s) {
	s->a[0].answer.signatures[0].inception = SAMPLE_NOW - 36 * 3600;
	signature_ends(&s->a[0], 36);
}

static void signature_behind_the_accepted(struct sample *s) {
	signature_ends(&s->a[1], 1);
}

static void signature_insecure(struct sample *s) {
	signature_expired(s);
	s->mx.secure = false;
}

static void signature_from_the_future(struct sample *s) {
	s->mx.answer.signatures[0].first_inception = SAMPLE_NOW + 600;
}

static void signature_from_the_future_refused(struct sample *s) {
	signature_from_the_future(s);
	s->mx.secure = false;
	s->mx.outcome = DNS_BOGUS;
}

static void signature_from_the_near_future(struct sample *s) {
	s->mx.answer.signatures[0].first_inception = SAMPLE_NOW + 300;
}

static void without_mx_signature(struct sample *s) {
	signature_ending(s);
	s->report.route_question = NULL;
	s->report.mx_used = false;
}

static const struct sample_row rows[] = {
	{"a good run", nothing, FINDING_UNTRUSTED, SAMPLE_ABSENT, NULL},
	{"untrusted", untrusted, FINDING_UNTRUSTED, CRIT,
		"unable to get local issuer certificate (depth 1, issuer \"/CN=Some {Issuer}\")"},
	{"untrusted: the name is moot", untrusted, FINDING_NAME_MISMATCH, SAMPLE_ABSENT, NULL},
	{"untrusted without words", no_words, FINDING_UNTRUSTED, CRIT, "verification failed (depth 1)"},
	{"untrusted under DANE", dane_untrusted, FINDING_CHAIN_INVALID, CRIT, "not trusted"},
	{"wrong name", wrong_name, FINDING_NAME_MISMATCH, CRIT,
		"wanted \"a\" \"b\" \"c\" \"d\" \"e\" and 1 more, the certificate has "
		"\"mx1.example.org\" and 399 more"},
	{"wrong name, no error kept", wrong_name_without_error, FINDING_NAME_MISMATCH, CRIT, NULL},
	{"wrong common name", wrong_common_name, FINDING_NAME_MISMATCH, CRIT, "mx1.example.org"},
	{"no name", nameless, FINDING_NAME_MISMATCH, CRIT, "wanted \"a\", the certificate has none"},
	{"wrong name under DANE-TA", dane_ta_wrong_name, FINDING_NAME_MISMATCH, CRIT, NULL},
	{"wrong purpose", wrong_purpose, FINDING_CHAIN_INVALID, CRIT, "anew, for TLS servers"},
	{"not verified, no error kept", unverified_without_error, FINDING_CHAIN_INVALID, CRIT, NULL},
	{"dates are judged by dates", unverified_expired, FINDING_CHAIN_INVALID, SAMPLE_ABSENT, NULL},
	{"wrong fingerprint", wrong_fingerprint, FINDING_FINGERPRINT_MISMATCH, CRIT, NULL},
	{"anonymous", anonymous, FINDING_ANONYMOUS, OK, NULL},
	{"untrusted at may", may_untrusted, FINDING_UNTRUSTED, SAMPLE_ABSENT, NULL},
	{"old protocol", old_protocol, FINDING_WEAK_PROTOCOL, WARN, "TLSv1.1"},
	{"old protocol, allowed", old_protocol_allowed, FINDING_WEAK_PROTOCOL, SAMPLE_ABSENT, NULL},
	{"weak key", weak_leaf, FINDING_WEAK_KEY, WARN, "RSA key of 1024 bits at depth 0"},
	{"weak signature under DANE-EE", weak_leaf, FINDING_WEAK_SIGNATURE, SAMPLE_ABSENT, NULL},
	{"weak signature at secure", weak_leaf_secure, FINDING_WEAK_SIGNATURE, WARN, "sha1With"},
	{"weak unnamed signature", weak_unnamed_signature, FINDING_WEAK_SIGNATURE, WARN, "unknown"},
	{"weak root key", weak_root, FINDING_WEAK_KEY, WARN, "depth 2"},
	{"weak root signature", weak_root, FINDING_WEAK_SIGNATURE, SAMPLE_ABSENT, NULL},
	{"weak key that does not count", weak_extra, FINDING_WEAK_KEY, SAMPLE_ABSENT, NULL},
	{"expired under DANE-EE", expired_ee, FINDING_CERT_EXPIRED, SAMPLE_ABSENT, NULL},
	{"good under DANE-EE", nothing, FINDING_DANE_EE_EXPIRY, SAMPLE_ABSENT, NULL},
	{"expired, mismatch of DANE-EE", expired_ee_mismatch, FINDING_CERT_EXPIRED, SAMPLE_ABSENT,
		NULL},
	{"expired, mismatch of DANE-TA", expired_ta_mismatch, FINDING_CERT_EXPIRED, CRIT, NULL},
	{"expired under DANE-TA", expired_ta, FINDING_CERT_EXPIRED, CRIT, "expired 3 days ago"},
	{"expired: no threshold beside it", expired_ta, FINDING_CERT_EXPIRY, SAMPLE_ABSENT, NULL},
	{"expired anchor", expired_ta_anchor, FINDING_CHAIN_EXPIRY, WARN,
		"\"Intermediate\" at depth 1 expired 3 days ago; it is the trust anchor itself"},
	{"expired anchor: nothing else", expired_ta_anchor, FINDING_CERT_EXPIRED, SAMPLE_ABSENT, NULL},
	{"anchor that expired and issued itself", expired_ta_root, FINDING_CERT_EXPIRED, CRIT, NULL},
	{"expired anchor that OpenSSL did look at", complained_anchor, FINDING_CERT_EXPIRED, CRIT,
		NULL},
	{"expired, and signed by the anchor's bare key", expired_below_key, FINDING_CERT_EXPIRED, CRIT,
		NULL},
	{"anchor from the future", future_anchor, FINDING_CHAIN_EXPIRY, WARN, "is not yet valid"},
	{"anchor that ends soon", ending_anchor_soon, FINDING_CHAIN_EXPIRY, WARN, "in 24 hours; it is"},
	{"expired leaf that is the trust anchor", expired_trusted_leaf, FINDING_CHAIN_EXPIRY, WARN,
		"the certificate expired"},
	{"not yet valid", future_ta, FINDING_CERT_NOT_YET_VALID, CRIT,
		"not yet valid, it becomes so in "
		"5 hours"},
	{"ending", ending_ta, FINDING_CERT_EXPIRY, WARN, "expires in 8 days"},
	{"ending soon", ending_ta_soon, FINDING_CERT_EXPIRY, CRIT, "in 24 hours"},
	{"ending anchor", ending_anchor, FINDING_CHAIN_EXPIRY, WARN, "\"Intermediate\""},
	{"expired at may", expired_at_may, FINDING_CERT_EXPIRED, WARN, NULL},
	{"expired at fingerprint", expired_at_fingerprint, FINDING_CERT_EXPIRED, WARN, NULL},
	{"expired at secure", expired_at_secure, FINDING_CERT_EXPIRED, CRIT, "90 minutes ago"},
	{"expired extra", expired_extra, FINDING_CERT_EXPIRED, OK, "depth 1"},
	{"ending in a minute", ending_in_minutes, FINDING_CERT_EXPIRY, CRIT, "in 1 minute"},
	{"signature ending", signature_ending, FINDING_RRSIG_EXPIRY, WARN,
		"the TLSA answer for _25._tcp.mx1.example.org expires in 30 hours"},
	{"signature ending soon", signature_ending_soon, FINDING_RRSIG_EXPIRY, CRIT, "A answer"},
	{"signature expired", signature_expired, FINDING_RRSIG_EXPIRY, CRIT, "is this clock right"},
	{"signatures matter to DANE", signature_at_may, FINDING_RRSIG_EXPIRY, SAMPLE_ABSENT, NULL},
	{"a signer that signs online", signature_of_a_short_signer, FINDING_RRSIG_EXPIRY, SAMPLE_ABSENT,
		NULL},
	{"signatures behind the accepted host", signature_behind_the_accepted, FINDING_RRSIG_EXPIRY,
		SAMPLE_ABSENT, NULL},
	{"a signature nobody validated", signature_insecure, FINDING_RRSIG_EXPIRY, SAMPLE_ABSENT, NULL},
	{"a signature from the future", signature_from_the_future, FINDING_RRSIG_NOT_YET_VALID, UNKN,
		"clock"},
	{"a refused signature from the future", signature_from_the_future_refused,
		FINDING_RRSIG_NOT_YET_VALID, WARN, "in 10 minutes"},
	{"a clock slightly ahead", signature_from_the_near_future, FINDING_RRSIG_NOT_YET_VALID,
		SAMPLE_ABSENT, NULL},
	{"a host without MX", without_mx_signature, FINDING_RRSIG_EXPIRY, WARN, NULL},
};

START_TEST(certificates_and_signatures_are_judged_as_the_catalogue_has_it) {
	sample_check(&rows[_i]);
}
END_TEST

UNIT_MAIN("verdict_tls",
		  tcase_add_loop_test(tc, certificates_and_signatures_are_judged_as_the_catalogue_has_it, 0,
			  (int)(sizeof rows / sizeof *rows));)
