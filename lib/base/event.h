/* What can happen while a run goes on. Engines emit events and know no output format; a trace is
 * whoever listens. Everything an event points to is borrowed and valid during emit() only. */
#ifndef BASE_EVENT_H
#define BASE_EVENT_H

#include <stdint.h>

#include "base/span.h"

enum event_kind {
	/* resolver and survey (probe is -1) */
	EVENT_DNS_QUESTION,     /* text[0] name, text[1] type */
	EVENT_DNS_ANSWER,       /* text[0] name, text[1] type, text[2] outcome in words ("secure,
							   found"), text[3] records or "", number[0] microseconds it took,
							   number[1] Extended DNS Error or -1, bytes[0] its text */
	EVENT_DNS_WARNING,      /* text[0] what is odd about DNS, in posttls-finger's words where it
							   has any */
	EVENT_DNSSEC_UNTRUSTED, /* text[0] dnssec_probe as given, text[1] reason or NULL (no AD) */
	EVENT_LOOKUP_FAILED,    /* text[0] why no address could be found for the destination */
	/* one target; from here on probe and peer are set */
	EVENT_POLICY,          /* text[0] level word, text[1] reason; text[2] posttls-finger's line or
							  NULL; number[0] 1 when posttls-finger prints it only with -v */
	EVENT_TLSA_RECORD,     /* text[0] owner, bytes[0] the RDATA */
	EVENT_TLSA_UNUSABLE,   /* text[0] owner or NULL when found out by the TLS library, text[1]
							  reason, bytes[0] the RDATA */
	EVENT_TARGET_FAILED,   /* text[0] destination, text[1] reason: this target gave no session */
	EVENT_CONNECTING,      /* (nothing) */
	EVENT_CONNECTED,       /* number[0] microseconds */
	EVENT_SMTP_SENT,       /* bytes[0] one command line without CRLF */
	EVENT_SMTP_RECEIVED,   /* bytes[0] one physical reply line without its line end */
	EVENT_SMTP_FAILED,     /* text[0] our words ("SMTP service not available", "EHLO rejected",
							  "lost connection while reading server greeting"), bytes[0] what the
							  server said or empty, number[0] its code or 0 */
	EVENT_TLS_START,       /* text[0] cipher list, text[1] SNI or NULL */
	EVENT_TLS_WARNING,     /* text[0] */
	EVENT_TLS_STATE,       /* text[0] OpenSSL's words for the state */
	EVENT_TLS_ALERT,       /* text[0] "read" or "write", text[1] level, text[2] description */
	EVENT_TLS_DEPTH,       /* number[0] depth, number[1] 1 when fine, bytes[0] subject oneline */
	EVENT_TLS_FAILED,      /* text[0] "-1", "lost connection", "Connection timed out" or strerror */
	EVENT_TLS_LIBRARY,     /* text[0] one entry of the library's error queue */
	EVENT_TLS_PEERNAME,    /* bytes[0] the certificate's name that matched */
	EVENT_TLS_MATCHED,     /* text[0] what matched ("DANE EE certificate", "DANE TA certificate",
							  "DANE TA public key verified certificate", "fingerprint",
							  "trust anchor"), number[0] depth, bytes[0] the RDATA or the digest */
	EVENT_TLS_UNVERIFIED,  /* number[0] OpenSSL's error, number[1] depth, text[0] its words, text[1]
							  the level that demands more, or NULL when it is for information only,
							  bytes[0] issuer oneline */
	EVENT_TLS_SUBJECT,     /* bytes[0] subject CN, bytes[1] issuer CN or O, bytes[2] certificate
							  digest, bytes[3] key digest */
	EVENT_TLS_ESTABLISHED, /* text[0] Anonymous, Untrusted, Trusted or Verified, text[1] protocol,
							  text[2] cipher, text[3] the part only TLS 1.3 has, number[0] secret
							  bits, number[1] algorithm bits */
	EVENT_TLS_ANONYMOUS,   /* no certificate was presented */
	EVENT_CERTIFICATE,     /* number[0] index in the chain as sent, number[1] end of validity in
							  seconds since the epoch, bytes[0] subject oneline, bytes[1] issuer
							  oneline, text[0] facts ("EC 256 bits, ecdsa-with-SHA256") */
	EVENT_PHASE            /* text[0] phase, number[0] microseconds */
};

/* host[address]:port as it stands in every line about a target. */
struct event_peer {
	const char *host;
	const char *address; /* numeric, or the path of a UNIX socket */
	uint16_t port;       /* 0 for a UNIX socket */
};

struct event {
	enum event_kind kind;
	int probe; /* which target, counted from 0; -1: none */
	int pass;  /* 1, then one more per reconnect */
	const struct event_peer *peer;
	const char *text[4];
	struct span bytes[4]; /* from the peer or the DNS, raw */
	int64_t number[2];
};

/* The engine's only output channel. A listener must not keep pointers beyond the call. */
struct trace {
	void (*emit)(struct trace *trace, const struct event *event);
};

/* Emit when somebody listens; trace may be NULL. */
static inline void trace_emit(struct trace *trace, const struct event *event) {
	if (trace != NULL) {
		trace->emit(trace, event);
	}
}

#endif
