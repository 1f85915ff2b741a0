/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of this room share. Nothing outside lib/tls includes it. */
#ifndef TLS_TLS_INTERNAL_H
#define TLS_TLS_INTERNAL_H

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "tls/tls_client.h"

/* A certificate or a bare key from a --trust-anchor file. */
struct tls_anchor {
	uint8_t selector; /* 0 certificate, 1 key */
	struct span der;
	const char *file;
};

struct tls_cache;
struct tls_certs_seen;

struct tls_context {
	struct arena *arena;
	const struct tls_settings *settings;
	SSL_CTX *library;
	BIO_METHOD *socket; /* a socket that raises no SIGPIPE and remembers errno */
	EVP_MD *sha256;
	EVP_MD *sha512; /* NULL until needed */
	EVP_MD *digest; /* the --digest algorithm; NULL when it is one of the above */
	struct tls_anchor *anchors;
	size_t n_anchors;
	struct tls_cache *cache;     /* NULL unless sessions are kept */
	const char *ciphers;         /* the list that sessions inherit; NULL before the first */
	struct tls_certs_seen *seen; /* certificates seen (tls_cert.c); NULL before the first */
	struct tls_decoded *decoded; /* chains proved last (tls_decoded.c); NULL before the first */
	bool trusts_for_proofs;      /* tls_trust_for_proofs() has been asked... */
	bool has_authorities;        /* ...and said this */
	size_t n_proved;             /* verifications that tls_prove() has made, for tests */
};

/* The specification as rules of the library; see tls_demand_prepare(). */
struct tls_demand {
	enum tls_level level; /* the specification's, or encrypt when no record proved usable */
	bool must_fail;       /* nothing to verify against, although the level demands it */
	bool wants_names;     /* reference names are set */
	bool ee_skips_names;  /* DANE-EE: names do not count (RFC 7672 3.1.1) */
	bool ee_only;         /* no record can match an issuer */
	bool keys_only;       /* every record is about a key, not a certificate */
	size_t n_active;      /* records or digests or anchors that OpenSSL took */
	size_t n_hosts;       /* of the reference names, those that are no address */
	uint8_t address[16];  /* the reference name that is one */
	size_t address_len;   /* 0 without */
	bool out_of_memory;   /* something of the above could not be taken for that reason */
};

struct tls {
	struct tls_context *context;
	struct arena *arena;
	const struct tls_spec *spec;
	struct tls_listener listener;
	SSL *ssl;
	int fd;
	int net_errno;           /* of the last send or receive that failed for good */
	bool peer_eof;           /* the peer sent FIN */
	int receives_left;       /* of this call; then the caller is asked to come again */
	size_t octets;           /* received in all */
	unsigned n_messages;     /* of the handshake's kind, received in all */
	bool endless;            /* more came than any session needs */
	bool failed;             /* OpenSSL forbids going on after a fatal error */
	int refused_dh_bits;     /* the key the security callback turned down, 0 */
	const char *ciphers;     /* the list offered, for TLS 1.2 and below */
	const char *session_key; /* in the cache; NULL: neither look up nor store */
	BIO *messages;           /* OpenSSL's decoding of one message; NULL unless wanted */
	bool write_pending;      /* the peer took nothing: the same bytes will come again */

	bool offers_raw_keys; /* the server may show a bare key */

	struct tls_demand demand;
	struct span peername; /* the name in the certificate that matched, kept by the verification */
	bool judged;          /* our verification ran to its end: without it nothing is proven */
	/* At which times it would have ended the same, as far as is known; see tls_prove.c. */
	int64_t same_from;
	int64_t same_until; /* exclusive */

	struct tls_verify_error errors[TLS_ERRORS_MAX];
	struct tls_facts facts;
	bool summed_up;
};

/* tls_faults.c: empties OpenSSL's error queue, telling each entry; event is complete but for its
 * text. */
void tls_library_tell(struct trace *trace, struct event *event);

/* tls_socket.c */
BIO_METHOD *tls_socket_method(void);
BIO *tls_socket_new(struct tls *tls);

/* tls_setup.c: what the session offers: ciphers, protocols, security level; then the server name.
 * The same warnings in the same order as Postfix's. */
bool tls_session_configure(struct tls *tls, struct err *err);
bool tls_session_name_server(struct tls *tls, struct err *err);

