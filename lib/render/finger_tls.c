/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines about the handshake, the certificate and what it matched. */
#include <inttypes.h>

#include "base/utc.h"
#include "render/finger_line.h"
#include "tls/tls_facts.h"

static void tls_engine(const struct line *line) {
	line_begin(line, "");
	line_add(line, "initializing the client-side TLS engine");
	line_end(line);
}

static void tls_setup(const struct line *line) {
	line_begin(line, line->event->number[0] != 0 ? "warning: " : "");
	line_add_text(line, 0);
	line_end(line);
}

static void tls_anchor(const struct line *line) {
	line_begin(line, "");
	line_add(line, "TA ");
	line_add_text(line, 1);
	line_add(line, " as TLSA record: ");
	line_add_text(line, 0);
	line_add(line, ": ");
	line_add_rdata(line, line->event->bytes[0]);
	line_end(line);
}

static void tls_fingerprint(const struct line *line) {
	line_begin(line, "");
	line_add(line, "fingerprint: digest as private-use TLSA record: ");
	line_add_rdata(line, line->event->bytes[0]);
	line_end(line);
}

static void tls_start(const struct line *line) {
	line_begin(line, "");
	line_add(line, "setting up TLS connection to ");
	line_add_peer(line, HOST_AS_IS);
	line_end(line);
}

static void tls_ciphers(const struct line *line) {
	line_begin_peer(line, "", HOST_AS_IS);
	line_add(line, "TLS cipher list \"");
	line_add_text(line, 0);
	line_add(line, "\"");
	line_end(line);
}

static void tls_sni(const struct line *line) {
	line_begin_peer(line, "", HOST_AS_IS);
	line_add(line, "SNI hostname: ");
	line_add_text(line, 0);
	line_end(line);
}

static void tls_state(const struct line *line) {
	line_begin(line, "");
	line_add(line, "SSL_connect:");
	line_add_text(line, 0);
	line_end(line);
}

static void tls_alert(const struct line *line) {
	line_begin(line, "");
	line_add(line, "SSL3 alert ");
	line_add_text(line, 0);
	line_add(line, ":");
	line_add_text(line, 1);
	line_add(line, ":");
	line_add_text(line, 2);
	line_end(line);
}

static void tls_depth(const struct line *line) {
	const struct event *event = line->event;
	line_begin_peer(line, "", HOST_LOWER);
	if (event->number[0] < 0) {
		text_addf(line->text, "verify=%" PRId64 " raw public key", event->number[1]);
	} else {
		text_addf(line->text, "depth=%" PRId64 " verify=%" PRId64 " subject=", event->number[0],
			event->number[1]);
		line_add_remote(line, event->bytes[0]);
	}
	line_end(line);
}

static void tls_failed(const struct line *line) {
	line_begin(line, "");
	line_add(line, "SSL_connect error to ");
	line_add_peer(line, HOST_AS_IS);
	line_add(line, ": ");
	line_add_text(line, 0);
	line_end(line);
}

static void tls_library(const struct line *line) {
	line_begin(line, "warning: ");
	line_add(line, "TLS library problem: ");
	line_add_text(line, 0);
	line_end(line);
}

static void tls_peername(const struct line *line) {
	line_begin_peer(line, "", HOST_LOWER);
	line_add(line, "matched peername: ");
	line_add_remote(line, line->event->bytes[0]);
	line_end(line);
}

static void tls_matched(const struct line *line) {
	const struct event *event = line->event;
	enum tls_matched matched = (enum tls_matched)event->number[1];
	line_begin_peer(line, "", HOST_LOWER);
	line_add(line, "Matched ");
	line_add_text(line, 0);
	if (matched != TLS_MATCHED_FINGERPRINT && matched != TLS_MATCHED_DANE_RAW_KEY) {
		text_addf(line->text, " at depth %" PRId64, event->number[0]);
	}
	switch (matched) {
	case TLS_MATCHED_FINGERPRINT:
		line_add(line, ": ");
		text_add_hex(line->text, event->bytes[0], '\0');
		break;
	case TLS_MATCHED_DANE_EE:
	case TLS_MATCHED_DANE_TA:
	case TLS_MATCHED_DANE_TA_KEY:
	case TLS_MATCHED_DANE_RAW_KEY:
		line_add(line, ": ");
		line_add_rdata(line, event->bytes[0]);
		break;
	case TLS_MATCHED_TRUST_ANCHOR:
	case TLS_MATCHED_NOTHING:
		break;
	}
	line_end(line);
}

/* posttls-finger's words for OpenSSL's errors. */
static const struct unverified {
	int code;
	bool by_side; /* the line begins with "server" or "CA" */
	const char *words;
} unverified[] = {
	{27, false, "not trusted by local or TLSA policy"},
	{18, false, "self-signed certificate"},
	{19, false, "untrusted issuer "},
	{20, false, "untrusted issuer "},
	{26, false, NULL},
	{22, false, "certificate chain longer than limit(9)"},
	{9, true, "certificate not yet valid"},
	{13, true, "certificate not yet valid"},
	{10, true, "certificate has expired"},
	{14, true, "certificate has expired"},
};

