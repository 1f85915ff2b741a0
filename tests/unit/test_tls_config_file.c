/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The TLS library's configuration file: each test must ask for it before anything else. */
#include <sys/stat.h>

#include "about.h"
#include "tls_shelf.h"
#include "unit.h"

#define UNLOADED(name, file)                                                                       \
	"warning: error loading the '" name "' settings from the " file                                \
	" OpenSSL configuration file, disabling TLS support\nlibrary: *\n"

#define PIPE "the OpenSSL configuration file pipe is a pipe: a file is needed"
#define PIPE_LINE "warning: " PIPE ", disabling TLS support\n"

/* MinProtocol is overridden by the list of protocols; groups are not. */
static const char config_text[] = "openssl_conf = one\n"
								  "special = two\n"
								  "[one]\nssl_conf = one_ssl\n[one_ssl]\nsystem_default = one_tls\n"
								  "[one_tls]\nMinProtocol = TLSv1.3\nGroups = P-384\n"
								  "[two]\nssl_conf = two_ssl\n[two_ssl]\nsystem_default = two_tls\n"
								  "[two_tls]\nGroups = P-521\n";

struct config_case {
	const char *environment; /* OPENSSL_CONF; "x" stands for the file, "pipe" is one */
	const char *file;
	const char *name;
	const struct habits *habits;
	const char *group;     /* NULL: TLS is disabled */
	const char *lines;     /* in Postfix */
	const char *complaint; /* else */
};

#define NAMED &habits_monitor
#define POSTFIX &habits_postfix

static const struct config_case config_cases[] = {
	{"x", NULL, NULL, NAMED, "secp384r1", "", ""},
	{"x", "default", "", NAMED, "secp384r1", "", ""},
	{"x", "default", "special", NAMED, "secp521r1", "", ""},
	{"x", "default", "nosuch", NAMED, "secp384r1", "", ""},
	{"x", "none", NULL, NAMED, "x25519", "", ""},
	{"/nonexistent", "default", "special", NAMED, "x25519", "", ""},
	{"/nonexistent", "x", NULL, NAMED, "secp384r1", "", ""},
	{"/nonexistent", "x", "special", NAMED, "secp521r1", "", ""},
	{"/nonexistent", "/nonexistent/too", NULL, NAMED, NULL, "",
		"--param tls_config_file: error loading the 'global' settings from the /nonexistent/too "
		"OpenSSL configuration file: No such file or directory"},
	/* a pipe that nobody writes */
	{"pipe", NULL, NULL, NAMED, NULL, "", PIPE},
	{"pipe", "default", "special", NAMED, NULL, "", PIPE},
	{"x", "pipe", NULL, NAMED, NULL, "", "--param tls_config_file: " PIPE},
	{"pipe", "none", NULL, NAMED, "x25519", "", ""},
	{"pipe", NULL, NULL, POSTFIX, NULL, PIPE_LINE, ""},
	/* one that a file includes, and nobody writes */
	{"including", NULL, NULL, NAMED, NULL, "", PIPE},
	{"nested", NULL, NULL, NAMED, NULL, "", PIPE},
	{"x", "nested", NULL, NAMED, NULL, "", "--param tls_config_file: " PIPE},
	{"nested", NULL, NULL, POSTFIX, NULL, PIPE_LINE, ""},
	{"folder", NULL, NULL, NAMED, NULL, "", "the OpenSSL configuration file many/a.cnf is a pipe"},
	{"itself", NULL, NULL, NAMED, "x25519", "", ""},
	{"remark", NULL, NULL, NAMED, "x25519", "", ""},
	{"/dev/null", NULL, NULL, NAMED, "x25519", "", ""},
	/* what Postfix goes by is its own list of groups */
	{"x", NULL, NULL, POSTFIX, "x25519", "", ""},
	{"/nonexistent", "x", NULL, POSTFIX, "x25519", "", ""},
	{"/nonexistent", "/nonexistent/too", NULL, POSTFIX, NULL,
		UNLOADED("global", "/nonexistent/too"), ""},
	{"/nonexistent", "/nonexistent/too", "special", POSTFIX, NULL,
		UNLOADED("special", "/nonexistent/too"), ""},
};

static const struct {
	const char *name;
	const char *text;
} including[] = {
	{"including", "# x\n .include pipe # y\n"},
	{"nested", ".include missing\n.include = remark\n.include = including"},
	{"folder", ".include many\r\n"},
	{"itself", "[x]\n.include itself\n"},
	{"remark", "#.include pipe\nx = .include pipe\n# .include=pipe\n"},
};

