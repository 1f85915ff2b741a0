/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Every level but DANE's own rules: chains, names, fingerprints, anchors, anonymous servers. */
#include <openssl/evp.h>

#include "tls_proof.h"
#include "unit.h"

#define MX "mx1.example.test"
#define VERIFIED TLS_STATUS_VERIFIED
#define TRUSTED TLS_STATUS_TRUSTED
#define UNTRUSTED TLS_STATUS_UNTRUSTED

struct level_case {
	const char *what;
	enum tls_level level;
	enum tls_level report_as;
	const char *certificate;
	const char *ca; /* in --cafile; NULL: none */
	const char *names;
	int days; /* dates are judged so many days from now */
	const char *errors;
	enum tls_status status;
	bool trusted;
	const char *matched_name; /* "": no name matched or was wanted; see facts */
	size_t n_path;
};

#define MAY TLS_LEVEL_MAY
#define ENCRYPT TLS_LEVEL_ENCRYPT
#define VERIFY TLS_LEVEL_VERIFY
#define SECURE TLS_LEVEL_SECURE

static const struct level_case level_cases[] = {
	{"a good chain and the right name", SECURE, SECURE, "good", "root", MX, 0, "", VERIFIED, true,
		MX, 3},
	{"the level verify is no different", VERIFY, VERIFY, "good", "root", MX, 0, "", VERIFIED, true,
		MX, 3},
	{"without any CA nothing is trusted", SECURE, SECURE, "good", NULL, MX, 0, "20@1", UNTRUSTED,
		false, MX, 0},
	{"the intermediate is missing", SECURE, SECURE, "good+none", "root", MX, 0, "20@0 21@0",
		UNTRUSTED, false, MX, 0},
	{"an unknown root that is sent along", SECURE, SECURE, "good+inter+root", "otherroot", MX, 0,
		"19@2", UNTRUSTED, false, MX, 0},
	{"a self-signed leaf", SECURE, SECURE, "selfsigned", "root", MX, 0, "18@0", UNTRUSTED, false,
		MX, 0},
	{"a wrong name alone leaves the chain trusted", SECURE, SECURE, "wrongname", "root", MX, 0,
		"62@0", TRUSTED, true, "", 3},
	{"a wrong name and an unknown root", SECURE, SECURE, "wrongname", NULL, MX, 0, "20@1 62@0",
		UNTRUSTED, false, "", 0},
	{"an expired leaf", SECURE, SECURE, "expired", "root", MX, 0, "10@0", UNTRUSTED, false, MX, 3},
	{"a leaf that is not yet valid", SECURE, SECURE, "notyet", "root", MX, 0, "9@0", UNTRUSTED,
		false, MX, 3},
	{"an expired intermediate", SECURE, SECURE, "underexpired", "root", MX, 0, "10@1", UNTRUSTED,
		false, MX, 3},
	{"a good leaf judged after its end", SECURE, SECURE, "good", "root", MX, 400, "10@0", UNTRUSTED,
		false, MX, 3},
	{"a good leaf judged before its beginning", SECURE, SECURE, "good", "root", MX, -40, "9@0",
		UNTRUSTED, false, MX, 3},
	{"an expired leaf judged while it was valid", SECURE, SECURE, "expired", "root", MX, -30, "",
		VERIFIED, true, MX, 3},
	{"a client certificate is no server's", SECURE, SECURE, "clientonly", "root", MX, 0, "26@0",
		UNTRUSTED, false, MX, 0},
	{"a name constraint is broken", SECURE, SECURE, "undernarrow", "root", MX, 0, "47@0", UNTRUSTED,
		false, MX, 0},
	{"an SHA-1 signature is too weak", SECURE, SECURE, "sha1", "root", MX, 0, "68@0", UNTRUSTED,
		false, MX, 3},
	{"the second of two names", SECURE, SECURE, "good2", "root", "a.test mx2.example.test", 0, "",
		VERIFIED, true, "mx2.example.test", 3},
	{"names ignore case", SECURE, SECURE, "good", "root", "MX1.Example.TEST", 0, "", VERIFIED, true,
		MX, 3},
	{"a dot matches any depth below", SECURE, SECURE, "good", "root", ".test", 0, "", VERIFIED,
		true, MX, 3},
	{"a dot does not match the domain itself", SECURE, SECURE, "domain", "root", ".example.test", 0,
		"62@0", TRUSTED, true, "", 3},
	{"a wildcard stands for one label", SECURE, SECURE, "wildcard", "root", MX, 0, "", VERIFIED,
		true, "*.example.test", 3},
	{"a wildcard does not stand for two labels", SECURE, SECURE, "wildcard", "root",
		"a.b.example.test", 0, "62@0", TRUSTED, true, "", 3},
	{"a wildcard matches the dotted domain", SECURE, SECURE, "wildcard", "root", ".example.test", 0,
		"", VERIFIED, true, "*.example.test", 3},
	{"a partial wildcard never matches", SECURE, SECURE, "wildpart", "root", MX, 0, "62@0", TRUSTED,
		true, "", 3},
	{"the common name counts without DNS names", SECURE, SECURE, "cnonly", "root", MX, 0, "",
		VERIFIED, true, MX, 3},
	{"the common name does not count beside DNS names", SECURE, SECURE, "cnwrong", "root", MX, 0,
		"62@0", TRUSTED, true, "", 3},
	{"an address is compared with addresses", SECURE, SECURE, "address", "root", "192.0.2.7", 0, "",
		VERIFIED, true, "", 3},
	{"an IPv6 address in another spelling", SECURE, SECURE, "address", "root", "2001:DB8:0::7", 0,
		"", VERIFIED, true, "", 3},
	{"another address", SECURE, SECURE, "address", "root", "192.0.2.8", 0, "64@0", UNTRUSTED, true,
		"", 3},
	{"address and name must both match", SECURE, SECURE, "address", "root", "192.0.2.7 .192.0.2.7",
		0, "62@0", TRUSTED, true, "", 3},
	{"no name at all is no identity", SECURE, SECURE, "good", "root", "", 0, "1@0", UNTRUSTED,
		false, "", 0},
	{"a lone dot is no name", SECURE, SECURE, "good", "root", ".", 0, "1@0", UNTRUSTED, false, "",
		0},
	{"may with a CA looks at the chain only", MAY, MAY, "wrongname", "root", MX, 0, "", TRUSTED,
		true, "", 3},
	{"may without a CA", MAY, MAY, "good", NULL, MX, 0, "20@1", UNTRUSTED, false, "", 0},
	{"encrypt is no different", ENCRYPT, ENCRYPT, "good", "root", "", 0, "", TRUSTED, true, "", 3},
	{"may, reported as secure: all is well", MAY, SECURE, "good", "root", MX, 0, "", TRUSTED, true,
		MX, 3},
	{"may, reported as secure: a wrong name", MAY, SECURE, "wrongname", "root", MX, 0, "62@0",
		TRUSTED, true, "", 3},
	{"may, reported as secure: an expired leaf", MAY, SECURE, "expired", "root", MX, 0, "10@0",
		UNTRUSTED, false, MX, 3},
	{"may, reported as secure: SHA-1 is weak although the handshake takes it", MAY, SECURE, "sha1",
		"root", MX, 0, "68@0", UNTRUSTED, false, MX, 3},
	{"dane without records falls back to encrypt", TLS_LEVEL_DANE, TLS_LEVEL_DANE, "good", "root",
		MX, 0, "", TRUSTED, true, "", 3},
	{"dane-only without records must fail", TLS_LEVEL_DANE_ONLY, TLS_LEVEL_DANE_ONLY, "good",
		"root", MX, 0, "1@0", UNTRUSTED, false, "", 0},
};

