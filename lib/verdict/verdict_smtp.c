/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* How far the conversation came, and who is to blame that it came no further. */
#include "verdict/raise.h"

#include <string.h>

#include "verdict/hints.h"

const char *stage_words(const struct judging *j, const struct report_node *node) {
	return probe_stage_text(node->result.stage, j->report->spec->destination->protocol);
}

static void judge_local(struct judging *j, const struct report_node *node) {
	const struct result *result = &node->result;
	const char *why = result->err.text;
	if (judging_has_no_route(j, node) && j->report->spec->scope == SURVEY_ALL) {
		return; /* told once for all nodes */
	}
	if (judging_has_no_route(j, node)) {
		raise_node(j, FINDING_FAMILY_UNREACHABLE, node, "this machine has no way to IPv%d: %pN",
			node->family, why);
		return;
	}
	raise_node(j, FINDING_LOCAL_ERROR, node, "failed on this machine while %s: %pN",
		stage_words(j, node), why);
}

/* --- silence and broken connections --- */

enum state silence_state(const struct judging *j, const struct report_node *node) {
	enum state state = j->limits->timeout_result;
	return state == STATE_CRITICAL ? judging_loss(j, node, node->host) : state;
}

static void judge_connect(struct judging *j, const struct report_node *node, const char *why) {
	enum state state = judging_loss(j, node, node->host);
	struct finding *finding = raise_node_as(
		j, FINDING_CONNECT_FAILED, state, node, "cannot connect: %pN%s", why, loss_words(state));
	raise_remedy(j, finding, "%pN", hint_connection(j, node));
}

static void judge_handshake(struct judging *j, const struct report_node *node) {
	const struct result *result = &node->result;
	const struct tls_facts *tls = result->tls;
	const char *why = result->err.text;
	if (tls != NULL && tls->handshake_problem != NULL) {
		why = tls->handshake_problem;
	}
	struct finding *finding =
		raise_node(j, FINDING_HANDSHAKE_FAILED, node, "the TLS handshake failed: %pN", why);
	raise_remedy(j, finding, "%pN", hint_handshake(node));
}

static void judge_broken(struct judging *j, const struct report_node *node) {
	const struct result *result = &node->result;
	if (result->stage <= PROBE_CONNECTING) {
		judge_connect(j, node, result->err.text);
	} else if (result->stage == PROBE_HANDSHAKE) {
		judge_handshake(j, node);
	} else {
		struct finding *finding = raise_node(j, FINDING_SMTP_PROTOCOL_ERROR, node, "%pN while %s",
			result->err.text, stage_words(j, node));
		raise_remedy(j, finding, "%pN", hint_greeting(j, node));
	}
}

static void judge_silence(struct judging *j, const struct report_node *node) {
	if (node->result.stage <= PROBE_CONNECTING) {
		judge_connect(j, node, "no answer within the time for a connection");
		return;
	}
	const char *words = stage_words(j, node);
	enum state state = silence_state(j, node);
	struct finding *finding =
		node->result.reply_begun
			? raise_node_as(j, FINDING_TIMEOUT, state, node,
				  "the answer began and did not end in time while %s", words)
			: raise_node_as(j, FINDING_TIMEOUT, state, node, "no answer in time while %s", words);
	raise_remedy(j, finding, "%pN", hint_greeting(j, node));
}

/* --- refusals --- */

static bool is_deferral(const struct result *result) {
	bool temporary = result->refusal_code / 100 == 4;
	bool starttls = result->refusal_stage == SMTP_STAGE_STARTTLS;
	return result->refusal_code == 421 || (temporary && !starttls);
}

/* What the absence of STARTTLS costs at the level wished for. */
static enum state plain_state(const struct judging *j, const struct report_node *node) {
	if (j->report->spec->wish.level == TLS_LEVEL_NONE) {
		return STATE_OK;
	}
	bool may = j->report->spec->wish.level == TLS_LEVEL_MAY ||
			   (node->policy.reason == POLICY_MX_INSECURE_MAY && !node->policy.tls_required);
	return may ? STATE_WARNING : STATE_CRITICAL;
}

/* What senders make of it. */
static const char *plain_effect(const struct judging *j, const struct report_node *node) {
	if (j->report->spec->wish.level == TLS_LEVEL_NONE) {
		return "";
	}
	enum policy_reason reason = node->policy.reason;
	if (reason == POLICY_DANE || reason == POLICY_MX_INSECURE_DANE ||
		reason == POLICY_TLSA_UNUSABLE) {
		return ", senders with DANE defer mail, others deliver in clear";
	}
	return node->policy.tls_required && j->report->spec->wish.level != TLS_LEVEL_DANE_ONLY
			   ? ", senders that demand TLS defer mail"
			   : ", opportunistic senders deliver in clear";
}