static void write_including(void) {
	for (size_t i = 0; i < sizeof including / sizeof *including; i++) {
		FILE *file = fopen(including[i].name, "w");
		ck_assert(file != NULL && fputs(including[i].text, file) >= 0 && fclose(file) == 0);
	}
	ck_assert(mkdir("many", 0700) == 0 && symlink("../pipe", "many/a.cnf") == 0 &&
			  symlink("../pipe", "many/b.txt") == 0);
}

static void remove_including(void) {
	for (size_t i = 0; i < sizeof including / sizeof *including; i++) {
		ck_assert_int_eq(unlink(including[i].name), 0);
	}
	ck_assert(unlink("many/a.cnf") == 0 && unlink("many/b.txt") == 0 && rmdir("many") == 0);
}

static void prefer_x25519(SSL_CTX *server) {
	SSL_CTX_set1_groups_list(server, "X25519:P-384:P-521");
	SSL_CTX_set_options(server, SSL_OP_CIPHER_SERVER_PREFERENCE);
}

static const char *in_place(const char *word, const char *file) {
	return word != NULL && strcmp(word, "x") == 0 ? file : word;
}

/* Nothing before it may touch the library. */
static struct tls_context *first_context(struct tls_shelf *shelf, const struct config_case *c,
	struct tls_settings *settings, struct err *err) {
	*shelf = (struct tls_shelf){0};
	struct arena *arena = unit_arena();
	char path[] = "/tmp/test_tls_config_XXXXXX";
	int fd = mkstemp(path);
	ck_assert_int_eq(
		write(fd, config_text, sizeof config_text - 1), (ssize_t)sizeof config_text - 1);
	close(fd);
	*settings = tls_lab_settings();
	settings->habits = c->habits;
	char folder[] = "/tmp/test_tls_config_XXXXXX";
	ck_assert(mkdtemp(folder) != NULL && chdir(folder) == 0 && mkfifo("pipe", 0600) == 0);
	write_including();
	settings->config_file = in_place(c->file, path);
	settings->config_name = c->name;
	setenv("OPENSSL_CONF", in_place(c->environment, path), 1);
	tls_shelf_listen(shelf, arena);
	struct tls_context *context = tls_context_new(arena, settings, &shelf->trace, err);
	unlink(path);
	remove_including();
	ck_assert(unlink("pipe") == 0 && chdir("/") == 0 && rmdir(folder) == 0);
	return context;
}

START_TEST(the_configuration_file_of_the_library_is_chosen) {
	const struct config_case *c = &config_cases[_i];
	struct tls_shelf shelf;
	struct tls_settings settings;
	struct err err = {0};
	struct tls_context *context = first_context(&shelf, c, &settings, &err);
	if (c->habits == POSTFIX) {
		tls_shelf_assert_heard(&shelf, arena_printf(shelf.heard.arena, "engine\n%s", c->lines));
	} else if (c->group == NULL) {
		ck_assert_msg(strncmp(about_text(&err), c->complaint, strlen(c->complaint)) == 0, "%s",
			about_text(&err));
	}
	ck_assert_int_eq(err.kind, c->group != NULL       ? ERR_NONE
							   : c->habits == POSTFIX ? ERR_LOCAL
													  : ERR_USAGE);
	ck_assert((context != NULL) == (c->group != NULL));
	if (context != NULL) {
		tls_lab_open(&shelf.lab);
		settings.config_file = NULL;
		settings.config_name = NULL;
		/* TLS 1.2, although the file wants more. */
		const struct tls_server_plan plan = {
			.certificate = "rsa2048", .version = TLS1_2_VERSION, .adjust = prefer_x25519};
		const struct tls_spec encrypt = {
			.level = TLS_LEVEL_ENCRYPT, .report_as = TLS_LEVEL_ENCRYPT};
		struct tls_meeting *meeting = tls_meet(&shelf.lab, &settings, &encrypt, &plan);
		ck_assert_msg(meeting->facts->established, "%s", meeting->err.text);
		ck_assert_str_eq(meeting->facts->group, c->group);
		tls_part(meeting);
		tls_lab_close(&shelf.lab);
	}
	tls_context_free(context);
	arena_free(shelf.heard.arena);
}
END_TEST

UNIT_MAIN(
	"tls_config_file", tcase_add_loop_test(tc, the_configuration_file_of_the_library_is_chosen, 0,
						   (int)(sizeof config_cases / sizeof config_cases[0]));)
