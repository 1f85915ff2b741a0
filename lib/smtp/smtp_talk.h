/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The conversation: a reply goes in, the next action comes out (RFC 5321, 3207, 2033). Knows no
 * socket and no TLS; says only what is to be said and what an answer means. */
#ifndef SMTP_SMTP_TALK_H
#define SMTP_SMTP_TALK_H

#include "base/err.h"
#include "base/habits.h"
#include "smtp/destination.h"
#include "smtp/smtp_reply.h"

enum smtp_tls_mode {
	SMTP_TLS_NEVER,    /* level none: EHLO, QUIT; the offer is only noted */
	SMTP_TLS_STARTTLS, /* STARTTLS when offered */
	SMTP_TLS_WRAPPER,  /* TLS from the first byte */
	SMTP_TLS_UNABLE /* that, but TLS could not be set up here: nothing to say but QUIT, in clear */
};

/* How much is done with a connection. */
enum smtp_errand {
	SMTP_ERRAND_ALL,    /* the whole dialogue */
	SMTP_ERRAND_SESSION /* no EHLO inside TLS: it is about the TLS session only */
};

struct smtp_talk_spec {
	enum mail_protocol protocol;
	enum smtp_tls_mode mode;
	const char *helo; /* argument of EHLO or LHLO: a host name or an address literal; borrowed */
	const struct habits *habits; /* how refusals are taken */
	enum smtp_errand errand;
};

/* Where the conversation stands: what is being waited for. */
enum smtp_stage {
	SMTP_STAGE_GREETING,
	SMTP_STAGE_EHLO,
	SMTP_STAGE_STARTTLS,
	SMTP_STAGE_HANDSHAKE,
	SMTP_STAGE_TLS_GREETING, /* wrapper mode: the greeting comes inside TLS */
	SMTP_STAGE_TLS_EHLO,
	SMTP_STAGE_QUIT,
	SMTP_STAGE_END
};

enum smtp_action {
	SMTP_ACT_READ,      /* wait for a reply */
	SMTP_ACT_SEND,      /* send `command`, then wait for its reply */
	SMTP_ACT_HANDSHAKE, /* discard what is buffered, then start TLS */
	SMTP_ACT_QUIT,      /* send `command` (QUIT); whether to wait for 221 is the caller's choice */
	SMTP_ACT_CLOSE      /* close without QUIT: the protocol does not allow one any more */
};

/* What the peer did, as facts. Replies are as received. */
struct smtp_facts {
	const char *hello; /* what we called ourselves in EHLO or LHLO; NULL: it did not come to that */
	struct smtp_reply greeting;
	struct smtp_reply ehlo; /* before TLS (empty in wrapper mode) */
	struct smtp_reply starttls;
	struct smtp_reply tls_ehlo; /* inside TLS */
	struct smtp_reply quit;
	bool starttls_offered; /* before TLS */
	bool starttls_offered_in_tls;
	bool requiretls_in_clear;
	/* Bytes behind the 220 to STARTTLS, before TLS: discarded (RFC 3207 6). The caller, who has the
	 * buffer, fills these in when it is told to start the handshake. */
	size_t injected_octets;
	struct span injected; /* the first SMTP_LINE_MAX of them */
};

struct smtp_talk {
	struct smtp_talk_spec spec;
	enum smtp_stage stage;
	struct smtp_facts facts;
	struct err err;               /* first refusal or grammar error: ERR_REFUSED, ERR_PROTO;
									 posttls-finger's words ("EHLO rejected"), no bytes of the peer */
	struct span refusal;          /* the reply line behind it, for renderers */
	int refusal_code;             /* its code, 0 when it had none */
	enum smtp_stage failed_stage; /* where err was set */
	char command[DESTINATION_NAME_MAX + 16]; /* with CR LF, for SEND and QUIT */
};

/* Start. Returns the first action: READ, HANDSHAKE in wrapper mode, or QUIT. */
enum smtp_action smtp_talk_start(struct smtp_talk *talk, const struct smtp_talk_spec *spec);

/* A complete reply arrived in this stage. Any 2xx is a yes. A no (greeting, EHLO, STARTTLS, EHLO
 * inside TLS) is ERR_REFUSED and ends in QUIT, code 421 in CLOSE (RFC 5321 3.8: the peer closes);
 * a last line without a code is ERR_PROTO and CLOSE: where habits have nothing else. A missing
 * STARTTLS offer is a fact and no error. What comes in answer to QUIT is recorded only. */
enum smtp_action smtp_talk_reply(struct smtp_talk *talk, const struct smtp_reply *reply);

/* The parser said SMTP_NEVER: ERR_PROTO. Returns CLOSE, or where replies without a code are taken,
 * what any refusal does. */
enum smtp_action smtp_talk_garbage(struct smtp_talk *talk, const struct smtp_reply_parser *parser);

/* TLS is up. Returns SEND (EHLO, RFC 3207 4.2), READ in wrapper mode, or QUIT when the errand is
 * done. */
enum smtp_action smtp_talk_secured(struct smtp_talk *talk);

/* The connection broke, or a deadline passed, while a reply was awaited. Returns CLOSE, or QUIT
 * where habits go on in TLS regardless. */
enum smtp_action smtp_talk_lost(struct smtp_talk *talk);

/* "greeting", "EHLO", "STARTTLS", "TLS handshake", ...: for messages ("while waiting for ..."). */
const char *smtp_stage_name(enum smtp_stage stage, enum mail_protocol protocol);

#endif
