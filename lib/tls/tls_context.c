#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <string.h>

#include "tls/tls_cache.h"
#include "tls/tls_internal.h"

/* A longer prime holds a handshake for over a second, and no deadline can interrupt it. */
#define DH_BITS_MAX 4096
/* Postfix: smtp_tls_scert_verifydepth 9, and the leaf. */
#define CHAIN_DEPTH_MAX 10

/* Must be the first call into the library: without it OpenSSL registers its cleanup with atexit(),
 * which costs more than all our frees. */
static void library_start(void) {
	(void)OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, NULL);
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
	library_start();
	EVP_MD *algorithm = EVP_MD_fetch(NULL, digest, NULL);
	length = algorithm == NULL ? 0 : EVP_MD_get_size(algorithm);
	EVP_MD_free(algorithm);
	ERR_clear_error();
	return length > 0 ? (size_t)length : 0;
}

const char *tls_library_version(void) {
	return OpenSSL_version(OPENSSL_VERSION);
}

typedef int security_fn(const SSL *, const SSL_CTX *, int, int, int, void *, void *);

/* OpenSSL's own callback decides all but this one case; its address travels as user data. */
struct security {
	security_fn *standard;
	void *standard_data;
};

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
	return security->standard(ssl, library, operation, bits, nid, other, security->standard_data);
}

static void limit_dh(struct tls_context *context) {
	struct security *security = arena_alloc(context->arena, sizeof *security);
	security->standard = SSL_CTX_get_security_callback(context->library);
	security->standard_data = SSL_CTX_get0_security_ex_data(context->library);
	SSL_CTX_set_security_callback(context->library, security_judge);
	SSL_CTX_set0_security_ex_data(context->library, security);
}

static uint64_t excluded_options(const struct tls_protocols *protocols) {
	static const uint64_t options[TLS_PROTOCOLS] = {0, SSL_OP_NO_SSLv3, SSL_OP_NO_TLSv1,
		SSL_OP_NO_TLSv1_1, SSL_OP_NO_TLSv1_2, SSL_OP_NO_TLSv1_3};
	uint64_t set = 0;
	for (size_t i = 0; i < TLS_PROTOCOLS; i++) {
		set |= (protocols->excluded >> i & 1U) != 0 ? options[i] : 0;
	}
	return set;
}

static void set_behaviour(struct tls_context *context) {
	SSL_CTX *library = context->library;
	SSL_CTX_set_options(library, SSL_OP_ALL | SSL_OP_IGNORE_UNEXPECTED_EOF |
									 SSL_OP_NO_RENEGOTIATION |
									 excluded_options(&context->settings->protocols));
	SSL_CTX_set_mode(library, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	/* The socket belongs to TLS from the first byte to the last: one read fetches many records. */
	SSL_CTX_set_read_ahead(library, 1);
	SSL_CTX_set_max_cert_list(library, TLS_CHAIN_OCTETS_MAX);
	/* Mail at unauthenticated levels is delivered however weak the key: so Postfix does. */
	SSL_CTX_set_security_level(library, 0);
	limit_dh(context);
	SSL_CTX_set_verify_depth(library, CHAIN_DEPTH_MAX);
	SSL_CTX_set_verify(library, SSL_VERIFY_NONE, NULL);
	SSL_CTX_set_cert_verify_callback(library, tls_verify_chain, NULL);
	X509_VERIFY_PARAM_set_time(SSL_CTX_get0_param(library), (time_t)context->settings->now);
	tls_resume_start(context);
}

/* Digests: the two of TLSA, and the one for fingerprints (matching type 255, RFC 7218). */
static bool set_digests(struct tls_context *context, struct err *err) {
	const char *name = context->settings->digest != NULL ? context->settings->digest : "sha256";
	context->sha256 = EVP_MD_fetch(NULL, "SHA2-256", NULL);
	const EVP_MD *algorithm = context->sha256;
	if (context->sha256 != NULL && !EVP_MD_is_a(context->sha256, name)) {
		context->digest = EVP_MD_fetch(NULL, name, NULL);
		algorithm = context->digest;
	}
	if (algorithm == NULL || EVP_MD_get_size(algorithm) <= 0) {
		return err_set(err, ERR_USAGE, "--digest: the TLS library has no digest \"%s\"", name);
	}
	if (SSL_CTX_dane_enable(context->library) <= 0 ||
		SSL_CTX_dane_mtype_set(context->library, algorithm, 255, 3) <= 0) {
		return err_set(err, ERR_LOCAL, "the TLS library cannot do DANE");
	}
	return true;
}

const EVP_MD *tls_context_sha512(struct tls_context *context) {
	if (context->sha512 == NULL) {
		context->sha512 = EVP_MD_fetch(NULL, "SHA2-512", NULL);
	}
	return context->sha512;
}

struct tls_context *tls_context_new(struct arena *arena, const struct tls_settings *settings,
	struct trace *trace, struct err *err) {
	library_start();
	(void)trace;
	struct tls_context *context = arena_alloc(arena, sizeof *context);
	context->arena = arena;
	context->settings = settings;
	ERR_clear_error();
	/* Loads openssl.cnf as every other program on the host does, Postfix included. */
	context->library = SSL_CTX_new(TLS_client_method());
	context->socket = tls_socket_method();
	if (context->library == NULL || context->socket == NULL) {
		const char *reason = ERR_reason_error_string(ERR_peek_last_error());
		err_set(err, ERR_LOCAL, "the TLS library does not start: %s",
			reason != NULL ? reason : "no reason given");
		tls_context_free(context);
		return NULL;
	}
	set_behaviour(context);
	if (!set_digests(context, err) || !tls_trust_load(context, err)) {
		tls_context_free(context);
		return NULL;
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
	BIO_meth_free(context->socket);
	EVP_MD_free(context->sha256);
	EVP_MD_free(context->sha512);
	EVP_MD_free(context->digest);
	*context = (struct tls_context){0};
}
