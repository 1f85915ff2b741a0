/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Files and directories that confer trust: every way they can be wrong is said in one line. */
#include <openssl/x509.h>
#include <stdarg.h>
#include <sys/stat.h>

#include "about.h"
#include "tls_shelf.h"
#include "unit.h"

static void lay_out(struct tls_shelf *shelf) {
	tls_shelf_open(shelf);
	tls_shelf_fill(shelf, "root.pem", "cert root");
	tls_shelf_fill(shelf, "inter.pem", "cert inter");
	tls_shelf_fill(shelf, "public.pem", "public root");
	tls_shelf_fill(shelf, "private.pem", "key root");
	tls_shelf_fill(shelf, "both.pem", "other, public root, key good, cert inter");
	tls_shelf_fill(shelf, "locked.pem", "cert root");
	tls_shelf_fill(shelf, "empty", "");
	tls_shelf_write(shelf, "garbage", "\x01\x02\x03 no PEM in here\n");
	tls_shelf_fill(shelf, "broken.pem", "broken");
	tls_shelf_fill(shelf, "nocert.pem", "bad cert");
	ck_assert_int_eq(chmod("locked.pem", 0), 0);
	ck_assert_int_eq(mkfifo("pipe", 0600), 0);
}

enum option { CAFILE, CAPATH, ANCHOR };

struct file_case {
	enum option option;
	const char *file;    /* "": the directory itself */
	const char *problem; /* NULL: accepted */
	bool not_as_root;
};

static const struct file_case file_cases[] = {
	{CAFILE, "root.pem", NULL, false},
	{CAFILE, "missing", "No such file or directory", false},
	{CAFILE, "", "is a directory", false},
	{CAFILE, "pipe", "not a regular file", false},
	{CAFILE, "locked.pem", "Permission denied", true},
	{CAFILE, "empty", "no PEM certificate", false},
	{CAFILE, "garbage", "no PEM certificate", false},
	{CAFILE, "private.pem", "no PEM certificate", false},
	{CAFILE, "public.pem", "no PEM certificate", false},
	{CAFILE, "broken.pem", "bad base64 decode", false},
	{CAFILE, "nocert.pem", "", false},
	{CAFILE, "root.pem/x", "Not a directory", false},
	{CAPATH, "", NULL, false},
	{CAPATH, "missing", "No such file or directory", false},
	{CAPATH, "root.pem", "not a directory", false},
	{ANCHOR, "root.pem", NULL, false},
	{ANCHOR, "inter.pem", NULL, false},
	{ANCHOR, "public.pem", NULL, false},
	{ANCHOR, "missing", "No such file or directory", false},
	{ANCHOR, "", "is a directory", false},
	{ANCHOR, "pipe", "not a regular file", false},
	{ANCHOR, "locked.pem", "Permission denied", true},
	{ANCHOR, "empty", "no PEM certificate or public key", false},
	{ANCHOR, "garbage", "no PEM certificate or public key", false},
	{ANCHOR, "private.pem", "no PEM certificate or public key", false},
	{ANCHOR, "broken.pem", "bad base64 decode", false},
	{ANCHOR, "nocert.pem", "cannot be decoded", false},
};

START_TEST(each_trouble_with_a_file_names_option_file_and_problem) {
	static const char *const options[] = {"--cafile ", "--capath ", "--trust-anchor "};
	const struct file_case *c = &file_cases[_i];
	struct tls_shelf shelf;
	lay_out(&shelf);
	const char *path = c->file[0] == '\0' ? shelf.path : tls_shelf_path(&shelf, c->file);
	struct tls_settings settings = tls_lab_settings();
	settings.ca_file = c->option == CAFILE ? path : NULL;
	settings.ca_path = c->option == CAPATH ? path : NULL;
	settings.trust_anchors = &path;
	settings.n_trust_anchors = c->option == ANCHOR ? 1 : 0;
	struct err err = {0};
	struct tls_context *context = tls_context_new(shelf.lab.arena, &settings, NULL, &err);
	if (c->problem == NULL) {
		ck_assert_msg(context != NULL, "%s", about_text(&err));
	} else if (!c->not_as_root || geteuid() != 0) {
		ck_assert_ptr_null(context);
		ck_assert_int_eq(err.kind, ERR_USAGE);
		ck_assert_msg(
			strncmp(about_text(&err), options[c->option], strlen(options[c->option])) == 0 &&
				strstr(about_text(&err), path) != NULL &&
				strstr(about_text(&err), c->problem) != NULL,
			"%s", about_text(&err));
	}
	tls_context_free(context);
	tls_shelf_close(&shelf);
}
END_TEST

