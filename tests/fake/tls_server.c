/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The words behind "tls" made into a context, and the handshake. */
#include "tls_server.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

struct wish {
	const char *cert, *min, *max, *ciphers, *groups, *sigalgs, *tickets, *lifetime, *other, *also,
		*drops, *resets, *dh, *ticket_data, *ca_names;
	bool client_cert, client_cert_needed, anonymous, no_sessions, ids_only;
};

static int version_of(const char *word) {
	static const struct {
		const char *word;
		int version;
	} versions[] = {{"TLSv1", TLS1_VERSION}, {"TLSv1.1", TLS1_1_VERSION},
		{"TLSv1.2", TLS1_2_VERSION}, {"TLSv1.3", TLS1_3_VERSION}};
	for (size_t i = 0; word != NULL && i < sizeof versions / sizeof versions[0]; i++) {
		if (strcmp(versions[i].word, word) == 0) {
			return versions[i].version;
		}
	}
	return word == NULL ? 0 : -1;
}

static int accept_any(int ok, X509_STORE_CTX *store) {
	(void)ok;
	(void)store;
	return 1;
}

static int choose_by_name(SSL *ssl, int *alert, void *argument) {
	struct tls_server *server = argument;
	const char *name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
	if (name != NULL && strcasecmp(name, server->sni) == 0) {
		return SSL_TLSEXT_ERR_OK;
	}
	if (server->sni_required) {
		*alert = SSL_AD_UNRECOGNIZED_NAME;
		return SSL_TLSEXT_ERR_ALERT_FATAL;
	}
	if (server->other != NULL) {
		SSL_set_SSL_CTX(ssl, server->other);
	}
	return SSL_TLSEXT_ERR_OK;
}

static bool use_chain(SSL_CTX *context, struct pki *pki, const char *name) {
	const struct pki_chain *chain = pki_find(pki, name);
	return chain != NULL &&
		   SSL_CTX_use_cert_and_key(context, chain->leaf, chain->key, NULL, 1) == 1 &&
		   SSL_CTX_set1_chain(context, chain->rest) == 1;
}

static bool set_versions(SSL_CTX *context, const struct wish *wish) {
	int min = version_of(wish->min == NULL ? "TLSv1" : wish->min);
	int max = version_of(wish->anonymous ? "TLSv1.2" : wish->max);
	return min >= 0 && max >= 0 && SSL_CTX_set_min_proto_version(context, min) == 1 &&
		   SSL_CTX_set_max_proto_version(context, max) == 1;
}

static bool set_ciphers(SSL_CTX *context, const struct wish *wish) {
	const char *list = wish->ciphers;
	if (wish->anonymous) {
		SSL_CTX_set_dh_auto(context, 1);
		list = "aNULL:@SECLEVEL=0";
	}
	if (list == NULL) {
		return SSL_CTX_set_cipher_list(context, "ALL:!aNULL:@SECLEVEL=0") == 1;
	}
	if (strncmp(list, "TLS_", 4) == 0) {
		return SSL_CTX_set_ciphersuites(context, list) == 1;
	}
	return SSL_CTX_set_cipher_list(context, list) == 1;
}

/* dh=4096: the prime ffdhe4096 (RFC 7919), up to TLS 1.2 */
static bool set_dh(SSL_CTX *context, const char *bits) {
	char name[16];
	(void)snprintf(name, sizeof name, "ffdhe%.6s", bits);
	OSSL_PARAM group[] = {OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, name, 0),
		OSSL_PARAM_construct_end()};
	EVP_PKEY *prime = NULL;
	EVP_PKEY_CTX *maker = EVP_PKEY_CTX_new_from_name(NULL, "DH", NULL);
	bool ok = maker != NULL && EVP_PKEY_fromdata_init(maker) == 1 &&
			  EVP_PKEY_fromdata(maker, &prime, EVP_PKEY_KEY_PARAMETERS, group) == 1 &&
			  SSL_CTX_set0_tmp_dh_pkey(context, prime) == 1;
	if (!ok) {
		EVP_PKEY_free(prime);
	}
	EVP_PKEY_CTX_free(maker);
	return ok;
}

