/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The states of the conversation and what each reply does to them. */
#include "smtp/smtp_talk.h"

#include <stdio.h>

#define CODE_CLOSING 421 /* the peer closes the connection behind this reply */

static bool is_yes(const struct smtp_reply *reply) {
	return reply->code >= 200 && reply->code <= 299;
}

static enum smtp_action send_hello(struct smtp_talk *talk, enum smtp_stage stage) {
	const char *verb = talk->spec.protocol == MAIL_LMTP ? "LHLO" : "EHLO";
	talk->facts.hello = talk->spec.helo;
	(void)snprintf(talk->command, sizeof talk->command, "%s %.*s\r\n", verb, DESTINATION_NAME_MAX,
		talk->spec.helo);
	talk->stage = stage;
	return SMTP_ACT_SEND;
}

static enum smtp_action send_quit(struct smtp_talk *talk) {
	(void)snprintf(talk->command, sizeof talk->command, "QUIT\r\n");
	talk->stage = SMTP_STAGE_QUIT;
	return SMTP_ACT_QUIT;
}

static enum smtp_action end(struct smtp_talk *talk) {
	talk->command[0] = '\0';
	talk->stage = SMTP_STAGE_END;
	return SMTP_ACT_CLOSE;
}

/* posttls-finger's words, which people grep for. */
static const char *refusal_words(const struct smtp_talk *talk) {
	bool lmtp = talk->spec.protocol == MAIL_LMTP;
	switch (talk->stage) {
	case SMTP_STAGE_GREETING:
	case SMTP_STAGE_TLS_GREETING:
		return "SMTP service not available";
	case SMTP_STAGE_EHLO:
	case SMTP_STAGE_TLS_EHLO:
		return lmtp ? "LHLO rejected" : "EHLO rejected";
	case SMTP_STAGE_STARTTLS:
		return "STARTTLS rejected";
	case SMTP_STAGE_HANDSHAKE:
	case SMTP_STAGE_QUIT:
	case SMTP_STAGE_END:
		break;
	}
	return "unexpected reply";
}

static void remember_failure(struct smtp_talk *talk, const struct smtp_reply *reply) {
	talk->failed_stage = talk->stage;
	talk->refusal = smtp_reply_decisive_line(reply);
	talk->refusal_code = reply->code;
}

/* The peer said no, or something that is neither yes nor no. */
static enum smtp_action refused(struct smtp_talk *talk, const struct smtp_reply *reply) {
	enum err_kind kind = reply->code == 0 ? ERR_PROTO : ERR_REFUSED;
	remember_failure(talk, reply);
	(void)err_set(&talk->err, kind, "%s", refusal_words(talk));
	const struct habits *habits = talk->spec.habits;
	bool in_tls = talk->stage == SMTP_STAGE_TLS_EHLO;
	if (in_tls && habits->goes_on_in_tls) {
		return send_quit(talk);
	}
	bool closing = reply->code == 0 || reply->code == CODE_CLOSING;
	return closing || habits->hangs_up_when_refused ? end(talk) : send_quit(talk);
}

static enum smtp_action greeted(struct smtp_talk *talk, const struct smtp_reply *reply) {
	talk->facts.greeting = *reply;
	if (!is_yes(reply)) {
		return refused(talk, reply);
	}
	bool secured = talk->stage == SMTP_STAGE_TLS_GREETING;
	if (secured && talk->spec.errand == SMTP_ERRAND_SESSION) {
		return send_quit(talk);
	}
	return send_hello(talk, secured ? SMTP_STAGE_TLS_EHLO : SMTP_STAGE_EHLO);
}

/* No HELO after a refused EHLO (RFC 5321 3.2 would allow it): HELO has no extensions, and so no
 * STARTTLS to look for. */
static enum smtp_action introduced(struct smtp_talk *talk, const struct smtp_reply *reply) {
	talk->facts.ehlo = *reply;
	if (!is_yes(reply)) {
		return refused(talk, reply);
	}
	talk->facts.starttls_offered = smtp_reply_offers(reply, "STARTTLS");
	talk->facts.requiretls_in_clear = smtp_reply_offers(reply, "REQUIRETLS");
	if (talk->spec.mode == SMTP_TLS_NEVER || !talk->facts.starttls_offered) {
		return send_quit(talk);
	}
	(void)snprintf(talk->command, sizeof talk->command, "STARTTLS\r\n");
	talk->stage = SMTP_STAGE_STARTTLS;
	return SMTP_ACT_SEND;
}