START_TEST(a_hash_link_to_a_pipe_is_refused_before_a_handshake_opens_it) {
	struct tls_shelf shelf;
	lay_out(&shelf);
	struct tls_settings settings = tls_lab_settings();
	settings.ca_path = shelf.path;
	ck_assert_int_eq(symlink("missing", "5ed36f99.0"), 0); /* no harm */
	ck_assert_int_eq(symlink("pipe", "5ed36f99.1"), 0);
	struct err err = {0};
	ck_assert_ptr_null(tls_shelf_build(&shelf, &settings, &err));
	ck_assert_ptr_nonnull(strstr(about_text(&err), "/5ed36f99.1: not a regular file"));
	tls_shelf_close(&shelf);
}
END_TEST

/* The same in Postfix's words, where less is wrong. */
struct postfix_case {
	enum option option;
	const char *file;
	const char *lines; /* "*" for the reason of a library entry: any */
	enum err_kind kind;
	const char *text; /* of the error */
};

#define NO_CA(file)                                                                                \
	"engine\n"                                                                                     \
	"info: cannot load Certification Authority data, CAfile=\"" file "\": disabling TLS support\n"
#define NO_ANCHOR(file) ERR_USAGE, "Failed to load trust anchor file: " file

static const struct postfix_case postfix_cases[] = {
	{CAFILE, "root.pem", "engine\n", ERR_NONE, NULL},
	{CAFILE, "both.pem", "engine\n", ERR_NONE, NULL},
	{CAFILE, "missing", NO_CA("missing") "library: No such file or directory\n", ERR_LOCAL,
		"cannot load Certification Authority data, CAfile=\"missing\""},
	{CAFILE, "empty", NO_CA("empty") "library: no certificate or crl found\n", ERR_LOCAL, NULL},
	{CAFILE, "private.pem", NO_CA("private.pem") "library: no certificate or crl found\n",
		ERR_LOCAL, NULL},
	{CAFILE, ".", NO_CA(".") "library: no certificate or crl found\n", ERR_LOCAL, NULL},
	{CAFILE, "broken.pem", NO_CA("broken.pem") "library: bad base64 decode\n", ERR_LOCAL, NULL},
	{CAFILE, "", "engine\n", ERR_NONE, NULL},
	{CAPATH, ".", "engine\n", ERR_NONE, NULL},
	{CAPATH, "missing", "engine\n", ERR_NONE, NULL},
	{CAPATH, "root.pem", "engine\n", ERR_NONE, NULL},
	{ANCHOR, "root.pem", "anchor root.pem cert 020000\nengine\n", ERR_NONE, NULL},
	{ANCHOR, "public.pem", "anchor public.pem pkey 020100\nengine\n", ERR_NONE, NULL},
	{ANCHOR, "both.pem", "anchor both.pem pkey 020100\nanchor both.pem cert 020000\nengine\n",
		ERR_NONE, NULL},
	/* counts as loaded, and leaves no anchor */
	{ANCHOR, "private.pem", "engine\n", ERR_NONE, NULL},
	/* found out by each session */
	{ANCHOR, "nocert.pem", "anchor nocert.pem cert 020000\nengine\n", ERR_NONE, NULL},
	{ANCHOR, "", "engine\n", ERR_NONE, NULL},
	{ANCHOR, "missing",
		"warning: error opening trust anchor file: missing: No such file or directory\n",
		NO_ANCHOR("missing")},
	{ANCHOR, "empty", "", NO_ANCHOR("empty")},
	{ANCHOR, "garbage", "", NO_ANCHOR("garbage")},
	{ANCHOR, ".", "", NO_ANCHOR(".")},
	{ANCHOR, "broken.pem", "library: bad base64 decode\n", NO_ANCHOR("broken.pem")},
};

