/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What we show when a server asks for a certificate: every way a file can be wrong has its line,
 * and what is right is seen by a server that asks. */
#include <sys/resource.h>

#include "about.h"
#include "tls_shelf.h"
#include "unit.h"

#define ENDS(origin)                                                                               \
	"warning: error loading private keys and certificates from: " origin ": disabling TLS "        \
	"support\n"

/* How the files are given. */
enum how {
	CHAIN,    /* as chain files */
	ONE_FILE, /* as certificate file, or key file, and no other */
	KEY_FILE,
	PAIR
};

enum fate { FINE, TOLERATED, REFUSED };

struct file_case {
	enum how how;
	const char *given;     /* names with commas */
	const char *a;         /* what a.pem holds; NULL: there is none */
	const char *b;         /* b.pem */
	enum fate fate;        /* in Postfix */
	const char *lines;     /* there */
	const char *complaint; /* where faults name options; NULL: fine */
};

static const struct file_case file_cases[] = {
	/* chain files: key, leaf, issuers */
	{CHAIN, "a.pem", "key good, cert good, cert inter", NULL, FINE, "", NULL},
	{CHAIN, "a.pem", "old key good, cert good", NULL, FINE, "", NULL},
	{CHAIN, "a.pem", "old key rsa2048, cert rsa2048", NULL, FINE, "", NULL},
	{CHAIN, "a.pem", "key rsa2048, cert rsa2048, cert inter, key good, cert good", NULL, FINE, "",
		NULL},
	{CHAIN, "a.pem,b.pem", "key good, cert good", "key rsa2048, cert rsa2048", FINE, "", NULL},
	{CHAIN, "a.pem  b.pem", "key good", "cert good, cert inter", FINE, "", NULL},
	{CHAIN, " a.pem ,", "key ed25519, cert ed25519", NULL, FINE, "", NULL},
	{CHAIN, "a.pem", "other, key good, cert good", NULL, TOLERATED,
		"warning: loading a.pem: ignoring PEM type: FOO\n", NULL},
	{CHAIN, "a.pem", NULL, NULL, TOLERATED,
		"warning: error opening chain file: a.pem: No such file or directory\n",
		"--chain-files a.pem: No such file or directory"},
	{CHAIN, "a.pem,b.pem", "key good, cert good", NULL, TOLERATED,
		"warning: error opening chain file: b.pem: No such file or directory\n",
		"--chain-files b.pem: No such file or directory"},
	{CHAIN, "a.pem", "cert good, key good", NULL, REFUSED,
		"warning: error loading chain from a.pem: key not first\n" ENDS("a.pem"),
		"--chain-files: error loading chain from a.pem: key not first"},
	{CHAIN, "a.pem", "key good2, cert good", NULL, REFUSED,
		"warning: key at index 1 in a.pem does not match next certificate\n"
		"library: private key mismatch\n" ENDS("a.pem"),
		"--chain-files: key at index 1 in a.pem does not match next certificate: "
		"private key mismatch"},
	{CHAIN, "a.pem", "key good2, cert good, key rsa2048, cert rsa2048", NULL, REFUSED,
		"warning: error loading certificate chain: key at index 1 in a.pem does not match the "
		"certificate\nlibrary: private key mismatch\n" ENDS("a.pem"),
		"key at index 1 in a.pem does not match the certificate"},
	{CHAIN, "a.pem", "key good, cert good, key good2, cert good2", NULL, REFUSED,
		"warning: key at index 3 in a.pem does not match next certificate\n"
		"library: not replacing certificate\n" ENDS("a.pem"),
		"not replacing certificate"},
	{CHAIN, "a.pem", "key good, key good2, cert good", NULL, REFUSED,
		"warning: error loading certificate chain: key at index 1 in a.pem not followed by a "
		"certificate\n" ENDS("a.pem"),
		"not followed by a certificate"},
	{CHAIN, "a.pem", "key good", NULL, REFUSED,
		"warning: No certs for key at index 1 in a.pem\n" ENDS("a.pem"),
		"--chain-files: No certs for key at index 1 in a.pem"},
	{CHAIN, "a.pem", "", NULL, REFUSED, "warning: No PEM data in a.pem\n" ENDS("a.pem"),
		"--chain-files: No PEM data in a.pem"},
	{CHAIN, "a.pem, b.pem", "", "", REFUSED,
		"warning: No PEM data in a.pem, b.pem\n" ENDS("a.pem, b.pem"),
		"No PEM data in a.pem, b.pem"},
	{CHAIN, "a.pem", "bad key, cert good", NULL, REFUSED,
		"warning: error loading private key (PEM object number 1) from a.pem\n"
		"library: *\n" ENDS("a.pem"),
		"error loading private key (PEM object number 1) from a.pem"},
	{CHAIN, "a.pem", "long key good, cert good", NULL, REFUSED,
		"warning: error loading private key (PEM object number 1) from a.pem: excess data\n" ENDS(
			"a.pem"),
		"from a.pem: excess data"},
	{CHAIN, "a.pem", "key good, bad cert", NULL, REFUSED,
		"warning: error loading certificate (PEM object number 2) from a.pem\n"
		"library: *\n" ENDS("a.pem"),
		"error loading certificate (PEM object number 2) from a.pem"},
	{CHAIN, "a.pem,b.pem", "key good", "long cert good", REFUSED,
		"warning: error loading certificate (PEM object number 1) from b.pem: excess data\n" ENDS(
			"a.pem,b.pem"),
		"(PEM object number 1) from b.pem: excess data"},
	{CHAIN, "a.pem", "key good, cert good, broken", NULL, REFUSED,
		"library: bad base64 decode\n" ENDS("a.pem"), "--chain-files: a.pem: bad base64 decode"},
	{CHAIN, "a.pem", "encrypted good, cert good", NULL, REFUSED,
		"warning: loading a.pem: ignoring PEM type: ENCRYPTED PRIVATE KEY\n"
		"warning: error loading chain from a.pem: key not first\n" ENDS("a.pem"),
		"--chain-files a.pem: the private key is encrypted"},
	{CHAIN, "a.pem", "old encrypted good, cert good", NULL, REFUSED,
		"warning: error loading private key (PEM object number 1) from a.pem\n"
		"library: *\n" ENDS("a.pem"),
		"--chain-files a.pem: the private key is encrypted"},
	{CHAIN, ".", NULL, NULL, REFUSED, "warning: No PEM data in .\n" ENDS("."),
		"--chain-files .: is a directory"},
	{CHAIN, "", NULL, NULL, FINE, "", "--chain-files: No PEM data"},

	/* one file: the key anywhere */
	{ONE_FILE, "a.pem", "cert good, key good, cert inter", NULL, FINE, "", NULL},
	{KEY_FILE, "a.pem", "key good, cert good, cert inter", NULL, FINE, "", NULL},
	{ONE_FILE, "a.pem", "other, cert good, key good", NULL, FINE, "", NULL},
	{ONE_FILE, "a.pem", "key good, key good2, cert good", NULL, TOLERATED,
		"warning: ignoring 2nd key at index 2 in a.pem after 1st at 1\n", NULL},
	{ONE_FILE, "a.pem", "cert good, key good, cert inter, bad key", NULL, TOLERATED,
		"warning: ignoring 2nd key at index 4 in a.pem after 1st at 2\n", NULL},
	{ONE_FILE, "a.pem", NULL, NULL, REFUSED,
		"warning: error opening chain file: a.pem: No such file or directory\n",
		"--client-cert a.pem: No such file or directory"},
	{KEY_FILE, "a.pem", NULL, NULL, REFUSED,
		"warning: error opening chain file: a.pem: No such file or directory\n",
		"--private-key a.pem: No such file or directory"},
	{ONE_FILE, "a.pem", "cert good", NULL, REFUSED,
		"warning: No private key found in a.pem\n" ENDS("a.pem"),
		"--client-cert: No private key found in a.pem"},
	{ONE_FILE, "a.pem", "key good", NULL, REFUSED,
		"warning: No certs for key at index 1 in a.pem\n" ENDS("a.pem"),
		"No certs for key at index 1 in a.pem"},
	{ONE_FILE, "a.pem", "", NULL, REFUSED, "warning: No PEM data in a.pem\n" ENDS("a.pem"),
		"No PEM data in a.pem"},
	{ONE_FILE, "a.pem", "cert good2, key good", NULL, REFUSED,
		"warning: key at index 2 in a.pem does not match next certificate\n"
		"library: private key mismatch\n" ENDS("a.pem"),
		"key at index 2 in a.pem does not match next certificate"},
	{ONE_FILE, "a.pem", "encrypted good, cert good", NULL, REFUSED,
		"warning: No private key found in a.pem\n" ENDS("a.pem"),
		"--client-cert a.pem: the private key is encrypted"},

	/* certificate and key in two files */
	{PAIR, "", "cert good, cert inter", "key good", FINE, "", NULL},
	{PAIR, "", "cert rsa2048", "old key rsa2048", FINE, "", NULL},
	{PAIR, "", NULL, "key good", REFUSED,
		"warning: cannot get RSA certificate from file \"a.pem\": disabling TLS support\n"
		"library: No such file or directory\n",
		"--client-cert a.pem: No such file or directory"},
	{PAIR, "", "key good", "key good", REFUSED,
		"warning: cannot get RSA certificate from file \"a.pem\": disabling TLS support\n"
		"library: no start line\n",
		"--client-cert: cannot get RSA certificate from file \"a.pem\": no start line"},
	{PAIR, "", "cert good", NULL, REFUSED,
		"warning: cannot get RSA private key from file \"b.pem\": disabling TLS support\n"
		"library: No such file or directory\n",
		"--private-key b.pem: No such file or directory"},
	{PAIR, "", "cert good", "key good2", REFUSED,
		"warning: cannot get RSA private key from file \"b.pem\": disabling TLS support\n"
		"library: key values mismatch\n",
		"--private-key: cannot get RSA private key from file \"b.pem\": key values mismatch"},
	{PAIR, "", "cert good", "key rsa2048", REFUSED,
		"warning: RSA private key in b.pem does not match public key in a.pem: disabling TLS "
		"support\n",
		"--private-key: RSA private key in b.pem does not match public key in a.pem"},
	{PAIR, "", "cert good", "encrypted good", REFUSED,
		"warning: cannot get RSA private key from file \"b.pem\": disabling TLS support\n"
		"library: *\n",
		"--private-key b.pem: the private key is encrypted"},
	{PAIR, "", "cert good", "old encrypted good", REFUSED,
		"warning: cannot get RSA private key from file \"b.pem\": disabling TLS support\n"
		"library: *\n",
		"--private-key b.pem: the private key is encrypted"},
};