static enum smtp_action answered_starttls(struct smtp_talk *talk, const struct smtp_reply *reply) {
	talk->facts.starttls = *reply;
	if (!is_yes(reply)) {
		return refused(talk, reply);
	}
	talk->command[0] = '\0';
	talk->stage = SMTP_STAGE_HANDSHAKE;
	return SMTP_ACT_HANDSHAKE;
}

static enum smtp_action introduced_in_tls(struct smtp_talk *talk, const struct smtp_reply *reply) {
	talk->facts.tls_ehlo = *reply;
	if (!is_yes(reply)) {
		return refused(talk, reply);
	}
	talk->facts.starttls_offered_in_tls = smtp_reply_offers(reply, "STARTTLS");
	return send_quit(talk);
}

enum smtp_action smtp_talk_start(struct smtp_talk *talk, const struct smtp_talk_spec *spec) {
	bool wrapper = spec->mode == SMTP_TLS_WRAPPER;
	*talk = (struct smtp_talk){.spec = *spec};
	if (spec->mode == SMTP_TLS_UNABLE) {
		return send_quit(talk);
	}
	talk->stage = wrapper ? SMTP_STAGE_HANDSHAKE : SMTP_STAGE_GREETING;
	return wrapper ? SMTP_ACT_HANDSHAKE : SMTP_ACT_READ;
}

enum smtp_action smtp_talk_reply(struct smtp_talk *talk, const struct smtp_reply *reply) {
	switch (talk->stage) {
	case SMTP_STAGE_GREETING:
	case SMTP_STAGE_TLS_GREETING:
		return greeted(talk, reply);
	case SMTP_STAGE_EHLO:
		return introduced(talk, reply);
	case SMTP_STAGE_STARTTLS:
		return answered_starttls(talk, reply);
	case SMTP_STAGE_TLS_EHLO:
		return introduced_in_tls(talk, reply);
	case SMTP_STAGE_QUIT:
		talk->facts.quit = *reply;
		return end(talk);
	case SMTP_STAGE_HANDSHAKE:
	case SMTP_STAGE_END:
		break; /* nobody asked: the caller must not read replies here */
	}
	return end(talk);
}

enum smtp_action smtp_talk_garbage(struct smtp_talk *talk, const struct smtp_reply_parser *parser) {
	const struct smtp_reply *reply = &parser->reply;
	bool codeless = reply->n_lines == 1 && reply->code == 0;
	if (codeless && talk->spec.habits->takes_codeless_replies) {
		return smtp_talk_reply(talk, reply);
	}
	/* Garbage in answer to QUIT changes nothing any more. */
	if (talk->stage != SMTP_STAGE_QUIT && talk->err.kind == ERR_NONE) {
		remember_failure(talk, reply);
		(void)err_set(&talk->err, ERR_PROTO, "%s: %s", refusal_words(talk), parser->problem);
	}
	return end(talk);
}

enum smtp_action smtp_talk_secured(struct smtp_talk *talk) {
	if (talk->spec.mode == SMTP_TLS_WRAPPER) {
		talk->stage = SMTP_STAGE_TLS_GREETING;
		return SMTP_ACT_READ;
	}
	if (talk->spec.errand == SMTP_ERRAND_SESSION) {
		return send_quit(talk);
	}
	return send_hello(talk, SMTP_STAGE_TLS_EHLO);
}

enum smtp_action smtp_talk_lost(struct smtp_talk *talk) {
	bool goes_on = talk->spec.habits->goes_on_in_tls && talk->stage == SMTP_STAGE_TLS_EHLO;
	return goes_on ? send_quit(talk) : end(talk);
}

const char *smtp_stage_name(enum smtp_stage stage, enum mail_protocol protocol) {
	switch (stage) {
	case SMTP_STAGE_GREETING:
	case SMTP_STAGE_TLS_GREETING:
		return "greeting";
	case SMTP_STAGE_EHLO:
	case SMTP_STAGE_TLS_EHLO:
		return protocol == MAIL_LMTP ? "LHLO" : "EHLO";
	case SMTP_STAGE_STARTTLS:
		return "STARTTLS";
	case SMTP_STAGE_HANDSHAKE:
		return "TLS handshake";
	case SMTP_STAGE_QUIT:
		return "QUIT";
	case SMTP_STAGE_END:
		return "end";
	}
	return "unknown";
}