START_TEST(each_trouble_with_a_file_has_the_line_that_postfix_prints) {
	const struct postfix_case *c = &postfix_cases[_i];
	struct tls_shelf shelf;
	lay_out(&shelf);
	struct tls_settings settings = tls_lab_settings();
	settings.habits = &habits_postfix;
	settings.ca_file = c->option == CAFILE ? c->file : NULL;
	settings.ca_path = c->option == CAPATH ? c->file : NULL;
	settings.trust_anchors = &c->file;
	settings.n_trust_anchors = c->option == ANCHOR ? 1 : 0;
	struct err err = {0};
	struct tls_context *context = tls_shelf_build(&shelf, &settings, &err);
	tls_shelf_assert_heard(&shelf, c->lines);
	ck_assert_int_eq(err.kind, c->kind);
	ck_assert((context == NULL) == (c->kind != ERR_NONE));
	if (c->text != NULL) {
		ck_assert_str_eq(about_text(&err), c->text);
	}
	tls_context_free(context);
	tls_shelf_close(&shelf);
}
END_TEST

START_TEST(file_and_directory_share_a_line) {
	struct tls_shelf shelf;
	tls_shelf_open(&shelf);
	struct tls_settings settings = tls_lab_settings();
	settings.habits = &habits_postfix;
	settings.ca_file = "f";
	settings.ca_path = "p";
	ck_assert_ptr_null(tls_shelf_build(&shelf, &settings, NULL));
	tls_shelf_assert_heard(&shelf,
		"engine\ninfo: cannot load Certification Authority data, CAfile=\"f\", CApath=\"p\": "
		"disabling TLS support\nlibrary: No such file or directory\n");
	tls_shelf_close(&shelf);
}
END_TEST

/* Make the shelf the system's directory of authorities. */
static void link_root(struct tls_shelf *shelf) {
	X509 *root = pki_find(shelf->lab.pki, "root")->leaf;
	unsigned long hash = X509_NAME_hash_ex(X509_get_subject_name(root), NULL, NULL, NULL);
	char link[32];
	snprintf(link, sizeof link, "%08lx.0", hash);
	ck_assert_int_eq(symlink("root.pem", link), 0);
	setenv("SSL_CERT_DIR", shelf->path, 1);
}

/* tls_append_default_CA: with a file or directory of one's own only. */
struct append_case {
	const struct habits *habits;
	const char *ca_path;
	bool append;
	enum tls_status status;
};

static const struct append_case append_cases[] = {
	{&habits_postfix, NULL, false, TLS_STATUS_UNTRUSTED},
	{&habits_postfix, NULL, true, TLS_STATUS_UNTRUSTED},
	{&habits_postfix, "/", false, TLS_STATUS_UNTRUSTED},
	{&habits_postfix, "/", true, TLS_STATUS_VERIFIED},
	{&habits_monitor, NULL, true, TLS_STATUS_UNTRUSTED},
	{&habits_monitor, "/", false, TLS_STATUS_UNTRUSTED},
	{&habits_monitor, "/", true, TLS_STATUS_VERIFIED},
};

START_TEST(the_default_authorities_are_appended_on_demand) {
	static const char *const names[] = {"mx1.example.test"};
	const struct append_case *c = &append_cases[_i];
	struct tls_shelf shelf;
	lay_out(&shelf);
	setenv("SSL_CERT_FILE", tls_shelf_path(&shelf, "root.pem"), 1);
	link_root(&shelf);
	struct tls_settings settings = tls_lab_settings();
	settings.habits = c->habits;
	settings.ca_path = c->ca_path;
	settings.append_default_ca = c->append;
	struct tls_spec spec = {
		.level = TLS_LEVEL_SECURE, .report_as = TLS_LEVEL_SECURE, .names = names, .n_names = 1};
	struct tls_meeting *meeting =
		tls_meet(&shelf.lab, &settings, &spec, &(struct tls_server_plan){0});
	ck_assert_int_eq(meeting->facts->proof.status, c->status);
	tls_part(meeting);
	tls_shelf_close(&shelf);
}
END_TEST