static void judge_refusal(struct judging *j, const struct report_node *node) {
	const struct result *result = &node->result;
	const struct span *said = &result->refusal;
	struct finding *finding = NULL;
	if (is_deferral(result)) {
		finding = raise_node(j, FINDING_SMTP_DEFERRED, node, "deferred while %s: \"%pB\"",
			stage_words(j, node), said);
	} else if (result->refusal_stage == SMTP_STAGE_STARTTLS) {
		finding = raise_node_as(j, FINDING_STARTTLS_REFUSED, plain_state(j, node), node,
			"STARTTLS is offered, then refused: \"%pB\"%s", said, plain_effect(j, node));
		raise_remedy(j, finding, "%pN", hint_masked(node));
	} else if (result->refusal_stage == SMTP_STAGE_EHLO ||
			   result->refusal_stage == SMTP_STAGE_TLS_EHLO) {
		const char *hello = j->report->spec->destination->protocol == MAIL_LMTP ? "LHLO" : "EHLO";
		const char *where = result->refusal_stage == SMTP_STAGE_TLS_EHLO ? " inside TLS" : "";
		finding = raise_node(j, FINDING_EHLO_REFUSED, node,
			"%s%s is refused, or this monitor's address is refused: \"%pB\"", hello, where, said);
		raise_remedy(j, finding, "%pN", hint_hello(j, node));
	} else {
		finding = raise_node(j, FINDING_GREETING_REFUSED, node,
			"the greeting is a refusal, or this monitor's address is refused: \"%pB\"", said);
	}
	finding->code = result->refusal_code;
}

static void judge_grammar(struct judging *j, const struct report_node *node) {
	const struct result *result = &node->result;
	struct phrase shown = {.n = 0};
	if (result->refusal.len > 0) {
		shown = phrase_new(j->arena, ": \"%pB\"", &result->refusal);
	}
	struct finding *finding = raise_node(j, FINDING_SMTP_PROTOCOL_ERROR, node,
		"not SMTP while %s: %pN%pP", stage_words(j, node), result->err.text, &shown);
	raise_remedy(j, finding, "%pN", hint_greeting(j, node));
}

/* --- no certificate, no mail --- */

static bool contains(struct span line, const char *needle) {
	return line.len > 0 && memmem(line.at, line.len, needle, strlen(needle)) != NULL;
}

#define ALERT_CERTIFICATE_REQUIRED 116

/* What libraries send before TLS 1.3 when they miss a certificate: handshake failure, no, bad or
 * unsupported certificate, certificate unknown, unknown CA, access denied; GnuTLS decode error. */
static bool may_miss_certificate(int alert) {
	static const int alerts[] = {40, 41, 42, 43, 46, 48, 49, 50};
	for (size_t i = 0; i < sizeof alerts / sizeof *alerts; i++) {
		if (alerts[i] == alert) {
			return true;
		}
	}
	return false;
}

static bool mentions_certificates(struct span reply) {
	return contains(reply, "ertificate") || contains(reply, "CERTIFICATE");
}

/* Behind the request for one: an alert, the end of the connection (with TLS 1.3 the handshake is
 * over for us when the server finds out), or a refusal in words, as Postfix has it. */
static bool is_refused_without(const struct report_node *node) {
	const struct result *result = &node->result;
	bool early = result->stage == PROBE_HANDSHAKE || result->stage == PROBE_TLS_EHLO;
	switch (result->err.kind) {
	case ERR_TLS:
		return may_miss_certificate(result->tls->alert);
	case ERR_NET:
		return early;
	case ERR_REFUSED:
		return result->refusal_stage == SMTP_STAGE_TLS_EHLO &&
			   (result->refusal_code / 100 == 5 || mentions_certificates(result->refusal));
	case ERR_NONE:
	case ERR_USAGE:
	case ERR_LOCAL:
	case ERR_BUDGET:
	case ERR_DNS:
	case ERR_TIMEOUT:
	case ERR_PROTO:
	case ERR_TRUST:
		break;
	}
	return false;
}