static void lay_out(struct tls_shelf *shelf, const struct file_case *c) {
	tls_shelf_open(shelf);
	if (c->a != NULL) {
		tls_shelf_fill(shelf, "a.pem", c->a);
	}
	if (c->b != NULL) {
		tls_shelf_fill(shelf, "b.pem", c->b);
	}
}

static struct tls_settings settings_of(const struct file_case *c) {
	struct tls_settings settings = tls_lab_settings();
	if (c->how == CHAIN) {
		settings.chain_files = &c->given;
		settings.n_chain_files = 1;
	} else if (c->how == PAIR) {
		settings.cert_file = "a.pem";
		settings.key_file = "b.pem";
	} else if (c->how == ONE_FILE) {
		settings.cert_file = c->given;
	} else {
		settings.key_file = c->given;
	}
	return settings;
}

START_TEST(each_trouble_has_the_line_that_postfix_prints) {
	const struct file_case *c = &file_cases[_i];
	struct tls_shelf shelf;
	lay_out(&shelf, c);
	struct tls_settings settings = settings_of(c);
	settings.habits = &habits_postfix;
	struct err err = {0};
	struct tls_context *context = tls_shelf_build(&shelf, &settings, &err);
	tls_shelf_assert_heard(&shelf, arena_printf(shelf.lab.arena, "engine\n%s", c->lines));
	ck_assert_msg((context != NULL) == (c->fate != REFUSED), "%s", about_text(&err));
	ck_assert_int_eq(err.kind, c->fate == REFUSED ? ERR_LOCAL : ERR_NONE);
	tls_context_free(context);
	tls_shelf_close(&shelf);
}
END_TEST

