/* The boundary to OpenSSL: a context per run, a session per connection, facts as a copy. Nothing
 * above this header knows an OpenSSL type. The socket is the caller's and must be non-blocking. */
#ifndef TLS_TLS_CLIENT_H
#define TLS_TLS_CLIENT_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/event.h"
#include "tls/postfix_words.h"
#include "tls/tls_facts.h"

/* --- one context per run --- */

enum tls_default_ca {
	TLS_DEFAULT_CA_NONE,      /* --no-default-ca, or --cafile/--capath replace it */
	TLS_DEFAULT_CA_DIRECTORY, /* the system's directory: costs nothing until a chain needs it */
	TLS_DEFAULT_CA_ANY        /* the directory, or the bundle when it holds no hash links */
};

struct tls_settings {
	const char *ca_file; /* NULL: none */
	const char *ca_path;
	enum tls_default_ca default_ca;
	const char *const *trust_anchors; /* PEM files: they alone confer trust when any is given */
	size_t n_trust_anchors;
	const char *digest; /* fingerprint digest, "sha256" */
	struct tls_protocols protocols;
	enum tls_grade grade;
	int64_t now; /* seconds since the epoch: dates are judged at this time */
};

struct tls_context;

/* Build it: initialises libssl, loads the files named. ERR_USAGE names option, file and problem
 * ("--cafile: cannot read ..."), ERR_LOCAL for the library. The settings are borrowed for the
 * context's life. */
struct tls_context *tls_context_new(
	struct arena *arena, const struct tls_settings *settings, struct err *err);
void tls_context_free(struct tls_context *context);

/* Does the library know this digest? Its length in octets, 0 when not. Needs no context. */
size_t tls_digest_length(const char *digest);

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
	const struct tlsa *tlsa;  /* usable records, for dane, dane-only, half-dane */
	size_t n_tlsa;
	/* Raw digests, for fingerprint; without any the status is at most "trusted". */
	const struct span *fingerprints;
	size_t n_fingerprints;
	const char *const *names; /* reference names; ".example.org" means any sub-domain */
	size_t n_names;
	const char *sni; /* NULL: none */
};

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
	const struct event_peer *peer;
	int probe;
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

/* A copy of what is known, also after a failed handshake. Emits the certificate and summary events
 * (see EVENT_TLS_*) once. */
const struct tls_facts *tls_facts_of(struct tls *tls);

/* Session tickets received so far (TLS 1.3 hands them out after the handshake). */
size_t tls_tickets(const struct tls *tls);

#endif