static bool judge_client_certificate(struct judging *j, const struct report_node *node) {
	const struct result *result = &node->result;
	const struct tls_facts *tls = result->tls;
	if (tls == NULL || tls->certificate_shown) {
		return false;
	}
	bool said = tls->alert == ALERT_CERTIFICATE_REQUIRED && result->err.kind == ERR_TLS;
	if (!said && !(tls->certificate_wanted && is_refused_without(node))) {
		return false;
	}
	const char *why = tls->handshake_problem != NULL ? tls->handshake_problem : result->err.text;
	struct phrase how = result->err.kind == ERR_REFUSED
							? phrase_new(j->arena, "\"%pB\"", &result->refusal)
							: phrase_new(j->arena, "%pN", why);
	struct finding *finding = raise_node(j, FINDING_CLIENT_CERTIFICATE_REQUIRED, node,
		"the server asks for a client certificate and refuses senders without one, which most are: "
		"%pP",
		&how);
	raise_remedy(j, finding,
		"let it ask at most (Postfix: smtpd_tls_ask_ccert, not smtpd_tls_req_ccert), or show one "
		"with --client-cert");
	return true;
}

static void judge_error(struct judging *j, const struct report_node *node) {
	if (judge_client_certificate(j, node)) {
		return;
	}
	switch (node->result.err.kind) {
	case ERR_NONE:
		break;
	case ERR_USAGE:
	case ERR_LOCAL:
	case ERR_DNS:
	case ERR_BUDGET:
		judge_local(j, node);
		break;
	case ERR_NET:
		judge_broken(j, node);
		break;
	case ERR_TIMEOUT:
		judge_silence(j, node);
		break;
	case ERR_PROTO:
		judge_grammar(j, node);
		break;
	case ERR_REFUSED:
		judge_refusal(j, node);
		break;
	case ERR_TLS:
	case ERR_TRUST:
		judge_handshake(j, node);
		break;
	}
}

/* --- what was said on the way --- */

static void judge_greeting(struct judging *j, const struct report_node *node) {
	const struct smtp_reply *greeting = &node->result.smtp.greeting;
	if (j->limits->expect == NULL || greeting->n_lines == 0) {
		return;
	}
	for (size_t i = 0; i < greeting->n_lines; i++) {
		if (contains(greeting->lines[i], j->limits->expect)) {
			return;
		}
	}
	raise_node(j, FINDING_EXPECT_MISMATCH, node, "the greeting \"%pB\" does not contain \"%pN\"",
		&greeting->lines[0], j->limits->expect);
}

static void judge_offers(struct judging *j, const struct report_node *node) {
	const struct smtp_facts *smtp = &node->result.smtp;
	if (smtp->ehlo.code / 100 == 2 && !smtp->starttls_offered) {
		struct finding *finding = raise_node_as(j, FINDING_NO_STARTTLS, plain_state(j, node), node,
			"STARTTLS is not offered%s", plain_effect(j, node));
		raise_remedy(j, finding, "%pN", hint_masked(node));
	}
	if (smtp->injected_octets > 0) {
		raise_node(j, FINDING_STARTTLS_INJECTION, node,
			"%zu bytes behind the reply to STARTTLS were discarded: \"%pB\"", smtp->injected_octets,
			&smtp->injected);
	}
	if (smtp->starttls_offered_in_tls || smtp->requiretls_in_clear) {
		raise_node(j, FINDING_EHLO_DRIFT, node, "%s",
			smtp->starttls_offered_in_tls ? "STARTTLS is offered again inside TLS"
										  : "REQUIRETLS is offered in clear (RFC 8689 2)");
	}
}

static void judge_keywords(struct judging *j, const struct report_node *node) {
	for (size_t i = 0; i < j->limits->n_ehlo_rules; i++) {
		const struct ehlo_rule *rule = &j->limits->ehlo_rules[i];
		const struct smtp_facts *smtp = &node->result.smtp;
		bool clear = rule->place == EHLO_IN_CLEAR;
		const struct smtp_reply *reply = clear ? &smtp->ehlo : &smtp->tls_ehlo;
		bool offered = smtp_reply_offers(reply, rule->keyword);
		bool forbidden = rule->demand == EHLO_FORBIDDEN;
		/* What was not kept of a long reply may have it. */
		bool unknown = !offered && reply->n_left_out > 0;
		if (reply->code / 100 != 2 || offered != forbidden || unknown) {
			continue;
		}
		raise_node(j, FINDING_EHLO_UNEXPECTED, node, "the EHLO reply %s TLS %s %pN (%s)",
			clear ? "before" : "inside", forbidden ? "offers" : "does not offer", rule->keyword,
			forbidden ? "--forbid-ehlo" : "--expect-ehlo");
	}
}

void judge_smtp(struct judging *j, const struct report_node *node) {
	judge_error(j, node);
	judge_greeting(j, node);
	judge_offers(j, node);
	judge_keywords(j, node);
}
