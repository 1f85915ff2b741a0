/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* When a process is narrow, when it is not, and how it ends. What a narrow one sees is the matter
 * of test_tls_narrow_equal. */
#include "build_config.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "narrow_pair.h"
#include "tls/tls_internal.h"
#include "unit.h"

#define COUNT(array) (int)(sizeof(array) / sizeof((array)[0]))

static bool is_narrow(void) {
	return OSSL_PROVIDER_available(NULL, "smtp-tls-narrow") == 1;
}

/* Is this build on this library ever narrow? */
static bool can_be_narrow(void) {
	return tls_narrow_is_shown(OPENSSL_version_major(), OPENSSL_version_minor());
}

static struct tls_settings settings_of(enum tls_library_use use) {
	return (struct tls_settings){.digest = "sha256",
		.protocols = {.floor = TLS1_VERSION},
		.grade = TLS_GRADE_MEDIUM,
		.now = (int64_t)time(NULL),
		.library_use = use,
		.habits = &habits_monitor};
}

/* --- versions --- */

START_TEST(only_versions_that_were_shown_are_narrow) {
	static const struct {
		unsigned major, minor;
		bool shown;
	} rows[] = {{3, 0, true}, {3, 5, true}, {1, 1, false}, {3, 1, false}, {3, 2, false},
		{3, 3, false}, {3, 4, false}, {3, 6, false}, {4, 0, false}, {4, 5, false}, {5, 0, false}};
	for (int i = 0; i < COUNT(rows); i++) {
#ifndef NARROW_PROVIDER
		bool shown = false;
#else
		bool shown = rows[i].shown;
#endif
		ck_assert_msg(tls_narrow_is_shown(rows[i].major, rows[i].minor) == shown, "%u.%u",
			rows[i].major, rows[i].minor);
	}
	ck_assert(tls_narrow_begin(&tls_narrowing_handshakes) == can_be_narrow());
	ck_assert(is_narrow() == can_be_narrow());
}
END_TEST

/* --- who gets the whole library --- */

static void use_digest(void) {
	ck_assert_uint_eq(tls_digest_length("sha3-384"), 48);
}

/* Kept, or the leak checker would count it as lost. */
static void load(const char *name) {
	static OSSL_PROVIDER *kept[8];
	static size_t n;
	kept[n] = OSSL_PROVIDER_load(NULL, name);
	ck_assert_ptr_nonnull(kept[n++]);
}

static void load_default(void) {
	load("default");
}

static void load_another(void) {
	load("base");
}

static void load_both(void) {
	load_default();
	load_another();
}

static void demand_properties(void) {
	ck_assert_int_eq(EVP_set_default_properties(NULL, "?provider=tpm2"), 1);
}

static void end_it(void) {
	tls_narrow_end();
}

static void ask_for_all(struct tls_settings *settings) {
	settings->library_use = TLS_USE_ALL;
}

static void show_chain(struct tls_settings *settings) {
	static const char *const files[] = {"/nonexistent/chain.pem"};
	settings->chain_files = files;
	settings->n_chain_files = 1;
}

static void show_certificate(struct tls_settings *settings) {
	settings->cert_file = "/nonexistent/cert.pem";
}

static void show_key(struct tls_settings *settings) {
	settings->key_file = "/nonexistent/key.pem";
}

static void configure(struct tls_settings *settings) {
	settings->config_file = "none";
}

static void configure_default(struct tls_settings *settings) {
	settings->config_file = "default";
}

static void name_section(struct tls_settings *settings) {
	settings->config_name = "postfix";
}

static const struct fall_back {
	const char *what;
	void (*before)(void);
	void (*change)(struct tls_settings *settings);
	bool narrow;
} fall_backs[] = {
	{"nothing else is wanted", NULL, NULL, true},
	{"more is wanted", NULL, ask_for_all, false},
	{"a chain of our own", NULL, show_chain, false},
	{"a certificate of our own", NULL, show_certificate, false},
	{"a key of our own", NULL, show_key, false},
	{"tls_config_file", NULL, configure, false},
	{"tls_config_file=default", NULL, configure_default, false},
	{"tls_config_name", NULL, name_section, false},
	{"the library is in use", use_digest, NULL, false},
	{"the default provider is loaded", load_default, NULL, false},
	{"another provider is loaded", load_another, NULL, false},
	{"two providers are loaded", load_both, NULL, false},
	{"properties are demanded", demand_properties, NULL, false},
	{"it has ended", end_it, NULL, false},
};