START_TEST(each_trouble_names_the_option) {
	const struct file_case *c = &file_cases[_i];
	struct tls_shelf shelf;
	lay_out(&shelf, c);
	struct tls_settings settings = settings_of(c);
	struct err err = {0};
	struct tls_context *context = tls_context_new(shelf.lab.arena, &settings, NULL, &err);
	ck_assert_msg((context != NULL) == (c->complaint == NULL), "%s", about_text(&err));
	if (c->complaint != NULL) {
		ck_assert_int_eq(err.kind, ERR_USAGE);
		ck_assert_msg(strstr(about_text(&err), c->complaint) != NULL &&
						  strncmp(about_text(&err), "--", 2) == 0,
			"%s", about_text(&err));
	}
	tls_context_free(context);
	tls_shelf_close(&shelf);
}
END_TEST

/* --- a server that asks --- */

static int accept_any(int fine, X509_STORE_CTX *store) {
	(void)fine;
	(void)store;
	return 1;
}

static void ask(SSL_CTX *server) {
	SSL_CTX_set_verify(server, SSL_VERIFY_PEER, accept_any);
}

static void ask_for_rsa(SSL_CTX *server) {
	ask(server);
	SSL_CTX_set1_client_sigalgs_list(server, "RSA-PSS+SHA256:RSA+SHA256");
}