static const struct unverified *find_unverified(int64_t code) {
	for (size_t i = 0; i < sizeof unverified / sizeof *unverified; i++) {
		if (unverified[i].code == code) {
			return &unverified[i];
		}
	}
	return NULL;
}

static void tls_unverified(const struct line *line) {
	const struct event *event = line->event;
	const struct unverified *known = find_unverified(event->number[0]);
	const char *side = event->number[1] == 0 ? "server" : "CA";
	/* Where no level demands it, it is a detail. */
	if (event->text[1] == NULL && !line_shows(line, FINGER_UNTRUSTED)) {
		return;
	}
	line_begin(line, "");
	if (known == NULL || known->by_side) {
		text_addf(line->text, "%s ", side);
	}
	line_add(line, "certificate verification failed for ");
	line_add_peer(line, HOST_LOWER);
	line_add(line, ": ");
	if (known == NULL) {
		text_addf(line->text, "num=%" PRId64 ":", event->number[0]);
		line_add_text(line, 0);
	} else if (known->code == TLS_VERIFY_INVALID_PURPOSE) {
		text_addf(line->text, "not designated for use as a %s certificate", side);
	} else {
		line_add(line, known->words);
	}
	if (event->number[0] == TLS_VERIFY_SELF_SIGNED_CHAIN ||
		event->number[0] == TLS_VERIFY_NO_LOCAL_ISSUER) {
		line_add_remote(line, event->bytes[0]);
	}
	line_end(line);
}

static void tls_subject(const struct line *line) {
	const struct event *event = line->event;
	line_begin_peer(line, "", HOST_LOWER);
	line_add(line, "subject_CN=");
	line_add_remote(line, event->bytes[0]);
	line_add(line, ", issuer=");
	line_add_remote(line, event->bytes[1]);
	line_add(line, ", cert fingerprint=");
	text_add_hex(line->text, event->bytes[2], ':');
	line_add(line, ", pkey fingerprint=");
	text_add_hex(line->text, event->bytes[3], ':');
	line_end(line);
}

static void tls_established(const struct line *line) {
	const struct event *event = line->event;
	line_begin(line, "");
	line_add_text(line, 0);
	line_add(line, " TLS connection established to ");
	line_add_peer(line, HOST_LOWER);
	line_add(line, ": ");
	line_add_text(line, 1);
	line_add(line, " with cipher ");
	line_add_text(line, 2);
	text_addf(line->text, " (%" PRId64 "/%" PRId64 " bits)", event->number[0], event->number[1]);
	line_add_text(line, 3);
	line_end(line);
}

static void certificate(const struct line *line) {
	const struct event *event = line->event;
	line_begin_peer(line, "", HOST_LOWER);
	text_addf(line->text, "certificate %" PRId64 ": subject=", event->number[0]);
	line_add_remote(line, event->bytes[0]);
	line_add(line, " issuer=");
	line_add_remote(line, event->bytes[1]);
	line_add(line, ", ");
	line_add_text(line, 0);
	bool is_date = utc_of(event->number[1]).year <= 9999; /* X.509 has no later ones */
	text_addf(
		line->text, ", not after %s", is_date ? utc_day(line->text->arena, event->number[1]) : "?");
	line_end(line);
}

static void raw_key(const struct line *line) {
	line_begin_peer(line, "", HOST_AS_IS);
	line_add(line, "raw public key fingerprint=");
	text_add_hex(line->text, line->event->bytes[0], ':');
	line_end(line);
}

#define CERTIFICATES (FINGER_CERTMATCH | FINGER_VERBOSE)

static const struct finger_row rows[] = {
	{EVENT_TLS_ENGINE, FINGER_VERBOSE, tls_engine},
	{EVENT_TLS_SETUP, 0, tls_setup},
	{EVENT_TLS_ANCHOR, FINGER_VERBOSE | FINGER_DANE, tls_anchor},
	{EVENT_TLS_FINGERPRINT, FINGER_VERBOSE | FINGER_DANE, tls_fingerprint},
	{EVENT_TLS_START, FINGER_VERBOSE, tls_start},
	{EVENT_TLS_CIPHERS, FINGER_VERBOSE, tls_ciphers},
	{EVENT_TLS_SNI, FINGER_SNI, tls_sni},
	{EVENT_TLS_STATE, FINGER_SSL_DEBUG, tls_state},
	{EVENT_TLS_ALERT, FINGER_SSL_DEBUG, tls_alert},
	{EVENT_TLS_DEPTH, FINGER_VERBOSE, tls_depth},
	{EVENT_TLS_FAILED, 0, tls_failed},
	{EVENT_TLS_LIBRARY, 0, tls_library},
	{EVENT_TLS_PEERNAME, CERTIFICATES, tls_peername},
	{EVENT_TLS_MATCHED, CERTIFICATES, tls_matched},
	{EVENT_TLS_UNVERIFIED, 0, tls_unverified},
	{EVENT_TLS_SUBJECT, CERTIFICATES, tls_subject},
	{EVENT_TLS_RAW_KEY, CERTIFICATES, raw_key},
	{EVENT_TLS_ESTABLISHED, FINGER_SUMMARY, tls_established},
	{EVENT_CERTIFICATE, FINGER_DETAILS, certificate},
};

void finger_tls_event(const struct line *line) {
	line_write(line, rows, sizeof rows / sizeof *rows);
}