START_TEST(who_may_want_more_gets_it) {
	const struct fall_back *row = &fall_backs[_i];
	struct tls_settings settings = settings_of(TLS_USE_HANDSHAKES);
	struct err err = {0};
	(void)setenv("OPENSSL_CONF", "/nonexistent/openssl.cnf", 1);
	if (row->before != NULL) {
		row->before();
	}
	if (row->change != NULL) {
		row->change(&settings);
	}
	struct tls_context *context = tls_context_new(unit_arena(), &settings, NULL, &err);
	ck_assert_msg(is_narrow() == (row->narrow && can_be_narrow()), "%s", row->what);
	tls_context_free(context);
}
END_TEST

/* A second context, which has a key to show, or a file with one to read. */
START_TEST(a_later_context_gets_more_too) {
	struct tls_settings first = settings_of(TLS_USE_HANDSHAKES);
	struct tls_settings second = first;
	struct err err = {0};
	(void)setenv("OPENSSL_CONF", "/nonexistent/openssl.cnf", 1);
	struct arena *arena = unit_arena();
	struct tls_context *context = tls_context_new(arena, &first, NULL, &err);
	ck_assert_ptr_nonnull(context);
	struct tls_context *same = tls_context_new(arena, &second, NULL, &err);
	ck_assert_ptr_nonnull(same);
	ck_assert(is_narrow() == can_be_narrow());
	show_key(&second);
	(void)tls_context_new(arena, &second, NULL, &err);
	ck_assert(!is_narrow());
	tls_context_free(same);
	tls_context_free(context);
}
END_TEST

static const struct ca_file {
	const char *text;
	bool postfix;
	bool narrow;
} ca_files[] = {
	{"# nothing but a remark\n", false, true},
	{"-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n", false, false},
	{"# key:\n-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", true, false},
	{"-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n", true, false},
	{NULL, true, false}, /* no regular file: it cannot be read twice */
};

START_TEST(keys_among_authorities_get_the_whole_library) {
	const struct ca_file *row = &ca_files[_i];
	char path[] = "/tmp/narrow.XXXXXX";
	int fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	size_t len = row->text == NULL ? 0 : strlen(row->text);
	ck_assert_int_eq(len == 0 ? 0 : write(fd, row->text, len), (ssize_t)len);
	close(fd);
	(void)setenv("OPENSSL_CONF", "/nonexistent/openssl.cnf", 1);
	struct tls_settings settings = settings_of(TLS_USE_HANDSHAKES);
	settings.ca_file = row->text == NULL ? "/dev/null" : path;
	settings.habits = row->postfix ? &habits_postfix : &habits_monitor;
	struct err err = {0};
	struct tls_context *context = tls_context_new(unit_arena(), &settings, NULL, &err);
	(void)unlink(path);
	ck_assert(is_narrow() == (row->narrow && can_be_narrow()));
	tls_context_free(context);
}
END_TEST

/* --- openssl.cnf --- */

#define PROVIDERS "openssl_conf = i\n[i]\nproviders = p\n[p]\n"
#define SYSTEM_DEFAULT "openssl_conf = i\n[i]\nssl_conf = s\n[s]\nsystem_default = d\n[d]\n"
#define PROPERTIES "openssl_conf = i\n[i]\nalg_section = a\n[a]\ndefault_properties = "

