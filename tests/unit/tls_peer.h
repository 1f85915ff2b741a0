/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A TLS server and our client in one process, at the two ends of a socket pair, taking turns: no
 * thread, no waiting. Certificates are those of tests/pki. */
#ifndef TESTS_UNIT_TLS_PEER_H
#define TESTS_UNIT_TLS_PEER_H

#include <openssl/ssl.h>

#include "../pki/pki.h"
#include "base/text.h"
#include "tls/tls_client.h"

/* The group that both ends prefer by default. */
#if OPENSSL_VERSION_NUMBER >= 0x30500000L
#define TLS_LAB_GROUP "X25519MLKEM768"
#else
#define TLS_LAB_GROUP "x25519"
#endif

#define TLS_LAB_FILES_MAX 4

/* What our side is about to do; TLS_LAB_WAITS: nothing, it is the server's turn. */
enum tls_lab_turn { TLS_LAB_WAITS, TLS_LAB_STARTS, TLS_LAB_SHAKES, TLS_LAB_SUMS_UP };

struct tls_lab {
	void (*turn)(enum tls_lab_turn); /* NULL, or told of each turn */
	void (*state)(const char *);     /* NULL, or told of each state of our handshake */
	struct pool pool;
	struct pki *pki;
	struct arena *arena;
	struct text heard;              /* events of the session, one line each */
	char *files[TLS_LAB_FILES_MAX]; /* PEM, once asked for */
	size_t n_files;
	unsigned wants; /* what the sessions' listener asks for, of enum trace_wants */
};

void tls_lab_open(struct tls_lab *lab);
void tls_lab_close(struct tls_lab *lab);

/* A record over a certificate of the lab; matching 0 to 2. Data given as hex when name is NULL. */
struct tlsa tls_lab_record(
	struct tls_lab *lab, const char *name, int usage, int selector, int matching);
/* "3 1 1 good, 2 0 1 inter": several of them; *n says how many. */
const struct tlsa *tls_lab_records(struct tls_lab *lab, const char *words, size_t *n);
/* The verify errors as "65@1 20@1": code and depth, in order. */
const char *tls_lab_errors(struct tls_lab *lab, const struct tls_facts *facts);
/* "a, b" to a list of strings. */
const char *const *tls_lab_names(struct tls_lab *lab, const char *words, size_t *n);
/* Who writes down what was heard. */
struct trace *tls_lab_trace(struct tls_lab *lab);
/* A temporary file with a name's PEM; removed by tls_lab_close(). */
const char *tls_lab_file(struct tls_lab *lab, const char *name, enum pki_file what);

/* How the server behaves. All zero: certificate "good", any version from TLS 1.0. */
struct tls_server_plan {
	const char *certificate; /* of the lab; "anonymous" for none; NULL: "good" */
	const char *other;       /* further certificate, of another key type */
	int version;             /* only this one; 0: all */
	const char *ciphers;     /* for TLS 1.2 and below */
	int pad_certificates;    /* send the chain's last certificate so many times more */
	void (*adjust)(SSL_CTX *server);
};

struct tls_meeting {
	struct tls_lab *lab;
	struct tls_context *context;
	struct tls *tls;
	SSL_CTX *server_context;
	SSL *server;
	int fds[2]; /* ours, theirs */
	struct err err;
	enum tls_step step; /* how our handshake ended */
	const struct tls_facts *facts;
	char sni[256]; /* what the server heard */
	bool again;    /* the contexts are those of an earlier meeting */
};

/* Settings that trust nothing but what is set here, and judge dates now. */
struct tls_settings tls_lab_settings(void);

/* What is demanded at a level of a server called mx1.example.test. */
struct tls_spec tls_lab_spec(enum tls_level level);

/* Handshake until both ends are done or one has failed; facts are taken. */
struct tls_meeting *tls_meet(struct tls_lab *lab, const struct tls_settings *settings,
	const struct tls_spec *spec, const struct tls_server_plan *plan);
/* Another connection of the same client to the same server, both of which remember. What was heard
 * before is forgotten. Parted from before the first one is. */
struct tls_meeting *tls_meet_again(const struct tls_meeting *before, const struct tls_spec *spec);
/* The server says something and the client hears it, session tickets included; then both say
 * goodbye. */
void tls_talk(struct tls_meeting *meeting);
/* Instead of a server: these bytes, then silence (or the end of the connection). */
struct tls_meeting *tls_meet_bytes(
	struct tls_lab *lab, const struct tls_spec *spec, struct span bytes, enum tls_step patience);
void tls_part(struct tls_meeting *meeting);

#endif