static void ask_for_ecdsa(SSL_CTX *server) {
	ask(server);
	SSL_CTX_set1_client_sigalgs_list(server, "ECDSA+SHA256");
}

struct asked_case {
	const char *recipe;
	void (*adjust)(SSL_CTX *server); /* NULL: does not ask */
	int version;
	const char *shown; /* common name of what the server sees; NULL: nothing */
	int n_chain;       /* issuers with it */
};

static const struct asked_case asked_cases[] = {
	{"key rsa2048, cert rsa2048, cert inter", NULL, 0, NULL, 0},
	{"key rsa2048, cert rsa2048, cert inter", ask, 0, "rsa2048", 1},
	{"key rsa2048, cert rsa2048", ask, TLS1_2_VERSION, "rsa2048", 0},
	{"key good, cert good, cert inter, cert root", ask, 0, "good", 2},
	{"key ed25519, cert ed25519", ask, 0, "ed25519", 0},
	{"key rsa2048, cert rsa2048, key good, cert good, cert inter", ask_for_ecdsa, 0, "good", 1},
	{"key rsa2048, cert rsa2048, key good, cert good, cert inter", ask_for_rsa, 0, "rsa2048", 0},
	{"key good, cert good", ask_for_rsa, 0, NULL, 0},
	{"key good, cert good, cert inter", ask, TLS1_2_VERSION, "good", 1},
};