START_TEST(a_file_with_a_private_key_only_leaves_trust_to_the_authorities) {
	static const char *const names[] = {"mx1.example.test"};
	static const char *const anchor = "private.pem";
	struct tls_shelf shelf;
	lay_out(&shelf);
	struct tls_settings settings = tls_lab_settings();
	settings.habits = &habits_postfix;
	settings.ca_file = "root.pem";
	settings.trust_anchors = &anchor;
	settings.n_trust_anchors = 1;
	struct tls_spec spec = {
		.level = TLS_LEVEL_SECURE, .report_as = TLS_LEVEL_SECURE, .names = names, .n_names = 1};
	struct tls_meeting *meeting =
		tls_meet(&shelf.lab, &settings, &spec, &(struct tls_server_plan){0});
	ck_assert_int_eq(meeting->facts->proof.status, TLS_STATUS_VERIFIED);
	tls_part(meeting);
	tls_shelf_close(&shelf);
}
END_TEST

START_TEST(anchors_that_are_none_fail_each_session) {
	static const char *const names[] = {"mx1.example.test"};
	static const char *const anchors[] = {"nocert.pem", "nocert.pem"};
	struct tls_shelf shelf;
	lay_out(&shelf);
	struct tls_settings settings = tls_lab_settings();
	settings.habits = &habits_postfix;
	settings.ca_file = "root.pem";
	settings.trust_anchors = anchors;
	settings.n_trust_anchors = 2;
	struct tls_spec spec = {
		.level = TLS_LEVEL_SECURE, .report_as = TLS_LEVEL_SECURE, .names = names, .n_names = 1};
	struct tls_meeting *meeting =
		tls_meet(&shelf.lab, &settings, &spec, &(struct tls_server_plan){0});
	ck_assert_int_eq(meeting->facts->proof.status, TLS_STATUS_UNTRUSTED);
	int complaints = 0;
	for (const char *at = strstr(shelf.lab.heard.at, "unusable: "); at != NULL;
		 at = strstr(at + 1, "unusable: ")) {
		complaints++;
	}
	ck_assert_int_eq(complaints, 4);
	ck_assert_ptr_nonnull(strstr(shelf.lab.heard.at, "warning: all trust anchors unusable"));
	tls_part(meeting);
	tls_shelf_close(&shelf);
}
END_TEST

START_TEST(an_unknown_digest_disables_tls_in_postfix) {
	struct tls_shelf shelf;
	tls_shelf_open(&shelf);
	struct tls_settings settings = tls_lab_settings();
	settings.habits = &habits_postfix;
	settings.digest = "nosuch";
	struct err err = {0};
	ck_assert_ptr_null(tls_shelf_build(&shelf, &settings, &err));
	ck_assert_int_eq(err.kind, ERR_LOCAL);
	tls_shelf_assert_heard(&shelf,
		"engine\nwarning: Digest algorithm \"nosuch\" not found\nwarning: disabling TLS support\n");
	tls_shelf_close(&shelf);
}
END_TEST

START_TEST(a_parameter_that_was_not_evaluated_comes_behind_the_start) {
	struct tls_shelf shelf;
	tls_shelf_open(&shelf);
	struct tls_settings settings = tls_lab_settings();
	settings.digest = "nosuch";
	settings.bad_parameter = "bad string length 0 < 1: tls_dane_digests = ";
	settings.habits = &habits_postfix;
	struct err err = {0};
	ck_assert_ptr_null(tls_shelf_build(&shelf, &settings, &err));
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_str_eq(about_text(&err), settings.bad_parameter);
	tls_shelf_assert_heard(&shelf, "engine\n");
	tls_shelf_close(&shelf);
}
END_TEST

