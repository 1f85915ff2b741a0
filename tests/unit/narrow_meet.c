/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Handshakes and ClientHellos of the pair. */
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "narrow_pair.h"
#include "unit.h"

#define NAME "mx.example"
#define ROUNDS 20
#define PIPE_SIZE 200000
#define ALL "ALL:COMPLEMENTOFALL"

/* Everything that a server may have, so that it is the client who decides. */
static SSL_CTX *permissive(OSSL_LIB_CTX *side, const SSL_METHOD *method) {
	SSL_CTX *library = SSL_CTX_new_ex(side, NULL, method);
	ck_assert_ptr_nonnull(library);
	SSL_CTX_set_security_level(library, 0);
	ck_assert_int_eq(SSL_CTX_set_cipher_list(library, ALL), 1);
	return library;
}

/* Whoever has groups of its own is not without those that no usual list has (tls_context_new). */
static SSL_CTX *permissive_client(struct narrow_pair *pair, size_t side, const char *groups) {
	(void)tls_narrow_begin(groups != NULL ? &tls_narrowing_own_groups : pair->left_out);
	return permissive(pair->side[side], TLS_client_method());
}

/* --- a ClientHello --- */

struct hello {
	uint8_t at[16384];
	size_t len;
};

/* NOLINTNEXTLINE(readability-function-size): the signature is OpenSSL's */
static void take_hello(
	int sent, int version, int type, const void *message, size_t len, SSL *ssl, void *to) {
	struct hello *hello = to;
	(void)version;
	(void)ssl;
	if (sent == 1 && type == SSL3_RT_HANDSHAKE &&
		*(const uint8_t *)message == SSL3_MT_CLIENT_HELLO && len <= sizeof hello->at) {
		memcpy(hello->at, message, len);
		hello->len = len;
	}
}

static size_t number(const uint8_t *at) {
	return (size_t)at[0] << 8 | at[1];
}

/* Key shares: group, length, key. */
static void blank_shares(uint8_t *at, const uint8_t *end) {
	while (end - at >= 4) {
		size_t len = number(at + 2);
		memset(at + 4, 0, len);
		at += 4 + len;
	}
}

/* What is random: 32 octets, the session, key shares. */
static void blank(struct hello *hello) {
	uint8_t *at = hello->at + 6;
	const uint8_t *end = hello->at + hello->len;
	memset(at, 0, 32);
	at += 32;
	memset(at + 1, 0, *at);
	at += 1 + *at;
	at += 2 + number(at); /* suites */
	at += 1 + *at;        /* compression */
	at += end - at >= 2 ? 2 : 0;
	while (end - at >= 4) {
		size_t type = number(at), len = number(at + 2);
		if (type == TLSEXT_TYPE_key_share && len >= 2) {
			blank_shares(at + 6, at + 4 + len);
		}
		at += 4 + len;
	}
}