/* What the server puts into a ticket for itself comes back with it. */
static int fill_ticket(SSL *ssl, void *argument) {
	static const unsigned char data[65536];
	return SSL_SESSION_set1_ticket_appdata(SSL_get_session(ssl), data, *(const size_t *)argument);
}

static bool set_ticket_data(SSL_CTX *context, const char *octets, size_t *n) {
	long number;
	if (!words_number(octets, 65000, &number)) {
		return false;
	}
	*n = (size_t)number;
	return SSL_CTX_set_session_ticket_cb(context, fill_ticket, NULL, n) == 1;
}

/* The same keys for all: a ticket of one server is good for another. */
static bool set_sessions(SSL_CTX *context, const struct wish *wish) {
	static const unsigned char id[] = "fake";
	unsigned char keys[80] = "all servers of all worlds share these keys";
	long n = 0;
	if (wish->ids_only || wish->no_sessions) {
		SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
	}
	if (wish->no_sessions) {
		SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
		SSL_CTX_set_num_tickets(context, 0);
	}
	if (wish->lifetime != NULL) {
		if (!words_number(wish->lifetime, 1000000, &n)) {
			return false;
		}
		SSL_CTX_set_timeout(context, n);
	}
	return SSL_CTX_set_session_id_context(context, id, 4) == 1 &&
		   SSL_CTX_set_tlsext_ticket_keys(context, keys, sizeof keys) == 1 &&
		   (wish->tickets == NULL || (words_number(wish->tickets, 16, &n) &&
										 SSL_CTX_set_num_tickets(context, (size_t)n) == 1));
}

/* So many names of CAs with the wish for a certificate of the client's. */
static bool set_ca_names(SSL_CTX *context, const char *number) {
	STACK_OF(X509_NAME) *names = sk_X509_NAME_new_null();
	long n = 0;
	bool ok = names != NULL && words_number(number, 100000, &n);
	for (long i = 0; ok && i < n; i++) {
		unsigned char text[32];
		int len = snprintf((char *)text, sizeof text, "CA %ld", i);
		X509_NAME *name = X509_NAME_new();
		ok = name != NULL &&
			 X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, len, -1, 0) == 1 &&
			 sk_X509_NAME_push(names, name) > 0;
	}
	SSL_CTX_set0_CA_list(context, names);
	return ok;
}

/* Level 0: what a scripted server may do is decided by the script, not by the library. */
static SSL_CTX *make_context(struct pki *pki, const struct wish *wish, const char *cert) {
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());
	if (context == NULL) {
		return NULL;
	}
	SSL_CTX_set_security_level(context, 0);
	bool ok = set_sessions(context, wish) && set_versions(context, wish) &&
			  set_ciphers(context, wish) && (wish->anonymous || use_chain(context, pki, cert)) &&
			  (wish->also == NULL || use_chain(context, pki, wish->also)) &&
			  (wish->dh == NULL || set_dh(context, wish->dh)) &&
			  (wish->groups == NULL || SSL_CTX_set1_groups_list(context, wish->groups) == 1) &&
			  (wish->sigalgs == NULL || SSL_CTX_set1_sigalgs_list(context, wish->sigalgs) == 1);
	ok = ok && (wish->ca_names == NULL || set_ca_names(context, wish->ca_names));
	if (wish->client_cert) {
		int needed = wish->client_cert_needed ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0;
		SSL_CTX_set_verify(context, SSL_VERIFY_PEER | needed, accept_any);
	}
	if (!ok) {
		SSL_CTX_free(context);
		ERR_clear_error();
		return NULL;
	}
	return context;
}

static bool take_flag(struct tls_server *server, struct wish *wish, const char *word) {
	if (strcmp(word, "required") == 0) {
		server->sni_required = true;
	} else if (strcmp(word, "clientcert") == 0) {
		wish->client_cert = true;
	} else if (strcmp(word, "needcert") == 0) {
		wish->client_cert = true;
		wish->client_cert_needed = true;
	} else if (strcmp(word, "anon") == 0) {
		wish->anonymous = true;
	} else if (strcmp(word, "nosessions") == 0) {
		wish->no_sessions = true;
	} else if (strcmp(word, "ids") == 0) {
		wish->ids_only = true;
	} else if (strcmp(word, "noresume") == 0) {
		server->forgetful = true;
	} else if (strcmp(word, "fails") == 0) {
		server->outcome = TLS_MUST_FAIL;
	} else if (strcmp(word, "mayfail") == 0) {
		server->outcome = TLS_MAY_FAIL;
	} else {
		return false;
	}
	return true;
}

