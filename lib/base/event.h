/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What can happen while a run goes on. Engines emit events and know no output format; a trace is
 * whoever listens. Everything an event points to is borrowed and valid during emit() only. */
#ifndef BASE_EVENT_H
#define BASE_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

enum event_kind {
	/* resolver and survey (node is -1) */
	EVENT_DNS_QUESTION,     /* text[0] name, text[1] type */
	EVENT_DNS_ANSWER,       /* text[0] name, text[1] type, text[2] outcome in words ("secure,
							   found"), text[3] records or "", number[0] microseconds it took,
							   number[1] Extended DNS Error or -1, bytes[0] its text */
	EVENT_DNS_WARNING,      /* text[0] what is odd about DNS, in posttls-finger's words where it
							   has any */
	EVENT_DNSSEC_UNTRUSTED, /* text[0] dnssec_probe as given, text[1] reason or NULL (no AD) */
	EVENT_LOOKUP_FAILED,    /* text[0] why no address could be found for the destination */
	EVENT_ASCIIFIED,        /* text[0] a name with non-ASCII letters, text[1] as the DNS knows it */
	EVENT_TLS_ENGINE,       /* the TLS library is about to be set up */
	EVENT_TLS_SETUP,        /* text[0] what is wrong with a file or parameter, in posttls-finger's
							   words; number[0] 1 for a warning, 0 for information */
	EVENT_TLS_ANCHOR,       /* text[0] file of a trust anchor, text[1] "cert" or "pkey", bytes[0] as
							   the RDATA of a TLSA record */
	EVENT_TLS_FINGERPRINT,  /* a digest the certificate may have: bytes[0] as the RDATA of a TLSA
							   record with a private matching type */
	/* one node; from here on node and peer are set */
	EVENT_POLICY,          /* text[0] level word, text[1] reason; text[2] posttls-finger's line or
							  NULL; number[0] 1 when posttls-finger prints it only with -v */
	EVENT_TLSA_RECORD,     /* text[0] owner, bytes[0] the RDATA */
	EVENT_TLSA_UNUSABLE,   /* text[0] owner or NULL when found out by the TLS library, text[1]
							  reason, bytes[0] the RDATA */
	EVENT_NODE_FAILED,     /* text[0] destination, text[1] reason: this node gave no session */
	EVENT_NODE_DONE,       /* (nothing): no more events about this node */
	EVENT_CONNECTING,      /* text[0] what for ("an RSA certificate"), NULL the first time and when
							  reconnecting */
	EVENT_CONNECTED,       /* number[0] microseconds */
	EVENT_SMTP_SENT,       /* bytes[0] one command line without CRLF, number[0] 1 when it is EHLO,
							  LHLO or STARTTLS: posttls-finger shows these once, in the first pass */
	EVENT_SMTP_RECEIVED,   /* bytes[0] one physical reply line without its line end, number[0] 1
							  when it answers one of these */
	EVENT_SMTP_FAILED,     /* text[0] our words ("SMTP service not available", "EHLO rejected",
							  "lost connection while reading server greeting"), bytes[0] what the
							  server said or empty (where habits quote whole replies: code and text,
							  lines	 joined by newlines), number[0] its code or 0, number[1] an
							  enum event_lost */
	EVENT_TLS_START,       /* (nothing) a session is set up: what follows may still refuse it */
	EVENT_TLS_CIPHERS,     /* text[0] cipher list */
	EVENT_TLS_SNI,         /* text[0] the name sent */
	EVENT_TLS_WARNING,     /* text[0], text[1] whose warning it is ("tls_text_name"), before the
							  peer, or NULL */
	EVENT_TLS_STATE,       /* text[0] OpenSSL's words for the state */
	EVENT_TLS_ALERT,       /* text[0] "read" or "write", text[1] level, text[2] description */
	EVENT_TLS_DEPTH,       /* number[0] depth or -1 for a raw public key, number[1] 1 when fine,
							  bytes[0] subject oneline */
	EVENT_TLS_FAILED,      /* text[0] "-1", "lost connection", "Connection timed out" or strerror */
	EVENT_TLS_LIBRARY,     /* text[0] one entry of the library's error queue */
	EVENT_TLS_PEERNAME,    /* bytes[0] the certificate's name that matched */
	EVENT_TLS_MATCHED,     /* text[0] what matched ("DANE EE certificate", "DANE TA certificate",
							  "DANE TA public key verified certificate", "fingerprint",
							  "trust anchor", "DANE raw public key"), number[0] depth or -1 for a raw
							  public key, number[1] an enum tls_matched, bytes[0] the RDATA
							  or the digest */
	EVENT_TLS_UNVERIFIED,  /* number[0] OpenSSL's error, number[1] depth, text[0] its words, text[1]
							  the level that demands more, or NULL when it is for information only,
							  bytes[0] issuer oneline */
	EVENT_TLS_SUBJECT,     /* bytes[0] subject CN, bytes[1] issuer CN or O, bytes[2] certificate
							  digest, bytes[3] key digest */
	EVENT_TLS_ESTABLISHED, /* text[0] Anonymous, Untrusted, Trusted or Verified, text[1] protocol,
							  text[2] cipher, text[3] the part only TLS 1.3 has, number[0] secret
							  bits, number[1] algorithm bits */
	EVENT_TLS_RAW_KEY,     /* a raw public key instead of a certificate: bytes[0] its digest */
	EVENT_TLS_REUSED,      /* the session was resumed */
	EVENT_TLS_REUSED_UNTRUSTED, /* comes behind it: that session never proved who the peer is;
								   text[1] as in EVENT_TLS_UNVERIFIED */
	EVENT_TLS_CACHE,            /* number[0] an enum event_cache, text[0] the session's key */
	EVENT_TLS_ANONYMOUS,        /* no certificate was presented */
	EVENT_TLS_CHAIN,            /* a certificate as sent, once a host is done with EHLO inside TLS:
								   number[0] index, number[1] how many there are, bytes[0] subject
								   oneline, bytes[1] issuer oneline, bytes[2] certificate digest, bytes[3]
								   key digest, bytes[4] DER */
	EVENT_TLS_DUMP,     /* only if wanted: text[0] "read from" or "write to", number[0] octets
						   wanted, number[1] octets moved or -1, bytes[0] these */
	EVENT_TLS_CHARS,    /* only if wanted: text[0] "Read" or "Write", bytes[0] what went through
						   the session, decrypted */
	EVENT_TLS_MESSAGE,  /* only if wanted: bytes[0] the library's own decoding of TLS messages */
	EVENT_CERTIFICATE,  /* number[0] index in the chain as sent, number[1] end of validity in
						   seconds since the epoch, bytes[0] subject oneline, bytes[1] issuer
						   oneline, text[0] facts ("EC 256 bits, ecdsa-with-SHA256") */
	EVENT_PHASE,        /* text[0] phase, number[0] microseconds */
	EVENT_RECONNECT,    /* number[0] microseconds until the next connection to the same address */
	EVENT_RECONNECT_END /* text[0] how reconnecting ended, in posttls-finger's words */
};