START_TEST(an_unknown_digest_is_refused_by_name) {
	struct tls_lab lab;
	tls_lab_open(&lab);
	struct tls_settings settings = tls_lab_settings();
	settings.digest = "sha257";
	struct err err = {0};
	ck_assert_ptr_null(tls_context_new(lab.arena, &settings, NULL, &err));
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_ptr_nonnull(strstr(about_text(&err), "--digest"));
	ck_assert_ptr_nonnull(strstr(about_text(&err), "sha257"));
	tls_lab_close(&lab);
}
END_TEST

START_TEST(digests_have_lengths) {
	ck_assert_uint_eq(tls_digest_length("sha256"), 32);
	ck_assert_uint_eq(tls_digest_length("SHA512"), 64);
	ck_assert_uint_eq(tls_digest_length("sha224"), 28);
	ck_assert_uint_eq(tls_digest_length("sha3-384"), 48);
	ck_assert_uint_eq(tls_digest_length("sha257"), 0);
	ck_assert_uint_eq(tls_digest_length(""), 0);
}
END_TEST

START_TEST(the_library_has_a_version) {
	ck_assert_ptr_nonnull(strstr(tls_library_version(), "OpenSSL"));
}
END_TEST

/* The system's directory, for this process the one in SSL_CERT_DIR. */
struct default_case {
	enum tls_default_ca ca;
	enum tls_status status;
};

static const struct default_case default_cases[] = {
	{TLS_DEFAULT_CA_DIRECTORY, TLS_STATUS_VERIFIED},
	{TLS_DEFAULT_CA_ANY, TLS_STATUS_VERIFIED},
	{TLS_DEFAULT_CA_NONE, TLS_STATUS_UNTRUSTED},
};

START_TEST(the_directory_is_read_when_a_chain_needs_it) {
	static const char *const names[] = {"mx1.example.test"};
	struct tls_shelf shelf;
	lay_out(&shelf);
	link_root(&shelf);
	struct tls_settings settings = tls_lab_settings();
	settings.default_ca = default_cases[_i].ca;
	struct tls_spec spec = {
		.level = TLS_LEVEL_SECURE, .report_as = TLS_LEVEL_SECURE, .names = names, .n_names = 1};
	struct tls_meeting *meeting =
		tls_meet(&shelf.lab, &settings, &spec, &(struct tls_server_plan){0});
	ck_assert_int_eq(meeting->facts->proof.status, default_cases[_i].status);
	tls_part(meeting);
	tls_shelf_close(&shelf);
}
END_TEST

START_TEST(nothing_is_freed_twice) {
	tls_context_free(NULL);
	tls_free(NULL);
}
END_TEST

/* One case per row of a table. */
#define LOOP(name, table)                                                                          \
	tcase_add_loop_test(tc, name, 0, (int)(sizeof(table) / sizeof((table)[0])))

UNIT_MAIN("tls_context", LOOP(each_trouble_with_a_file_names_option_file_and_problem, file_cases);
		  tcase_add_test(tc, a_hash_link_to_a_pipe_is_refused_before_a_handshake_opens_it);
		  LOOP(each_trouble_with_a_file_has_the_line_that_postfix_prints, postfix_cases);
		  tcase_add_test(tc, file_and_directory_share_a_line);
		  LOOP(the_default_authorities_are_appended_on_demand, append_cases);
		  tcase_add_test(tc, a_file_with_a_private_key_only_leaves_trust_to_the_authorities);
		  tcase_add_test(tc, anchors_that_are_none_fail_each_session);
		  tcase_add_test(tc, an_unknown_digest_disables_tls_in_postfix);
		  tcase_add_test(tc, a_parameter_that_was_not_evaluated_comes_behind_the_start);
		  tcase_add_test(tc, an_unknown_digest_is_refused_by_name);
		  tcase_add_test(tc, digests_have_lengths); tcase_add_test(tc, the_library_has_a_version);
		  LOOP(the_directory_is_read_when_a_chain_needs_it, default_cases);
		  tcase_add_test(tc, nothing_is_freed_twice);)