/* tls_key_type.c: what the type adds to the cipher list; its signatures. */
const char *tls_key_type_suites(enum tls_key_type type);
bool tls_hello_limit(struct tls *tls, struct err *err);
bool tls_key_type_limit(struct tls *tls, struct err *err);

/* tls_resume.c. start: count tickets, and keep sessions if that is wanted. prepare: look one up,
 * once all is known that the key depends on. forget: a handshake that failed. */
void tls_resume_start(struct tls_context *context);
void tls_resume_prepare(struct tls *tls);
void tls_resume_forget(struct tls *tls);

/* tls_messages.c: tls_dump_message() hears of each message. One more of the handshake's kind than
 * TLS_SESSION_MESSAGES_MAX, and the session is endless: no more is read. */
void tls_messages_count(struct tls *tls);

/* As OpenSSL tells of it. */
struct tls_message {
	int sent, version, type;
	const void *bytes;
	size_t len;
};

/* tls_dump.c: install what the trace wants; a message; the handshake is over; decrypted bytes. */
void tls_dump_start(struct tls *tls);
void tls_dump_message(struct tls *tls, const struct tls_message *message);
void tls_dump_established(struct tls *tls);
void tls_dump_read(struct tls *tls, struct span bytes);
void tls_dump_write(struct tls *tls, struct span bytes);
void tls_dump_end(struct tls *tls);

/* tls_raw_key.c: ask for a raw public key where that makes sense; the key shown, NULL; does this
 * verification judge one; copy it into the facts. */
bool tls_raw_key_prepare(struct tls *tls, struct err *err);
EVP_PKEY *tls_raw_key_of(const SSL *ssl);
bool tls_raw_key_is_ours(const SSL *ssl); /* is that what we show when asked? */
bool tls_raw_key_judged(X509_STORE_CTX *store);
void tls_raw_key_read(struct tls *tls);

/* How names are compared, wherever they are. */
#define TLS_HOST_FLAGS X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS

/* tls_demand.c: nothing is proved yet; then names, and records, digests, anchors go to the session,
 * before the handshake. */
void tls_demand_begin(struct tls *tls);
bool tls_demand_prepare_names(struct tls *tls, struct err *err);
bool tls_demand_prepare(struct tls *tls, struct err *err);
/* Is every reference name one that the library compares with names, rather than with addresses? */
bool tls_demand_has_hosts_only(const struct tls_spec *spec);

/* tls_verify.c: what does that which the store was given prove of the demand? Keeps every error,
 * and leaves all but the path in the facts' proof. Success is what there is evidence for: a record
 * that matched where records count, a name where names count. tls_prove() and the handshake both
 * come here; in a handshake libssl has made the store and decoded the certificates, which to do
 * again costs a sixth of a whole run. */
void tls_verify(struct tls *tls, X509_STORE_CTX *store);
/* A verification with a name in place of the demand's that fits nobody, and all else the same, is
 * behind us: now with the names of the demand, which are hosts only. Where the library minded the
 * name, it would mind these; nothing else hangs on them. */
void tls_verify_names(struct tls *tls, X509 *leaf);
/* To be set on the context: never ends the handshake. */
int tls_verify_in_handshake(X509_STORE_CTX *store, void *unused);
/* False when the peer showed something that nobody has verified: the library failed on the way. */
bool tls_verify_took_place(const struct tls *tls);
/* Is the proof that of what this session's own handshake showed? */
bool tls_verify_is_of_session(const struct tls *tls);

/* tls_effort.c: why these certificates, leaf first, would take too long to verify; NULL when they
 * would not, as nearly all. */
const char *tls_effort_problem(const STACK_OF(X509) * chain);

/* tls_outcome.c: keep a complaint, NULL when there are too many. */
struct tls_verify_error *tls_outcome_add(struct tls *tls, int code, int depth);
/* Does the error leave the chain from leaf to anchor as it is? */
bool tls_outcome_keeps_path(const struct tls_verify_error *error);
/* Status, trust, names: from the complaints kept. */
void tls_outcome_conclude(struct tls *tls);
/* The proof where nothing was verified: no certificate, a session resumed, a library that failed.
 */
void tls_outcome_unverified(struct tls *tls);
/* The error that tells most: nearest to the leaf, a wrong name only when there is nothing else. */
const struct tls_verify_error *tls_outcome_worst(const struct tls *tls);

