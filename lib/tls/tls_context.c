/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What all sessions of a run share, made once. */
#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <string.h>

#include "tls/tls_builder.h"
#include "tls/tls_cache.h"
#include "tls/tls_narrow.h"

/* What a longer prime takes no deadline can interrupt, and it grows with the third power. */
#define DH_BITS_MAX 4096
/* Postfix: smtp_tls_scert_verifydepth 9, and the leaf. */
#define CHAIN_DEPTH_MAX 10

/* Must be the first call into the library. Left to itself OpenSSL registers its cleanup with
 * atexit(), which costs more than all our frees, and lists all ciphers under their old names, a
 * tenth of a run; only encrypted private keys in the old PEM form are decoded by these names. */
static void library_start(uint64_t unneeded) {
	(void)OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT | unneeded, NULL);
}

static bool has_own_keys(const struct tls_settings *settings) {
	return settings->n_chain_files > 0 || settings->cert_file != NULL || settings->key_file != NULL;
}

static uint64_t unneeded_for(const struct tls_settings *settings) {
	return has_own_keys(settings) ? 0 : OPENSSL_INIT_NO_ADD_ALL_CIPHERS;
}

/* Keys of our own may be in any format, and a configuration of one's own asks for anything. */
static bool may_be_narrow(const struct tls_settings *settings) {
	return settings->library_use == TLS_USE_HANDSHAKES && !has_own_keys(settings) &&
		   settings->config_file == NULL && settings->config_name == NULL;
}

static const struct tls_narrowing *narrowing_for(const struct tls_settings *settings) {
	bool unset = settings->groups == NULL && settings->ffdhe_groups == NULL;
	return unset ? &tls_narrowing_handshakes : &tls_narrowing_own_groups;
}

void tls_library_widen(void) {
	tls_narrow_end();
}

size_t tls_digest_length(const char *digest) {
	/* The usual ones without waking up the library while the command line is read. */
	static const struct keyword usual[] = {
		{"md5", 16},
		{"sha1", 20},
		{"sha256", 32},
		{"sha384", 48},
		{"sha512", 64},
		{NULL, 0},
	};
	int length = 0;
	if (keyword_find(usual, digest, &length)) {
		return (size_t)length;
	}
	library_start(0); /* whether there will be keys is not known yet */
	EVP_MD *algorithm = EVP_MD_fetch(NULL, digest, NULL);
	length = algorithm == NULL ? 0 : EVP_MD_get_size(algorithm);
	EVP_MD_free(algorithm);
	ERR_clear_error();
	return length > 0 ? (size_t)length : 0;
}

bool tls_library_memory(void *(*allocate)(size_t size, const char *file, int line),
	void *(*resize)(void *at, size_t size, const char *file, int line),
	void (*release)(void *at, const char *file, int line)) {
	return CRYPTO_set_mem_functions(allocate, resize, release) == 1;
}

const char *tls_library_version(void) {
	return OpenSSL_version(OPENSSL_VERSION);
}

typedef int security_fn(const SSL *, const SSL_CTX *, int, int, int, void *, void *);

/* OpenSSL's own callback decides all but these two cases; its address travels as user data. */
struct security {
	security_fn *standard;
	void *standard_data;
};

/* TLS 1.3 has names for primes, of which libraries before OpenSSL 3.5 offer all that they know, and
 * a server chooses: ffdhe6144 and ffdhe8192 (RFC 8446 4.2.7). Who asks for them gets them. */
static bool is_dear_group(const struct tls *tls, const unsigned char group[2]) {
	const struct tls_settings *settings = tls == NULL ? NULL : tls->context->settings;
	bool unset = settings != NULL && settings->groups == NULL && settings->ffdhe_groups == NULL;
	return unset && group[0] == 0x01 && (group[1] == 0x03 || group[1] == 0x04);
}

/* NOLINTNEXTLINE(readability-function-size): the signature is OpenSSL's */
static int security_judge(const SSL *ssl, const SSL_CTX *library, int operation, int bits, int nid,
	void *other, void *data) {
	const struct security *security = data;
	if (operation == SSL_SECOP_TMP_DH && ssl != NULL && other != NULL) {
		int dh_bits = EVP_PKEY_get_bits(other);
		if (dh_bits > DH_BITS_MAX) {
			struct tls *tls = SSL_get_app_data(ssl);
			tls->refused_dh_bits = dh_bits;
			return 0;
		}
	}
	if (operation == SSL_SECOP_CURVE_SUPPORTED && ssl != NULL && other != NULL &&
		is_dear_group(SSL_get_app_data(ssl), other)) {
		return 0;
	}
	return security->standard(ssl, library, operation, bits, nid, other, security->standard_data);
}

static void limit_dh(struct tls_context *context) {
	struct security *security = arena_alloc(context->arena, sizeof *security);
	security->standard = SSL_CTX_get_security_callback(context->library);
	security->standard_data = SSL_CTX_get0_security_ex_data(context->library);
	SSL_CTX_set_security_callback(context->library, security_judge);
	SSL_CTX_set0_security_ex_data(context->library, security);
}

/* OpenSSL asks when the server does; what is set already is what we have. */
static int note_request(SSL *ssl, void *unused) {
	(void)unused;
	struct tls *tls = SSL_get_app_data(ssl);
	tls->facts.certificate_wanted = true;
	tls->facts.certificate_shown = SSL_get_certificate(ssl) != NULL;
	return 1;
}

