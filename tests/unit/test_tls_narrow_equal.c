/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Does a client that is narrow see what an ordinary one sees? Every type of key, suite, group,
 * digest; and a client that lacks one thing more is found out. NARROW_FULL=1 plays each type of key
 * at every version and record, each suite at every version, some 20 s of CPU. */
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "narrow_pair.h"
#include "unit.h"

#define ALL "ALL:COMPLEMENTOFALL"
#define TLSA_3_1_1 4
#define TLSA_MAX 6

static const int versions[] = {TLS1_VERSION, TLS1_1_VERSION, TLS1_2_VERSION, TLS1_3_VERSION};
#define VERSIONS (sizeof versions / sizeof versions[0])

static bool is_full(void) {
	return getenv("NARROW_FULL") != NULL;
}

/* --- parts --- */

static void play_hellos(struct narrow_pair *pair) {
	static const struct {
		const char *ciphers, *groups;
	} rows[] = {{"DEFAULT", NULL}, {ALL, NULL}, {"aNULL", NULL},
		{"aNULL:-aNULL:HIGH:MEDIUM:+RC4:@STRENGTH", NULL},
		{NULL, "X25519:X448:P-256:P-384:P-521:ffdhe2048:ffdhe3072:ffdhe4096"},
		{NULL, "brainpoolP256r1:brainpoolP384r1:brainpoolP512r1:secp256k1"}};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		for (size_t min = 0; min < VERSIONS; min++) {
			for (size_t max = min; max < VERSIONS; max++) {
				for (int level = 0; level <= 3; level += is_full() ? 1 : 3) {
					struct narrow_offer offer = {
						rows[i].ciphers, rows[i].groups, versions[min], versions[max], level};
					narrow_pair_offer(pair, &offer);
				}
			}
		}
	}
}

static void read_certificate(struct narrow_pair *pair, const char *what, X509 *certificate) {
	uint8_t *der = NULL;
	int len = i2d_X509(certificate, &der);
	ck_assert_int_gt(len, 0);
	narrow_pair_read(pair, what, (struct span){der, (size_t)len});
	OPENSSL_free(der);
}

static void play_key(struct narrow_pair *pair, const char *name) {
	const struct narrow_key *key = narrow_pair_key(pair, name);
	if (key == NULL) {
		return;
	}
	read_certificate(pair, name, key->certificate);
	for (size_t v = 0; v < VERSIONS; v++) {
		for (int tlsa = -1; tlsa < TLSA_MAX; tlsa++) {
			bool sample = tlsa == (v == 0 ? -1 : TLSA_3_1_1) && v != 1;
			if (sample || is_full() || strcmp(name, "p256") == 0) {
				struct narrow_meeting meeting = {
					.what = name, .keys = {key}, .version = versions[v], .tlsa = tlsa};
				narrow_pair_meet(pair, &meeting);
			}
		}
	}
}

static void play_keys(struct narrow_pair *pair) {
	narrow_pair_make_keys(pair);
	ck_assert_uint_ge(pair->n_keys, 18);
	for (size_t i = 0; i < pair->n_keys; i++) {
		play_key(pair, pair->keys[i].name);
	}
}

static void play_digests(struct narrow_pair *pair) {
	static const char *const names[] = {"MD5", "SHA1", "SHA224", "SHA256", "SHA384", "SHA512",
		"SHA512-256", "SHA3-256", "SHA3-512", "RIPEMD160", "MD5-SHA1", "SM3", "BLAKE2b512",
		"SHAKE256", "MD4", "WHIRLPOOL", "SHA512-224", "BLAKE2s256"};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		char words[2][NARROW_WORDS_MAX] = {"", ""};
		for (size_t side = 0; side < 2; side++) {
			EVP_MD *algorithm = EVP_MD_fetch(pair->side[side], names[i], NULL);
			narrow_say(words[side], "%s", algorithm == NULL ? "none" : EVP_MD_get0_name(algorithm));
			EVP_MD_free(algorithm);
			ERR_clear_error();
		}
		narrow_pair_compare(pair, names[i], words);
		for (size_t k = 0; k < pair->n_keys; k++) {
			X509 *certificate = narrow_pair_certify(pair, pair->keys[k].key, names[i]);
			if (certificate != NULL) {
				read_certificate(pair, names[i], certificate);
				X509_free(certificate);
			}
		}
	}
}