/* tls_parameters.c: tls_cipher_list(), or what the settings have in its place, in the arena. */
const char *tls_cipher_list_for(
	const struct tls_settings *settings, struct arena *arena, enum tls_anonymous anonymous);

/* A chain that was shown, as the library has it, and what it was found to prove. */
struct tls_known {
	STACK_OF(X509) * chain; /* leaf first */
	struct span der;        /* of all its certificates, one behind the other; empty when it could
							   not be kept */
	struct tls_proved *proved;
};

/* tls_decoded.c: NULL without a chain, and when a certificate cannot be decoded. Borrowed until the
 * next call: the last ones are kept. */
struct tls_known *tls_decoded(struct tls_context *context, const struct tls_facts *shown);
void tls_decoded_free(struct tls_decoded *decoded); /* what is kept; accepts NULL */

/* tls_proved.c: the same demand but for its names (only whether there are any counts), put to the
 * same chain by the same context at a time that makes no difference, is proved once. show: as if
 * just verified; false when it is not known. keep: what was verified, where it is worth it. */
bool tls_proved_show(struct tls *tls, const struct tls_known *known, int64_t now);
void tls_proved_keep(struct tls *tls, struct tls_known *known);
void tls_proved_free(struct tls_proved *proved); /* accepts NULL */

/* tls_signature.c: the proofs of possession in this handshake, in posttls-finger's words. */
void tls_signature_read(struct tls *tls);

/* tls_cert.c. Of names that cannot be used the listener hears for the leaf only. */
enum tls_cert_role { TLS_CERT_LEAF, TLS_CERT_OTHER };
struct tls_cert tls_cert_read(struct tls *tls, X509 *certificate, enum tls_cert_role role);

void tls_cert_digest(struct tls *tls, struct tls_cert *cert, enum tlsa_matching matching);
/* Of a key without a certificate: both digests of the key. */
void tls_cert_digest_key(struct tls *tls, struct tls_cert *key);
void tls_cert_odd_digests(struct tls *tls, struct tls_cert *cert);
struct span tls_cert_oneline(struct arena *arena, const X509_NAME *name);

/* tls_cert_text.c: pieces of a hostile certificate, made harmless to compute with. label: what the
 * listener is told is wrong; NULL: nothing is told. */
struct span tls_cert_common_name(
	struct tls *tls, const X509_NAME *name, int nid, const char *label);
int64_t tls_cert_time(const ASN1_TIME *time);
void tls_cert_names(struct arena *arena, struct tls_cert *cert, X509 *certificate);

/* tls_facts.c: the certificates from leaf to anchor, into the facts; those that the chain has
 * already, sent as known, are not read again. */
void tls_facts_read_path(struct tls *tls, STACK_OF(X509) * path, STACK_OF(X509) * known);

/* tls_facts.c: the algorithm in the context for a digest's octets; *len is 0 when it fails. */
struct span tls_digest_of(struct arena *arena, const EVP_MD *algorithm, struct span bytes);
const EVP_MD *tls_context_sha512(struct tls_context *context);

/* tls_events.c: tell the listener, if there is one. */
struct event tls_events_new(const struct tls *tls, enum event_kind kind);
void tls_events_emit(struct tls *tls, const struct event *event);
void tls_events_start(struct tls *tls);
void tls_events_ciphers(struct tls *tls);
void tls_events_sni(struct tls *tls);
void tls_events_warn(struct tls *tls, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void tls_events_name_problem(struct tls *tls, const char *problem);
void tls_events_unusable(struct tls *tls, const struct tlsa *record, const char *reason);
void tls_events_depth(struct tls *tls, int depth, int fine, const X509 *certificate);
void tls_events_cache(struct tls *tls, enum event_cache what);
void tls_events_dump(struct tls *tls, const char *what, size_t wanted, struct span bytes);
void tls_events_chars(struct tls *tls, const char *what, struct span bytes);
bool tls_events_is_message_kept(const struct tls *tls); /* else it is told without text */
void tls_events_message(struct tls *tls, struct span text);
void tls_events_reused(struct tls *tls);
void tls_events_failed(struct tls *tls, const char *what);
void tls_events_info(const SSL *ssl, int where, int value);
/* Empties OpenSSL's error queue, telling each entry to the listener. */
void tls_events_library(struct tls *tls);
/* tls_summary.c */
void tls_events_summary(struct tls *tls);

#endif