static const struct configuration {
	const char *name, *text;
	bool narrow;
} configurations[] = {
	{"empty", "", true},
	{"no active", PROVIDERS "default = d\n[d]\n", true},
	{"protocols", SYSTEM_DEFAULT "MinProtocol = TLSv1.3\nCipherString = DEFAULT:@SECLEVEL=3\n",
		true},
	{"ciphers",
		SYSTEM_DEFAULT "CipherString = ALL:!AES128\nCiphersuites = TLS_AES_128_CCM_SHA256\n", true},
	{"groups", SYSTEM_DEFAULT "Groups = brainpoolP256r1:X25519\n", true},
	{"curves", SYSTEM_DEFAULT "  cURVES = secp256k1:P-256 # of old\n", true},
	{"random", "openssl_conf = i\n[i]\nrandom = r\n[r]\nrandom = HASH-DRBG\ndigest = SHA2-512\n",
		true},
	{"random 192",
		"openssl_conf = i\n[i]\nrandom = r\n[r]\nrandom = CTR-DRBG\ncipher = AES-192-CTR\n", true},
	{"garbage", "garbage = =\n[unclosed\n", true},
	{"active", PROVIDERS "default = d\n[d]\nactivate = 1\n", false},
	{"base", PROVIDERS "default = d\nbase = d\n[d]\nactivate = 1\n", false},
	{"base alone", PROVIDERS "base = d\n[d]\nactivate = 1\n", false},
	{"no such module", PROVIDERS "nosuch = n\n[n]\nactivate = 1\nmodule = /nonexistent.so\n",
		false},
	{"remarks", "# activate = 1\nx = y # engines, .include\n", true},
	{"engines", "openssl_conf = i\n[i]\nengines = e\n[e]\nx = y\n[y]\ninit = 0\n", false},
	{"include", ".include /nonexistent/openssl.d\n", false},
	{"fips", PROPERTIES "fips=yes\n", false},
	{"tpm", PROPERTIES "?provider=tpm2\n", false},
};

/* The child's words come through a pipe, for it alone has the library. */
static void describe(const struct tls_settings *settings, int to) {
	char words[NARROW_WORDS_MAX] = "";
	struct err err = {0};
	struct tls_context *context = tls_context_new(unit_arena(), settings, NULL, &err);
	char narrow = is_narrow() ? 'N' : 'O';
	if (context == NULL) {
		narrow_say(words, "%d %s", (int)err.kind, err.text);
	} else {
		narrow_say(words, "%ld %ld ", SSL_CTX_get_min_proto_version(context->library),
			(long)SSL_CTX_get_options(context->library));
		narrow_hello(context->library, words);
	}
	narrow_errors(words);
	size_t len = strlen(words);
	_exit(write(to, &narrow, 1) == 1 && write(to, words, len) == (ssize_t)len ? 0 : 1);
}

static bool described(enum tls_library_use use, const char *groups, char words[NARROW_WORDS_MAX]) {
	struct tls_settings settings = settings_of(use);
	settings.groups = groups;
	int ends[2], status = 0;
	ck_assert_int_eq(pipe(ends), 0);
	pid_t parent = getpid(), child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		unit_end_with(parent);
		describe(&settings, ends[1]);
	}
	close(ends[1]);
	FILE *from = fdopen(ends[0], "r");
	char narrow = (char)fgetc(from);
	size_t len = fread(words, 1, NARROW_WORDS_MAX - 1, from);
	words[len] = '\0';
	(void)fclose(from);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
	return narrow == 'N';
}

START_TEST(every_configuration_means_the_same) {
	const struct configuration *row = &configurations[_i];
	char path[] = "/tmp/narrow.XXXXXX";
	char words[2][NARROW_WORDS_MAX];
	int fd = mkstemp(path);
	size_t len = strlen(row->text);
	ck_assert_int_eq(write(fd, row->text, len), (ssize_t)len);
	close(fd);
	(void)setenv("OPENSSL_CONF", path, 1);
	bool narrow = described(TLS_USE_HANDSHAKES, NULL, words[0]);
	ck_assert(!described(TLS_USE_ALL, NULL, words[1]));
	(void)unlink(path);
	ck_assert_msg(strcmp(words[0], words[1]) == 0, "%s: %s: %s", row->name, words[0], words[1]);
	ck_assert_msg(narrow == (row->narrow && can_be_narrow()), "%s: %d", row->name, narrow);
}
END_TEST

START_TEST(groups_of_parameters_mean_the_same) {
	static const char groups[] = "brainpoolP384r1 X25519 secp256k1";
	char words[2][NARROW_WORDS_MAX];
	(void)setenv("OPENSSL_CONF", "/nonexistent/openssl.cnf", 1);
	bool narrow = described(TLS_USE_HANDSHAKES, groups, words[0]);
	ck_assert(narrow == can_be_narrow() && !described(TLS_USE_ALL, groups, words[1]));
	ck_assert_str_eq(words[0], words[1]);
}
END_TEST

