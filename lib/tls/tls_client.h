/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The boundary to OpenSSL: a context per run, a session per connection, facts as a copy. Nothing
 * above this header knows an OpenSSL type. The socket is the caller's and must be non-blocking. */
#ifndef TLS_TLS_CLIENT_H
#define TLS_TLS_CLIENT_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/event.h"
#include "base/habits.h"
#include "tls/postfix_words.h"
#include "tls/tls_facts.h"
#include "tls/tls_hello.h"
#include "tls/tls_key_type.h"
#include "tls/tls_next.h"

/* Octets of a file of PEM that is read whole: chains, keys, trust anchors. */
#define TLS_PEM_OCTETS_MAX (16U * 1024U * 1024U)

/* --- one context per run --- */

enum tls_default_ca {
	TLS_DEFAULT_CA_NONE,      /* --no-default-ca, or --cafile/--capath replace it */
	TLS_DEFAULT_CA_DIRECTORY, /* the system's directory: costs nothing until a chain needs it */
	TLS_DEFAULT_CA_ANY        /* the directory, or the bundle when it holds no hash links */
};

/* Raw public keys in place of certificates (RFC 7250), where the library knows them. */
enum tls_raw_keys {
	TLS_RAW_KEYS_NEVER,
	TLS_RAW_KEYS_DANE,  /* where every usable TLSA record is 3 1 x */
	TLS_RAW_KEYS_ALWAYS /* and at may, encrypt and fingerprint */
};

/* How TLS ends behind QUIT. */
enum tls_ending {
	TLS_ENDING_FAST, /* send close_notify and close */
	TLS_ENDING_FULL  /* wait for the peer's close_notify, as long as a command may take */
};

/* What this process asks of the TLS library. */
enum tls_library_use {
	TLS_USE_ALL,
	/* Sessions with servers, and certificates: no key of our own, no file of --next. A third less
	 * is then built at the start; see tls_narrow.h. */
	TLS_USE_HANDSHAKES
};

struct tls_settings {
	const char *ca_file; /* NULL: none */
	const char *ca_path;
	enum tls_default_ca default_ca;
	enum tls_default_ca proof_ca;     /* for tls_prove() alone, see tls_trust_for_proofs() */
	enum tls_default_ca web_ca;       /* for web servers: none, or any */
	const char *const *trust_anchors; /* PEM files: they alone confer trust when any is given */
	size_t n_trust_anchors;
	const char *digest; /* fingerprint digest, "sha256" */
	struct tls_protocols protocols;
	enum tls_grade grade;
	int64_t now; /* seconds since the epoch: dates are judged at this time */

	/* What we show when asked for a certificate. Either chain files (each: key, leaf, issuers, and
	 * so on for further algorithms; an entry may list several, with commas or blanks) or a
	 * certificate file and a key file (NULL: the same file). */
	const char *const *chain_files;
	size_t n_chain_files;
	const char *cert_file;
	const char *key_file;

	/* Postfix parameters (postconf(5)); NULL: the default. */
	const char *cipher_lists[3]; /* tls_{medium,high,null}_cipherlist, by enum tls_grade */
	const char *groups; /* tls_eecdh_auto_curves; "" in both: the library's. NULL in both: also
						   the library's, but Postfix's default where bad files are borne */
	const char *ffdhe_groups;        /* tls_ffdhe_auto_groups */
	const char *dane_digests;        /* tls_dane_digests */
	const char *disable_workarounds; /* tls_disable_workarounds */
	const char *ssl_options;         /* tls_ssl_options */
	const char *config_file;         /* tls_config_file */
	const char *config_name;         /* tls_config_name */
	bool append_default_ca;          /* tls_append_default_CA: with ca_file or ca_path only */
	enum tls_ending ending;          /* tls_fast_shutdown_enable */

	enum tls_library_use library_use;
	enum tls_raw_keys raw_keys;
	bool keep_sessions;          /* a cache for resumption, for the context's life */
	const struct habits *habits; /* whether bad files are borne, and whose words they get */
	/* As typed, where they could not be parsed: every session is then refused at its start, in
	 * Postfix's words. NULL: fine. */
	const char *bad_protocols;
	const char *bad_grade;
	const char *typed_grade; /* as typed, for messages; NULL: the grade's own name */
	/* What is wrong with a parameter that could not be evaluated: no context is made, err has these
	 * words. NULL: fine. */
	const char *bad_parameter;
};

struct tls_context;

/* Build it: initialises libssl, loads the files named. NULL with err as the habits have it, or
 * ERR_LOCAL for the library. trace (may be NULL) hears EVENT_TLS_ANCHOR, EVENT_TLS_ENGINE, then
 * EVENT_TLS_SETUP with the lines that Postfix would print and EVENT_TLS_LIBRARY behind them. The
 * settings are borrowed for the context's life. tls_config_file counts for the first context of a
 * process only, and only before the library has been asked for anything else. */
struct tls_context *tls_context_new(
	struct arena *arena, const struct tls_settings *settings, struct trace *trace, struct err *err);
void tls_context_free(struct tls_context *context);

/* From now on this process asks for more than handshakes: what was left out for TLS_USE_HANDSHAKES
 * is there. Contexts stay as they are. */
void tls_library_widen(void);

/* Who may vouch for a web server: ca_file and ca_path, or what web_ca means; trust anchors are for
 * mail servers. Both NULL: nobody. Opens no file and parses none. */