/* Of all versions a suite is for; the last one where it is a sample. */
static void play_suite(struct narrow_pair *pair, const SSL_CIPHER *suite) {
	struct narrow_meeting meeting = {.what = SSL_CIPHER_get_name(suite),
		.suites = SSL_CIPHER_get_name(suite),
		.keys = {narrow_pair_key(pair, "p256"), narrow_pair_key(pair, "rsa2048"),
			narrow_pair_key(pair, "dsa")},
		.tlsa = TLSA_3_1_1};
	if (strncmp(meeting.suites, "TLS_", 4) == 0) {
		return; /* of 1.3: by their names, below */
	}
	if (is_full()) {
		for (size_t v = 0; versions[v] < TLS1_2_VERSION; v++) {
			meeting.version = versions[v];
			narrow_pair_meet(pair, &meeting);
		}
	}
	meeting.version = TLS1_2_VERSION;
	narrow_pair_meet(pair, &meeting);
}

static void play_suites(struct narrow_pair *pair) {
	static const char *const newest[] = {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384",
		"TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_CCM_SHA256", "TLS_AES_128_CCM_8_SHA256",
		"TLS_SHA256_SHA256", "TLS_SHA384_SHA384"};
	SSL_CTX *library = SSL_CTX_new_ex(pair->side[1], NULL, TLS_client_method());
	SSL_CTX_set_security_level(library, 0);
	ck_assert_int_eq(SSL_CTX_set_cipher_list(library, ALL), 1);
	STACK_OF(SSL_CIPHER) *all = SSL_CTX_get_ciphers(library);
	ck_assert_int_gt(sk_SSL_CIPHER_num(all), 100);
	for (int i = 0; i < sk_SSL_CIPHER_num(all); i++) {
		play_suite(pair, sk_SSL_CIPHER_value(all, i));
	}
	SSL_CTX_free(library);
	for (size_t i = 0; i < sizeof newest / sizeof newest[0]; i++) {
		struct narrow_meeting meeting = {.what = newest[i],
			.suites = newest[i],
			.keys = {narrow_pair_key(pair, "p256")},
			.version = TLS1_3_VERSION,
			.tlsa = TLSA_3_1_1};
		narrow_pair_meet(pair, &meeting);
	}
}

static void play_groups(struct narrow_pair *pair) {
	static const char *const groups[] = {"X25519", "X448", "P-256", "P-384", "P-521", "secp256k1",
		"brainpoolP256r1", "brainpoolP384r1", "brainpoolP512r1", "ffdhe2048", "ffdhe3072",
		"ffdhe4096", "X25519MLKEM768", "SecP256r1MLKEM768", "SecP384r1MLKEM1024", "MLKEM512",
		"MLKEM768", "MLKEM1024", "brainpoolP256r1tls13", "brainpoolP384r1tls13",
		"brainpoolP512r1tls13", "sect571r1", "P-224"};
	for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
		struct narrow_meeting meeting = {.what = groups[i],
			.groups = groups[i],
			.keys = {narrow_pair_key(pair, "rsa2048")},
			.version = TLS1_3_VERSION,
			.tlsa = TLSA_3_1_1};
		struct narrow_meeting chosen = meeting;
		narrow_pair_meet(pair, &meeting);
		meeting.version = TLS1_2_VERSION;
		meeting.suites = "ECDHE-RSA-AES128-GCM-SHA256";
		narrow_pair_meet(pair, &meeting);
		chosen.groups = NULL;
		chosen.server_groups = groups[i];
		narrow_pair_meet(pair, &chosen);
	}
	struct narrow_meeting classic = {.what = "DHE",
		.keys = {narrow_pair_key(pair, "rsa2048")},
		.suites = "DHE-RSA-AES128-GCM-SHA256",
		.version = TLS1_2_VERSION,
		.tlsa = TLSA_3_1_1};
	narrow_pair_meet(pair, &classic);
}

/* As a trust anchor is read. */
static void read_bare(struct narrow_pair *pair, const char *what, const uint8_t *der, int len) {
	char words[2][NARROW_WORDS_MAX] = {"", ""};
	for (size_t side = 0; side < 2; side++) {
		const uint8_t *at = der;
		EVP_PKEY *key = d2i_PUBKEY_ex(NULL, &at, len, pair->side[side], NULL);
		narrow_say(words[side], "bare %s", key == NULL ? "none" : EVP_PKEY_get0_type_name(key));
		narrow_errors(words[side]);
		EVP_PKEY_free(key);
	}
	narrow_pair_compare(pair, what, words);
}

static void play_bare_keys(struct narrow_pair *pair) {
	for (size_t i = 0; i < pair->n_keys; i++) {
		const struct narrow_key *key = &pair->keys[i];
		uint8_t *der[3] = {NULL, NULL, NULL};
		int len[] = {i2d_PUBKEY(key->key, &der[0]), i2d_PrivateKey(key->key, &der[1]),
			i2d_PublicKey(key->key, &der[2])};
		ERR_clear_error();
		ck_assert_int_gt(len[0], 0);
		for (size_t form = 0; form < 3; form++) {
			if (len[form] > 0) {
				read_bare(pair, key->name, der[form], len[form]);
				read_bare(pair, key->name, der[form], len[form] - 1);
			}
			OPENSSL_free(der[form]);
		}
	}
}