static void set_behaviour(struct tls_context *context) {
	SSL_CTX *library = context->library;
	SSL_CTX_set_mode(library, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	/* The socket belongs to TLS from the first byte to the last: one read fetches many records. */
	SSL_CTX_set_read_ahead(library, 1);
	SSL_CTX_set_max_cert_list(library, TLS_CHAIN_OCTETS_MAX);
	/* Mail at unauthenticated levels is delivered however weak the key: so Postfix does. */
	SSL_CTX_set_security_level(library, 0);
	limit_dh(context);
	SSL_CTX_set_verify_depth(library, CHAIN_DEPTH_MAX);
	SSL_CTX_set_verify(library, SSL_VERIFY_NONE, NULL);
	SSL_CTX_set_cert_verify_callback(library, tls_verify_in_handshake, NULL);
	SSL_CTX_set_cert_cb(library, note_request, NULL);
	X509_VERIFY_PARAM_set_time(SSL_CTX_get0_param(library), (time_t)context->settings->now);
	tls_resume_start(context);
}

const EVP_MD *tls_context_sha512(struct tls_context *context) {
	if (context->sha512 == NULL) {
		context->sha512 = EVP_MD_fetch(NULL, "SHA2-512", NULL);
	}
	return context->sha512;
}

/* A library older than the headers, or of another generation, is no fault of any option. */
static void compare_versions(struct tls_builder *builder) {
	unsigned major = OPENSSL_version_major();
	unsigned minor = OPENSSL_version_minor();
	unsigned patch = OPENSSL_version_patch();
	unsigned headers = OPENSSL_VERSION_MINOR * 1000 + OPENSSL_VERSION_PATCH;
	bool older = minor * 1000 + patch < headers;
	if (major != OPENSSL_VERSION_MAJOR || older) {
		tls_fault_remark(builder,
			"run-time library vs. compile-time header version mismatch: OpenSSL %u.%u.%u may not "
			"be compatible with OpenSSL %d.%d.%d",
			major, minor, patch, OPENSSL_VERSION_MAJOR, OPENSSL_VERSION_MINOR,
			OPENSSL_VERSION_PATCH);
	}
}

/* Loads openssl.cnf as every other program on the host does, Postfix included. */
static SSL_CTX *new_library(const struct tls_settings *settings) {
	if (may_be_narrow(settings) && tls_narrow_begin(narrowing_for(settings))) {
		SSL_CTX *library = SSL_CTX_new(TLS_client_method());
		if (library != NULL) {
			return library;
		}
		ERR_clear_error(); /* it is the whole library that has to say why */
	}
	tls_library_widen();
	return SSL_CTX_new(TLS_client_method());
}

static bool start(struct tls_builder *builder) {
	struct tls_context *context = builder->context;
	ERR_clear_error();
	context->library = new_library(builder->settings);
	context->socket = tls_socket_method();
	if (context->library != NULL && context->socket != NULL) {
		return true;
	}
	const char *reason = ERR_reason_error_string(ERR_peek_last_error());
	err_set(builder->err, ERR_LOCAL, "the TLS library does not start: %s",
		reason != NULL ? reason : "no reason given");
	tls_fault_remark(builder, "cannot allocate client SSL_CTX" TLS_DISABLED);
	tls_fault_queue(builder);
	return false;
}

/* In the order in which posttls-finger looks at things: the first error wins. */
static bool build(struct tls_builder *builder) {
	if (!tls_anchors_read(builder)) {
		return false;
	}
	trace_emit(builder->trace, &(struct event){.kind = EVENT_TLS_ENGINE, .node = -1, .pass = 1});
	if (builder->settings->bad_parameter != NULL) {
		return err_set(builder->err, ERR_USAGE, "%s", builder->settings->bad_parameter);
	}
	compare_versions(builder);
	if (!tls_config_load(builder) || !start(builder)) {
		return false;
	}
	set_behaviour(builder->context);
	return tls_digests_set(builder) && tls_options_set(builder) && tls_trust_load(builder) &&
		   tls_anchors_check(builder) && tls_credentials_load(builder) && tls_groups_set(builder) &&
		   tls_ciphers_check(builder);
}

struct tls_context *tls_context_new(struct arena *arena, const struct tls_settings *settings,
	struct trace *trace, struct err *err) {
	library_start(unneeded_for(settings));
	struct tls_context *context = arena_alloc(arena, sizeof *context);
	context->arena = arena;
	context->settings = settings;
	struct err fault = {0};
	struct tls_builder builder = {
		.context = context, .settings = settings, .trace = trace, .err = &fault};
	if (!build(&builder)) {
		if (err != NULL && err->kind == ERR_NONE) {
			*err = fault;
		}
		tls_context_free(context);
		context = NULL;
	}
	ERR_clear_error();
	return context;
}

void tls_context_free(struct tls_context *context) {
	if (context == NULL) {
		return;
	}
	SSL_CTX_free(context->library);
	tls_cache_free(context->cache);
	tls_decoded_free(context->decoded);
	BIO_meth_free(context->socket);
	EVP_MD_free(context->sha256);
	EVP_MD_free(context->sha512);
	EVP_MD_free(context->digest);
	*context = (struct tls_context){0};
}