START_TEST(a_certificate_is_shown_to_a_server_that_asks) {
	static const char *const file = "a.pem";
	const struct asked_case *c = &asked_cases[_i];
	struct tls_shelf shelf;
	tls_shelf_open(&shelf);
	tls_shelf_fill(&shelf, file, c->recipe);
	struct tls_settings settings = tls_lab_settings();
	settings.chain_files = &file;
	settings.n_chain_files = 1;
	const struct tls_spec spec = {.level = TLS_LEVEL_ENCRYPT, .report_as = TLS_LEVEL_ENCRYPT};
	const struct tls_server_plan plan = {.adjust = c->adjust, .version = c->version};
	struct tls_meeting *meeting = tls_meet(&shelf.lab, &settings, &spec, &plan);
	ck_assert_msg(meeting->facts->established, "%s", meeting->err.text);
	X509 *seen = SSL_get0_peer_certificate(meeting->server);
	if (c->shown == NULL) {
		ck_assert_ptr_null(seen);
	} else {
		ck_assert_ptr_nonnull(seen);
		ck_assert_int_eq(X509_cmp(seen, pki_find(shelf.lab.pki, c->shown)->leaf), 0);
		STACK_OF(X509) *chain = SSL_get_peer_cert_chain(meeting->server);
		ck_assert_int_eq(sk_X509_num(chain), c->n_chain);
	}
	tls_part(meeting);
	tls_shelf_close(&shelf);
}
END_TEST

/* Of PEM that is read whole: more than it may have, a directory, no descriptor left. */
static const struct limit_case {
	const char *file;
	enum err_kind kind;
	rlim_t files; /* that may be open; 0: as many as usual */
	const char *words;
} limit_cases[] = {
	{"full", ERR_USAGE, 0, "no PEM certificate or public key"},
	{"long", ERR_USAGE, 0, " long: longer than 16 MiB"},
	{".", ERR_USAGE, 0, " .: is a directory"},
	{"full", ERR_LOCAL, 3, "cannot open full: Too many open files"},
};

static struct err refusal_of(struct tls_shelf *shelf, const struct tls_settings *settings) {
	struct err err = {0};
	struct tls_context *context = tls_context_new(shelf->lab.arena, settings, NULL, &err);
	ck_assert_ptr_null(context);
	return err;
}

START_TEST(what_is_read_whole_has_a_limit) {
	const struct limit_case *c = &limit_cases[_i];
	const char *file = c->file;
	struct tls_shelf shelf;
	tls_shelf_open(&shelf);
	tls_shelf_fill(&shelf, "full", "");
	tls_shelf_fill(&shelf, "long", "");
	ck_assert_int_eq(truncate("full", TLS_PEM_OCTETS_MAX), 0);
	ck_assert_int_eq(truncate("long", TLS_PEM_OCTETS_MAX + 1), 0);
	struct tls_settings settings = tls_lab_settings();
	settings.trust_anchors = &file;
	settings.n_trust_anchors = 1;
	struct rlimit limit;
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	rlim_t usual = limit.rlim_cur;
	limit.rlim_cur = c->files == 0 ? usual : c->files;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	struct err anchor = refusal_of(&shelf, &settings);
	settings.n_trust_anchors = 0;
	settings.chain_files = &file;
	settings.n_chain_files = 1;
	struct err chain = refusal_of(&shelf, &settings);
	limit.rlim_cur = usual;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	ck_assert_int_eq(anchor.kind, c->kind);
	ck_assert_int_eq(chain.kind, c->kind);
	ck_assert_msg(strstr(anchor.text, c->words) != NULL, "%s", anchor.text);
	ck_assert_msg(
		strstr(chain.text, _i == 0 ? "No PEM data in full" : c->words) != NULL, "%s", chain.text);
	tls_shelf_close(&shelf);
}
END_TEST

/* One case per row of a table. */
#define LOOP(name, table)                                                                          \
	tcase_add_loop_test(tc, name, 0, (int)(sizeof(table) / sizeof((table)[0])))

UNIT_MAIN("tls_credentials", LOOP(each_trouble_has_the_line_that_postfix_prints, file_cases);
		  LOOP(each_trouble_names_the_option, file_cases);
		  LOOP(a_certificate_is_shown_to_a_server_that_asks, asked_cases);
		  LOOP(what_is_read_whole_has_a_limit, limit_cases);)