/* Every so many octets of a key are wrong: what is then said, and in which words? */
static void play_broken_keys(struct narrow_pair *pair) {
	for (size_t i = 0; i < pair->n_keys; i++) {
		uint8_t *der = NULL, *spki = NULL;
		X509 *certificate = pair->keys[i].certificate;
		int len = i2d_X509(certificate, &der);
		int spki_len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &spki);
		uint8_t *at = memmem(der, (size_t)len, spki, (size_t)spki_len);
		ck_assert_ptr_nonnull(at);
		for (int k = 0; k < spki_len; k += k < 32 ? 3 : 1 + spki_len / (is_full() ? 32 : 4)) {
			at[k] ^= 0x15;
			narrow_pair_read(pair, pair->keys[i].name, (struct span){der, (size_t)len});
			at[k] ^= 0x15;
		}
		OPENSSL_free(der);
		OPENSSL_free(spki);
	}
}

/* --- files of CAs --- */

enum form { FORM_CERTIFICATE, FORM_TRUSTED, FORM_PUBLIC, FORM_TEXT };

static int write_form(BIO *to, enum form form, const struct narrow_key *key, const char *text) {
	switch (form) {
	case FORM_CERTIFICATE:
		return PEM_write_bio_X509(to, key->certificate);
	case FORM_TRUSTED:
		return PEM_write_bio_X509_AUX(to, key->certificate);
	case FORM_PUBLIC:
		return PEM_write_bio_PUBKEY(to, key->key);
	case FORM_TEXT:
	default:
		return BIO_puts(to, text) > 0;
	}
}

static void load(struct narrow_pair *pair, const char *what, const char *path) {
	char words[2][NARROW_WORDS_MAX] = {"", ""};
	for (size_t side = 0; side < 2; side++) {
		SSL_CTX *library = SSL_CTX_new_ex(pair->side[side], NULL, TLS_client_method());
		ERR_clear_error();
		narrow_say(words[side], "%d", SSL_CTX_load_verify_file(library, path));
		X509_STORE *store = SSL_CTX_get_cert_store(library);
		narrow_say(words[side], " %d", sk_X509_OBJECT_num(X509_STORE_get0_objects(store)));
		narrow_errors(words[side]);
		SSL_CTX_free(library);
	}
	narrow_pair_compare(pair, what, words);
}

/* A certificate, and behind it what such a file may have; where it has private keys the process is
 * narrow no longer (test_tls_narrow). */
static void play_ca_files(struct narrow_pair *pair) {
	static const struct {
		const char *key;
		enum form form;
		const char *text;
	} rows[] = {{"p256", FORM_TRUSTED, NULL}, {"ed448", FORM_CERTIFICATE, NULL},
		{"p521", FORM_PUBLIC, NULL}, {"p256", FORM_TEXT, "nothing\n"},
		{"p256", FORM_TEXT, "-----BEGIN X509 CRL-----\nMAA=\n-----END X509 CRL-----\n"},
		{"p256", FORM_TEXT, "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"},
		{"p256", FORM_TEXT, "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"},
		{"p256", FORM_TEXT,
			"-----BEGIN CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\n"
			"DEK-Info: AES-192-CBC,00112233445566778899AABBCCDDEEFF\n\nAAAA\n"
			"-----END CERTIFICATE-----\n"}};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char path[] = "/tmp/narrow.XXXXXX";
		int fd = mkstemp(path);
		ck_assert_int_ge(fd, 0);
		BIO *to = BIO_new_fd(fd, BIO_CLOSE);
		const struct narrow_key *key = narrow_pair_key(pair, rows[i].key);
		bool written = write_form(to, FORM_CERTIFICATE, narrow_pair_key(pair, "p384"), NULL) == 1 &&
					   write_form(to, rows[i].form, key, rows[i].text) == 1;
		BIO_free(to);
		load(pair, rows[i].key, path);
		(void)unlink(path);
		ck_assert_msg(written, "row %zu", i);
	}
}

/* --- equal --- */

static void assert_equal(struct narrow_pair *pair, unsigned n_cases) {
	ck_assert_msg(pair->n_different == 0, "%u of %u cases differ, the first: %s", pair->n_different,
		pair->n_cases, pair->difference);
	ck_assert_uint_ge(pair->n_cases, n_cases);
	narrow_pair_close(pair);
}