static bool take_word(struct tls_server *server, struct wish *wish, const char *word) {
	const struct {
		const char *key;
		const char **place;
	} texts[] = {{"min", &wish->min}, {"max", &wish->max}, {"ciphers", &wish->ciphers},
		{"groups", &wish->groups}, {"sigalgs", &wish->sigalgs}, {"tickets", &wish->tickets},
		{"other", &wish->other}, {"also", &wish->also}, {"sni", &server->sni},
		{"lifetime", &wish->lifetime}, {"drops", &wish->drops}, {"resets", &wish->resets},
		{"dh", &wish->dh}, {"ticketdata", &wish->ticket_data}, {"canames", &wish->ca_names}};
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		const char *value = words_value(word, texts[i].key);
		if (value != NULL) {
			*texts[i].place = value;
			return true;
		}
	}
	return take_flag(server, wish, word);
}

static bool take_hello(struct tls_server *server, const struct wish *wish) {
	server->hello_reset = wish->resets != NULL;
	const char *max = server->hello_reset ? wish->resets : wish->drops;
	return max == NULL || words_number(max, 16384, &server->hello_max);
}

bool tls_server_make(struct tls_server *server, struct pki *pki, const struct words *words,
	size_t first, const char **why) {
	struct wish wish = {0};
	memset(server, 0, sizeof *server);
	*why = "tls needs the name of a certificate";
	if (words->n <= first) {
		return false;
	}
	wish.cert = words->word[first];
	*why = "unknown word behind tls";
	for (size_t i = first + 1; i < words->n; i++) {
		if (!take_word(server, &wish, words->word[i])) {
			return false;
		}
	}
	*why = "how many octets?";
	if (!take_hello(server, &wish)) {
		return false;
	}
	*why = "no TLS server can be made of these words (is the certificate's name known?)";
	server->context = make_context(pki, &wish, wish.cert);
	if (server->context != NULL && wish.ticket_data != NULL &&
		!set_ticket_data(server->context, wish.ticket_data, &server->ticket_data)) {
		return false;
	}
	if (wish.other != NULL) {
		server->other = make_context(pki, &wish, wish.other);
	}
	if (server->context == NULL || (wish.other != NULL && server->other == NULL)) {
		return false;
	}
	if (server->forgetful) {
		SSL_CTX_set_session_cache_mode(
			server->context, SSL_SESS_CACHE_SERVER | SSL_SESS_CACHE_NO_INTERNAL_LOOKUP);
	}
	if (server->sni != NULL) {
		SSL_CTX_set_tlsext_servername_callback(server->context, choose_by_name);
		SSL_CTX_set_tlsext_servername_arg(server->context, server);
	}
	return true;
}

void tls_server_meet(const struct tls_server *server) {
	unsigned char keys[80];
	if (server->forgetful && RAND_bytes(keys, sizeof keys) == 1) {
		SSL_CTX_set_tlsext_ticket_keys(server->context, keys, sizeof keys);
	}
}

void tls_server_free(struct tls_server *server) {
	SSL_CTX_free(server->context);
	SSL_CTX_free(server->other);
	server->context = server->other = NULL;
}

void tls_server_warm(void) {
	struct pool pool = {0};
	struct tls_server server;
	struct words words;
	const char *why;
	bool shared = pki_share("good");
	struct pki *pki = shared ? pki_new(&pool) : NULL;
	if (pki != NULL && words_split(&words, &pool, "good") &&
		tls_server_make(&server, pki, &words, 0, &why)) {
		tls_server_free(&server);
	}
	pki_free(pki);
	pool_free(&pool);
	ERR_clear_error();
}