/* One context has its own groups, the one before and the one behind have none. */
START_TEST(each_context_has_its_groups) {
	static const char *const groups[] = {NULL, "secp256k1", NULL, "brainpoolP256r1"};
	(void)setenv("OPENSSL_CONF", "/nonexistent/openssl.cnf", 1);
	for (int i = 0; i < COUNT(groups); i++) {
		struct tls_settings settings = settings_of(TLS_USE_HANDSHAKES);
		settings.groups = groups[i];
		struct tls_context *context = tls_context_new(unit_arena(), &settings, NULL, NULL);
		ck_assert(context != NULL && is_narrow() == can_be_narrow());
		bool has = SSL_CTX_set1_groups_list(context->library, "brainpoolP512r1") == 1;
		ck_assert(has == (groups[i] != NULL || !can_be_narrow()));
		tls_context_free(context);
	}
}
END_TEST

/* --- how it ends --- */

/* What was made while narrow goes on working, and a private key can be read from then on. */
START_TEST(what_was_made_before_the_end_stays_usable) {
	static struct narrow_pair pair;
	if (!narrow_pair_open(&pair, &tls_narrowing_handshakes)) {
		return;
	}
	struct narrow_meeting meeting = {.what = "before",
		.keys = {narrow_pair_key(&pair, "ed25519")},
		.early = SSL_CTX_new(TLS_client_method()),
		.version = TLS1_3_VERSION,
		.tlsa = 4};
	SSL_CTX_set_security_level(meeting.early, 0);
	uint8_t *der = NULL;
	int len = i2d_PrivateKey(meeting.keys[0]->key, &der);
	const uint8_t *at = der;
	narrow_pair_meet(&pair, &meeting);
	tls_narrow_end();
	ck_assert(!is_narrow());
	ck_assert(!tls_narrow_begin(&tls_narrowing_handshakes));
	meeting.what = "behind";
	narrow_pair_meet(&pair, &meeting);
	ck_assert_uint_eq(pair.n_done, 2);
	ck_assert_msg(pair.n_different == 0, "%s", pair.difference);
	EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &at, len);
	ck_assert_ptr_nonnull(key);
	EVP_PKEY_free(key);
	OPENSSL_free(der);
	SSL_CTX_free(meeting.early);
	narrow_pair_close(&pair);
	OPENSSL_cleanup();
}
END_TEST

/* None of our programs does; whoever does finds everything in order. */
START_TEST(the_library_can_be_cleaned_up_while_narrow) {
	static struct narrow_pair pair;
	if (!narrow_pair_open(&pair, &tls_narrowing_handshakes)) {
		return;
	}
	struct narrow_meeting meeting = {.what = "once",
		.keys = {narrow_pair_key(&pair, "p256")},
		.version = TLS1_2_VERSION,
		.tlsa = 4};
	narrow_pair_meet(&pair, &meeting);
	ck_assert_uint_eq(pair.n_done, 1);
	narrow_pair_close(&pair);
	OPENSSL_cleanup();
}
END_TEST

static void add_tests(TCase *tc) {
	tcase_add_test(tc, only_versions_that_were_shown_are_narrow);
	tcase_add_loop_test(tc, who_may_want_more_gets_it, 0, COUNT(fall_backs));
	tcase_add_test(tc, a_later_context_gets_more_too);
	tcase_add_loop_test(tc, keys_among_authorities_get_the_whole_library, 0, COUNT(ca_files));
	tcase_add_loop_test(tc, every_configuration_means_the_same, 0, COUNT(configurations));
	tcase_add_test(tc, groups_of_parameters_mean_the_same);
	tcase_add_test(tc, each_context_has_its_groups);
	tcase_add_test(tc, what_was_made_before_the_end_stays_usable);
	tcase_add_test(tc, the_library_can_be_cleaned_up_while_narrow);
}

int main(void) {
	return unit_play("tls_narrow", 120, add_tests);
}