void narrow_hello(SSL_CTX *library, char words[NARROW_WORDS_MAX]) {
	struct hello hello = {.len = 0};
	SSL *ssl = SSL_new(library);
	ck_assert_ptr_nonnull(ssl);
	SSL_set_bio(ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
	(void)SSL_set_tlsext_host_name(ssl, NAME);
	SSL_set_msg_callback(ssl, take_hello);
	SSL_set_msg_callback_arg(ssl, &hello);
	(void)SSL_connect(ssl);
	if (hello.len > 0) {
		blank(&hello);
	}
	narrow_say(words, "%zu: ", hello.len);
	for (size_t i = 0; i < hello.len; i++) {
		narrow_say(words, "%02x", hello.at[i]);
	}
	SSL_free(ssl);
}

void narrow_pair_offer(struct narrow_pair *pair, const struct narrow_offer *offer) {
	char words[2][NARROW_WORDS_MAX] = {"", ""};
	for (size_t i = 0; i < 2; i++) {
		SSL_CTX *library = permissive_client(pair, i, offer->groups);
		SSL_CTX_set_security_level(library, offer->level);
		if (offer->ciphers != NULL) {
			narrow_say(words[i], "%d ", SSL_CTX_set_cipher_list(library, offer->ciphers));
		}
		if (offer->groups != NULL) {
			narrow_say(words[i], "%ld ", SSL_CTX_set1_groups_list(library, offer->groups));
		}
		(void)SSL_CTX_set_min_proto_version(library, offer->min);
		(void)SSL_CTX_set_max_proto_version(library, offer->max);
		narrow_hello(library, words[i]);
		narrow_errors(words[i]);
		SSL_CTX_free(library);
	}
	narrow_pair_compare(pair, offer->ciphers != NULL ? offer->ciphers : "hello", words);
}

/* --- a handshake --- */

static void offer_suites(SSL_CTX *library, const struct narrow_meeting *meeting) {
	if (meeting->suites == NULL) {
		return;
	}
	if (meeting->version == TLS1_3_VERSION) {
		(void)SSL_CTX_set_ciphersuites(library, meeting->suites);
	} else {
		(void)SSL_CTX_set_cipher_list(library, meeting->suites);
	}
}

static SSL *new_server(struct narrow_pair *pair, const struct narrow_meeting *meeting) {
	SSL_CTX *library = permissive(pair->side[1], TLS_server_method());
	(void)SSL_CTX_set_min_proto_version(library, meeting->version);
	(void)SSL_CTX_set_max_proto_version(library, meeting->version);
	(void)SSL_CTX_set_dh_auto(library, 1);
	offer_suites(library, meeting);
	const char *groups = meeting->groups != NULL ? meeting->groups : meeting->server_groups;
	if (groups != NULL) {
		(void)SSL_CTX_set1_groups_list(library, groups);
	}
	for (size_t i = 0; i < 3 && meeting->keys[i] != NULL; i++) {
		(void)SSL_CTX_use_certificate(library, meeting->keys[i]->certificate);
		(void)SSL_CTX_use_PrivateKey(library, meeting->keys[i]->key);
	}
	ERR_clear_error();
	SSL *ssl = SSL_new(library);
	ck_assert_ptr_nonnull(ssl);
	SSL_CTX_free(library);
	return ssl;
}

/* The certificate is an anchor, decoded on the client's side. */
static void trust(SSL_CTX *library, OSSL_LIB_CTX *side, X509 *certificate) {
	uint8_t *der = NULL;
	int len = i2d_X509(certificate, &der);
	const uint8_t *at = der;
	X509 *copy = X509_new_ex(side, NULL);
	(void)d2i_X509(&copy, &at, len);
	(void)X509_STORE_add_cert(SSL_CTX_get_cert_store(library), copy);
	X509_free(copy);
	OPENSSL_free(der);
}

/* 3 x x over the certificate. */
static int add_record(SSL *ssl, X509 *certificate, int tlsa) {
	uint8_t *der = NULL, digest[EVP_MAX_MD_SIZE];
	const uint8_t *data = NULL;
	size_t len = 0;
	int der_len = tlsa / 3 == 0 ? i2d_X509(certificate, &der)
								: i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
	data = der;
	len = (size_t)der_len;
	if (tlsa % 3 > 0) {
		unsigned digest_len = 0;
		const EVP_MD *algorithm = tlsa % 3 == 1 ? EVP_sha256() : EVP_sha512();
		ck_assert_int_eq(EVP_Digest(der, len, digest, &digest_len, algorithm, NULL), 1);
		data = digest;
		len = digest_len;
	}
	int taken = SSL_dane_tlsa_add(ssl, 3, (uint8_t)(tlsa / 3), (uint8_t)(tlsa % 3), data, len);
	OPENSSL_free(der);
	return taken;
}

static SSL_CTX *client_library(
	struct narrow_pair *pair, size_t side, const struct narrow_meeting *meeting) {
	if (side == 0 && meeting->early != NULL) {
		(void)SSL_CTX_up_ref(meeting->early);
		return meeting->early;
	}
	SSL_CTX *library = permissive_client(pair, side, meeting->groups);
	(void)SSL_CTX_set_min_proto_version(library, 0);
	if (meeting->version == TLS1_3_VERSION) {
		offer_suites(library, meeting);
	}
	if (meeting->groups != NULL) {
		(void)SSL_CTX_set1_groups_list(library, meeting->groups);
	}
	return library;
}

static SSL *new_client(
	struct narrow_pair *pair, size_t side, const struct narrow_meeting *meeting) {
	SSL_CTX *library = client_library(pair, side, meeting);
	const struct narrow_key *shown = meeting->keys[0];
	ck_assert_int_eq(SSL_CTX_dane_enable(library), 1);
	if (shown != NULL && meeting->tlsa < 0) {
		trust(library, pair->side[side], shown->certificate);
	}
	SSL *ssl = SSL_new(library);
	ck_assert_ptr_nonnull(ssl);
	SSL_CTX_free(library);
	if (shown != NULL && meeting->tlsa >= 0) {
		ck_assert_int_eq(SSL_dane_enable(ssl, NULL), 1);
		(void)SSL_dane_set_flags(ssl, DANE_FLAG_NO_DANE_EE_NAMECHECKS);
		(void)add_record(ssl, shown->certificate, meeting->tlsa);
	} else {
		(void)SSL_set1_host(ssl, NAME);
	}
	return ssl;
}

static void tell_session(SSL *client, SSL *server, char words[NARROW_WORDS_MAX]) {
	char to_client[8] = "", to_server[8] = "";
	int hash = 0, type = 0;
	size_t n = 0;
	X509 *shown = SSL_get1_peer_certificate(client);
	const EVP_PKEY *key = shown == NULL ? NULL : X509_get0_pubkey(shown);
	EVP_PKEY *shared = NULL;
	(void)SSL_write(server, "ping", 4);
	(void)SSL_read_ex(client, to_client, sizeof to_client - 1, &n);
	(void)SSL_write(client, "pong", 4);
	(void)SSL_read_ex(server, to_server, sizeof to_server - 1, &n);
	(void)SSL_get_peer_signature_nid(client, &hash);
	(void)SSL_get_peer_signature_type_nid(client, &type);
	(void)SSL_get_peer_tmp_key(client, &shared);
	narrow_say(words, "%s %s %s/%d signed %d/%d shared %s/%d verify %ld dane %d: %s %s",
		SSL_get_version(client), SSL_get_cipher(client),
		key == NULL ? "none" : EVP_PKEY_get0_type_name(key),
		key == NULL ? 0 : EVP_PKEY_get_bits(key), hash, type,
		shared == NULL ? "none" : EVP_PKEY_get0_type_name(shared),
		shared == NULL ? 0 : EVP_PKEY_get_bits(shared), SSL_get_verify_result(client),
		SSL_get0_dane_authority(client, NULL, NULL), to_client, to_server);
	EVP_PKEY_free(shared);
	X509_free(shown);
}

/* True: it came to its end. */
static bool meet(struct narrow_pair *pair, size_t side, const struct narrow_meeting *meeting,
	char words[NARROW_WORDS_MAX]) {
	SSL *server = new_server(pair, meeting);
	SSL *client = new_client(pair, side, meeting);
	BIO *ends[2];
	ERR_clear_error();
	ck_assert_int_eq(BIO_new_bio_pair(&ends[0], PIPE_SIZE, &ends[1], PIPE_SIZE), 1);
	SSL_set_bio(server, ends[0], ends[0]);
	SSL_set_bio(client, ends[1], ends[1]);
	bool done = false;
	for (int i = 0; i < ROUNDS && !done; i++) {
		(void)SSL_connect(client);
		narrow_errors(words);
		(void)SSL_accept(server);
		ERR_clear_error();
		done = SSL_is_init_finished(client) && SSL_is_init_finished(server);
	}
	if (done) {
		tell_session(client, server, words);
		narrow_errors(words);
	} else {
		narrow_say(words, " failed in %s", SSL_state_string(client));
	}
	SSL_free(client);
	SSL_free(server);
	return done;
}

void narrow_pair_meet(struct narrow_pair *pair, const struct narrow_meeting *meeting) {
	char words[2][NARROW_WORDS_MAX] = {"", ""};
	pair->n_done += meet(pair, 0, meeting, words[0]);
	(void)meet(pair, 1, meeting, words[1]);
	narrow_pair_compare(pair, meeting->what, words);
}
