/* Files and directories that confer trust: every way they can be wrong is said in one line. */
#include <openssl/x509.h>
#include <stdarg.h>
#include <sys/stat.h>

#include "tls_peer.h"
#include "unit.h"

/* A directory of files, made anew for each case. */
struct shelf {
	struct tls_lab lab;
	char path[64];
};

static const char *shelf_path(struct shelf *shelf, const char *name) {
	return arena_printf(shelf->lab.arena, "%s/%s", shelf->path, name);
}

static void shelf_write(struct shelf *shelf, const char *name, const char *text) {
	FILE *file = fopen(shelf_path(shelf, name), "w");
	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	fclose(file);
}

static const char *const shelf_files[] = {"root.pem", "inter.pem", "public.pem", "private.pem",
	"empty", "garbage", "broken.pem", "nocert.pem", "locked.pem", "pipe"};

static void shelf_open(struct shelf *shelf) {
	tls_lab_open(&shelf->lab);
	snprintf(shelf->path, sizeof shelf->path, "/tmp/test_tls_context_XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(shelf->path));
	struct pki *pki = shelf->lab.pki;
	ck_assert(pki_write(pki, "root", PKI_FILE_CHAIN, shelf_path(shelf, "root.pem")));
	ck_assert(pki_write(pki, "inter+none", PKI_FILE_CHAIN, shelf_path(shelf, "inter.pem")));
	ck_assert(pki_write(pki, "root", PKI_FILE_PUBLIC, shelf_path(shelf, "public.pem")));
	ck_assert(pki_write(pki, "root", PKI_FILE_PRIVATE, shelf_path(shelf, "private.pem")));
	ck_assert(pki_write(pki, "root", PKI_FILE_CHAIN, shelf_path(shelf, "locked.pem")));
	shelf_write(shelf, "empty", "");
	shelf_write(shelf, "garbage", "\x01\x02\x03 no PEM in here\n");
	shelf_write(shelf, "broken.pem",
		"-----BEGIN CERTIFICATE-----\nMII*not base64*\n-----END CERTIFICATE-----\n");
	shelf_write(
		shelf, "nocert.pem", "-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----\n");
	ck_assert_int_eq(chmod(shelf_path(shelf, "locked.pem"), 0), 0);
	ck_assert_int_eq(mkfifo(shelf_path(shelf, "pipe"), 0600), 0);
}

static void shelf_close(struct shelf *shelf) {
	for (size_t i = 0; i < sizeof shelf_files / sizeof shelf_files[0]; i++) {
		unlink(shelf_path(shelf, shelf_files[i]));
	}
	ck_assert_int_eq(rmdir(shelf->path), 0);
	tls_lab_close(&shelf->lab);
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
	struct shelf shelf;
	shelf_open(&shelf);
	const char *path = c->file[0] == '\0' ? shelf.path : shelf_path(&shelf, c->file);
	struct tls_settings settings = tls_lab_settings();
	settings.ca_file = c->option == CAFILE ? path : NULL;
	settings.ca_path = c->option == CAPATH ? path : NULL;
	settings.trust_anchors = &path;
	settings.n_trust_anchors = c->option == ANCHOR ? 1 : 0;
	struct err err = {0};
	struct tls_context *context = tls_context_new(shelf.lab.arena, &settings, NULL, &err);
	if (c->problem == NULL) {
		ck_assert_msg(context != NULL, "%s", err.text);
	} else if (!c->not_as_root || geteuid() != 0) {
		ck_assert_ptr_null(context);
		ck_assert_int_eq(err.kind, ERR_USAGE);
		ck_assert_msg(strncmp(err.text, options[c->option], strlen(options[c->option])) == 0 &&
						  strstr(err.text, path) != NULL && strstr(err.text, c->problem) != NULL,
			"%s", err.text);
	}
	tls_context_free(context);
	shelf_close(&shelf);
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
	ck_assert_ptr_nonnull(strstr(err.text, "--digest"));
	ck_assert_ptr_nonnull(strstr(err.text, "sha257"));
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
	struct shelf shelf;
	shelf_open(&shelf);
	X509 *root = pki_find(shelf.lab.pki, "root")->leaf;
	unsigned long hash = X509_NAME_hash_ex(X509_get_subject_name(root), NULL, NULL, NULL);
	char link[32];
	snprintf(link, sizeof link, "%08lx.0", hash);
	ck_assert_int_eq(symlink("root.pem", shelf_path(&shelf, link)), 0);
	setenv("SSL_CERT_DIR", shelf.path, 1);
	struct tls_settings settings = tls_lab_settings();
	settings.default_ca = default_cases[_i].ca;
	struct tls_spec spec = {
		.level = TLS_LEVEL_SECURE, .report_as = TLS_LEVEL_SECURE, .names = names, .n_names = 1};
	struct tls_meeting *meeting =
		tls_meet(&shelf.lab, &settings, &spec, &(struct tls_server_plan){0});
	ck_assert_int_eq(meeting->facts->status, default_cases[_i].status);
	tls_part(meeting);
	unlink(shelf_path(&shelf, link));
	shelf_close(&shelf);
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
		  tcase_add_test(tc, an_unknown_digest_is_refused_by_name);
		  tcase_add_test(tc, digests_have_lengths); tcase_add_test(tc, the_library_has_a_version);
		  LOOP(the_directory_is_read_when_a_chain_needs_it, default_cases);
		  tcase_add_test(tc, nothing_is_freed_twice);)
