/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What one probe found: how far it came, why it stopped, what was seen. A copy, plain values; no
 * judgement in it. A data header. */
#ifndef PROBE_RESULT_H
#define PROBE_RESULT_H

#include "base/clock.h"
#include "base/err.h"
#include "smtp/smtp_talk.h"
#include "tls/tls_facts.h"

/* The last stage that was entered. */
enum probe_stage {
	PROBE_NOT_STARTED,
	PROBE_CONNECTING,
	PROBE_GREETING,
	PROBE_EHLO,
	PROBE_STARTTLS,
	PROBE_HANDSHAKE,
	PROBE_TLS_GREETING, /* wrapper mode */
	PROBE_TLS_EHLO,
	PROBE_QUIT,
	PROBE_FINISHED
};

/* "connecting", "waiting for the greeting", ...: fits behind "while". */
const char *probe_stage_text(enum probe_stage stage, enum mail_protocol protocol);

/* Time each phase took; -1: not measured. */
struct probe_times {
	usec connect;  /* TCP connect */
	usec banner;   /* connection up to greeting complete */
	usec ehlo;     /* EHLO sent to reply complete */
	usec starttls; /* STARTTLS sent to reply complete */
	usec tls;      /* handshake */
};

/* Where the time of the reply awaited in a stage is kept; NULL: it is not kept. */
usec *probe_time_of(struct probe_times *times, enum smtp_stage stage);

/* How reconnecting to the same address ended (posttls-finger -r). */
enum reconnect_end {
	RECONNECT_NOT_WANTED,
	RECONNECT_NOT_REACHED, /* the first connection failed before QUIT */
	RECONNECT_DECLINED,    /* the server hands out no sessions */
	RECONNECT_FOUND,       /* a server seen before: the cache had a session for it */
	RECONNECT_MAXIMUM,     /* too many reconnects without that */
	RECONNECT_FAILED       /* a later connection failed */
};

struct reconnects {
	enum reconnect_end end;
	unsigned n;        /* connections made behind the first */
	unsigned resumed;  /* of these, with a resumed TLS session */
	unsigned offered;  /* of these, with a session to offer */
	unsigned sent;     /* of these, whose ClientHello had it */
	unsigned lifetime; /* of the session last offered, in seconds */
	size_t stored;     /* sessions kept, over all connections */
	size_t tickets;    /* sessions handed out, over all connections */
	usec time;         /* last reconnect: from connecting to the end of its handshake; -1 */
	usec waited;       /* on purpose, between connections */
	struct err err;    /* of RECONNECT_FAILED */
};

/* Whether the server has a certificate of a type (RFC 8446 4.4.2.2). */
enum key_type_outcome {
	KEY_TYPE_NOT_ASKED,   /* or shown by the first connection */
	KEY_TYPE_SHOWN,       /* a certificate came: `tls` tells what it is worth */
	KEY_TYPE_NOT_OFFERED, /* an alert or a close before any such certificate */
	KEY_TYPE_UNDETERMINED /* time ran out, or the connection failed before the handshake */
};

struct key_type {
	enum key_type_outcome outcome;
	const struct tls_facts *tls; /* NULL unless a handshake was started */
	struct err err;
};

/* What became of a ClientHello with a post-quantum key share, where one without went through. */
enum large_hello_outcome {
	LARGE_HELLO_NOT_ASKED,
	LARGE_HELLO_NEGOTIATED,  /* TLS_POST_QUANTUM_GROUP */
	LARGE_HELLO_NOT_KNOWN,   /* another group: nobody minds the size */
	LARGE_HELLO_FAILED,      /* silence, a close, a reset, an alert: err tells; a small one works */
	LARGE_HELLO_UNDETERMINED /* time ran out, the connection failed before the handshake, or a small
								one failed as well */
};

struct large_hello {
	enum large_hello_outcome outcome;
	const char *group; /* agreed on; NULL: none */
	struct err err;
};

struct result {
	enum probe_stage stage; /* PROBE_FINISHED: everything the protocol allowed was done */
	struct err err;         /* why it stopped early; ERR_NONE when it did not */
	bool local_fault; /* connect() or socket() itself failed: this machine's fault, not theirs */
	int net_errno;    /* errno behind ERR_NET or ERR_LOCAL, 0 */
	bool connected;
	struct probe_times times;
	struct smtp_facts smtp;
	bool reply_begun;    /* the reply that is awaited: something of it has come */
	struct span refusal; /* reply line behind ERR_REFUSED or ERR_PROTO, raw */
	int refusal_code;
	enum smtp_stage refusal_stage;
	const struct tls_facts *tls; /* NULL: TLS was never started */
};

#endif