/* What happens to a session in the cache: number[0] of EVENT_TLS_CACHE. */
enum event_cache {
	EVENT_CACHE_LOOKING,
	EVENT_CACHE_RELOADED,
	EVENT_CACHE_SAVED,
	EVENT_CACHE_REMOVED
};

/* Where the connection was lost, as far as that matters to anybody: number[1] of EVENT_SMTP_FAILED.
 */
enum event_lost {
	EVENT_LOST_ELSEWHERE, /* or not at all */
	EVENT_LOST_STARTTLS,
	EVENT_LOST_QUIT
};

/* host[address]:port as it stands in every line about a node. */
struct node_name {
	const char *host;
	const char *address; /* numeric, or the path of a UNIX socket */
	uint16_t port;       /* 0 for a UNIX socket */
};

struct event {
	enum event_kind kind;
	int node; /* which node, counted from 0; -1: none */
	int pass; /* 1, then one more per reconnect; negative: a handshake for one certificate type
				 (-TLS_KEY_RSA, ...) or (-TLS_KEY_TYPES) a large ClientHello, for details only:
				 posttls-finger has nothing like it */
	const struct node_name *peer;
	const char *text[4];
	struct span bytes[5]; /* from the peer or the DNS, raw */
	int64_t number[2];
};

/* Events that cost much to make: nobody gets them unasked. */
enum trace_wants {
	TRACE_WANTS_HANDSHAKE_DUMP = 1, /* EVENT_TLS_DUMP up to the end of the handshake */
	TRACE_WANTS_SESSION_DUMP = 2,   /* EVENT_TLS_DUMP and EVENT_TLS_CHARS, whole session */
	TRACE_WANTS_MESSAGES = 4        /* EVENT_TLS_MESSAGE, application data left out */
};

/* The engine's only output channel. A listener must not keep pointers beyond the call. */
struct trace {
	void (*emit)(struct trace *trace, const struct event *event);
	unsigned wants; /* of enum trace_wants */
	/* Is nothing more of such an event kept? What takes long to make is then told without its
	 * text. NULL: all is kept. */
	bool (*is_full)(struct trace *trace, const struct event *event);
};

/* Emit when somebody listens; trace may be NULL. */
static inline void trace_emit(struct trace *trace, const struct event *event) {
	if (trace != NULL) {
		trace->emit(trace, event);
	}
}

#endif
