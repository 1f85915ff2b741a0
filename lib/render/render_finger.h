/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Events as lines of posttls-finger's log, and the further lines of -vv and -vvv. What is shown is
 * a set of bits; finger_words.h knows their names. */
#ifndef RENDER_RENDER_FINGER_H
#define RENDER_RENDER_FINGER_H

#include "base/event.h"
#include "base/text.h"

enum finger_show {
	FINGER_CHAT = 1 << 0,           /* the dialogue, and who was connected to */
	FINGER_SUMMARY = 1 << 1,        /* "Verified TLS connection established ..." */
	FINGER_UNTRUSTED = 1 << 2,      /* what verification found wrong, where nothing depends on it */
	FINGER_CERTMATCH = 1 << 3,      /* what matched, and the certificate's subject */
	FINGER_VERBOSE = 1 << 4,        /* the same, and settings and verification step by step */
	FINGER_CACHE = 1 << 5,          /* sessions kept and reused */
	FINGER_DANE = 1 << 6,           /* TLSA records in force */
	FINGER_SSL_DEBUG = 1 << 7,      /* states and alerts of the TLS library */
	FINGER_SNI = 1 << 8,            /* the name asked for in the handshake */
	FINGER_HANDSHAKE_DUMP = 1 << 9, /* octets on the wire, up to the end of the handshake */
	FINGER_SESSION_DUMP = 1 << 10,  /* the same to the end, and what they mean */
	FINGER_MESSAGES = 1 << 11,      /* the TLS library's own decoding of messages */
	FINGER_LIBRARY = 1 << 12,       /* -v: what Postfix's library would say */
	FINGER_CHAIN = 1 << 13,         /* -C: the certificates as sent, PEM */
	FINGER_DETAILS = 1 << 14        /* ours: questions, answers, policy, certificates, time taken */
};

struct finger_style {
	const char *prefix; /* "smtp-tls-finger: " or "" */
	unsigned show;      /* of enum finger_show, for the first connection */
	enum text_escape escape;
	size_t quote_max; /* characters per remote item */
	bool marks_fatal; /* "fatal: " where posttls-finger ends the program */
};

/* What is shown of this pass. posttls-finger's promise: behind the first connection no more of
 * certificates, but of session reuse. */
unsigned finger_show_in_pass(unsigned show, int pass);

/* The events that have to be asked for: of enum trace_wants. */
unsigned finger_trace_wants(unsigned show);

/* A connection lost at STARTTLS ends posttls-finger with exit code 1, unlike all others. */
bool finger_event_is_fatal(const struct event *event);

/* Append the event's lines, each ended by a newline; nothing when they are not to be shown. The
 * certificates of EVENT_TLS_CHAIN have no prefix. */
void render_finger_event(
	struct text *text, const struct finger_style *style, const struct event *event);

#endif