#define EQUAL_TEST(name, play, n)                                                                  \
	START_TEST(name) {                                                                             \
		struct narrow_pair pair;                                                                   \
		if (narrow_pair_open(&pair, &tls_narrowing_handshakes)) {                                  \
			play(&pair);                                                                           \
			assert_equal(&pair, n);                                                                \
		}                                                                                          \
	}                                                                                              \
	END_TEST

static void play_all_keys(struct narrow_pair *pair) {
	play_keys(pair);
	play_digests(pair);
	play_bare_keys(pair);
	play_broken_keys(pair);
	ck_assert_uint_ge(pair->n_done, 60);
}

static void play_all_suites(struct narrow_pair *pair) {
	play_suites(pair);
	play_groups(pair);
	ck_assert_uint_ge(pair->n_done, 110);
}

EQUAL_TEST(every_hello_is_the_same, play_hellos, 120)
EQUAL_TEST(every_type_of_key_is_the_same, play_all_keys, 500)
EQUAL_TEST(every_suite_and_group_is_the_same, play_all_suites, 200)
EQUAL_TEST(every_file_of_authorities_is_the_same, play_ca_files, 8)

/* --- the test itself can fail --- */

#define WORDS_MAX 64

static void play_one_suite(struct narrow_pair *pair, const char *name) {
	struct narrow_meeting meeting = {.what = name,
		.suites = name,
		.keys = {narrow_pair_key(pair, "p256")},
		.version = TLS1_2_VERSION,
		.tlsa = TLSA_3_1_1};
	narrow_pair_meet(pair, &meeting);
}

static void play_usual_hello(struct narrow_pair *pair, const char *name) {
	(void)name;
	narrow_pair_offer(pair, &(struct narrow_offer){.max = TLS1_3_VERSION});
}

enum lost { LOST_CIPHER, LOST_DECODER, LOST_SIGNATURE, LOST_GROUP, LOST_KINDS };

/* What is left out beside all the rest, and who must miss it. */
static const struct mutant {
	const char *lost;
	enum lost kind;
	void (*play)(struct narrow_pair *pair, const char *what);
	const char *what;
} mutants[] = {
	{"CAMELLIA-256-CBC", LOST_CIPHER, play_one_suite, "ECDHE-ECDSA-CAMELLIA256-SHA384"},
	{"AES-128-CCM", LOST_CIPHER, play_one_suite, "ECDHE-ECDSA-AES128-CCM"},
	{"ChaCha20-Poly1305", LOST_CIPHER, play_one_suite, "ECDHE-ECDSA-CHACHA20-POLY1305"},
	{"ED448", LOST_DECODER, play_key, "ed448"},
	{"RSA-PSS", LOST_DECODER, play_key, "rsapss"},
	{"SM2", LOST_DECODER, play_key, "sm2"},
	{"ED448", LOST_SIGNATURE, play_key, "ed448"},
	{"DSA:", LOST_SIGNATURE, play_key, "dsa"},
	{"x448", LOST_GROUP, play_usual_hello, ""},
	{"ffdhe3072", LOST_GROUP, play_usual_hello, ""},
};

START_TEST(what_is_lost_is_missed) {
	const struct mutant *mutant = &mutants[_i];
	static const char *words[LOST_KINDS][WORDS_MAX];
	static const struct tls_narrowing left_out = {
		words[LOST_CIPHER], words[LOST_DECODER], words[LOST_SIGNATURE], words[LOST_GROUP]};
	const struct tls_narrowing *all = &tls_narrowing_handshakes;
	const char *const *const from[] = {all->ciphers, all->decoders, all->signatures, all->groups};
	for (size_t kind = 0; kind < LOST_KINDS; kind++) {
		size_t n = 0;
		for (; n < WORDS_MAX - 2 && from[kind][n] != NULL; n++) {
			words[kind][n] = from[kind][n];
		}
		words[kind][n] = kind == mutant->kind ? mutant->lost : NULL;
	}
	struct narrow_pair pair;
	if (narrow_pair_open(&pair, &left_out)) {
		mutant->play(&pair, mutant->what);
		ck_assert_msg(pair.n_different > 0, "nobody misses %s", mutant->lost);
		narrow_pair_close(&pair);
	}
}
END_TEST

static void add_tests(TCase *tc) {
	tcase_add_test(tc, every_hello_is_the_same);
	tcase_add_test(tc, every_type_of_key_is_the_same);
	tcase_add_test(tc, every_suite_and_group_is_the_same);
	tcase_add_test(tc, every_file_of_authorities_is_the_same);
	tcase_add_loop_test(tc, what_is_lost_is_missed, 0, (int)(sizeof mutants / sizeof mutants[0]));
}

int main(void) {
	return unit_play("tls_narrow_equal", 240, add_tests);
}