static void set_up(struct tls_lab *lab) {
	const char *why = NULL;
	tls_lab_open(lab);
	ck_assert(pki_define(lab->pki, "address san=mx1.example.test,192.0.2.7,2001:db8::7", &why));
}

START_TEST(outcomes_at_each_level_are_those_of_the_table) {
	const struct level_case *c = &level_cases[_i];
	struct tls_lab lab;
	set_up(&lab);
	struct tls_spec spec = {.level = c->level, .report_as = c->report_as};
	spec.names = tls_lab_names(&lab, c->names, &spec.n_names);
	spec.anonymous = tls_level_must_match(c->level) ? TLS_ANONYMOUS_NEVER : TLS_ANONYMOUS_LAST;
	struct tls_settings settings = tls_lab_settings();
	settings.now += c->days * INT64_C(86400);
	settings.ca_file = c->ca == NULL ? NULL : tls_lab_file(&lab, c->ca, PKI_FILE_CHAIN);
	struct tls_meeting *meeting =
		tls_meet(&lab, &settings, &spec, &(struct tls_server_plan){.certificate = c->certificate});
	ck_assert_msg(meeting->step == TLS_STEP_DONE, "%s: %s", c->what, meeting->err.text);
	const struct tls_facts *facts = meeting->facts;
	const char *errors = tls_lab_errors(&lab, facts);
	ck_assert_msg(strcmp(errors, c->errors) == 0, "%s: errors %s", c->what, errors);
	ck_assert_msg(facts->proof.status == c->status, "%s: status %d", c->what, facts->proof.status);
	ck_assert_msg(
		facts->proof.trusted == c->trusted, "%s: trusted %d", c->what, facts->proof.trusted);
	ck_assert_msg(facts->proof.n_path == c->n_path, "%s: path %zu", c->what, facts->proof.n_path);
	ck_assert_msg(span_equal(facts->proof.matched_name, span_of(c->matched_name)), "%s: name %.*s",
		c->what, (int)facts->proof.matched_name.len, (const char *)facts->proof.matched_name.at);
	tls_lab_prove_same(meeting, &spec, settings.now, c->what);
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

/* The leaf under so many intermediates: RFC 5280 sets no limit, Postfix sets nine and we as it. */
START_TEST(a_chain_may_be_only_so_long) {
	static const struct {
		int n;
		const char *errors;
	} cases[] = {{10, ""}, {11, "22@11"}};
	struct tls_lab lab;
	set_up(&lab);
	struct text chain = text_new(lab.arena, 200);
	const char *why = NULL;
	const char *issuer = "root";
	for (int i = 1; i <= cases[_i].n; i++) {
		const char *name = arena_printf(lab.arena, "c%d", i);
		ck_assert(pki_define(lab.pki,
			arena_printf(lab.arena, "%s issuer=%s chain=none ca=yes", name, issuer), &why));
		ck_assert_ptr_nonnull(pki_find(lab.pki, name));
		text_addf(&chain, "%s%s", i > 1 ? "," : "", name);
		issuer = name;
	}
	const char *deep = arena_printf(lab.arena, "deep issuer=%s chain=%s", issuer, chain.at);
	ck_assert(pki_define(lab.pki, deep, &why));
	struct tls_spec spec = {.level = SECURE, .report_as = SECURE};
	spec.names = tls_lab_names(&lab, MX, &spec.n_names);
	struct tls_settings settings = tls_lab_settings();
	settings.ca_file = tls_lab_file(&lab, "root", PKI_FILE_CHAIN);
	struct tls_meeting *meeting =
		tls_meet(&lab, &settings, &spec, &(struct tls_server_plan){.certificate = "deep"});
	const char *errors = tls_lab_errors(&lab, meeting->facts);
	ck_assert_msg(strncmp(errors, cases[_i].errors, 5) == 0, "%s", errors);
	ck_assert_int_eq(meeting->facts->proof.trusted, cases[_i].errors[0] == '\0');
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

/* --- fingerprints --- */

struct fingerprint_case {
	const char *what;
	const char *digest;
	const char *certificate; /* of the server */
	const char *of;          /* whose digest is wanted */
	int selector;
	bool cut; /* the last octet is missing */
	const char *errors;
};

static const struct fingerprint_case fingerprint_cases[] = {
	{"the certificate's digest", "sha256", "good", "good", 0, false, ""},
	{"the key's digest", "sha256", "good", "good", 1, false, ""},
	{"another algorithm", "sha384", "good", "good", 1, false, ""},
	{"an old algorithm", "md5", "good", "good", 0, false, ""},
	{"an expired certificate with a wrong name", "sha256", "wrongexpired", "wrongexpired", 0, false,
		""},
	{"the digest of another certificate", "sha256", "good", "good2", 0, false, "65@0"},
	{"the digest of the issuer", "sha256", "good", "inter", 0, false, "65@0"},
	{"no digest at all", "sha256", "good", NULL, 0, false, "20@1"},
	{"a digest that is too short", "sha256", "good", "good", 0, true, "20@1 1@0"},
};

START_TEST(fingerprints_match_certificate_or_key) {
	const struct fingerprint_case *c = &fingerprint_cases[_i];
	struct tls_lab lab;
	set_up(&lab);
	struct tlsa whole = tls_lab_record(&lab, c->of != NULL ? c->of : "good", 3, c->selector, 0);
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	ck_assert(EVP_Digest(
		whole.data.at, whole.data.len, digest, &len, EVP_get_digestbyname(c->digest), NULL));
	ck_assert_uint_eq(tls_digest_length(c->digest), len);
	struct span fingerprint = {digest, len - (c->cut ? 1U : 0U)};
	struct tls_spec spec = {.level = TLS_LEVEL_FINGERPRINT,
		.report_as = TLS_LEVEL_FINGERPRINT,
		.fingerprints = &fingerprint,
		.n_fingerprints = c->of != NULL ? 1 : 0};
	struct tls_settings settings = tls_lab_settings();
	settings.digest = c->digest;
	struct tls_meeting *meeting =
		tls_meet(&lab, &settings, &spec, &(struct tls_server_plan){.certificate = c->certificate});
	const struct tls_facts *facts = meeting->facts;
	bool fine = c->errors[0] == '\0';
	const char *errors = tls_lab_errors(&lab, facts);
	ck_assert_msg(strcmp(errors, c->errors) == 0, "%s: errors %s", c->what, errors);
	ck_assert_msg(facts->proof.status == (fine ? VERIFIED : UNTRUSTED), "%s", c->what);
	ck_assert_msg((facts->proof.matched == TLS_MATCHED_FINGERPRINT) == fine, "%s", c->what);
	ck_assert(!facts->proof.names_checked);
	if (fine) {
		ck_assert(span_equal(facts->proof.matched_data, fingerprint));
		ck_assert(span_equal(facts->chain[0].fingerprint[c->selector], fingerprint));
	}
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

/* --- trust anchors --- */

struct anchor_case {
	const char *what;
	const char *anchor;
	enum pki_file file;
	const char *certificate;
	const char *names;
	const char *errors;
	int depth;
};

static const struct anchor_case anchor_cases[] = {
	{"the intermediate", "inter", PKI_FILE_CHAIN, "good", MX, "", 1},
	{"the root, which is not sent", "root", PKI_FILE_CHAIN, "good", MX, "", 2},
	{"the leaf itself", "good+none", PKI_FILE_CHAIN, "good", MX, "", 0},
	{"the leaf itself with a wrong name", "wrongname+none", PKI_FILE_CHAIN, "wrongname", MX, "62@0",
		0},
	{"an expired leaf below the anchor", "inter", PKI_FILE_CHAIN, "expired", MX, "10@0", 1},
	{"the last of five in a file", "otherroot+otherinter+good2+good3+inter", PKI_FILE_CHAIN, "good",
		MX, "", 1},
	{"another authority", "otherroot", PKI_FILE_CHAIN, "good", MX, "65@1 20@1", -1},
	{"the root's bare key", "root", PKI_FILE_PUBLIC, "good", MX, "", 1},
	{"the bare key of the leaf", "good", PKI_FILE_PUBLIC, "good", MX, "", 0},
};

START_TEST(trust_anchors_alone_confer_trust) {
	const struct anchor_case *c = &anchor_cases[_i];
	struct tls_lab lab;
	set_up(&lab);
	struct tls_spec spec = {.level = SECURE, .report_as = SECURE};
	spec.names = tls_lab_names(&lab, c->names, &spec.n_names);
	const char *file = tls_lab_file(&lab, c->anchor, c->file);
	struct tls_settings settings = tls_lab_settings();
	settings.trust_anchors = &file;
	settings.n_trust_anchors = 1;
	struct tls_meeting *meeting =
		tls_meet(&lab, &settings, &spec, &(struct tls_server_plan){.certificate = c->certificate});
	const struct tls_facts *facts = meeting->facts;
	const char *errors = tls_lab_errors(&lab, facts);
	ck_assert_msg(strcmp(errors, c->errors) == 0, "%s: errors %s", c->what, errors);
	ck_assert_msg(
		facts->proof.matched_depth == c->depth, "%s: %d", c->what, facts->proof.matched_depth);
	ck_assert_int_eq(
		facts->proof.matched, c->depth >= 0 ? TLS_MATCHED_TRUST_ANCHOR : TLS_MATCHED_NOTHING);
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

/* --- anonymous servers --- */

struct anonymous_case {
	enum tls_level level;
	enum tls_anonymous anonymous;
	const char *certificate;
	enum tls_step step;
	bool is_anonymous;
};

static const struct anonymous_case anonymous_cases[] = {
	{MAY, TLS_ANONYMOUS_FIRST, "good", TLS_STEP_DONE, true},
	{MAY, TLS_ANONYMOUS_LAST, "good", TLS_STEP_DONE, false},
	{MAY, TLS_ANONYMOUS_LAST, "anonymous", TLS_STEP_DONE, true},
	{ENCRYPT, TLS_ANONYMOUS_FIRST, "anonymous", TLS_STEP_DONE, true},
	{SECURE, TLS_ANONYMOUS_NEVER, "anonymous", TLS_STEP_FAILED, false},
	{TLS_LEVEL_DANE, TLS_ANONYMOUS_NEVER, "anonymous", TLS_STEP_FAILED, false},
};

static void prefer_the_clients_order(SSL_CTX *server) {
	SSL_CTX_clear_options(server, SSL_OP_CIPHER_SERVER_PREFERENCE);
}

START_TEST(anonymous_servers_are_seen_where_the_level_allows_them) {
	const struct anonymous_case *c = &anonymous_cases[_i];
	struct tls_lab lab;
	set_up(&lab);
	struct tls_spec spec = {.level = c->level, .report_as = c->level, .anonymous = c->anonymous};
	spec.names = tls_lab_names(&lab, MX, &spec.n_names);
	struct tls_meeting *meeting = tls_meet(&lab, NULL, &spec,
		&(struct tls_server_plan){.certificate = c->certificate,
			.version = TLS1_2_VERSION,
			.adjust = prefer_the_clients_order});
	ck_assert_int_eq(meeting->step, c->step);
	ck_assert_int_eq(
		meeting->facts->proof.status == TLS_STATUS_ANONYMOUS && meeting->facts->established,
		c->is_anonymous);
	if (c->is_anonymous) {
		ck_assert_uint_eq(meeting->facts->n_chain, 0);
		ck_assert(!meeting->facts->proof.trusted);
	}
	tls_part(meeting);
	tls_lab_close(&lab);
}
END_TEST

/* One case per row of a table. */
#define LOOP(name, table)                                                                          \
	tcase_add_loop_test(tc, name, 0, (int)(sizeof(table) / sizeof((table)[0])))

UNIT_MAIN("tls_levels", LOOP(outcomes_at_each_level_are_those_of_the_table, level_cases);
		  tcase_add_loop_test(tc, a_chain_may_be_only_so_long, 0, 2);
		  LOOP(fingerprints_match_certificate_or_key, fingerprint_cases);
		  LOOP(trust_anchors_alone_confer_trust, anchor_cases);
		  LOOP(anonymous_servers_are_seen_where_the_level_allows_them, anonymous_cases);)