struct tls_authorities {
	const char *file;
	const char *directory;
};
struct tls_authorities tls_web_authorities(const struct tls_settings *settings);

/* Can this library do raw public keys (OpenSSL 3.2 and later)? SSL_trace()? */
bool tls_has_raw_keys(void);
bool tls_has_messages(void);

/* Can this library send a post-quantum key share (OpenSSL 3.5 and later)? */
bool tls_has_large_hello(void);

/* Does the library know this digest? Its length in octets, 0 when not. Needs no context. */
size_t tls_digest_length(const char *digest);

/* Where the library gets its memory from now on; not the C library's functions, so that its end can
 * be the end of the program: OpenSSL goes on without what it could not get. To be called before all
 * else; false when it is too late. */
bool tls_library_memory(void *(*allocate)(size_t size, const char *file, int line),
	void *(*resize)(void *at, size_t size, const char *file, int line),
	void (*release)(void *at, const char *file, int line));

/* Version of the library in use, for --version. */
const char *tls_library_version(void);

/* --- one session per connection --- */

/* What is demanded of the peer. */
struct tls_spec {
	enum tls_level level; /* effective level: sets security level, anonymous suites, match rules */
	enum tls_anonymous anonymous;
	/* Verify as `level` demands, although nothing depends on it: the facts tell what a stricter
	 * sender would find. The handshake stays that of an unauthenticated level. */
	enum tls_level report_as; /* equal to level when there is no difference */
	const struct tlsa
		*tlsa; /* for dane, dane-only, half-dane; those marked unusable do not count */
	size_t n_tlsa;
	bool unusable_beside; /* some records do not count: they are to be told by digests that no
							 usable one has */
	/* Raw digests, for fingerprint; without any the status is at most "trusted". */
	const struct span *fingerprints;
	size_t n_fingerprints;
	const char *const *names; /* reference names; ".example.org" means any sub-domain */
	size_t n_names;
	const char *sni; /* NULL: none */
	enum tls_key_type key_type;
	enum tls_hello hello;
	/* For the session cache; session_peer NULL: neither look up nor store. The name is what the
	 * server called itself in answer to EHLO: behind a load balancer each has its own sessions. */
	const char *session_peer; /* "[192.0.2.1]:25", or the path of a UNIX socket */
	struct span session_name; /* empty in wrapper mode */
	usec session_time;        /* when this one begins: what the age of others is counted to */
};

/* From now on, behind all sessions: trust what is for proofs, the system's CAs included. False when
 * nothing is there that could vouch for anybody, so that proofs by CA would say nothing. */
bool tls_trust_for_proofs(struct tls_context *context);

/* What would a sender with this demand have found in what a server sent, at that time? The same
 * verification as in a handshake, without one; chain is the facts' (leaf first), or at DANE levels
 * their raw key, and the sessions of the demand and its key type count for nothing. ERR_LOCAL when
 * nothing was shown, or the library fails. */
struct tls_proof *tls_prove(struct tls_context *context, struct arena *arena,
	const struct tls_spec *demand, const struct tls_facts *shown, int64_t now, struct err *err);

/* Look into a file of what will be deployed next. ERR_USAGE names the file when nothing in it can
 * be used, the key is encrypted, or there are several keys; an empty file is none of these. The
 * path is borrowed, all else is copied. */
bool tls_next_read(struct tls_next *next, struct tls_context *context, struct arena *arena,
	const struct tls_next_file *file, struct err *err);

/* How a session step ended. */
enum tls_step {
	TLS_STEP_DONE,
	TLS_STEP_WANT_READ,
	TLS_STEP_WANT_WRITE,
	TLS_STEP_CLOSED, /* the peer ended: close_notify or, tolerated, plain EOF */
	TLS_STEP_FAILED  /* err is set: ERR_TLS, ERR_NET or ERR_LOCAL */
};

struct tls;

/* Who hears about the session: every event carries these. */
struct tls_listener {
	struct trace *trace; /* NULL: nobody */
	const struct node_name *peer;
	int node;
	int pass;
};

/* A client session over fd. ERR_LOCAL when the library refuses; a reference name or record it
 * refuses is a fact, not an error. The spec is borrowed for the session's life. */
struct tls *tls_new(struct tls_context *context, struct arena *arena, const struct tls_spec *spec,
	int fd, const struct tls_listener *listener, struct err *err);
void tls_free(struct tls *tls);

/* Go on with the handshake. Verification never ends it: its outcome is in the facts. */
enum tls_step tls_handshake(struct tls *tls, struct err *err);

/* Read or write decrypted bytes; *done says how many. A caller reads until WANT_READ: bytes must
 * not sleep inside the session. */
enum tls_step tls_read(
	struct tls *tls, uint8_t *buffer, size_t size, size_t *done, struct err *err);
enum tls_step tls_write(struct tls *tls, struct span bytes, size_t *done, struct err *err);

/* Send close_notify if that is possible without waiting. */
void tls_close(struct tls *tls);

/* TLS_ENDING_FULL: send close_notify and wait for the peer's; DONE when nothing more is to come. */
enum tls_step tls_shutdown(struct tls *tls, struct err *err);

/* What is known, also after a failed handshake. The facts are the session's own: a later call adds
 * to them, and they last as long as the arena. Emits the certificate and summary events (see
 * EVENT_TLS_*) once. */
const struct tls_facts *tls_facts_of(struct tls *tls);

/* Session tickets received so far (TLS 1.3 hands them out after the handshake). */
size_t tls_tickets(const struct tls *tls);

#endif
